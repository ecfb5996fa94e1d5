"""The core API to meetings, `/api/v1/meetings`: what the two published interfaces have and more."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall.dates import zone
from rollcall.errors import Invalid
from rollcall.exports import TYPES, file_of
from rollcall.meetings import Arrival, Meeting, MeetingChange, NewMeeting
from rollcall.meetings.model import LONGEST_GRACE
from rollcall.meetings.selection import RECOGNISED, STATUSES, Selection, totals_of
from rollcall.meetings.sheet import attendance_sheet
from rollcall.storage.meetings_schema import MEETING_STATES
from web.api import meeting_shapes as shapes
from web.api.core import idempotency_key, page_answer
from web.api.group_sessions import here_of
from web.api.schemas import PageQuery, Query, Request, moment, page_of, words
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "meetings", __name__, url_prefix="/api/v1", description="Meetings and who is in them"
)
MEETING = shapes.one(shapes.MEETING, "MeetingOne")
INTERVAL = shapes.one(shapes.INTERVAL, "IntervalOne")


class MeetingQuery(PageQuery):
    """Meetings in a state (`open`: scheduled or live; `over`: completed or cancelled); with `all`
    everybody's one may see."""

    status = fields.String(
        load_default=None, validate=validate.OneOf([*MEETING_STATES, "open", "over"])
    )
    all = fields.Boolean(load_default=False)


class MeetingRequest(Request):
    """A new meeting: at once, at a time, or in Zoom."""

    title = words(200, metadata={"example": "Retro"})
    starts_at = moment(load_default=None, allow_none=True)
    ends_at = moment(load_default=None, allow_none=True)
    external_id = words(
        40, required=False, load_default=None, allow_none=True,
        metadata={"description": "the number of a meeting in Zoom", "example": "123 456 789"},
    )  # fmt: skip
    rotating = fields.Boolean(load_default=False)
    waiting_room = fields.Boolean(load_default=False)
    grace_minutes = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, LONGEST_GRACE)
    )
    invited = fields.List(
        words(14, required=False), load_default=list, validate=validate.Length(max=200)
    )


class MeetingPatch(Request):
    """What to change of a meeting that is not over; what is left out stays."""

    title = words(200, required=False)
    starts_at = moment()
    ends_at = moment(allow_none=True)
    rotating = fields.Boolean()
    waiting_room = fields.Boolean()
    grace_minutes = fields.Integer(validate=validate.Range(0, LONGEST_GRACE))


class EnterRequest(Request):
    """On what device, and the changing code where there is one."""

    device = words(120, required=False, load_default=None, allow_none=True)
    rotating_code = words(20, required=False, load_default=None, allow_none=True)


class LeaveRequest(Request):
    """Which interval to end; without it those on this device."""

    session_id = words(200, required=False, load_default=None, allow_none=True)


class InviteRequest(Request):
    """Who is put on the list."""

    employee_ids = fields.List(
        words(14, required=False), required=True, validate=validate.Length(1, 200)
    )


class AttendanceQuery(Query):
    """Which people of a meeting."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    recognised = fields.String(
        load_default=None,
        validate=validate.OneOf(RECOGNISED),
        metadata={"description": "whether it is known who they are"},
    )
    q = words(
        80, required=False, load_default=None,
        metadata={"description": "a part of a name, an e-mail address or an id"},
    )  # fmt: skip


class AttendancePageQuery(AttendanceQuery, PageQuery):
    """Some of them at a time."""


class AttendanceFileQuery(AttendanceQuery):
    """As a file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(list(TYPES)))


@blueprint.route("/meetings")
class MeetingList(MethodView):
    """`/api/v1/meetings`."""

    @blueprint.arguments(MeetingQuery, location="query")
    @blueprint.response(200, page_of(shapes.MEETING_OF_HOST, "Meeting"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Meetings one hosts or is on the list of, newest first."""
        everybodys = query.pop("all")
        page = services().roll.meetings.list(person(), everybodys=everybodys, **query)
        return {"items": with_hosts(page.items), "next": page.next}

    @blueprint.arguments(MeetingRequest)
    @blueprint.response(201, MEETING)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set up a meeting; without a time it is live at once."""
        new = NewMeeting(**{**body, "invited": tuple(body["invited"])})
        return services().roll.meetings.create(person(), new, idempotency_key()).public()


@blueprint.route("/meetings/by-code/<code>")
class MeetingByCode(MethodView):
    """`/api/v1/meetings/by-code/<code>`."""

    @blueprint.response(200, shapes.one(shapes.BY_CODE, "MeetingByCode"))
    def get(self, code: str) -> dict[str, Any]:
        """What a join code opens."""
        return with_hosts([services().roll.meetings.by_code(person(), code)])[0]


@blueprint.route("/meetings/<reference>")
class MeetingOne(MethodView):
    """`/api/v1/meetings/<reference>`: an id, or a number of Zoom."""

    @blueprint.response(200, shapes.one(shapes.MEETING_SEEN, "MeetingSeen"))
    def get(self, reference: str) -> dict[str, Any]:
        """One meeting, and what the caller may do with it."""
        actor, meetings = person(), services().roll.meetings
        meeting = meetings.get(actor, reference)
        rights = meetings.rights(actor, meeting)
        may = {"may_host": rights.hosts, "may_see_all": rights.sees_all}
        return {**with_hosts([meeting])[0], **may}

    @blueprint.arguments(MeetingPatch)
    @blueprint.response(200, MEETING)
    def patch(self, body: dict[str, Any], reference: str) -> dict[str, Any]:
        """Change its title, its times and who comes in how (host)."""
        no_end = "ends_at" in body and body["ends_at"] is None
        change = MeetingChange(**body, no_end=no_end)
        meetings = services().roll.meetings
        return meetings.change(person(), reference, change, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/join")
class MeetingJoin(MethodView):
    """`/api/v1/meetings/<reference>/join`: an id, a number, or a join code."""

    @blueprint.arguments(EnterRequest, required=False)
    @blueprint.response(200, INTERVAL)
    def post(self, body: dict[str, Any], reference: str) -> dict[str, Any]:
        """Come in; again on the same device answers the interval that is open."""
        arrival = Arrival(reference, source="api", **body)
        return services().roll.attendances.join(person(), arrival, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/leave")
class MeetingLeave(MethodView):
    """`/api/v1/meetings/<reference>/leave`."""

    @blueprint.arguments(LeaveRequest, required=False)
    @blueprint.response(200, shapes.one(shapes.LEFT_ALL, "IntervalsLeft"))
    def post(self, body: dict[str, Any], reference: str) -> dict[str, Any]:
        """Leave on this device, or one interval."""
        attendances, actor, key = services().roll.attendances, person(), idempotency_key()
        session_id = body.get("session_id")
        if session_id:
            return {"items": [attendances.leave(actor, session_id, key).public()]}
        left = attendances.leave_meeting(actor, reference, key)
        return {"items": [one.public() for one in left]}


@blueprint.route("/meetings/<reference>/present")
class MeetingPresent(MethodView):
    """`/api/v1/meetings/<reference>/present`."""

    @blueprint.response(200, shapes.one(shapes.HERE, "PeopleHere"))
    def get(self, reference: str) -> dict[str, Any]:
        """Who is in it now, by name."""
        actor, roll = person(), services().roll
        meeting, people = roll.reports.here(actor, reference)
        roll.attendances.seen(actor, meeting)
        return {"items": [here_of(one, meeting, actor) for one in people]}


@blueprint.route("/meetings/<reference>/attendance")
class MeetingAttendance(MethodView):
    """`/api/v1/meetings/<reference>/attendance`."""

    @blueprint.arguments(AttendancePageQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.ATTENDANCE_PAGE, "AttendancePage"))
    def get(self, query: dict[str, Any], reference: str) -> dict[str, Any]:
        """Who was there and who was expected: everybody to host and admins, else oneself.

        `totals` counts all of them, whichever are asked for.
        """
        everybody = services().roll.reports.fetch(person(), reference).people
        people = selection_of(query).of(everybody)
        ids = [one.participant_id for one in people]
        begin = 0
        if query["after"] is not None:
            if query["after"] not in ids:
                problem = "This page doesn't exist. Start again without `after`."
                raise Invalid(problem, {"after": "not a cursor that this list gave out"})
            begin = ids.index(query["after"]) + 1
        end = begin + query["limit"]
        return {
            "items": [one.public() for one in people[begin:end]],
            "next": ids[end - 1] if end < len(ids) else None,
            "totals": asdict(totals_of(everybody)),
        }


@blueprint.route("/meetings/<reference>/attendance/file")
class MeetingAttendanceFile(MethodView):
    """`/api/v1/meetings/<reference>/attendance/file`."""

    @blueprint.arguments(AttendanceFileQuery, location="query")
    @blueprint.response(200, description="The file")
    def get(self, query: dict[str, Any], reference: str) -> Response:
        """The same people as a CSV or XLSX file."""
        actor, file_format = person(), query["format"]
        report = services().roll.reports.fetch(actor, reference)
        people = selection_of(query).of(report.people)
        content = file_of(*attendance_sheet(people, actor.timezone), file_format)
        response = Response(content, content_type=TYPES[file_format])
        day = f"{report.meeting.at.astimezone(zone(actor.timezone)):%Y-%m-%d}"
        response.headers["Content-Disposition"] = (
            f'attachment; filename="attendance-{day}.{file_format}"'
        )
        return response


def selection_of(query: dict[str, Any]) -> Selection:
    """Which people a query asks for."""
    return Selection(query["status"], query["recognised"], query["q"])


@blueprint.route("/meetings/<reference>/invitations")
class MeetingInvitations(MethodView):
    """`/api/v1/meetings/<reference>/invitations`."""

    @blueprint.arguments(InviteRequest)
    @blueprint.response(200, MEETING)
    def post(self, body: dict[str, Any], reference: str) -> dict[str, Any]:
        """Put people on the list (host)."""
        meetings = services().roll.meetings
        return meetings.invite(
            person(), reference, body["employee_ids"], idempotency_key()
        ).public()


@blueprint.route("/attendances")
class AttendanceList(MethodView):
    """`/api/v1/attendances`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.INTERVAL, "Interval"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """One's own intervals in meetings, newest first."""
        return page_answer(services().roll.attendances.mine(person(), **query))


def with_hosts(meetings: Sequence[Meeting]) -> list[dict[str, Any]]:
    """Meetings with the names of who hosts them: everybody on a list may know that."""
    ids = {one.host_id for one in meetings if one.host_id}
    names = services().roll.directory.names(ids)
    return [{**one.public(), "host_name": names.get(one.host_id or "")} for one in meetings]
