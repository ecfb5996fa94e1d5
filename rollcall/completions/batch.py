"""A weekly batch: what is planned, checked and kept."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rollcall.clock import iso
from rollcall.completions.schedule import day_before, days_of
from rollcall.completions.times import read_timezone
from rollcall.errors import Invalid
from rollcall.storage.database import Document

LONGEST_TERM = timedelta(days=3 * 366)
LONGEST_TITLE = 200
MISSING = "There is no such batch."


@dataclass(frozen=True)
class NewBatch:
    """A plan: on `weekdays` (Monday 0) from `first_day` to `last_day`, but for `holidays`.

    Times are those of clocks in `timezone` (the host's own if None). The host is `employee_id`, by
    default who sets it up.
    """

    title: str
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    first_day: date
    last_day: date
    holidays: tuple[date, ...] = ()
    timezone: str | None = None
    needs_approval: bool = False
    employee_id: str | None = None


@dataclass(frozen=True)
class Batch:
    """A plan that is on record; `follows` is the batch it took over from."""

    batch_id: str
    employee_id: str
    title: str
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    timezone: str
    first_day: date
    last_day: date
    holidays: tuple[date, ...]
    needs_approval: bool
    status: str
    follows: str | None
    planned_until: date
    created_at: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.batch_id,
            "employee_id": self.employee_id,
            "title": self.title,
            "weekdays": [*self.weekdays],
            "start_time": f"{self.starts:%H:%M}",
            "end_time": f"{self.ends:%H:%M}",
            "timezone": self.timezone,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "holidays": [one.isoformat() for one in self.holidays],
            "needs_approval": self.needs_approval,
            "status": self.status,
            "follows": self.follows,
            "created_at": iso(self.created_at),
        }

    def days(self, since: date, until: date) -> list[date]:
        """The days of the plan from `since` to `until`, both included."""
        return days_of(self.weekdays, self.first_day, self.last_day, self.holidays, since, until)


def new_batch(employee_id: str, timezone: str, new: NewBatch, now: datetime) -> Document:
    """The document of a new batch of `employee_id`. Raises `Invalid`."""
    title = " ".join(new.title.split())
    weekdays = sorted(set(new.weekdays))
    problems: dict[str, str] = {}
    if not title or len(title) > LONGEST_TITLE:
        problems["title"] = f"1 to {LONGEST_TITLE} characters, please"
    if not weekdays or not set(weekdays) <= set(range(7)):
        problems["weekdays"] = "at least one, from 0 (Monday) to 6 (Sunday)"
    if not timedelta(0) <= new.last_day - new.first_day <= LONGEST_TERM:
        problems["last_day"] = "on or after the first day, and within three years"
    if new.starts == new.ends:
        problems["end_time"] = "after the start, please"
    if not problems and not days_of(weekdays, new.first_day, new.last_day, new.holidays):
        problems["weekdays"] = "none of these days is within the term"
    if problems:
        raise Invalid("That batch can't be planned like this.", problems)
    return {
        "employee_id": employee_id,
        "title": title,
        "weekdays": weekdays,
        "starts": f"{new.starts:%H:%M}",
        "ends": f"{new.ends:%H:%M}",
        "timezone": read_timezone(new.timezone) if new.timezone else timezone,
        "first_day": new.first_day.isoformat(),
        "last_day": new.last_day.isoformat(),
        "holidays": sorted({one.isoformat() for one in new.holidays}),
        "needs_approval": new.needs_approval,
        "status": "active",
        "follows": None,
        "planned_until": day_before(new.first_day).isoformat(),
        "created_at": now,
    }


def build_batch(document: Document) -> Batch:
    """The batch that a document describes."""
    return Batch(
        batch_id=str(document["_id"]),
        employee_id=document["employee_id"],
        title=document["title"],
        weekdays=tuple(document["weekdays"]),
        starts=time.fromisoformat(document["starts"]),
        ends=time.fromisoformat(document["ends"]),
        timezone=document["timezone"],
        first_day=date.fromisoformat(document["first_day"]),
        last_day=date.fromisoformat(document["last_day"]),
        holidays=tuple(date.fromisoformat(one) for one in document["holidays"]),
        needs_approval=document["needs_approval"],
        status=document["status"],
        follows=str(document["follows"]) if document["follows"] else None,
        planned_until=date.fromisoformat(document["planned_until"]),
        created_at=document["created_at"],
    )
