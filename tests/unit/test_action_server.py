"""The action server's door: only who knows the key comes in, and nobody learns what went wrong."""

import json
import subprocess
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rollcall import Rollcall, Settings
from rollcall.clock import system_clock
from rollcall.operation.home import Home
from rollcall.operation.parts import environment_of, parts_of
from rollcall.operation.tied import tied, tied_environment
from rollcall.settings import ROOT
from rollcall.storage.database import Database
from rollcall.turn_tokens import Turn, sign

CALL = {"next_action": "action_greet", "tracker": {"sender_id": "guest_1"}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Home:
    folder = tmp_path_factory.mktemp("home")
    settings = Settings(home=folder, mongodb_uri=mongodb_uri, database="test_doors", demo=False)
    made = Home(settings).prepare()
    made.choose_ports(for_web=False)
    return made


@pytest.fixture(scope="module")
def server(home: Home, mongodb_uri: str) -> Iterator[httpx.Client]:
    """A running action server, and whoever may call it."""
    database = Database(mongodb_uri, home.settings.database)
    Rollcall(home.settings, database, "pepper").migrate()
    part = next(one for one in parts_of(home, None) if one.name == "actions")  # type: ignore[arg-type]
    environment = {**environment_of(home), **tied_environment()}
    process = subprocess.Popen(tied(part.program.command), cwd=ROOT, env=environment)
    key = {"X-Rollcall-Key": home.secrets.action_key}
    with httpx.Client(base_url=f"http://127.0.0.1:{home.ports.actions}", headers=key) as client:
        try:
            _wait(client)
            yield client
        finally:
            process.terminate()
            process.wait(30)
    database.drop()
    database.close()


def _wait(client: httpx.Client) -> None:
    pause = threading.Event()
    for _ in range(240):
        try:
            assert client.get("/health").json()["status"] == "ok"
            return
        except httpx.TransportError:
            pause.wait(0.25)
    raise AssertionError("the action server never answered")


def _turn(home: Home, text: str) -> dict[str, Any]:
    """A guest's message as Rasa passes it on, signed."""
    turn = Turn("turn-1", "guest_1", "text", None, None)
    token = sign(turn, text, home.secrets.turn_key, system_clock())
    return {"text": text, "intent": {"name": "greet"}, "metadata": {"turn": token}}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/webhook"), ("OPTIONS", "/webhook"), ("GET", "/health"), ("GET", "/actions")],
)
@pytest.mark.parametrize("key", ["", "0" * 64, "é"])
def test_nothing_is_said_to_who_does_not_know_the_key(
    server: httpx.Client, method: str, path: str, key: str
) -> None:
    answer = server.request(method, path, headers={"X-Rollcall-Key": key.encode()}, json=CALL)
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})


def test_action_answers_in_the_words_of_rasas_protocol(server: httpx.Client, home: Home) -> None:
    tracker = {
        "sender_id": "guest_1", "slots": {}, "events": [], "active_loop": {},
        "latest_message": _turn(home, "hello"),
    }  # fmt: skip
    answer = server.post("/webhook", json={"next_action": "action_greet", "tracker": tracker})
    assert answer.status_code == 200
    said = answer.json()
    assert said["events"] == []
    (reply,) = said["responses"]
    assert reply["text"].startswith("Hello!")
    assert reply["custom"] == {"type": "sign_in", "employee_id": None}
    assert reply["buttons"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"tracker": {"sender_id": "x"}}', 400),
        (b'{"next_action": "action_greet", "tracker": []}', 400),
        (json.dumps({**CALL, "next_action": "action_of_nobody"}).encode(), 404),
        (b" " * (16 * 1024 * 1024 + 1), 413),
    ],
    ids=lambda one: str(one)[:20],
)
def test_what_is_no_call_is_refused(server: httpx.Client, body: bytes, status: int) -> None:
    assert server.post("/webhook", content=body).status_code == status


def test_packed_call_is_refused_unread(server: httpx.Client) -> None:
    packed = zlib.compress(json.dumps(CALL).encode())
    answer = server.post("/webhook", content=packed, headers={"Content-Encoding": "deflate"})
    assert answer.status_code == 415


def test_failure_tells_nothing_of_the_conversation(server: httpx.Client) -> None:
    tracker = {**CALL["tracker"], "slots": {}, "events": [{"secret": 1}], "latest_message": {}}  # type: ignore[dict-item]
    tracker["latest_message"] = {"metadata": "not an object"}
    answer = server.post("/webhook", json={**CALL, "tracker": tracker})
    assert (answer.status_code, answer.json()) == (500, {"error": "action_failed"})


def test_unknown_address_is_refused_in_json(server: httpx.Client) -> None:
    answer = server.get("/actions")
    assert (answer.status_code, answer.json()) == (404, {"error": "refused"})
