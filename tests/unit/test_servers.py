"""Several Rasa servers: turns go to them in turn, and past one that is away."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from rollcall import Settings
from rollcall.clock import system_clock
from rollcall.operation.checks import check_parts
from rollcall.operation.home import Home, OperationError, Secrets
from rollcall.operation.ports import free_port
from rollcall.operation.servers import action_servers, rasa_servers
from rollcall.turn_tokens import Turn
from web.assistant import Assistant, AssistantAway

TURN = Turn("turn-0001", "conversation", "text", None, None)


class Rasa(ThreadingHTTPServer):
    """Answers turns with its own number, or with `status`; hangs up at once when that is 0."""

    def __init__(self, number: int, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), Turns)
        self.number, self.status = number, status
        self.asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Turns(BaseHTTPRequestHandler):
    """The channel of one of them."""

    server: Rasa

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        if not self.server.status:
            self.close_connection = True
            return
        reply = {"text": str(self.server.number), "buttons": [], "custom": None}
        intent = {"name": "greet", "confidence": 1.0}
        body = json.dumps({"replies": [reply], "intent": intent, "actions": []}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def running(*servers: Rasa) -> Iterator[None]:
    with ExitStack() as stack:
        for server in servers:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield


def heard(urls: list[str], turns: int) -> list[str]:
    """Which server answered each of some turns."""
    assistant = Assistant(urls, urls, Secrets.generate(), system_clock)
    try:
        return [assistant.answer(TURN, "hello").replies[0]["text"] for _ in range(turns)]
    finally:
        assistant.close()


def test_turns_go_to_the_servers_in_turn() -> None:
    servers = [Rasa(1), Rasa(2)]
    with running(*servers):
        assert heard([one.url for one in servers], 4) == ["1", "2", "1", "2"]


@pytest.mark.parametrize("status", [0, 503])
def test_one_that_hangs_up_or_is_not_ready_is_passed_over(status: int) -> None:
    servers = [Rasa(1, status), Rasa(2)]
    with running(*servers):
        assert heard([one.url for one in servers], 4) == ["2"] * 4
    assert servers[0].asked >= 1


def test_one_that_is_not_there_is_passed_over() -> None:
    server = Rasa(2)
    with running(server):
        assert heard([f"http://127.0.0.1:{free_port()}", server.url], 3) == ["2"] * 3


def test_a_turn_that_failed_is_not_played_elsewhere_by_itself() -> None:
    servers = [Rasa(1, 500), Rasa(2)]
    with running(*servers), pytest.raises(AssistantAway):
        heard([one.url for one in servers], 1)
    assert servers[1].asked == 0


def test_without_any_server_the_assistant_is_away() -> None:
    nobody = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
    with pytest.raises(AssistantAway):
        heard(nobody, 1)


def test_servers_are_listed_in_one_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ROLLCALL_RASA_URLS", "http://127.0.0.1:5005, https://rasa.example.com")
    monkeypatch.setenv("ROLLCALL_PARTS", "actions web")
    settings = Settings(home=tmp_path)
    assert settings.rasa_urls == ("http://127.0.0.1:5005", "https://rasa.example.com")
    assert settings.parts == ("actions", "web")


@pytest.mark.parametrize("url", ["http://10.0.0.5:5005", "127.0.0.1:5005", "https://a/path"])
def test_turns_do_not_go_over_a_network_unencrypted(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(rasa_urls=(url,))


def test_own_servers_are_used_when_none_are_listed(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home")).prepare()
    ports = home.choose_ports(for_web=False)
    assert rasa_servers(home) == (f"http://127.0.0.1:{ports.rasa}",)
    assert action_servers(home) == (f"http://127.0.0.1:{ports.actions}",)


def test_parts_that_need_others_say_where_they_are() -> None:
    with pytest.raises(OperationError, match="ROLLCALL_RASA_URLS"):
        check_parts(Settings(parts=("web",)))
    check_parts(Settings(parts=("web",), rasa_urls=("http://127.0.0.1:5005",)))
    check_parts(Settings(parts=("rasa", "actions")))
    check_parts(Settings())
