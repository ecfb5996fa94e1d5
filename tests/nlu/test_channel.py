"""The signed channel on a real Rasa server with a small model and an action server."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest

ROOT = Path(__file__).resolve().parents[2]
TURN_KEY = "turn-key-" + "0" * 40
ACTION_KEY = "action-key-" + "1" * 40

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: channel_test
language: en
pipeline:
  - name: KeywordIntentClassifier
policies:
  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, affirm, deny, thanks]
actions: [action_card, action_break]
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: true}
responses:
  utter_greet:
    - text: "Hello."
      buttons: [{title: "Yes", payload: "/affirm"}]
  utter_typed:
    - text: "You typed."
""",
    "nlu.yml": """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
  - intent: affirm
    examples: |
      - absolutely
  - intent: deny
    examples: |
      - never
  - intent: thanks
    examples: |
      - thanks
""",
    "rules.yml": """
version: "3.1"
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: card
    steps: [{intent: affirm}, {action: action_card}]
  - rule: break
    steps: [{intent: deny}, {action: action_break}]
  - rule: typed
    steps: [{intent: thanks}, {action: utter_typed}]
""",
    "endpoints.yml": """
action_endpoint:
  url: ${ROLLCALL_ACTIONS_URL}
  headers:
    X-Rollcall-Key: ${ROLLCALL_ACTION_KEY}
""",
}


class Actions(BaseHTTPRequestHandler):
    """An action server: a card for `action_card`, an exception for `action_break`."""

    calls: list[dict] = []  # noqa: RUF012 - one list for the whole server on purpose

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.calls.append({"key": self.headers.get("X-Rollcall-Key"), "body": body})
        if body["next_action"] == "action_break":
            self._send(500, {"error": "broken"})
            return
        reply = {
            "text": "Saved.\n\nAnything else?",
            "buttons": [{"title": "No", "payload": "/deny"}],
            "custom": {"type": "receipt"},
        }
        self._send(200, {"events": [], "responses": [reply, {"text": "Second."}]})

    def _send(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Quiet."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(url: str, body: object = None, key: str = ACTION_KEY) -> tuple[int, dict]:
    request = urllib.request.Request(  # noqa: S310 - loopback only
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-Rollcall-Key": key},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        content = error.read()
        is_json = error.headers.get_content_type() == "application/json"
        return error.code, json.loads(content) if is_json else {}


class Server:
    """A running Rasa and what the web server does to speak to it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def sign(self, text: str, *, key: str = TURN_KEY, **changes: object) -> str:
        now = int(time.time())
        claims = {
            "iss": "rollcall-web",
            "aud": "rollcall-turn",
            "sub": "session_EMP001",
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + 60,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "kind": "text",
            "session_id": None,
            "employee_id": None,
        }
        return jwt.encode({**claims, **changes}, key, algorithm="HS256")

    def post(self, turn: object, text: object) -> tuple[int, dict]:
        return call(f"{self.address}/webhook", {"turn": turn, "text": text})

    def say(self, text: str, **changes: object) -> tuple[int, dict]:
        return self.post(self.sign(text, **changes), text)


@pytest.fixture(scope="module")
def action_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Actions)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/webhook"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, action_server: str) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("rasa")
    for name, content in FILES.items():
        (home / name).write_text(content)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    rasa = [sys.executable, "-m", "rasa"]
    train = ["train", "--data", "nlu.yml", "rules.yml", "--fixed-model-name", "channel"]
    subprocess.run([*rasa, *train], cwd=home, env=environment, check=True, capture_output=True)
    port = free_port()
    run = ["run", "--interface", "127.0.0.1", "--port", str(port), "--endpoints", "endpoints.yml"]
    credentials = ["--credentials", str(ROOT / "credentials.yml")]
    log = (home / "rasa.log").open("wb")
    process = subprocess.Popen(
        [*rasa, *run, *credentials, "--model", "models/channel.tar.gz"],
        cwd=home,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={
            **environment,
            "ROLLCALL_TURN_KEY": TURN_KEY,
            "ROLLCALL_ACTION_KEY": ACTION_KEY,
            "ROLLCALL_ACTIONS_URL": action_server,
        },
    )
    address = f"http://127.0.0.1:{port}/webhooks/rollcall"
    try:
        wait_until_ready(address, process, home / "rasa.log")
        yield Server(address)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def wait_until_ready(address: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 120
    waiting = threading.Event()
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if call(f"{address}/")[0] == 200:
                return
        except OSError:
            pass
        waiting.wait(0.2)
    pytest.fail(f"Rasa did not start:\n{log.read_text()[-3000:]}")


def test_health_names_the_model(server: Server) -> None:
    status, body = call(f"{server.address}/")
    assert status == 200
    assert body == {"status": "ok", "rasa": "3.6.21", "model": "channel.tar.gz"}


def test_a_signed_turn_is_answered_with_intent_actions_and_replies(server: Server) -> None:
    status, body = server.say("hello", jti="turn-1")
    assert status == 200
    assert body["turn_id"] == "turn-1"
    assert body["intent"] == {"name": "greet", "confidence": 1.0}
    assert body["actions"] == ["utter_greet"]
    assert body["entities"] == []
    assert body["replies"] == [
        {"text": "Hello.", "buttons": [{"title": "Yes", "payload": "/affirm"}], "custom": None}
    ]


def test_an_utterance_keeps_its_text_buttons_and_card_together(server: Server) -> None:
    _, body = server.say("/affirm", kind="button")
    assert body["replies"] == [
        {
            "text": "Saved.\n\nAnything else?",
            "buttons": [{"title": "No", "payload": "/deny"}],
            "custom": {"type": "receipt"},
        },
        {"text": "Second.", "buttons": [], "custom": None},
    ]


def test_the_action_server_gets_the_key_and_the_signed_turn(server: Server) -> None:
    Actions.calls.clear()
    text = "/affirm"
    token = server.sign(text, kind="button")
    server.post(token, text)
    assert Actions.calls[-1]["key"] == ACTION_KEY
    tracker = Actions.calls[-1]["body"]["tracker"]
    assert tracker["latest_message"]["metadata"] == {"turn": token, "command": False}
    assert tracker["sender_id"] == "session_EMP001"


@pytest.mark.parametrize(
    "text",
    ["/affirm", "  /affirm", "  \n/affirm", "// /affirm", "/\t/\n /affirm", "\u200b/affirm"],
)
def test_a_typed_command_is_read_as_words(server: Server, text: str) -> None:
    Actions.calls.clear()
    status, body = server.say(text)
    assert status == 200
    assert "action_card" not in body["actions"]
    assert Actions.calls == []


@pytest.mark.parametrize("command", ["restart", "back", "session_start"])
def test_a_typed_rasa_command_does_not_touch_the_conversation(server: Server, command: str) -> None:
    _, body = server.say(f"  \n/{command}")
    assert body["intent"]["name"] not in (command, f"/{command}")
    assert not {"action_restart", "action_back", "action_session_start"} & set(body["actions"])


def test_a_pressed_button_is_a_command(server: Server) -> None:
    _, body = server.say("/affirm", kind="button")
    assert body["intent"] == {"name": "affirm", "confidence": 1.0}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "another-key-" + "2" * 40},
        {"aud": "somebody-else"},
        {"iss": "somebody-else"},
        {"sub": ""},
        {"kind": "command"},
        {"jti": 7},
    ],
)
def test_a_token_that_is_not_ours_is_refused(server: Server, changes: dict) -> None:
    assert server.say("hello", **changes)[0] == 401


def test_an_unsigned_token_is_refused(server: Server) -> None:
    claims = jwt.decode(server.sign("hello"), options={"verify_signature": False})
    assert server.post(jwt.encode(claims, None, algorithm="none"), "hello")[0] == 401
    assert server.post("", "hello")[0] == 401


def test_an_expired_token_is_refused(server: Server) -> None:
    now = int(time.time())
    status, body = server.say("hello", iat=now - 120, exp=now - 60)
    assert (status, body) == (401, {"error": "expired"})


def test_a_token_made_to_live_longer_than_a_minute_is_refused(server: Server) -> None:
    assert server.say("hello", exp=int(time.time()) + 3600)[0] == 401


def test_a_text_that_was_not_signed_is_refused(server: Server) -> None:
    assert server.post(server.sign("hello"), "never")[0] == 401


def test_a_token_is_taken_once(server: Server) -> None:
    token = server.sign("hello")
    assert server.post(token, "hello")[0] == 200
    assert server.post(token, "hello") == (409, {"error": "replayed"})


def test_a_turn_that_is_signed_anew_is_answered_as_the_first_time(server: Server) -> None:
    again = {"kind": "button", "sub": "twice", "jti": uuid.uuid4().hex}
    now = int(time.time())
    first = server.say("/affirm", **again, iat=now - 1, exp=now + 30)
    Actions.calls.clear()
    assert server.say("/affirm", **again, iat=now, exp=now + 30) == first
    assert first[0] == 200
    assert Actions.calls == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("  // ", "empty"), ("x" * 1001, "too_long"), (None, "bad_text")],
)
def test_a_text_that_cannot_be_read_is_refused(server: Server, text: str | None, code: str) -> None:
    token = server.sign(text or "")
    assert server.post(token, text) == (422, {"error": code})


def test_a_thousand_characters_are_read(server: Server) -> None:
    assert server.say("x" * 1000)[0] == 200


def test_a_huge_body_is_refused_before_it_is_read(server: Server) -> None:
    assert server.post(server.sign("hello"), "x" * 200_000)[0] == 413


def test_a_failing_action_fails_the_turn_and_leaves_the_conversation(server: Server) -> None:
    assert server.say("/deny", kind="button", sub="failing") == (500, {"error": "turn_failed"})
    Actions.calls.clear()
    server.say("/affirm", kind="button", sub="failing")
    events = Actions.calls[-1]["body"]["tracker"]["events"]
    assert not [event for event in events if event.get("name") == "action_break"]


def test_a_turn_that_failed_may_be_tried_again_under_its_id(server: Server) -> None:
    now = int(time.time())
    again = {"kind": "button", "sub": "failing_twice", "jti": uuid.uuid4().hex, "iat": now}
    assert server.say("/deny", **again)[0] == 500
    assert server.say("/affirm", **again)[0] == 200
    assert server.say("/affirm", **again)[0] == 409


def test_rasas_other_doors_are_closed(server: Server) -> None:
    base = server.address.removesuffix("/webhooks/rollcall")
    for path in ("/webhooks/rest/webhook", "/model/parse", "/conversations/x/tracker"):
        assert call(base + path, {})[0] == 404


def test_without_the_key_of_the_door_no_address_answers(server: Server) -> None:
    base = server.address.removesuffix("/webhooks/rollcall")
    for path in ("/", "/webhooks/rollcall/", "/webhooks/rollcall/webhook", "/no-such-address"):
        for body in (None, {}):
            assert call(base + path, body, key="") == (401, {"error": "unauthorized"})
            assert call(base + path, body, key=TURN_KEY) == (401, {"error": "unauthorized"})


def test_pages_of_other_origins_are_told_nothing(server: Server) -> None:
    headers = {"X-Rollcall-Key": ACTION_KEY, "Origin": "http://elsewhere.example"}
    request = urllib.request.Request(f"{server.address}/", headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("missing", ["ROLLCALL_TURN_KEY", "ROLLCALL_ACTION_KEY"])
def test_rasa_does_not_start_without_a_key(missing: str) -> None:
    keys = {"ROLLCALL_TURN_KEY": TURN_KEY, "ROLLCALL_ACTION_KEY": ACTION_KEY, missing: ""}
    environment = {**os.environ, **keys}
    code = "from bot.channel import SignedChannel; SignedChannel.from_credentials(None)"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert f"{missing} is missing" in result.stderr
