"""What meetings are made of: the meeting, the people on its list, and their intervals in it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rollcall.clock import iso
from rollcall.storage.database import Document

MISSING = "There is no such meeting."
OVER = ("completed", "cancelled")
LONGEST_TITLE = 200
MOST_INVITED = 200
LONGEST_GRACE = 120
"""Minutes."""


@dataclass(frozen=True)
class NewMeeting:
    """What is set up.

    Without `starts_at` it is live at once. `external_id` is the number of a meeting that happens
    in Zoom. `rotating` asks everybody for the code that changes, `waiting_room` lets the host
    decide about each. `grace_minutes` (None: the instance's) is how late is not late yet.
    `invited` are employee ids.
    """

    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    external_id: str | None = None
    rotating: bool = False
    waiting_room: bool = False
    grace_minutes: int | None = None
    invited: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """One meeting. `at` is when it is in a calendar; `ended_by` says host, idle, age, zoom."""

    meeting_id: str
    title: str
    kind: str
    status: str
    host_id: str | None
    code: str | None
    rotating: bool
    waiting_room: bool
    provider: str | None
    external_id: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    grace_minutes: int
    at: datetime
    created_at: datetime
    last_activity: datetime
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nobody can join any more."""
        return self.status in OVER

    @property
    def public_id(self) -> str:
        """How people outside name it: Zoom's number, else our id."""
        return self.external_id or self.meeting_id

    @property
    def present(self) -> int:
        """How many are in it now, every person once a source."""
        return self.counts.get("present", 0)

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.meeting_id,
            "meeting_id": self.public_id,
            "title": self.title,
            "kind": self.kind,
            "status": self.status,
            "host_id": self.host_id,
            "code": self.code,
            "rotating": self.rotating,
            "waiting_room": self.waiting_room,
            "provider": self.provider,
            "starts_at": iso(self.starts_at),
            "ends_at": iso(self.ends_at),
            "started_at": iso(self.started_at),
            "ended_at": iso(self.ended_at),
            "ended_by": self.ended_by,
            "grace_minutes": self.grace_minutes,
            "present": self.present,
            "waiting": self.counts.get("waiting", 0),
            "created_at": iso(self.created_at),
        }


@dataclass(frozen=True)
class Link:
    """Who somebody is said to be: by account, email, name, a person's decision, or nobody."""

    by: str
    at: datetime
    employee_id: str | None = None


@dataclass(frozen=True)
class Participant:
    """Somebody on the list of a meeting: an employee, or a name in Zoom that may be linked to one.

    `open` counts the intervals that are open now, `joins` all there ever were.
    """

    participant_id: str
    meeting_id: str
    source: str
    name: str
    email: str | None
    employee_id: str | None
    employee_link: Link | None
    student_id: int | None
    student_link: Link | None
    role: str
    invited: bool
    admitted: bool
    open: int
    joins: int
    zoom_user_id: str | None
    zoom_id: str | None
    created_at: datetime


@dataclass(frozen=True)
class Attendance:
    """One interval: somebody in a meeting from `joined_at` until `left_at` (None: still there).

    `state` is waiting, here, left or refused; `session_id` the name it has outside.
    """

    session_id: str
    meeting_id: str
    participant_id: str
    employee_id: str | None
    state: str
    source: str
    requested_at: datetime
    joined_at: datetime | None
    left_at: datetime | None
    left_by: str | None
    device: str | None
    label: str | None
    user_session_id: str | None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state in ("here", "waiting")

    def seconds(self, now: datetime) -> float:
        """How long it has been until its end, or until `now`."""
        if self.joined_at is None:
            return 0.0
        return max(0.0, ((self.left_at or now) - self.joined_at).total_seconds())

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "session_id": self.session_id,
            "meeting_id": self.meeting_id,
            "employee_id": self.employee_id,
            "state": self.state,
            "source": self.source,
            "device": self.device,
            "joined_at": iso(self.joined_at),
            "left_at": iso(self.left_at),
            "left_by": self.left_by,
        }


def build_meeting(document: Document) -> Meeting:
    """The meeting that a document describes."""
    return Meeting(
        meeting_id=str(document["_id"]),
        title=document["title"],
        kind=document["kind"],
        status=document["status"],
        host_id=document["host_id"],
        code=document.get("code"),
        rotating=bool(document.get("rotating_secret")),
        waiting_room=bool(document.get("waiting_room")),
        provider=document.get("provider"),
        external_id=document.get("external_id"),
        starts_at=document.get("starts_at"),
        ends_at=document.get("ends_at"),
        started_at=document.get("started_at"),
        ended_at=document.get("ended_at"),
        ended_by=document.get("ended_by"),
        grace_minutes=document["grace_minutes"],
        at=document["at"],
        created_at=document["created_at"],
        last_activity=document["last_activity"],
        counts=document["counts"],
    )


def _link(found: Document | None) -> Link | None:
    return Link(found["by"], found["at"], found.get("employee_id")) if found else None


def build_participant(document: Document) -> Participant:
    """The participant that a document describes."""
    return Participant(
        participant_id=str(document["_id"]),
        meeting_id=str(document["meeting_id"]),
        source=document["source"],
        name=document["name"],
        email=document.get("email"),
        employee_id=document.get("employee_id"),
        employee_link=_link(document.get("employee_link")),
        student_id=document.get("student_id"),
        student_link=_link(document.get("student_link")),
        role=document.get("role", "participant"),
        invited=bool(document.get("invited")),
        admitted=bool(document.get("admitted")),
        open=document["open"],
        joins=document["joins"],
        zoom_user_id=document.get("zoom_user_id"),
        zoom_id=document.get("zoom_id"),
        created_at=document["created_at"],
    )


def build_attendance(document: Document) -> Attendance:
    """The interval that a document describes."""
    return Attendance(
        session_id=document["session_id"],
        meeting_id=str(document["meeting_id"]),
        participant_id=str(document["participant_id"]),
        employee_id=document.get("employee_id"),
        state=document["state"],
        source=document["source"],
        requested_at=document["requested_at"],
        joined_at=document.get("joined_at"),
        left_at=document.get("left_at"),
        left_by=document.get("left_by"),
        device=document.get("device"),
        label=document.get("label"),
        user_session_id=document.get("user_session_id"),
    )
