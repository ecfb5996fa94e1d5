"""Folds what waits into the cells. The worker's job; any number may try, one at a time does it."""

from collections.abc import Sequence
from functools import partial

from bson import ObjectId
from pymongo import UpdateOne

from rollcall.figures.cells import STATE, gathered
from rollcall.figures.changes import Change
from rollcall.storage.database import Database, Document, Transaction

AT_ONCE = 500
MOST_ROUNDS = 20


class Folding:
    """Moves `figure_changes` into `figures`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes = database.collection("figure_changes")
        self._cells = database.collection("figures")
        self._builds = database.collection("figure_builds")

    def run(self, most: int = AT_ONCE * MOST_ROUNDS) -> int:
        """Fold what waits, at most `most` changes; answers how many.

        Nothing while somebody makes the cells anew. Raises `StorageUnavailable`.
        """
        folded = 0
        while folded < most:
            wanted = min(AT_ONCE, most - folded)
            done = self._database.transact(partial(self._fold, most=wanted))
            folded += done
            if done < wanted:
                break
        return folded

    def _fold(self, transaction: Transaction, most: int) -> int:
        waiting = list(self._changes.find({}, session=transaction).limit(most))
        if not waiting:
            return 0
        # Writing it down here keeps two from folding the same, and from folding into cells that
        # somebody is about to replace.
        state = self._builds.find_one_and_update(
            {**STATE, "build": {"$ne": None}, "busy": None},
            {"$inc": {"folds": 1}},
            session=transaction,
        )
        if state is None:
            return 0
        self._cells.bulk_write(
            self._updates(state["build"], waiting), ordered=False, session=transaction
        )
        self._changes.delete_many(
            {"_id": {"$in": [one["_id"] for one in waiting]}}, session=transaction
        )
        return len(waiting)

    @staticmethod
    def _updates(build: ObjectId, waiting: Sequence[Document]) -> list[UpdateOne]:
        return [
            UpdateOne(
                {"_id": place.identity(build)},
                {"$inc": cell.increments(), "$setOnInsert": place.document(build)},
                upsert=True,
            )
            for place, cell in gathered(change_of(one) for one in waiting).items()
            if cell
        ]


def change_of(document: Document) -> Change:
    """The change that waits as this document."""
    return Change(
        document["axis"],
        document["at"],
        tuple(document["who"]),
        document["by"],
        document["key"],
        document["n"],
        document["ms"],
    )
