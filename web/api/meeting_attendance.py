"""Seed 001's interface to meeting attendance: `/api/user-sessions/…`, `/api/attendance-tracker/…`.

Its clients know users, students and participants; here those are employees, students and people on
the list of a meeting. What they call a session is one interval of somebody in a meeting.
"""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from rollcall import Principal, Role
from rollcall.clock import iso
from rollcall.errors import InvalidToken, NotFound, SessionEnded, Unauthenticated
from rollcall.meetings import Arrival
from web.api import meeting_shapes as shapes
from web.api.attendance_rows import (
    authentication_stats,
    head_of,
    rows_of,
    span_of,
    times_of,
    user_of,
)
from web.api.core import idempotency_key
from web.api.schemas import PageQuery, Query, words
from web.api.written import NUMBER, plain
from web.caller import person, read_token
from web.services import services

blueprint = Blueprint("meeting_attendance", __name__, description="Attendance of meetings")
CLEANUP_SECONDS = 15


class MeetingId(fields.Field[str]):
    """The number of a meeting; programs send it as text or as a number."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValidationError("should be a text or a number")
        text = str(value).strip()
        plain(text)
        if not 1 <= len(text) <= 64:  # noqa: PLR2004
            raise ValidationError("should have 1 to 64 characters")
        return text


class ParticipantData(Schema):
    """What a client says about itself; what isn't known here is left out."""

    class Meta:
        unknown = EXCLUDE

    participantName = fields.String(load_default=None, allow_none=True)  # noqa: N815
    device = fields.String(load_default=None, allow_none=True)
    rotatingCode = fields.String(  # noqa: N815
        load_default=None, allow_none=True, validate=validate.Length(max=20)
    )


class JoinMeetingRequest(Schema):
    """Which meeting, and on what device."""

    class Meta:
        unknown = EXCLUDE

    meetingId = MeetingId(required=True, metadata=NUMBER)  # noqa: N815
    participantData = fields.Nested(ParticipantData, load_default=None, allow_none=True)  # noqa: N815


class LeaveMeetingRequest(Schema):
    """Which session to end."""

    class Meta:
        unknown = EXCLUDE

    sessionId = words(200, metadata={"example": "EMP004_123456789_1640000000000"})  # noqa: N815


class AttendanceQuery(Query):
    """With `enriched=true` also who the participants are."""

    enriched = fields.Boolean(load_default=False)


def attendee() -> Principal:
    """The caller, with the three answers that clients of this interface know by their words.

    Raises `InvalidToken` "Invalid or expired token", `NotFound` "User not found".
    """
    try:
        return person()
    except (Unauthenticated, InvalidToken, SessionEnded) as error:
        if isinstance(error, SessionEnded) and _is_of_nobody():
            raise NotFound("User not found") from error
        raise InvalidToken from error


def _is_of_nobody() -> bool:
    """Whether the token is good and whom it names isn't there (any more)."""
    _, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        token = read_token(given.strip())
    except InvalidToken:
        return False
    employee = services().roll.directory.find(token.employee_id)
    return employee is None or employee.status != "active"


@blueprint.route("/api/user-sessions/join-meeting")
class JoinMeeting(MethodView):
    """`POST /api/user-sessions/join-meeting`."""

    @blueprint.arguments(JoinMeetingRequest)
    @blueprint.response(200, shapes.one(shapes.JOINED, "MeetingJoined"))
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Register for a meeting: from now on one is there, until one leaves."""
        actor, roll = attendee(), services().roll
        given = body["participantData"] or {}
        arrival = Arrival(
            body["meetingId"],
            source="api",
            device=given.get("device"),
            label=given.get("participantName"),
            rotating_code=given.get("rotatingCode"),
        )
        interval = roll.attendances.join(actor, arrival, idempotency_key())
        meeting = roll.meetings.of_intervals([interval])[interval.meeting_id]
        student = roll.reports.student_of(interval)
        waits = interval.state == "waiting"
        return {
            "success": True,
            "message": "Waiting for the host to let you in"
            if waits
            else "Successfully registered for meeting attendance",
            "sessionId": interval.session_id,
            "status": interval.state,
            "userData": {
                "user": user_of(roll.directory.find(str(actor.employee_id))),
                "student": student.public() if student else None,
                "meetingId": meeting.public_id,
                "joinTime": iso(interval.joined_at or interval.requested_at),
            },
        }


@blueprint.route("/api/user-sessions/leave-meeting")
class LeaveMeeting(MethodView):
    """`POST /api/user-sessions/leave-meeting`."""

    @blueprint.arguments(LeaveMeetingRequest)
    @blueprint.response(200, shapes.one(shapes.LEFT, "MeetingLeft"))
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Leave: the session ends now."""
        actor, roll = attendee(), services().roll
        interval = roll.attendances.leave(actor, body["sessionId"], idempotency_key())
        meeting = roll.meetings.of_intervals([interval])[interval.meeting_id]
        return {
            "success": True,
            "message": "Successfully left the meeting",
            **span_of(interval, meeting, roll.clock()),
        }


@blueprint.route("/api/user-sessions/my-sessions")
class MySessions(MethodView):
    """`GET /api/user-sessions/my-sessions`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.MY_SESSIONS, "MyMeetingSessions"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """One's own sessions in meetings, newest first."""
        actor, roll = attendee(), services().roll
        page = roll.attendances.mine(actor, **query)
        meetings = roll.meetings.of_intervals(page.items)
        return {
            "success": True,
            "sessions": [
                {
                    **span_of(one, meetings[one.meeting_id], roll.clock()),
                    "meetingTitle": meetings[one.meeting_id].title,
                    "participantName": actor.name,
                    "device": one.device,
                    "isActive": one.is_open,
                    "status": one.state,
                }
                for one in page.items
            ],
            "next": page.next,
        }


@blueprint.route("/api/user-sessions/meeting/<meeting_id>/authenticated-participants")
class AuthenticatedParticipants(MethodView):
    """`GET /api/user-sessions/meeting/<meeting_id>/authenticated-participants`."""

    @blueprint.response(200, shapes.one(shapes.AUTHENTICATED, "AuthenticatedParticipants"))
    def get(self, meeting_id: str) -> dict[str, Any]:
        """Who came in by their own account: everybody to the host and admins, else oneself."""
        report = services().roll.reports.of(attendee(), meeting_id)
        people = [one for one in report.people if one.signed_in]
        return {
            "success": True,
            "meetingId": report.meeting.public_id,
            "participants": [
                {
                    **times_of(one),
                    "sessionId": next(
                        (each.session_id for each in reversed(one.intervals) if each.employee_id),
                        None,
                    ),
                    "userId": one.employee.employee_id if one.employee else "",
                    "user": user_of(one.employee),
                    "student": one.student.public() if one.student else None,
                    "participantName": one.name,
                    "meetingId": report.meeting.public_id,
                }
                for one in people
            ],
            "totalParticipants": len(people),
        }


@blueprint.route("/api/user-sessions/stats")
class SessionStats(MethodView):
    """`GET /api/user-sessions/stats`."""

    @blueprint.response(200, shapes.one(shapes.STATS, "MeetingSessionStats"))
    def get(self) -> dict[str, Any]:
        """How many are in meetings now (admins)."""
        found = services().roll.reports.statistics(attendee())
        admins = found.roles.get(Role.ADMIN.value, 0)
        last = found.cleanup.public() if found.cleanup else {"lastRun": None, "ended": 0}
        return {
            "success": True,
            "stats": {
                "totalActiveSessions": found.active_sessions,
                "activeUsers": found.active_users,
                "activeMeetings": found.active_meetings,
                "roleBreakdown": {"admin": admins, "user": sum(found.roles.values()) - admins},
                "studentsWithSessions": found.students,
                "cleanup": {**last, "intervalSeconds": CLEANUP_SECONDS},
            },
        }


@blueprint.route("/api/attendance-tracker/attendance/<meeting_id>")
class Tracker(MethodView):
    """`GET /api/attendance-tracker/attendance/<meeting_id>`."""

    @blueprint.arguments(AttendanceQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.ATTENDANCE, "MeetingAttendance"))
    def get(self, query: dict[str, Any], meeting_id: str) -> dict[str, Any]:
        """Everybody who was there, and with `enriched=true` who they are."""
        actor, reports = attendee(), services().roll.reports
        if not query["enriched"]:
            report = reports.of(actor, meeting_id)
            return {
                **head_of(report, enriched=False),
                "participants": rows_of(report, enriched=False),
            }
        report = reports.fetch(actor, meeting_id)
        return {
            **head_of(report, enriched=True),
            "participants": rows_of(report, enriched=True),
            "authenticationStats": authentication_stats(report.people),
        }
