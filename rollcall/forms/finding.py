"""Values that stand somewhere in a sentence: only what can hardly mean anything else.

What was found is masked in the text, so that nothing is found twice and a name ends where
something else begins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rollcall.dates import When, find_when
from rollcall.errors import Invalid
from rollcall.forms.amounts import WITH_CURRENCY
from rollcall.forms.choosing import fold, words_of
from rollcall.forms.fields import any_of
from rollcall.forms.kinds import Context, read
from rollcall.forms.spec import Field

MASK = "\x00"
DATES = ("date", "datetime")
_EMAIL = re.compile(r"[^\s<>,;:\"()\x00]+@[^\s<>,;:\"()\x00]+\.\w+")
_PHONE = re.compile(r"\+\d[\d\s().-]{6,}\d|\(\d{2,5}\)\s?\d[\d\s.-]{4,}\d")
_CAPITALS = r"[A-ZÀ-Þ0-9][\w'’.&-]*"
_NAMED = re.compile(
    rf"[\"“][^\"”]+[\"”]|{_CAPITALS}(?:\s+(?:(?:&|and|of|the|de|von|van)\s+)?{_CAPITALS})*"
)
_LABELLED_SHAPES = {
    "email": _EMAIL,
    "phone": re.compile(r"[+(]?\d[\d\s().-]{5,}\d"),
    "money": re.compile(rf"{WITH_CURRENCY.pattern}|\d[\d.,']*", re.IGNORECASE),
}
"""What follows a field's name needs less to be sure about."""
_RANGE = re.compile(r"\s+(?:to|until|till|through|–|-)\s+", re.IGNORECASE)
_ID = re.compile(r"\b[A-Za-z]{2,6}\d{3,8}\b")
_TOKEN = re.compile(r"[^\s\x00]+")
_MOST_TOKENS = 40
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’-]*){0,3}")
_RELATIVE = re.compile(
    r"\b(today|tomorrow|tonight|yesterday|next|this|last|coming|in|ago|end|noon|midnight|from now|"
    r"weekend|mid)\b",
    re.IGNORECASE,
)
_DATE_CUES = words_of(
    "on by until till from since before due starting starts ending ends at for next this coming"
)


@dataclass(frozen=True)
class Found:
    """A value and where its words stand in the text."""

    value: Any
    start: int
    end: int


def masked(text: str, start: int, end: int) -> str:
    """The text with a stretch of it hidden."""
    return text[:start] + MASK * (end - start) + text[end:]


def find(spec: Field, text: str, context: Context) -> Found | None:
    """A value of the field's kind that its shape gives away: an address, a number to dial, an
    employee id, an amount with a currency, a date. None for kinds without such a shape."""
    if spec.kind in DATES:
        return find_date(spec, text, context)
    pattern = {"email": _EMAIL, "phone": _PHONE, "employee": _ID, "money": WITH_CURRENCY}.get(
        spec.kind
    )
    match = pattern.search(text) if pattern else None
    return _read_at(spec, text, match.start(), match.end(), context) if match else None


def _read_at(spec: Field, text: str, start: int, end: int, context: Context) -> Found | None:
    try:
        return Found(read(spec, text[start:end], context), start, end)
    except Invalid:
        return None


def find_date(spec: Field, text: str, context: Context) -> Found | None:
    """The date in `text`, unless it may as well be a part of a name ("March Consulting")."""
    span = date_span(text, context)
    if span is None:
        return None
    start, end = span
    if not _surely_a_date(text, start, end):
        return None
    return _read_at(spec, text, start, end, context)


def date_span(text: str, context: Context) -> tuple[int, int] | None:
    """Where the words of the first date stand, without the words around them."""
    readable = text.replace(MASK, " ")
    when = _when(readable, context)
    if when is None:
        return None
    place = readable.lower().find(when.words.lower())
    if place >= 0:
        return place, place + len(when.words)
    # The words were read in another spelling: the fewest of them that say the same are meant.
    tokens = [(one.start(), one.end()) for one in _TOKEN.finditer(text)][:_MOST_TOKENS]
    first, last = 0, len(tokens) - 1
    while last > first and _same(when, readable[: tokens[last - 1][1]], context):
        last -= 1
    while first < last and _same(when, readable[tokens[first + 1][0] : tokens[last][1]], context):
        first += 1
    return tokens[first][0], len(text[: tokens[last][1]].rstrip(".,;:!?"))


def _when(text: str, context: Context) -> When | None:
    try:
        return find_when(text, context.now, context.timezone)
    except Invalid:
        return None


def _same(when: When, text: str, context: Context) -> bool:
    other = _when(text, context)
    return other is not None and (other.day, other.clock) == (when.day, when.clock)


def _surely_a_date(text: str, start: int, end: int) -> bool:
    words = text[start:end]
    after = text[end:].lstrip(" ")[:1]
    before = re.findall(r"[\w']+", text[:start])[-1:]
    if words[:1].isupper() and len(words.split()) == 1:
        # "Friday Ltd" is a name, "on Friday" is a day.
        cued = bool(before) and before[0].lower() in _DATE_CUES
        return cued and not after.isupper()
    if after.isupper() and words[:1].isupper() and not re.search(r"\d", words):
        return False
    return bool(
        re.search(r"\d", words)
        or _RELATIVE.search(words)
        or (before and before[0].lower() in _DATE_CUES)
        or len(words.split()) > 1
    )


def after_cue(spec: Field, text: str, context: Context) -> Found | None:
    """A value that follows one of the field's cues: "hosted by Erika", "from Globex"."""
    if not spec.cues:
        return None
    for cue in re.finditer(rf"\b(?:{any_of(list(spec.cues))})\s+", text, re.IGNORECASE):
        found = at_start(spec, text, cue.end(), context)
        if found is not None:
            return Found(found.value, cue.start(), found.end)
    return None


def at_start(spec: Field, text: str, start: int, context: Context) -> Found | None:
    """A value whose words begin at `start` and end before a comma or what is masked."""
    stretch = re.match(r"(?:[^,;\x00]|(?<=\d),(?=\d))*", text[start:])
    words = stretch.group() if stretch else ""
    match spec.kind:
        case "date" | "datetime":
            words = _RANGE.split(words)[0]
            span = date_span(words, context)
            end = span[1] if span and span[0] == 0 else None
        case "email" | "phone" | "money":
            shape = _LABELLED_SHAPES[spec.kind].match(words)
            end = shape.end() if shape else None
        case "employee":
            end = _end_of_person(spec, words, context)
        case "text" | "name":
            named = _NAMED.match(words)
            end = len(named.group().rstrip(".")) if named else None
        case _:
            end = next((one for one in _ends(words) if _reads(spec, words[:one], context)), None)
    return _read_at(spec, text, start, start + end, context) if end else None


def _end_of_person(spec: Field, words: str, context: Context) -> int | None:
    """Where the name (or id) of a colleague at the start of `words` ends."""
    for end in _ends(words):
        said = words[:end]
        try:
            who = read(spec, said, context)
        except Invalid:
            continue
        names = next((one.name for one in context.people if one.employee_id == who), "")
        own = {*fold(names).split(), who.casefold(), "me", "myself"}
        if set(fold(said).split()) <= own:
            return end
    return None


def _reads(spec: Field, words: str, context: Context) -> bool:
    try:
        read(spec, words, context)
    except Invalid:
        return False
    return True


def _ends(words: str) -> Iterator[int]:
    """Where a value of up to four words at the start of `words` may end, the longest first."""
    for token in reversed(list(_TOKEN.finditer(words))[:4]):
        yield token.end()


def choices_in(spec: Field, text: str) -> Iterator[Found]:
    """Values or labels of a choice field that stand in lower case as whole words."""
    for choice in spec.choices:
        for term in {choice.label.lower(), choice.value.replace("_", " ")}:
            for match in re.finditer(rf"(?<![\w-]){re.escape(term)}(?![\w-])", text):
                yield Found(choice.value, match.start(), match.end())


def people_in(text: str, context: Context) -> Iterator[Found]:
    """Employees whose whole name of two words or more stands in the text."""
    for match in _NAME.finditer(text):
        words = [(one.start(), one.end()) for one in _TOKEN.finditer(match.group())]
        for first in range(len(words)):
            for last in range(len(words) - 1, first, -1):
                start, end = words[first][0], words[last][1]
                who = _whose_name(match.group()[start:end], context)
                if who is not None:
                    yield Found(who, match.start() + start, match.start() + end)


def _whose_name(words: str, context: Context) -> str | None:
    said = fold(words)
    same = [one.employee_id for one in context.people if fold(one.name) == said]
    return same[0] if len(same) == 1 else None


def whole(spec: Field, words: str, context: Context) -> Any | None:
    """The value when `words` are that and nothing else; None when they say more or something else.

    For kinds that would read a value out of any sentence.
    """
    bare = words.strip(" .!")
    try:
        value = read(spec, bare, context)
    except Invalid:
        return None
    if spec.kind in DATES:
        span = date_span(bare, context)
        around = bare if span is None else bare[: span[0]] + bare[span[1] :]
        return value if set(around.lower().split()) <= _DATE_CUES else None
    shape = {
        "email": _EMAIL.pattern,
        "phone": r"\+?[\d\s().-]{7,}",
        "money": WITH_CURRENCY.pattern,
        "number": r"[-+]?\d[\d.,]*",
    }.get(spec.kind)
    if shape and not re.fullmatch(shape, bare, re.IGNORECASE):
        return None
    if spec.kind == "choice" and not _is_term(spec, bare):
        return None
    if spec.kind in ("text", "name", "yes_no"):
        return None
    return value


def _is_term(spec: Field, words: str) -> bool:
    """Whether they are one of the choices, with or without the field's name: "high priority"."""
    terms = [(one.value, one.label, *one.synonyms) for one in spec.choices]
    names = any_of([fold(one) for one in (spec.label, *spec.synonyms)])
    bare = re.sub(rf"^(?:{names})\s+|\s+(?:{names})$", "", fold(words))
    return {fold(words), bare} & {fold(term) for group in terms for term in group} != set()


def only(fields: Sequence[Field], *kinds: str) -> Field | None:
    """The only one of `fields` that is of one of these kinds; None when there are none or more."""
    fitting = [one for one in fields if one.kind in kinds]
    return fitting[0] if len(fitting) == 1 else None
