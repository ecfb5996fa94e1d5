"""The record: every change writes its document and one activity in the same transaction.

Feed, timeline, history, statistics and Socket.IO all read activities; nothing else has to be
remembered. `session_activities` is append-only: what is undone gets an inverse entry.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bson import ObjectId, Timestamp
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from rollcall.activity import BY_ITSELF, KINDS, Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.directory import Directory
from rollcall.errors import RollcallError
from rollcall.figures.changes import of_activity
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

LATEST = ReadConcern("linearizable")
"""Sees also what was written a moment ago, after waiting until a majority has it: a transaction
that failed may have met a write that a majority read doesn't show yet."""

T = TypeVar("T")


class Activities:
    """Writes and reads `session_activities`."""

    def __init__(
        self, database: Database, directory: Directory, clock: Clock, new_id: Callable[[], ObjectId]
    ) -> None:
        self._database = database
        self._collection = database.collection("session_activities")
        self._figure_changes = database.collection("figure_changes")
        self._sessions = database.collection("user_sessions")
        self._directory = directory
        self._clock = clock
        self._new_id = new_id

    def write(
        self,
        actor: Principal,
        key: str | None,
        change: Callable[[Transaction], tuple[T, Entry]],
        first: Callable[[Activity], T],
    ) -> T:
        """Run `change` and write the entry it returns, both or neither; returns its result.

        `key` is the idempotency key, scoped to the actor and made before the first try. When it
        was used before, nothing is written and the answer is `first(activity of that time)`,
        which asks with `Activity.answers` whether that was the same change. Raises what `change`
        raises, and `StorageUnavailable`.
        """
        scoped = _scoped(actor, key) if key else None

        def both(transaction: Transaction) -> T:
            result, entry = change(transaction)
            self.append(transaction, actor, entry, scoped)
            return result

        try:
            return self._database.transact(both)
        except (RollcallError, DuplicateKeyError, OperationFailure):
            # Nearly every key is new, so whether it was used is only looked up now: the index on
            # keys, or what the first try changed, is in the way of another one. This may have been
            # ours too: its acknowledgement was lost, or another try won the race.
            if scoped and (earlier := self._by_key(scoped)):
                return first(earlier)
            raise

    def record(self, actor: Principal, entries: Sequence[Entry]) -> None:
        """Write entries about what changed no document, all or none."""

        def all_of_them(transaction: Transaction) -> None:
            for entry in entries:
                self.append(transaction, actor, entry)

        self._database.transact(all_of_them)

    def earlier(self, actor: Principal, key: str) -> Activity | None:
        """What the actor used an idempotency key for before, if they did."""
        return self._by_key(_scoped(actor, key), None)

    def append(
        self, transaction: Transaction, actor: Principal, entry: Entry, key: str | None = None
    ) -> None:
        """Add `entry` within a transaction that the caller has open."""
        if entry.kind not in KINDS:
            raise ValueError(f"unknown activity kind {entry.kind}")
        concerned = dict.fromkeys((actor.employee_id, *entry.concerns))
        document: Document = {
            "_id": self._new_id(),
            "at": self._clock(),
            "kind": entry.kind,
            "employee_id": actor.employee_id,
            "session_id": actor.session_id,
            "subject": {"type": entry.subject.type, "id": entry.subject.id},
            "data": entry.data,
            "concerns": [one for one in concerned if one],
            "unsealed": True,
        }
        if key:
            document["key"] = key
        if actor.token_id:
            document["token_id"] = actor.token_id
        self._collection.insert_one(document, session=transaction)
        changes = [one.document() for one in (*of_activity(document), *entry.counted)]
        self._figure_changes.insert_many(changes, session=transaction)
        if actor.session_id:
            counters = {"counts.activities": 1, f"counts.{entry.kind.replace('.', '_')}": 1}
            update: Document = {"$inc": counters}
            if entry.kind not in BY_ITSELF:
                update["$max"] = {"last_activity": document["at"]}
            self._sessions.update_one({"_id": actor.session_id}, update, session=transaction)

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        kind: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Activity]:
        """Newest first: what concerns `employee_id`, or everyone the actor may read.

        Raises `NotFound` for an employee the actor may not read.
        """
        query = self._directory.reach(actor, Permission.READ_ACTIVITIES, employee_id, "concerns")
        if kind is not None:
            query["kind"] = kind
        page = read_page(self._collection, query, "at", self._build, limit, after)
        return Page([*self._named(page.items)], page.next)

    def of_session(self, session_id: str, limit: int = 100) -> Sequence[Activity]:
        """The newest activities of one session. The caller has checked who may see it."""
        page = read_page(self._collection, {"session_id": session_id}, "at", self._build, limit)
        return self._named(page.items)

    def together(self, one: Activity) -> Sequence[Activity]:
        """All entries that were written in one transaction with `one`, in their order."""
        mark = one.data.get("together")
        if mark is None:
            return [one]
        near = timedelta(minutes=1)
        query: Document = {
            "at": {"$gte": one.at - near, "$lte": one.at + near},
            "data.together": mark,
        }
        if one.employee_id:
            query["concerns"] = one.employee_id
        with storage_errors():
            return [self._build(found) for found in self._collection.find(query).sort("_id", 1)]

    def tail(
        self, resume_token: Document | None = None, since: datetime | None = None
    ) -> Iterator[tuple[Activity | None, Any]]:
        """Every activity from now on (or after `resume_token`, or from `since` on), with the token
        to resume from.

        Blocks between activities; yields `(None, token)` about every second so that the caller
        can stop and can keep the token fresh. Raises `StorageUnavailable`.
        """
        with (
            storage_errors(),
            self._collection.watch(
                [{"$match": {"operationType": "insert"}}],
                resume_after=resume_token,
                start_at_operation_time=Timestamp(since, 1) if since and not resume_token else None,
                max_await_time_ms=1000,
            ) as stream,
        ):
            while stream.alive:
                change = stream.try_next()
                if change is None:
                    yield None, stream.resume_token
                else:
                    [activity] = self._named([self._build(change["fullDocument"])])
                    yield activity, stream.resume_token

    def end_of_record(self) -> Timestamp:
        """The moment, by the server's logical clock, up to which the record goes now."""
        with storage_errors():
            found: Timestamp = self._database.raw.command("ping")["operationTime"]
        return found

    def _by_key(self, key: str, concern: ReadConcern | None = LATEST) -> Activity | None:
        collection = self._collection.with_options(read_concern=concern)
        with storage_errors():
            document = collection.find_one({"key": key}, max_time_ms=10_000)
        return self._build(document) if document else None

    def _named(self, activities: Sequence[Activity]) -> Sequence[Activity]:
        """Names are looked up at reading, so that the record itself holds no personal data."""
        ids = {one.employee_id for one in activities} | {
            one.data.get("assignee") for one in activities
        }
        names = self._directory.names({one for one in ids if one})
        return [
            replace(
                one,
                employee_name=names.get(one.employee_id or ""),
                assignee_name=names.get(one.data.get("assignee", "")),
            )
            for one in activities
        ]

    @staticmethod
    def _build(document: Document) -> Activity:
        return Activity(
            id=str(document["_id"]),
            at=document["at"],
            kind=document["kind"],
            employee_id=document["employee_id"],
            session_id=document["session_id"],
            subject=Subject(document["subject"]["type"], document["subject"]["id"]),
            data=document["data"],
            concerns=tuple(document["concerns"]),
            token_id=document.get("token_id"),
        )


def has_reached(token: Document | None, moment: Timestamp) -> bool:
    """Whether a tail that gives `token` has read everything up to `moment`.

    A tail that begins in the past gives nothing for a while before it gives what was. A resume
    token begins with its cluster time, as a KeyString: 82, seconds, and a count within the second.
    """
    data = str((token or {}).get("_data", ""))
    return data[2:18].upper() >= f"{moment.time:08X}{moment.inc:08X}"


def _scoped(actor: Principal, key: str) -> str:
    return f"{actor.employee_id or 'system'}:{key}"
