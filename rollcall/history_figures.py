"""Which questions the figures that are kept can answer, and how these are asked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from rollcall.calendar_words import shifted, start_of
from rollcall.dates import zone
from rollcall.figures import Asked, Figure, Figures, Period, Whose
from rollcall.figures.changes import since_epoch
from rollcall.history_filter import TIME_GROUPS
from rollcall.history_query import HistoryQuery
from rollcall.storage.database import Moment
from rollcall.storage.schema import PRIORITIES, TASK_STATES
from rollcall.task_records import OPEN_STATES

BY_PERSON = ("employee", "department", "branch")
MOST_PERIODS = 3_700
"""Ten years of days; more are counted from the record."""
_QUARTER = 15 * 60 * 1000


@dataclass(frozen=True)
class Asker:
    """Whose records are asked about, the types that are looked at, the asker's time zone, now."""

    whose: Whose
    types: Sequence[str]
    timezone: str
    now: datetime


@dataclass(frozen=True)
class _Axis:
    """Where the answer is kept, and until when it is asked for beside the question's own end."""

    name: str
    keys: Sequence[str] | None
    until: datetime | None = None


class KeptFigures:
    """Answers the countable part of questions from what is kept."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def total(self, moment: Moment, query: HistoryQuery, asker: Asker) -> Figure | None:
        """How many, and how long; None for a question that the figures don't answer."""
        axis = _axis(query, asker)
        if axis is None:
            return None
        period = Period("", query.since, _earlier(query.until, axis.until))
        timed = query.measure == "duration"
        asked = Asked(axis.name, (period,), axis.keys, asker.whose, timed=timed)
        return self._figures.answer(moment, asked).get(("", None), Figure())

    def groups(
        self, moment: Moment, query: HistoryQuery, asker: Asker
    ) -> dict[str | None, Figure] | None:
        """The same by group, each that has anything; None as `total`."""
        axis = _axis(query, asker)
        if axis is None:
            return None
        if query.group_by in TIME_GROUPS:
            return self._by_time(moment, query, asker, axis)
        period = Period("", query.since, _earlier(query.until, axis.until))
        part = "by" if query.group_by in BY_PERSON else "key"
        timed = query.measure == "duration"
        asked = Asked(axis.name, (period,), axis.keys, asker.whose, part, timed)  # type: ignore[arg-type]
        groups: dict[str | None, Figure] = {}
        for (_, name), figure in self._figures.answer(moment, asked).items():
            key = name if part == "by" else _group_of(query, str(name))
            group = groups.setdefault(key, Figure())
            group.count += figure.count
            group.milliseconds += figure.milliseconds
        return groups

    def _by_time(
        self, moment: Moment, query: HistoryQuery, asker: Asker, axis: _Axis
    ) -> dict[str | None, Figure] | None:
        if axis.until is not None or (query.dated == "due" and axis.name != "tasks.due"):
            # Grouped by another time than the one that is kept.
            return None
        extent = self._figures.extent(moment, axis.name)
        if extent is None:
            return None
        since = max(query.since or extent[0], extent[0])
        until = min(query.until or extent[1], extent[1])
        periods = _periods(str(query.group_by), since, until, asker.timezone)
        if periods is None:
            return None
        timed = query.measure == "duration"
        asked = Asked(axis.name, periods, axis.keys, asker.whose, timed=timed)
        found = self._figures.answer(moment, asked) if periods else {}
        return {name: figure for (name, _), figure in found.items()}


def _axis(query: HistoryQuery, asker: Asker) -> _Axis | None:
    match query.subject:
        case "registrations":
            kept = query.title is None and query.dated != "planned"
            return _Axis("registrations", asker.types) if kept else None
        case "tasks":
            return None if query.title is not None else _axis_of_tasks(query, asker)
        case "sessions":
            status = "active" if query.status == "open" else query.status
            return _Axis("sessions", None if status is None else [status])
    return _Axis("activities", None)


def _axis_of_tasks(query: HistoryQuery, asker: Asker) -> _Axis | None:
    overdue = query.status == "overdue"
    keys = None if query.status is None and query.priority is None else _keys_of_tasks(query)
    by_due_date = query.dated == "due" and (query.since is not None or query.until is not None)
    by_time = query.group_by in TIME_GROUPS
    if query.measure == "duration" and query.dated == "due":
        return None  # how long it took is kept by the time of completion
    if overdue:
        if query.dated == "due":
            return _Axis("tasks.due", keys, asker.now)
        alone = query.since is None and query.until is None and not by_time
        return _Axis("tasks.due", keys, asker.now) if alone else None
    if by_due_date:
        return _Axis("tasks.due", keys)
    if query.dated == "due" and by_time:
        return None
    if query.status == "completed":
        # All that is kept there is completed.
        return _Axis("tasks.completed", None if query.priority is None else keys)
    return _Axis("tasks", keys)


def _keys_of_tasks(query: HistoryQuery) -> list[str]:
    states: Sequence[str] = TASK_STATES if query.status is None else (query.status,)
    if query.status in ("open", "overdue"):
        states = OPEN_STATES
    priorities = PRIORITIES if query.priority is None else [query.priority]
    return [f"{state}/{priority}" for state in states for priority in priorities]


def _group_of(query: HistoryQuery, key: str) -> str:
    """The group that a key belongs to: those of tasks say both state and priority."""
    if query.subject == "tasks":
        state, priority = key.split("/")
        return priority if query.group_by == "priority" else state
    if query.subject == "registrations" and query.group_by == "status":
        return "active"
    return key


def _periods(unit: str, since: datetime, until: datetime, timezone: str) -> list[Period] | None:
    """The days, weeks, … between two moments, the first and last cut off there; None when there
    are too many, or one of them doesn't begin at a quarter of an hour, where cells end."""
    here = zone(timezone)
    if since >= until:
        return []
    day = start_of(since.astimezone(here).date(), unit)
    found: list[Period] = []
    begin = since
    while begin < until:
        if len(found) == MOST_PERIODS:
            return None
        after = _next(day, unit)
        if after is None:
            return None
        end = datetime.combine(after, time(0), here).astimezone(UTC)
        if since_epoch(end) % _QUARTER:
            return None
        found.append(Period(day.strftime(TIME_GROUPS[unit]), begin, min(end, until)))
        day, begin = after, end
    return found


def _next(day: date, unit: str) -> date | None:
    try:
        return shifted(day, 1, unit)
    except (OverflowError, ValueError):
        return None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)
