"""Makes the cells anew from the record, and compares those that are there with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from rollcall.clock import Clock
from rollcall.errors import Conflict
from rollcall.figures.axes import AXES, Axis
from rollcall.figures.cells import STATE, Cell, Place, gathered, read
from rollcall.figures.changes import EPOCH, since_epoch
from rollcall.figures.folding import change_of
from rollcall.figures.slots import AUTHORS, EVERYBODY, Level, at
from rollcall.storage.database import (
    SNAPSHOT_TOO_OLD,
    Database,
    Document,
    Moment,
    Transaction,
)
from rollcall.storage.schema import registration_collection

AT_ONCE = 5_000
DELETED_AT_ONCE = 1_000
AT_ONCE_READ = 50_000
WINDOW = EVERYBODY[3]
"""About five days: at once for the server, also when these are of a company of many thousands."""
WHILE_BUSY = timedelta(minutes=5)
"""Who makes the cells anew says again and again that it is still at it; after this it isn't."""
TOO_LONG = (
    "It took longer than MongoDB remembers what was there when it began. Let it remember longer "
    "(minSnapshotHistoryWindowInSeconds) and run: rollcall statistics rebuild"
)
Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Difference:
    """A cell that says something else than the record: the figures of a key, as kept and as they
    should be."""

    axis: str
    slot: int
    by: str | None
    who: tuple[str, ...] | None
    key: str
    kept: int
    right: int


class Builder:
    """Builds and checks the figures."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._cells = database.collection("figures")
        self._changes = database.collection("figure_changes")
        self._builds = database.collection("figure_builds")

    def begin_empty(self) -> bool:
        """Keep figures from now on, if there is no record yet; whether that is so."""
        filled = any(
            self._database.collection(source.collection).find_one({}, {"_id": 1})
            for axis in AXES.values()
            for source in axis.sources(self._types())
        )
        if not filled:
            fresh = {"build": ObjectId(), "busy": None, "folds": 0, "built_at": self._clock()}
            self._builds.update_one(STATE, {"$setOnInsert": fresh}, upsert=True)
        return not filled

    def build_missing(self) -> int:
        """Make the cells when there are none; answers how many. The worker's job."""
        state = self._builds.find_one(STATE)
        if state is not None and state["build"] is not None:
            return 0
        try:
            return self.rebuild()
        except Conflict:
            return 0

    def rebuild(self, told: Told = lambda axis, cells: None) -> int:
        """Make all cells anew from the record, while others go on reading and writing.

        Answers how many cells there are; `told` hears of each axis that is done. Raises
        `Conflict` when somebody else is at it, `StorageUnavailable`.
        """
        build = ObjectId()
        self._begin(build)
        try:
            made = self._database.at_one_moment(lambda session: self._build(session, build, told))
        except BaseException as error:
            self._builds.update_one({**STATE, "busy": build}, {"$set": {"busy": None}})
            self._cells.delete_many({"build": build})
            if isinstance(error, OperationFailure) and error.code == SNAPSHOT_TOO_OLD:
                raise Conflict(TOO_LONG) from error
            raise
        self._cells.delete_many({"build": {"$ne": build}})
        return made

    def verify(self) -> tuple[int, list[Difference]]:
        """How many cells were compared with the record, and where they say something else."""
        return self._database.at_one_moment(self._compare)

    def _types(self) -> list[str]:
        """All types of registrations that were ever made, also those of no use any more."""
        query = {"name": {"$regex": f"{registration_collection('')}$"}}
        names = self._database.raw.list_collection_names(filter=query)
        return sorted(one.removesuffix(registration_collection("")) for one in names)

    def _begin(self, build: ObjectId) -> None:
        now = self._clock()
        self._builds.update_one(STATE, {"$setOnInsert": {"build": None, "folds": 0}}, upsert=True)
        free = {"$or": [{"busy": None}, {"busy_until": {"$lt": now}}]}
        taken = self._builds.update_one(
            {**STATE, **free}, {"$set": {"busy": build, "busy_until": now + WHILE_BUSY}}
        )
        if not taken.matched_count:
            raise Conflict("Somebody else is making the figures anew. Try again in a few minutes.")

    def _build(self, session: Moment, build: ObjectId, told: Told) -> int:
        self._cells.delete_many({"build": build})  # of a try before
        waiting = [one["_id"] for one in self._changes.find({}, {"_id": 1}, session=session)]
        made = 0
        for axis in AXES.values():
            of_axis = 0
            batch: list[Document] = []
            for place, cell in self._right(session, axis):
                figures = {**place.document(build), **cell.document()}
                batch.append({"_id": place.identity(build), **figures})
                of_axis += 1
                if len(batch) == AT_ONCE:
                    self._insert(batch, build)
                    batch = []
            self._insert(batch, build)
            told(axis.name, of_axis)
            made += of_axis
        self._database.transact(lambda transaction: self._switch(transaction, build, waiting))
        return made

    def _insert(self, cells: list[Document], build: ObjectId) -> None:
        if cells:
            self._cells.insert_many(cells, ordered=False)
            until = {"busy_until": self._clock() + WHILE_BUSY}
            self._builds.update_one({**STATE, "busy": build}, {"$set": until})

    def _switch(self, transaction: Transaction, build: ObjectId, waiting: list[ObjectId]) -> None:
        """From now on this build is read. What waited when it began is in it already."""
        done = {"build": build, "busy": None, "busy_until": None, "built_at": self._clock()}
        switched = self._builds.update_one(
            {**STATE, "busy": build}, {"$set": done}, session=transaction
        )
        if not switched.matched_count:
            raise Conflict("That took too long, and somebody else has begun. Try again.")
        for begin in range(0, len(waiting), DELETED_AT_ONCE):
            some = waiting[begin : begin + DELETED_AT_ONCE]
            self._changes.delete_many({"_id": {"$in": some}}, session=transaction)

    def _compare(self, session: Moment) -> tuple[int, list[Difference]]:
        state = self._builds.find_one(STATE, session=session)
        if state is None or state["build"] is None:
            raise Conflict("There are no figures yet. Make them: rollcall statistics rebuild")
        waiting = [change_of(one) for one in self._changes.find({}, session=session)]
        compared = 0
        wrong: list[Difference] = []
        for axis in AXES.values():
            kept = self._kept(session, state["build"], axis)
            for place, cell in gathered(one for one in waiting if one.axis == axis.name).items():
                _merge(kept.setdefault(place, Cell()), cell)
            for place, right in self._right(session, axis):
                compared += 1
                wrong += _differences(place, kept.pop(place, Cell()), right)
            for place, cell in kept.items():
                wrong += _differences(place, cell, Cell())
        return compared, wrong

    def _kept(self, session: Moment, build: ObjectId, axis: Axis) -> dict[Place, Cell]:
        found: dict[Place, Cell] = {}
        query = {"build": build, "axis": axis.name}
        for one in self._cells.find(query, session=session):
            who = tuple(one["who"]) if "who" in one else None
            cell = found.setdefault(Place(axis.name, one["slot"], who, one.get("by")), Cell())
            for name, count in one["n"].items():
                cell.counts[read(name)] += count
            for name, spent in one.get("ms", {}).items():
                cell.milliseconds[read(name)] += spent
        return found

    def _right(self, session: Moment, axis: Axis) -> Iterator[tuple[Place, Cell]]:
        """All cells of an axis as the record has them, stretch by stretch of the coarsest."""
        yield from self._of_levels(session, axis, EVERYBODY, {})
        if axis.shared:
            yield from self._of_levels(session, axis, AUTHORS, {"by": axis.by})
        people = {"by": axis.by, "who": f"${axis.who}"}
        yield from self._of_levels(session, axis, axis.people, people)

    def _of_levels(
        self,
        session: Moment,
        axis: Axis,
        levels: Sequence[Level],
        people: Mapping[str, Any],
    ) -> Iterator[tuple[Place, Cell]]:
        """All cells of `levels`, a window after the other: no single read takes long."""
        cells: dict[Place, Cell] = {}
        for source in axis.sources(self._types()):
            collection = self._database.collection(source.collection)
            for window in self._windows(session, collection, axis):
                pipeline = _grouped(axis, source.key, window, levels[0], people)
                for one in collection.aggregate(pipeline, allowDiskUse=True, session=session):
                    what = one["_id"]
                    if what.get("key") is None:
                        continue  # from before the schema asked for it
                    start = int(what["stretch"]) * levels[0].length
                    who, by = _people(what.get("who")), what.get("by")
                    for level in levels:
                        place = Place(axis.name, level.slot(start), who, by)
                        cells.setdefault(place, Cell()).add(what["key"], one["n"], one["ms"])
        yield from cells.items()

    def _windows(
        self, session: Moment, collection: Collection[Document], axis: Axis
    ) -> Iterator[Document]:
        """Filters on the time of an axis for one window after the other that has anything."""
        beyond: Document = {"$type": "date"}
        if collection.estimated_document_count() <= AT_ONCE_READ:
            yield {axis.time: beyond}
            return
        while True:
            first = collection.find_one(
                {"$and": [axis.only, {axis.time: beyond}]},
                {axis.time: 1},
                sort=[(axis.time, 1)],
                session=session,
            )
            if first is None:
                return
            start = WINDOW.start(WINDOW.slot(since_epoch(first[axis.time])))
            end = at(start + WINDOW.length)
            yield {axis.time: {"$gte": at(start), "$lt": end}}
            beyond = {"$gte": end}


def _grouped(
    axis: Axis, key: Any, window: Document, finest: Level, people: Mapping[str, Any]
) -> list[Document]:
    since = {"$subtract": [f"${axis.time}", EPOCH]}
    stretch = {"$floor": {"$divide": [since, finest.length]}}
    what = {"stretch": stretch, "key": key, **people}
    return [
        {"$match": {"$and": [axis.only, window]}},
        {"$group": {"_id": what, "n": {"$sum": 1}, "ms": {"$sum": axis.ms}}},
    ]


def _people(value: Any) -> tuple[str, ...] | None:
    return tuple(value) if isinstance(value, list) else (value,) if value else None


def _merge(cell: Cell, more: Cell) -> None:
    for key, count in more.counts.items():
        cell.counts[key] += count
    for key, spent in more.milliseconds.items():
        cell.milliseconds[key] += spent


def _differences(place: Place, kept: Cell, right: Cell) -> Iterator[Difference]:
    for these, those in ((kept.counts, right.counts), (kept.milliseconds, right.milliseconds)):
        for key in sorted({*these, *those}):
            if these[key] != those[key]:
                yield Difference(
                    place.axis, place.slot, place.by, place.who, key, these[key], those[key]
                )
