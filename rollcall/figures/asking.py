"""What is asked of the figures, and what they answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rollcall.storage.database import Document


@dataclass(frozen=True)
class Period:
    """From `start` (included) to `end` (not included); None for no limit. `name` says which."""

    name: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Whose:
    """Whose records: of these people (None for everybody), but of none of those."""

    among: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, reach: Document, but: tuple[str, ...] = ()) -> "Whose":
        """What `Directory.reach` answered for the field `who`, without some of them."""
        match reach.get("who"):
            case None:
                return cls(None, but)
            case {"$in": people}:
                return cls(tuple(people), but)
            case person:
                return cls((person,), but)

    def filter(self, field: str) -> Document:
        """The filter on `field`, which holds one person or several."""
        among = {} if self.among is None else {"$in": list(self.among)}
        without = {"$nin": list(self.without)} if self.without else {}
        return {field: {**among, **without}} if among or without else {}


@dataclass(frozen=True)
class Asked:
    """What is asked of an axis: of which keys, whose, in which periods; `part` asks for it by
    person or by key. Unless it is `timed`, how long things took may be left out.

    None are all keys, but types of registrations have to be named. Periods are in order, each
    begins where the one before ends; at quarters of an hour, where everybody's cells end, it costs
    least.
    """

    axis: str
    periods: Sequence[Period] = (Period(),)
    keys: Collection[str] | None = None
    whose: Whose = Whose()
    part: Literal["by", "key"] | None = None
    timed: bool = True


@dataclass
class Figure:
    """How many, and how many milliseconds all together."""

    count: int = 0
    milliseconds: int = 0


Figured = dict[tuple[str, str | None], Figure]
"""By the name of the period and the person or key, if that was asked."""
