"""A sentence about tasks that are there: what is wanted, of which of them, for whom.

Pure: whatever may be meant is given in, nothing is looked up or changed here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rollcall.directory import Employee
from rollcall.forms.kinds import Context
from rollcall.spoken.changes import Wanted, title_wanted, wanted_in, without_details
from rollcall.spoken.choices import Choice, Shown, chosen, whole_titles_in
from rollcall.spoken.people import Mention, hide_quotations, mentions
from rollcall.spoken.wishes import Wish
from rollcall.task_records import Task

CHANGES = (Wish.CHANGE, Wish.GIVE)
_TO = re.compile(r"\b(?:to|for)\s+$", re.IGNORECASE)
_WILL_DO = re.compile(
    r"^\s*(?:should|shall|can|could|has to|must|needs to|will|is to)\s+"
    r"(?:do|take|have|handle|get)\b|^\s+instead\b",
    re.IGNORECASE,
)
_GENITIVE = re.compile(r"(?<![\w'’])([^\W\d_][\w-]*)['’]s\b", re.IGNORECASE)
_ID = re.compile(r"(?<![\w@.])(?:emp[-_ ]?|[a-z]{2,6})\d{3,8}(?![\w@])", re.IGNORECASE)
_CAN = re.compile(r"\b(?:can|could|should|shall|must|may|let|have)\s+$", re.IGNORECASE)
_DO = re.compile(r"^\s*(?:please\s+)?(?:do|take|have|handle|get)\b", re.IGNORECASE)
_ONLY_A_NAME = re.compile(
    r"(?:\W|\b(?:no|nope|not|oh|oops|sorry|wait|actually|i|we|meant|mean|rather|please|pls|instead|"
    r"well|ah|hm+|it|that|was|is|should|be|have|been|for)\b)*",
    re.IGNORECASE,
)
_THING_OF = re.compile(
    r"\b(?:task|tasks|gave|given|assigned)\s+(?:\w+\s+)?(?:of|to|from)\s+(?P<name>[^\W\d_][\w'’-]*)"
    r"|\bi\s+gave\s+(?P<given>[^\W\d_][\w'’-]*)|\bfrom\s+(?P<big>(?-i:[A-ZÀ-Þ])[\w'’-]*)",
    re.IGNORECASE,
)
_NOT_PEOPLE = frozenset(
    """
    it that this what who there here let he she today tomorrow yesterday monday tuesday wednesday
    thursday friday saturday sunday week month year everyone everybody one how where when the a an
    my our your his her their me him them us list task tasks
    """.split()  # noqa: SIM905  (a list of one a line reads worse)
)


@dataclass(frozen=True)
class Speaker:
    """Who speaks: the tasks they may mean, and the people they may name."""

    context: Context
    own: Sequence[Task] = ()
    others: Sequence[Task] = ()
    people: Sequence[Employee] = ()
    shown: Shown = field(default_factory=Shown)


@dataclass(frozen=True)
class Understood:
    """What a sentence wants. `target` is who is to get the tasks; `stranger` a name in it that is
    nobody's whom the speaker may reach."""

    wish: Wish
    choice: Choice[Task]
    wanted: Wanted
    target: Mention | None = None
    stranger: str | None = None


def people_in(text: str, people: Sequence[Employee]) -> list[Mention]:
    """Whose tasks a sentence may be about."""
    return mentions(text, people)


def understand(text: str, wish: Wish, speaker: Speaker, named: str = "") -> Understood:
    """What `text` wants of the speaker's tasks. `named` is what a button names.

    Raises `Invalid` for a deadline in the past.
    """
    me = speaker.context.me if wish in CHANGES else None
    found = mentions(text, speaker.people, me)
    target = _target(text, found) if wish in CHANGES else None
    owners = [one for one in found if one is not target and not _is_me(one, me)]
    tasks = _within(speaker, wish, owners)
    plain = _without(text, [one for one in (*owners, target) if one is not None])
    new_title = title_wanted(plain) if wish is Wish.CHANGE else None
    if new_title:
        plain = re.sub(r"\bcall\b", " ", _before_last(plain, new_title), flags=re.IGNORECASE)
    strip: Callable[[str], str] = str
    if wish in (*CHANGES, Wish.LATER):
        strip = _stripper(speaker.context)
    choice = chosen(tasks, plain, speaker.shown, named, strip)
    wanted = Wanted(title=new_title)
    if wish in CHANGES and not new_title:
        _, rest = whole_titles_in(tasks, hide_quotations(plain))
        wanted = wanted_in(rest.replace("\x01", " "), speaker.context)
    stranger = None if named else _stranger(text, found, tasks)
    return Understood(_really(wish, target, wanted), choice, wanted, target, stranger)


def _really(wish: Wish, target: Mention | None, wanted: Wanted) -> Wish:
    """ "Move it to Monday" changes it, "change it to Erika" gives it to her."""
    if wish is Wish.CHANGE and target is not None:
        return Wish.GIVE
    if wish is Wish.GIVE and target is None and not wanted.is_empty:
        return Wish.CHANGE
    return wish


def _within(speaker: Speaker, wish: Wish, owners: Sequence[Mention]) -> list[Task]:
    """The tasks that may be meant: of whom was named, else what fits the wish."""
    everything = [*speaker.own, *speaker.others]
    if owners:
        ids = {identity for one in owners for identity in one.ids}
        return [one for one in everything if one.employee_id in ids]
    working = (Wish.START, Wish.COMPLETE, Wish.NOT_DONE, Wish.LATER, Wish.LEAVE, Wish.REOPEN)
    return list(speaker.own) if wish in working else everything


def _target(text: str, found: Sequence[Mention]) -> Mention | None:
    """Who is to get it: "to Erika", "Erika should do it"."""
    placed = [
        one for one in found if not one.owns and _is_to_get(text[: one.start], text[one.end :])
    ]
    if placed:
        return placed[-1]
    # "No, I meant Erika": nothing but a name, and that it is another one.
    alone = len(found) == 1 and not found[0].owns
    around = text[: found[0].start] + " " + text[found[0].end :] if alone else "?"
    return found[0] if alone and _ONLY_A_NAME.fullmatch(around.rstrip("?")) else None


def _is_to_get(before: str, after: str) -> bool:
    if _CAN.search(before) and _DO.match(after):
        return True
    return bool(_TO.search(before) or _WILL_DO.match(after))


def _is_me(one: Mention, me: str | None) -> bool:
    return me is not None and one.words.lower() in ("me", "myself")


def _stripper(context: Context) -> Callable[[str], str]:
    return lambda words: without_details(words, context)


def _stranger(text: str, found: Sequence[Mention], tasks: Sequence[Task]) -> str | None:
    """Somebody who is named as whose task it is, and is nobody whom the speaker may reach."""
    plain = hide_quotations(text)
    _, plain = whole_titles_in(tasks, plain)
    taken = [(one.start, one.end) for one in found if one.ids]
    spots = [(match.start(1), match.group(1)) for match in _GENITIVE.finditer(plain)]
    spots += [(match.start(), match.group()) for match in _ID.finditer(plain)]
    for match in _THING_OF.finditer(plain):
        group = match.lastgroup
        if group:
            spots.append((match.start(group), match[group]))
    for start, words in spots:
        known = any(first <= start < last for first, last in taken)
        if not known and words.lower() not in _NOT_PEOPLE and not words.isdigit():
            return words
    return None


def _without(text: str, found: Sequence[Mention]) -> str:
    """The text without the people in it and the words that lead to them."""
    for one in sorted(found, key=lambda mention: -mention.start):
        head = re.sub(
            r"\b(?:(?:that|which)\s+)?(?:i\s+)?(?:gave|assigned|given)?\s*(?:to|for|from|of|with)?\s*$",
            "",
            text[: one.start],
            flags=re.IGNORECASE,
        )
        text = f"{head} {text[one.end :]}"
    return text


def _before_last(text: str, words: str) -> str:
    """The text up to the last place where `words` stand."""
    return text[: text.rfind(words)].rstrip(" '\"“‘")
