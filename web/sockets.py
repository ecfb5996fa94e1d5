"""WebSockets by the thousand: what one costs while it waits, and what telling all of them costs.

Engine.IO with simple-websocket has four tasks a connection (one reads, one waits for what was read,
one writes, one sleeps until the next ping), and a task that waits keeps its stack; each message is
framed, and compressed where a client offers it, for each of them. Here a connection is the one task
in which its request came. Who sends also writes, the same bytes to all; only for a client that is
slow to read a task begins, until it has caught up.
"""

import contextlib
import socket as sockets
import time
from collections import deque
from collections.abc import Callable, Iterable, Set
from typing import Any

import gevent
from engineio.exceptions import (  # type: ignore[import-untyped]
    SocketIsClosedError,
    UnknownPacketError,
)
from engineio.packet import MESSAGE, NOOP, PING, Packet  # type: ignore[import-untyped]
from engineio.socket import Socket  # type: ignore[import-untyped]
from socketio.packet import EVENT  # type: ignore[import-untyped]
from wsproto.frame_protocol import CloseReason, FrameProtocol, Opcode, ParseFailed
from wsproto.utilities import generate_accept_token

from web.frames import CLOSE, PONG, frame, frame_of

READ_BYTES = 4096
MOST_UNREAD = 1024 * 1024
"""Bytes a client may be behind; then it is hung up on, comes back and asks for what it missed."""
CLOSING_SECONDS = 2.0
"""How long a client has to answer that it is hung up on."""
PROBE, PROBED, UPGRADE = "2probe", "3probe", "5"


class Connection:
    """A WebSocket from its handshake to its end. As Engine.IO's driver it is called with a request;
    afterwards it is the queue into which Engine.IO puts packets for the client."""

    def __init__(self, handler: Any, server: Any) -> None:
        self._engine: Any = handler.__self__  # Engine.IO's socket, whose handler it is.
        self._server = server
        self._frames = FrameProtocol(client=False, extensions=[])
        self._parts: list[str | bytes] = []
        self._received = 0  # Of the message that is coming.
        self._unwritten: deque[bytes] = deque()
        self._behind = 0
        self._ended = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY")
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            start_response("400 Bad Request", [("Sec-WebSocket-Version", "13")])
            return [b"This is not the handshake of a WebSocket."]
        self._socket = environ["gunicorn.socket"]
        self._write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + generate_accept_token(key.encode("latin-1")) + b"\r\n\r\n"
        )
        try:
            if not self._engine.connected or self._takes_over():
                self._serve()
        finally:
            self._end(CloseReason.NORMAL_CLOSURE)
        raise StopIteration  # To gunicorn: the connection is over, and there is nothing to answer.

    def put(self, packet: Any) -> None:
        """Send a packet; None hangs up after all that was sent."""
        if packet is None:
            self._end(CloseReason.NORMAL_CLOSURE)
        else:
            self.tell(frame_of(packet.encode()))

    def join(self) -> None:
        """Engine.IO waits with this for what is queued. Nobody waits for a slow client."""

    def tell(self, frame: bytes) -> None:
        """Send a frame. Never waits and never raises: who is gone is gone."""
        if not self._ended:
            self._write(frame)

    def _takes_over(self) -> bool:
        """Whether a client that began with polling goes on here, after the steps to that."""
        engine = self._engine
        engine.upgrading = True  # Polls are answered with nothing from now on.
        if self._next() == PROBE:
            self._write(frame_of(PROBED))
            engine.queue.put(Packet(NOOP))  # Ends the poll that waits.
            engine.upgraded = self._next() == UPGRADE
        engine.upgrading = False
        return bool(engine.upgraded)

    def _serve(self) -> None:
        """Take what the client sends until it goes."""
        engine, queued = self._engine, self._engine.queue
        engine.connected = engine.upgraded = True
        engine.queue = self
        while not queued.empty():
            self.put(queued.get())
        try:
            while (message := self._next()) is not None:
                with contextlib.suppress(UnknownPacketError):
                    engine.receive(Packet(encoded_packet=message))
        except (SocketIsClosedError, ValueError):
            self._end(CloseReason.PROTOCOL_ERROR)
        finally:
            engine.close(wait=False, abort=True, reason=self._server.reason.TRANSPORT_CLOSE)
            self._server.sockets.pop(engine.sid, None)

    def _next(self) -> str | bytes | None:
        """The next message, or None when there will be none."""
        try:
            while True:
                for part in self._frames.received_frames():
                    content = part.payload
                    if isinstance(content, tuple):  # It hangs up, and says why.
                        return None
                    if part.opcode is Opcode.PING and isinstance(content, bytes):
                        self.tell(frame(PONG, content))
                    elif part.opcode is not Opcode.PONG:
                        self._parts.append(content)
                        self._received += len(content)
                        if self._received > self._server.max_http_buffer_size:
                            raise ParseFailed("too long", CloseReason.MESSAGE_TOO_BIG)
                        if part.message_finished and not self._ended:
                            return self._whole()
                received = self._socket.recv(READ_BYTES)
                if not received:
                    return None
                self._frames.receive_bytes(received)
        except ParseFailed as failed:
            self._end(failed.code)
        except OSError:
            pass
        return None

    def _whole(self) -> str | bytes:
        parts, self._parts, self._received = self._parts, [], 0
        if isinstance(parts[0], str):
            return "".join(map(str, parts))
        return b"".join(one for one in parts if isinstance(one, bytes))

    def _write(self, content: bytes) -> None:
        """Write what the system takes now, and the rest when the client has read."""
        if self._unwritten:
            self._leave(content)
            return
        try:
            written = self._socket.send(content, 0, 0.0)
        except BlockingIOError:
            written = 0
        except OSError:
            self._break_off()
            return
        if written < len(content):
            self._leave(content[written:])
            gevent.spawn(self._catch_up)

    def _leave(self, content: bytes) -> None:
        self._unwritten.append(content)
        self._behind += len(content)
        if self._behind > MOST_UNREAD:
            self._break_off()

    def _catch_up(self) -> None:
        try:
            while self._unwritten:
                self._socket.sendall(self._unwritten[0])
                self._behind -= len(self._unwritten.popleft())
        except OSError:
            return  # The one that reads hears of it too.
        if self._ended:
            self._say_no_more()

    def _end(self, reason: CloseReason) -> None:
        """Hang up after all that was sent."""
        if self._ended:
            return
        self._write(frame(CLOSE, reason.to_bytes(2, "big")))
        self._ended = True
        if not self._unwritten:
            self._say_no_more()

    def _say_no_more(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(sockets.SHUT_WR)
        gevent.spawn_later(CLOSING_SECONDS, self._break_off)

    def _break_off(self) -> None:
        """Both directions, at once: whoever reads or writes on it is told."""
        self._ended = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(sockets.SHUT_RDWR)


def use_connections(server: Any) -> None:
    """Let a Socket.IO server on gevent and gunicorn have its WebSockets in this way."""
    engine = server.eio
    engine._async = {**engine._async, "websocket": Connection}
    start = engine.start_background_task

    def start_background_task(target: Any, *args: Any, **kwargs: Any) -> Any:
        # It would begin by sleeping: a task that has not begun has no stack.
        if getattr(target, "__func__", None) is Socket._send_ping:
            return gevent.spawn_later(engine.ping_interval, _ping, target.__self__)
        return start(target, *args, **kwargs)

    engine.start_background_task = start_background_task


def _ping(engine: Any) -> None:
    if not engine.closing and not engine.closed:
        engine.last_ping = time.time()
        engine.send(Packet(PING))


def tell(
    server: Any, name: str, data: Any, rooms: Iterable[str], but: Set[str] = frozenset()
) -> None:
    """Send an event to everybody in any of the rooms but some (by Socket.IO's ids). It is encoded
    once, and not at all when nobody is there."""
    here = [
        engine_id
        for sid, engine_id in server.manager.get_participants("/", [*rooms])
        if sid not in but
    ]
    if not here:
        return
    packet = Packet(MESSAGE, server.packet_class(EVENT, data=[name, data], namespace="/").encode())
    encoded = frame_of(packet.encode())
    for engine_id in here:
        engine = server.eio.sockets.get(engine_id)
        if engine is None:
            continue
        if isinstance(engine.queue, Connection):
            engine.queue.tell(encoded)
        else:
            engine.send(packet)
