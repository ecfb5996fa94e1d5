"""The published interface to sessions, field by field as existing clients read it."""

import re
from typing import Any

import pytest

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.conftest import StandingClock

SESSION = {
    "session_id",
    "employee_id",
    "user_data",
    "login_time",
    "last_activity",
    "conversation_history",
    "completed_tasks",
    "pending_tasks",
    "registration_history",
    "session_status",
}
SUPPLIER = {
    "company_name": "Acme Supplies",
    "contact_name": "Jane Doe",
    "email": "jane@acme.com",
    "category": "goods",
}
REPLIES = [{"text": "Hello!", "buttons": [], "custom": None}]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def session_id(roll: Rollcall, cast: Cast, clock: StandingClock) -> str:
    """A session of EMP004 in which something happened: two messages, a registration, two tasks."""
    session = str(cast.employee.session_id)
    for turn_id, text in (("turn-0001", "Hi, I am employee EMP004"), ("turn-0002", "my tasks")):
        clock.forward(seconds=1)
        roll.turns.begin(turn_id, session, session, "EMP004", text)
        roll.turns.finish(turn_id, REPLIES, "greet", 0.9, [], 5)
    clock.forward(seconds=1, milliseconds=123)
    roll.registrations.create(cast.employee, "supplier", SUPPLIER)
    open_task = roll.tasks.assign(cast.manager, NewTask("Complete security training", "EMP004"))
    done = roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004", "high"))
    roll.tasks.complete(cast.employee, done.task_id)
    assert open_task.status == "pending"
    return session


@pytest.fixture
def answer(employee: Caller, session_id: str) -> dict[str, Any]:
    """What the dashboard of that session is answered."""
    response = employee.get(f"/api/dashboard/{session_id}")
    assert response.status_code == 200
    body: dict[str, Any] = response.get_json()
    return body


def test_session_has_every_field_of_the_document(answer: dict[str, Any], session_id: str) -> None:
    assert answer.keys() >= SESSION
    assert answer["session_id"] == session_id
    assert re.fullmatch(r"session_EMP004_1772442000_[0-9a-f]{8}", session_id)
    assert answer["employee_id"] == "EMP004"
    assert answer["session_status"] == "active"
    assert answer["user_data"]["name"] == "Erika Musterfrau"
    assert answer["user_data"]["role"] == "employee"
    assert answer["login_time"] == "2026-03-02T09:00:00.000Z"
    assert answer["last_activity"] == "2026-03-02T09:00:03.123Z"


def test_registration_entry_has_exactly_the_fields_of_the_document(
    answer: dict[str, Any],
) -> None:
    [entry] = answer["registration_history"]
    document_id = entry.pop("document_id")
    assert re.fullmatch(r"[0-9a-f]{24}", document_id)
    assert entry == {
        "registration_type": "supplier_registration",
        "collection": "supplier_registration",
        "data": SUPPLIER,
        "timestamp": "2026-03-02T09:00:03.123Z",
    }


def test_conversation_is_there_in_order(answer: dict[str, Any]) -> None:
    said = [one["message"] for one in answer["conversation_history"]]
    assert said == ["Hi, I am employee EMP004", "my tasks"]
    assert answer["conversation_history"][0]["replies"] == REPLIES


def test_tasks_are_told_apart_by_state(answer: dict[str, Any]) -> None:
    pending, done = answer["pending_tasks"], answer["completed_tasks"]
    assert [one["title"] for one in pending] == ["Complete security training"]
    assert [one["title"] for one in done] == ["Order chairs"]
    assert {one["title"] for one in answer["task_assignments"]} == {
        "Complete security training",
        "Order chairs",
    }
    assert (done[0]["status"], done[0]["priority"]) == ("completed", "high")


def test_statistics_are_those_of_the_session(answer: dict[str, Any]) -> None:
    assert answer["statistics"] == {
        "duration_minutes": 0.1,
        "total_activities": 3,
        "total_messages": 2,
        "total_registrations": 1,
        "pending_tasks": 1,
        "completed_tasks": 1,
        "task_completion_rate": 0.5,
    }


def test_timeline_is_newest_first(answer: dict[str, Any]) -> None:
    kinds = [one["kind"] for one in answer["timeline"]]
    assert kinds == ["task.completed", "registration.created", "session.opened"]


def test_nothing_grows_inside_the_stored_session(roll: Rollcall, session_id: str) -> None:
    stored = roll.database.collection("user_sessions").find_one({"_id": session_id})
    assert stored is not None
    assert not [name for name, value in stored.items() if isinstance(value, list)]


def test_what_is_stored_has_the_names_of_the_document(roll: Rollcall, session_id: str) -> None:
    session = roll.database.collection("user_sessions").find_one({"_id": session_id})
    task = roll.database.collection("user_tasks").find_one({"employee_id": "EMP004"})
    activity = roll.database.collection("session_activities").find_one({"session_id": session_id})
    supplier = roll.database.collection("supplier_registration").find_one()
    assert session is not None
    assert task is not None
    assert activity is not None
    assert supplier is not None
    parts = ("conversation_history", "completed_tasks", "pending_tasks", "registration_history")
    assert session.keys() >= SESSION - set(parts)
    assert task.keys() >= {"employee_id", "title", "priority", "status", "due_date"}
    assert supplier.keys() >= {"registration_type", "employee_id", "session_id", "data",
                               "timestamp"}  # fmt: skip


def test_every_session_of_an_employee_comes_with_its_counts(
    employee: Caller, session_id: str, roll: Rollcall, clock: StandingClock
) -> None:
    clock.forward(minutes=1)
    person = roll.directory.find("EMP004")
    assert person is not None
    newer = roll.sessions.open(person).session_id
    body = employee.get("/api/user-sessions/EMP004").get_json()
    assert body["success"] is True
    assert (body["employee_id"], body["total_sessions"]) == ("EMP004", 2)
    assert [one["session_id"] for one in body["sessions"]] == [newer, session_id]
    assert body["sessions"][1]["activity_counts"] == {
        "activities": 3,
        "messages": 2,
        "registrations": 1,
        "tasks_completed": 1,
        "tasks_assigned": 0,
    }
    assert body["sessions"][0]["activity_counts"]["activities"] == 1


def test_sessions_come_in_pages(employee: Caller, session_id: str, roll: Rollcall) -> None:
    person = roll.directory.find("EMP004")
    assert person is not None
    made = {session_id, *(roll.sessions.open(person).session_id for _ in range(4))}
    seen: list[str] = []
    path = "/api/user-sessions/EMP004?limit=2"
    after = ""
    while after is not None:
        body = employee.get(f"{path}&after={after}" if after else path).get_json()
        seen += [one["session_id"] for one in body["sessions"]]
        after = body["next"]
    assert len(seen) == len(made)
    assert set(seen) == made


def test_ended_session_says_when(
    admin: Caller, session_id: str, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(minutes=5)
    roll.sessions.end(cast.employee, session_id)
    answer = admin.get(f"/api/dashboard/{session_id}").get_json()
    assert answer["session_status"] == "ended"
    [listed] = admin.get("/api/user-sessions/EMP004").get_json()["sessions"]
    assert listed["ended_at"] == "2026-03-02T09:05:03.123Z"


def test_undone_registration_leaves_the_history(
    employee: Caller, session_id: str, roll: Rollcall, cast: Cast
) -> None:
    roll.undo.undo(cast.employee)
    roll.undo.undo(cast.employee)
    answer = employee.get(f"/api/dashboard/{session_id}").get_json()
    assert answer["registration_history"] == []
    [listed] = employee.get("/api/user-sessions/EMP004").get_json()["sessions"]
    assert listed["activity_counts"]["registrations"] == 0


@pytest.mark.parametrize("path", ["/api/dashboard/session_EMP999_1_00000000",
                                  "/api/user-sessions/EMP999"])  # fmt: skip
def test_unknown_is_not_found_in_the_one_shape(admin: Caller, path: str) -> None:
    response = admin.get(path)
    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"


def _times(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Everything in an answer that is a time, by the name it has."""
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in _times(one, key)]
    if isinstance(value, list):
        return [found for one in value for found in _times(one, name)]
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return [(name, value)]
    return []


PATHS = [
    "/api/auth/me",
    "/api/auth/devices",
    "/chat/history",
    "/api/dashboard/{session_id}",
    "/api/user-sessions/EMP004",
    "/api/v1/people",
    "/api/v1/sessions",
    "/api/v1/registrations",
    "/api/v1/tasks",
    "/api/v1/activities",
    "/api/v1/history?subject=tasks",
]


@pytest.mark.parametrize("path", PATHS)
def test_times_are_utc_and_end_in_z(employee: Caller, session_id: str, path: str) -> None:
    body = employee.get(path.format(session_id=session_id)).get_json()
    times = _times(body)
    assert times
    assert [one for one in times if not TIME.fullmatch(one[1])] == []
