"""One answer from cells, from what waits to be folded, and from the record at the edges."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bson import ObjectId

from rollcall.figures.asking import Asked, Figure, Figured, Period
from rollcall.figures.axes import AXES, Axis
from rollcall.figures.cells import read, written
from rollcall.figures.changes import since_epoch
from rollcall.figures.edges import (
    Edges,
    Pipeline,
    apart,
    end_of,
    joined,
    lie_apart,
    pipelines,
    start_of,
    step,
)
from rollcall.figures.slots import AUTHORS, EVERYBODY, Level, Stretch, at, cover
from rollcall.storage.database import Database, Document, Moment, storage_errors

_LONG = 3 * 366 * 24 * 3_600_000
"""Three years: for longer it is worth to look up where the record begins and ends."""
_MILLISECOND = timedelta(milliseconds=1)
LINES_AT_ONCE = 5_000
"""An answer by person has a line for each of them, and more may wait to be folded: the driver's
first hundred would be a trip of their own."""


@dataclass(frozen=True)
class _Cells:
    """Which slots are read, the name of each one's period, what is left at the edges, and what
    the slots there have beyond their period."""

    slots: Document
    periods: Mapping[int, str]
    edges: Edges
    beyond: Edges


class Reading:
    """One answer being read, as of the moment of `session`; `waiting` is what isn't in the cells
    of `build` yet of the people and the axis that are asked about."""

    def __init__(
        self,
        database: Database,
        session: Moment,
        build: ObjectId | None,
        asked: Asked,
        waiting: Sequence[Document] = (),
    ) -> None:
        self._database = database
        self._session = session
        self._build = build
        self._asked = asked
        self._waiting = waiting
        self._periods = asked.periods
        self._axis: Axis = AXES[asked.axis]
        self._who = asked.whose.filter("who")
        self._levels: Sequence[Level] = self._axis.people
        if not self._who and asked.part != "by":
            self._levels = EVERYBODY
        elif not self._who and self._axis.shared:
            self._levels = AUTHORS
        self._found: Figured = {}

    def all(self) -> Figured:
        """The figures, each where there is any. Raises `StorageUnavailable`."""
        with storage_errors():
            if self._build is None:
                self._read_edges([(one, [(start_of(one), end_of(one))]) for one in self._periods])
            else:
                self._read_kept()
        return {what: one for what, one in self._found.items() if one.count or one.milliseconds}

    def extent(self) -> tuple[datetime, datetime] | None:
        """Two times between which all there is of the axis lies. Raises `StorageUnavailable`."""
        with storage_errors():
            first, last = self._extent()
        times = [one["at"] for one in self._waiting]
        if first < last:
            times += [at(first), at(last)]
        return (min(times), max(times) + _MILLISECOND) if times else None

    def _read_kept(self) -> None:
        least = len(self._periods) == 1
        cells = self._cells(self._levels, least=least)
        if not least and lie_apart(self._axis, self._asked, cells.edges):
            least = True
            cells = self._cells(self._levels, least=True)
        self._read_waiting(cells)
        among = self._asked.whose.among
        if among is not None and self._is_by_author:
            # Whoever something is by is among those whom it concerns: what is by these people is
            # one cell each, and only what others did is looked for among all it concerns.
            authored = self._cells(AUTHORS, least=least)
            self._read_cells(authored, {"by": {"$in": list(among)}}, "slot_by")
            self._read_cells(cells, {**self._who, "by": {"$nin": list(among)}}, "who_by")
        else:
            self._read_cells(cells, self._who, "slot_by" if among is None else "who_by")
        if least:
            self._read_apart(cells)
        elif cells.edges:
            self._read_edges(cells.edges)

    @property
    def _is_whole(self) -> bool:
        """Whether all there is is asked for, from the beginning and without an end."""
        [first, *others] = self._periods
        return not others and first.start is None and first.end is None

    @property
    def _is_by_author(self) -> bool:
        """Whether the cells of authors help: several people, and nobody who is left out."""
        whose = self._asked.whose
        return self._axis.shared and len(whose.among or ()) > 1 and not whose.without

    def _add(self, period: str, part: str | None, count: int, milliseconds: int) -> None:
        figure = self._found.setdefault((period, part), Figure())
        figure.count += count
        if self._asked.timed:
            # Else cells and the record aren't asked for it, and what waits would stand alone.
            figure.milliseconds += milliseconds

    def _wants(self, key: str) -> bool:
        return self._asked.keys is None or key in self._asked.keys

    def _read_waiting(self, cells: _Cells) -> None:
        """What isn't in the cells yet; at the edges the record has it already. What the record is
        asked for to be taken off has it too."""
        periods, spans = self._periods, joined(cells.edges)
        starts = [start_of(one) for one in periods]
        for one in self._waiting:
            if not self._wants(one["key"]):
                continue
            then = since_epoch(one["at"])
            index = bisect_right(starts, then) - 1
            within = index >= 0 and then < end_of(periods[index])
            if within and not _lies_in(then, spans):
                self._add(periods[index].name, self._part_of(one), one["n"], one["ms"])
            for period, stretches in cells.beyond:
                if _lies_in(then, stretches):
                    self._add(period.name, self._part_of(one), one["n"], one["ms"])

    def _part_of(self, change: Document) -> str | None:
        return change[self._asked.part] if self._asked.part else None

    @cached_property
    def _bounds(self) -> Stretch:
        """Between these there can be anything that is asked for."""
        start, end = start_of(self._periods[0]), end_of(self._periods[-1])
        return self._extent() if end - start > _LONG else (start, end)

    def _cells(self, levels: Sequence[Level], *, least: bool = False) -> _Cells:
        """The slots of `levels` that are asked for, and the edges; `least` as in `cover`."""
        if self._is_whole:
            # Everything lies in the coarsest slots, whichever there are.
            return _Cells({"$gte": levels[-1].first, "$lt": levels[-1].last}, {}, [], [])
        bounds = self._bounds
        slots: dict[int, str] = {}
        edges: Edges = []
        beyond: Edges = []
        for period in self._periods:
            start, end = max(start_of(period), bounds[0]), min(end_of(period), bounds[1])
            found = cover(start, end, levels, least=least)
            slots |= dict.fromkeys(found.slots, period.name)
            if found.edges:
                edges.append((period, found.edges))
            if found.beyond:
                beyond.append((period, found.beyond))
        return _Cells({"$in": list(slots)}, slots, edges, beyond)

    def _extent(self) -> Stretch:
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

    def _read_cells(self, cells: _Cells, whose: Document, index: str) -> None:
        if cells.slots == {"$in": []}:
            return
        match = {
            "build": self._build,
            "axis": self._asked.axis,
            "slot": cells.slots,
            **whose,
        }
        several = len(self._periods) > 1
        # Without the slot there is one line for the whole period.
        what: Document = {"slot": "$slot"} if several else {}
        pipeline = [{"$match": match}, *self._sums(what)]
        found = self._database.collection("figures").aggregate(
            pipeline, session=self._session, hint=index, batchSize=LINES_AT_ONCE
        )
        for one in found:
            period = cells.periods[one["_id"]["slot"]] if several else self._periods[0].name
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
                    "ms": {"$sum": self._sum_of("ms", "took") if self._asked.timed else 0},
                }
            }
        ]

    def _sum_of(self, each: str, whole: str) -> Any:
        """What one cell has of the keys that are asked for."""
        if self._asked.keys is None:
            return f"${whole}"
        return {"$sum": [f"${each}.{written(one)}" for one in self._asked.keys]}

    def _read_edges(self, edges: Edges) -> None:
        starts = [start_of(one) for one in self._periods]
        first, length = step(self._periods) if len(self._periods) > 1 else (0, 0)
        kept = self._build is not None
        for one in pipelines(self._axis, self._asked, edges, kept=kept):
            for line in self._ask_record(one):
                what = line["_id"] or {}
                begins = first + int(what.get("step", 0)) * length
                # The first period may begin within a step.
                period = self._periods[max(bisect_right(starts, begins) - 1, 0)]
                self._add(period.name, what.get("part"), line["n"], line["ms"])

    def _read_apart(self, cells: _Cells) -> None:
        """The edges, each by itself: what one period has there, another may have beyond it."""
        of: dict[Stretch, list[tuple[Period, int]]] = {}
        for edges, sign in ((cells.edges, 1), (cells.beyond, -1)):
            for period, stretches in edges:
                for stretch in stretches:
                    of.setdefault(stretch, []).append((period, sign))
        if not of:
            return
        belong = [of[one] for one in sorted(of)]
        for one in apart(self._axis, self._asked, sorted(of)):
            for line in self._ask_record(one):
                what = line["_id"]
                for period, sign in belong[what["stretch"]]:
                    self._add(period.name, what.get("part"), sign * line["n"], sign * line["ms"])

    def _ask_record(self, asked: Pipeline) -> Iterable[Document]:
        return self._database.collection(asked.collection).aggregate(
            asked.stages, session=self._session, batchSize=LINES_AT_ONCE, **asked.options
        )


def _lies_in(then: int, stretches: Sequence[Stretch]) -> bool:
    return any(begin <= then < end for begin, end in stretches)
