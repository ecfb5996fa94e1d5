"""Stretches of time that figures are kept for, and how a period is made of them.

There are coarse stretches and fine ones, each made of several of the next finer; a period is as
many coarse ones as fit into it and finer ones at its edges, so that the number of stretches grows
with the logarithm of its length. Everybody's figures go down to a quarter of an hour, which days
begin at in every time zone; those of single people are coarser, since somebody does little in an
hour and cells with one thing in them would be no fewer than the things.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from rollcall.figures.changes import EPOCH, since_epoch

_HOUR = 3_600_000
_SHIFT = 32
_MIDDLE = 2**31
"""Numbers of stretches before 1970 are below this."""


@dataclass(frozen=True)
class Level:
    """Stretches of `length` milliseconds, counted from 1970; slots of different levels differ."""

    number: int
    length: int

    def slot(self, at: int) -> int:
        """The slot of the stretch that `at` (milliseconds since 1970) lies in."""
        return (self.number << _SHIFT) + at // self.length + _MIDDLE

    def start(self, slot: int) -> int:
        """When a slot's stretch begins."""
        return (slot - (self.number << _SHIFT) - _MIDDLE) * self.length

    @property
    def first(self) -> int:
        """Below every slot of this level."""
        return self.number << _SHIFT

    @property
    def last(self) -> int:
        """Above every slot of this level."""
        return (self.number + 1) << _SHIFT


EVERYBODY = (
    Level(1, _HOUR // 4),
    Level(2, 2 * _HOUR),
    Level(3, 16 * _HOUR),
    Level(4, 128 * _HOUR),
    Level(5, 1024 * _HOUR),
)
AUTHORS = (
    Level(11, 128 * _HOUR),
    Level(12, 512 * _HOUR),
    Level(13, 2048 * _HOUR),
    Level(14, 8192 * _HOUR),
)
PEOPLE = (
    Level(21, 128 * _HOUR),
    Level(22, 512 * _HOUR),
    Level(23, 2048 * _HOUR),
    Level(24, 8192 * _HOUR),
)
"""From fine to coarse: of everybody together, of each by whom it is, of each set of people."""


Stretch = tuple[int, int]
"""From when to when, in milliseconds since 1970; the end is not included."""


@dataclass(frozen=True)
class Cover:
    """What a period is made of: slots, what is left at its edges, and what the slots at its edges
    have `beyond` it, which is to be taken off again."""

    slots: Sequence[int] = ()
    edges: Sequence[Stretch] = ()
    beyond: Sequence[Stretch] = ()


def cover(start: int, end: int, levels: Sequence[Level], *, least: bool = False) -> Cover:
    """The fewest stretches of `levels` that make up `start` to `end`.

    With `least` less is left: a slot at an edge that has most of itself within the period is taken,
    and what it has beyond. A period within one slot is left as it is.
    """
    if start >= end:
        return Cover()
    finest = levels[0].length
    inner, outer = -(-start // finest) * finest, end // finest * finest
    if inner > outer or (inner == outer and not least):
        return Cover(edges=((start, end),))
    edges: list[Stretch] = []
    beyond: list[Stretch] = []
    if start < inner:
        before = inner - finest
        if least and start - before < inner - start:
            beyond.append((before, start))
            inner = before
        else:
            edges.append((start, inner))
    if outer < end:
        after = outer + finest
        if least and after - end < end - outer:
            beyond.append((end, after))
            outer = after
        else:
            edges.append((outer, end))
    slots = list(_within(inner, outer, levels)) if inner < outer else []
    return Cover(slots, edges, beyond)


def _within(start: int, end: int, levels: Sequence[Level]) -> Iterator[int]:
    """Slots from `start` to `end`, both at the borders of the finest level."""
    for this, coarser in pairwise(levels):
        up = -(-start // coarser.length) * coarser.length
        down = end // coarser.length * coarser.length
        if up >= down:
            yield from _all(start, end, this)
            return
        yield from _all(start, up, this)
        yield from _all(down, end, this)
        start, end = up, down
    yield from _all(start, end, levels[-1])


def _all(start: int, end: int, level: Level) -> range:
    return range(level.slot(start), level.slot(end))


def at(milliseconds: int) -> datetime:
    """The moment that is so long after 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def slots_of(moment: datetime, levels: Sequence[Level]) -> list[int]:
    """The slots of all levels that a moment lies in."""
    here = since_epoch(moment)
    return [one.slot(here) for one in levels]
