"""The core API for who hosts a meeting: beginning, ending, codes, the waiting room, who is who."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall.meetings.model import Participant
from rollcall.students import NewStudent
from web.api import meeting_shapes as shapes
from web.api.core import idempotency_key, page_answer
from web.api.schemas import PageQuery, Request, page_of, words
from web.caller import person
from web.services import services

blueprint = Blueprint("hosting", __name__, url_prefix="/api/v1", description="Hosting meetings")
MEETING = shapes.one(shapes.MEETING, "HostedMeeting")
INTERVAL = shapes.one(shapes.INTERVAL, "HostedInterval")
LINK = shapes.one(shapes.PARTICIPANT_LINK, "ParticipantLink")


class LinkRequest(Request):
    """Who a participant is."""

    employee_id = words(14, required=False, load_default=None, allow_none=True)
    student_id = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, 2**53)
    )


class UnlinkRequest(Request):
    """What is taken back."""

    what = fields.String(load_default="employee", validate=validate.OneOf(["employee", "student"]))


class StudentRequest(Request):
    """A student."""

    student_id = fields.Integer(required=True, validate=validate.Range(1, 2**53))
    first_name = words(80)
    last_name = words(80)
    department = words(80, required=False, load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True)


@blueprint.route("/meetings/<reference>/start")
class MeetingStart(MethodView):
    """`/api/v1/meetings/<reference>/start`."""

    @blueprint.response(200, MEETING)
    def post(self, reference: str) -> dict[str, Any]:
        """Begin a scheduled meeting now."""
        return services().roll.meetings.start(person(), reference, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/end")
class MeetingEnd(MethodView):
    """`/api/v1/meetings/<reference>/end`."""

    @blueprint.response(200, MEETING)
    def post(self, reference: str) -> dict[str, Any]:
        """End it for all who are in it."""
        return services().roll.hosting.end(person(), reference, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/cancel")
class MeetingCancel(MethodView):
    """`/api/v1/meetings/<reference>/cancel`."""

    @blueprint.response(200, MEETING)
    def post(self, reference: str) -> dict[str, Any]:
        """Call off a meeting that has not begun."""
        return services().roll.meetings.cancel(person(), reference, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/code")
class MeetingCode(MethodView):
    """`/api/v1/meetings/<reference>/code`."""

    @blueprint.response(200, MEETING)
    def post(self, reference: str) -> dict[str, Any]:
        """Another join code; the one before opens nothing any more."""
        meetings = services().roll.meetings
        return meetings.renew_code(person(), reference, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/rotating-code")
class MeetingRotatingCode(MethodView):
    """`/api/v1/meetings/<reference>/rotating-code`."""

    @blueprint.response(200, shapes.one(shapes.ROTATING, "RotatingCode"))
    def get(self, reference: str) -> dict[str, Any]:
        """The code to show now, and until when."""
        return services().roll.meetings.rotating_code(person(), reference).public()


@blueprint.route("/meetings/<reference>/waiting")
class MeetingWaiting(MethodView):
    """`/api/v1/meetings/<reference>/waiting`."""

    @blueprint.response(200, shapes.one(shapes.WAITING, "PeopleWaiting"))
    def get(self, reference: str) -> dict[str, Any]:
        """Who waits to be let in, first come first."""
        roll = services().roll
        waiting = roll.hosting.waiting(person(), reference)
        names = roll.directory.names({one.employee_id for one in waiting if one.employee_id})
        return {
            "items": [
                {**one.public(), "name": names.get(one.employee_id or "", "")} for one in waiting
            ]
        }


@blueprint.route("/meetings/<reference>/waiting/<session_id>/admit")
class WaitingAdmit(MethodView):
    """`/api/v1/meetings/<reference>/waiting/<session_id>/admit`."""

    @blueprint.response(200, INTERVAL)
    def post(self, reference: str, session_id: str) -> dict[str, Any]:
        """Let somebody in."""
        hosting = services().roll.hosting
        return hosting.admit(person(), reference, session_id, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/waiting/<session_id>/refuse")
class WaitingRefuse(MethodView):
    """`/api/v1/meetings/<reference>/waiting/<session_id>/refuse`."""

    @blueprint.response(200, INTERVAL)
    def post(self, reference: str, session_id: str) -> dict[str, Any]:
        """Do not let somebody in."""
        hosting = services().roll.hosting
        return hosting.refuse(person(), reference, session_id, idempotency_key()).public()


@blueprint.route("/meetings/<reference>/participants/<participant_id>/candidates")
class ParticipantCandidates(MethodView):
    """`/api/v1/meetings/<reference>/participants/<participant_id>/candidates`."""

    @blueprint.response(200, shapes.one(shapes.CANDIDATES, "Candidates"))
    def get(self, reference: str, participant_id: str) -> dict[str, Any]:
        """Who somebody of that name may be."""
        found = services().roll.deciding.candidates(person(), reference, participant_id)
        return {
            "employees": [
                {"employee_id": one.employee_id, "name": one.name, "email": one.email}
                for one in found.employees
            ],
            "students": [one.public() for one in found.students],
        }


@blueprint.route("/meetings/<reference>/participants/<participant_id>/link")
class ParticipantLink(MethodView):
    """`/api/v1/meetings/<reference>/participants/<participant_id>/link`."""

    @blueprint.arguments(LinkRequest)
    @blueprint.response(200, LINK)
    def post(self, body: dict[str, Any], reference: str, participant_id: str) -> dict[str, Any]:
        """Say which employee or student a participant is."""
        return _link(
            services().roll.deciding.link(
                person(), reference, participant_id, **body, key=idempotency_key()
            )
        )


@blueprint.route("/meetings/<reference>/participants/<participant_id>/unlink")
class ParticipantUnlink(MethodView):
    """`/api/v1/meetings/<reference>/participants/<participant_id>/unlink`."""

    @blueprint.arguments(UnlinkRequest)
    @blueprint.response(200, LINK)
    def post(self, body: dict[str, Any], reference: str, participant_id: str) -> dict[str, Any]:
        """Take back who a participant is; it is not guessed again."""
        student = body["what"] == "student"
        return _link(
            services().roll.deciding.unlink(
                person(), reference, participant_id, student=student, key=idempotency_key()
            )
        )


@blueprint.route("/students")
class StudentList(MethodView):
    """`/api/v1/students`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.STUDENT, "Student"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Students, newest first (admins)."""
        return page_answer(services().roll.students.list(person(), **query))

    @blueprint.arguments(StudentRequest)
    @blueprint.response(201, shapes.one(shapes.STUDENT, "StudentOne"))
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Put a student on record (admins)."""
        new = NewStudent(**body)
        return services().roll.students.add(person(), new, idempotency_key()).public()


def _link(one: Participant) -> dict[str, Any]:
    return {
        "participant_id": one.participant_id,
        "name": one.name,
        "employee_id": one.employee_id,
        "student_id": one.student_id,
    }
