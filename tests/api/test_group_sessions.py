"""Seed 004's interface: a code, joining by it, who is here, leaving."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from rollcall import Rollcall
from rollcall.meetings import NewMeeting
from rollcall.meetings.codes import read_code
from tests.api.conftest import Caller, error_of, sign_in
from tests.cast import Cast
from tests.conftest import StandingClock


def create(caller: Caller, name: str = "Sprint planning") -> Any:
    answer = caller.post("/api/sessions/", {"name": name})
    assert answer.status_code == 201
    return answer.get_json()


def test_a_new_session_has_a_code_and_its_creator_in_it(employee: Caller) -> None:
    made = create(employee)
    assert read_code(made["code"]) == made["code"]
    assert {name: made[name] for name in made if name not in ("id", "code", "session_id")} == {
        "name": "Sprint planning",
        "status": "live",
        "is_active": True,
        "host": {"name": "Erika Musterfrau", "is_me": True},
        "participant_count": 1,
        "created_at": "2026-03-02T09:00:00.000Z",
        "starts_at": None,
        "ended_at": None,
        "state": "here",
    }


@pytest.mark.parametrize("slash", ["/", ""])
def test_joining_by_code_being_listed_and_leaving(
    employee: Caller, outsider: Caller, slash: str
) -> None:
    made = create(employee)
    joined = outsider.post(f"/api/sessions/{made['code'].lower()}/join{slash}").get_json()
    assert (joined["id"], joined["participant_count"], joined["state"]) == (made["id"], 2, "here")
    status = employee.get(f"/api/sessions/{made['id']}/status{slash}").get_json()
    people = [(one["name"], one["is_host"], one["is_me"]) for one in status["participants"]]
    assert people == [("Erika Musterfrau", True, True), ("Oscar Outside", False, False)]
    # Names only: those in a session are no directory of the company.
    assert "EMP005" not in str(status)
    assert "@" not in str(status)
    left = outsider.post(f"/api/sessions/{made['id']}/leave{slash}").get_json()
    assert left["participant_count"] == 1
    listed = outsider.get(f"/api/sessions{slash}").get_json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_one_sees_only_ones_own(employee: Caller, outsider: Caller) -> None:
    made = create(employee)
    assert outsider.get("/api/sessions/").get_json()["items"] == []
    for method, path in (("GET", "status"), ("POST", "leave"), ("POST", "join")):
        answer = outsider(method, f"/api/sessions/{made['id']}/{path}/")
        assert answer.status_code == 404
        assert error_of(answer)["message"] == "There is no such meeting."


def test_a_code_that_nobody_has_or_that_is_over(
    employee: Caller, outsider: Caller, roll: Rollcall, cast: Cast
) -> None:
    assert outsider.post("/api/sessions/BCDF23/join/").status_code == 404
    made = create(employee)
    roll.hosting.end(cast.employee, made["id"])
    answer = outsider.post(f"/api/sessions/{made['code']}/join/")
    assert answer.status_code == 409
    assert error_of(answer)["message"] == "“Sprint planning” is over."


def test_leaving_what_one_is_not_in(employee: Caller) -> None:
    made = create(employee)
    employee.post(f"/api/sessions/{made['id']}/leave/")
    answer = employee.post(f"/api/sessions/{made['id']}/leave/")
    assert answer.status_code == 409
    assert error_of(answer)["message"] == "You are not in “Sprint planning”."


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": " "}, {"name": "x" * 201}, {"name": 5}]
)
def test_a_session_needs_a_name(employee: Caller, body: dict[str, Any]) -> None:
    answer = employee.post("/api/sessions/", body)
    assert answer.status_code == 422
    assert error_of(answer)["fields"]


def test_a_repeated_key_sets_up_one(employee: Caller, roll: Rollcall) -> None:
    made = [
        employee.post("/api/sessions/", {"name": "Retro"}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert made[0].get_json() == made[1].get_json()
    assert roll.database.collection("meetings").count_documents({}) == 1


def test_changing_digits_are_asked_for(
    outsider: Caller, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = roll.meetings.create(cast.employee, NewMeeting("Lecture", rotating=True))
    path = f"/api/sessions/{meeting.code}/join/"
    assert error_of(outsider.post(path))["fields"] == {"rotating_code": "is missing"}
    code = roll.meetings.rotating_code(cast.employee, meeting.meeting_id).code
    assert outsider.post(path, {"rotating_code": code}).status_code == 200


def test_a_browser_needs_the_csrf_token(browser: FlaskClient) -> None:
    sign_in(browser)
    assert browser.post("/api/sessions/", json={"name": "Retro"}).status_code == 403
    cookie = browser.get_cookie("rollcall_csrf")
    assert cookie
    headers = {"X-CSRF-Token": cookie.value}
    answer = browser.post("/api/sessions/", json={"name": "Retro"}, headers=headers)
    assert answer.status_code == 201
    assert browser.post(f"/api/sessions/{answer.get_json()['id']}/leave/").status_code == 403
