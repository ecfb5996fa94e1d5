"""Changing what was set up: title, times, who comes in how."""

from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from rollcall.activity import Entry
from rollcall.clock import iso
from rollcall.errors import Conflict, Invalid
from rollcall.meetings.codes import new_secret
from rollcall.meetings.entries import entry_of
from rollcall.meetings.model import LONGEST_GRACE, Meeting, build_meeting
from rollcall.meetings.planning import Planning, check_beginning, check_length, read_title
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction


@dataclass(frozen=True)
class MeetingChange:
    """What to change; None leaves a value as it is.

    A meeting that is put off keeps its length unless `ends_at` says otherwise; `no_end` takes its
    planned end away.
    """

    title: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    no_end: bool = False
    rotating: bool | None = None
    waiting_room: bool | None = None
    grace_minutes: int | None = None


class Changing(Planning):
    """Changes meetings that are not over."""

    def change(
        self, actor: Principal, reference: str, asked: MeetingChange, key: str | None = None
    ) -> Meeting:
        """Change a meeting that the actor hosts.

        Raises `NotFound`, `Forbidden`, `Conflict` for what its state doesn't allow, and `Invalid`
        for a wrong value, or none that would change anything.
        """
        meeting = self._access.hosted(actor, reference)
        meeting_id, now = ObjectId(meeting.meeting_id), self._clock()

        def change(transaction: Transaction) -> tuple[Meeting, Entry]:
            document = self._open(meeting, transaction)
            before = build_meeting(document)
            values = _values(before, asked, now)
            changed = [one for one in values if values[one] != document.get(one)]
            if not changed:
                raise Invalid("There is nothing to change.")
            after = build_meeting({**document, **values})
            update = {"$set": {**values, "last_activity": now}}
            self._store.meetings.update_one({"_id": meeting_id}, update, session=transaction)
            if after.at != before.at:
                # Everybody's list is in the order of when meetings are.
                self._store.participants.update_many(
                    {"meeting_id": meeting_id}, {"$set": {"at": after.at}}, session=transaction
                )
            return after, entry_of("meeting.changed", after, _told(before, changed))

        return self._activities.write(
            actor, key, change, self._store.first("meeting.changed", meeting.meeting_id)
        )


def _values(meeting: Meeting, asked: MeetingChange, now: datetime) -> Document:
    """The values that `asked` sets, by the names of the document."""
    values: Document = {}
    if asked.title is not None:
        values["title"] = read_title(asked.title)
    if asked.starts_at is not None and asked.starts_at != meeting.starts_at:
        if meeting.status != "scheduled":
            raise Conflict(f"“{meeting.title}” has begun: only its end can be changed now.")
        check_beginning(asked.starts_at, now)
        values |= {"starts_at": asked.starts_at, "at": asked.starts_at}
        if meeting.starts_at and meeting.ends_at:
            values["ends_at"] = meeting.ends_at + (asked.starts_at - meeting.starts_at)
    if asked.ends_at is not None or asked.no_end:
        values["ends_at"] = asked.ends_at
    if values.get("ends_at"):
        begins = values.get("starts_at") or meeting.starts_at or meeting.started_at or meeting.at
        check_length(begins, values["ends_at"])
    if asked.grace_minutes is not None:
        if not 0 <= asked.grace_minutes <= LONGEST_GRACE:
            problem = f"should be 0 to {LONGEST_GRACE} minutes"
            raise Invalid(f"The grace {problem}.", {"grace_minutes": problem})
        values["grace_minutes"] = asked.grace_minutes
    return values | _doors(meeting, asked)


def _doors(meeting: Meeting, asked: MeetingChange) -> Document:
    """Who comes in how."""
    values: Document = {}
    if asked.rotating is not None and asked.rotating != meeting.rotating:
        values["rotating_secret"] = new_secret() if asked.rotating else None
    if asked.waiting_room is not None:
        waiting = meeting.counts.get("waiting", 0)
        if waiting and not asked.waiting_room:
            raise Conflict(
                "Somebody waits to be let in. Let them in or refuse them first, then close the "
                "waiting room."
            )
        values["waiting_room"] = asked.waiting_room
    return values


# As the record names them; not what follows from another, and never a secret.
_NAMES = {"rotating_secret": "rotating", "at": None}


def _told(before: Meeting, changed: list[str]) -> Document:
    names = [_NAMES.get(one, one) for one in changed]
    said = [one for one in names if one]
    values = {one: getattr(before, one) for one in said}
    return {
        "changed": said,
        "before": {
            name: iso(one) if isinstance(one, datetime) else one for name, one in values.items()
        },
    }
