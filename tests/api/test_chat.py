"""The chat gateway's own rules; conversations with the assistant are in tests/conversations."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rollcall import Rollcall
from tests.api.conftest import Caller, error_of, sign_in
from tests.cast import Cast
from tests.conftest import StandingClock


def test_without_the_assistant_the_answer_is_503_and_nothing_is_lost(
    employee: Caller, roll: Rollcall, cast: Cast
) -> None:
    body = {"message": "my tasks", "message_id": "11111111-aaaa"}
    for _ in range(2):
        response = employee.post("/chat", body)
        assert response.status_code == 503
        assert error_of(response)["code"] == "assistant_unavailable"
    turn = roll.database.collection("turns").find_one({"_id": "11111111-aaaa"})
    assert turn is not None
    assert turn["text"] == "my tasks"
    assert turn["state"] == "failed"


def test_a_guest_may_talk_and_gets_a_signed_cookie_only_with_an_answer(guest: Caller) -> None:
    response = guest.post("/chat", {"message": "hello"})
    assert error_of(response)["code"] == "assistant_unavailable"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message": "x" * 1001}, "message"),
        ({"message": ""}, "message"),
        ({"message": " \n\t "}, "message"),
        ({}, "message"),
        ({"message": None}, "message"),
        ({"message": {"$gt": ""}}, "message"),
        ({"message": "hello", "message_id": "x"}, "message_id"),
        ({"message": "hello", "message_id": "a" * 65}, "message_id"),
        ({"message": "hello", "employee_id": "EMP001"}, "employee_id"),
    ],
)
def test_a_wrong_field_is_named(employee: Caller, body: dict[str, object], field: str) -> None:
    response = employee.post("/chat", body)
    assert response.status_code == 422
    assert field in error_of(response)["fields"]


def test_too_long_a_message_says_how_long_it_may_be(employee: Caller) -> None:
    error = error_of(employee.post("/chat", {"message": "x" * 1001}))
    assert "1000 characters" in error["message"]


def test_a_message_that_is_no_text_is_refused(employee: Caller) -> None:
    response = employee(
        "POST", "/chat", data='{"message": "\\ud800"}', content_type="application/json"
    )
    assert response.status_code == 400
    assert error_of(response)["code"] == "malformed"


def test_talking_with_cookies_needs_the_csrf_header(browser: FlaskClient) -> None:
    sign_in(browser)
    response = browser.post("/chat", json={"message": "hello"})
    assert response.status_code == 403
    assert error_of(response)["code"] == "forbidden"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_page_of_another_site_cannot_talk_without_asking_first(
    app: Flask, cast: Cast, kind: str
) -> None:
    client = app.test_client()
    response = client.post("/chat", data='{"message": "hello"}', content_type=kind)
    assert response.status_code == 415


def test_the_session_of_somebody_else_cannot_be_talked_in(employee: Caller, cast: Cast) -> None:
    body = {"message": "hello", "session_id": cast.outsider.session_id}
    assert employee.post("/chat", body).status_code == 403


def test_a_page_that_thinks_it_is_signed_in_is_told_that_it_is_not(
    guest: Caller, cast: Cast
) -> None:
    body = {"message": "hello", "session_id": cast.employee.session_id}
    response = guest.post("/chat", body)
    assert response.status_code == 401
    assert error_of(response)["code"] == "session_ended"


def test_an_idle_session_has_ended(employee: Caller, clock: StandingClock) -> None:
    clock.forward(minutes=9)
    assert employee.get("/chat/history").status_code == 200
    clock.forward(minutes=31)
    assert employee.post("/chat", {"message": "hello"}).status_code == 401


def test_the_history_is_that_of_the_session(
    employee: Caller, outsider: Caller, guest: Caller, roll: Rollcall, cast: Cast
) -> None:
    session_id = str(cast.employee.session_id)
    reply = {"text": "Hello!", "buttons": [], "custom": None}
    roll.turns.begin("turn-one", session_id, session_id, "EMP004", "hello")
    roll.turns.finish("turn-one", [reply], "greet", 1.0, [], 5)
    body = employee.get("/chat/history").get_json()
    assert body["session_id"] == session_id
    assert body["employee_id"] == "EMP004"
    assert [(one["message"], one["replies"]) for one in body["turns"]] == [("hello", [reply])]
    assert outsider.get("/chat/history").get_json()["turns"] == []
    assert guest.get("/chat/history").get_json()["turns"] == []


def test_a_repeated_message_answers_the_first_result(
    employee: Caller, outsider: Caller, roll: Rollcall, cast: Cast
) -> None:
    session_id = str(cast.employee.session_id)
    reply = {"text": "Hello!", "buttons": [], "custom": None}
    roll.turns.begin("turn-one", session_id, session_id, "EMP004", "hello")
    roll.turns.finish("turn-one", [reply], "greet", 1.0, [], 5)
    again = employee.post("/chat", {"message": "hello", "message_id": "turn-one"})
    assert again.status_code == 200
    assert again.get_json()["replies"] == [reply]
    by_header = employee.post(
        "/chat", {"message": "hello"}, headers={"Idempotency-Key": "turn-one"}
    )
    assert by_header.get_json()["replies"] == [reply]
    stranger = outsider.post("/chat", {"message": "hello", "message_id": "turn-one"})
    assert stranger.status_code == 409


def test_a_message_that_is_being_answered_is_a_conflict(
    employee: Caller, roll: Rollcall, cast: Cast
) -> None:
    session_id = str(cast.employee.session_id)
    roll.turns.begin("turn-one", session_id, session_id, "EMP004", "hello")
    response = employee.post("/chat", {"message": "hello", "message_id": "turn-one"})
    assert response.status_code == 409


@pytest.mark.parametrize("cookie", ["guest_" + "0" * 32, "x.y", "", "guest_1.forged"])
def test_a_forged_guest_cookie_opens_no_conversation(
    app: Flask, roll: Rollcall, cookie: str
) -> None:
    identity = "guest_" + "0" * 32
    roll.turns.begin("turn-one", identity, None, None, "secret")
    roll.turns.finish("turn-one", [], "greet", 1.0, [], 5)
    client = app.test_client()
    client.set_cookie("rollcall_guest", cookie)
    assert client.get("/chat/history").get_json()["turns"] == []
