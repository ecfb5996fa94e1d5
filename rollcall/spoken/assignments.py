"""Reading who is to do what: "assign 'Stocktaking' to Erika and Tom, high, due Friday".

Several tasks and several people may stand in one sentence. What can't be read is said back, so
that nothing is dropped silently.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rollcall.directory import Employee
from rollcall.forms.kinds import Context
from rollcall.spoken.items import (
    CUT,
    QUOTED,
    Item,
    details_in,
    is_detail,
    joined,
    quoted_titles,
    title_and_details,
)
from rollcall.spoken.people import Mention, groups, hide_quotations, mentions

_LEAD = (
    r"^\W*(?:(?:please|pls|kindly|can|could|would|will|you|i|we|want|need|like|['’]d|to|let['’]?s|"
    r"hey|hi|hello|ok|okay|now|then|and|also|yes|no|well|actually)\b[\s,.!]*|i['’]d\s+like\s+to\s+)*"
)
_ASSIGN = (
    r"(?:re-?assign|assing|assign|assgin|give|delegate|hand\s+out|hand|distribute|create|add|make|"
    r"set\s+up|set|put|open|schedule|pass|enter|new)\b"
)
_NOUN = (
    r"(?:(?:an?|the|this|these|those|following|new|another|some|two|three|four|five|my)\s+)*"
    r"(?:(?:low|medium|high|urgent)(?:[\s-]+prio(?:rity)?)?\s+)?(?:tasks?|jobs?|to-?dos?|work)\b"
)
_OPENING = re.compile(
    rf"{_LEAD}(?:{_ASSIGN}\s*)?(?:{_NOUN}\s*(?:(?:of|called|named|titled|to)\s+)?|"
    r"these\b\s*|the\s+following\b\s*)?[:,]?\s*",
    re.IGNORECASE,
)
_COLON = re.compile(r"^(?P<head>[^:\"“'\n]{0,120}?):\s*(?P<body>.+)$", re.DOTALL)
_HEAD_WORDS = re.compile(
    r"\b(?:assign|give|delegate|create|add|hand|distribute|new|following|these|tasks?|to-?dos?|jobs?)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:these|following|tasks|jobs|to-?dos)\b", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|for|on|onto)\s+(?:both\s+|each\s+of\s+|all\s+of\s+)?$", re.IGNORECASE)
_ASK = re.compile(r"\b(?:ask|tell|remind|get|want|need)\s+(?:both\s+)?$", re.IGNORECASE)
_LET = re.compile(r"\b(?:have|let)\s+(?:both\s+)?$", re.IGNORECASE)
_TO_DO = re.compile(r"\s*to\s+(?:do\s+)?(?=\S)", re.IGNORECASE)
_GIVE = re.compile(r"\b(?:give|assign|hand|set)\s+(?:both\s+)?$", re.IGNORECASE)
_SHOULD = re.compile(
    r"^\s*(?:both\s+|all\s+)?(?:should|must|has\s+to|have\s+to|needs?\s+to|shall|is\s+to|are\s+to)\s+"
    r"(?:please\s+)?(?:do\s+|take\s+)?",
    re.IGNORECASE,
)
_TASK_OF = re.compile(
    r"^\s*(?:(?:the|an?|this|another|new)\s+)*(?:(?:high|low|urgent|medium)(?:[\s-]priority)?\s+)?"
    r"(?:tasks?|jobs?|to-?dos?|work)?\s*(?:of\s+|to\s+|called\s+|named\s+)?[:,]?\s*",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"\s*(?:;|\n)\s*")
_BULLET = re.compile(r"\s*\n\s*(?:[-*•–]|\d{1,2}[.)])?\s*")
_ALL = re.compile(r"\b(?:both|all|each)\b", re.IGNORECASE)
_STRANGER = re.compile(
    r"\b(?:to|for)\s+(?P<name>(?-i:[A-ZÀ-Þ])[\w'’-]+(?:\s+(?-i:[A-ZÀ-Þ])[\w'’-]+)*)|"
    r"\bto\s+(?P<low>[^\W\d_][\w'’-]+)(?=\s*(?:$|[,.!?;]|and\b|by\b|until\b|due\b|with\b|instead\b))",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\s*(?:,\s*)?(?:and|&)\s+(?:to\s+)?(?P<name>[^\W\d_][\w'’-]+)"
    r"(?=\s*(?:$|[,.!?;]|and\b|by\b|until\b|due\b|with\b))",
    re.IGNORECASE,
)
_NO_NAMES = re.compile(
    r"(?:asap|soon|please|thanks|now|tonight|noon|important|critical|normal|start|begin|me|my|mine|us|them|him|her|it|this|that|do|everyone|everybody|anyone|somebody|someone|all|"
    r"both|team|work|staff|be|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|"
    r"today|urgent|high|low|medium|next|the|a|an|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|high|done|completed|finished)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """What a sentence gives to whom, and the words of it that weren't understood."""

    items: tuple[Item, ...] = ()
    unread: tuple[str, ...] = field(default=())


def read_assignments(text: str, people: Sequence[Employee], context: Context) -> Reading:
    """Who is to do what in `text`. Raises `Invalid` for a deadline in the past."""
    said = _BULLET.sub("; ", text.strip())
    head, body = _head_and_body(said)
    whole = mentions(head, people, context.me)
    if whole and head:
        return _for_the_same(head, body, whole, context)
    reading = _anchored(body, people, context)
    return _with_common(reading, head, context) if head else reading


def _head_and_body(text: str) -> tuple[str, str]:
    match = _COLON.match(text)
    if match and _HEAD_WORDS.search(match["head"]):
        return match["head"], match["body"]
    return "", text


def _for_the_same(head: str, body: str, found: list[Mention], context: Context) -> Reading:
    """Tasks for Erika: "order paper", "call the bank"; due Friday."""
    people = tuple(found)
    titles, tail = quoted_titles(body)
    if not titles:
        parts = _ITEMS.split(body.strip(" .;"))
        if len(parts) == 1 and _PLURAL.search(hide_quotations(head)):
            parts = CUT.split(body.strip(" .;"))
        titles = [one for one in parts if one.strip()]
        tail = ""
    items: list[Item] = []
    common, left = details_in(f"{_without(head, found)} {tail}", context)
    for one in titles:
        title, own = title_and_details(one, context)
        items.append(joined(Item(title, people), own, common))
    return Reading(tuple(items), tuple(left if tail else ()))


def _anchored(text: str, people: Sequence[Employee], context: Context) -> Reading:
    """Items that stand around the people: "A to Erika, B to Tom due Friday"."""
    found = _with_strangers(text, mentions(text, people, context.me))
    listed = [one for one in groups(text, found) if not one[0].owns or len(one) > 1]
    listed = [one for one in listed if _has_a_place(text, one)]
    if not listed:
        titles, rest = quoted_titles(text)
        if titles:
            details, left = details_in(_OPENING.sub(" ", rest, count=1), context)
            return Reading(tuple(joined(Item(one), details) for one in titles), tuple(left))
        title, details = title_and_details(_OPENING.sub("", text, count=1), context)
        return Reading((joined(Item(title), details),))
    items: list[Item] = []
    unread: list[str] = []
    position = 0
    for number, group in enumerate(listed):
        start, end = group[0].start, group[-1].end
        last = number == len(listed) - 1
        following = text[end : None if last else listed[number + 1][0].start]
        before = text[position:start]
        if form := _people_first(before, following):
            titles, tail = quoted_titles(following[form:])
            if not titles:
                title, own = title_and_details(following[form:].strip(), context)
                items.append(joined(Item(title, tuple(group)), own))
            else:
                details, left = details_in(tail, context)
                unread += left
                items += [joined(Item(one, tuple(group)), details) for one in titles]
            position = end + len(following)
            continue
        anchor = _TO.search(before)
        before = before[: anchor.start()] if anchor else before
        if number:
            tail, before = _split_last(before, context)
            _amend(items, unread, tail, context)
        items += _items_before(before, tuple(group), context, first=not number)
        position = end
    _amend(items, unread, text[position:], context, to_all=True)
    return Reading(tuple(items), tuple(unread))


def _has_a_place(text: str, group: list[Mention]) -> bool:
    """Whether the group stands where those stand who get something."""
    before, after = text[: group[0].start], text[group[-1].end :]
    plain = hide_quotations(before)
    if group[0].words.lower() in ("me", "myself"):
        return bool(_TO.search(plain) or re.search(r"\bremind\s+$|\bgive\s+$", plain, re.I))
    asked = _ASK.search(plain) and _TO_DO.match(after)
    return bool(
        asked
        or _TO.search(plain)
        or _LET.search(plain)
        or _GIVE.search(plain)
        or _SHOULD.match(after)
    )


def _people_first(before: str, following: str) -> int:
    """Where the task begins behind people who stand in front of it; 0 when they don't."""
    if should := _SHOULD.match(following):
        return should.end()
    if _ASK.search(before):
        return _end_of(_TO_DO.match(following))
    if _LET.search(before):
        return _end_of(re.match(r"\s+(?:do\s+)?", following))
    if _GIVE.search(before):
        return _end_of(_TASK_OF.match(following))
    if _TO.search(before) and re.match(r"\s*:", following):
        return following.index(":") + 1
    return 0


def _end_of(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _items_before(
    text: str, people: tuple[Mention, ...], context: Context, first: bool
) -> list[Item]:
    """The tasks that stand before the people who get them."""
    titles, rest = quoted_titles(text)
    if titles:
        details, _ = details_in(rest, context)
        return [joined(Item(one, people), details) for one in titles]
    words = _OPENING.sub("", text, count=1) if first else text
    parts = re.split(r"\s+and\s+(?=the\s)", words) if re.match(r"\s*the\s", words) else [words]
    items = []
    for one in parts:
        title, details = title_and_details(one, context)
        if title is None and first:
            # "an urgent task to Erika": no title, but a priority.
            details, _ = details_in(text, context)
        items.append(joined(Item(title, people), details))
    return items


def _split_last(text: str, context: Context) -> tuple[str, str]:
    """What still belongs to the item before, and the words of the next one."""
    quoted = QUOTED.search(text)
    if quoted:
        return text[: quoted.start()], text[quoted.start() :]
    cuts = list(CUT.finditer(text))
    for cut in cuts:
        if not is_detail(text[cut.end() :].split(",", maxsplit=1)[0], context):
            return text[: cut.start()], text[cut.end() :]
    return "", text


def _amend(
    items: list[Item], unread: list[str], tail: str, context: Context, to_all: bool = False
) -> None:
    """Put the details behind an item into it; into all items of the same people, or of "both"."""
    details, left = details_in(tail, context)
    unread += left
    if not items:
        return
    everybody = to_all and bool(_ALL.search(hide_quotations(tail)))
    latest = items[-1].people
    for number, one in enumerate(items):
        if everybody or one.people == latest:
            items[number] = joined(one, details)


def _with_common(reading: Reading, head: str, context: Context) -> Reading:
    details, _ = details_in(head, context)
    return replace(reading, items=tuple(joined(one, details) for one in reading.items))


def _with_strangers(text: str, found: list[Mention]) -> list[Mention]:
    """The mentions, and those who are named where somebody gets something but are nobody."""
    plain = hide_quotations(text)
    strangers = []
    for match in _STRANGER.finditer(plain):
        group = "name" if match["name"] else "low"
        words = match[group]
        if _NO_NAMES.fullmatch(words.split()[0]):
            continue
        start, end = match.span(group)
        if not any(start < one.end and one.start < end for one in found):
            strangers.append(Mention(start, end, words, ()))
    for one in found:
        # "to Erika and oscar": whoever stands beside somebody is somebody, too.
        beside = _BESIDE.match(plain, one.end)
        if beside and not _NO_NAMES.fullmatch(beside["name"]) and not one.owns:
            start, end = beside.span("name")
            if not any(start < other.end and other.start < end for other in [*found, *strangers]):
                strangers.append(Mention(start, end, beside["name"], ()))
    return sorted([*found, *strangers], key=lambda one: one.start)


def _without(text: str, found: Sequence[Mention]) -> str:
    for one in reversed(found):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text
