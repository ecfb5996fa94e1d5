"""Counting turns: how much was said in a session, and how the chat is doing hour by hour.

A turn that is answered says in its own document that it is to be counted, so that counting takes no
write of its own while somebody waits, and is as safe as the answer. The worker counts every second;
who is about to read the figures counts what is left, so they are right without a worker too.
"""

from collections import Counter

from pymongo import UpdateOne

from rollcall.chat_figures import hour_of, increments
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.turns import NOT_UNDERSTOOD

AT_ONCE = 100
MOST_ROUNDS = 20
UNCOUNTED: Document = {"uncounted": True}


class TurnCounts:
    """Counts answered turns into `user_sessions` and `chat_figures`, each once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns = database.collection("turns")
        self._sessions = database.collection("user_sessions")
        self._figures = database.collection("chat_figures")

    def settle(self) -> int:
        """Count what is not counted yet; answers how many turns. Raises `StorageUnavailable`."""
        counted = 0
        for _ in range(MOST_ROUNDS):
            done = self._database.transact(self._count) if self._any() else 0
            counted += done
            if done < AT_ONCE:
                # What is answered meanwhile is counted the next time.
                break
        return counted

    def _any(self) -> bool:
        with storage_errors():
            return self._turns.find_one(UNCOUNTED, {"_id": 1}) is not None

    def _count(self, transaction: Transaction) -> int:
        # Of two that count at the same time one meets the other's writes, and begins again.
        told = {"at": 1, "ms": 1, "session_id": 1, "intent": 1, "opens_chat": 1}
        turns = list(self._turns.find(UNCOUNTED, told, session=transaction).limit(AT_ONCE))
        if not turns:
            return 0
        self._turns.update_many(
            {"_id": {"$in": [one["_id"] for one in turns]}},
            {"$unset": {"uncounted": "", "opens_chat": ""}},
            session=transaction,
        )
        sessions = Counter(one["session_id"] for one in turns if one["session_id"])
        hours: dict[object, Counter[str]] = {}
        for one in turns:
            hours.setdefault(hour_of(one["at"]), Counter()).update(
                increments(
                    one["ms"],
                    first=one.get("opens_chat", False),
                    understood=one["intent"] not in NOT_UNDERSTOOD,
                )
            )
        if sessions:
            self._sessions.bulk_write(
                [
                    UpdateOne({"_id": session_id}, {"$inc": {"counts.messages": number}})
                    for session_id, number in sessions.items()
                ],
                ordered=False,
                session=transaction,
            )
        self._figures.bulk_write(
            [
                UpdateOne({"_id": hour}, {"$inc": dict(counters)}, upsert=True)
                for hour, counters in hours.items()
            ],
            ordered=False,
            session=transaction,
        )
        return len(turns)
