"""What can be asked of the record, and the shape of an answer."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any

from rollcall.calendar_words import shifted
from rollcall.clock import iso
from rollcall.dates import zone
from rollcall.errors import Invalid
from rollcall.storage.schema import PRIORITIES

SUBJECTS = ("registrations", "tasks", "sessions", "activities")
MEASURES = ("list", "count", "duration", "compare", "missing")
GROUPS = ("type", "employee", "department", "branch", "status", "priority",
          "day", "week", "month", "year")  # fmt: skip
STATES = ("open", "overdue", "pending", "in_progress", "completed", "active", "ended", "expired")
DATED = ("due", "planned")
FIRST_YEAR, LAST_YEAR = 1900, 2900
"""Between these there is always a period before."""
BUT = "-"
"""In front of a person or a type: everything but that."""
_SO_FAR = re.compile(r"this (week|month|quarter|year) so far")

COLUMNS = {
    "registrations": {"when": "Registered", "who": "By", "type": "Type", "title": "Name"},
    "tasks": {
        "when": "Assigned",
        "who": "Assignee",
        "title": "Task",
        "priority": "Priority",
        "status": "Status",
        "due": "Due",
    },
    "sessions": {"when": "Signed in", "who": "Who", "status": "Status", "minutes": "Minutes"},
    "activities": {"when": "When", "who": "Who", "kind": "What"},
}


@dataclass(frozen=True)
class HistoryQuery:
    """What is asked. `employee_id` None asks about everyone the asker may see.

    `employee_id` and `type` may name several ("EMP002,EMP003") or all others ("-visitor").
    `since` is included, `until` is not; both are aware. `period` is how the person said it. The
    period is about when something was recorded, finished tasks: finished; `dated` "due" about the
    due date of tasks, "planned" about the date a registration is for, such as a visitor's arrival.
    `against_since`, `against_until` and `against` are the period that is compared with, where it
    isn't the one just before. `title` is a part of what the thing is called. The measure "missing"
    asks who has none.
    """

    subject: str = "registrations"
    employee_id: str | None = None
    type: str | None = None
    status: str | None = None
    priority: str | None = None
    title: str | None = None
    dated: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    period: str | None = None
    against_since: datetime | None = None
    against_until: datetime | None = None
    against: str | None = None
    group_by: str | None = None
    measure: str = "list"

    def __post_init__(self) -> None:
        for name, known in (
            ("subject", SUBJECTS),
            ("measure", MEASURES),
            ("group_by", (None, *GROUPS)),
            ("status", (None, *STATES)),
            ("priority", (None, *PRIORITIES)),
            ("dated", (None, *DATED)),
        ):
            if getattr(self, name) not in known:
                options = ", ".join(one for one in known if one)
                raise Invalid(f"{name} should be one of {options}.", {name: f"one of {options}"})
        for name in _MOMENTS:
            moment = getattr(self, name)
            if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise Invalid(
                    f"{name} should be between {FIRST_YEAR} and {LAST_YEAR}.", {name: "too far"}
                )

    def params(self) -> dict[str, str]:
        """As the parameters of an address; `from_params` reads them back."""
        return {
            name: iso(value) or "" if isinstance(value, datetime) else str(value)
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "HistoryQuery":
        """The query in an address's parameters. Raises `Invalid`."""
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {
            name: value for name, value in params.items() if name in known and value
        }
        for name in _MOMENTS:
            if name in values and not isinstance(values[name], datetime):
                values[name] = _moment(name, str(values[name]))
        if "employee_id" in values:
            values["employee_id"] = str(values["employee_id"]).upper()
        return cls(**values)

    def people(self) -> list[str]:
        """The ids that are asked about, or left out."""
        return _named(self.employee_id)

    def types(self) -> list[str]:
        """The registration types that are asked about, or left out."""
        return _named(self.type)

    def before(self, timezone: str) -> "HistoryQuery | None":
        """The same question about the period that is compared with; None without a period.

        Unless another was said it is the one just before: of as many months for whole months, else
        of as many days, in the days of the IANA zone `timezone`.
        """
        since, until, words = self.against_since, self.against_until, self.against
        if since is None and until is None:
            if self.since is None or self.until is None:
                return None
            since, until = _just_before(self.since, self.until, self.period, timezone)
            words = None
        return replace(
            self, since=since, until=until, period=words,
            against_since=None, against_until=None, against=None,
        )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """One line of a grouped answer. `before` is the count of the period before, if compared;
    `minutes` the sum of durations, if these were asked."""

    key: str
    label: str
    count: int
    before: int | None = None
    minutes: float | None = None


@dataclass(frozen=True)
class HistoryAnswer:
    """What the record says. `minutes` is the sum of durations, when that was asked."""

    query: HistoryQuery
    total: int
    rows: list[dict[str, Any]]
    groups: list[Group]
    before: int | None = None
    minutes: float | None = None

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "query": self.query.params(),
            "total": self.total,
            "before": self.before,
            "minutes": self.minutes,
            "columns": [
                {"name": name, "label": label} for name, label in columns_of(self.query).items()
            ],
            "rows": [
                {name: iso(v) if isinstance(v, datetime) else v for name, v in row.items()}
                for row in self.rows
            ],
            "groups": [asdict(one) for one in self.groups],
        }


_MOMENTS = ("since", "until", "against_since", "against_until")


def columns_of(query: HistoryQuery) -> dict[str, str]:
    """The columns of the answer's rows: name to heading."""
    if query.measure == "missing":
        return {"who": "Who"}
    columns = dict(COLUMNS[query.subject])
    if query.dated == "planned":
        columns["planned"] = "Planned for"
    if query.subject == "tasks" and query.status == "completed":
        columns["completed"] = "Completed"
    return columns


def _named(value: str | None) -> list[str]:
    return [one.strip() for one in (value or "").removeprefix(BUT).split(",") if one.strip()]


def _just_before(
    since: datetime, until: datetime, words: str | None, timezone: str
) -> tuple[datetime, datetime]:
    here = zone(timezone)
    start, end = since.astimezone(here), until.astimezone(here)
    if start.time() != time(0) or end.time() != time(0):
        return since - (until - since), since
    first, after = start.date(), end.date()

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(0), here)

    if so_far := _SO_FAR.fullmatch(words or ""):
        unit = so_far[1]
        return midnight(shifted(first, -1, unit)), midnight(shifted(after, -1, unit))
    if first.day == after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        return midnight(shifted(first, -months, "month")), midnight(first)
    return midnight(first - (after - first)), midnight(first)


def _moment(name: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            f"{name} should be a time such as 2026-11-21T00:00:00Z.", {name: "not a time"}
        ) from error
    if found.tzinfo is None:
        raise Invalid(f"{name} needs a time zone, for example Z.", {name: "has no time zone"})
    return found
