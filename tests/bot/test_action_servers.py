"""Several action servers: a call is answered as long as one of them is there."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
import pytest
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.action_servers import ACTION_SECONDS, ActionServers
from bot.channel import _TURN_TIMEOUT


class Actions(BaseHTTPRequestHandler):
    """Answers with its port and the key it was given; /fails fails, /away hangs up."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/away":
            return
        port = self.server.server_address[1]
        body = json.dumps({"port": port, "key": self.headers.get("X-Key")}).encode()
        self.send_response(500 if self.path == "/fails" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def server() -> Iterator[int]:
    """The port of a running action server."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Actions)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield running.server_port
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens any more."""
    with server() as port:
        pass
    return f"http://127.0.0.1:{port}"


def call(*urls: str, times: int = 1) -> list[dict]:
    servers = ActionServers(EndpointConfig(" ".join(urls), headers={"X-Key": "key"}))

    async def calls() -> list[dict]:
        return [await servers.request(json={"next_action": "a"}) for _ in range(times)]

    return asyncio.run(calls())


def test_calls_go_to_the_servers_in_turn_with_the_key() -> None:
    with server() as first, server() as second:
        answers = call(f"http://127.0.0.1:{first}", f"http://127.0.0.1:{second}", times=3)
    assert [one["port"] for one in answers] == [first, second, first]
    assert {one["key"] for one in answers} == {"key"}


@pytest.mark.parametrize("path", ["", "/away"])
def test_one_that_is_not_there_or_hangs_up_is_passed_over(nobody: str, path: str) -> None:
    with server() as other:
        gone = f"http://127.0.0.1:{other}{path}" if path else nobody
        answers = call(gone, f"http://127.0.0.1:{other}", times=2)
    assert [one["port"] for one in answers] == [other, other]


def test_an_action_that_fails_is_not_called_elsewhere_by_itself(nobody: str) -> None:
    with server() as port, pytest.raises(ClientResponseError):
        call(f"http://127.0.0.1:{port}/fails", nobody)


def test_without_any_server_the_call_fails(nobody: str) -> None:
    with pytest.raises(aiohttp.ClientConnectionError):
        call(nobody, nobody)


def test_an_action_ends_before_its_turn_does() -> None:
    assert ACTION_SECONDS < _TURN_TIMEOUT
