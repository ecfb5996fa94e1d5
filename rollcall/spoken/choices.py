"""Which tasks somebody means: by number in the list, by title, by "it", by "all of them"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from rapidfuzz import fuzz, process

from rollcall.names import folded
from rollcall.spoken.people import hide_quotations

NEAR = 75.0
CLEARLY_BETTER = 8.0
SHORTEST_TITLE = 3
_QUOTED = re.compile(r"[\"“]([^\"”]{2,})[\"”]|(?<!\w)['‘]([^'’]{2,}(?:['’]\w[^'’]*)*)['’](?!\w)")
_FILLER = re.compile(
    r"(?<=\w)['’]s\b|\b(?:please|pls|thanks|thank|can|could|would|you|i|i['’]ve|i['’]m|i['’]d|i['’]ll|we|we['’]ve|have|had|am|are|"
    r"with|the|a|an|my|our|their|task|tasks|titled|called|named|start|started|starting|begin|began|"
    r"begun|finish|finished|finishing|complete|completed|completing|done|did|do|mark|as|is|was|it|"
    r"its|close|closed|tick|check|cross|off|set|to|on|onto|just|already|also|working|work|now|make|"
    r"change|update|postpone|delay|push|move|extend|defer|reschedule|due|deadline|date|priority|"
    r"status|state|of|in|progress|pending|open|that|those|these|them|this|one|ones|let|me|us|want|"
    r"need|like|cancel|delete|remove|drop|withdraw|scrap|discard|erase|get|rid|reassign|hand|over|"
    r"pass|transfer|give|gave|given|assign|assigned|from|for|by|instead|not|no|yes|ok|okay|well|"
    r"actually|finally|yet|after|all|still|again|back|any|more|longer|needed|reopen|so|then|and|"
    r"haven['’]?t|hasn['’]?t|isn['’]?t|wasn['’]?t|didn['’]?t|don['’]?t|can['’]?t|been|has|how|what|"
    r"going|far|when|rename|into|wait|should|shall|must|rather|sorry|oh|oops|meant|mean|may|take|better|best|fine|works|think|would|could|hmm|uh|too|has|will)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:all\s+(?:of\s+)?(?:my|the|them|these|those|it|open|tasks|\d)|everything|every\s+task|"
    r"each\s+of\s+them|them\s+all|all\s+tasks|both)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_PLACE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{'|'.join((*_NUMBERS, *_ORDINALS))}|last)"
_PLACES = re.compile(
    rf"(?:tasks?|numbers?|nos?\.?|items?|#)?\s*{_PLACE}(?:\s*(?:tasks?|ones?))?"
    rf"(?:\s*(?:,|and|&|\+|to|through|-|–|\s)\s*(?:and\s+|the\s+|#|task\s+|number\s+)*{_PLACE}"
    r"(?:\s*(?:tasks?|ones?))?)*",
    re.IGNORECASE,
)
_MARKED_PLACE = re.compile(
    rf"(?:\b(?:task|number|no\.?|item)\s+|#)({_PLACE})\b|\bthe\s+((?:{'|'.join(_ORDINALS)}|last))\b"
    r"(?:\s+(?:one|task))?",
    re.IGNORECASE,
)
_ONE_PLACE = re.compile(rf"\b{_PLACE}\b", re.IGNORECASE)
_RANGE = re.compile(r"\b(\d{1,2})\s*(?:-|–|to|through)\s*(\d{1,2})\b")
_SEPARATOR = re.compile(
    r"\s*(?:,\s*and\b|,|;|\n|&|\+|\band\b|\bas well as\b|\bplus\b)\s*", re.IGNORECASE
)
_WITH_DIGIT = re.compile(r"\w*\d\w*")
_THEM = re.compile(r"\b(?:it|that|this|them|those|these|one)\b", re.IGNORECASE)


class HasTitle(Protocol):
    """Something that can be meant: a `Task` is one."""

    @property
    def task_id(self) -> str: ...
    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=HasTitle)


@dataclass(frozen=True)
class Named:
    """The name of a task, where nothing else of it is at hand."""

    task_id: str
    title: str


@dataclass(frozen=True)
class Choice(Generic[T]):
    """What was found: `tasks` that are clear, and `unclear` words with the tasks they may mean
    (none when nothing fits)."""

    tasks: tuple[T, ...] = ()
    unclear: tuple[tuple[str, tuple[T, ...]], ...] = ()


@dataclass(frozen=True)
class Shown:
    """What a conversation can point at: `listed` are ids in the order they were last shown,
    `focus` those that were talked about last."""

    listed: tuple[str, ...] = ()
    focus: tuple[str, ...] = field(default=())


def title_in(text: str) -> str | None:
    """A title that stands in quotes: assign 'Order chairs' to me."""
    found = _QUOTED.search(text)
    return (found[1] or found[2]).strip() if found else None


def pick(options: Sequence[T], text: str) -> tuple[T, ...]:
    """Those of a few `options`, numbered as they stand, that `text` chooses; none if unclear."""
    found = chosen(options, text, Shown(tuple(one.task_id for one in options)))
    return () if found.unclear else found.tasks


def chosen(
    tasks: Sequence[T],
    text: str,
    shown: Shown,
    named: str = "",
    strip: Callable[[str], str] = str,
) -> Choice[T]:
    """The `tasks` that `text` means.

    `named` is a title, or ids with a # in front as buttons carry them. Numbers count in what was
    shown last, else in `tasks`. `strip` takes away what belongs to no title; whole titles that
    stand in the text are out of its reach.
    """
    by_id = {one.task_id: one for one in tasks}
    if named.startswith("#"):
        ids = named.replace("#", "").split(",")
        return Choice(tuple(by_id[one] for one in ids if one in by_id))
    quoted = [(one[1] or one[2]).strip() for one in _QUOTED.finditer(text)]
    if quoted:
        return _together([_titled(tasks, one) for one in quoted])
    words = hide_quotations(text)
    listed = [by_id[one] for one in shown.listed if one in by_id]
    in_order = list(shown.listed) or [one.task_id for one in tasks]
    if _EVERY.search(words):
        return _every(tasks, listed, words)
    whole_titles, rest = whole_titles_in(tasks, words)
    rest = strip(rest)
    places = [] if whole_titles else _places(rest)
    if places:
        return _at(places, in_order, by_id)
    if not whole_titles and not _plain(rest):
        return _pointed_at(tasks, by_id, shown, words)
    parts = [_plain(one) for one in _SEPARATOR.split(rest) if "\x01" not in one]
    parts = [one for one in parts if one]
    if whole_titles:
        return _together([Choice(whole_titles), *(_titled(tasks, one) for one in parts)])
    if len(parts) > 1:
        several = [_titled(tasks, one) for one in parts]
        whole = _titled(tasks, _plain(rest))
        clear = {one.tasks[0].task_id for one in several if one.tasks}
        if len(whole.tasks) == 1 and len(clear) <= 1:
            return whole
        return _together(several)
    return _titled(tasks, named or _plain(rest))


def _every(tasks: Sequence[T], listed: Sequence[T], words: str) -> Choice[T]:
    meant = list(listed) or list(tasks)
    if _BOTH.search(words) and len(meant) != len(("one", "other")):
        return Choice(unclear=(("both", tuple(meant)),))
    return Choice(tuple(meant))


def whole_titles_in(tasks: Sequence[T], words: str) -> tuple[tuple[T, ...], str]:
    """The tasks whose whole title stands in `words`, none inside another's, in the order they
    stand there; and the words with a mark in their places."""
    rest = words
    found: dict[str, tuple[int, T]] = {}
    names = [_spaced(one.title) for one in tasks]
    for one in sorted(tasks, key=lambda task: -len(task.title)):
        title = _spaced(one.title)
        if len(title) < SHORTEST_TITLE or names.count(title) > 1:
            continue  # of two with the same name, `_titled` asks which
        match = re.search(_anyhow(title), folded_same_length(rest))
        if match:
            found[one.task_id] = (match.start(), one)
            rest = rest[: match.start()] + "\x01" * len(match.group()) + rest[match.end() :]
    return tuple(task for _, task in sorted(found.values(), key=lambda pair: pair[0])), rest


def _anyhow(title: str) -> str:
    """A pattern for the words of a title, whatever stands between them."""
    return r"\b" + r"[\W_]+".join(re.escape(one) for one in title.split()) + r"\b"


def folded_same_length(text: str) -> str:
    """`text` folded letter by letter, so that places stay."""
    return "".join((folded(one) or one)[:1] if not one.isspace() else one for one in text)


def _places(words: str) -> list[int | str]:
    """The numbers in words that are only numbers, or are marked as such: "finish 1, 2 and 3"."""
    rest = _only_places(words)
    if rest is None:
        marked = [one[1] or one[2] for one in _MARKED_PLACE.finditer(words)]
        return [_number(one) for one in marked]
    spread: list[int | str] = []
    for first, last in _RANGE.findall(rest):
        spread += range(int(first), int(last) + 1)
    rest = _RANGE.sub(" ", rest)
    return spread + [_number(one) for one in _ONE_PLACE.findall(rest)]


def _only_places(words: str) -> str | None:
    """What is left without verbs and the like, if that is only numbers."""
    kept = re.sub(r"\b(?:task|number|to|and|one|the)\b", r" \g<0> ", words, flags=re.IGNORECASE)
    bare = " ".join(
        re.sub(
            rf"(?!\b(?:and|to|tasks?|ones?)\b)(?:{_FILLER.pattern})", " ", kept, flags=re.IGNORECASE
        ).split()
    ).strip(" .!?,;:")
    bare = re.sub(rf"\b({'|'.join(_ORDINALS)}|last)\s+ones?\b", r"\1", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\s+(?:to|by|until|and)$", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(?:one|to|and|tasks?)\s+(?=\S)|^(?:the)\s+", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(?:one|ones|to|and|tasks?)$", "", bare, flags=re.IGNORECASE)
    if not bare or not _PLACES.fullmatch(bare):
        return None
    return bare if re.search(r"\d", bare) or _ONE_PLACE.search(bare) else None


def _number(word: str) -> int | str:
    low = word.lower()
    if low == "last":
        return low
    for words in (_NUMBERS, _ORDINALS):
        if low in words:
            return words.index(low) + 1
    return int(re.sub(r"\D", "", low))


def _at(places: Sequence[int | str], in_order: Sequence[str], by_id: dict[str, T]) -> Choice[T]:
    found: list[T] = []
    unclear: list[tuple[str, tuple[T, ...]]] = []
    for place in dict.fromkeys(places):
        position = len(in_order) if place == "last" else int(place)
        identity = in_order[position - 1] if 0 < position <= len(in_order) else None
        if identity in by_id:
            found.append(by_id[str(identity)])
        else:
            unclear.append((str(place), ()))
    return Choice(tuple(found), tuple(unclear))


def _pointed_at(tasks: Sequence[T], by_id: dict[str, T], shown: Shown, words: str) -> Choice[T]:
    focus = tuple(by_id[one] for one in shown.focus if one in by_id)
    if focus and (len(focus) == 1 or _THEM.search(words)):
        return Choice(focus)
    if len(tasks) == 1:
        return Choice((tasks[0],))
    return Choice(unclear=(("", focus),))


def _titled(tasks: Sequence[T], words: str) -> Choice[T]:
    """The task whose title is nearest to `words`, or those that may be meant."""
    titles = {one.task_id: folded(one.title) for one in tasks}
    near = process.extract(
        folded(words), titles, scorer=fuzz.token_set_ratio, score_cutoff=NEAR, limit=6
    )
    by_id = {one.task_id: one for one in tasks}
    # "Room 1" is not "Room 11", however near the letters are.
    numbers = set(_WITH_DIGIT.findall(folded(words)))
    near = [one for one in near if numbers <= set(_WITH_DIGIT.findall(titles[one[2]]))]
    found = [by_id[key] for _, _, key in near]
    if len(near) > 1:
        exact = [one for one in found if _spaced(one.title) == _spaced(words)]
        if len(exact) == 1:
            return Choice((exact[0],))
        if near[0][1] - near[1][1] >= CLEARLY_BETTER:
            return Choice((found[0],))
        return Choice(unclear=((words, tuple(found)),))
    return Choice((found[0],)) if found else Choice(unclear=((words, ()),))


def _together(choices: Sequence[Choice[T]]) -> Choice[T]:
    tasks = {task.task_id: task for one in choices for task in one.tasks}
    return Choice(tuple(tasks.values()), tuple(two for one in choices for two in one.unclear))


def _plain(words: str) -> str:
    """The words that may be of a title."""
    return " ".join(_FILLER.sub(" ", words.replace("\x00", " ")).split()).strip(" .,!?;:-–'’")


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"\w+", folded(text)))
