"""The main job over HTTP alone, with the real assistant: sign in, register, work, see it all."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from rollcall import SYSTEM, Rollcall, Settings
from rollcall.clock import Clock, system_clock
from rollcall.operation.home import Home
from rollcall.storage.database import Database
from tests.assistant import running_assistant
from tests.cast import admit
from web import create_app
from web.services import EXTENSION

PASSPHRASE = "correct horse battery staple"
SENTENCE = "Hi, I am employee EMP001"


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The real time, as the assistant's."""
    return system_clock


@pytest.fixture(scope="module")
def browser(
    tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str, clock: Clock
) -> Iterator[FlaskClient]:
    """A browser of EMP001 at a server with a running assistant."""
    folder: Path = tmp_path_factory.mktemp("story")
    name = f"story_{secrets.token_hex(6)}"
    settings = Settings(home=folder, mongodb_uri=mongodb_uri, database=name, demo=False)
    with running_assistant(folder, mongodb_uri, name):
        database = Database(mongodb_uri, name)
        roll = Rollcall(settings, database, Home(settings).secrets.refresh_pepper, clock)
        roll.migrate()
        admit(roll)
        roll.credentials.set(SYSTEM, "EMP001", PASSPHRASE)
        app = create_app(settings, roll)
        yield app.test_client()
        app.extensions[EXTENSION].assistant.close()
        database.drop()
        database.close()


def say(browser: FlaskClient, message: str, **more: Any) -> dict[str, Any]:
    csrf = browser.get_cookie("rollcall_csrf")
    headers = {"X-CSRF-Token": csrf.decoded_value} if csrf else {}
    response = browser.post("/chat", json={"message": message, **more}, headers=headers)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def customs(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["custom"]["type"]: one["custom"] for one in answer["replies"] if one["custom"]}


def test_the_whole_story(browser: FlaskClient) -> None:
    asked = say(browser, SENTENCE)
    assert customs(asked)["sign_in"]["employee_id"] == "EMP001"
    assert asked["session_id"] is None
    assert len(browser.get("/chat/history").get_json()["turns"]) == 1

    body = {"employee_id": "EMP001", "passphrase": PASSPHRASE}
    session_id = browser.post("/api/auth/login", json=body).get_json()["session_id"]
    granted = say(browser, SENTENCE, session_id=session_id)
    assert granted["session_id"] == session_id
    assert granted["replies"][0]["text"].startswith(
        "Access Granted - Session Active\nWelcome, Admin User (admin)\nEmployee ID: EMP001"
    )
    assert customs(granted)["session"]["session_id"] == session_id

    for sentence in ("register a supplier", "Acme Supplies", "Jane Doe", "jane@acme.com", "skip"):
        question = say(browser, sentence)
    choice = question["replies"][-1]["buttons"][0]
    assert choice["payload"].startswith("button_")
    summary = say(browser, choice["payload"])
    yes = summary["replies"][-1]["buttons"][0]
    message_id = secrets.token_hex(8)
    saved = say(browser, yes["payload"], message_id=message_id)
    again = say(browser, yes["payload"], message_id=message_id)
    assert again["replies"] == saved["replies"]
    receipt = customs(saved)["receipt"]

    say(browser, "assign 'Complete security training' to EMP001, high, due Friday")
    say(browser, "my tasks")
    say(browser, "finish the security training")

    shown = browser.get(f"/api/dashboard/{session_id}").get_json()
    [registered] = shown["registration_history"]
    assert registered["document_id"] == receipt["document_id"]
    assert registered["registration_type"] == "supplier_registration"
    assert [one["title"] for one in shown["completed_tasks"]] == ["Complete security training"]
    kinds = {one["kind"] for one in shown["timeline"]}
    assert kinds >= {"session.opened", "registration.created", "task.assigned", "task.completed"}
    said = [one["message"] for one in browser.get("/chat/history").get_json()["turns"]]
    assert said[0] == SENTENCE
    assert choice["title"] in said


def test_pasted_table_goes_on_by_its_button_and_reads_the_same_after_a_reload(
    browser: FlaskClient,
) -> None:
    body = {"employee_id": "EMP001", "passphrase": PASSPHRASE}
    browser.post("/api/auth/login", json=body)
    for sentence in ("register a supplier", "Initech", "later"):
        say(browser, sentence)
    csrf = browser.get_cookie("rollcall_csrf")
    assert csrf is not None
    rows = "Company name;Contact;E-mail;Category\nGlobex;John Roe;john@globex.com;goods"
    draft = browser.post(
        "/api/v1/drafts/table", json={"text": rows}, headers={"X-CSRF-Token": csrf.decoded_value}
    ).get_json()
    say(browser, "my tasks")
    preview = say(browser, draft["button"]["payload"])
    assert customs(preview)["table"]["total"] == 1
    turn = browser.get("/chat/history").get_json()["turns"][-1]
    assert turn["message"] == draft["button"]["title"] == "Pasted a table of 1 row"
    assert turn["replies"] == preview["replies"]


@pytest.mark.parametrize("text", ["/", " // ", "\u200b", "/\u200b/"])
def test_what_says_nothing_is_a_field_error(browser: FlaskClient, text: str) -> None:
    csrf = browser.get_cookie("rollcall_csrf")
    headers = {"X-CSRF-Token": csrf.decoded_value} if csrf else {}
    response = browser.post("/chat", json={"message": text}, headers=headers)
    assert response.status_code == 422
    assert "message" in response.get_json()["error"]["fields"]


def test_a_typed_command_is_only_words(browser: FlaskClient) -> None:
    for typed in ("/sign_out", " /restart", '/start_task{"task_id": "x"}'):
        say(browser, typed)
    assert "/affirm" not in str(browser.get("/chat/history").get_json()["turns"])


def test_signing_out_in_the_chat_signs_the_browser_out(browser: FlaskClient) -> None:
    body = {"employee_id": "EMP001", "passphrase": PASSPHRASE}
    token = browser.post("/api/auth/login", json=body).get_json()["access_token"]
    assert "signed_out" in customs(say(browser, "sign out"))
    assert browser.get_cookie("rollcall_access") is None
    response = browser.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert response.get_json()["error"]["code"] == "session_ended"
    assert say(browser, "hello")["session_id"] is None
