"""Rasa, the action server and mongod: nobody but our own parts gets an answer from them."""

import json
import subprocess
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest

from rollcall.operation.parts import BOT_PYTHON, DOOR_HEADER
from rollcall.settings import ROOT
from tests.security.live.conftest import Target

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# Run in Rasa's environment: the addresses of the server as we start it, and those it would have
# with its own interface switched on.
ROUTES = """
import json
from rasa.core.run import configure_app, create_http_input_channels
found = {}
for open_api in (False, True):
    channels = create_http_input_channels(None, "credentials.yml")
    app = configure_app(channels, enable_api=open_api, use_uvloop=False)
    found[str(open_api)] = sorted({"/" + route.path for route in app.router.routes})
print("ROUTES " + json.dumps(found))
"""


@pytest.fixture(scope="module")
def rasa_routes(target: Target) -> dict[str, list[str]]:
    """The addresses that Rasa serves here ("False") and those it could serve ("True")."""
    keys = {"ROLLCALL_TURN_KEY": "t" * 64, "ROLLCALL_ACTION_KEY": "a" * 64}
    done = subprocess.run(
        [str(BOT_PYTHON), "-c", ROUTES],
        cwd=ROOT,
        env={**keys, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    [line] = [one for one in done.stdout.splitlines() if one.startswith("ROUTES ")] or [""]
    assert line, done.stderr[-2000:]
    found: dict[str, list[str]] = json.loads(line.removeprefix("ROUTES "))
    return found


def wrong_keys(target: Target) -> Iterator[dict[str, str]]:
    """Headers that don't open the door."""
    secrets = target.home.secrets
    key = secrets.action_key
    yield {}
    for wrong in ("", "x", secrets.turn_key, secrets.access_key, key[:-1], key + "0", key.upper()):
        if wrong != key:
            yield {DOOR_HEADER: wrong}
    yield {"Authorization": f"Bearer {key}"}
    yield {"Cookie": f"{DOOR_HEADER}={key}"}


def answers(target: Target, port: int, paths: list[str]) -> list[tuple[str, ...]]:
    """Everything that is told at a port, although the key is missing or wrong."""
    told = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        for path in paths:
            for method in METHODS:
                for headers in wrong_keys(target):
                    answer = client.request(method, path, headers=headers)
                    silent = {"error": "unauthorized"}
                    nothing = method == "HEAD" and not answer.content
                    if answer.status_code != 401 or not (nothing or answer.json() == silent):
                        told.append((method, path, str(headers), str(answer.status_code)))
    return told


def test_rasa_answers_nobody_without_the_key(
    target: Target, rasa_routes: dict[str, list[str]]
) -> None:
    assert "/webhooks/rollcall/webhook" in rasa_routes["False"]
    assert len(rasa_routes["True"]) > 15
    paths = {path.replace("<conversation_id:path>", "x") for path in rasa_routes["True"]}
    unknown = {
        "/webhooks/rollcall/",
        "/webhooks/rest/webhook",
        "/socket.io/",
        "/docs",
        "/no-such-address",
        "//",
    }
    assert answers(target, target.home.ports.rasa, sorted(paths | unknown)) == []


def test_the_actions_answer_nobody_without_the_key(target: Target) -> None:
    paths = ["/", "/health", "/webhook", "/actions", "/health/", "/no-such-address"]
    assert answers(target, target.home.ports.actions, paths) == []


def test_with_the_key_rasa_serves_turns_and_its_state_only(
    target: Target, rasa_routes: dict[str, list[str]]
) -> None:
    assert set(rasa_routes["False"]) == {"/", "/webhooks/rollcall", "/webhooks/rollcall/webhook"}
    with door(target, target.home.ports.rasa) as client:
        for path in set(rasa_routes["True"]) - set(rasa_routes["False"]):
            for method in ("GET", "POST", "PUT", "DELETE"):
                answer = client.request(method, path.replace("<conversation_id:path>", "x"))
                assert answer.status_code == 404, (method, path)
        unsigned = client.post("/webhooks/rollcall/webhook", json={"turn": "", "text": "hello"})
        assert unsigned.status_code == 401


def door(target: Target, port: int) -> httpx.Client:
    """A client with the right key."""
    headers = {DOOR_HEADER: target.home.secrets.action_key}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30)


def call_of(**tracker: Any) -> dict[str, Any]:
    """What Rasa posts to the action server."""
    state = {
        "sender_id": "tell-tale-sender",
        "slots": {"tell_tale": "tell-tale-slot"},
        "latest_message": {"text": "tell-tale-text", "metadata": {"turn": "tell-tale-turn"}},
        "events": [{"event": "user", "text": "tell-tale-event"}],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
        "latest_input_channel": "rollcall",
        **tracker,
    }
    return {
        "next_action": "action_greet",
        "sender_id": "tell-tale-sender",
        "tracker": state,
        "domain": {},
        "version": "3.6.21",
    }


BROKEN_TRACKERS: list[dict[str, Any]] = [
    {},
    {"events": None},
    {"events": "tell-tale"},
    {"events": [{}]},
    {"slots": ["tell-tale"]},
    {"latest_message": "tell-tale"},
    {"latest_message": {"metadata": "tell-tale"}},
    {"latest_message": {"entities": "tell-tale"}},
    {"active_loop": "tell-tale"},
    {"sender_id": {"tell": "tale"}},
]


def test_whatever_goes_wrong_in_an_action_no_tracker_comes_back(target: Target) -> None:
    calls: list[Any] = [call_of(**broken) for broken in BROKEN_TRACKERS]
    calls += [{**call_of(), "next_action": "action_tell_tale_unknown"}]
    calls += [{**call_of(), "tracker": "tell-tale"}, {**call_of(), "domain": "tell-tale"}]
    calls += [{"tell-tale": 1}, ["tell-tale"], "tell-tale", None, 7]
    with door(target, target.home.ports.actions) as client:
        for call in calls:
            answer = client.post("/webhook", json=call)
            told = answer.text.replace("action_tell_tale_unknown", "")
            assert "tell" not in told, (call, told)
            assert "Traceback" not in told
        for raw in (b"{", b"tell-tale", b"\xff\xfe", b""):
            answer = client.post("/webhook", content=raw)
            assert answer.status_code >= 400
            assert b"tell" not in answer.content


def test_a_forged_turn_makes_no_action_speak_for_somebody(target: Target) -> None:
    """Even with the key of the door, who speaks is what the web server signed."""
    before = target.count("session_activities")
    forged = {
        "text": "register a supplier",
        "metadata": {"turn": target.token(target.cast.admin), "employee_id": "EMP001"},
        "entities": [{"entity": "employee_id", "value": "EMP001"}],
    }
    with door(target, target.home.ports.actions) as client:
        for name in ("action_who_am_i", "action_register", "action_list_sessions"):
            call = {**call_of(latest_message=forged), "next_action": name}
            answer = client.post("/webhook", json=call)
            assert "EMP001" not in answer.text
            assert "Admin" not in answer.text
    assert target.count("session_activities") == before


@pytest.mark.parametrize("coding", ["deflate", "gzip", "br", "identity, deflate"])
def test_the_actions_inflate_nothing(target: Target, coding: str) -> None:
    bomb = zlib.compress(b" " * 50_000_000)
    with door(target, target.home.ports.actions) as client:
        headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
        answer = client.post("/webhook", content=bomb, headers=headers)
    assert answer.status_code == 415


def test_every_inner_port_is_bound_to_loopback_only(target: Target) -> None:
    ports = target.home.ports
    bound: dict[int, set[str]] = {}
    for process in target.instance.everything():
        for one in process.net_connections(kind="inet"):
            if one.status == psutil.CONN_LISTEN:
                bound.setdefault(one.laddr.port, set()).add(one.laddr.ip)
    assert {ports.mongod, ports.rasa, ports.actions, ports.web} <= set(bound)
    assert set().union(*bound.values()) == {"127.0.0.1"}
