"""Seed 004's interface to group sessions, `/api/sessions/…`: meetings joined by a code."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from rollcall import Principal
from rollcall.clock import iso
from rollcall.meetings import Arrival, Meeting, NewMeeting
from rollcall.meetings.report import Person
from web.api import meeting_shapes as shapes
from web.api.core import idempotency_key
from web.api.schemas import PageQuery, page_of, words
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "group_sessions", __name__, url_prefix="/api/sessions", description="Group sessions"
)


class GroupSessionRequest(Schema):
    """A new group session."""

    class Meta:
        unknown = EXCLUDE

    name = words(200, metadata={"example": "Sprint planning"})


class GroupSessionJoinRequest(Schema):
    """An empty object or no body; the changing code where there is one."""

    class Meta:
        unknown = EXCLUDE

    device = fields.String(load_default=None, allow_none=True)
    rotating_code = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=20)
    )


@blueprint.route("/")
class GroupSessions(MethodView):
    """`/api/sessions/`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.GROUP_SESSION, "GroupSession"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The sessions one set up or was in, newest first."""
        actor, roll = person(), services().roll
        page = roll.meetings.list(actor, **query)
        names = roll.directory.names({one.host_id for one in page.items if one.host_id})
        return {
            "items": [session_of(one, actor, names) for one in page.items],
            "next": page.next,
        }

    @blueprint.arguments(GroupSessionRequest)
    @blueprint.response(201, shapes.one(shapes.GROUP_SESSION_JOINED, "GroupSessionCreated"))
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set one up, with a code for others to join by, and be in it."""
        actor, key = person(), idempotency_key()
        meeting = services().roll.meetings.create(actor, NewMeeting(body["name"]), key)
        return _entered(actor, Arrival(meeting.meeting_id), f"{key}:join" if key else None)


@blueprint.route("/<reference>/join/")
class GroupSessionJoin(MethodView):
    """`POST /api/sessions/<id or code>/join/`."""

    @blueprint.arguments(GroupSessionJoinRequest, required=False)
    @blueprint.response(200, shapes.one(shapes.GROUP_SESSION_JOINED, "GroupSessionJoined"))
    def post(self, body: dict[str, Any], reference: str) -> dict[str, Any]:
        """Come in, by id or join code."""
        arrival = Arrival(
            reference, device=body.get("device"), rotating_code=body.get("rotating_code")
        )
        return _entered(person(), arrival, idempotency_key())


@blueprint.route("/<reference>/leave/")
class GroupSessionLeave(MethodView):
    """`POST /api/sessions/<id or code>/leave/`."""

    @blueprint.response(200, shapes.one(shapes.GROUP_SESSION, "GroupSessionLeft"))
    def post(self, reference: str) -> dict[str, Any]:
        """Leave on this device."""
        actor, roll = person(), services().roll
        left = roll.attendances.leave_meeting(actor, reference, idempotency_key())
        return _session(roll.meetings.of_intervals(left)[left[0].meeting_id], actor)


@blueprint.route("/<reference>/status/")
class GroupSessionStatus(MethodView):
    """`GET /api/sessions/<id or code>/status/`."""

    @blueprint.response(200, shapes.one(shapes.GROUP_SESSION_STATUS, "GroupSessionStatus"))
    def get(self, reference: str) -> dict[str, Any]:
        """State, and who is in it."""
        actor, roll = person(), services().roll
        meeting, people = roll.reports.here(actor, reference)
        roll.attendances.seen(actor, meeting)
        return {
            **_session(meeting, actor, len(people)),
            "participants": [here_of(one, meeting, actor) for one in people],
        }


def session_of(
    meeting: Meeting, actor: Principal, names: dict[str, str], count: int | None = None
) -> dict[str, Any]:
    """A meeting as this interface knows sessions; `count` is how many people are in it."""
    return {
        "id": meeting.meeting_id,
        "name": meeting.title,
        "code": meeting.code,
        "status": meeting.status,
        "is_active": meeting.status == "live",
        "host": {
            "name": names.get(meeting.host_id or "", ""),
            "is_me": meeting.host_id == actor.employee_id,
        },
        "participant_count": meeting.present if count is None else count,
        "created_at": iso(meeting.created_at),
        "starts_at": iso(meeting.starts_at),
        "ended_at": iso(meeting.ended_at),
    }


def here_of(one: Person, meeting: Meeting, actor: Principal) -> dict[str, Any]:
    """Somebody in a meeting as the others in it may see them: by name."""
    employee_id = one.employee.employee_id if one.employee else None
    return {
        "id": one.participant_id,
        "name": one.name,
        "is_host": employee_id is not None and employee_id == meeting.host_id,
        "is_me": employee_id is not None and employee_id == actor.employee_id,
        "state": "here" if one.facts.is_active else "waiting",
        "joined_at": iso(one.facts.joined_at),
    }


def _session(meeting: Meeting, actor: Principal, count: int | None = None) -> dict[str, Any]:
    names = services().roll.directory.names([meeting.host_id] if meeting.host_id else [])
    return session_of(meeting, actor, names, count)


def _entered(actor: Principal, arrival: Arrival, key: str | None) -> dict[str, Any]:
    roll = services().roll
    interval = roll.attendances.join(actor, arrival, key)
    meeting = roll.meetings.of_intervals([interval])[interval.meeting_id]
    return {
        **_session(meeting, actor),
        "session_id": interval.session_id,
        "state": interval.state,
    }
