"""The record at the edges of periods, where no cell ends, within them and beyond: how MongoDB is
asked to count it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Any

from rollcall.figures.asking import Asked, Period
from rollcall.figures.axes import Axis, Source
from rollcall.figures.changes import since_epoch
from rollcall.figures.slots import Stretch, at
from rollcall.storage.database import Document

LONG_AGO = -(2**62)
MOST_APART = 60
"""So many periods with edges have these counted apart: of more it costs less to group their things
by time."""

Edges = list[tuple[Period, Sequence[Stretch]]]
"""For each period that has any."""


@dataclass(frozen=True)
class Pipeline:
    """What a collection is asked. Each line has `n`, `ms`, and in `_id` its `part` and its `step`
    (see there) or the number of its `stretch`."""

    collection: str
    stages: list[Document]
    options: dict[str, Any] = field(default_factory=dict)


def lie_apart(axis: Axis, asked: Asked, edges: Edges) -> bool:
    """Whether each stretch at the edges of several periods is better counted by itself, so that as
    little is counted as can be: if they are several people's, with whole slots between them.

    What is many people's is much, and to say of each thing when it was costs more than to look for
    it in the index again; where periods meet they are one stretch of the index.
    """
    several_people = len(asked.whose.among or ()) > 1
    one_collection = bool(axis.collection)
    few = 1 < len(edges) <= MOST_APART
    return several_people and one_collection and few and len(joined(edges)) > 1


def apart(axis: Axis, asked: Asked, stretches: Sequence[Stretch]) -> Iterator[Pipeline]:
    """How to count each stretch by itself; they are in order."""
    if len(asked.periods) == 1:
        number: Document = {"$literal": 0}
        if len(stretches) > 1:
            # One period has two edges at the most.
            number = {"$cond": [{"$lt": [f"${axis.time}", at(stretches[1][0])]}, 0, 1]}
        for source in axis.sources(asked.keys or ()):
            stages = _stages(axis, asked, source, stretches, {"stretch": number})
            yield Pipeline(source.collection, stages, {"hint": _index(axis, asked)})
        return
    [source] = axis.sources(())
    first, *others = [
        _stages(axis, asked, source, [one], {"stretch": {"$literal": number}})
        for number, one in enumerate(stretches)
    ]
    together = [{"$unionWith": {"coll": source.collection, "pipeline": one}} for one in others]
    yield Pipeline(source.collection, [*first, *together])


def pipelines(axis: Axis, asked: Asked, edges: Edges, *, kept: bool) -> Iterator[Pipeline]:
    """How to count the edges; `kept` says that there are cells, so that edges are short."""
    time: Document = {"step": _step_of(axis, asked.periods)} if len(asked.periods) > 1 else {}
    # Without cells everything is read, which is best done as it lies.
    options: dict[str, Any] = {"hint": _index(axis, asked)} if kept else {}
    for source in axis.sources(asked.keys or ()):
        stages = _stages(axis, asked, source, joined(edges), time)
        yield Pipeline(source.collection, stages, options)


def _index(axis: Axis, asked: Asked) -> str:
    return axis.by_people if asked.whose.among is not None else axis.by_time


def step(periods: Sequence[Period]) -> tuple[int, int]:
    """The end of the first period, and the longest time that every later one is a multiple of
    (milliseconds): a day, if they are days and no clock is changed. Of two periods only the first
    has an end that matters."""
    ends = [end_of(one) for one in periods[:-1]]
    lengths = [end - ends[0] for end in ends[1:]]
    return ends[0], gcd(*lengths) or -LONG_AGO


def _step_of(axis: Axis, periods: Sequence[Period]) -> Document:
    """In which step from the end of the first period a thing is."""
    first, length = step(periods)
    since: Document = {"$subtract": [f"${axis.time}", at(first)]}
    return {"$floor": {"$divide": [since, length]}}


def _stages(
    axis: Axis, asked: Asked, source: Source, spans: Sequence[Stretch], time: Document
) -> list[Document]:
    """Counts what there is in the spans, by `time` and the part that is asked for."""
    who = asked.whose.filter(axis.who)
    wanted = [{**axis.only, **who, **_within(axis.time, a, b)} for a, b in spans]
    parts: dict[str | None, Document] = {
        "by": {"part": axis.by},
        "key": {"part": source.key},
        None: {},
    }
    keys: list[Document] = []
    if asked.keys is not None:
        keys = [{"$match": {"$expr": {"$in": [source.key, list(asked.keys)]}}}]
    return [
        {"$match": {"$or": wanted} if len(wanted) > 1 else wanted[0]},
        *keys,
        {
            "$group": {
                "_id": {**time, **parts[asked.part]} or None,
                "n": {"$sum": 1},
                # Not looked at unless it is asked for: the index says the rest.
                "ms": {"$sum": axis.ms if asked.timed else 0},
            }
        },
    ]


def _within(name: str, start: int, end: int) -> Document:
    """The filter for times from `start` to `end`, both of which may be no limit."""
    since = {} if start == LONG_AGO else {"$gte": at(start)}
    until = {} if end == -LONG_AGO else {"$lt": at(end)}
    return {name: {**since, **until}} if since or until else {}


def joined(edges: Edges) -> list[Stretch]:
    """The same stretches, those that meet as one."""
    found: list[Stretch] = []
    for _, stretches in edges:
        for start, end in stretches:
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return found


def start_of(period: Period) -> int:
    """When a period begins, in milliseconds since 1970."""
    return LONG_AGO if period.start is None else since_epoch(period.start)


def end_of(period: Period) -> int:
    """When it ends."""
    return -LONG_AGO if period.end is None else since_epoch(period.end)
