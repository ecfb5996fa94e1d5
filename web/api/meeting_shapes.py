"""What the interfaces to meetings answer, for checking and for the OpenAPI document."""

from typing import Any

from marshmallow import Schema
from marshmallow import fields as f
from marshmallow.fields import Field

Shape = dict[str, Field[Any]]


def _text(**extra: object) -> f.String:
    return f.String(metadata=dict(extra))


def _optional() -> f.String:
    return f.String(allow_none=True)


def _time() -> f.String:
    example = {"format": "date-time", "example": "2026-11-21T09:00:00.000Z"}
    return f.String(allow_none=True, metadata=example)


def nested(shape: Shape, name: str, **options: Any) -> f.Nested:
    """An object within an answer."""
    return f.Nested(Schema.from_dict(shape, name=name), **options)


def listed(shape: Shape, name: str) -> f.List[Any]:
    """A list of objects within an answer."""
    return f.List(nested(shape, name))


# Seed 001 -----------------------------------------------------------------------------------

_MEETING_ID = _text(example="123456789")
_USER: Shape = {
    "id": _text(example="EMP004"),
    "username": _text(example="Erika Hoffmann"),
    "email": _optional(),
    "role": _text(example="user", description="user or admin"),
}
STUDENT: Shape = {
    "studentId": f.Integer(metadata={"example": 12345}),
    "firstName": _text(),
    "lastName": _text(),
    "department": _optional(),
    "email": _optional(),
}
_USER_DATA: Shape = {
    "user": nested(_USER, "MeetingUser"),
    "student": nested(STUDENT, "MeetingStudent", allow_none=True),
    "meetingId": _MEETING_ID,
    "joinTime": _time(),
}
JOINED: Shape = {
    "success": f.Boolean(),
    "message": _text(example="Successfully registered for meeting attendance"),
    "sessionId": _text(example="EMP004_123456789_1640000000000"),
    "userData": nested(_USER_DATA, "MeetingUserData"),
    "status": _text(example="here", description="here, or waiting for the host"),
}
LEFT: Shape = {
    "success": f.Boolean(),
    "message": _text(example="Successfully left the meeting"),
    "sessionId": _text(),
    "meetingId": _MEETING_ID,
    "joinTime": _time(),
    "leaveTime": _time(),
    "duration": f.Integer(metadata={"description": "in minutes"}),
}
MY_SESSION: Shape = {
    "sessionId": _text(),
    "meetingId": _MEETING_ID,
    "meetingTitle": _text(),
    "participantName": _text(),
    "device": _optional(),
    "joinTime": _time(),
    "leaveTime": _time(),
    "duration": f.Integer(),
    "isActive": f.Boolean(),
    "status": _text(example="left"),
}
MY_SESSIONS: Shape = {
    "success": f.Boolean(),
    "sessions": listed(MY_SESSION, "MyMeetingSession"),
    "next": _optional(),
}
_AUTHENTICATED: Shape = {
    "sessionId": _optional(),
    "userId": _text(example="EMP004"),
    "user": nested(_USER, "AuthenticatedParticipantUser"),
    "student": nested(STUDENT, "AuthenticatedParticipantStudent", allow_none=True),
    "participantName": _text(),
    "meetingId": _MEETING_ID,
    "joinTime": _time(),
    "leaveTime": _time(),
    "duration": f.Integer(),
    "isActive": f.Boolean(),
}
AUTHENTICATED: Shape = {
    "success": f.Boolean(),
    "meetingId": _MEETING_ID,
    "participants": listed(_AUTHENTICATED, "AuthenticatedParticipant"),
    "totalParticipants": f.Integer(),
}
_CLEANUP: Shape = {"lastRun": _time(), "ended": f.Integer(), "intervalSeconds": f.Integer()}
_STATS: Shape = {
    "totalActiveSessions": f.Integer(),
    "activeUsers": f.Integer(),
    "activeMeetings": f.Integer(),
    "roleBreakdown": f.Dict(metadata={"example": {"admin": 1, "user": 12}}),
    "studentsWithSessions": f.Integer(),
    "cleanup": nested(_CLEANUP, "MeetingCleanup"),
}
STATS: Shape = {"success": f.Boolean(), "stats": nested(_STATS, "MeetingStats")}
_VIA: Shape = {
    "username": _text(),
    "email": _optional(),
    "role": _text(example="user"),
    "joinedViaAuth": f.Boolean(),
    "authTokenUsed": f.Boolean(),
}
_PRESENCE: Shape = {
    "sessionId": _text(),
    "source": _text(example="zoom"),
    "device": _optional(),
    "joinTime": _time(),
    "leaveTime": _time(),
    "isActive": f.Boolean(),
}
PARTICIPANT: Shape = {
    "participantName": _text(),
    "participantId": _text(),
    "zoomUserId": _optional(),
    "email": _optional(),
    "meetingId": _MEETING_ID,
    "joinTime": _time(),
    "leaveTime": _time(),
    "duration": f.Integer(metadata={"description": "in minutes"}),
    "attendanceStatus": _text(example="present"),
    "isActive": f.Boolean(),
}
ENRICHED: Shape = {
    **PARTICIPANT,
    "isAuthenticated": f.Boolean(),
    "userId": _optional(),
    "authenticatedUser": nested(_VIA, "AuthenticatedUser", allow_none=True),
    "studentInfo": nested(STUDENT, "StudentInfo", allow_none=True),
    "studentId": f.Integer(allow_none=True),
    "studentFirstName": _optional(),
    "studentLastName": _optional(),
    "studentDepartment": _optional(),
    "studentEmail": _optional(),
    "linkedBy": f.String(allow_none=True, metadata={"example": "email"}),
    "minutesLate": f.Integer(),
    "minutesEarly": f.Integer(),
    "sessionActivity": listed(_PRESENCE, "MeetingPresence"),
}
_AUTH_STATS: Shape = {
    "totalParticipants": f.Integer(),
    "authenticatedParticipants": f.Integer(),
    "unauthenticatedParticipants": f.Integer(),
    "linkedParticipants": f.Integer(),
    "studentsMatched": f.Integer(),
    "authenticationRate": f.Integer(metadata={"description": "in per cent"}),
}
ATTENDANCE: Shape = {
    "success": f.Boolean(),
    "meetingId": _MEETING_ID,
    "meetingTitle": _text(),
    "meetingStatus": _text(example="live"),
    "enriched": f.Boolean(),
    "participants": listed(ENRICHED, "MeetingParticipant"),
    "authenticationStats": nested(_AUTH_STATS, "AuthenticationStats"),
}

# Seed 004 -----------------------------------------------------------------------------------

_HOST: Shape = {"name": _text(), "is_me": f.Boolean()}
GROUP_SESSION: Shape = {
    "id": _text(),
    "name": _text(example="Sprint planning"),
    "code": _text(example="K7P2QX"),
    "status": _text(example="live"),
    "is_active": f.Boolean(),
    "host": nested(_HOST, "GroupSessionHost"),
    "participant_count": f.Integer(),
    "created_at": _time(),
    "starts_at": _time(),
    "ended_at": _time(),
}
GROUP_SESSION_JOINED: Shape = {
    **GROUP_SESSION,
    "session_id": _text(),
    "state": _text(example="here", description="here, or waiting for the host"),
}
_HERE: Shape = {
    "id": _text(),
    "name": _text(),
    "is_host": f.Boolean(),
    "is_me": f.Boolean(),
    "state": _text(example="here"),
    "joined_at": _time(),
}
GROUP_SESSION_STATUS: Shape = {
    **GROUP_SESSION,
    "participants": listed(_HERE, "GroupSessionParticipant"),
}

# Core ---------------------------------------------------------------------------------------

MEETING: Shape = {
    "id": _text(),
    "meeting_id": _text(example="123456789"),
    "title": _text(),
    "kind": _text(example="scheduled"),
    "status": _text(example="live"),
    "host_id": _optional(),
    "code": _optional(),
    "rotating": f.Boolean(),
    "waiting_room": f.Boolean(),
    "provider": _optional(),
    "starts_at": _time(),
    "ends_at": _time(),
    "started_at": _time(),
    "ended_at": _time(),
    "ended_by": _optional(),
    "grace_minutes": f.Integer(),
    "present": f.Integer(),
    "waiting": f.Integer(),
    "created_at": _time(),
}
MEETING_OF_HOST: Shape = {**MEETING, "host_name": _optional()}
MEETING_SEEN: Shape = {
    **MEETING_OF_HOST,
    "may_host": f.Boolean(metadata={"description": "whether the caller may run it"}),
    "may_see_all": f.Boolean(metadata={"description": "whether they see everybody's attendance"}),
}
BY_CODE: Shape = {
    name: MEETING_OF_HOST[name]
    for name in (
        "id", "title", "status", "rotating", "waiting_room", "starts_at", "ends_at", "ended_at",
        "host_name",
    )
}  # fmt: skip
INTERVAL: Shape = {
    "session_id": _text(),
    "meeting_id": _text(),
    "employee_id": _optional(),
    "state": _text(example="here"),
    "source": _text(example="web"),
    "device": _optional(),
    "joined_at": _time(),
    "left_at": _time(),
    "left_by": _optional(),
}
LEFT_ALL: Shape = {"items": listed(INTERVAL, "IntervalLeft")}
ROTATING: Shape = {"rotating_code": _text(example="271828"), "valid_until": _time()}
_ENTRY: Shape = {
    "participant_id": _text(),
    "source": _text(example="zoom"),
    "name": _text(),
    "email": _optional(),
    "linked_by": _optional(),
    "student_linked_by": _optional(),
}
PERSON: Shape = {
    "participant_id": _text(),
    "name": _text(),
    "employee_id": _optional(),
    "email": _optional(),
    "student": nested(STUDENT, "AttendanceStudent", allow_none=True),
    "status": _text(example="present"),
    "joined_at": _time(),
    "left_at": _time(),
    "minutes": f.Integer(),
    "late_minutes": f.Integer(),
    "early_minutes": f.Integer(),
    "is_active": f.Boolean(),
    "invited": f.Boolean(),
    "signed_in": f.Boolean(),
    "entries": listed(_ENTRY, "AttendanceEntry"),
    "intervals": listed(INTERVAL, "AttendanceInterval"),
}
_TOTALS: Shape = {
    name: f.Integer()
    for name in (
        "people", "came", "expected", "here", "present", "late", "left_early", "absent",
        "unrecognised",
    )
}  # fmt: skip
ATTENDANCE_PAGE: Shape = {
    "items": listed(PERSON, "AttendancePerson"),
    "next": _optional(),
    "totals": nested(_TOTALS, "AttendanceTotals"),
}
_CANDIDATE: Shape = {"employee_id": _text(), "name": _text(), "email": _optional()}
CANDIDATES: Shape = {
    "employees": listed(_CANDIDATE, "CandidateEmployee"),
    "students": listed(STUDENT, "CandidateStudent"),
}
HERE: Shape = {"items": listed(_HERE, "PersonHere")}
WAITING: Shape = {"items": listed({**INTERVAL, "name": _text()}, "PersonWaiting")}
PARTICIPANT_LINK: Shape = {
    "participant_id": _text(),
    "name": _text(),
    "employee_id": _optional(),
    "student_id": f.Integer(allow_none=True),
}


def one(shape: Shape, name: str) -> Schema:
    """An answer."""
    return Schema.from_dict(shape, name=name)()
