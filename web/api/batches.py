"""Weekly batches, `/api/v1/batches`: plans from which sessions are made."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall import Principal
from rollcall.completions.batch import Batch, NewBatch
from rollcall.completions.times import read_clock, read_day
from web.api import completion_shapes as shapes
from web.api.completions import sessions_of
from web.api.core import idempotency_key, owned_rows
from web.api.schemas import EmployeePageQuery, Query, Request, page_of, words
from web.api.written import CLOCK, DAY, EMPLOYEE_ID
from web.caller import person
from web.services import services

blueprint = Blueprint("batches", __name__, url_prefix="/api/v1", description="Weekly batches")
BATCH = shapes.one(shapes.BATCH, "BatchOne")
SHOWN_AHEAD = timedelta(days=90)
MOST_AHEAD = timedelta(days=3 * 366)


class BatchRequest(Request):
    """A plan; times are those of clocks in `timezone`, one's own if left out."""

    title = words(200, metadata={"example": "Welding, group A"})
    weekdays = fields.List(
        fields.Integer(validate=validate.Range(0, 6)),
        required=True,
        validate=validate.Length(1, 7, error="at least one day, please"),
        metadata={"description": "Monday is 0", "example": [0, 2]},
    )
    start_time = words(10, metadata=CLOCK)
    end_time = words(10, metadata={**CLOCK, "example": "10:45"})
    first_day = words(10, metadata=DAY)
    last_day = words(10, metadata={**DAY, "example": "2027-07-30"})
    holidays = fields.List(
        words(10, required=False, metadata={"format": "date"}),
        load_default=list,
        validate=validate.Length(max=400),
        metadata={"example": ["2026-12-25"]},
    )
    timezone = words(60, required=False, load_default=None, allow_none=True)
    needs_approval = fields.Boolean(load_default=False)
    employee_id = words(
        14,
        required=False,
        load_default=None,
        allow_none=True,
        metadata={**EMPLOYEE_ID, "description": "the host; oneself if left out"},
    )


class ChangeRequest(BatchRequest):
    """The plan that takes over, and from which day on."""

    day = words(10, metadata=DAY)


class EndRequest(Request):
    """The first day on which nothing is planned any more."""

    day = words(10, metadata=DAY)


class OccurrenceQuery(Query):
    """Up to which day; ninety days ahead if left out."""

    until = fields.Date(load_default=None)


@blueprint.route("/batches")
class BatchList(MethodView):
    """`/api/v1/batches`."""

    @blueprint.arguments(EmployeePageQuery, location="query")
    @blueprint.response(200, page_of(shapes.BATCH, "Batch"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Batches, newest first."""
        actor = person()
        page = services().roll.plans.list(actor, **query)
        return {"items": _shown(actor, page.items), "next": page.next}

    @blueprint.arguments(BatchRequest)
    @blueprint.response(201, BATCH)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set up a batch and the sessions of its next sixty days; for others, admins can."""
        actor, key = person(), idempotency_key()
        return _one(actor, services().roll.plans.create(actor, _plan(body), key))


@blueprint.route("/batches/<batch_id>")
class BatchOne(MethodView):
    """`/api/v1/batches/<batch_id>`."""

    @blueprint.response(200, BATCH)
    def get(self, batch_id: str) -> dict[str, Any]:
        """One batch."""
        actor = person()
        return _one(actor, services().roll.plans.get(actor, batch_id))


@blueprint.route("/batches/<batch_id>/occurrences")
class BatchOccurrences(MethodView):
    """`/api/v1/batches/<batch_id>/occurrences`."""

    @blueprint.arguments(OccurrenceQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.OCCURRENCES, "Occurrences"))
    def get(self, query: dict[str, Any], batch_id: str) -> dict[str, Any]:
        """Its sessions, and the days that will follow them."""
        actor, roll = person(), services().roll
        today = roll.clock().date()
        until: date = query["until"] or today + SHOWN_AHEAD
        made, later = roll.plans.occurrences(actor, batch_id, min(until, today + MOST_AHEAD))
        return {
            "items": sessions_of(actor, made),
            "days_after": [one.isoformat() for one in later],
        }


@blueprint.route("/batches/<batch_id>/change")
class BatchChange(MethodView):
    """`/api/v1/batches/<batch_id>/change`."""

    @blueprint.arguments(ChangeRequest)
    @blueprint.response(200, BATCH)
    def post(self, body: dict[str, Any], batch_id: str) -> dict[str, Any]:
        """This and following: from `day` on another plan takes over; answers that."""
        actor, key = person(), idempotency_key()
        day = read_day(body["day"], "day")
        plans = services().roll.plans
        return _one(actor, plans.change_from(actor, batch_id, day, _plan(body), key))


@blueprint.route("/batches/<batch_id>/end")
class BatchEnd(MethodView):
    """`/api/v1/batches/<batch_id>/end`."""

    @blueprint.arguments(EndRequest)
    @blueprint.response(200, BATCH)
    def post(self, body: dict[str, Any], batch_id: str) -> dict[str, Any]:
        """End it: nothing is planned from `day` on."""
        actor, key = person(), idempotency_key()
        day = read_day(body["day"], "day")
        return _one(actor, services().roll.plans.end(actor, batch_id, day, key))


def _shown(actor: Principal, batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Batches, with the names of their hosts and what the caller may do."""
    return owned_rows(batches, services().roll.plans.may(actor, batches))


def _one(actor: Principal, batch: Batch) -> dict[str, Any]:
    return _shown(actor, [batch])[0]


def _plan(body: dict[str, Any]) -> NewBatch:
    return NewBatch(
        title=body["title"],
        weekdays=tuple(body["weekdays"]),
        starts=read_clock(body["start_time"], "start_time"),
        ends=read_clock(body["end_time"], "end_time"),
        first_day=read_day(body["first_day"], "first_day"),
        last_day=read_day(body["last_day"], "last_day"),
        holidays=tuple(read_day(one, "holidays") for one in body["holidays"]),
        timezone=body["timezone"],
        needs_approval=body["needs_approval"],
        employee_id=body["employee_id"] and body["employee_id"].upper(),
    )
