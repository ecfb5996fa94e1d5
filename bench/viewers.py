"""Many viewers in one process: each a WebSocket that hears who comes into a meeting.

    .venv/bin/python -m bench.viewers HOST PORT < orders

Speaks just as much of WebSocket, Engine.IO and Socket.IO as a viewer needs, so that the viewers
take little of the processor that they share with what is measured. Reads orders from its input, a
line of JSON each, and answers each with one: `{"connect": [tokens]}`, `{"report": true}`. A viewer
whose connection ends comes back by itself within a second and asks for what it missed.
"""

import asyncio
import base64
import contextlib
import json
import os
import random
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EVENT = "userJoinedMeeting"
CONNECT_AT_ONCE = 25
LONG, LONGER = 126, 127
TEXT, CLOSE, PING = 0x1, 0x8, 0x9


class Refused(Exception):
    """The server does not take a connection (yet)."""


@dataclass
class Heard:
    """What one viewer heard: ids, how often one came again, its place in the feed."""

    ids: set[str] = field(default_factory=set)
    repeated: int = 0
    last: str | None = None
    connections: int = 0


class Viewers:
    """All of them, and what they heard."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._known: dict[bytes, tuple[str, float, str | None]] = {}
        self._at_once = asyncio.Semaphore(CONNECT_AT_ONCE)
        self.heard: list[Heard] = []
        self.milliseconds: list[float] = []
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
        self.milliseconds = []
        return found

    async def _stay(self, token: str, heard: Heard, connected: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(OSError, EOFError, Refused):
                await self._once(token, heard, connected)
            await asyncio.sleep(random.uniform(0.2, 1.0))  # noqa: S311

    async def _once(self, token: str, heard: Heard, connected: asyncio.Event) -> None:
        async with self._at_once:
            reader, writer = await asyncio.open_connection(self._host, self._port)
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in head.partition(b"\r\n")[0]:
                raise Refused(head)
            _send(writer, f"40{json.dumps({'token': token, 'after': heard.last})}")
            while not (payload := await _frame(reader)).startswith(b"40"):
                if payload.startswith(b"44"):
                    sys.exit(f"a viewer was refused: {payload.decode()}")
                if payload.startswith(b"42"):  # What was missed comes before the welcome.
                    self._hear(heard, payload)
        heard.connections += 1
        connected.set()
        while True:
            payload = await _frame(reader)
            if payload.startswith(b"42"):
                self._hear(heard, payload)
            elif payload == b"2":
                _send(writer, "3")

    def _hear(self, heard: Heard, payload: bytes) -> None:
        now = datetime.now(UTC).timestamp()
        known = self._known.get(payload)
        if known is None:
            name, data = json.loads(payload[2:])[:2]
            if name == "resync":
                sys.exit("a viewer was away for too long")
            at = datetime.fromisoformat(data.get("timestamp") or data["at"]).timestamp()
            identity = str(data["sessionId"]) if name == EVENT else ""
            known = self._known[payload] = identity, at, data.get("activityId") or data.get("id")
        identity, at, last = known
        heard.last = last or heard.last
        if not identity:
            return
        if identity in heard.ids:
            heard.repeated += 1
        heard.ids.add(identity)
        self.milliseconds.append((now - at) * 1000)


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """The next text from the server. Raises `EOFError` when it hung up."""
    while True:
        first, second = await reader.readexactly(2)
        length = second & 0x7F
        if length in (LONG, LONGER):
            length = int.from_bytes(await reader.readexactly(2 if length == LONG else 8))
        payload = await reader.readexactly(length)
        if first & 0xF == CLOSE:
            raise EOFError
        if first & 0xF == TEXT:
            return payload


def _send(writer: asyncio.StreamWriter, text: str) -> None:
    """A text to the server; masked with nothing, which is a mask too."""
    content = text.encode()
    short = len(content) < LONG
    size = bytes([0x80 | len(content)]) if short else b"\xfe" + len(content).to_bytes(2)
    writer.write(bytes([0x80 | TEXT]) + size + bytes(4) + content)


async def main(host: str, port: int) -> None:
    viewers = Viewers(host, port)
    lines = asyncio.StreamReader(limit=2**26)
    loop = asyncio.get_running_loop()
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
