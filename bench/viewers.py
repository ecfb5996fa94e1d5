"""Many viewers in one process: each a WebSocket that hears who comes into a meeting.

    .venv/bin/python -m bench.viewers HOST PORT < orders

Speaks just as much of WebSocket, Engine.IO and Socket.IO as a viewer needs, so that the viewers
take little of the processor that they share with what is measured: a frame that another viewer has
had before is not taken apart again. Reads orders from its input, a line of JSON each, and answers
each with one: `{"connect": [tokens]}`, `{"report": true}`. A viewer whose connection ends comes
back by itself within a second and asks for what it missed.
"""

import asyncio
import base64
import contextlib
import json
import os
import random
import sys
import time
from array import array
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

EVENT = "userJoinedMeeting"
CONNECT_AT_ONCE = 25
LONG = 126
TEXT, CLOSE = 0x1, 0x8
HEAD_ENDS = b"\r\n\r\n"
SPACE = bytearray(256 * 1024)
"""Where what arrives is put, for all connections: it is read before the next one's comes."""


class Refused(Exception):
    """The server does not take a connection (yet)."""


@dataclass
class Heard:
    """What one viewer heard: ids, how often one came again, its place in the feed."""

    ids: set[str] = field(default_factory=set)
    repeated: int = 0
    last: str | None = None
    connections: int = 0


@dataclass(frozen=True)
class News:
    """What a frame says: who came (or nothing of that), when it was put on record, its place."""

    identity: str
    at: float
    last: str | None


class Viewers:
    """All of them, and what they heard."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._known: dict[bytes, News] = {}
        self._at_once = asyncio.Semaphore(CONNECT_AT_ONCE)
        self.heard: list[Heard] = []
        self.milliseconds = array("d")
        self.tasks: list[asyncio.Task[None]] = []

    async def connect(self, tokens: list[str]) -> int:
        """Begin with one viewer a token; returns when all are connected."""
        ready = []
        for token in tokens:
            heard = Heard()
            connected = asyncio.Event()
            self.heard.append(heard)
            self.tasks.append(asyncio.create_task(self._stay(token, heard, connected)))
            ready.append(connected.wait())
        await asyncio.gather(*ready)
        return len(ready)

    def report(self) -> dict[str, Any]:
        """How much was heard so far, and how late, since the report before."""
        found = {
            "heard": [len(one.ids) for one in self.heard],
            "repeated": sum(one.repeated for one in self.heard),
            "connections": sum(one.connections for one in self.heard),
            "milliseconds": [round(one, 1) for one in self.milliseconds],
            "ids": sorted(set.union(*(one.ids for one in self.heard))) if self.heard else [],
        }
        self.milliseconds = array("d")
        return found

    def hear(self, heard: Heard, frame: bytes, now: float) -> None:
        """One viewer had this frame at `now`."""
        news = self._known.get(frame)
        if news is None:
            news = self._known[frame] = _read(frame)
        heard.last = news.last or heard.last
        if not news.identity:
            return
        if news.identity in heard.ids:
            heard.repeated += 1
        heard.ids.add(news.identity)
        self.milliseconds.append((now - news.at) * 1000)

    def knows(self, frame: bytes) -> bool:
        """Whether a viewer had just this before."""
        return frame in self._known

    async def _stay(self, token: str, heard: Heard, connected: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(OSError, Refused):
                async with self._at_once:
                    _, viewer = await loop.create_connection(
                        lambda: Connection(self, token, heard), self.host, self.port
                    )
                    await viewer.welcomed
                heard.connections += 1
                connected.set()
                await viewer.gone
            await asyncio.sleep(random.uniform(0.2, 1.0))  # noqa: S311


class Connection(asyncio.BufferedProtocol):
    """One connection of a viewer, until it ends."""

    def __init__(self, viewers: Viewers, token: str, heard: Heard) -> None:
        self._viewers, self._token, self._heard = viewers, token, heard
        self._received = b""
        self._begun = False
        loop = asyncio.get_running_loop()
        self.welcomed: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._viewers.host}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.welcomed.done():
            self.welcomed.set_exception(Refused(str(exc)))
        if not self.gone.done():
            self.gone.set_result(None)

    def get_buffer(self, sizehint: int) -> bytearray:
        return SPACE

    def buffer_updated(self, nbytes: int) -> None:
        now = time.time()
        received = bytes(memoryview(SPACE)[:nbytes])
        if not self._received and self._viewers.knows(received):
            self._viewers.hear(self._heard, received, now)
            return
        self._received += received
        if not self._begun and not self._begin():
            return
        while frame := self._frame():
            self._take(frame, now)

    def _begin(self) -> bool:
        head, end, rest = self._received.partition(HEAD_ENDS)
        if not end:
            return False
        if b" 101 " not in head.partition(b"\r\n")[0]:
            self._transport.close()
            return False
        self._begun, self._received = True, rest
        self._send(f"40{json.dumps({'token': self._token, 'after': self._heard.last})}")
        return True

    def _frame(self) -> bytes:
        """The next whole frame of what was received, or nothing."""
        size = _size(self._received)
        if size is None or len(self._received) < size:
            return b""
        frame, self._received = self._received[:size], self._received[size:]
        return frame

    def _take(self, frame: bytes, now: float) -> None:
        if frame[0] & 0xF == CLOSE:
            self._transport.close()
        if frame[0] & 0xF != TEXT:
            return
        payload = _payload(frame)
        if payload.startswith(b"44"):
            sys.exit(f"a viewer was refused: {payload.decode()}")
        if payload.startswith(b"42"):  # What was missed comes before the welcome.
            self._viewers.hear(self._heard, frame, now)
        elif payload.startswith(b"40"):
            self.welcomed.set_result(None)
        elif payload == b"2":
            self._send("3")

    def _send(self, text: str) -> None:
        """A text to the server; masked with nothing, which is a mask too."""
        content = text.encode()
        short = len(content) < LONG
        size = bytes([0x80 | len(content)]) if short else b"\xfe" + len(content).to_bytes(2)
        self._transport.write(bytes([0x80 | TEXT]) + size + bytes(4) + content)


def _size(received: bytes) -> int | None:
    """How long the frame is with which this begins; None when it doesn't say yet."""
    if len(received) < 2:
        return None
    length = received[1] & 0x7F
    if length < LONG:
        return 2 + length
    more = 2 if length == LONG else 8
    if len(received) < 2 + more:
        return None
    return 2 + more + int.from_bytes(received[2 : 2 + more])


def _payload(frame: bytes) -> bytes:
    length = frame[1] & 0x7F
    return frame[2 if length < LONG else 4 if length == LONG else 10 :]


def _read(frame: bytes) -> News:
    name, data = json.loads(_payload(frame)[2:])[:2]
    if name == "resync":
        sys.exit("a viewer was away for too long")
    if name == "position":
        return News("", 0.0, data["after"])
    at = datetime.fromisoformat(data.get("timestamp") or data["at"]).timestamp()
    identity = str(data["sessionId"]) if name == EVENT else ""
    return News(identity, at, data.get("activityId") or data.get("id"))


def _give_up(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a viewer can't make sense of would else be asked for again and again."""
    loop.default_exception_handler(context)
    sys.stderr.flush()
    os._exit(1)


async def main(host: str, port: int) -> None:
    viewers = Viewers(host, port)
    lines = asyncio.StreamReader(limit=2**26)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_give_up)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        order = json.loads(line)
        answer: dict[str, Any] = viewers.report() if "report" in order else {}
        if "connect" in order:
            answer = {"connected": await viewers.connect(order["connect"])}
        print(json.dumps(answer), flush=True)
    for task in viewers.tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
