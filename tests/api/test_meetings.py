"""The core API to meetings: setting up, the waiting room, attendance by pages, who is who."""

from datetime import timedelta

import pytest

from rollcall import SYSTEM, Rollcall
from rollcall.meetings import Arrival, NewMeeting
from rollcall.people import NewEmployee
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.conftest import StandingClock

MEETINGS = "/api/v1/meetings"


def test_a_planned_meeting_as_it_is_answered(manager: Caller, clock: StandingClock) -> None:
    begins = clock() + timedelta(days=1)
    body = {
        "title": "Retro",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=1)).isoformat(),
        "waiting_room": True,
        "grace_minutes": 10,
        "invited": ["EMP004"],
    }
    made = manager.post(MEETINGS, body).get_json()
    code = made.pop("code")
    assert len(code) == 6
    assert made == {
        "id": made["id"], "meeting_id": made["id"], "title": "Retro", "kind": "scheduled",
        "status": "scheduled", "host_id": "EMP002", "rotating": False, "waiting_room": True,
        "provider": None, "starts_at": "2026-03-03T09:00:00.000Z",
        "ends_at": "2026-03-03T10:00:00.000Z", "started_at": None, "ended_at": None,
        "ended_by": None, "grace_minutes": 10, "present": 0, "waiting": 0,
        "created_at": "2026-03-02T09:00:00.000Z",
    }  # fmt: skip
    seen = {**made, "code": code, "host_name": "Mona Lindqvist"}
    assert manager.get(f"{MEETINGS}/{made['id']}").get_json() == {
        **seen, "may_host": True, "may_see_all": True,
    }  # fmt: skip
    assert manager.get(f"{MEETINGS}?status=open").get_json()["items"] == [seen]
    assert manager.get(f"{MEETINGS}?status=over").get_json()["items"] == []
    by_code = manager.get(f"{MEETINGS}/by-code/{code}").get_json()
    assert set(by_code) == {
        "id", "title", "status", "rotating", "waiting_room", "starts_at", "ends_at", "ended_at",
        "host_name",
    }  # fmt: skip


def test_a_change_is_answered_and_what_is_left_out_stays(
    manager: Caller, employee: Caller, clock: StandingClock
) -> None:
    begins = clock() + timedelta(days=1)
    body = {
        "title": "Retro", "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=1)).isoformat(), "invited": ["EMP004"],
    }  # fmt: skip
    made = manager.post(MEETINGS, body).get_json()
    path = f"{MEETINGS}/{made['id']}"
    moved = (begins + timedelta(days=1)).isoformat()
    after = manager.patch(path, {"title": "Look back", "starts_at": moved}).get_json()
    times = {"starts_at": "2026-03-04T09:00:00.000Z", "ends_at": "2026-03-04T10:00:00.000Z"}
    assert after == {**made, "title": "Look back", **times}
    assert manager.patch(path, {"ends_at": None}).get_json()["ends_at"] is None
    assert employee.get(path).get_json()["title"] == "Look back"
    for wrong in ({}, {"title": ""}, {"starts_at": "soon"}, {"host_id": "EMP004"}, {"title": None}):
        assert manager.patch(path, wrong).status_code == 422
    manager.post(f"{path}/cancel")
    late = manager.patch(path, {"title": "Too late"})
    assert (late.status_code, error_of(late)["code"]) == (409, "conflict")


def test_the_waiting_room(manager: Caller, employee: Caller) -> None:
    made = manager.post(MEETINGS, {"title": "Retro", "waiting_room": True}).get_json()
    path = f"{MEETINGS}/{made['id']}"
    waiting = employee.post(f"{MEETINGS}/{made['code']}/join").get_json()
    assert (waiting["state"], waiting["joined_at"]) == ("waiting", None)
    [listed] = manager.get(f"{path}/waiting").get_json()["items"]
    assert (listed["session_id"], listed["name"]) == (waiting["session_id"], "Erika Musterfrau")
    answer = manager.post(f"{path}/waiting/{waiting['session_id']}/admit")
    assert answer.get_json()["state"] == "here"
    assert manager.post(f"{path}/waiting/{waiting['session_id']}/refuse").status_code == 404


def test_attendance_is_paged_and_names_who_did_not_come(
    manager: Caller, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    for number in range(5):
        roll.people.add(SYSTEM, NewEmployee(f"EMP20{number}", f"P {number}", manager_id="EMP002"))
    invited = tuple(f"EMP20{number}" for number in range(5))
    meeting = roll.meetings.create(cast.manager, NewMeeting("Retro", invited=invited))
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    path = f"{MEETINGS}/{meeting.meeting_id}/attendance?limit=3"
    people = []
    after = ""
    while True:
        page = manager.get(path + after).get_json()
        people += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [one["name"] for one in people] == [
        "Erika Musterfrau", "Mona Lindqvist", "P 0", "P 1", "P 2", "P 3", "P 4",
    ]  # fmt: skip
    assert [one["status"] for one in people] == ["present", *["absent"] * 6]
    assert manager.get(f"{path}&after=nobody").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": "Retro", "starts_at": "tomorrow"},
        {"title": "Retro", "starts_at": "2026-03-03T09:00:00"},
        {"title": "Retro", "invited": "EMP004"},
        {"title": "Retro", "grace_minutes": -1},
        {"title": "Retro", "host_id": "EMP001"},
        {"title": "Retro", "external_id": "12"},
        {"title": "Retro", "invited": [{"$gt": ""}]},
    ],
)
def test_what_can_not_be_is_refused(manager: Caller, body: dict[str, object]) -> None:
    answer = manager.post(MEETINGS, body)
    assert answer.status_code == 422
    assert error_of(answer)["fields"]


def test_a_closed_interval_ends_once(manager: Caller, employee: Caller) -> None:
    made = manager.post(MEETINGS, {"title": "Retro"}).get_json()
    joined = employee.post(f"{MEETINGS}/{made['code']}/join", {"device": "Phone"}).get_json()
    assert joined["device"] == "Phone"
    left = employee.post(f"{MEETINGS}/{made['id']}/leave").get_json()["items"]
    assert [one["session_id"] for one in left] == [joined["session_id"]]
    again = employee.post(f"{MEETINGS}/{made['id']}/leave", {"session_id": joined["session_id"]})
    assert error_of(again)["message"] == "No active session found"
    [mine] = employee.get("/api/v1/attendances").get_json()["items"]
    assert mine["left_by"] == "self"


def test_attendance_is_filtered_and_its_totals_are_of_all(
    manager: Caller, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = roll.meetings.create(
        cast.manager, NewMeeting("Retro", clock(), invited=("EMP004", "EMP002"))
    )
    clock.forward(minutes=8)
    roll.attendances.join(cast.outsider, Arrival(str(meeting.code)))
    path = f"{MEETINGS}/{meeting.meeting_id}/attendance"
    late = manager.get(f"{path}?status=late").get_json()
    assert [one["employee_id"] for one in late["items"]] == ["EMP005"]
    assert late["totals"] == {
        "people": 3, "came": 1, "expected": 2, "here": 1, "present": 0, "late": 1,
        "left_early": 0, "absent": 2, "unrecognised": 0,
    }  # fmt: skip
    assert manager.get(f"{path}?recognised=no").get_json()["items"] == []
    found = manager.get(f"{path}?q=MUSTERFRAU").get_json()["items"]
    assert [one["employee_id"] for one in found] == ["EMP004"]
    assert manager.get(f"{path}?status=ill").status_code == 422


def test_attendance_as_a_file_holds_no_formula_and_the_times_of_who_asks(
    admin: Caller, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = roll.meetings.create(cast.admin, NewMeeting("Retro", clock()))
    roll.people.change(cast.admin, "EMP001", {"timezone": "Asia/Kolkata"})
    roll.people.change(cast.admin, "EMP005", {"name": "=cmd|'/c calc'!A1"})
    roll.attendances.join(cast.outsider, Arrival(str(meeting.code)))
    path = f"{MEETINGS}/{meeting.meeting_id}/attendance/file"
    answer = admin.get(f"{path}?status=present")
    assert answer.headers["Content-Disposition"].endswith('"attendance-2026-03-02.csv"')
    head, row = answer.data.decode("utf-8-sig").splitlines()
    assert "Came (Asia/Kolkata)" in head
    assert row.startswith("'=cmd|")
    assert "2026-03-02 14:30,still there" in row
    assert admin.get(f"{path}?format=xlsx").data.startswith(b"PK")
    assert admin.get(f"{path}?format=pdf").status_code == 422
