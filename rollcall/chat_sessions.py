"""Chat sessions: how long somebody chatted, how much, and how fast they were answered.

Seed 003's customer sessions. They hold counts and nothing else, so guests have them too; the
chat feeds the same counters by itself with what the server measures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock, iso
from rollcall.directory import Directory
from rollcall.errors import Conflict, Invalid, NotFound, Unauthenticated
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission, Scope, in_person, scope
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

DEMO_USER = "demo_user"
IDLE = timedelta(hours=1)
NEW_CONVERSATION_AFTER = timedelta(minutes=30)
LONGEST_RESPONSE = 3600.0
ACTIVITY_TYPES = ("message_sent", "conversation_started", "response_received")
MISSING = "There is no such chat session."
STARTED, ENDED, EXPIRED = "chat_session.started", "chat_session.ended", "chat_session.expired"


@dataclass(frozen=True)
class Chatter:
    """Who chats: somebody signed in, or a guest known by `guest_key` alone.

    `owner` is what their sessions are found by; `user` is what the interface shows.
    """

    actor: Principal
    guest_key: str | None = None

    @property
    def owner(self) -> str:
        if self.actor.signed_in:
            return in_person(self.actor)
        if not self.guest_key:
            raise Unauthenticated
        return f"guest:{self.guest_key}"

    @property
    def user(self) -> str:
        return self.actor.employee_id or DEMO_USER


@dataclass(frozen=True)
class ChatSession:
    """One chat session. `response_seconds` is the sum over `responses`."""

    session_id: str
    employee_id: str | None
    started_at: datetime
    last_activity: datetime
    ended_at: datetime | None
    is_active: bool
    messages: int
    conversations: int
    responses: int
    response_seconds: float

    @property
    def average_response_time(self) -> float:
        """In seconds; 0 without a response."""
        return round(self.response_seconds / self.responses, 3) if self.responses else 0.0

    def duration_minutes(self, now: datetime) -> float:
        """Until its end, or until now."""
        return round(((self.ended_at or now) - self.started_at).total_seconds() / 60, 2)

    def counts(self) -> dict[str, Any]:
        """With the seed's field names."""
        return {
            "total_messages_sent": self.messages,
            "total_conversations": self.conversations,
            "average_response_time": self.average_response_time,
        }

    def public(self, now: datetime) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "session_id": self.session_id,
            "user": self.employee_id or DEMO_USER,
            "started_at": iso(self.started_at),
            "last_activity": iso(self.last_activity),
            "ended_at": iso(self.ended_at),
            "is_active": self.is_active,
            "duration_minutes": self.duration_minutes(now),
            **self.counts(),
        }


@dataclass(frozen=True)
class Totals:
    """Sums over all chat sessions of somebody."""

    sessions: int
    minutes: float
    messages: int
    conversations: int

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "total_duration_minutes": round(self.minutes, 2),
            "total_messages_sent": self.messages,
            "total_conversations": self.conversations,
            "average_session_duration": round(self.minutes / self.sessions, 2)
            if self.sessions
            else 0.0,
        }


class ChatSessions:
    """Starts, counts, lists and ends chat sessions."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        clock: Clock,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._collection = database.collection("chat_sessions")
        self._directory = directory
        self._activities = activities
        self._clock = clock
        self._new_id = new_id

    def start(self, who: Chatter) -> tuple[ChatSession, bool]:
        """The active session of `who`, refreshed; or a new one, then with True."""
        self._expire({"owner": who.owner})
        while True:
            refreshed = self._change(
                {"owner": who.owner, "is_active": True}, {"$set": {"last_activity": self._clock()}}
            )
            if refreshed is not None:
                return refreshed, False
            try:
                return self._begin(who), True
            except DuplicateKeyError:
                # Another request of theirs has just started one.
                continue

    def update(
        self, who: Chatter, session_id: str, activity_type: str, response_time: float | None = None
    ) -> ChatSession:
        """Count something that happened; `response_time` in seconds, for a response.

        Raises `Invalid`, `NotFound` for a session of somebody else, `Conflict` for one that is
        over.
        """
        increments = _increments(activity_type, response_time)
        changed = self._change(
            {"_id": session_id, "owner": who.owner, "is_active": True},
            {"$inc": increments, "$set": {"last_activity": self._clock()}},
        )
        if changed is None:
            self._own(who, session_id)
            raise Conflict("That chat session has ended. Start a new one.")
        return changed

    def end(self, who: Chatter, session_id: str) -> ChatSession:
        """End a session of `who`. Ending twice answers the same. Raises `NotFound`."""
        document = self._own(who, session_id)
        if document["is_active"]:
            self._finish(who.actor, document, ENDED)
        return _build(self._own(who, session_id))

    def active(self, who: Chatter) -> ChatSession | None:
        """The active session of `who`, if any."""
        with storage_errors():
            document = self._collection.find_one({"owner": who.owner, "is_active": True})
        if document is None or document["last_activity"] + IDLE <= self._clock():
            return None
        return _build(document)

    def history(
        self, who: Chatter, limit: int = 50, after: str | None = None
    ) -> tuple[Page[ChatSession], Totals]:
        """Sessions of `who`, newest first, and sums over all of them."""
        query = {"owner": who.owner}
        page = read_page(self._collection, query, "started_at", _build, limit, after)
        return page, self._totals(query)

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        active: bool | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> tuple[Page[ChatSession], Totals]:
        """Sessions of `employee_id`, or of everyone the actor may see (guests too for those who
        see everybody), newest first, with sums. Raises `NotFound`."""
        query = self._directory.reach(actor, Permission.READ_SESSIONS, employee_id, "employee_id")
        if active is not None:
            query["is_active"] = active
        page = read_page(self._collection, query, "started_at", _build, limit, after)
        return page, self._totals(query)

    def count_turn(self, who: Chatter, seconds: float) -> bool:
        """Count a message and its answer, which took `seconds`; True when it was the first of a
        session, which is started if needed.

        After half an hour of silence a message begins a new conversation.
        """
        now = self._clock()
        # No message yet (null) sorts before every time.
        quiet = {"$lte": ["$last_message_at", now - NEW_CONVERSATION_AFTER]}
        update = [
            {
                "$set": {
                    "messages": {"$add": ["$messages", 1]},
                    "responses": {"$add": ["$responses", 1]},
                    "response_seconds": {"$add": ["$response_seconds", seconds]},
                    "conversations": {"$add": ["$conversations", {"$cond": [quiet, 1, 0]}]},
                    "last_message_at": now,
                    "last_activity": now,
                }
            }
        ]
        alive = {"owner": who.owner, "is_active": True, "last_activity": {"$gt": now - IDLE}}
        with storage_errors():
            before = self._collection.find_one_and_update(alive, update)
            if before is None:
                self.start(who)
                before = self._collection.find_one_and_update(alive, update)
        return before is not None and before["last_message_at"] is None

    def clean_up(self, who: Chatter) -> int:
        """End what has been idle for an hour: of `who`, or of everybody for an admin."""
        everything = who.actor.signed_in and scope(who.actor, Permission.END_SESSIONS) is Scope.ALL
        return self._expire({} if everything else {"owner": who.owner})

    def expire(self) -> int:
        """End what has been idle for an hour; returns how many. The worker's job."""
        return self._expire({})

    def _begin(self, who: Chatter) -> ChatSession:
        now, session_id = self._clock(), self._new_id()
        document: Document = {
            "_id": session_id,
            "owner": who.owner,
            "employee_id": who.actor.employee_id,
            "started_at": now,
            "last_activity": now,
            "last_message_at": None,
            "ended_at": None,
            "is_active": True,
            "messages": 0,
            "conversations": 0,
            "responses": 0,
            "response_seconds": 0.0,
        }

        def change(transaction: Transaction) -> tuple[ChatSession, Entry]:
            self._collection.insert_one(document, session=transaction)
            return _build(document), _entry(STARTED, document)

        return self._activities.write(who.actor, None, change, _unkeyed)

    def _finish(self, actor: Principal, document: Document, kind: str) -> bool:
        """End a session; False when somebody else has just done so."""
        # What went idle ended when it was last used, not when that was noticed.
        ended_at = document["last_activity"] if kind == EXPIRED else self._clock()

        def change(transaction: Transaction) -> tuple[bool, Entry]:
            result = self._collection.update_one(
                {"_id": document["_id"], "is_active": True},
                {"$set": {"is_active": False, "ended_at": ended_at}},
                session=transaction,
            )
            if not result.modified_count:
                raise Conflict(MISSING)
            return True, _entry(kind, document)

        try:
            return self._activities.write(actor, None, change, _unkeyed)
        except Conflict:
            return False

    def _expire(self, query: Document) -> int:
        over = {**query, "is_active": True, "last_activity": {"$lte": self._clock() - IDLE}}
        with storage_errors():
            documents = list(self._collection.find(over).limit(500))
        return sum(self._finish(SYSTEM, one, EXPIRED) for one in documents)

    def _own(self, who: Chatter, session_id: str) -> Document:
        with storage_errors():
            document = self._collection.find_one({"_id": session_id, "owner": who.owner})
        if document is None:
            raise NotFound(MISSING)
        return document

    def _change(self, query: Document, update: Document) -> ChatSession | None:
        with storage_errors():
            document = self._collection.find_one_and_update(
                query, update, return_document=ReturnDocument.AFTER
            )
        return _build(document) if document else None

    def _totals(self, query: Document) -> Totals:
        until = {"$ifNull": ["$ended_at", self._clock()]}
        length = {"$dateDiff": {"startDate": "$started_at", "endDate": until,
                                "unit": "millisecond"}}  # fmt: skip
        with storage_errors():
            rows = list(
                self._collection.aggregate(
                    [
                        {"$match": query},
                        {
                            "$group": {
                                "_id": None,
                                "sessions": {"$sum": 1},
                                "milliseconds": {"$sum": length},
                                "messages": {"$sum": "$messages"},
                                "conversations": {"$sum": "$conversations"},
                            }
                        },
                    ]
                )
            )
        if not rows:
            return Totals(0, 0.0, 0, 0)
        [row] = rows
        minutes = row["milliseconds"] / 60_000
        return Totals(row["sessions"], minutes, row["messages"], row["conversations"])


def _increments(activity_type: str, response_time: float | None) -> Document:
    if activity_type == "message_sent":
        return {"messages": 1}
    if activity_type == "conversation_started":
        return {"conversations": 1}
    if activity_type != "response_received":
        expected = ", ".join(ACTIVITY_TYPES)
        raise Invalid(
            "That activity can't be counted.", {"activity_type": f"one of {expected}, please"}
        )
    if response_time is None:
        return {"responses": 0}
    if not 0 <= response_time <= LONGEST_RESPONSE:
        raise Invalid(
            "That response time can't be right.",
            {"response_time": f"0 to {LONGEST_RESPONSE:.0f} seconds, please"},
        )
    return {"responses": 1, "response_seconds": float(response_time)}


def _entry(kind: str, document: Document) -> Entry:
    owner = document["employee_id"]
    # Without an account there is no name to look up when the entry is read.
    data = {} if owner else {"guest": True}
    return Entry(kind, Subject("chat_session", document["_id"]), data, (owner,) if owner else ())


def _unkeyed(_: Activity) -> NoReturn:
    raise Conflict("A chat session has no idempotency key.")


def _build(document: Document) -> ChatSession:
    return ChatSession(
        session_id=document["_id"],
        employee_id=document["employee_id"],
        started_at=document["started_at"],
        last_activity=document["last_activity"],
        ended_at=document["ended_at"],
        is_active=document["is_active"],
        messages=document["messages"],
        conversations=document["conversations"],
        responses=document["responses"],
        response_seconds=float(document["response_seconds"]),
    )
