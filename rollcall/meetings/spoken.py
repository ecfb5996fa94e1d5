"""What a sentence says about a meeting: "set up a retro on Friday at 3 for an hour"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rollcall.dates import find_when
from rollcall.directory import Employee
from rollcall.errors import Invalid
from rollcall.forms.durations import LONGEST_MINUTES, minutes_in, without_duration
from rollcall.meetings.codes import read_code
from rollcall.meetings.model import LONGEST_TITLE, Meeting, NewMeeting
from rollcall.names import folded
from rollcall.spoken.people import hide_quotations, mentions

_QUOTED = re.compile(r"[\"“]([^\"”]{2,})[\"”]|(?:^|(?<=\s))['‘]([^'’]{2,})['’](?!\w)")
_CALLED = re.compile(
    r"\b(?:called|named|titled|about|on the topic of|for the)\s+(.+)$", re.IGNORECASE
)
_VERB = (
    r"(?:set\s+up|create|craete|schedule|plan|organi[sz]e|arrange|start|open|host|make|book|call|"
    r"set|add|new|need|want|have|hold|begin)"
)
_SETS_UP = re.compile(
    r"\W*(?:(?:please|can you|could you|would you|i['’]d like to|i would like to|"
    r"i want to|let['’]?s|we need to|we should)\s+)*"
    r"(?:set up|schedule|plan|arrange|organi[sz]e|book)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"^.*?\b{_VERB}\b", re.IGNORECASE)
_SMALL = re.compile(
    r"^(?:(?:me|us|a|an|the|another|my|our|new|ad[- ]hoc|instant|quick|short|online|to|please|up)"
    r"\s+)+",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:meetings?|metings?|calls?|group sessions?|sessions?|room|meeting room|appointment|it)?",
    re.IGNORECASE,
)
_TITLE_ENDS = re.compile(
    r"\s*(?:,|\.|;|$|\b(?:on|at|for|from|by|with|to|now|today|tonight|tomorrow|next|this|in|please|"
    r"right now|monday|tuesday|wednesday|thursday|friday|saturday|sunday|starting|beginning|"
    r"lasting|until|till|right away|immediately|called|named|titled)\b)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|right away|immediately|instant|ad[- ]hoc|straight away)\b", re.IGNORECASE
)
_AHEAD = re.compile(
    r"\b(?:in|within)\s+(?:about\s+)?[\w.,]+\s+(?:and a half\s+)?(?:hours?|minutes?|mins?)\b",
    re.IGNORECASE,
)
"""“In two hours” says when, not how long."""
_GUESTS = re.compile(
    r"\b(?:with|for|invite|inviting)\s+(?!(?:an?|the|my|our|his|her|their)\b)([^\x00.;?!]+?)"
    r"(?=\s+(?:on|at|in|for|from|until|till|by|to|about|called|named|titled|tomorrow|today|tonight|"
    r"next|this|now|lasting|starting|please|right|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday)\b|\s*,?\s+\d|\s*[.;?!]|\s*$)",
    re.IGNORECASE,
)
_LIKE_A_NAME = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+\b|(?i:emp)\d{3,}")
_CODE = re.compile(r"(?<![\w-])([0-9A-Za-z]{3}[- ]?[0-9A-Za-z]{3})(?![\w-])")
_NUMBER = re.compile(r"(?<![\w-])(\d{3}[ -]?\d{3,4}[ -]?\d{3,5})(?![\w-])")
_DIGITS = re.compile(r"(?<!\w)(\d{6})(?!\w)")
_WORD = re.compile(r"[^\W_]{3,}")
_COMMON = frozenset(
    {"the", "meeting", "meetings", "call", "session", "who", "now", "here", "join", "leave", "end",
     "for", "everyone", "all", "please"}
)  # fmt: skip


def meeting_in(text: str, now: datetime, timezone: str) -> dict[str, Any]:
    """What is said of a new one: `title`, `starts_at` (None: now) and `duration` in minutes.

    What isn't said isn't in it. Raises `Invalid` for a day that doesn't exist.
    """
    known: dict[str, Any] = {}
    title, rest = _title_in(text)
    if title:
        known["title"] = title
    minutes = minutes_in(_AHEAD.sub(" ", rest))
    if minutes and 0 < minutes <= LONGEST_MINUTES:
        known["duration"] = minutes
    when = find_when(without_duration(rest), now, timezone)
    if when is not None and when.clock is not None and when.at() > now:
        known["starts_at"] = when.at()
    elif _NOW.search(rest) and (when is None or when.at() <= now):
        known["starts_at"] = None
    return known


def surely_new(text: str, now: datetime, timezone: str) -> bool:
    """Whether a sentence sets something up at a time of day, whatever else it was taken for: the
    words for what people meet about have no end."""
    if not _SETS_UP.match(text):
        return False
    try:
        return {"title", "starts_at"} <= set(meeting_in(text, now, timezone))
    except Invalid:
        return False


def _title_in(text: str) -> tuple[str | None, str]:
    """The title, and the sentence without it."""
    quoted = _QUOTED.search(text)
    if quoted:
        return (quoted[1] or quoted[2])[:LONGEST_TITLE], text[: quoted.start()] + text[
            quoted.end() :
        ]
    called = _CALLED.search(text)
    if called and re.match(r"called|named|titled", called[0], re.IGNORECASE):
        title = _until_end(called[1])
        return title or None, text.replace(title, " ", 1) if title else text
    opening = _OPENING.search(text)
    if opening is None:
        return None, text
    words = _SMALL.sub("", text[opening.end() :].strip())
    title = _until_end(words)
    if not title or _GENERIC.fullmatch(title) or _SMALL.fullmatch(f"{title} "):
        return None, text
    return title[0].upper() + title[1:], text.replace(title, " ", 1)


def _until_end(words: str) -> str:
    end = _TITLE_ENDS.search(words)
    return (words[: end.start()] if end else words).strip(" ,.;:!?\"'")[:LONGEST_TITLE]


def planned_meeting(answers: Mapping[str, Any], now: datetime) -> NewMeeting:
    """The meeting that a filled-in form describes."""
    starts_at, minutes = answers.get("starts_at"), answers.get("duration")
    ends_at = (starts_at or now) + timedelta(minutes=minutes) if minutes else None
    invited = tuple(answers.get("invited") or ())
    return NewMeeting(answers["title"], starts_at, ends_at, invited=invited)


def guests_in(text: str, people: Iterable[Employee], me: str | None) -> str | None:
    """The words that say who is invited ("Erika and Max"), or None.

    What stands behind "with" may also be a team or a thing: only what names somebody, or looks
    like a name, counts.
    """
    known = list(people)
    for match in _GUESTS.finditer(hide_quotations(text)):
        words = text[match.start(1) : match.end(1)]
        somebody = [one for one in mentions(f"with {words}", known, me) if one.id != me]
        named_like = match[0][0] in "wWiI" and _LIKE_A_NAME.match(words)
        if somebody or named_like:
            return words
    return None


def reference_in(text: str) -> str | None:
    """The join code or the number of Zoom in a sentence, or None."""
    for match in _CODE.finditer(text):
        code = read_code(match[1])
        # A code always has a letter and a digit; words have no digit.
        if code and not code.isdigit() and not code.isalpha():
            return code
    number = _NUMBER.search(text)
    return number[1] if number else None


def digits_in(text: str) -> str | None:
    """The six digits on the host's screen, or None."""
    found = _DIGITS.search(text)
    return found[1] if found else None


def named(text: str, meetings: Sequence[Meeting]) -> list[Meeting]:
    """Those of the meetings whose title the sentence says: in whole, else by one of its words."""
    said = folded(text)
    whole = [one for one in meetings if re.search(rf"\b{re.escape(folded(one.title))}\b", said)]
    if whole:
        return whole
    words = set(_WORD.findall(said)) - _COMMON
    return [one for one in meetings if words & (set(_WORD.findall(folded(one.title))) - _COMMON)]
