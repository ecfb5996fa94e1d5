"""How long something lasts, as people say it: "an hour and a half", "1h30", "90 minutes"."""

import re

from rollcall.errors import Invalid

LONGEST_MINUTES = 24 * 60
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
          "eight": 8, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
          "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90}  # fmt: skip
_AMOUNT = rf"(?:\d+(?:[.,]\d+)?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_PARTS = (
    (re.compile(r"\b(?:three[- ]quarters?|3/4) of an hour\b", re.IGNORECASE), 45),
    (re.compile(r"\b(?:a )?quarter of an hour\b", re.IGNORECASE), 15),
    (re.compile(r"\bhalf an hour\b|\b(?:a )?half[- ]hour\b", re.IGNORECASE), 30),
)
_AND_A_HALF = re.compile(rf"\b({_AMOUNT}) (?:and a half hours?|hours? and a half)\b", re.IGNORECASE)
_HOURS = re.compile(rf"(?<![\w.])({_AMOUNT})[ -]?(?:hours?|hrs?|h)(?![a-z])", re.IGNORECASE)
_MINUTES = re.compile(rf"(?<![\w.])({_AMOUNT})[ -]?(?:minutes?|mins?|m)(?![a-z])", re.IGNORECASE)
_AFTER_HOURS = re.compile(r"(?<=\dh)(\d{1,2})\b", re.IGNORECASE)
_FOR = re.compile(r"\b(?:for|lasting|lasts|of|takes)\s+(?:about\s+)?$", re.IGNORECASE)
_BARE = re.compile(r"\W*(?:about\s+)?(\d{1,4})\W*")
_MOST_HOURS_BARE = 4


def minutes_in(text: str) -> int | None:
    """The minutes that `text` speaks of, or None. "2 hours and 15 minutes" are 135."""
    for pattern, minutes in _PARTS:
        if pattern.search(text):
            return minutes
    half = _AND_A_HALF.search(text)
    if half:
        return round((_number(half[1]) + 0.5) * 60)
    hours, minutes_said = _HOURS.search(text), _MINUTES.search(text)
    if hours is None and minutes_said is None:
        return None
    total = _number(hours[1]) * 60 if hours else 0.0
    short = _AFTER_HOURS.search(text)
    total += _number(minutes_said[1]) if minutes_said else 0.0
    total += float(short[1]) if short and hours and not minutes_said else 0.0
    return round(total)


def duration_in(text: str) -> int:
    """The minutes of an answer to "How long?"; a bare number is hours up to four, else minutes.

    Raises `Invalid`.
    """
    minutes = minutes_in(text)
    bare = _BARE.fullmatch(text)
    if minutes is None and bare:
        minutes = int(bare[1]) * (60 if int(bare[1]) <= _MOST_HOURS_BARE else 1)
    if minutes is None:
        raise Invalid("I can't read a length in that. For example: an hour, or 45 minutes.")
    if not 0 < minutes <= LONGEST_MINUTES:
        raise Invalid("It should last between a minute and 24 hours.")
    return minutes


def show_minutes(minutes: int) -> str:
    """ "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [(hours, "hour"), (rest, "minute")]
    return " ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n)


def without_duration(text: str) -> str:
    """`text` without the words about how long: they are no time of day."""
    patterns = [one for one, _ in _PARTS] + [_AND_A_HALF, _HOURS, _MINUTES]
    for pattern in patterns:
        for match in reversed(list(pattern.finditer(text))):
            before = text[: match.start()]
            # "in two hours" says when.
            if not re.search(r"\b(?:in|within)\s+$", before, re.IGNORECASE):
                text = _FOR.sub("", before) + text[match.end() :]
    return " ".join(text.split())


def _number(words: str) -> float:
    known = _WORDS.get(words.casefold())
    return float(known) if known else float(words.replace(",", "."))
