"""Uploads as a client on a network makes them: in pieces, too slowly, too much, half of it."""

import contextlib
import json
import socket
from collections.abc import Iterator
from datetime import date, time
from typing import Any
from urllib.parse import quote, urlsplit

from rollcall import Principal, Rollcall
from rollcall.completions.model import Completion, NewCompletion
from tests.samples import mpeg

PIECE = 64 * 1024
MEGABYTE = 1024 * 1024


def planned(roll: Rollcall, actor: Principal) -> Completion:
    """A session to add files to."""
    new = NewCompletion("Welding basics", date(2026, 3, 1), time(9), time(10))
    return roll.completions.create(actor, new)


def video(size: int) -> Iterator[bytes]:
    """An MPEG video of `size` bytes, a piece at a time."""
    head = mpeg()
    yield head[:size]
    left = size - len(head)
    while left > 0:
        yield bytes(min(PIECE, left))
        left -= PIECE


class SlowUpload:
    """An upload over a socket of its own, whose body is sent bit by bit."""

    def __init__(self, url: str, token: str, completion_id: str, name: str, length: int) -> None:
        address = urlsplit(url)
        assert address.hostname
        assert address.port
        self._socket = socket.create_connection((address.hostname, address.port), timeout=60)
        path = f"/api/v1/completions/{completion_id}/attachments?file_name={quote(name)}"
        self._socket.sendall(
            (
                f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: video/mpeg\r\n"
                f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
            ).encode()
        )

    def send(self, content: bytes) -> None:
        self._socket.sendall(content)

    def answer(self) -> tuple[int, dict[str, Any]]:
        """The status and the body of the answer."""
        received = b""
        while piece := self._socket.recv(PIECE):
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)

    def break_off(self) -> None:
        """Close the connection, as a laptop does whose lid is shut."""
        self._socket.close()


@contextlib.contextmanager
def slow_upload(
    url: str, token: str, completion_id: str, name: str, length: int
) -> Iterator[SlowUpload]:
    upload = SlowUpload(url, token, completion_id, name, length)
    try:
        yield upload
    finally:
        upload.break_off()
