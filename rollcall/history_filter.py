"""From a `HistoryQuery` to the filters and keys that MongoDB is asked with."""

import re
from datetime import datetime
from typing import Any

from rollcall.dates import zone
from rollcall.errors import Invalid
from rollcall.forms.spec import Form
from rollcall.history_query import HistoryQuery
from rollcall.storage.database import Document
from rollcall.tasks import OPEN_STATES

TIME_FIELDS = {
    "registrations": "timestamp",
    "tasks": "created_at",
    "sessions": "login_time",
    "activities": "at",
}
TIME_GROUPS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}
_GROUP_FIELDS = {
    "tasks": {"type": "$status", "status": "$status", "priority": "$priority"},
    "sessions": {"type": "$session_status", "status": "$session_status"},
    "activities": {"type": "$kind"},
    "registrations": {"status": "$status"},
}


def planned_field(form: Form) -> str | None:
    """The field that says which date a registration is for, such as a visitor's arrival."""
    return next((one.name for one in form.fields if one.kind in ("date", "datetime")), None)


def time_field(query: HistoryQuery, form: Form | None) -> str:
    """The field that the query's period is about."""
    if query.dated == "planned" and form is not None:
        return f"data.{planned_field(form)}"
    if query.subject == "tasks":
        if query.dated == "due":
            return "due_date"
        if query.status == "completed":
            return "completed_at"
    return TIME_FIELDS[query.subject]


def conditions(query: HistoryQuery, form: Form | None, now: datetime, timezone: str) -> Document:
    """All that is asked but whose: `form` is the type of registration that is looked at."""
    match: Document = {}
    if query.subject == "registrations":
        match["status"] = "active"
    elif query.subject == "tasks":
        if query.status:
            open_ones = query.status in ("open", "overdue")
            match["status"] = {"$in": OPEN_STATES} if open_ones else query.status
        if query.priority:
            match["priority"] = query.priority
    elif query.subject == "sessions" and query.status:
        match["session_status"] = "active" if query.status == "open" else query.status
    if query.title and query.subject in ("registrations", "tasks"):
        named = {"$regex": re.escape(query.title), "$options": "i"}
        match["$or"] = [{field: named} for field in _naming_fields(form)]
    match |= _span(query, form, timezone)
    if query.subject == "tasks" and query.status == "overdue":
        due = match.setdefault("due_date", {})
        due["$lt"] = min(now, due.get("$lt", now))
    return match


def group_key(query: HistoryQuery, form: Form | None, timezone: str) -> Any:
    """What MongoDB groups by. Raises `Invalid` when that subject has no such thing."""
    by = str(query.group_by)
    if by in ("employee", "department", "branch"):
        return "$employee_id"
    if by in TIME_GROUPS:
        moment: Any = f"${time_field(query, form)}"
        if query.dated == "planned":
            # Days are kept as text, moments as dates.
            moment = {"$convert": {"input": moment, "to": "date", "onError": None}}
        return {
            "$dateToString": {
                "date": moment,
                "format": TIME_GROUPS[by],
                "timezone": zone(timezone).key,
            }
        }
    if by == "type" and form is not None:
        return {"$literal": form.name}
    field = _GROUP_FIELDS[query.subject].get(by)
    if field is None:
        raise Invalid(
            f"{query.subject.capitalize()} can't be grouped by {by}.",
            {"group_by": f"not for {query.subject}"},
        )
    return field


def _naming_fields(form: Form | None) -> list[str]:
    """Where a thing's name may stand: a visitor is also looked for by their company."""
    if form is None:
        return ["title"]
    return [
        f"data.{one.name}"
        for one in form.fields
        if one.name == form.title_field or (one.kind in ("text", "name") and not one.sensitive)
    ]


def _span(query: HistoryQuery, form: Form | None, timezone: str) -> Document:
    def bound(moment: datetime) -> Any:
        if query.dated == "planned" and form is not None:
            kind = form.field(str(planned_field(form))).kind
            if kind == "date":
                return moment.astimezone(zone(timezone)).date().isoformat()
        return moment

    span: Document = {}
    if query.since:
        span["$gte"] = bound(query.since)
    if query.until:
        span["$lt"] = bound(query.until)
    return {time_field(query, form): span} if span else {}
