"""The calendar's words and sums: numbers and units as they are said, slips in them put right,
days moved by months."""

import re
from datetime import date, timedelta

from rapidfuzz.distance import OSA

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = {
    **{word: number for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve"))},
    "a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3,
}  # fmt: skip
_UNITS = {"wk": "week", "mth": "month", "qtr": "quarter", "yr": "year"}
_LONG_WORD = 6
_CALENDAR = tuple(
    word
    for word in (*MONTHS, *WEEKDAYS, "yesterday", "tomorrow", "weekend", "quarter", "fortnight")
    if len(word) > _LONG_WORD
)
_SHORT_SLIPS = [
    (re.compile(r"\b(?:lats|lst|alst|laast)(?=\s)"), "last"),
    (re.compile(r"\b(last|this|next|past)\s+(?:wek|weak|weeek|weke)\b"), r"\1 week"),
    (re.compile(r"\b(last|this|next|past)\s+(?:mont|moth|mnth|monht)\b"), r"\1 month"),
    (re.compile(r"\b(?:tmrw|tmr)\b"), "tomorrow"),
]


def mended(text: str) -> str:
    """`text` in lower case, with slips in the words of the calendar put right."""
    lowered = text.lower()
    for slip, right in _SHORT_SLIPS:
        lowered = slip.sub(right, lowered)
    return re.sub(rf"[a-z]{{{_LONG_WORD},}}", lambda word: _calendar_word(word.group()), lowered)


def month_number(said: str) -> int:
    """1 for "january", "jan" or "jan."."""
    return next(at for at, name in enumerate(MONTHS, 1) if name.startswith(said[:3]))


def weekday_number(said: str) -> int:
    """0 for "monday" or "mon"."""
    return next(at for at, name in enumerate(WEEKDAYS) if name.startswith(said[:3]))


def number_of(said: str) -> int:
    """The number that is written in figures or as a word."""
    return int(said) if said.isdigit() else NUMBERS[said]


def unit_of(said: str) -> str:
    """The unit that is meant: "wks" -> "week"."""
    one = said.removesuffix("s")
    return _UNITS.get(one, one)


def day_words(day: date, today: date) -> str:
    """A day as it is said: "24 December", with the year where that isn't this one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {day:%B}{year}"


def start_of(day: date, unit: str) -> date:
    """The first day of the week, month, quarter or year that `day` is in; the day itself for
    other units."""
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


def shifted(day: date, number: int, unit: str) -> date:
    """`day` moved by `number` units; a day that its month doesn't have is that month's last."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return day + timedelta(days=number * {"week": 7, "fortnight": 14}.get(unit, 1))
    place = day.year * 12 + day.month - 1 + number * months
    first = date(place // 12, place % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def whole(today: date, number: int, unit: str) -> tuple[date, date]:
    """The week, month, … that is `number` away from the one today is in: first day, day after."""
    if unit == "weekend":
        saturday = start_of(today, "week") + timedelta(days=5 + 7 * number)
        return saturday, saturday + timedelta(days=2)
    first = shifted(start_of(today, unit), number, unit)
    return first, shifted(first, 1, unit)


def _calendar_word(word: str) -> str:
    """The word of the calendar that `word` is a slip of; slips spare the first letter."""
    if word in _CALENDAR:
        return word
    for known in _CALENDAR:
        allowed = 2 if max(len(known), len(word)) > 7 else 1  # noqa: PLR2004  (letters)
        if word[0] == known[0] and OSA.distance(word, known, score_cutoff=allowed) <= allowed:
            return known
    return word
