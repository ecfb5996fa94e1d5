"""Who and what a question names: people by id or name, things by title.

People are looked up among those the asker may see. A name that is nobody's of them is refused in
the same words whether or not somebody else bears it.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from rollcall.directory import UNKNOWN, Employee
from rollcall.errors import Invalid, NotFound

EMPLOYEE_ID = re.compile(r"\b(emp)[-_ ]?(\d{3,8})\b|\b([a-z]{2,6})(\d{3,8})\b", re.IGNORECASE)
NEAR = 86.0
SHORT = 3
_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae",
                                "œ": "oe", "ı": "i", "ß": "ss"})  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SURNAME = re.compile(r"\s+([A-ZÀ-Þ][^\W\d_]*(?:['’-][^\W\d_]{2,})*)")
_POSSESSIVE = re.compile(r"['’]s?$")
_VERBS = (
    r"(?:register|add|enter|record|creat|finish|complet|do|done|start|work|sign|log|have|had|take|"
    r"need|open|assign|get|got|make|made|spend|close)\w*"
)
_THINGS = (
    r"(?:registrations?|tasks?|sessions?|activit\w+|history|to-?dos?|log-?ins?|sign-?ins?|entries|"
    r"records?|timeline|day|week|work|brief|team)"
)
_CAPITAL = r"[A-ZÀ-Þ][\w'’-]*(?:\s+[A-ZÀ-Þ][\w'’-]*)*"
_PLACES = [
    re.compile(pattern)
    for pattern in (
        # did Erika register, has erika finished
        rf"(?i:\b(?:did|does|has|have|had|was|is)\s+)(?P<name>[^\W\d_][\w'’-]*(?:\s+[A-ZÀ-Þ][\w'’-]*)*)"
        rf"\s+(?i:(?:ever|already|just|been|also|still)\s+)*(?i:{_VERBS})\b",
        rf"(?i:\b(?:did|does)\s+)(?P<name>{_CAPITAL})\s+[a-z]+\b",
        # Erika's tasks
        rf"(?<![\w'’-])(?P<name>[^\W\d_][\w-]*(?:\s+[A-ZÀ-Þ][\w-]*)*)['’]s?\s+"
        rf"(?i:(?:\w+\s+){{0,2}}{_THINGS})\b",
        # the tasks of Erika, registered by erika
        rf"(?i:\b(?:of|by)\s+(?:colleague\s+|employee\s+)?)"
        rf"(?P<name>{_CAPITAL}|[^\W\d_][\w'’-]*)",
        # for Erika, without Erika, compare Erika
        rf"(?i:\b(?:for|from|about|than|except|without|excluding|only|just|compare|between)\s+"
        rf"(?:colleague\s+|employee\s+)?)(?P<name>{_CAPITAL})",
        rf"(?i:\b(?:compare|between)\b.*?\b(?:with|and|to|vs\.?|versus)\s+)(?P<name>{_CAPITAL})",
        # and for erika?
        r"(?i:^\W*(?:and|what about|how about|same|now)?\s*(?:for|about)\s+)"
        r"(?P<name>[^\W\d_][\w'’-]*)\W*$",
    )
]
_QUOTED = re.compile(r"[\"“]([^\"”]{2,})[\"”]|(?<!\w)['‘]([^'’]{2,})['’](?!\w)")
_BIG = (
    r"(?P<title>[A-ZÀ-Þ0-9][\w&.'’-]*"
    r"(?:\s+(?:[A-ZÀ-Þ0-9&][\w&.'’-]*|(?:of|and|de|for)\s+[A-ZÀ-Þ]\w*))*)"
)
_ANY = r"(?P<title>[^\W\d_][\w&.'’-]*(?:\s+[A-ZÀ-Þ0-9&][\w&.'’-]*)*)"
_DONE = r"(?i:registered|added|entered|created|recorded|on record)"
_TITLES = [
    re.compile(pattern)
    for pattern in (
        r"(?i:\b(?:called|named|titled|(?<!what )(?<!how )about)\s+(?:the\s+)?)" + _BIG,
        r"(?i:\b(?:called|named|titled)\s+(?:the\s+)?)(?P<title>.+?)\W*$",
        r"(?i:\b(?:find|search(?:\s+for)?|look\s?(?:up|for)|where is)\s+"
        rf"(?:the\s+)?(?:\w+\s+){{0,2}}?){_BIG}",
        rf"(?i:\bwho\s+(?:else\s+)?){_DONE}\s+(?i:(?:the|our)\s+)?(?:[a-z]+\s+)?{_BIG}",
        rf"(?i:\bwho\s+(?:else\s+)?){_DONE}\s+(?i:(?:the|our)\s+)?{_ANY}\W*$",
        rf"(?i:\b(?:is|was|has|are)\s+)(?P<title>[^\W\d_][\w&.'’-]*(?:\s+[A-ZÀ-Þ0-9&][\w&.'’-]*)*)\s+"
        rf"(?i:(?:already|ever|been|still|now)\s+)+(?:a\s+)?{_DONE}",
        rf"(?i:\b(?:is|was|are)\s+){_BIG}\s+(?i:an?\s+)?{_DONE}",
        rf"(?i:\b(?:register(?:ed)?|add(?:ed)?)\s+(?:the\s+)?)(?:[a-z]+\s+)?{_BIG}",
        rf"(?i:\bregistration\s+(?:of|for)\s+){_BIG}",
        rf"(?i:\bis there\s+an?\s+\w+\s+){_BIG}",
        rf"(?i:\b(?:the|our)\s+(?P<type>\w+)\s+){_BIG}",
    )
]
_OTHER_WORDS = frozenset(
    """
    a an the this that these those it its my mine our ours your his her hers their me us you
    him them i we he she they everyone everybody anyone anybody someone somebody nobody noone
    all any each every some most more less many few other others both either one two three
    four five six seven eight nine ten first second third last next past previous current
    latest newest oldest recent today tomorrow yesterday tonight now day days week weeks
    weekend month months quarter quarters year years fortnight morning afternoon evening night
    noon hour hours minute minutes time times date dates january february march april may june
    july august september october november december monday tuesday wednesday thursday friday
    saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur
    thurs fri sat sun q1 q2 q3 q4 h1 h2 ytd type types kind kinds category categories person
    people persons employee employees colleague colleagues staff user users team teams
    department departments dept branch branches office company organisation organization group
    groups everything anything something nothing status state states priority priorities low
    medium high urgent overdue late open pending completed finished done started ongoing
    progress active ended expired due planned registration registrations registered
    registering entry entries record records task tasks todo todos session sessions activity
    activities history log timeline login logins sign signed in on at to of by for from with
    and or not no but only just also than then as if so is are was were be been do does did
    has have had can could will would shall should what which who whom whose when where why
    how number count total sum average report reports statistics overview list lists table
    chart graph summary excel csv xlsx pdf spreadsheet file please thanks hello hi hey yes new
    old out left there here same whole long short far until since before after between during
    within comparison compare compared versus vs against manager managers admin admins faculty
    assigned given created added made entered reviewed brief being going still ever already
    finish complete register start stop work working worked use used using mean means
    operations sales training administration marketing finance hr support engineering
    logistics purchasing legal production
    """.split()  # noqa: SIM905  (one a line would be a page)
)


@dataclass(frozen=True)
class Named:
    """The people that a text names, and the text without their names."""

    people: list[str]
    rest: str


def folded(text: str) -> str:
    """Lower case without accents: how somebody without these letters types it."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN_LETTERS)
    return "".join(one for one in plain if not unicodedata.combining(one))


def employee_ids(text: str) -> list[str]:
    """The employee ids in `text`, in their order: "emp 005" is EMP005."""
    found = [
        f"{(one[1] or one[3]).upper()}{one[2] or one[4]}" for one in EMPLOYEE_ID.finditer(text)
    ]
    return list(dict.fromkeys(found))


def people_in(text: str, people: Sequence[Employee], other_words: Collection[str] = ()) -> Named:
    """The people whom `text` names, by id, full name, first or last name.

    `other_words` are no names in it. Raises `Invalid` when several bear a name, and `NotFound`
    when somebody is named whom nobody in `people` is.
    """
    ids = employee_ids(text)
    rest = EMPLOYEE_ID.sub(" ", text)
    known = _OTHER_WORDS | {folded(one) for one in other_words}
    parts = _name_parts(people)
    spoken = _spoken(rest, known, parts)
    for words in spoken:
        owner = _owner(words, people, parts)
        ids += [owner] if owner not in ids else []
        rest = re.sub(rf"\b{re.escape(words)}(?:['’]s?)?(?!\w)", " ", rest)
    return Named(ids, rest)


def person_named(text: str, people: Sequence[Employee]) -> str | None:
    """The id of the one person whose first, last or full name stands in `text`, or None."""
    try:
        found = people_in(text, people).people
    except (Invalid, NotFound):
        return None
    return found[0] if len(found) == 1 else None


def title_in(
    text: str, people: Sequence[Employee], other_words: Collection[str] = ()
) -> str | None:
    """The name of the thing that is asked for, as in "who registered Acme?"; no person's name.

    `other_words` are those that name types of things.
    """
    known = _OTHER_WORDS | {folded(one) for one in other_words}
    parts = _name_parts(people)
    quoted = _QUOTED.search(text)
    if quoted:
        return next(one for one in quoted.groups() if one).strip()
    for place in _TITLES:
        match = place.search(text)
        if match is None or match.groupdict().get("type", "") not in {"", *other_words}:
            continue
        words = [folded(one) for one in _WORD.findall(match["title"])]
        if not words or words[0] in known or any(one in parts for one in words):
            continue
        if not EMPLOYEE_ID.search(match["title"]):
            return match["title"].strip(" .?!")
    return None


def _name_parts(people: Sequence[Employee]) -> dict[str, set[str]]:
    """Whose each part of a name is, folded: first names, last names."""
    parts: dict[str, set[str]] = {}
    for one in people:
        for word in _WORD.findall(one.name):
            if len(word) >= SHORT:
                parts.setdefault(folded(word), set()).add(one.employee_id)
    return parts


def _spoken(text: str, known: frozenset[str], parts: dict[str, set[str]]) -> list[str]:
    """The names in `text`, as they are written, each as long as it goes."""
    found: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        plain = folded(_POSSESSIVE.sub("", word.group()))
        if plain not in parts or (plain in known and not _like_a_name(text, word.start())):
            continue
        end = word.start() + len(_POSSESSIVE.sub("", word.group()))
        if found and word.start() < found[-1][1]:
            continue
        while surname := _SURNAME.match(text, end):
            if folded(surname[1]) in known:
                break
            end = surname.end(1)
        if found and not text[found[-1][1] : word.start()].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((word.start(), end))
    for place in _PLACES:
        for match in place.finditer(text):
            start, end = match.span("name")
            words = _POSSESSIVE.sub("", match["name"])
            if any(start < other[1] and other[0] < end for other in found):
                continue
            if folded(words.split()[0]) not in known and words.casefold() not in known:
                found.append((start, start + len(words)))
    return [text[start:end] for start, end in sorted(found)]


def _like_a_name(text: str, start: int) -> bool:
    """Whether a word that also means something else ("Grace", "Jun") is written as a name."""
    first = not text[:start].strip(" .,!?")
    return text[start].isupper() and not first


def _owner(words: str, people: Sequence[Employee], parts: dict[str, set[str]]) -> str:
    """Whose name `words` is. Raises `Invalid` when it is several people's, `NotFound`."""
    said = [folded(one) for one in _WORD.findall(words)]
    meant: set[str] | None = None
    for one in said:
        bearers = parts.get(one) or _nearly(one, parts)
        meant = bearers if meant is None else meant & bearers
    if not meant:
        raise NotFound(UNKNOWN)
    if len(meant) > 1:
        names = sorted(f"{one.name} ({one.employee_id})" for one in people
                       if one.employee_id in meant)  # fmt: skip
        raise Invalid(f"Several people could be meant: {' or '.join(names)}. Which one?")
    return meant.pop()


def _nearly(word: str, parts: dict[str, set[str]]) -> set[str]:
    """Who bears a name that `word` is a slip of."""
    best = process.extractOne(word, list(parts), scorer=fuzz.ratio, score_cutoff=NEAR)
    return parts[best[0]] if best and len(word) > SHORT else set()
