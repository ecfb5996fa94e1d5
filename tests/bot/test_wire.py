"""Calls over a wire: what is sent and what comes back is what aiohttp sends and makes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.action_servers import ActionServers
from bot.speedups import action_calls, wire
from tests.bot.conversations import conversations

SOON = aiohttp.ClientTimeout(total=20)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
JSON = b"Content-Type: application/json\r\n"


class Wired(EndpointConfig):
    """An endpoint as it is once the speed-ups are applied."""

    request = wire.request


class Stock(EndpointConfig):
    """One whose calls go through aiohttp."""

    session = action_calls.session


class Server:
    """Answers each request with the same bytes, and keeps what it was sent."""

    def __init__(self, answer: bytes | None, pieces: int) -> None:
        self.answer, self.pieces = answer, pieces
        self.opened = 0
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.address = ""
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.writers.append(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:-2])
                body = await reader.readexactly(int(headers["content-length"]))
                self.heard.append((head[0], headers, body))
                if self.answer is None:
                    continue
                size = max(len(self.answer) // self.pieces, 1)
                for at in range(0, len(self.answer), size):
                    writer.write(self.answer[at : at + size])
                    await writer.drain()
                    await asyncio.sleep(0)
                if not self.answer or b": close" in self.answer:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: bytes | None, pieces: int = 1) -> AsyncIterator[Server]:
    server = Server(answer, pieces)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/web%20hook"
    try:
        yield server
    finally:
        await wire.close()
        await action_calls.close()
        listening.close()


async def outcome(call: Callable[..., Awaitable[Any]], **said: Any) -> Any:
    """What a call answers, or what it raises."""
    try:
        return await call(**said)
    except ClientResponseError as error:
        return type(error), error.status, error.message, error.text
    except Exception as error:
        return type(error)


def sized(head: bytes, body: bytes) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


ANSWERS = {
    "json": sized(OK + JSON, '{"events": [], "text": "ü"}'.encode()),
    "a charset": sized(OK + b"Content-Type: application/json; charset=latin-1\r\n", b'"\xfc"'),
    "utf-8": sized(OK + b"content-type: Application/JSON; charset=utf-8\r\n", b" [1] \n"),
    "more than json": sized(OK + b"Content-Type: application/problem+json\r\n", b"{}"),
    "text": sized(OK + b"Content-Type: text/html\r\n", b"<p>"),
    "no type": sized(OK, b"{}"),
    "nothing": sized(OK + JSON, b""),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "bad json": sized(OK + JSON, b"{"),
    "bad text": sized(OK + JSON, b'"\xff"'),
    "chunks": OK + JSON + CHUNKED + b"2\r\n[1\r\n3\r\n, 2\r\n1\r\n]\r\n0\r\n\r\n",
    "until the end": OK + JSON + b"Connection: close\r\n\r\n[1, 2]",
    "the last": sized(OK + JSON + b"Connection: close\r\n", b"[1]"),
    "later": b"HTTP/1.1 100 Continue\r\n\r\n" + sized(OK + JSON, b"[1]"),
    "refused": sized(b"HTTP/1.1 400 Bad Request\r\n" + JSON, b'{"action_name": "a"}'),
    "broken": sized(b"HTTP/1.1 500 Internal Server Error\r\n" + JSON, b""),
    "cut": OK + JSON + b"Connection: close\r\nContent-Length: 10\r\n\r\n[1",
    "hung up": b"",
}  # fmt: skip


@pytest.mark.parametrize("pieces", [1, 7])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_read_as_aiohttp_reads_it(answer: bytes, pieces: int) -> None:
    async def talk() -> None:
        async with serving(answer, pieces) as server:
            for endpoint in (Wired(server.address), ActionServers(Wired(server.address))):
                stock = await outcome(Stock(server.address).request, json={}, timeout=SOON)
                assert await outcome(endpoint.request, json={}, timeout=SOON) == stock
                assert await outcome(endpoint.request, json={}, timeout=20) == stock

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(EndpointConfig, "request", wire.request)
        patched.setattr(Stock, "request", wire._stock_request)
        asyncio.run(talk())


def test_what_is_no_http_is_an_error_of_aiohttps() -> None:
    async def talk() -> None:
        async with serving(b"What? content-length\r\n\r\n") as server:
            with pytest.raises(aiohttp.ClientError):
                await Wired(server.address).request(json={}, timeout=SOON)

    asyncio.run(talk())


def test_the_server_hears_what_aiohttp_sends() -> None:
    said = {
        "text": "“ü” \u2028 \ud83d / </b>",
        "at": 1795291894.3393457,
        "none": [None, True, 1e-9],
    }

    async def talk() -> None:
        async with serving(ANSWERS["json"]) as server:
            headers = {"X-Rollcall-Key": "secret", "Content-Type": "application/json"}
            for kind in (Stock, Wired):
                await kind(server.address, headers=headers).request(json=said, timeout=SOON)
            [(line, stock, body), (ours_line, ours, our_body)] = server.heard
            assert ours_line == line == "POST /web%20hook HTTP/1.1"
            assert json.loads(our_body) == json.loads(body) == said
            for name in ("host", "x-rollcall-key", "content-type", "accept"):
                assert ours[name] == stock[name]
            # Nothing is unpacked here, so nothing packed is asked for.
            assert ours.keys() == stock.keys() - {"accept-encoding", "user-agent"}

    asyncio.run(talk())


@pytest.mark.parametrize(
    "special",
    [
        {"url": "{}?a=1"},
        {"url": "{}", "params": {"a": "1"}},
        {"url": "{}", "token": "t"},
        {"url": "{}", "basic_auth": {"username": "a", "password": "b"}},
        {"url": "{}", "headers": {"X-Name": "ü"}},
    ],
)
def test_what_is_not_plain_goes_the_way_it_went(special: dict[str, Any]) -> None:
    async def talk() -> None:
        async with serving(ANSWERS["json"]) as server:
            url = special["url"].format(server.address)
            endpoint = Wired(**{**special, "url": url})
            assert await endpoint.request(json={}, timeout=SOON) == {"events": [], "text": "ü"}
            assert "_wire" in endpoint.__dict__
            assert endpoint.__dict__["_wire"][2] is None
            assert server.opened == 1

    asyncio.run(talk())
    for odd in ("https://a/b", "http://a:b@c/d", "ftp://a", "http:///b"):
        assert wire.Wire.to(EndpointConfig(odd)) is None


def test_calls_share_a_connection_until_it_is_closed() -> None:
    async def talk() -> None:
        async with serving(ANSWERS["json"]) as server:
            endpoint = Wired(server.address)
            for _ in range(5):
                await endpoint.request(json={}, timeout=SOON)
            assert server.opened == 1
            [connection] = endpoint.__dict__["_wire"][2]._resting
            server.writers[0].close()
            while connection.open:
                await asyncio.sleep(0.001)
            await endpoint.request(json={}, timeout=SOON)
            assert server.opened == 2
            await wire.close()
            await endpoint.request(json={}, timeout=SOON)
            assert server.opened == 3

    asyncio.run(talk())


def test_a_connection_that_rested_too_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_KEPT_OPEN", 0)

    async def talk() -> None:
        async with serving(ANSWERS["json"]) as server:
            endpoint = Wired(server.address)
            for _ in range(2):
                await endpoint.request(json={}, timeout=SOON)
            assert server.opened == 2

    asyncio.run(talk())


def test_many_calls_at_once_wait_for_none_of_the_others() -> None:
    async def talk() -> None:
        async with serving(None) as server:
            endpoint = Wired(server.address)
            calls = [asyncio.create_task(endpoint.request(json={}, timeout=SOON)) for _ in range(9)]
            while len(server.heard) < 9:
                await asyncio.sleep(0.001)
            for writer in server.writers:
                writer.write(ANSWERS["json"])
            assert len(await asyncio.gather(*calls)) == server.opened == 9

    asyncio.run(talk())


def test_each_event_loop_has_connections_of_its_own() -> None:
    endpoint = Wired("http://127.0.0.1:1/")

    async def talk() -> int:
        async with serving(ANSWERS["json"]) as server:
            endpoint.url = server.address
            await endpoint.request(json={}, timeout=SOON)
            return server.opened

    assert [asyncio.run(talk()) for _ in range(2)] == [1, 1]


def test_a_call_that_takes_too_long_or_is_called_off_leaves_no_answer_behind() -> None:
    async def talk() -> None:
        async with serving(None) as server:
            endpoint = Wired(server.address)
            with pytest.raises(asyncio.TimeoutError):
                await endpoint.request(json={}, timeout=aiohttp.ClientTimeout(total=0.05))
            call = asyncio.create_task(endpoint.request(json={}, timeout=SOON))
            while len(server.heard) < 2:
                await asyncio.sleep(0.001)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            server.answer = ANSWERS["json"]
            assert await endpoint.request(json={}, timeout=SOON) == {"events": [], "text": "ü"}
            assert server.opened == 3

    asyncio.run(talk())


def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    async def talk() -> None:
        async with serving(ANSWERS["json"]) as server:
            gone = server.address
        with pytest.raises(aiohttp.ClientConnectionError):
            await Wired(gone).request(json={}, timeout=SOON)

    asyncio.run(talk())


def test_conversations_are_written_as_json_writes_them(processor: Any) -> None:
    domain: Domain = processor.domain
    for tracker in conversations(domain, 40, seed=41):
        told = action_calls.told(tracker.events)
        assert json.loads(wire.written(told)) == json.loads(json.dumps(told))
    for odd in (
        float("nan"),
        2**80,
        {1: "a", None: "b"},
        {"a": (1, 2)},
        "\ud800",
        0.1 + 0.2,
        5e-324,
    ):
        assert repr(json.loads(wire.written(odd))) == repr(json.loads(json.dumps(odd)))
    with pytest.raises(TypeError):
        wire.written({"a": object()})
