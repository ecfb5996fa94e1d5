"""Seed 003's interface: its fields and messages, guests by cookie or address, the admin's lists."""

from uuid import uuid4

import pytest
from flask import Flask

from rollcall import Rollcall, Settings
from rollcall.chat_session import Chatter
from tests.answering import keep_an_answer
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.conftest import StandingClock

BASE = "/api/chat/sessions"


def start(caller: Caller) -> str:
    response = caller.post(f"{BASE}/start/", {})
    assert response.status_code == 200
    session_id: str = response.get_json()["session_id"]
    return session_id


def test_a_session_from_start_to_end(guest: Caller, clock: StandingClock) -> None:
    session_id = start(guest)
    clock.forward(minutes=15, seconds=30)
    body = {"session_id": session_id, "activity_type": "response_received", "response_time": 1.2}
    assert guest.post(f"{BASE}/update/", body).get_json() == {
        "session_id": session_id,
        "message": "Session updated - response_received",
        "total_messages_sent": 0,
        "total_conversations": 0,
        "average_response_time": 1.2,
    }
    assert guest.get(f"{BASE}/status/").get_json() == {
        "has_active_session": True,
        "session_id": session_id,
        "started_at": "2026-03-02T09:00:00.000Z",
        "duration_minutes": 15.5,
        "total_messages_sent": 0,
        "total_conversations": 0,
        "average_response_time": 1.2,
        "user": "demo_user",
    }
    assert guest.post(f"{BASE}/end", {"session_id": session_id}).get_json() == {
        "session_id": session_id,
        "message": "Session ended",
        "started_at": "2026-03-02T09:00:00.000Z",
        "ended_at": "2026-03-02T09:15:30.000Z",
        "duration_minutes": 15.5,
        "total_messages_sent": 0,
        "total_conversations": 0,
    }
    history = guest.get(f"{BASE}/history").get_json()
    assert history["total_sessions"] == 1
    assert history["summary"]["average_session_duration"] == 15.5


def test_starting_needs_no_body(guest: Caller) -> None:
    assert guest("POST", f"{BASE}/start/").status_code == 200
    again = guest.post(f"{BASE}/start/", {}).get_json()
    assert again["message"] == "Existing session refreshed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "session_id"),
        ({"session_id": "session_EMP001_1", "activity_type": "message_sent"}, "session_id"),
        ({"session_id": {"$ne": None}, "activity_type": "message_sent"}, "session_id"),
        ({"session_id": str(uuid4()), "activity_type": "logged_in"}, "activity_type"),
        (
            {"session_id": str(uuid4()), "activity_type": "response_received",
             "response_time": -1},
            "response_time",
        ),
    ],
)  # fmt: skip
def test_a_wrong_update_says_which_field(guest: Caller, body: object, field: str) -> None:
    response = guest.post(f"{BASE}/update/", body)
    assert response.status_code == 422
    assert field in error_of(response)["fields"]


def test_a_session_that_is_over_says_so(guest: Caller) -> None:
    session_id = start(guest)
    guest.post(f"{BASE}/end/", {"session_id": session_id})
    response = guest.post(
        f"{BASE}/update/", {"session_id": session_id, "activity_type": "message_sent"}
    )
    assert response.status_code == 409
    assert "Start a new one" in error_of(response)["message"]


def test_guests_with_a_cookie_are_told_apart(app: Flask, guest: Caller) -> None:
    by_address = start(guest)
    with_cookie = Caller(app.test_client(), {})
    # The chat's first answer sets the cookie, also when the assistant is away.
    with_cookie.client.set_cookie("rollcall_guest", _guest_cookie(app, "guest_" + "a" * 32))
    assert start(with_cookie) != by_address
    foreign = {"session_id": by_address}
    assert with_cookie.post(f"{BASE}/end/", foreign).status_code == 404


def _guest_cookie(app: Flask, conversation_id: str) -> str:
    from web.caller import _signer  # noqa: PLC0415

    with app.test_request_context():
        return _signer("guest").sign(conversation_id).decode()


def test_somebody_signed_in_has_sessions_of_their_own(employee: Caller, guest: Caller) -> None:
    as_guest, own = start(guest), start(employee)
    assert as_guest != own
    assert employee.get(f"{BASE}/status/").get_json()["user"] == "EMP004"
    assert guest.post(f"{BASE}/end/", {"session_id": own}).status_code == 404
    assert employee.post(f"{BASE}/end/", {"session_id": as_guest}).status_code == 404


def test_cleaning_up_says_how_many(guest: Caller, clock: StandingClock) -> None:
    start(guest)
    clock.forward(hours=1)
    assert guest.post(f"{BASE}/cleanup/", {}).get_json() == {
        "message": "Cleaned up 1 expired session",
        "cleaned_sessions": 1,
        "user": "demo_user",
    }
    assert guest.post(f"{BASE}/cleanup/", {}).get_json()["message"] == (
        "Cleaned up 0 expired sessions"
    )


def test_the_admin_filters_everybodys_sessions(
    admin: Caller, employee: Caller, guest: Caller, clock: StandingClock
) -> None:
    start(employee)
    clock.forward(seconds=1)
    ended = start(guest)
    guest.post(f"{BASE}/end/", {"session_id": ended})
    everything = admin.get("/api/v1/chat-sessions").get_json()
    assert [one["user"] for one in everything["items"]] == ["demo_user", "EMP004"]
    active = admin.get("/api/v1/chat-sessions?active=true").get_json()
    assert [one["user"] for one in active["items"]] == ["EMP004"]
    one = admin.get("/api/v1/chat-sessions?employee_id=EMP004").get_json()
    assert (one["total"], one["items"][0]["user"]) == (1, "EMP004")
    later = f"{clock():%Y-%m-%dT%H:%M:%SZ}"
    since = admin.get(f"/api/v1/chat-sessions?since={later}").get_json()
    assert ([one["user"] for one in since["items"]], since["total"]) == (["demo_user"], 1)
    until = admin.get(f"/api/v1/chat-sessions?until={later}").get_json()
    assert [one["user"] for one in until["items"]] == ["EMP004"]


def test_figures_come_by_hour_and_by_day(
    admin: Caller, roll: Rollcall, clock: StandingClock
) -> None:
    roll.chat_figures.count(clock(), 120, first=True, understood=False)
    keep_an_answer(roll)
    clock.forward(minutes=5)
    answer = admin.get("/api/v1/chat-figures").get_json()
    assert answer["step"] == "hour"
    [point] = answer["points"]
    assert (point["sessions"], point["messages"], point["fallback_rate"]) == (1, 1, 1.0)
    assert admin.get("/api/v1/chat-figures?step=day").get_json()["points"][0]["messages"] == 1
    assert admin.get("/api/v1/chat-figures?step=year").status_code == 422


class TestWithoutGuests:
    """Guests' sessions can be switched off."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"guest_chats": False})

    def test_guests_are_not_counted(
        self, guest: Caller, employee: Caller, roll: Rollcall, cast: Cast
    ) -> None:
        for response in (guest.post(f"{BASE}/start/", {}), guest.get(f"{BASE}/status/")):
            assert response.status_code == 401
            error_of(response)
        start(employee)
        assert roll.chat_sessions.active(Chatter(cast.employee)) is not None
        assert [one.employee_id for one in roll.chat_sessions.list(cast.admin)[0].items] == [
            "EMP004"
        ]
