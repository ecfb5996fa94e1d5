"""A scheduled session and how it went: what the other modules here read and write."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from rollcall.clock import iso
from rollcall.dates import zone
from rollcall.storage.database import Document

MISSING = "There is no such session."


@dataclass(frozen=True)
class NewCompletion:
    """A session to come. Times are those of clocks in `timezone` (the person's own if None)."""

    title: str
    day: date
    starts: time
    ends: time
    timezone: str | None = None
    batch_id: str | None = None


@dataclass(frozen=True)
class CompletionChange:
    """What to change; None leaves a thing as it is. The actual times and the notes can be changed
    once a session is completed, the others until then."""

    title: str | None = None
    day: date | None = None
    starts: time | None = None
    ends: time | None = None
    actual_start: str | None = None
    actual_end: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Ending:
    """How a session went. Times are "09:30" or ISO; without a code one is made."""

    actual_start: str
    actual_end: str
    code: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Completion:
    """A scheduled session. Moments are UTC; `timezone` is the one it was planned in.

    `missed_at` is when it was noticed that nobody closed it. `approval` is none, waiting,
    approved or rejected; a session waits from its completion on, if its batch needs approval.
    """

    completion_id: str
    employee_id: str
    title: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    status: str
    batch_id: str | None
    planned_day: str | None
    meeting_id: str | None
    moved_from: datetime | None
    missed_at: datetime | None
    actual_start: datetime | None
    actual_end: datetime | None
    completion_code: str | None
    notes: str | None
    cancel_reason: str | None
    approval: str
    completed_at: datetime | None
    created_at: datetime
    note_count: int
    attachment_count: int
    version: int

    def local(self, moment: datetime | None) -> datetime | None:
        """A moment as clocks showed it where the session was planned."""
        return moment.astimezone(zone(self.timezone)) if moment else None

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        starts, ends = self.local(self.starts_at), self.local(self.ends_at)
        began, ended = self.local(self.actual_start), self.local(self.actual_end)
        return {
            "id": self.completion_id,
            "employee_id": self.employee_id,
            "title": self.title,
            "batch_id": self.batch_id,
            "planned_day": self.planned_day,
            "meeting_id": self.meeting_id,
            "timezone": self.timezone,
            "scheduled_date": f"{starts:%Y-%m-%d}",
            "scheduled_start_time": f"{starts:%H:%M}",
            "scheduled_end_time": f"{ends:%H:%M}",
            "actual_start_time": f"{began:%H:%M}" if began else None,
            "actual_end_time": f"{ended:%H:%M}" if ended else None,
            "starts_at": iso(self.starts_at),
            "ends_at": iso(self.ends_at),
            "actual_start": iso(self.actual_start),
            "actual_end": iso(self.actual_end),
            "moved_from": iso(self.moved_from),
            "missed_at": iso(self.missed_at),
            "completion_code": self.completion_code,
            "notes": self.notes,
            "cancel_reason": self.cancel_reason,
            "status": self.status,
            "approval": self.approval,
            "created_at": iso(self.created_at),
            "completed_at": iso(self.completed_at),
            "note_count": self.note_count,
            "attachment_count": self.attachment_count,
        }


def new_document(
    employee_id: str,
    title: str,
    timezone: str,
    period: tuple[datetime, datetime],
    now: datetime,
    **more: Any,
) -> Document:
    """The document of a session that is still to come."""
    return {
        "employee_id": employee_id,
        "title": title,
        "timezone": timezone,
        "starts_at": period[0],
        "ends_at": period[1],
        "status": "pending",
        "batch_id": None,
        "planned_day": None,
        "meeting_id": None,
        "moved_from": None,
        "missed_at": None,
        "actual_start": None,
        "actual_end": None,
        "completion_code": None,
        "notes": None,
        "cancel_reason": None,
        "approval": "none",
        "completed_at": None,
        "counts": {"notes": 0, "attachments": 0},
        "version": 1,
        "created_at": now,
        **more,
    }


def build_completion(document: Document) -> Completion:
    """The session that a document describes."""
    same = (
        "employee_id", "title", "timezone", "starts_at", "ends_at", "status", "planned_day",
        "moved_from", "missed_at", "actual_start", "actual_end", "completion_code", "notes",
        "cancel_reason", "approval", "completed_at", "created_at", "version",
    )  # fmt: skip
    return Completion(
        completion_id=str(document["_id"]),
        batch_id=str(document["batch_id"]) if document["batch_id"] else None,
        meeting_id=str(document["meeting_id"]) if document["meeting_id"] else None,
        note_count=document["counts"]["notes"],
        attachment_count=document["counts"]["attachments"],
        **{name: document[name] for name in same},
    )
