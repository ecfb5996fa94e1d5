"""Times of day in words: "9", "10:45", "half past nine", "3 pm", "noon"."""

import re
from datetime import time

from rollcall.errors import Invalid

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
          "twelve")  # fmt: skip
_HOUR = rf"\d{{1,2}}|{'|'.join(_WORDS)}"
CLOCK = (
    rf"(?:(?P<to>half past|(?:a )?quarter past|(?:a )?quarter to)\s+)?(?:(?P<hour>{_HOUR})"
    r"(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>[ap]\.?m\b\.?)?(?:\s*o['’]?\s*clock)?|"
    r"(?P<word>noon|midday|midnight))(?![\d:/])"
)
"""A time of day, as a part of a pattern that ignores capitals."""
_ALONE = re.compile(
    rf"(?:(?:it|we|at|was|from|till|until|about|around|exactly|started|began|ended|finished|over|"
    rf"the|session|class|to|no|in|fact)\W+)*{CLOCK}(?:\s*(?:sharp|uhr|hours))?\W*",
    re.IGNORECASE,
)
_PAST = {"half past": 30, "quarter past": 15, "a quarter past": 15}
_NOON, _DAY = 12, 24
_FIRST_OF_WORK = 7
"""Nobody at work means seven in the evening or three in the night by a bare hour."""


def clock_in(found: re.Match[str], near: time | None = None) -> time | None:
    """The time of a match of `CLOCK`, or None for one that no clock shows.

    An hour from one to twelve without "am" or "pm" is the one that is closer to `near`; without
    that, the one within working hours.
    """
    if found["word"]:
        return time(0) if found["word"].casefold() == "midnight" else time(_NOON)
    hour = _number(found["hour"])
    minutes = hour * 60 + int(found["minute"] or 0)
    words = " ".join((found["to"] or "").casefold().split())
    minutes += _PAST.get(words, -15 if words else 0)
    half = (found["half"] or "")[:1].casefold()
    if hour >= _DAY or (half and not 1 <= hour <= _NOON):
        return None
    afternoon = (minutes + _NOON * 60 if hour < _NOON else minutes) % (_DAY * 60)
    morning = minutes % (_NOON * 60) if hour == _NOON else minutes
    if half:
        return _time(afternoon if half == "p" else morning)
    if not 1 <= hour <= _NOON:
        return _time(minutes % (_DAY * 60))
    if near is not None:
        target = near.hour * 60 + near.minute
        return _time(min((morning % (_DAY * 60), afternoon), key=lambda one: abs(one - target)))
    return _time(afternoon if hour < _FIRST_OF_WORK or hour == _NOON else morning)


def read_said(text: str) -> time:
    """The time of day that an answer consists of. Raises `Invalid`."""
    found = _ALONE.fullmatch(text.strip())
    at = clock_in(found) if found else None
    if at is None:
        raise Invalid("I can't read a time of day in that. For example: 10:45, or 3 pm.")
    return at


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS.index(text.casefold()) + 1


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
