"""Scheduled sessions: created, moved, completed with what really happened, cancelled, approved."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities, Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.completions.access import Access
from rollcall.completions.codes import new_code, read_code
from rollcall.completions.model import (
    MISSING,
    Completion,
    CompletionChange,
    Ending,
    NewCompletion,
    build_completion,
    new_document,
)
from rollcall.completions.times import period_on, read_actual
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.errors import Conflict, Forbidden, Invalid
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Permission, require
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.completions_schema import COMPLETION_STATES
from rollcall.storage.database import Database, Document, Transaction, storage_errors

MISSED_AFTER = timedelta(hours=24)
LONGEST_SESSION = timedelta(hours=24)
LONGEST_NOTES = 4000
LONGEST_TITLE = 200
CODE_TAKEN = "That completion code was used before. Please take another one."


class Completions:
    """Takes scheduled sessions through their states."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        access: Access,
        clock: Clock,
    ) -> None:
        self._collection = database.collection("session_completions")
        self._versions = database.collection("completion_versions")
        self._directory = directory
        self._activities = activities
        self._access = access
        self._clock = clock

    def get(self, actor: Principal, completion_id: str) -> Completion:
        """One session. Raises `NotFound` also for those the actor may not see."""
        return build_completion(
            self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        )

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Completion]:
        """Sessions of `employee_id`, or of everyone the actor may see; latest start first."""
        query = self._directory.reach(
            actor, Permission.READ_COMPLETIONS, employee_id, "employee_id"
        )
        if status is not None:
            if status not in COMPLETION_STATES:
                expected = ", ".join(COMPLETION_STATES)
                raise Invalid("There is no such state.", {"status": f"one of {expected}"})
            query["status"] = status
        bounds = {"$gte": since, "$lt": until}
        if given := {name: moment for name, moment in bounds.items() if moment is not None}:
            query["starts_at"] = given
        return read_page(self._collection, query, "starts_at", build_completion, limit, after)

    def coming(self, actor: Principal, employee_id: str, limit: int = 50) -> Sequence[Completion]:
        """Pending sessions of `employee_id`, also those that are overdue; earliest first."""
        query = self._directory.reach(
            actor, Permission.READ_COMPLETIONS, employee_id, "employee_id"
        )
        with storage_errors():
            found = self._collection.find({**query, "status": "pending"})
            return [build_completion(one) for one in found.sort("starts_at", 1).limit(limit)]

    def create(self, actor: Principal, new: NewCompletion, key: str | None = None) -> Completion:
        """Plan a session of the actor's own. Raises `Invalid`, `Unauthenticated`."""
        require(actor, Permission.WRITE_COMPLETIONS)
        timezone = new.timezone or actor.timezone
        document = new_document(
            str(actor.employee_id),
            _title(new.title),
            timezone,
            period_on(new.day, new.starts, new.ends, timezone),
            self._clock(),
            batch_id=object_id(new.batch_id, "There is no such batch.") if new.batch_id else None,
        )

        def change(transaction: Transaction) -> tuple[Completion, Entry]:
            fresh = dict(document)
            self._collection.insert_one(fresh, session=transaction)
            return build_completion(fresh), _entry("completion.created", fresh)

        return self._activities.write(actor, key, change, self._first("completion.created"))

    def update(
        self,
        actor: Principal,
        completion_id: str,
        asked: CompletionChange,
        key: str | None = None,
    ) -> Completion:
        """Change a session: move or rename it while it is pending, correct how it went later.

        What it was before is kept. Raises `NotFound`, `Conflict`, `Invalid`.
        """
        document = self._access.allowed(actor, completion_id, Permission.WRITE_COMPLETIONS)
        if document["status"] == "cancelled":
            raise Conflict(f"“{document['title']}” was cancelled; it can't be changed.")
        values = self._changes(build_completion(document), asked)
        if not values:
            raise Invalid("Tell me what to change.", {"id": "nothing to change was given"})
        return self._set(actor, document, "completion.changed", values, key)

    def complete(
        self, actor: Principal, completion_id: str, ending: Ending, key: str | None = None
    ) -> Completion:
        """Close a session with its actual times, a unique code and notes.

        Of two who do so at once one wins; the other is told. Raises `NotFound`, `Conflict`,
        `Invalid`.
        """
        document = self._access.allowed(actor, completion_id, Permission.WRITE_COMPLETIONS)
        session = build_completion(document)
        if session.status != "pending" and key is None:
            raise Conflict(_no_longer_pending(session))
        began, ended = self._actual(session, ending.actual_start, ending.actual_end)
        values: Document = {
            "status": "completed",
            "actual_start": began,
            "actual_end": ended,
            "notes": _notes(ending.notes),
            "completed_at": self._clock(),
            "approval": "waiting" if document["approval"] == "waiting" else "none",
        }
        given = read_code(ending.code) if ending.code and ending.code.strip() else None
        while True:
            values["completion_code"] = given or new_code()
            try:
                return self._set(
                    actor, document, "completion.completed", values, key, {"status": "pending"}
                )
            except DuplicateKeyError as error:
                if given:
                    raise Conflict(CODE_TAKEN, {"completion_code": "was used before"}) from error

    def cancel(
        self, actor: Principal, completion_id: str, reason: str, key: str | None = None
    ) -> Completion:
        """Call off a session that is pending, and say why."""
        document = self._access.allowed(actor, completion_id, Permission.WRITE_COMPLETIONS)
        values = {"status": "cancelled", "cancel_reason": _notes(reason)}
        return self._set(
            actor, document, "completion.cancelled", values, key, {"status": "pending"}
        )

    def decide(
        self, actor: Principal, completion_id: str, *, approve: bool, key: str | None = None
    ) -> Completion:
        """Approve or reject a completed session that waits for it; not one's own.

        Raises `NotFound`, `Forbidden`, `Conflict`.
        """
        document = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        require(actor, Permission.APPROVE_COMPLETIONS)
        if document["employee_id"] == actor.employee_id:
            raise Forbidden("Somebody else has to approve your own session.")
        self._access.allowed(actor, completion_id, Permission.APPROVE_COMPLETIONS)
        word = "approved" if approve else "rejected"
        return self._set(
            actor,
            document,
            f"completion.{word}",
            {"approval": word},
            key,
            {"status": "completed", "approval": "waiting"},
        )

    def mark_missed(self) -> int:
        """Note sessions that nobody closed within a day; returns how many. The worker's job."""
        late = {
            "status": "pending",
            "missed_at": None,
            "ends_at": {"$lte": self._clock() - MISSED_AFTER},
        }
        with storage_errors():
            documents = list(self._collection.find(late).limit(500))
        for document in documents:
            try:
                self._set(
                    SYSTEM, document, "completion.missed", {"missed_at": self._clock()}, None,
                    {"status": "pending", "missed_at": None},
                )  # fmt: skip
            except Conflict:
                continue
        return len(documents)

    def _changes(self, session: Completion, asked: CompletionChange) -> Document:
        planned = (asked.title, asked.day, asked.starts, asked.ends)
        happened = (asked.actual_start, asked.actual_end)
        values: Document = {}
        if session.status == "completed" and any(one is not None for one in planned):
            raise Conflict(
                f"“{session.title}” is completed: its plan can't be changed any more, only how "
                "it went."
            )
        if session.status == "pending" and any(happened):
            raise Conflict(f"“{session.title}” isn't completed yet; complete it with its times.")
        if asked.title is not None:
            values["title"] = _title(asked.title)
        if any(one is not None for one in planned[1:]):
            values |= self._moved(session, asked)
        if any(happened):
            began, ended = self._actual(
                session,
                asked.actual_start or str(session.actual_start),
                asked.actual_end or str(session.actual_end),
            )
            values |= {"actual_start": began, "actual_end": ended}
        if asked.notes is not None:
            values["notes"] = _notes(asked.notes)
        return values

    @staticmethod
    def _moved(session: Completion, asked: CompletionChange) -> Document:
        here = zone(session.timezone)
        starts, ends = session.starts_at.astimezone(here), session.ends_at.astimezone(here)
        period = period_on(
            asked.day or starts.date(),
            asked.starts or _clock_of(starts),
            asked.ends or _clock_of(ends),
            session.timezone,
        )
        first = session.moved_from or session.starts_at
        return {
            "starts_at": period[0],
            "ends_at": period[1],
            "moved_from": first if period[0] != first else None,
            "missed_at": None,
        }

    def _actual(self, session: Completion, start: str, end: str) -> tuple[datetime, datetime]:
        """The actual times, checked against each other and the clock."""
        zone_name = session.timezone
        began = read_actual(start, session.starts_at, zone_name, "actual_start_time")
        ended = read_actual(end, session.ends_at, zone_name, "actual_end_time")
        if ended <= began:
            raise Invalid(
                "The session ended before it began. Which of the two times is right?",
                {"actual_end_time": "after the start, please"},
            )
        if ended - began > LONGEST_SESSION:
            raise Invalid(
                "That session took more than a day.", {"actual_end_time": "within a day, please"}
            )
        if began > self._clock():
            raise Invalid(
                "That session hasn't begun yet.", {"actual_start_time": "not in the future, please"}
            )
        return began, ended

    def _set(
        self,
        actor: Principal,
        document: Document,
        kind: str,
        values: Document,
        key: str | None,
        expected: Document | None = None,
    ) -> Completion:
        """Write `values` if the session still is as `expected` (and of the version that was read),
        keeping what it was before."""
        identity = document["_id"]
        wanted = {"_id": identity, **(expected or {"version": document["version"]})}

        def change(transaction: Transaction) -> tuple[Completion, Entry]:
            before = self._collection.find_one({"_id": identity}, session=transaction)
            result = self._collection.update_one(
                wanted, {"$set": values, "$inc": {"version": 1}}, session=transaction
            )
            if before is None or not result.modified_count:
                raise Conflict(_no_longer_pending(build_completion(before or document)))
            kept = {name: before.get(name) for name in values}
            self._versions.insert_one(
                {
                    "completion_id": identity,
                    "at": self._clock(),
                    "by": actor.employee_id,
                    "before": kept,
                },
                session=transaction,
            )
            after = {**before, **values, "version": before["version"] + 1}
            return build_completion(after), _entry(kind, after, {"fields": sorted(values)})

        return self._activities.write(actor, key, change, self._first(kind, str(identity)))

    def _first(
        self, kind: str, completion_id: str | None = None
    ) -> Callable[[Activity], Completion]:
        def answer(first: Activity) -> Completion:
            identity = ObjectId(first.answers(kind, completion_id).subject.id)
            with storage_errors():
                document = self._collection.find_one({"_id": identity})
            return build_completion(document or {})

        return answer


def _entry(kind: str, document: Document, more: dict[str, Any] | None = None) -> Entry:
    data = {"title": document["title"], **(more or {})}
    return Entry(
        kind, Subject("completion", str(document["_id"])), data, (document["employee_id"],)
    )


def _no_longer_pending(session: Completion) -> str:
    match session.status:
        case "completed":
            return (
                f"“{session.title}” is completed already, with the code {session.completion_code}."
            )
        case "cancelled":
            return f"“{session.title}” was cancelled."
    return f"“{session.title}” was changed in the meantime. Look at it again, please."


def _title(text: str) -> str:
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_TITLE:
        raise Invalid(
            "A session needs a title.", {"title": f"1 to {LONGEST_TITLE} characters, please"}
        )
    return plain


def _notes(text: str | None) -> str | None:
    plain = (text or "").strip()
    if len(plain) > LONGEST_NOTES:
        raise Invalid("Those notes are too long.", {"notes": f"{LONGEST_NOTES} characters at most"})
    return plain or None


def _clock_of(moment: datetime) -> time:
    return moment.time().replace(tzinfo=None, second=0, microsecond=0)


__all__ = ["MISSING", "Completions"]
