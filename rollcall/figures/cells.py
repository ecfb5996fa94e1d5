"""Cells: what there is of an axis in one stretch of time, of everybody or of the same people."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bson import ObjectId

from rollcall.figures.axes import AXES
from rollcall.figures.changes import Change
from rollcall.figures.slots import AUTHORS, EVERYBODY, slots_of
from rollcall.storage.database import Document

STATE = {"_id": "figures"}
"""The one document of `figure_builds`."""


@dataclass(frozen=True)
class Place:
    """Which cell: without `who` and `by` it is about everybody, without `who` about what is shown
    under `by`, whoever else it concerns."""

    axis: str
    slot: int
    who: tuple[str, ...] | None = None
    by: str | None = None

    def identity(self, build: ObjectId) -> bytes:
        """The id of the cell within a build: the same place has the same."""
        people = "" if self.who is None else ",".join(self.who)
        text = f"{build}|{self.axis}|{self.slot}|{self.by}|{people}"
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

    def document(self, build: ObjectId) -> Document:
        """What a cell of this place has beside its figures."""
        who = {} if self.who is None else {"who": list(self.who)}
        by = {} if self.by is None else {"by": self.by}
        return {"build": build, "axis": self.axis, "slot": self.slot, **who, **by}


@dataclass
class Cell:
    """The figures of a cell, by key."""

    counts: Counter[str] = field(default_factory=Counter)
    milliseconds: Counter[str] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return any(self.counts.values()) or any(self.milliseconds.values())

    def add(self, key: str, count: int, milliseconds: int) -> None:
        """Count more of `key`."""
        self.counts[key] += count
        if milliseconds:
            self.milliseconds[key] += milliseconds

    def document(self) -> Document:
        """The figures as they are kept; what is nought is left out."""
        return {
            "t": self.counts.total(),
            "took": self.milliseconds.total(),
            "n": {written(key): count for key, count in self.counts.items() if count},
            "ms": {written(key): ms for key, ms in self.milliseconds.items() if ms},
        }

    def increments(self) -> Document:
        """What `$inc` adds to a cell that is there."""
        counts = {f"n.{written(key)}": count for key, count in self.counts.items() if count}
        spent = {f"ms.{written(key)}": ms for key, ms in self.milliseconds.items() if ms}
        return {
            "t": self.counts.total(),
            "took": self.milliseconds.total(),
            **counts,
            **spent,
        }


def written(key: str) -> str:
    """A key as the name of a field, which can't have a dot."""
    return key.replace(".", ":")


def read(name: str) -> str:
    """The key of such a name."""
    return name.replace(":", ".")


def gathered(changes: Iterable[Change]) -> dict[Place, Cell]:
    """What the changes add to all cells they belong to."""
    found: dict[Place, Cell] = {}
    for one in changes:
        for place in places(one):
            found.setdefault(place, Cell()).add(one.key, one.count, one.milliseconds)
    return found


def places(change: Change) -> Sequence[Place]:
    """All cells that a change belongs to."""
    axis, at, by = AXES[change.axis], change.at, change.by
    found = [Place(axis.name, slot) for slot in slots_of(at, EVERYBODY)]
    if axis.shared:
        found += [Place(axis.name, slot, None, by) for slot in slots_of(at, AUTHORS)]
    of_people = slots_of(at, axis.people)
    return [*found, *(Place(axis.name, slot, change.who, by) for slot in of_people)]
