"""Sending one message to a thousand WebSockets: its frame is made once.

What simple-websocket sends is put through wsproto's state machine for each socket, and compressed
for each that offered it, although a server's frames are the same for all (RFC 6455, section 5.1:
unmasked). It also writes with `send`, which a slow client's full buffer cuts short; here the whole
frame is written.
"""

from functools import lru_cache
from typing import Any

from engineio.async_drivers.gevent import WebSocketWSGI  # type: ignore[import-untyped]

TEXT, BINARY, FINAL = 0x1, 0x2, 0x80
SHORT, MEDIUM = 126, 1 << 16


class SharedFrames(WebSocketWSGI):
    """A WebSocket as Engine.IO drives it."""

    def send(self, message: str | bytes) -> None:
        """Write a message. Raises `OSError` when the connection is gone."""
        socket = self.ws
        if not socket.connected:
            raise OSError("the connection is closed")
        socket.sock.sendall(frame_of(message))


@lru_cache(maxsize=64)
def frame_of(message: str | bytes) -> bytes:
    """The one frame of a whole message from a server."""
    kind, content = (TEXT, message.encode()) if isinstance(message, str) else (BINARY, message)
    length = len(content)
    if length < SHORT:
        size = bytes([length])
    elif length < MEDIUM:
        size = bytes([SHORT]) + length.to_bytes(2, "big")
    else:
        size = bytes([SHORT + 1]) + length.to_bytes(8, "big")
    return bytes([FINAL | kind]) + size + content


def share_frames(server: Any) -> None:
    """Let an Engine.IO server that runs on gevent send in this way."""
    server._async = {**server._async, "websocket": SharedFrames}
