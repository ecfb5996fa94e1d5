"""The audit chain: each activity carries a hash over itself and the one before it.

The worker seals entries in the order of their ids; whoever changes or removes a sealed entry
later breaks the chain at that place. SHA-256 over canonical JSON (sorted keys, no blanks).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from rollcall.clock import Clock, iso
from rollcall.storage.database import Database, Document, Transaction, storage_errors

BATCH = 200
SETTLED_AFTER = timedelta(seconds=2)
"""Entries younger than this wait, so that one written a moment earlier can't arrive behind."""

_SEAL = frozenset({"unsealed", "seq", "prev", "hash"})
"""What an entry has of its seal: `unsealed` until it has one, so that those are found at once."""


@dataclass(frozen=True)
class Verdict:
    """What verifying found: entries checked, and the first that doesn't fit (None if all do)."""

    checked: int
    broken_at: str | None
    unsealed: int


class Audit:
    """Seals and verifies `session_activities`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._activities = database.collection("session_activities")
        self._heads = database.collection("chain_heads")
        self._clock = clock

    def seal(self) -> int:
        """Seal up to 200 entries that wait; returns how many. Two at once do no harm."""

        def work(transaction: Transaction) -> int:
            head = self._heads.find_one({"_id": "head"}, session=transaction)
            if head is None:
                return 0
            settled = self._clock() - SETTLED_AFTER
            waiting = self._activities.find(
                {"unsealed": True, "at": {"$lte": settled}}, session=transaction
            )
            seq, previous = head["seq"], head["hash"]
            sealed = 0
            for document in waiting.sort([("at", 1), ("_id", 1)]).limit(BATCH):
                seq += 1
                hashed = digest(document, seq, previous)
                self._activities.update_one(
                    {"_id": document["_id"], "seq": {"$exists": False}},
                    {
                        "$set": {"seq": seq, "prev": previous, "hash": hashed},
                        "$unset": {"unsealed": ""},
                    },
                    session=transaction,
                )
                previous = hashed
                sealed += 1
            if sealed:
                self._heads.update_one(
                    {"_id": "head"}, {"$set": {"seq": seq, "hash": previous}}, session=transaction
                )
            return sealed

        return self._database.transact(work)

    def verify(self) -> Verdict:
        """Recompute the whole chain."""
        previous, expected, checked = "0" * 64, 1, 0
        with storage_errors():
            # The newest before the head, which is never behind it: a worker may be sealing now.
            newest = self._activities.find_one({"seq": {"$exists": True}}, sort=[("seq", -1)])
            head = self._heads.find_one({"_id": "head"}) or {"seq": 0, "hash": previous}
            sealed = self._activities.find({"seq": {"$exists": True, "$lte": head["seq"]}})
            for document in sealed.sort("seq", 1):
                fits = (
                    document["seq"] == expected
                    and document["prev"] == previous
                    and document["hash"] == digest(document, expected, previous)
                )
                if not fits:
                    return Verdict(checked, str(document["_id"]), self._unsealed())
                previous = document["hash"]
                expected += 1
                checked += 1
            if previous != head["hash"]:
                return Verdict(checked, "the end of the chain", self._unsealed())
            if newest is not None and newest["seq"] > head["seq"]:
                return Verdict(checked, str(newest["_id"]), self._unsealed())
        return Verdict(checked, None, self._unsealed())

    def _unsealed(self) -> int:
        return self._activities.count_documents({"unsealed": True})


def digest(document: Document, seq: int, previous: str) -> str:
    """The hash of an entry, at its place behind the entry with the hash `previous`."""
    entry = {name: value for name, value in document.items() if name not in _SEAL}
    canonical = json.dumps(
        {**entry, "seq": seq, "prev": previous},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        default=_plain,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> str | None:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, ObjectId):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
