"""What a document counts for, and what a change of it changes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rollcall.storage.database import Document

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Change:
    """`count` more (or less) of something.

    `axis` says what is counted by which of its times (`axes.py`), `at` is that time, `who` are
    the people whose it is, `by` is the one it is shown under, `key` its type, state or kind, and
    `milliseconds` how long it took, all together.
    """

    axis: str
    at: datetime
    who: tuple[str, ...]
    by: str | None
    key: str
    count: int = 1
    milliseconds: int = 0

    def document(self) -> Document:
        """As it waits to be folded."""
        return {
            "axis": self.axis,
            "at": self.at,
            "who": list(self.who),
            "by": self.by,
            "key": self.key,
            "n": self.count,
            "ms": self.milliseconds,
        }


Counted = tuple[Change, ...]


def of_registration(document: Document) -> Counted:
    """What a registration counts for: nothing once it was taken back."""
    if document["status"] != "active":
        return ()
    owner = document["employee_id"]
    kind = str(document["registration_type"]).removesuffix("_registration")
    return (Change("registrations", document["timestamp"], (owner,), owner, kind),)


def of_task(document: Document) -> Counted:
    """What a task counts for: when it was given, when it is due, when it was finished."""
    owner = document["employee_id"]
    key = f"{document['status']}/{document['priority']}"
    found = [Change("tasks", document["created_at"], (owner,), owner, key)]
    if document.get("due_date") is not None:
        found.append(Change("tasks.due", document["due_date"], (owner,), owner, key))
    done = document.get("completed_at")
    if document["status"] == "completed" and done is not None:
        begun = document.get("started_at") or document["created_at"]
        took = _milliseconds(begun, done)
        found.append(Change("tasks.completed", done, (owner,), owner, key, 1, took))
    return tuple(found)


def of_session(document: Document) -> Counted:
    """What a session counts for; how long it lasted once it has ended."""
    owner, ended = document["employee_id"], document.get("ended_at")
    took = _milliseconds(document["login_time"], ended) if ended else 0
    key = document["session_status"]
    return (Change("sessions", document["login_time"], (owner,), owner, key, 1, took),)


def of_activity(document: Document) -> Counted:
    """What an activity counts for."""
    who = tuple(document["concerns"])
    return (Change("activities", document["at"], who, document["employee_id"], document["kind"]),)


def between(
    of: Callable[[Document], Counted], before: Document | None, after: Document | None
) -> Counted:
    """What changes when `before` becomes `after`; None stands for a document that isn't there."""
    counts: Counter[Change] = Counter()
    lasted: Counter[Change] = Counter()
    for document, sign in ((before, -1), (after, 1)):
        for one in of(document) if document is not None else ():
            what = replace(one, at=_kept(one.at), count=0, milliseconds=0)
            counts[what] += sign * one.count
            lasted[what] += sign * one.milliseconds
    return tuple(
        replace(what, count=counts[what], milliseconds=lasted[what])
        for what in counts
        if counts[what] or lasted[what]
    )


def since_epoch(moment: datetime) -> int:
    """Milliseconds since 1970, cut as MongoDB cuts them."""
    return (moment - EPOCH) // _MILLISECOND


def _kept(moment: datetime) -> datetime:
    """A moment as it is read back from the record."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _milliseconds(start: datetime, end: datetime) -> int:
    return since_epoch(end) - since_epoch(start)
