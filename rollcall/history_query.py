"""What can be asked of the record, and the shape of an answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from rollcall.clock import iso
from rollcall.errors import Invalid
from rollcall.storage.schema import PRIORITIES

SUBJECTS = ("registrations", "tasks", "sessions", "activities")
MEASURES = ("list", "count", "duration", "compare")
GROUPS = ("type", "employee", "status", "priority", "day", "week", "month")
STATES = ("open", "overdue", "pending", "in_progress", "completed", "active", "ended", "expired")

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

    `since` is included, `until` is not; both are aware. `period` is how the person said it.
    """

    subject: str = "registrations"
    employee_id: str | None = None
    type: str | None = None
    status: str | None = None
    priority: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    period: str | None = None
    group_by: str | None = None
    measure: str = "list"

    def __post_init__(self) -> None:
        for name, known in (
            ("subject", SUBJECTS),
            ("measure", MEASURES),
            ("group_by", (None, *GROUPS)),
            ("status", (None, *STATES)),
            ("priority", (None, *PRIORITIES)),
        ):
            if getattr(self, name) not in known:
                options = ", ".join(one for one in known if one)
                raise Invalid(f"{name} should be one of {options}.", {name: f"one of {options}"})

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
        for name in ("since", "until"):
            if name in values and not isinstance(values[name], datetime):
                values[name] = _moment(name, str(values[name]))
        return cls(**values)

    def before(self) -> "HistoryQuery":
        """The same question about the period of equal length just before."""
        if self.since is None or self.until is None:
            return self
        monthly = (self.period or "").endswith("month")
        start = _month_before(self.since) if monthly else None
        since = start or self.since - (self.until - self.since)
        return HistoryQuery(**{**asdict(self), "since": since, "until": self.since})


@dataclass(frozen=True)
class Group:
    """One line of a grouped answer. `before` is the count of the period before, if compared."""

    key: str
    label: str
    count: int
    before: int | None = None


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
                {"name": name, "label": label}
                for name, label in COLUMNS[self.query.subject].items()
            ],
            "rows": [
                {name: iso(v) if isinstance(v, datetime) else v for name, v in row.items()}
                for row in self.rows
            ],
            "groups": [asdict(one) for one in self.groups],
        }


def _month_before(start: datetime) -> datetime:
    """The first moment of the month before the one that `start` opens, in the same zone."""
    return (start - timedelta(days=1)).replace(day=1)


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
