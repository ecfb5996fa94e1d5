"""WebSockets as bytes: what a client may send, and what becomes of one that doesn't read."""

import base64
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from websocket import (
    ABNF,
    WebSocket,
    WebSocketBadStatusException,
    WebSocketConnectionClosedException,
    create_connection,
)

from rollcall import Principal, Rollcall
from rollcall.activity import Entry, Subject
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import SOON, Listener, RunningWeb, listening

SOCKET = "/socket.io/?EIO=4&transport=websocket"
COMPRESSION = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}


@contextmanager
def line(web: RunningWeb, actor: Principal | None = None, **options: object) -> Iterator[WebSocket]:
    """A WebSocket without a client library behind it, welcomed as `actor`."""
    opened = create_connection(web.url.replace("http", "ws") + SOCKET, timeout=SOON, **options)
    raw = opened.sock
    try:
        assert opened.recv().startswith("0{")
        if actor is not None:
            opened.send(f"40{json.dumps({'token': web.token(actor)})}")
            while not opened.recv().startswith("40"):
                pass
        yield opened
    finally:
        opened.close(timeout=1)
        raw.close()


def closed_with(line: WebSocket) -> int:
    """Why the server hung up."""
    while True:
        code, content = line.recv_data(control_frame=True)
        if code == ABNF.OPCODE_CLOSE:
            return int.from_bytes(content[:2], "big")


def heard(line: WebSocket, title: str) -> None:
    while title not in line.recv():
        pass


def test_a_message_in_pieces_is_one_message(web: RunningWeb, cast: Cast) -> None:
    with line(web, cast.employee) as mine:
        pieces = ['420["watchMeeting",', '{"meetingId":"ä', 'ö"}]']
        for number, piece in enumerate(pieces):
            kind = ABNF.OPCODE_CONT if number else ABNF.OPCODE_TEXT
            last = number == len(pieces) - 1
            mine.send_frame(ABNF.create_frame(piece.encode(), kind, fin=last))
            mine.ping("still here")  # Between the pieces, as a client may.
        while not (answer := mine.recv()).startswith("430"):
            pass
        assert json.loads(answer[3:])[0]["error"]["code"] == "not_found"


def test_a_ping_is_answered_with_what_it_carries(web: RunningWeb, cast: Cast) -> None:
    with line(web, cast.employee) as mine:
        mine.ping("marco")
        while (found := mine.recv_data(control_frame=True))[0] != ABNF.OPCODE_PONG:
            pass
        assert found[1] == b"marco"


@pytest.mark.parametrize("size", [1_000_001, 3_000_000])
def test_a_message_that_is_too_long_is_the_last(web: RunningWeb, cast: Cast, size: int) -> None:
    with line(web, cast.employee) as mine:
        mine.send("4" + "x" * size)
        assert closed_with(mine) == 1009


def test_many_small_pieces_are_too_long_together(web: RunningWeb, cast: Cast) -> None:
    with line(web, cast.employee) as mine:
        with pytest.raises(OSError):
            for number in range(10_000):
                kind = ABNF.OPCODE_CONT if number else ABNF.OPCODE_TEXT
                mine.send_frame(ABNF.create_frame(b"x" * 1000, kind, fin=0))
        with line(web, cast.employee):
            pass  # Others come in.


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"\x81\x04text", 1002),  # not masked
        (b"\xc1\x84\0\0\0\0text", 1002),  # compressed, which was not agreed on
        (b"\x81\x82\0\0\0\0\xc3\x28", 1007),  # not UTF-8
        (b"\x83\x80\0\0\0\0", 1002),  # a kind of frame that isn't one
    ],
)
def test_what_is_no_websocket_is_hung_up_on(
    web: RunningWeb, cast: Cast, frame: bytes, reason: int
) -> None:
    with line(web, cast.employee) as mine:
        mine.sock.sendall(frame)
        assert closed_with(mine) == reason


@pytest.mark.parametrize("text", ["", "not a packet", "9"])
def test_what_is_no_packet_harms_nobody_else(
    web: RunningWeb, roll: Rollcall, cast: Cast, text: str
) -> None:
    with line(web, cast.employee) as other, line(web, cast.employee) as mine:
        mine.send(text)
        roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
        heard(other, "Order chairs")
    assert "Traceback" not in web.log.read_text()


def test_nothing_is_compressed_for_a_client_that_offers_it(web: RunningWeb, cast: Cast) -> None:
    with line(web, cast.employee, header=COMPRESSION) as mine:
        assert "sec-websocket-extensions" not in mine.getheaders()


@pytest.mark.parametrize(
    "header", [{"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Key": ""}], ids=str
)
def test_a_handshake_that_is_none_is_refused(web: RunningWeb, header: dict[str, str]) -> None:
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key, **header,
    }  # fmt: skip
    assert httpx.get(web.url + SOCKET, headers=headers, timeout=SOON).status_code == 400


def test_a_site_that_may_not_gets_no_socket(web: RunningWeb, cast: Cast) -> None:
    with (
        pytest.raises(WebSocketBadStatusException, match="400"),
        line(web, origin="https://evil.example"),
    ):
        pass


def test_a_client_that_begins_with_polling_goes_on_with_a_websocket(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    listener = Listener()
    listener.client.connect(web.url, auth={"token": web.token(cast.employee)}, wait_timeout=SOON)
    roll.tasks.assign(cast.manager, NewTask("first", "EMP004"))
    assert listener.until("first") == ["first"]
    assert listener.client.transport() == "websocket"
    roll.tasks.assign(cast.manager, NewTask("second", "EMP004"))
    assert listener.until("second") == ["second"]
    listener.client.disconnect()


def test_who_goes_is_forgotten_and_may_come_again(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    for _ in range(3):
        with line(web, cast.employee) as mine:
            mine.sock.shutdown(socket.SHUT_RDWR)  # Without a word.
    with line(web, cast.employee) as mine:
        roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
        heard(mine, "Order chairs")


def test_a_client_that_does_not_read_keeps_nobody_waiting_and_is_hung_up_on(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    """It can come back and ask for what it missed; here it is as slow as one can be."""

    def tell(number: int) -> None:
        data = {"title": str(number), "long": "x" * 90_000}
        roll.activities.record(cast.admin, [Entry("task.updated", Subject("task", "x"), data)])

    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
    with listening(web, cast.admin) as reader, line(web, cast.admin, sockopt=small) as sleeper:
        for number in range(120):
            tell(number)
        while reader.next()["data"].get("title") != "119":
            pass
        with pytest.raises((OSError, WebSocketConnectionClosedException)):
            while True:
                sleeper.recv_frame()
    with listening(web, cast.admin) as reader:
        tell(120)
        assert reader.next()["data"]["title"] == "120"
