"""How the chat is doing over time: sessions, first responses, response times, misunderstandings.

One small document an hour, to which turns are counted (`rollcall/turn_counts.py`), so that a year
of figures is read as fast as a day of them. Response times are kept as a histogram whose buckets
grow by a tenth: what is read from it is right to five per cent, which is what a chart can show.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from rollcall.clock import iso
from rollcall.errors import Forbidden, Invalid
from rollcall.permissions import Permission, Scope, scope
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, storage_errors

GROWTH = 1.1
SHORTEST_MS = 1.0
LONGEST_PERIOD = timedelta(days=400)


class Step(StrEnum):
    """How wide a point of a chart is."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class Point:
    """The figures of an hour or a day, which begins at `at`. Times are in milliseconds, None
    without a response; `fallback_rate` is the share of messages that nobody understood."""

    at: datetime
    sessions: int
    messages: int
    fallbacks: int
    first_response_p50: float | None
    response_p50: float | None
    response_p95: float | None

    @property
    def fallback_rate(self) -> float | None:
        return round(self.fallbacks / self.messages, 4) if self.messages else None

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "at": iso(self.at),
            "sessions": self.sessions,
            "messages": self.messages,
            "fallbacks": self.fallbacks,
            "fallback_rate": self.fallback_rate,
            "first_response_p50_ms": self.first_response_p50,
            "response_p50_ms": self.response_p50,
            "response_p95_ms": self.response_p95,
        }


class ChatFigures:
    """Keeps and reads `chat_figures`."""

    def __init__(self, database: Database, settle: Callable[[], int]) -> None:
        """`settle` counts what waits to be counted."""
        self._collection = database.collection("chat_figures")
        self._settle = settle

    def count(self, at: datetime, milliseconds: float, *, first: bool, understood: bool) -> None:
        """Count a message that was said at `at` and its answer; `first` when it opened a chat
        session."""
        counters = increments(milliseconds, first=first, understood=understood)
        with storage_errors():
            self._collection.update_one({"_id": hour_of(at)}, {"$inc": counters}, upsert=True)

    def between(
        self, actor: Principal, since: datetime, until: datetime, step: Step = Step.HOUR
    ) -> list[Point]:
        """The points with any message in them, oldest first.

        They are about everybody, so only for who may read everybody's sessions: raises
        `Forbidden` for others, `Invalid` for a period that is no period or over 400 days.
        """
        if scope(actor, Permission.READ_SESSIONS) is not Scope.ALL:
            raise Forbidden("Only an admin sees the figures of everybody.")
        if not timedelta(0) < until - since <= LONGEST_PERIOD:
            raise Invalid(
                "That is no period I can show.",
                {"until": f"after `since`, and within {LONGEST_PERIOD.days} days of it"},
            )
        self._settle()
        with storage_errors():
            hours = list(self._collection.find({"_id": {"$gte": since, "$lt": until}}).sort("_id"))
        if step is Step.HOUR:
            return [_point(hour["_id"], [hour]) for hour in hours]
        days: dict[datetime, list[Document]] = {}
        for hour in hours:
            days.setdefault(hour["_id"].replace(hour=0), []).append(hour)
        return [_point(day, of_day) for day, of_day in days.items()]


def hour_of(at: datetime) -> datetime:
    """Which document counts what was said at `at`."""
    return at.replace(minute=0, second=0, microsecond=0)


def increments(milliseconds: float, *, first: bool, understood: bool) -> dict[str, int]:
    """What a message and its answer add to the counters of their hour."""
    bucket = _bucket(milliseconds)
    counters = {"messages": 1, f"responses.{bucket}": 1}
    if first:
        counters |= {"sessions": 1, f"first_responses.{bucket}": 1}
    if not understood:
        counters["fallbacks"] = 1
    return counters


def _bucket(milliseconds: float) -> int:
    return max(0, round(math.log(max(milliseconds, SHORTEST_MS)) / math.log(GROWTH)))


def percentile(histogram: Mapping[str, int], share: float) -> float | None:
    """The value that `share` (0 to 1) of what was counted doesn't exceed, in milliseconds."""
    wanted = share * sum(histogram.values())
    seen = 0
    for bucket in sorted(histogram, key=int):
        seen += histogram[bucket]
        if seen >= wanted:
            return round(GROWTH ** int(bucket), 1)
    return None


def _point(at: datetime, hours: Iterable[Document]) -> Point:
    numbers: Counter[str] = Counter()
    responses: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for hour in hours:
        numbers.update({name: hour.get(name, 0) for name in ("sessions", "messages", "fallbacks")})
        responses.update(hour.get("responses", {}))
        first.update(hour.get("first_responses", {}))
    return Point(
        at=at,
        sessions=numbers["sessions"],
        messages=numbers["messages"],
        fallbacks=numbers["fallbacks"],
        first_response_p50=percentile(first, 0.5),
        response_p50=percentile(responses, 0.5),
        response_p95=percentile(responses, 0.95),
    )
