"""The core API to scheduled sessions, `/api/v1/completions`: planned, closed, approved, proven."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall import Principal
from rollcall.attachments.names import safe_name
from rollcall.completions.codes import new_code
from rollcall.completions.lists import Wanted
from rollcall.completions.model import Completion, CompletionChange, Ending, NewCompletion
from rollcall.completions.times import read_clock, read_day
from rollcall.permissions import Permission, require
from rollcall.storage.completions_schema import APPROVAL_STATES, COMPLETION_STATES
from web.api import completion_shapes as shapes
from web.api.core import idempotency_key, owned_rows, page_answer
from web.api.schemas import (
    EmployeePageQuery,
    PageQuery,
    Request,
    moment,
    page_of,
    words,
)
from web.api.written import CLOCK, DAY, EITHER, plain, typed
from web.blocking import off_the_loop
from web.caller import person
from web.embedding import own_origin
from web.files import disposition
from web.services import services

blueprint = Blueprint(
    "completions", __name__, url_prefix="/api/v1", description="Scheduled sessions"
)
COMPLETION = shapes.one(shapes.COMPLETION, "CompletionOne")
PDF = {
    "200": {
        "description": "the page to print",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}
VIEWS = ("upcoming", "completed", "history")


class CompletionQuery(EmployeePageQuery):
    """Which sessions. `upcoming` are pending, earliest first; `completed` and `history` (all of
    them) begin with the latest."""

    view = fields.String(load_default="history", validate=validate.OneOf(VIEWS))
    status = fields.String(load_default=None, validate=validate.OneOf(COMPLETION_STATES))
    approval = fields.String(load_default=None, validate=validate.OneOf(APPROVAL_STATES))
    batch_id = fields.String(load_default=None, validate=[validate.Length(max=40), plain])
    q = fields.String(load_default=None, validate=[validate.Length(max=80), plain])
    missed = fields.Boolean(load_default=None)
    since = moment(load_default=None)
    until = moment(load_default=None)


class CompletionRequest(Request):
    """A session to come; times are those of clocks in `timezone`, one's own if left out."""

    title = words(200, metadata={"example": "Welding basics"})
    scheduled_date = words(10, metadata=DAY)
    scheduled_start_time = words(10, metadata=CLOCK)
    scheduled_end_time = words(10, metadata={**CLOCK, "example": "10:45"})
    timezone = words(60, required=False, load_default=None, allow_none=True)
    batch_id = words(40, required=False, load_default=None, allow_none=True)


class CompletionPatch(Request):
    """What to change: the plan until it is completed, how it went after that."""

    title = words(200, required=False, load_default=None)
    scheduled_date = words(10, required=False, load_default=None, metadata=DAY)
    scheduled_start_time = words(10, required=False, load_default=None, metadata=CLOCK)
    scheduled_end_time = words(10, required=False, load_default=None, metadata=CLOCK)
    actual_start_time = words(40, required=False, load_default=None, metadata=EITHER)
    actual_end_time = words(40, required=False, load_default=None, metadata=EITHER)
    notes = fields.String(load_default=None, validate=[validate.Length(max=4000), typed])


class CompleteRequest(Request):
    """How it went. Times of day, or ISO; without a code one is made."""

    actual_start_time = words(40, metadata=EITHER)
    actual_end_time = words(40, metadata={**EITHER, "example": "10:45"})
    completion_code = words(
        60, 0, required=False, load_default=None, allow_none=True,
        metadata={"example": "BATCH-001-DEC19"},
    )  # fmt: skip
    notes = fields.String(
        load_default=None, allow_none=True, validate=[validate.Length(max=4000), typed]
    )


class CancelRequest(Request):
    """Why it is called off."""

    reason = fields.String(load_default="", validate=[validate.Length(max=4000), typed])


def wanted_of(query: dict[str, Any]) -> Wanted:
    """Which sessions a query asks for."""
    told = {"upcoming": "pending", "completed": "completed"}.get(query["view"])
    return Wanted(
        query["employee_id"], query["status"] or told, query["approval"], query["batch_id"],
        query["q"], query["missed"], query["since"], query["until"],
    )  # fmt: skip


def sessions_of(actor: Principal, found: Sequence[Completion]) -> list[dict[str, Any]]:
    """Sessions, with the names of whose they are and what the caller may do."""
    return owned_rows(found, services().roll.completions.may(actor, found))


def session_of(actor: Principal, session: Completion) -> dict[str, Any]:
    """One session, the same way."""
    return sessions_of(actor, [session])[0]


def new_session(body: dict[str, Any]) -> NewCompletion:
    """The session that is asked for. Raises `Invalid`."""
    return NewCompletion(
        title=body["title"],
        day=read_day(body["scheduled_date"], "scheduled_date"),
        starts=read_clock(body["scheduled_start_time"], "scheduled_start_time"),
        ends=read_clock(body["scheduled_end_time"], "scheduled_end_time"),
        timezone=body.get("timezone"),
        batch_id=body.get("batch_id"),
    )


def changed_session(body: dict[str, Any]) -> CompletionChange:
    """The change that is asked for. Raises `Invalid`."""
    day = body.get("scheduled_date")
    clocks = {
        name: read_clock(body[field], field) if body.get(field) else None
        for name, field in (("starts", "scheduled_start_time"), ("ends", "scheduled_end_time"))
    }
    return CompletionChange(
        title=body.get("title"),
        day=read_day(day, "scheduled_date") if day else None,
        **clocks,
        actual_start=body.get("actual_start_time"),
        actual_end=body.get("actual_end_time"),
        notes=body.get("notes"),
    )


def ending_of(body: dict[str, Any]) -> Ending:
    """How a session went, as it is told."""
    return Ending(
        body["actual_start_time"],
        body["actual_end_time"],
        body.get("completion_code"),
        body.get("notes"),
    )


@blueprint.route("/completions")
class CompletionList(MethodView):
    """`/api/v1/completions`."""

    @blueprint.arguments(CompletionQuery, location="query")
    @blueprint.response(200, page_of(shapes.COMPLETION, "Completion"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Sessions of everybody one may see, or of one employee."""
        actor, first = person(), query["view"] == "upcoming"
        page = services().roll.completions.list(
            actor, wanted_of(query), query["limit"], query["after"], oldest_first=first
        )
        return {"items": sessions_of(actor, page.items), "next": page.next}

    @blueprint.arguments(CompletionRequest)
    @blueprint.response(201, COMPLETION)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Plan a session of one's own."""
        actor, key = person(), idempotency_key()
        made = services().roll.completions.create(actor, new_session(body), key)
        return session_of(actor, made)


@blueprint.route("/completions/new-code")
class NewCode(MethodView):
    """`/api/v1/completions/new-code`."""

    @blueprint.response(200, shapes.one(shapes.CODE, "CompletionCode"))
    def get(self) -> dict[str, Any]:
        """A completion code to fill in; nothing is reserved."""
        require(person(), Permission.WRITE_COMPLETIONS)
        return {"completion_code": new_code()}


@blueprint.route("/completions/<completion_id>")
class CompletionOne(MethodView):
    """`/api/v1/completions/<completion_id>`."""

    @blueprint.response(200, COMPLETION)
    def get(self, completion_id: str) -> dict[str, Any]:
        """One session."""
        actor = person()
        return session_of(actor, services().roll.completions.get(actor, completion_id))

    @blueprint.arguments(CompletionPatch)
    @blueprint.response(200, COMPLETION)
    def patch(self, body: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Rename or move it while it is pending; correct how it went later."""
        actor, key = person(), idempotency_key()
        change = changed_session(body)
        return session_of(
            actor, services().roll.completions.update(actor, completion_id, change, key)
        )


@blueprint.route("/completions/<completion_id>/proposal")
class CompletionProposal(MethodView):
    """`/api/v1/completions/<completion_id>/proposal`."""

    @blueprint.response(200, shapes.one(shapes.PROPOSAL, "CompletionProposal"))
    def get(self, completion_id: str) -> dict[str, Any]:
        """Actual times to begin with: from attendance, else as planned."""
        return services().roll.completions.proposal(person(), completion_id).public()


@blueprint.route("/completions/<completion_id>/versions")
class CompletionVersions(MethodView):
    """`/api/v1/completions/<completion_id>/versions`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.VERSION, "CompletionVersion"))
    def get(self, query: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """What changes of it replaced, by whom and when."""
        completions = services().roll.completions
        return page_answer(completions.versions(person(), completion_id, **query))


@blueprint.route("/completions/<completion_id>/complete")
class CompletionComplete(MethodView):
    """`/api/v1/completions/<completion_id>/complete`."""

    @blueprint.arguments(CompleteRequest)
    @blueprint.response(200, COMPLETION)
    def post(self, body: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Close it with its actual times, a code and notes."""
        actor, key = person(), idempotency_key()
        return session_of(
            actor,
            services().roll.completions.complete(actor, completion_id, ending_of(body), key),
        )


@blueprint.route("/completions/<completion_id>/cancel")
class CompletionCancel(MethodView):
    """`/api/v1/completions/<completion_id>/cancel`."""

    @blueprint.arguments(CancelRequest, required=False)
    @blueprint.response(200, COMPLETION)
    def post(self, body: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Call it off, and say why."""
        actor, key = person(), idempotency_key()
        reason = body.get("reason", "")
        return session_of(
            actor, services().roll.completions.cancel(actor, completion_id, reason, key)
        )


@blueprint.route("/completions/<completion_id>/approve")
class CompletionApprove(MethodView):
    """`/api/v1/completions/<completion_id>/approve`."""

    @blueprint.response(200, COMPLETION)
    def post(self, completion_id: str) -> dict[str, Any]:
        """Approve a completed session that waits for it; not one's own."""
        return _decided(completion_id, approve=True)


@blueprint.route("/completions/<completion_id>/reject")
class CompletionReject(MethodView):
    """`/api/v1/completions/<completion_id>/reject`."""

    @blueprint.response(200, COMPLETION)
    def post(self, completion_id: str) -> dict[str, Any]:
        """Reject it."""
        return _decided(completion_id, approve=False)


@blueprint.route("/completions/<completion_id>/receipt")
class CompletionReceipt(MethodView):
    """`/api/v1/completions/<completion_id>/receipt`."""

    @blueprint.response(200, shapes.one(shapes.RECEIPT, "CompletionReceipt"))
    def get(self, completion_id: str) -> dict[str, Any]:
        """The receipt of a completed session."""
        return services().roll.receipts.issue(person(), completion_id).public()


@blueprint.route("/completions/<completion_id>/receipt.pdf")
class CompletionReceiptPdf(MethodView):
    """`/api/v1/completions/<completion_id>/receipt.pdf`."""

    @blueprint.doc(responses=PDF)
    def get(self, completion_id: str) -> Response:
        """The receipt to print, with a QR code that leads to where it is verified."""
        # What it is drawn with takes 20 MB and half a second: not of every process at its start.
        from rollcall.completions.receipt_pdf import receipt_pdf  # noqa: PLC0415

        receipt = services().roll.receipts.issue(person(), completion_id)
        address = f"{own_origin()}/receipts/{quote(receipt.code, safe='')}"
        content = off_the_loop(lambda: receipt_pdf(receipt, address))
        response = Response(content, mimetype="application/pdf")
        response.headers["Content-Disposition"] = disposition(
            safe_name(f"Receipt {receipt.code}.pdf"), shown=True
        )
        return response


@blueprint.route("/receipts/<path:code>")
class ReceiptOne(MethodView):
    """`/api/v1/receipts/<code>`."""

    @blueprint.response(200, shapes.one(shapes.RECEIPT, "Receipt"))
    def get(self, code: str) -> dict[str, Any]:
        """What the receipt with this code says, and whether it still holds; for anybody."""
        return services().roll.receipts.verify(person(), code).public()


def _decided(completion_id: str, *, approve: bool) -> dict[str, Any]:
    actor, key = person(), idempotency_key()
    return session_of(
        actor, services().roll.completions.decide(actor, completion_id, approve=approve, key=key)
    )
