"""Dates and times in words: "next Friday at 3pm", "by the 15th", "in two weeks", "24.12.2026".

Duckling (Facebook's grammar, as a wheel without a server) reads the words. It is given the
person's wall clock as if that were UTC and its answer is put back into their time zone here,
because its own zone tables lack the daylight-saving rules of recent years.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rollcall.date_reader import READER
from rollcall.errors import Invalid

_WITH_TIME = {"second", "minute", "hour"}
_DOTTED = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})\b")
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
_SMALL_HOUR = re.compile(r"(\bat [1-6])(?![\d:.]|\s*[ap]\.?m)", re.IGNORECASE)
_WHOLE_DAYS = re.compile(r"\b(day|week|fortnight|month|year)s?\b", re.IGNORECASE)
# What only looks like a time: e-mail addresses, employee ids, percentages, quoted titles.
_NOT_TIME = re.compile(
    r"\S+@\S+|\b[A-Za-z]{2,6}\d{3,8}\b|\d+(\.\d+)?\s*%|\"[^\"]*\"|'[^']{3,}'|“[^”]*”|‘[^’]*’"
)
_CENTURY = 2000
_LARGEST_MONTH = 12


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


def find_when(text: str, now: datetime, timezone: str) -> When | None:
    """The first date or time in `text`, or None. `now` is aware.

    Where a date is ambiguous the future is meant ("Friday" is the next one). Raises `Invalid`
    for a day that doesn't exist, such as 31 February.
    """
    masked = _NOT_TIME.sub(lambda match: "#" * len(match.group()), text)
    _refuse_impossible(masked)
    readable = _SMALL_HOUR.sub(r"\1 pm", _DOTTED.sub(_as_iso, masked))
    wall = now.astimezone(zone(timezone)).replace(tzinfo=UTC)
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
    timed = value["grain"] in _WITH_TIME and not _WHOLE_DAYS.search(entity["body"])
    clock = local.time().replace(microsecond=0) if timed else None
    return When(local.date(), clock, timezone, entity["body"])


def _as_iso(match: re.Match[str]) -> str:
    """24.12.2026 and 13/06/27 are day first; 12/24/2026 can only be month first."""
    first, second, year = (int(part) for part in match.groups())
    year += _CENTURY if year < 100 else 0  # noqa: PLR2004  (two digits)
    dotted = "." in match.group() or "-" in match.group()
    day, month = (first, second) if dotted or first > _LARGEST_MONTH else (second, first)
    return f"{year:04d}-{month:02d}-{day:02d}"


def _refuse_impossible(text: str) -> None:
    problem = "That day doesn't exist."
    for match in _DAY_OF_MONTH.finditer(text):
        name = match["month"] or match["month2"]
        day = int(match["day"] or match["day2"])
        if not 1 <= day <= _LONGEST_MONTHS[_MONTHS.index(name[:3].lower())]:
            raise Invalid(f"{match.group().strip()}: {problem[0].lower()}{problem[1:]}")
    for written in _ISO.finditer(_DOTTED.sub(_as_iso, text)):
        try:
            date(*(int(part) for part in written.groups()))
        except ValueError as error:
            raise Invalid(problem) from error


def _parse(text: str, wall: datetime) -> list[dict[str, Any]]:
    found = READER.read(text, wall)
    return [one for one in found if one["value"].get("type") in ("value", "interval")]
