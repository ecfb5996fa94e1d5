"""The record: every change writes its document and one activity in the same transaction.

Feed, timeline, history, statistics and Socket.IO all read activities; nothing else has to be
remembered. `session_activities` is append-only: what is undone gets an inverse entry.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bson import ObjectId, Timestamp
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from rollcall.clock import Clock, iso
from rollcall.directory import Directory
from rollcall.errors import Conflict, StorageUnavailable
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

KINDS: dict[str, str] = {
    "session.opened": "{actor} signed in",
    "session.ended": "{actor} signed out",
    "session.closed": "{actor} ended a session of {title}",
    "session.expired": "{actor}'s session ended by itself",
    "chat_session.started": "{actor} opened the chat",
    "chat_session.ended": "{actor} closed the chat",
    "chat_session.expired": "{actor}'s chat ended by itself",
    "session.revoked": "A used token of {actor} came back, so the session was ended",
    "completion.created": "{actor} planned “{title}”",
    "completion.changed": "{actor} changed “{title}”",
    "completion.completed": "{actor} completed “{title}”",
    "completion.cancelled": "{actor} cancelled “{title}”",
    "completion.approved": "{actor} approved “{title}”",
    "completion.rejected": "{actor} rejected “{title}”",
    "completion.missed": "{actor} noticed that nobody completed “{title}”",
    "batch.created": "{actor} planned the weekly sessions “{title}”",
    "batch.changed": "{actor} changed the weekly sessions “{title}”",
    "batch.ended": "{actor} ended the weekly sessions “{title}”",
    "note.added": "{actor} noted something on “{title}”",
    "note.changed": "{actor} changed a note on “{title}”",
    "note.deleted": "{actor} deleted a note on “{title}”",
    "attachment.added": "{actor} added a file to “{title}”",
    "attachment.deleted": "{actor} deleted a file of “{title}”",
    "registration.created": "{actor} registered a new {type}",
    "registration.undone": "{actor} took back the registration of a {type}",
    "draft.deleted": "{actor} deleted a draft ({type})",
    "draft.expired": "{actor} deleted a draft that nobody had touched for long ({type})",
    "task.assigned": "{actor} assigned “{title}” to {assignee}",
    "task.started": "{actor} started “{title}”",
    "task.completed": "{actor} completed “{title}”",
    "task.cancelled": "{actor} cancelled “{title}”",
    "task.updated": "{actor} changed “{title}”",
    "task.undone": "{actor} took back a change of “{title}”",
    "meeting.created": "{actor} set up “{title}”",
    "meeting.started": "{actor} began “{title}”",
    "meeting.ended": "{actor} ended “{title}” for all",
    "meeting.expired": "{actor} ended “{title}”, where nobody was any more",
    "meeting.cancelled": "{actor} called off “{title}”",
    "meeting.code_renewed": "{actor} gave “{title}” a new join code",
    "meeting.invited": "{actor} put people on the list of “{title}”",
    "attendance.joined": "{actor} joined “{title}”",
    "attendance.waiting": "{actor} waits to be let into “{title}”",
    "attendance.admitted": "{actor} let {assignee} into “{title}”",
    "attendance.refused": "{actor} did not let {assignee} into “{title}”",
    "attendance.left": "{actor} left “{title}”",
    "attendance.lapsed": "{actor} was signed out and left “{title}”",
    "attendance.fetched": "{actor} looked at who was in “{title}”",
    "participant.joined": "{actor} saw somebody join “{title}” in Zoom",
    "participant.left": "{actor} saw somebody leave “{title}” in Zoom",
    "participant.linked": "{actor} recognised a participant of “{title}”",
    "participant.unlinked": "{actor} took back who a participant of “{title}” is",
    "student.added": "{actor} put a student on record",
    "person.added": "{actor} added {title} to the people",
    "person.changed": "{actor} changed the entry of {title}",
    "person.deactivated": "{actor} closed the account of {title}",
    "person.reactivated": "{actor} opened the account of {title} again",
    "credential.activated": "{actor} activated the account",
    "credential.changed": "{actor} changed the passphrase",
    "credential.failed": "A sign-in as {actor} failed",
    "credential.locked": "Too many failed sign-ins as {actor}",
    "credential.reset": "{actor} reset the passphrase of {title}",
    "credential.unknown": "Somebody tried to sign in with an employee id that nobody has",
    "address.locked": "Too many failed sign-ins from one address",
    "token.created": "{actor} made the API token “{title}”",
    "token.revoked": "{actor} withdrew the API token “{title}”",
}
"""Every kind of activity, with the sentence that a timeline shows."""

CHANGES: dict[str, str] = {
    "employee_id": "{actor} passed “{title}” on to {assignee}",
    "due_date": "{actor} changed the due date of “{title}”",
    "priority": "{actor} set the priority of “{title}” to {priority}",
    "title": "{actor} renamed “{before}” to “{title}”",
}
"""What a `task.updated` says when just this was changed; passing it on always comes first."""

BY_ITSELF = {"session.expired", "session.revoked", "chat_session.expired", "attendance.lapsed"}
"""What happens to somebody's session without them: no sign that they are there."""

ENDINGS = {"session.ended", "session.closed", "session.expired", "session.revoked"}
"""After these the session that is their subject is over."""

LATEST = ReadConcern("linearizable")
"""Sees also what was written a moment ago, after waiting until a majority has it: a transaction
that failed may have met a write that a majority read doesn't show yet."""

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """What an activity is about: a type ("task") and the id of the document."""

    type: str
    id: str


@dataclass(frozen=True)
class Entry:
    """An activity about to be written. `concerns` are employees besides the actor who see it."""

    kind: str
    subject: Subject
    data: dict[str, Any] = field(default_factory=dict)
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Activity:
    """One entry of the record; `token_id` names the API token it was made with, if any."""

    id: str
    at: datetime
    kind: str
    employee_id: str | None
    session_id: str | None
    subject: Subject
    data: dict[str, Any]
    concerns: tuple[str, ...]
    employee_name: str | None = None
    assignee_name: str | None = None
    token_id: str | None = None

    @property
    def text(self) -> str:
        """The sentence a timeline shows, complete without any other column."""
        words = {
            "actor": self.employee_name or self.employee_id or self._somebody(),
            "assignee": self.assignee_name or self.data.get("assignee", ""),
            "title": self.data.get("title", ""),
            "type": self.data.get("label", self.data.get("type", "")),
            "priority": self.data.get("priority", ""),
            "before": _earlier_title(self.data),
        }
        return self._sentence().format(**words).strip()

    def _sentence(self) -> str:
        changed = self.data.get("changed", []) if self.kind == "task.updated" else []
        if "employee_id" in changed:
            return CHANGES["employee_id"]
        return CHANGES[changed[0]] if len(changed) == 1 else KINDS[self.kind]

    def _somebody(self) -> str:
        """Who it was when it was nobody with an account."""
        return "A guest" if self.data.get("guest") else "Rollcall"

    def answers(self, kind: str, subject_id: str | None = None) -> "Activity":
        """This activity, which a repeated idempotency key led to.

        Raises `Conflict` when the key was used for something else than `kind` of the subject.
        """
        if self.kind != kind or subject_id not in (None, self.subject.id):
            raise Conflict("That idempotency key was used for something else. Make a new one.")
        return self

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.id,
            "at": iso(self.at),
            "kind": self.kind,
            "employee_id": self.employee_id,
            "employee_name": self.employee_name,
            "session_id": self.session_id,
            "token_id": self.token_id,
            "subject": {"type": self.subject.type, "id": self.subject.id},
            "data": self.data,
            "text": self.text,
        }


def _earlier_title(data: dict[str, Any]) -> str:
    before = data.get("before")
    return str(before.get("title", "")) if isinstance(before, dict) else ""


class Activities:
    """Writes and reads `session_activities`."""

    def __init__(
        self, database: Database, directory: Directory, clock: Clock, new_id: Callable[[], ObjectId]
    ) -> None:
        self._database = database
        self._collection = database.collection("session_activities")
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

        if scoped and (earlier := self._by_key(scoped)):
            return first(earlier)
        try:
            return self._database.transact(both)
        except (Conflict, DuplicateKeyError, OperationFailure, StorageUnavailable):
            # The write may have been ours all the same: another try with this key won the race
            # (and what it changed is in the way now), or its acknowledgement was lost.
            if scoped and (earlier := self._by_key(scoped, LATEST)):
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
        return self._by_key(_scoped(actor, key))

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
        }
        if key:
            document["key"] = key
        if actor.token_id:
            document["token_id"] = actor.token_id
        self._collection.insert_one(document, session=transaction)
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

    def _by_key(self, key: str, concern: ReadConcern | None = None) -> Activity | None:
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
