"""`POST /integrations/zoom/webhook`: who may speak there, and what it answers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from rollcall import Rollcall, Settings
from rollcall.meetings.zoom_events import signed
from tests.api.conftest import Caller, error_of
from tests.conftest import UNLIMITED, StandingClock
from tests.zoom import NUMBER, SECRET, all_hands, of_meeting

WEBHOOK = "/integrations/zoom/webhook"


@pytest.fixture
def limits() -> dict[str, int]:
    return {}


@pytest.fixture
def settings(tmp_path: Path, limits: dict[str, int]) -> Settings:
    """An instance that an app in Zoom tells about meetings."""
    some = {**UNLIMITED, **limits}
    return Settings(home=tmp_path / "home", demo=False, zoom_secret=SECRET, **some)


@pytest.fixture
def zoom(guest: Caller, clock: StandingClock) -> Any:
    """Zoom, which has no account here and signs what it says."""

    def say(event: dict[str, Any], secret: str = SECRET, **headers: str) -> TestResponse:
        body, signature = signed(secret, event, clock())
        return guest("POST", WEBHOOK, data=body, headers={**signature, **headers})

    return say


def test_a_challenge_is_answered(zoom: Any) -> None:
    answer = zoom({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}})
    assert answer.status_code == 200
    body = answer.get_json()
    assert set(body) == {"plainToken", "encryptedToken"}
    assert body["plainToken"] == "abc"
    assert len(body["encryptedToken"]) == 64


def test_a_whole_meeting(zoom: Any, admin: Caller, manager: Caller) -> None:
    for event in all_hands():
        answer = zoom(event)
        assert answer.status_code == 200, answer.get_json()
        assert answer.get_json() == {"success": True, "outcome": "recorded"}
    assert zoom(all_hands()[0]).get_json()["outcome"] == "repeated"
    address = f"/api/attendance-tracker/attendance/{NUMBER}?enriched=true"
    body = manager.get(address).get_json()
    people = {one["participantName"]: one for one in body["participants"]}
    assert len(people) == 4
    assert people["Félix Ångström"]["email"] == "felix@example.com"
    assert not any(one["isAuthenticated"] for one in people.values())
    assert admin.get(address).status_code == 200


def test_other_events_are_taken_and_ignored(zoom: Any) -> None:
    assert zoom({"event": "meeting.sharing_started"}).get_json()["outcome"] == "ignored"


@pytest.mark.parametrize("event", [{"event": "meeting.started"}, ["meeting.started"], "x", 1])
def test_what_can_not_be_read_is_malformed(zoom: Any, event: Any) -> None:
    answer = zoom(event)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-zm-signature": ""},
        {"x-zm-signature": "v0=" + "0" * 64},
        {"x-zm-signature": "v0=é"},
        {"x-zm-request-timestamp": ""},
        {"x-zm-request-timestamp": "1"},
    ],
)
def test_what_zoom_did_not_sign_is_refused(
    zoom: Any, roll: Rollcall, headers: dict[str, str]
) -> None:
    for event in (of_meeting("started"), {"event": "endpoint.url_validation"}):
        answer = zoom(event, **headers)
        assert (answer.status_code, error_of(answer)["code"]) == (401, "invalid_signature")
    assert zoom(of_meeting("started"), secret="guessed").status_code == 401
    assert roll.database.collection("meetings").count_documents({}) == 0


def test_what_was_heard_before_can_not_be_replayed_later(
    guest: Caller, clock: StandingClock
) -> None:
    body, headers = signed(SECRET, of_meeting("started"), clock())
    clock.forward(minutes=5)
    assert guest("POST", WEBHOOK, data=body, headers=headers).status_code == 200
    clock.now += timedelta(seconds=1)
    assert guest("POST", WEBHOOK, data=body, headers=headers).status_code == 401


def test_an_account_here_is_no_signature(admin: Caller) -> None:
    assert admin.post(WEBHOOK, of_meeting("started")).status_code == 401


@pytest.mark.parametrize("limits", [{"address_per_minute": 2}])
def test_zoom_may_say_a_lot_and_a_stranger_may_not(zoom: Any) -> None:
    said = [zoom(event).status_code for event in all_hands()]
    assert said == [200] * len(all_hands())
    tried = [zoom(of_meeting("started"), secret="guessed").status_code for _ in range(3)]
    assert tried == [401, 401, 429]
