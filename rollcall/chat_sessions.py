"""Chat sessions: how long somebody chatted, how much, and how fast they were answered.

Seed 003's customer sessions. They hold counts and nothing else, so guests have them too; the
chat feeds the same counters by itself with what the server measures.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.chat_session import (
    ChatSession,
    Chatter,
    Totals,
    build_chat_session,
    increments_of,
)
from rollcall.clock import Clock
from rollcall.directory import Directory
from rollcall.errors import Conflict, NotFound
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission, Scope, scope
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

IDLE = timedelta(hours=1)
NEW_CONVERSATION_AFTER = timedelta(minutes=30)
MISSING = "There is no such chat session."
STARTED, ENDED, EXPIRED = "chat_session.started", "chat_session.ended", "chat_session.expired"


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
        self._ahead = database.ahead("chat_sessions")
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
        increments = increments_of(activity_type, response_time)
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
        return build_chat_session(self._own(who, session_id))

    def active(self, who: Chatter) -> ChatSession | None:
        """The active session of `who`, if any."""
        with storage_errors():
            document = self._collection.find_one({"owner": who.owner, "is_active": True})
        if document is None or document["last_activity"] + IDLE <= self._clock():
            return None
        return build_chat_session(document)

    def history(
        self, who: Chatter, limit: int = 50, after: str | None = None
    ) -> tuple[Page[ChatSession], Totals]:
        """Sessions of `who`, newest first, and sums over all of them."""
        query = {"owner": who.owner}
        page = read_page(self._collection, query, "started_at", build_chat_session, limit, after)
        return page, self._totals(query)

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        active: bool | None = None,
        limit: int = 50,
        after: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Page[ChatSession], Totals]:
        """Sessions of `employee_id`, or of everyone the actor may see (guests too for those who
        see everybody), newest first, with sums; those that began from `since` to before `until`.

        Raises `NotFound`.
        """
        query = self._directory.reach(actor, Permission.READ_SESSIONS, employee_id, "employee_id")
        if active is not None:
            query["is_active"] = active
        bounds = {"$gte": since, "$lt": until}
        if given := {name: moment for name, moment in bounds.items() if moment is not None}:
            query["started_at"] = given
        page = read_page(self._collection, query, "started_at", build_chat_session, limit, after)
        return page, self._totals(query)

    def count_turn(self, who: Chatter, seconds: float) -> bool:
        """Count a message and its answer, which took `seconds`; True when it was the first of a
        session, which is started if needed. The answer is kept afterwards.

        After half an hour of silence a message begins a new conversation.
        """
        now = self._clock()
        alive = {"owner": who.owner, "is_active": True, "last_activity": {"$gt": now - IDLE}}
        before_that = now - NEW_CONVERSATION_AFTER
        recently = {**alive, "last_message_at": {"$gt": before_that}}
        quiet = [{"last_message_at": None}, {"last_message_at": {"$lte": before_that}}]
        counted = {"messages": 1, "responses": 1, "response_seconds": seconds}
        times = {"last_message_at": now, "last_activity": now}
        again: Document = {"$inc": counted, "$set": times}
        anew: Document = {"$inc": {**counted, "conversations": 1}, "$set": times}
        with storage_errors():
            # Twice at the most, unless others say something at the same time.
            for _ in range(4):
                if self._ahead.update_one(recently, again).matched_count:
                    return False
                before = self._ahead.find_one_and_update({**alive, "$or": quiet}, anew)
                if before is not None:
                    return before["last_message_at"] is None
                self.start(who)
        return False

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
            return build_chat_session(document), _entry(STARTED, document)

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
        return build_chat_session(document) if document else None

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


def _entry(kind: str, document: Document) -> Entry:
    owner = document["employee_id"]
    # Without an account there is no name to look up when the entry is read.
    data = {} if owner else {"guest": True}
    return Entry(kind, Subject("chat_session", document["_id"]), data, (owner,) if owner else ())


def _unkeyed(_: Activity) -> NoReturn:
    raise Conflict("A chat session has no idempotency key.")
