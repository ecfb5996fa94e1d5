"""Dates and times in words: "next Friday at 3pm", "by the 15th", "in two weeks", "24.12.2026".

Duckling (Facebook's grammar, as a wheel without a server) reads the words. It is given the
person's wall clock as if that were UTC and its answer is put back into their time zone here,
because its own zone tables lack the daylight-saving rules of recent years.

Figures: with dots or dashes the day stands first (24.12.2026, 24.12.), ISO dates are as they are.
With slashes it depends on where the person lives, by the country of their time zone (the region
of the settings, where the zone names none): 3/4 is 4 March in the United States and the few
others that write the month first, 3 April elsewhere. What can't be a month is a day anywhere.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzdata

from rollcall.date_reader import READER
from rollcall.errors import Invalid

_WITH_TIME = {"second", "minute", "hour"}
_DOTTED = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\b")
_NO_YEAR = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(?!\d)")
_SLASHED = re.compile(
    r"(^\W*|\b(?:on|by|due|until|till|since|from|before|after|between|and|to)\s+)"
    r"(\d{1,2})/(\d{1,2})\b(?!/)",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_OF_MONTH = re.compile(
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)[a-z]*\b|\b(?P<month2>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]*\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?\b(?!:)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DEADLINE = re.compile(r"\b(by|until|till|before)\b", re.IGNORECASE)
_END = re.compile(r"\b(end|close) of\b", re.IGNORECASE)
# Nobody at work means three in the night by "at 3".
_SMALL_HOUR = re.compile(
    r"(\b(?:at|half past|at half|quarter past|quarter to) [1-6])(?![\d:.]|\s*[ap]\.?m)",
    re.IGNORECASE,
)
_WHOLE_DAYS = re.compile(r"\b(day|week|fortnight|month|year)s?\b", re.IGNORECASE)
# What only looks like a time: e-mail addresses, employee ids, percentages, quoted titles.
_NOT_TIME = re.compile(
    r"\S+@\S+|\b[A-Za-z]{2,6}\d{3,8}\b|\d+(\.\d+)?\s*%|\"[^\"]*\"|'[^']{3,}'|“[^”]*”|‘[^’]*’"
)
_CENTURY = 2000
_MONTH_FIRST = {"AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "US", "VI"}
_SPELLED_OUT = [
    (re.compile(r"\bwks?\b", re.IGNORECASE), "week"),
    (re.compile(r"\b(?:eow|end of (?:the )?week)\b", re.IGNORECASE), "end of this week"),
    (re.compile(r"\beom\b", re.IGNORECASE), "end of month"),
    (re.compile(r"^\W*(\d{1,2}(?:st|nd|rd|th))\W*$", re.IGNORECASE), r"the \1"),
    (re.compile(r"\b(?:this|the) weekend\b", re.IGNORECASE), "Saturday"),
]
_DAY_ENDS = re.compile(
    r"\b(?:eod|cob|(?:end|close) of (?:the )?(?:business )?(?:day|business))\b", re.IGNORECASE
)
_LARGEST_MONTH = 12
# "The end of next month" comes as that month, by its first day.
_LAST_DAY: dict[str, Callable[[date], date]] = {
    "week": lambda first: first + timedelta(days=6),
    "month": lambda first: first.replace(day=monthrange(first.year, first.month)[1]),
    "year": lambda first: first.replace(month=12, day=31),
}


@dataclass(frozen=True)
class When:
    """A day, and a time of day if one was said. `day` and `clock` are the person's own."""

    day: date
    clock: time | None
    timezone: str
    words: str

    def at(self, otherwise: time = time(23, 59, 59)) -> datetime:
        """The moment in UTC; `otherwise` stands in when no time of day was said."""
        local = datetime.combine(self.day, self.clock or otherwise, zone(self.timezone))
        return local.astimezone(UTC)


def zone(name: str) -> ZoneInfo:
    """The IANA time zone `name`, or UTC when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day_first(timezone: str, region: str) -> bool:
    """Whether people in the IANA zone `timezone` write the day before the month with slashes.

    `region` is the ISO country that counts where the zone names none, such as UTC.
    """
    return _countries().get(timezone, region) not in _MONTH_FIRST


def find_when(text: str, now: datetime, timezone: str, region: str = "US") -> When | None:
    """The first date or time in `text`, or None. `now` is aware, `region` as in `day_first`.

    Where a date is ambiguous the future is meant ("Friday" is the next one). Raises `Invalid`
    for a day that doesn't exist, such as 31 February.
    """
    masked = _NOT_TIME.sub(lambda match: "#" * len(match.group()), text)
    wall = now.astimezone(zone(timezone)).replace(tzinfo=UTC)
    dated = _with_iso_dates(masked, wall.date(), day_first(timezone, region))
    _refuse_impossible(dated)
    readable = _SMALL_HOUR.sub(r"\1 pm", _spelled_out(dated))
    if _DAY_ENDS.search(readable):
        # "EOD Friday" is Friday, "by EOD" alone is today.
        readable = _DAY_ENDS.sub(" ", readable)
        if not _parse(readable, wall):
            readable = "today"
    found = _parse(readable, wall)
    if not found:
        return None
    best = max(found, key=lambda one: (len(one["body"]), -one["start"]))
    return _when(best, readable, timezone)


def _when(entity: dict[str, Any], text: str, timezone: str) -> When:
    value = entity["value"]
    before = text[max(0, entity["start"] - 12) : entity["end"]]
    if value["type"] == "interval":
        end = value.get("to")
        start = value.get("from")
        deadline = bool(_DEADLINE.search(before)) or bool(_END.search(before)) or start is None
        moment, grain = (
            (end["value"], end["grain"])
            if deadline and end
            else ((start or end)["value"], (start or end)["grain"])
        )
        local = datetime.fromisoformat(moment).replace(tzinfo=None)
        if _END.search(before) and end:
            # "to" is the first moment after the interval; what is meant is its last day.
            local -= timedelta(days=1)
            return When(local.date(), None, timezone, entity["body"])
        if deadline and local.time() == time(0):
            return When(local.date(), None, timezone, entity["body"])
        clock = local.time() if grain in _WITH_TIME else None
        return When(local.date(), clock, timezone, entity["body"])
    local = datetime.fromisoformat(value["value"]).replace(tzinfo=None)
    if _END.search(before) and value["grain"] in _LAST_DAY:
        return When(_LAST_DAY[value["grain"]](local.date()), None, timezone, entity["body"])
    timed = value["grain"] in _WITH_TIME and not _WHOLE_DAYS.search(entity["body"])
    clock = local.time().replace(microsecond=0) if timed else None
    return When(local.date(), clock, timezone, entity["body"])


def _with_iso_dates(text: str, today: date, days_first: bool) -> str:
    """`text` with its dates in figures as ISO has them; without a year the next one is meant."""

    def with_year(match: re.Match[str]) -> str:
        first, sign, second, year = match.groups()
        full = int(year) + (_CENTURY if len(year) == len("26") else 0)
        return _iso(int(first), int(second), full, sign == "/" and not days_first)

    def coming(first: str, second: str, month_leads: bool) -> str:
        written = _iso(int(first), int(second), today.year, month_leads)
        if written < today.isoformat():
            written = _iso(int(first), int(second), today.year + 1, month_leads)
        return written

    text = _DOTTED.sub(with_year, text)
    text = _NO_YEAR.sub(lambda one: coming(one[1], one[2], False), text)
    return _SLASHED.sub(lambda one: one[1] + coming(one[2], one[3], not days_first), text)


def _iso(first: int, second: int, year: int, month_leads: bool) -> str:
    month, day = (first, second) if month_leads else (second, first)
    if month > _LARGEST_MONTH >= day:
        month, day = day, month
    return f"{year:04d}-{month:02d}-{day:02d}"


def _spelled_out(text: str) -> str:
    """`text` without the short forms that Duckling doesn't know."""
    for short, long in _SPELLED_OUT:
        text = short.sub(long, text)
    return text


def _refuse_impossible(text: str) -> None:
    problem = "That day doesn't exist."
    for match in _DAY_OF_MONTH.finditer(text):
        name = match["month"] or match["month2"]
        day = int(match["day"] or match["day2"])
        if not 1 <= day <= _LONGEST_MONTHS[_MONTHS.index(name[:3].lower())]:
            raise Invalid(f"{match.group().strip()}: {problem[0].lower()}{problem[1:]}")
    for written in _ISO.finditer(text):
        try:
            date(*(int(part) for part in written.groups()))
        except ValueError as error:
            raise Invalid(problem) from error


@cache
def _countries() -> dict[str, str]:
    """The country of each time zone, as the zone database has it."""
    table = (Path(tzdata.__file__).parent / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"]
    return {row[2]: row[0] for row in rows}


def _parse(text: str, wall: datetime) -> list[dict[str, Any]]:
    found = READER.read(text, wall)
    return [one for one in found if one["value"].get("type") in ("value", "interval")]
