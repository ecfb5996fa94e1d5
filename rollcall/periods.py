"""Periods in words: "last week", "since Monday", "between 1 and 15 March", "Q1", "due tomorrow"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rollcall.calendar_words import day_words, mended, number_of, shifted, unit_of
from rollcall.dates import day_first, find_when, zone
from rollcall.errors import Invalid
from rollcall.spans import Reading, Span, find_spans

_SINCE = re.compile(
    r"\b(since|starting|as of|as from|after)\s+(?:from\s+)?(?:the\s+)?"
    r"(?:(?:start|beginning) of\s+)?(?:the\s+)?$"
)
_ONWARDS = re.compile(
    r"^\s*(?:on|onwards?|on ?wards?|till now|until now|to now)\b(?!\s+(?:the|a)\b)"
)
_UNTIL = re.compile(
    r"\b(until|till|up to|through|before|by|no later than)\s+(?:the\s+)?(?:end of\s+)?(?:the\s+)?$"
)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$")
_FROM = re.compile(r"\bfrom\s+(?:the\s+)?$")
_AND = re.compile(r"\s*(?:and|to|[-–])\s*(?:the\s+)?")
_TO = re.compile(r"\s*(?:to|until|till|through|thru|up to|[-–])\s*(?:the\s+)?")
_SINCE_REST = re.compile(r"\bsince\s+(.+)$")
_COMPARING = re.compile(r"\b(compar\w*|versus|vs)\b")
_ALL_TIME = re.compile(
    r"\b(all[- ]time|of all times?|for all time|ever|since the (?:very )?beginning(?! of)|"
    r"whenever|any ?time|any date|all dates|all years)\b"
)
_CURRENT = re.compile(
    r"\b(beginning|start|end|course|rest|middle) of (?:the )?(week|month|quarter|year)\b"
)
_HOURS = re.compile(r"\b(?:last|past)\s+(\d{1,3}|two|three|four|few)?\s*hours?\b")
_AGE = re.compile(
    r"\b(?:more than|longer than|older than|over|at least|for)\s+(?:the last\s+)?"
    r"(\d{1,3}|an?|one|two|three|four|five|six|seven|ten|a few|a couple of)\s+"
    r"(day|week|month|year)s?\b(?!\s+ago)"
)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """From `since` (included) until `until` (not), both aware; None is open.

    `words` is how it is said behind a noun ("last week", "since 16 November"), "" for all time.
    """

    since: datetime | None
    until: datetime | None
    words: str

    def covers(self, moment: datetime) -> bool:
        """Whether the aware `moment` is in it."""
        return (self.since is None or self.since <= moment) and (
            self.until is None or moment < self.until
        )


def find_period(
    text: str, now: datetime, timezone: str, region: str = "US", *, ahead: bool = False
) -> Period | None:
    """The first period that `text` speaks of; see `find_periods`."""
    return next(iter(find_periods(text, now, timezone, region, ahead=ahead)), None)


def find_periods(
    text: str, now: datetime, timezone: str, region: str = "US", *, ahead: bool = False
) -> list[Period]:
    """The periods of `text` in their order, in the person's own days.

    `ahead` where the sentence is about what is to come: "Friday" and "March" are the next ones
    then, else the latest. "This week" ends with the week, not with now; "the last 7 days" and
    "this year so far" end with today. `region` is what `dates.day_first` takes.
    """
    lowered = _CURRENT.sub(r"\1 of this \2", mended(text))
    reading = Reading(
        today=now.astimezone(zone(timezone)).date(),
        ahead=ahead,
        days_first=day_first(timezone, region),
    )
    at = _Midnights(timezone)
    if _ALL_TIME.search(lowered):
        return [Period(None, None, "")]
    if hours := _HOURS.search(lowered):
        number = number_of(hours[1] or "a")
        words = f"in the last {f'{number} hours' if number > 1 else 'hour'}"
        return [Period(now - timedelta(hours=number), now, words)]
    spans = _in_direction(lowered, reading)
    if not spans:
        since = _since_something(lowered, now, timezone, region, reading)
        return [since] if since else []
    found: list[Period] = []
    end = 0
    while spans:
        span, *spans = spans
        before = lowered[end : span.start]
        end = span.end
        if spans and _is_range(lowered, before, span, spans[0]):
            found.append(_range(span, spans[0], reading, at))
            end = spans[0].end
            spans = spans[1:]
        else:
            after = lowered[span.end : spans[0].start if spans else None]
            found.append(_one_sided(span, before, after, reading, at))
    return found


def find_age(text: str, now: datetime) -> Period | None:
    """ "For more than a week", "over 3 days": everything until so long before `now`."""
    match = _AGE.search(text.lower())
    if match is None:
        return None
    number, unit = number_of(match[1]), unit_of(match[2])
    until = now - (now.date() - shifted(now.date(), -number, unit))
    length = f"{number} {unit}s" if number > 1 else f"a {unit}"
    return Period(None, until, f"for more than {length}")


class _Midnights:
    """Makes periods of days in somebody's time zone."""

    def __init__(self, timezone: str) -> None:
        self._zone = zone(timezone)

    def __call__(self, first: date | None, after: date | None, words: str) -> Period:
        return Period(self._midnight(first), self._midnight(after), words)

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else datetime.combine(day, time(0), self._zone)


def _in_direction(text: str, reading: Reading) -> list[Span]:
    """The spans of `text`; what stands behind "since" is past, wherever the sentence looks."""
    spans = find_spans(text, reading)
    if not reading.ahead or not re.search(r"\bsince\b", text):
        return spans
    past = find_spans(text, Reading(reading.today, False, reading.days_first))
    return [
        old if _SINCE.search(text[: old.start]) else new
        for old, new in zip(past, spans, strict=False)
    ]


def _is_range(text: str, before: str, one: Span, other: Span) -> bool:
    gap = text[one.end : other.start]
    if _BETWEEN.search(before):
        return bool(_AND.fullmatch(gap))
    if not _TO.fullmatch(gap):
        return False
    return bool(_FROM.search(before)) or not _COMPARING.search(text)


def _range(one: Span, other: Span, reading: Reading, at: Callable[..., Period]) -> Period:
    first, after = one.first, other.after
    if after <= first:
        # "From October to February" goes over the turn of a year.
        if reading.ahead and other.open_year:
            after = shifted(after, 12, "month")
        elif one.open_year:
            first = shifted(first, -12, "month")
    last = after - timedelta(days=1)
    words = f"from {day_words(first, reading.today)} to {day_words(last, reading.today)}"
    return at(first, after, words)


def _one_sided(
    span: Span, before: str, behind: str, reading: Reading, at: Callable[..., Period]
) -> Period:
    since, until = _SINCE.search(before), _UNTIL.search(before)
    tomorrow = reading.today + timedelta(days=1)
    if since or _ONWARDS.search(behind):
        first = span.after if since and since[1] == "after" else span.first
        word = "after" if since and since[1] == "after" else "since"
        day = span.after - timedelta(days=1) if word == "after" else span.first
        # What has happened ends with today, so that it can be compared; what is due doesn't.
        end = None if reading.ahead or first >= tomorrow else tomorrow
        return at(first, end, f"{word} {day_words(day, reading.today)}")
    if until:
        if until[1] == "before":
            return at(None, span.first, f"before {day_words(span.first, reading.today)}")
        last = span.after - timedelta(days=1)
        return at(None, span.after, f"until {day_words(last, reading.today)}")
    return at(span.first, span.after, span.words)


def _since_something(
    text: str, now: datetime, timezone: str, region: str, reading: Reading
) -> Period | None:
    """Since what only the reader of dates knows: "since Christmas", "since 9 this morning"."""
    rest = _SINCE_REST.search(text)
    try:
        when = find_when(rest[1], now, timezone, region) if rest else None
        if rest and when and when.day > reading.today + _WEEK:
            # The reader of dates looks ahead; the same words a year ago meant the last one.
            when = find_when(rest[1], now - timedelta(days=365), timezone, region)
    except Invalid:
        return None
    if when is None:
        return None
    first = when.day if when.day <= reading.today else when.day - _WEEK
    period = _Midnights(timezone)(
        first, reading.today + timedelta(days=1), f"since {day_words(first, reading.today)}"
    )
    if when.clock is None:
        return period
    moment = datetime.combine(first, when.clock, zone(timezone))
    return Period(moment, period.until, f"{period.words}, {when.clock:%H:%M}")
