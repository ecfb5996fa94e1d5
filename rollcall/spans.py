"""Stretches of days as they stand in a sentence: "last week", "Q1", "24.12.", "next Monday".

Weeks begin on Monday and are numbered as in ISO 8601. What has no year or no direction of its own
("March", "Friday") is the latest one that has begun, or the next one where the sentence looks
ahead.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rollcall.calendar_words import (
    MONTHS,
    NUMBERS,
    WEEKDAYS,
    day_words,
    month_number,
    number_of,
    shifted,
    start_of,
    unit_of,
    weekday_number,
    whole,
)

CENTURY = 2000
SATURDAY = 5


@dataclass(frozen=True)
class Span:
    """Days from `first` until before `after`; `words` is how it is said behind a noun.

    `start` and `end` are its place in the text; `open_year` when no year was said.
    """

    start: int
    end: int
    first: date
    after: date
    words: str
    open_year: bool = False


@dataclass(frozen=True)
class Reading:
    """What a span is read with: the day, whether the sentence looks ahead, and whether 3/4 is
    3 April."""

    today: date
    ahead: bool
    days_first: bool


Days = tuple[date, date, str] | None
Match = re.Match[str]


def find_spans(text: str, reading: Reading) -> list[Span]:
    """All spans of `text` (lower-case), in their order and without overlaps."""
    found: list[Span] = []
    for pattern, read in _KINDS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            start = match.start() + len(parts.get("lead") or "")
            if any(start < one.end and one.start < match.end() for one in found):
                continue
            days = read(match, reading)
            if days is not None:
                open_year = "year" in parts and not (parts["year"] or parts.get("year_way"))
                found.append(Span(start, match.end(), *days, open_year))
    return sorted(found, key=lambda one: one.start)


def _near_day(match: Match, reading: Reading) -> Days:
    word = " ".join(match.group().split()).removeprefix("the ")
    away = {"yesterday": -1, "last night": -1, "tomorrow": 1, "day before yesterday": -2,
            "day after tomorrow": 2}.get(word, 0)  # fmt: skip
    day = reading.today + timedelta(days=away)
    words = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(away, f"the {word}")
    return day, day + timedelta(days=1), words


def _ago(match: Match, reading: Reading) -> Days:
    number, unit = number_of(match["n"]), unit_of(match["unit"])
    if unit in ("day", "fortnight"):
        return _one_day(shifted(reading.today, -number, unit), reading)
    first, after = whole(reading.today, -number, unit)
    return first, after, f"{_counted(number, unit)} ago"


def _rolling_back(match: Match, reading: Reading) -> Days:
    number, unit = number_of(match["n"] or "a"), unit_of(match["unit"])
    if unit == "weekend":
        return None
    after = reading.today + timedelta(days=1)
    return shifted(after, -number, unit), after, f"in the last {_counted(number, unit, bare=True)}"


def _rolling_ahead(match: Match, reading: Reading) -> Days:
    number, unit = number_of(match["n"]), unit_of(match["unit"])
    after = shifted(reading.today, number, unit) + timedelta(days=1)
    return reading.today, after, f"in the next {_counted(number, unit, bare=True)}"


def _counted(number: int, unit: str, bare: bool = False) -> str:
    if number == 1:
        return unit if bare else f"a {unit}"
    return f"{number} {unit}s"


def _relative(match: Match, reading: Reading) -> Days:
    unit, way = unit_of(match["unit"]), match["way"]
    if unit == "fortnight" and way in ("last", "previous"):
        return _rolling(reading, 14, "fortnight")
    if way is None:  # "at the weekend"
        here = reading.ahead or reading.today.weekday() >= SATURDAY
        number = 0 if here else -1
    else:
        number = {"last": -1, "previous": -1, "this": 0, "current": 0}.get(way, 1)
    first, after = whole(reading.today, number, unit)
    return first, after, f"{('last', 'this', 'next')[number + 1]} {unit}"


def _rolling(reading: Reading, days: int, name: str) -> Days:
    after = reading.today + timedelta(days=1)
    return after - timedelta(days=days), after, f"in the last {name}"


def _two_away(match: Match, reading: Reading) -> Days:
    unit, way = unit_of(match["unit"]), match["way"]
    return *whole(reading.today, 2 if way == "after next" else -2, unit), f"the {unit} {way}"


def _to_date(match: Match, reading: Reading) -> Days:
    short = {"y": "year", "q": "quarter", "m": "month", "w": "week"}
    unit = match["unit"] or short[match["short"]]
    tomorrow = reading.today + timedelta(days=1)
    return start_of(reading.today, unit), tomorrow, f"this {unit} so far"


def _year_said(match: Match, reading: Reading) -> int | None:
    if match["year_way"]:
        return reading.today.year + {"last": -1, "this": 0, "next": 1}[match["year_way"]]
    return int(match["year"]) if match["year"] else None


def _part_of_year(match: Match, reading: Reading) -> Days:
    """Q1, the second quarter of 2026, H2."""
    said = match["part"] or match["ordinal"][0]
    number = {"f": 1, "s": 2, "t": 3}.get(said, 0) or int(said)
    number = 4 if match["ordinal"] == "fourth" else number
    letter = "H" if match["half"] else "Q"
    months = 6 if match["half"] else 3
    if number * months > len(MONTHS):
        return None
    year = _year_said(match, reading)
    first = date(year or reading.today.year, (number - 1) * months + 1, 1)
    if year is None and first > reading.today and not reading.ahead:
        first = first.replace(year=first.year - 1)
    return first, shifted(first, months, "month"), f"in {letter}{number} {first.year}"


def _month(match: Match, reading: Reading) -> Days:
    said, way = match["month"], match["way"]
    year = _year_said(match, reading)
    surely = match["lead"] or way or year or _TO_MONTH.match(match.string, match.end())
    if not surely and (said not in MONTHS or said in ("may", "march")):
        return None  # "may", "mar" and "dec" are words of their own
    number, today = month_number(said), reading.today
    if year is None:
        year = today.year
        if way in ("last", "past") or not (reading.ahead or way):
            year -= number > today.month or (number == today.month and way is not None)
        elif way != "this":
            year += number < today.month or (number == today.month and way == "next")
    first = date(year, number, 1)
    return first, shifted(first, 1, "month"), f"in {first:%B} {year}"


def _days_of_month(match: Match, reading: Reading) -> Days:
    """Between 1 and 15 March, March 1 to 15."""
    number = month_number(match["month"])
    first = _day(match["year"], number, int(match["day"]), reading)
    last = first and _day(str(first.year), number, int(match["last"]), reading)
    if first is None or last is None or last < first:
        return None
    words = f"from {first.day} to {day_words(last, reading.today)}"
    return first, last + timedelta(days=1), words


def _day_and_month(match: Match, reading: Reading) -> Days:
    number = month_number(match["month"])
    return _one_day(_day(match["year"], number, int(match["day"]), reading), reading)


def _in_figures(match: Match, reading: Reading) -> Days:
    one, two = int(match["one"]), int(match["two"])
    month_leads = match["sign"] == "/" and not reading.days_first
    month, day = (one, two) if month_leads else (two, one)
    if month > len(MONTHS) >= day:
        month, day = day, month
    return _one_day(_day(match["year"], month, day, reading), reading)


def _iso_day(match: Match, reading: Reading) -> Days:
    found = _day(match["year"], int(match["month"]), int(match["day"]), reading)
    return _one_day(found, reading)


def _day(year: str | None, month: int, day: int, reading: Reading) -> date | None:
    """That day of the year that was said, else the nearest in the sentence's direction."""
    today = reading.today
    try:
        if year:
            return date(int(year) + (CENTURY if len(year) == len("26") else 0), month, day)
        found = date(today.year, month, day)
        if found > today and not reading.ahead:
            return date(today.year - 1, month, day)
        if found < today and reading.ahead:
            return date(today.year + 1, month, day)
    except ValueError:
        return None
    return found


def _day_alone(match: Match, reading: Reading) -> Days:
    """The 15th."""
    month = start_of(reading.today, "month")
    for away in (0, 1, 2) if reading.ahead else (0, -1, -2):
        first = shifted(month, away, "month")
        day = first + timedelta(days=int(match["day"]) - 1)
        right_way = day >= reading.today if reading.ahead else day <= reading.today
        if day.month == first.month and right_way:
            return _one_day(day, reading)
    return None


def _weekday(match: Match, reading: Reading) -> Days:
    said, parts, today = match["weekday"], match.groupdict(), reading.today
    way, week = parts.get("way"), parts.get("week") or ""
    if said not in WEEKDAYS and not (way or parts.get("lead")):
        return None  # "sat" and "sun" are words of their own
    number = weekday_number(said)
    if week or way == "this":
        away = {"last": -7, "next": 7}.get(week, 0)
        day = start_of(today, "week") + timedelta(days=number + away)
    else:
        forward = (number - today.weekday()) % 7
        day = today + timedelta(days=forward)
        if way in ("next", "coming"):
            day += timedelta(days=0 if forward else 7)
        elif way is not None or (forward and not reading.ahead):
            day -= timedelta(days=7)
    return day, day + timedelta(days=1), f"on {day:%A}, {day_words(day, today)}"


def _numbered_week(match: Match, reading: Reading) -> Days:
    number, today = int(match["number"]), reading.today
    year = int(match["year"] or today.isocalendar().year)
    try:
        first = date.fromisocalendar(year, number, 1)
        if not match["year"] and first > today and not reading.ahead:
            year -= 1
            first = date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    return first, first + timedelta(days=7), f"in week {number} of {year}"


def _year(match: Match, _: Reading) -> Days:
    number = int(match["number"])
    return date(number, 1, 1), date(number + 1, 1, 1), f"in {number}"


def _one_day(day: date | None, reading: Reading) -> Days:
    if day is None:
        return None
    return day, day + timedelta(days=1), f"on {day_words(day, reading.today)}"


_NUMBER = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>(?:day|week|wk|weekend|month|mth|quarter|qtr|year|yr|fortnight)s?)\b"
_BACK = r"(?:last|past|previous|recent)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_LAST_DAY = r"(?P<last>\d{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*(?:and|to|until|till|through|[-–])\s*(?:the\s+)?"
_MONTHS = rf"(?P<month>{'|'.join(MONTHS)}|sept|{'|'.join(one[:3] for one in MONTHS)})\b\.?"
_WEEKDAYS = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_SHORT_DAYS = rf"(?P<weekday>{'|'.join(WEEKDAYS)}|mon|tues?|wed|thur?s?|fri|sat|sun)\b"
_20XX = r"(?:,?\s+(?P<year>20\d\d)\b)?"
_ITS_YEAR = (
    r"(?:,?\s+(?:of\s+)?(?P<year>20\d\d)\b|\s+(?:of\s+)?(?P<year_way>last|this|next)\s+year\b)?"
)
_BEFORE = (
    r"(?P<lead>\b(?:in|during|of|for|on|by|due|since|until|till|from|between|and|to|with|vs\.?|"
    r"versus|than|before|after|compare|against|year|early|mid|late)\s+)"
)
_TO_MONTH = re.compile(rf"(?:{_TO}|\s*(?:vs\.?|versus|with)\s+){_MONTHS}")

_KINDS: list[tuple[re.Pattern[str], Callable[[Match, Reading], Days]]] = [
    (re.compile(pattern), read)
    for pattern, read in (
        (r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", _iso_day),
        (r"\b(?P<one>\d{1,2})(?P<sign>[./-])(?P<two>\d{1,2})(?P=sign)(?P<year>20\d\d|\d\d)\b",
         _in_figures),
        (r"\b(?P<one>\d{1,2})(?P<sign>\.)(?P<two>\d{1,2})\.(?P<year>)(?!\d)", _in_figures),
        (rf"{_BEFORE}(?P<one>\d{{1,2}})(?P<sign>/)(?P<two>\d{{1,2}})\b(?P<year>)", _in_figures),
        (rf"\b{_DAY}{_TO}{_LAST_DAY}\s+(?:of\s+)?{_MONTHS}{_20XX}", _days_of_month),
        (rf"\b{_MONTHS}\s+{_DAY}{_TO}{_LAST_DAY}\b(?!\s*[:\d]){_20XX}", _days_of_month),
        (rf"\b{_DAY}\s+(?:of\s+)?{_MONTHS}{_20XX}", _day_and_month),
        (rf"\b{_MONTHS}\s+{_DAY}\b(?!\s*:){_20XX}", _day_and_month),
        (r"\b(?:the )?day (?:before yesterday|after tomorrow)\b", _near_day),
        (r"\b(?:today|tonight|this (?:morning|afternoon|evening)|yesterday|last night|tomorrow)\b",
         _near_day),
        (rf"\b{_NUMBER}\s+{_UNIT}\s+ago\b", _ago),
        (rf"\b(?:the\s+)?{_UNIT}\s+(?P<way>before last|after next)\b", _two_away),
        (r"\b(?:(?P<short>[yqmw])td|(?P<unit>year|quarter|month|week)[- ]to[- ]date)\b", _to_date),
        (rf"\b(?:(?:the\s+)?{_BACK}\s+{_NUMBER}|(?:in\s+the|(?:over|during|within)(?:\s+the)?)\s+{_BACK}"
         rf"|past)\s+{_UNIT}", _rolling_back),
        (rf"\b(?:within|(?:the\s+)?(?:next|coming|following))\s+(?:the\s+next\s+)?{_NUMBER}\s+"
         rf"{_UNIT}", _rolling_ahead),
        (r"\bin\s+(?P<n>\d{1,3}|two|three|four|five|six|seven)\s+(?P<unit>days)\b",
         _rolling_ahead),
        (rf"\b{_WEEKDAYS}\s+(?:of\s+)?(?P<week>last|this|next)\s+week\b", _weekday),
        (rf"\b(?P<week>last|this|next)\s+week(?:'s)?\s+(?:on\s+)?{_WEEKDAYS}\b", _weekday),
        (rf"\b(?:(?P<half>h)|q)(?P<part>[1-4])\b(?P<ordinal>){_ITS_YEAR}", _part_of_year),
        (rf"\b(?P<part>)(?P<ordinal>first|1st|second|2nd|third|3rd|fourth|4th)\s+"
         rf"(?:quarter|qtr|(?P<half>half))\b{_ITS_YEAR}", _part_of_year),
        (rf"\b(?P<way>this|current|last|previous|next|coming|following)\s+{_UNIT}", _relative),
        (r"\b(?:the\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)\b", _day_alone),
        (rf"(?:\b(?P<way>last|this|next|past)\s+|{_BEFORE}|[-–]\s*|\b){_MONTHS}{_ITS_YEAR}",
         _month),
        (rf"(?:\b(?P<way>last|this|next|coming|past|previous)\s+|{_BEFORE}|\b){_SHORT_DAYS}",
         _weekday),
        (r"\b(?:calendar week|week|cw|kw|wk)\s*#?(?P<number>\d{1,2})\b"
         r"(?:\s+(?:of\s+)?(?P<year>20\d\d))?", _numbered_week),
        (r"\bthe (?P<unit>weekend)\b(?P<way>(?!))?", _relative),
        (rf"{_BEFORE}(?P<number>20\d\d)\b", _year),
    )
]  # fmt: skip
