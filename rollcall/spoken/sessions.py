"""What a sentence says about scheduled sessions: which one, when it was, what it was about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rollcall.completions.model import Completion
from rollcall.dates import zone
from rollcall.spoken.clock import CLOCK, clock_in

_END = re.compile(
    rf"\b(?:till|until|til|to|ended(?: at)?|ends? at|finished(?: at)?|(?:was )?over (?:at|by)|"
    rf"closed at)\s+(?:about |around )?{CLOCK}",
    re.IGNORECASE,
)
_START = re.compile(
    rf"\b(?:from|started(?: at)?|starting(?: at)?|began(?: at)?|since)\s+(?:about |around )?"
    rf"{CLOCK}",
    re.IGNORECASE,
)
_TIME = re.compile(rf"\b{CLOCK}", re.IGNORECASE)
_NOTES = re.compile(
    r"(?:^|[,;.:]\s*|\s+(?:and|where)\s+(?:we\s+)?)(?:and\s+)?(?:"
    r"(?:notes?|summary|remarks?)\s*[:,-]\s*(?P<told>.+)|"
    r"(?:and\s+)?(?:we\s+|i\s+)?(?P<did>(?:covered|discussed|did|worked|talked|reviewed|practi[sc]ed|"
    r"learned|learnt|went|taught|repeated|explained|tested|revised)\b.+))$",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(
    r"[,;]?\s*\b(?:with |the |and )*(?:completion )?code\s*(?:is|was|:)?\s+"
    r"(?P<code>(?=[\w./-]*\d)[A-Za-z0-9][\w./-]{3,39})",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"(?:[,;:]|\s)\s*(?:because(?: of)?|since|due to|as (?=i|we|the|there|my|nobody)|reason\s*:?|"
    r":)\s+(?P<why>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_COLON = re.compile(r"^(?P<head>.*?):(?!\d)\s*(?P<text>\S.*)$", re.DOTALL)
_THAT = re.compile(r"^(?P<head>.*?)\bthat\s+(?P<text>\S.*)$", re.IGNORECASE | re.DOTALL)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 24)}
_SEVERAL = re.compile(r"\b(sessions|classes|lessons|trainings|courses|ones)\b")
_GENERIC = {"session", "sessions", "class", "lesson", "training", "the", "my", "with", "and", "of",
            "for", "group", "batch"}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """How a session went, as far as a sentence says; `about` is what is left of it."""

    about: str
    starts: re.Match[str] | None
    ends: re.Match[str] | None
    code: str | None
    notes: str | None

    def starts_at(self, near: time) -> time | None:
        """When it began, by a plan that says `near`."""
        return clock_in(self.starts, near) if self.starts else None

    def ends_at(self, near: time) -> time | None:
        """When it ended, by a plan that says `near`."""
        return clock_in(self.ends, near) if self.ends else None


def told_in(text: str) -> Told:
    """How a session went: "my 9 o'clock session, it ran till 10:45, covered topics 1 to 3"."""
    notes = _NOTES.search(text)
    rest = text[: notes.start()] if notes else text
    code = _CODE.search(rest)
    rest = _without(rest, code)
    starts = _START.search(rest)
    rest = _without(rest, starts)
    ends = _END.search(rest)
    rest = _without(rest, ends)
    summary = (notes["told"] or notes["did"]).strip() if notes else None
    return Told(
        rest,
        starts,
        ends,
        code["code"] if code else None,
        summary[:1].upper() + summary[1:] if summary else None,
    )


def reason_in(text: str) -> tuple[str, str]:
    """What is called off, and why: "my 3pm session because I am ill"."""
    found = _REASON.search(text)
    return (text[: found.start()], found["why"].strip()) if found else (text, "")


def note_in(text: str) -> tuple[str, str]:
    """Where a note belongs and what it says: "add a note to my last session: projector broken".

    The second is empty when nothing was said yet.
    """
    found = _COLON.match(text) or _THAT.match(text)
    return (found["head"], found["text"].strip()) if found else (text, "")


def note_type_in(head: str) -> str:
    """The kind of note that is asked for."""
    for kind, pattern in (
        ("follow-up", r"follow[- ]?up"),
        ("issue", r"issue|problem"),
        ("achievement", r"achievement|praise"),
    ):
        if re.search(rf"\b(?:{pattern})\b", head, re.IGNORECASE):
            return kind
    return "general"


def sessions_meant(
    text: str, sessions: Sequence[Completion], now: datetime
) -> tuple[Sequence[Completion], bool]:
    """Those of `sessions` that the words fit, and whether they say which at all.

    Title, day, time of day ("my 9 o'clock session", "yesterday's class"), "last" and "next" (one,
    unless it is "sessions").
    """
    folded = text.casefold()
    named = False
    found = list(sessions)
    fits = {one.completion_id: _named_by(one, folded) for one in found}
    if best := max(fits.values(), default=0):
        titled = [one for one in found if fits[one.completion_id] == best]
        named, found = True, titled
        folded = folded.replace(found[0].title.casefold(), " ")
    local_days = {one.completion_id: _local(one, one.starts_at).date() for one in found}
    day = _day_in(folded, now, found)
    if day is not None:
        named = True
        found = [one for one in found if local_days[one.completion_id] == day]
    clock = _TIME.search(folded)
    if clock is not None:
        named = True
        found = _at_clock(found, clock)
    for part, (first, after) in _PARTS.items():
        if re.search(rf"\b{part}\b", folded):
            named = True
            found = [one for one in found if first <= _local(one, one.starts_at).hour < after]
    begun = [one for one in found if one.starts_at <= now]
    several = bool(_SEVERAL.search(folded))
    if re.search(r"\b(last|latest|previous|most recent)\b", folded):
        latest = sorted(begun, key=lambda one: one.starts_at)[-1:]
        return begun if several else latest, True
    if re.search(r"\b(next|upcoming|coming)\b", folded):
        ahead = [one for one in found if one.starts_at > now]
        nearest = sorted(ahead, key=lambda one: one.starts_at)[:1]
        return ahead if several else nearest, True
    return found, named


def _without(text: str, found: re.Match[str] | None) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}" if found else text


def _local(session: Completion, moment: datetime) -> datetime:
    return moment.astimezone(zone(session.timezone))


def _named_by(session: Completion, folded: str) -> int:
    """How many telling words of its title are said; the whole title counts most."""
    title = session.title.casefold()
    if re.search(rf"(?<!\w){re.escape(title)}(?!\w)", folded):
        return len(title)
    telling = [one for one in re.findall(r"\w+", title) if one not in _GENERIC and len(one) > 2]  # noqa: PLR2004
    return sum(bool(re.search(rf"\b{re.escape(one)}\b", folded)) for one in telling)


def _day_in(folded: str, now: datetime, sessions: Sequence[Completion]) -> date | None:
    today = now.astimezone(zone(sessions[0].timezone)).date() if sessions else now.date()
    for word, days in (("today", 0), ("tonight", 0), ("this", 0), ("yesterday", -1),
                       ("tomorrow", 1)):  # fmt: skip
        pattern = r"\bthis (?:morning|afternoon|evening)\b" if word == "this" else rf"\b{word}\b"
        if re.search(pattern, folded):
            return today + timedelta(days=days)
    for number, name in enumerate(_DAYS):
        if re.search(rf"\b{name}\b", folded):
            around = [today + timedelta(days=one) for one in range(-7, 8)]
            planned = {_local(one, one.starts_at).date() for one in sessions}
            fitting = [one for one in around if one.weekday() == number]
            held = [one for one in fitting if one in planned]
            return min(held or fitting, key=lambda one: abs((one - today).days))
    return None


def _at_clock(sessions: Sequence[Completion], clock: re.Match[str]) -> list[Completion]:
    """Those that begin at that time; to "9" also 9:30 fits where nothing begins at 9 sharp."""

    def minutes(one: Completion) -> int:
        start = _local(one, one.starts_at).time()
        at = clock_in(clock, start)
        return 10_000 if at is None else (start.hour - at.hour) * 60 + start.minute - at.minute

    exact = [one for one in sessions if minutes(one) == 0]
    if exact or clock["minute"]:
        return exact
    return [one for one in sessions if 0 < minutes(one) < 60]  # noqa: PLR2004
