"""Periods in words: "last week", "this month", "since Monday", "in October", "last 7 days"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rollcall.dates import find_when, zone
from rollcall.errors import Invalid

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")  # fmt: skip
_RELATIVE = re.compile(
    r"\b(this|last|previous|past|current)\s+(day|week|month|quarter|year)\b", re.I
)
_LAST_N = re.compile(r"\b(?:last|past|previous)\s+(\d{1,3})\s+(day|week|month)s?\b", re.I)
_NAMED = re.compile(rf"\b(?:in|during|of|for)\s+({'|'.join(_MONTHS)})(?:\s+(\d{{4}}))?\b", re.I)
_SINCE = re.compile(r"\b(?:since|from)\s+(.+)$", re.I)
_DAY = re.compile(r"\b(today|yesterday)\b", re.I)


@dataclass(frozen=True)
class Period:
    """From `since` (included) until `until` (not), aware; `words` is how it is called."""

    since: datetime
    until: datetime
    words: str


def find_period(text: str, now: datetime, timezone: str) -> Period | None:
    """The period that `text` speaks of, in the person's own days, or None.

    Weeks begin on Monday (ISO 8601). "This" periods end with the period, not with now.
    """
    here = zone(timezone)
    today = now.astimezone(here).date()
    lowered = text.lower()

    def days(first: date, after: date, words: str) -> Period:
        midnight = time(0)
        return Period(
            datetime.combine(first, midnight, here), datetime.combine(after, midnight, here), words
        )

    if day := _DAY.search(lowered):
        first = today if day[1] == "today" else today - timedelta(days=1)
        return days(first, first + timedelta(days=1), day[1])
    if last := _LAST_N.search(lowered):
        length = int(last[1]) * {"day": 1, "week": 7, "month": 30}[last[2]]
        words = f"the last {last[1]} {last[2]}s"
        return days(today - timedelta(days=length - 1), today + timedelta(days=1), words)
    if named := _RELATIVE.search(lowered):
        current = named[1] in ("this", "current")
        start = _start(today, named[2])
        if not current:
            start = _start(start - timedelta(days=1), named[2])
        words = f"{'this' if current else 'last'} {named[2]}"
        return days(start, _next(start, named[2]), words)
    if month := _NAMED.search(lowered):
        number = _MONTHS.index(month[1]) + 1
        year = int(month[2]) if month[2] else today.year - (number > today.month)
        first = date(year, number, 1)
        return days(first, _next(first, "month"), f"in {month[1].capitalize()} {year}")
    if since := _SINCE.search(text):
        first_day = _since(since[1], now, timezone, today)
        if first_day:
            tomorrow = today + timedelta(days=1)
            return days(first_day, tomorrow, f"since {first_day.isoformat()}")
    return None


def _since(words: str, now: datetime, timezone: str, today: date) -> date | None:
    try:
        when = find_when(words, now, timezone)
    except Invalid:
        return None
    if when is None:
        return None
    first = when.day
    while first > today:
        # "Since Monday" is the last one, though a bare "Monday" means the next.
        first -= timedelta(days=7)
    return first


def _start(day: date, unit: str) -> date:
    match unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        case "year":
            return date(day.year, 1, 1)
    return day


def _next(start: date, unit: str) -> date:
    match unit:
        case "week":
            return start + timedelta(days=7)
        case "month":
            return (start + timedelta(days=32)).replace(day=1)
        case "quarter":
            return (start + timedelta(days=94)).replace(day=1)
        case "year":
            return date(start.year + 1, 1, 1)
    return start + timedelta(days=1)
