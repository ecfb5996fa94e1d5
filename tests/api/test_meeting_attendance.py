"""Seed 001's interface, field by field, with its three known messages."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from rollcall import SYSTEM, Rollcall
from rollcall.meetings import NewMeeting
from rollcall.students import NewStudent
from tests.api.conftest import Caller, error_of, sign_in
from tests.cast import Cast
from tests.conftest import StandingClock

JOIN = "/api/user-sessions/join-meeting"
LEAVE = "/api/user-sessions/leave-meeting"
MINE = "/api/user-sessions/my-sessions"
STATS = "/api/user-sessions/stats"
SIGNED_IN = "/api/user-sessions/meeting/123456789/authenticated-participants"
ENRICHED = "/api/attendance-tracker/attendance/123456789?enriched=true"
ROUTES = [("POST", JOIN, {"meetingId": "123456789"}), ("POST", LEAVE, {"sessionId": "x"}),
          ("GET", MINE, None), ("GET", SIGNED_IN, None), ("GET", STATS, None),
          ("GET", ENRICHED, None)]  # fmt: skip


@pytest.fixture(autouse=True)
def people(roll: Rollcall, cast: Cast) -> None:
    """A student who is EMP004, and a meeting in Zoom that the manager hosts."""
    roll.students.add(
        SYSTEM, NewStudent(12345, "Erika", "Musterfrau", "Computer Science", "erika@student.edu")
    )
    roll.meetings.create(cast.manager, NewMeeting("All hands", external_id="123456789"))


def join(caller: Caller, meeting_id: object = "123456789", **data: str) -> Any:
    body = {"meetingId": meeting_id, "participantData": data}
    return caller.post(JOIN, body)


def test_registering_answers_the_documented_shape(employee: Caller, clock: StandingClock) -> None:
    answer = join(employee, participantName="John Doe", device="Desktop")
    assert answer.status_code == 200
    milliseconds = int(clock().timestamp() * 1000)
    assert answer.get_json() == {
        "success": True,
        "message": "Successfully registered for meeting attendance",
        "sessionId": f"EMP004_123456789_{milliseconds}",
        "status": "here",
        "userData": {
            "user": {
                "id": "EMP004",
                "username": "Erika Musterfrau",
                "email": "erika@example.com",
                "role": "user",
            },
            "student": {
                "studentId": 12345,
                "firstName": "Erika",
                "lastName": "Musterfrau",
                "department": "Computer Science",
                "email": "erika@student.edu",
            },
            "meetingId": "123456789",
            "joinTime": "2026-03-02T09:00:00.000Z",
        },
    }


def test_role_is_user_or_admin_and_nobody_has_to_be_a_student(
    admin: Caller, manager: Caller
) -> None:
    assert join(admin).get_json()["userData"]["user"]["role"] == "admin"
    answer = join(manager).get_json()
    assert answer["userData"]["user"]["role"] == "user"
    assert answer["userData"]["student"] is None


@pytest.mark.parametrize("written", [123456789, "123 456 789", " 123456789 "])
def test_the_number_is_read_however_it_is_written(employee: Caller, written: object) -> None:
    assert join(employee, written).get_json()["userData"]["meetingId"] == "123456789"


def test_clients_may_say_more_or_less_than_is_known(employee: Caller) -> None:
    body = {"meetingId": "123456789", "participantData": {"camera": "on"}, "client": "2.1"}
    assert employee.post(JOIN, body).status_code == 200
    assert employee.post(JOIN, {"meetingId": "123456789"}).status_code == 200
    assert (
        employee.post(JOIN, {"meetingId": "123456789", "participantData": None}).status_code == 200
    )


@pytest.mark.parametrize("bad", [None, "", " ", True, [], {}, "x" * 65, "12\u000034"])
def test_what_is_no_meeting_is_refused_by_its_field(employee: Caller, bad: object) -> None:
    answer = employee.post(JOIN, {"meetingId": bad})
    assert answer.status_code == 422
    assert list(error_of(answer)["fields"]) == ["meetingId"]


def test_an_unknown_meeting_is_not_found_and_a_number_of_zoom_is_put_on_record(
    employee: Caller, roll: Rollcall
) -> None:
    assert join(employee, "no-such").status_code == 404
    assert join(employee, "555666777").status_code == 200
    kept = roll.database.collection("meetings").find_one({"external_id": "555666777"})
    assert kept
    assert kept["host_id"] is None


def test_leaving_and_ones_own_sessions(employee: Caller, clock: StandingClock) -> None:
    session_id = join(employee, device="Desktop").get_json()["sessionId"]
    clock.forward(minutes=9)
    answer = employee.post(LEAVE, {"sessionId": session_id})
    assert answer.get_json() == {
        "success": True,
        "message": "Successfully left the meeting",
        "sessionId": session_id,
        "meetingId": "123456789",
        "joinTime": "2026-03-02T09:00:00.000Z",
        "leaveTime": "2026-03-02T09:09:00.000Z",
        "duration": 9,
    }
    [mine] = employee.get(MINE).get_json()["sessions"]
    assert mine == {
        "sessionId": session_id,
        "meetingId": "123456789",
        "meetingTitle": "All hands",
        "participantName": "Erika Musterfrau",
        "device": "Desktop",
        "joinTime": "2026-03-02T09:00:00.000Z",
        "leaveTime": "2026-03-02T09:09:00.000Z",
        "duration": 9,
        "isActive": False,
        "status": "left",
    }


def test_sessions_are_paged(employee: Caller, clock: StandingClock) -> None:
    for _ in range(3):
        employee.post(LEAVE, {"sessionId": join(employee).get_json()["sessionId"]})
        clock.forward(minutes=1)
    first = employee.get(f"{MINE}?limit=2").get_json()
    rest = employee.get(f"{MINE}?limit=2&after={first['next']}").get_json()
    assert len({one["sessionId"] for one in first["sessions"] + rest["sessions"]}) == 3
    assert rest["next"] is None


def test_a_repeated_key_registers_once(employee: Caller, roll: Rollcall) -> None:
    key = {"Idempotency-Key": "k1"}
    body = {"meetingId": "123456789"}
    first = employee.post(JOIN, body, headers=key).get_json()
    employee.post(LEAVE, {"sessionId": first["sessionId"]})
    again = employee.post(JOIN, body, headers=key).get_json()
    assert again["sessionId"] == first["sessionId"]
    assert roll.database.collection("attendances").count_documents({}) == 1


def test_authenticated_participants(manager: Caller, employee: Caller, outsider: Caller) -> None:
    joined = join(employee).get_json()
    join(outsider)
    found = manager.get(SIGNED_IN).get_json()
    assert found["totalParticipants"] == 2
    assert found["participants"][0] == {
        "sessionId": joined["sessionId"],
        "userId": "EMP004",
        "user": joined["userData"]["user"],
        "student": joined["userData"]["student"],
        "participantName": "Erika Musterfrau",
        "meetingId": "123456789",
        "joinTime": "2026-03-02T09:00:00.000Z",
        "leaveTime": None,
        "duration": 0,
        "isActive": True,
    }
    own = outsider.get(SIGNED_IN).get_json()
    assert [one["userId"] for one in own["participants"]] == ["EMP005"]


def test_enriched_attendance(manager: Caller, employee: Caller, clock: StandingClock) -> None:
    session_id = join(employee, device="Web Browser").get_json()["sessionId"]
    clock.forward(minutes=7)
    join(manager)
    clock.forward(minutes=2)
    found = manager.get(ENRICHED).get_json()
    assert (found["success"], found["meetingId"], found["enriched"]) == (True, "123456789", True)
    assert found["participants"][0] == {
        "participantName": "Erika Musterfrau",
        "participantId": found["participants"][0]["participantId"],
        "zoomUserId": None,
        "email": "erika@example.com",
        "meetingId": "123456789",
        "joinTime": "2026-03-02T09:00:00.000Z",
        "leaveTime": None,
        "duration": 9,
        "attendanceStatus": "present",
        "isActive": True,
        "isAuthenticated": True,
        "userId": "EMP004",
        "authenticatedUser": {
            "username": "Erika Musterfrau",
            "email": "erika@example.com",
            "role": "user",
            "joinedViaAuth": True,
            "authTokenUsed": True,
        },
        "studentInfo": {
            "studentId": 12345,
            "firstName": "Erika",
            "lastName": "Musterfrau",
            "department": "Computer Science",
            "email": "erika@student.edu",
        },
        "studentId": 12345,
        "studentFirstName": "Erika",
        "studentLastName": "Musterfrau",
        "studentDepartment": "Computer Science",
        "studentEmail": "erika@student.edu",
        "linkedBy": None,
        "minutesLate": 0,
        "minutesEarly": 0,
        "sessionActivity": [
            {
                "sessionId": session_id,
                "source": "api",
                "device": "Web Browser",
                "joinTime": "2026-03-02T09:00:00.000Z",
                "leaveTime": None,
                "isActive": True,
            }
        ],
    }
    assert found["participants"][1]["attendanceStatus"] == "late"
    assert found["participants"][1]["minutesLate"] == 7
    assert found["authenticationStats"] == {
        "totalParticipants": 2,
        "authenticatedParticipants": 2,
        "unauthenticatedParticipants": 0,
        "linkedParticipants": 0,
        "studentsMatched": 1,
        "authenticationRate": 100,
    }


def test_without_enriched_nobody_is_named_as_a_user_or_student(
    manager: Caller, employee: Caller
) -> None:
    join(employee)
    found = manager.get("/api/attendance-tracker/attendance/123456789").get_json()
    assert found["participants"][0]["participantName"] == "Erika Musterfrau"
    for one in found["participants"]:
        assert not {"authenticatedUser", "studentInfo", "userId"} & set(one)
    assert "authenticationStats" not in found


def test_stats(admin: Caller, employee: Caller, outsider: Caller, roll: Rollcall) -> None:
    join(employee)
    join(outsider)
    join(admin)
    roll.cleanup.run()
    assert admin.get(STATS).get_json() == {
        "success": True,
        "stats": {
            "totalActiveSessions": 3,
            "activeUsers": 3,
            "activeMeetings": 1,
            "roleBreakdown": {"admin": 1, "user": 2},
            "studentsWithSessions": 1,
            "cleanup": {"lastRun": "2026-03-02T09:00:00.000Z", "ended": 0, "intervalSeconds": 15},
        },
    }


# The three known failures -------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
@pytest.mark.parametrize("header", [None, "Bearer forged", "Bearer", "Basic abc", "forged"])
def test_invalid_or_expired_token(
    guest: Caller, method: str, path: str, body: Any, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = guest(method, path, json=body, headers=headers)
    assert answer.status_code == 401
    assert error_of(answer)["message"] == "Invalid or expired token"


def test_expired_token_and_ended_session(
    employee: Caller, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    assert error_of(employee.get(MINE))["message"] == "Invalid or expired token"
    clock.forward(minutes=11)
    assert error_of(employee.get(MINE))["message"] == "Invalid or expired token"


@pytest.mark.parametrize("session_id", ["EMP004_123456789_1640000000000", "{}", "__proto__"])
def test_no_active_session_found(employee: Caller, session_id: str) -> None:
    answer = employee.post(LEAVE, {"sessionId": session_id})
    assert answer.status_code == 404
    assert error_of(answer)["message"] == "No active session found"


def test_user_not_found(employee: Caller, roll: Rollcall) -> None:
    roll.database.collection("employees").delete_one({"_id": "EMP004"})
    # What a process remembers of a session ends with its version.
    roll.database.collection("user_sessions").update_many({}, {"$inc": {"version": 1}})
    answer = employee.get(MINE)
    assert answer.status_code == 404
    assert error_of(answer)["message"] == "User not found"


# Browsers -----------------------------------------------------------------------------------


def test_a_browser_needs_the_csrf_token(browser: FlaskClient) -> None:
    sign_in(browser)
    refused = browser.post(JOIN, json={"meetingId": "123456789"})
    assert refused.status_code == 403
    cookie = browser.get_cookie("rollcall_csrf")
    assert cookie
    answer = browser.post(
        JOIN, json={"meetingId": "123456789"}, headers={"X-CSRF-Token": cookie.value}
    )
    assert answer.status_code == 200
