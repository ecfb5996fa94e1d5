"""Where unfinished forms are kept: `drafts` in MongoDB.

A draft is open (in front of somebody), parked, saved or cancelled. One without any answer is
nothing that somebody would miss: it is never listed, and goes when another form is opened.

Beside a draft stands what it was before the turn that changed it last. When that turn is played
once more, because its answer was lost, it meets the form as it stood.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.forms.draft import Draft, Guess
from rollcall.forms.tables import Row
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

WAITING = ["open", "parked"]
DONE_KEPT = timedelta(days=1)
"""How long a saved or cancelled draft is kept; what it led to is in the record."""
AT_A_TIME = 500


class DraftStore:
    """Keeps and finds drafts; checks no permission."""

    def __init__(self, database: Database, activities: Activities, clock: Clock) -> None:
        self._database = database
        self._collection = database.collection("drafts")
        self._activities = activities
        self._clock = clock

    def keep(self, draft: Draft, before: Draft | None = None) -> Draft:
        """Write the draft as it is now, and as it was `before` the turn."""
        now = replace(draft, updated_at=self._clock())
        document = _document(now)
        if before is not None:
            document["before"] = _document(before)
        with storage_errors():
            self._collection.replace_one({"_id": ObjectId(now.draft_id)}, document, upsert=True)
        return now

    def find(self, employee_id: str, draft_id: str, turn_id: str | None = None) -> Draft | None:
        """Somebody's unfinished draft, or None; as it was before the turn `turn_id`, if that is
        the one that changed it last."""
        query: Document = {"_id": ObjectId(draft_id), "employee_id": employee_id}
        unfinished: Document = {"state": {"$in": WAITING}}
        query["$or"] = [unfinished, {"turn_id": turn_id}] if turn_id else [unfinished]
        with storage_errors():
            found = self._collection.find_one(query)
        if found and turn_id and found.get("turn_id") == turn_id and "before" in found:
            found = {"_id": found["_id"], **found["before"]}
        return _build(found) if found else None

    def waiting(self, employee_id: str, limit: int) -> Sequence[Draft]:
        """Somebody's unfinished drafts with something in them, the last one touched first."""
        query = {"employee_id": employee_id, "state": {"$in": WAITING}, **_NOT_EMPTY}
        with storage_errors():
            found = self._collection.find(query).sort("updated_at", -1).limit(limit)
            return [_build(one) for one in found]

    def cancelled(self, employee_id: str, since: datetime) -> Sequence[Draft]:
        """What somebody cancelled since then with something in it, the last one first."""
        query = {
            "employee_id": employee_id,
            "state": "cancelled",
            "updated_at": {"$gte": since},
            **_NOT_EMPTY,
        }
        with storage_errors():
            return [_build(one) for one in self._collection.find(query).sort("updated_at", -1)]

    def put_aside(self, employee_id: str) -> None:
        """Park what is open; a form without any answer just goes."""
        mine = {"employee_id": employee_id, "state": "open"}
        with storage_errors():
            if self._collection.find_one(mine, {"_id": 1}) is None:
                return  # Two writes would wait for the disks for nothing.
            self._collection.delete_many({**mine, "answers": {}, "rows": []})
            self._collection.update_many(mine, {"$set": {"state": "parked"}})

    def delete(
        self, actor: Principal, drafts: Sequence[Draft], labels: dict[str, str], key: str | None
    ) -> int:
        """Delete somebody's own drafts and put it on record; returns how many.

        `labels` are what the drafts' types are called, by type.
        """

        def change(transaction: Transaction) -> tuple[int, Entry]:
            self._collection.delete_many(
                {
                    "_id": {"$in": [ObjectId(one.draft_id) for one in drafts]},
                    "employee_id": actor.employee_id,
                },
                session=transaction,
            )
            entries = [_entry("draft.deleted", one, labels) for one in drafts]
            for entry in entries[:-1]:
                self._activities.append(transaction, actor, entry)
            return len(drafts), entries[-1]

        def first(earlier: Activity) -> int:
            earlier.answers("draft.deleted")
            return len(drafts)

        return self._activities.write(actor, key, change, first)

    def expire(self, older_than: timedelta, labels: dict[str, str]) -> int:
        """Delete unfinished drafts that nobody touched for so long, and what is done with; returns
        how many somebody had answers in. The worker's job."""
        now = self._clock()
        old: Document = {"state": {"$in": WAITING}, "updated_at": {"$lte": now - older_than}}
        done = {
            "state": {"$in": ["saved", "cancelled"]},
            "updated_at": {"$lte": now - DONE_KEPT},
        }
        with storage_errors():
            self._collection.delete_many(done)
            found = [_build(one) for one in self._collection.find(old).limit(AT_A_TIME)]
        for draft in found:
            self._expire(draft, labels)
        return sum(not one.empty for one in found)

    def _expire(self, draft: Draft, labels: dict[str, str]) -> None:
        def work(transaction: Transaction) -> None:
            untouched = {"_id": ObjectId(draft.draft_id), "updated_at": draft.updated_at}
            gone = self._collection.delete_one(untouched, session=transaction)
            if gone.deleted_count and not draft.empty:
                entry = _entry("draft.expired", draft, labels)
                self._activities.append(transaction, SYSTEM, entry)

        self._database.transact(work)


_NOT_EMPTY: Document = {"$or": [{"answers": {"$ne": {}}}, {"rows.0": {"$exists": True}}]}


def _entry(kind: str, draft: Draft, labels: dict[str, str]) -> Entry:
    data = {"type": draft.type, "label": labels.get(draft.type, draft.type)}
    return Entry(kind, Subject("draft", draft.draft_id), data, (draft.employee_id,))


def _document(draft: Draft) -> Document:
    return {
        "employee_id": draft.employee_id,
        "form": draft.form,
        "type": draft.type,
        "key": draft.key,
        "answers": draft.answers,
        "skipped": list(draft.skipped),
        "asking": draft.asking,
        "wrong": draft.wrong,
        "state": draft.state,
        "rows": [{"typed": row.typed, "problems": row.problems} for row in draft.rows],
        "guess": {"field": draft.guess.field, "value": draft.guess.value} if draft.guess else None,
        "doubted": draft.doubted,
        "last": draft.last,
        "replaces": draft.replaces,
        "turn_id": draft.turn_id,
        "updated_at": draft.updated_at,
    }


def _build(document: Document) -> Draft:
    guess = document.get("guess")
    return Draft(
        draft_id=str(document["_id"]),
        employee_id=document["employee_id"],
        form=document["form"],
        type=document["type"],
        key=document["key"],
        updated_at=document["updated_at"],
        answers=document["answers"],
        skipped=tuple(document["skipped"]),
        asking=document["asking"],
        wrong=document["wrong"],
        state=document["state"],
        rows=tuple(Row(one["typed"], {}, one["problems"]) for one in document.get("rows", ())),
        guess=Guess(guess["field"], guess["value"]) if guess else None,
        doubted=document.get("doubted"),
        last=document.get("last"),
        replaces=document.get("replaces"),
        turn_id=document.get("turn_id"),
    )
