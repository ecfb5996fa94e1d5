"""Scheduled sessions in figures: all together, and by day or week."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo.collection import Collection

from rollcall.dates import zone
from rollcall.errors import Invalid
from rollcall.storage.completions_schema import COMPLETION_STATES
from rollcall.storage.database import Document, storage_errors

MOST_POINTS = 400
MINUTE = timedelta(minutes=1)


class Width(StrEnum):
    """How much of the calendar a point stands for."""

    DAY = "day"
    WEEK = "week"


STEPS = {Width.DAY: timedelta(days=1), Width.WEEK: timedelta(days=7)}


@dataclass(frozen=True)
class Figures:
    """How many sessions there are in each state, and how long the completed ones took. `missed`
    are those that nobody closed within a day, `waiting` wait for approval."""

    total: int = 0
    pending: int = 0
    completed: int = 0
    cancelled: int = 0
    missed: int = 0
    waiting: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Point:
    """The figures of the sessions that were planned for a day, or for the week that begins then."""

    day: date
    figures: Figures = field(default_factory=Figures)


def figures_of(collection: Collection[Document], query: Document) -> Figures:
    """The figures of the sessions that `query` finds."""
    groups = _grouped(collection, query, "$status")
    return _figures({one["_id"]: one for one in groups})


def series_of(
    collection: Collection[Document],
    query: Document,
    period: tuple[datetime, datetime],
    width: Width,
    timezone: str,
) -> list[Point]:
    """The same for each day or week (from Monday) of `period` in `timezone`, also the empty ones.

    Raises `Invalid` for a period that has no length, or more than four hundred of them.
    """
    within = (period[0], period[1] - timedelta(milliseconds=1))
    since, until = (moment.astimezone(zone(timezone)).date() for moment in within)
    if width is Width.WEEK:
        since -= timedelta(days=since.weekday())
    number = (until - since) // STEPS[width] + 1
    if not period[0] < period[1] or number > MOST_POINTS:
        raise Invalid(
            "That is no period I can show.",
            {"until": f"after `since`, and {MOST_POINTS} {width}s of it at most"},
        )
    wanted = {**query, "starts_at": {"$gte": period[0], "$lt": period[1]}}
    start = {"date": "$starts_at", "unit": width.value, "timezone": timezone}
    if width is Width.WEEK:
        start["startOfWeek"] = "monday"
    days: dict[date, dict[str, Document]] = {}
    for one in _grouped(collection, wanted, {"at": {"$dateTrunc": start}, "status": "$status"}):
        day = one["_id"]["at"].astimezone(zone(timezone)).date()
        days.setdefault(day, {})[one["_id"]["status"]] = one
    every = (since + STEPS[width] * at for at in range(number))
    return [Point(day, _figures(days.get(day, {}))) for day in every]


def _grouped(collection: Collection[Document], query: Document, by: Any) -> list[Document]:
    group = {
        "_id": by,
        "number": {"$sum": 1},
        "missed": {"$sum": {"$cond": [{"$ne": ["$missed_at", None]}, 1, 0]}},
        "waiting": {"$sum": {"$cond": [{"$eq": ["$approval", "waiting"]}, 1, 0]}},
        "took": {"$sum": {"$subtract": ["$actual_end", "$actual_start"]}},
    }
    with storage_errors():
        return list(collection.aggregate([{"$match": query}, {"$group": group}]))


def _figures(found: dict[str, Document]) -> Figures:
    number = {state: found.get(state, {}).get("number", 0) for state in COMPLETION_STATES}
    completed = found.get("completed", {})
    return replace(
        Figures(**number),
        total=sum(number.values()),
        missed=found.get("pending", {}).get("missed", 0),
        waiting=completed.get("waiting", 0),
        minutes=round(timedelta(milliseconds=completed.get("took", 0)) / MINUTE),
    )
