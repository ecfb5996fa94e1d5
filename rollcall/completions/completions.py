"""Scheduled sessions: created, moved, completed with what really happened, cancelled, approved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.completions.access import Access
from rollcall.completions.changes import actual_times, changes_of, read_notes, read_title
from rollcall.completions.codes import new_code, read_code
from rollcall.completions.lists import Lists
from rollcall.completions.model import (
    MISSING,
    Completion,
    CompletionChange,
    Ending,
    NewCompletion,
    build_completion,
    new_document,
)
from rollcall.completions.times import period_on, read_timezone
from rollcall.directory import Directory
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound
from rollcall.paging import object_id
from rollcall.permissions import Permission, require
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

MISSED_AFTER = timedelta(hours=24)
CODE_TAKEN = "That completion code was used before. Please take another one."
NO_BATCH = "There is no such batch of yours."


class Completions(Lists):
    """Takes scheduled sessions through their states."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        access: Access,
        clock: Clock,
    ) -> None:
        super().__init__(database, directory, access, clock)
        self._batches = database.collection("batches")
        self._activities = activities

    def create(self, actor: Principal, new: NewCompletion, key: str | None = None) -> Completion:
        """Plan a session of the actor's own. Raises `Invalid`, `Unauthenticated`."""
        require(actor, Permission.WRITE_COMPLETIONS)
        timezone = read_timezone(new.timezone) if new.timezone else actor.timezone
        document = new_document(
            str(actor.employee_id),
            read_title(new.title),
            timezone,
            period_on(new.day, new.starts, new.ends, timezone),
            self._clock(),
            batch_id=self._own_batch(actor, new.batch_id) if new.batch_id else None,
        )

        def change(transaction: Transaction) -> tuple[Completion, Entry]:
            fresh = dict(document)
            self._collection.insert_one(fresh, session=transaction)
            return build_completion(fresh), _entry("completion.created", fresh)

        return self._activities.write(actor, key, change, self._first("completion.created"))

    def _own_batch(self, actor: Principal, batch_id: str) -> ObjectId:
        identity = object_id(batch_id, NO_BATCH)
        with storage_errors():
            found = self._batches.find_one({"_id": identity, "employee_id": actor.employee_id})
        if found is None:
            raise NotFound(NO_BATCH)
        return identity

    def _needs_approval(self, session: Document) -> bool:
        """Whether somebody has to approve it once it is completed: its batch says so."""
        if session["batch_id"] is None:
            return False
        with storage_errors():
            batch = self._batches.find_one({"_id": session["batch_id"]}, {"needs_approval": 1})
        return batch is not None and bool(batch["needs_approval"])

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
        values = changes_of(build_completion(document), asked, self._clock())
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
        began, ended = actual_times(session, ending.actual_start, ending.actual_end, self._clock())
        values: Document = {
            "status": "completed",
            "actual_start": began,
            "actual_end": ended,
            "notes": read_notes(ending.notes),
            "completed_at": self._clock(),
            "approval": "waiting" if self._needs_approval(document) else "none",
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
        values = {"status": "cancelled", "cancel_reason": read_notes(reason)}
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


__all__ = ["MISSING", "Completions"]
