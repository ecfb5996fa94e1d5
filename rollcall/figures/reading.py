"""Answers from the figures that are kept."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from rollcall.figures.asking import Asked, Figure, Figured, Period
from rollcall.figures.axes import AXES, Axis
from rollcall.figures.cells import STATE, read, written
from rollcall.figures.changes import since_epoch
from rollcall.figures.slots import AUTHORS, EVERYBODY, Level, at, cover
from rollcall.storage.database import Database, Document, Moment, storage_errors

_LONG_AGO = -(2**62)
_LONG = 3 * 366 * 24 * 3_600_000
"""Three years: for longer it is worth to look up where the record begins and ends."""
_MILLISECOND = timedelta(milliseconds=1)


class Figures:
    """Reads the cells, what waits to be folded, and the record at the edges of periods."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answer(self, moment: Moment, asked: Asked) -> Figured:
        """The figures, each where there is any, as of one moment (`Database.at_one_moment`).

        While no cells are made yet they are counted from the record. Raises `StorageUnavailable`.
        """
        return self.answers(moment, {"": asked})[""]

    def answers(self, moment: Moment, asked: Mapping[str, Asked]) -> dict[str, Figured]:
        """The answers to several questions, by their names."""
        build = self._build(moment)
        return {
            name: _Reading(self._database, moment, build, one).all() for name, one in asked.items()
        }

    def extent(self, moment: Moment, axis: str) -> tuple[datetime, datetime] | None:
        """Two times between which all there is of an axis lies; None while nothing says so.

        They lie up to some weeks further apart than need be.
        """
        build = self._build(moment)
        asked = Asked(axis)
        return _Reading(self._database, moment, build, asked).extent() if build else None

    def _build(self, moment: Moment) -> ObjectId | None:
        with storage_errors():
            state = self._database.collection("figure_builds").find_one(STATE, session=moment)
        return state["build"] if state else None


class _Reading:
    """One answer being read."""

    def __init__(
        self, database: Database, session: Moment, build: ObjectId | None, asked: Asked
    ) -> None:
        self._database = database
        self._session = session
        self._build = build
        self._asked = asked
        self._axis: Axis = AXES[asked.axis]
        self._who = asked.whose.filter("who")
        self._levels: Sequence[Level] = self._axis.people
        if not self._who and asked.part != "by":
            self._levels = EVERYBODY
        elif not self._who and self._axis.shared:
            self._levels = AUTHORS
        self._found: Figured = {}

    def all(self) -> Figured:
        with storage_errors():
            if self._build is None:
                self._read_edges([(_start(one), _end(one)) for one in self._asked.periods])
            else:
                self._read_kept()
        return {what: one for what, one in self._found.items() if one.count or one.milliseconds}

    def extent(self) -> tuple[datetime, datetime] | None:
        first, last = self._extent()
        query = {"axis": self._asked.axis}
        with storage_errors():
            waiting = self._database.collection("figure_changes").find(
                query, {"_id": 0, "at": 1}, session=self._session
            )
            times = [one["at"] for one in waiting]
        if first < last:
            times += [at(first), at(last)]
        return (min(times), max(times) + _MILLISECOND) if times else None

    def _read_kept(self) -> None:
        slots, edges = self._covers()
        self._read_waiting(edges)
        if slots:
            self._read_cells(slots)
        if edges:
            self._read_edges(edges)

    def _add(self, period: str, part: str | None, count: int, milliseconds: int) -> None:
        figure = self._found.setdefault((period, part), Figure())
        figure.count += count
        figure.milliseconds += milliseconds

    def _wants(self, key: str) -> bool:
        return self._asked.keys is None or key in self._asked.keys

    def _read_waiting(self, edges: Sequence[tuple[int, int]]) -> None:
        """What isn't in the cells yet; at the edges the record has it already."""
        query = {"axis": self._asked.axis, **self._who}
        periods = self._asked.periods
        starts = [_start(one) for one in periods]
        for one in self._database.collection("figure_changes").find(query, session=self._session):
            then = since_epoch(one["at"])
            index = bisect_right(starts, then) - 1
            if index < 0 or then >= _end(periods[index]) or not self._wants(one["key"]):
                continue
            if not any(begin <= then < end for begin, end in edges):
                self._add(periods[index].name, self._part_of(one), one["n"], one["ms"])

    def _part_of(self, change: Document) -> str | None:
        return change[self._asked.part] if self._asked.part else None

    def _covers(self) -> tuple[dict[int, str], list[tuple[int, int]]]:
        """The slots that are asked for with their periods, and the edges."""
        slots: dict[int, str] = {}
        edges: list[tuple[int, int]] = []
        start, end = _start(self._asked.periods[0]), _end(self._asked.periods[-1])
        if end - start > _LONG:
            first, last = self._extent()
        else:
            first, last = start, end
        for period in self._asked.periods:
            found = cover(max(_start(period), first), min(_end(period), last), self._levels)
            slots |= dict.fromkeys(found.slots, period.name)
            edges += found.edges
        return slots, _joined(edges)

    def _extent(self) -> tuple[int, int]:
        """Between these all cells of the axis are; the coarsest say where."""
        top = self._levels[-1]
        query = {
            "build": self._build,
            "axis": self._asked.axis,
            "slot": {"$gte": top.first, "$lt": top.last},
        }
        ends = []
        for direction in (1, -1):
            order = [(one, direction) for one in ("build", "axis", "slot")]
            found = self._database.collection("figures").find_one(
                query, {"_id": 0, "slot": 1}, sort=order, session=self._session
            )
            if found is None:
                return 0, 0
            ends.append(found["slot"])
        return top.start(ends[0]), top.start(ends[1] + 1)

    def _read_cells(self, slots: Mapping[int, str]) -> None:
        match = {
            "build": self._build,
            "axis": self._asked.axis,
            "slot": {"$in": list(slots)},
            **self._who,
        }
        several = len(self._asked.periods) > 1
        # Without the slot there is one line for the whole period.
        what: Document = {"slot": "$slot"} if several else {}
        pipeline = [{"$match": match}, *self._sums(what)]
        found = self._database.collection("figures").aggregate(
            pipeline,
            session=self._session,
            hint="who" if self._asked.whose.among is not None else "slot",
        )
        for one in found:
            period = slots[one["_id"]["slot"]] if several else self._asked.periods[0].name
            part = one["_id"].get("part")
            if self._asked.part == "key":
                part = read(part)
                if not self._wants(part):
                    continue
            self._add(period, part, one["n"], one["ms"])

    def _sums(self, what: Document) -> list[Document]:
        """Stages that sum cells up by `what` and the part that is asked for."""
        if self._asked.part == "key":
            lines = [
                {"$map": {"input": {"$objectToArray": "$n"},
                          "in": {"k": "$$this.k", "n": "$$this.v", "ms": 0}}},
                {"$map": {"input": {"$objectToArray": {"$ifNull": ["$ms", {}]}},
                          "in": {"k": "$$this.k", "n": 0, "ms": "$$this.v"}}},
            ]  # fmt: skip
            return [
                {"$project": {"slot": 1, "line": {"$concatArrays": lines}}},
                {"$unwind": "$line"},
                {
                    "$group": {
                        "_id": {**what, "part": "$line.k"},
                        "n": {"$sum": "$line.n"},
                        "ms": {"$sum": "$line.ms"},
                    }
                },
            ]
        part = {"part": "$by"} if self._asked.part == "by" else {}
        return [
            {
                "$group": {
                    "_id": {**what, **part},
                    "n": {"$sum": self._sum_of("n", "t")},
                    "ms": {"$sum": self._sum_of("ms", "took")},
                }
            }
        ]

    def _sum_of(self, each: str, whole: str) -> Any:
        """What one cell has of the keys that are asked for."""
        if self._asked.keys is None:
            return f"${whole}"
        return {"$sum": [f"${each}.{written(one)}" for one in self._asked.keys]}

    def _read_edges(self, edges: Sequence[tuple[int, int]]) -> None:
        axis, periods = self._axis, self._asked.periods
        who = self._asked.whose.filter(axis.who)
        spans = [{**axis.only, **who, **_within(axis.time, a, b)} for a, b in edges]
        starts = [_start(one) for one in periods]
        quarter = {"$dateTrunc": {"date": f"${axis.time}", "unit": "minute", "binSize": 15}}
        time: Document = {"at": quarter} if len(periods) > 1 else {}
        which = axis.by_people if self._asked.whose.among is not None else axis.by_time
        # Without cells everything is read, which is best done as it lies.
        options: dict[str, Any] = {"hint": which} if self._build is not None else {}
        for source in axis.sources(self._asked.keys or ()):
            parts: dict[str | None, Document] = {
                "by": {"part": axis.by},
                "key": {"part": source.key},
                None: {},
            }
            pipeline: list[Document] = [
                {"$match": {"$or": spans} if len(spans) > 1 else spans[0]},
                *self._only_keys(source.key),
                {
                    "$group": {
                        "_id": {**time, **parts[self._asked.part]},
                        "n": {"$sum": 1},
                        "ms": {"$sum": axis.ms},
                    }
                },
            ]
            found = self._database.collection(source.collection).aggregate(
                pipeline, session=self._session, **options
            )
            for one in found:
                what = one["_id"]
                index = bisect_right(starts, since_epoch(what["at"])) - 1 if time else 0
                # A period that begins within a quarter of an hour is the first.
                self._add(periods[max(index, 0)].name, what.get("part"), one["n"], one["ms"])

    def _only_keys(self, key: Any) -> list[Document]:
        if self._asked.keys is None:
            return []
        return [{"$match": {"$expr": {"$in": [key, list(self._asked.keys)]}}}]


def _within(field: str, start: int, end: int) -> Document:
    """The filter for times from `start` to `end`, both of which may be no limit."""
    since = {} if start == _LONG_AGO else {"$gte": at(start)}
    until = {} if end == -_LONG_AGO else {"$lt": at(end)}
    return {field: {**since, **until}} if since or until else {}


def _joined(edges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches, those that meet as one."""
    found: list[tuple[int, int]] = []
    for start, end in edges:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _start(period: Period) -> int:
    return _LONG_AGO if period.start is None else since_epoch(period.start)


def _end(period: Period) -> int:
    return -_LONG_AGO if period.end is None else since_epoch(period.end)
