"""One out of several: the choices of a field, and people by name or id.

What is said exactly, or but for accents and capitals, is taken. What is only near is a guess, which
the person is asked about.
"""

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from rollcall.directory import Employee
from rollcall.errors import Invalid, Unsure
from rollcall.forms.spec import Choice
from rollcall.names import folded
from rollcall.spoken.people import mentions


def words_of(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


NEAR = 80.0
NEAR_NAME = 75.0
CLEARLY_BETTER = 10.0
_WORD = re.compile(r"[\w'&/-]+")
_ID = re.compile(r"\b[A-Za-z]{2,6}\d{3,8}\b")
_NOT = re.compile(r"\b(not|no|never|neither|without|except|isn't|aren't|don't|but)\b")
_LISTED = re.compile(r"\s*(?:[,;&+]|\b(?:and|plus|as well as|or)\b)\s*", re.IGNORECASE)
_SELF = frozenset({"me", "myself", "i", "i do", "i am", "my self", "me please", "for me", "to me"})
_AROUND = words_of(
    "a an as be by for from give go goes going i i'd i'll i'm i've is it it's its let's like make "
    "maybe mostly my of on one option or our please probably put say she he should sir so some "
    "take that that's the their them they they're think this to use want we we'd will with would "
    "yes yeah ok okay sure just well guess hosted assigned given employee person access level "
    "priority category"
)
"""Words that stand around an answer and change nothing about it."""


def fold(text: str) -> str:
    """Text as somebody without its letters on the keyboard types it, blanks and ends trimmed."""
    return folded(text.replace("’", "'")).strip(' .,;:!?"“”')


def choose(choices: Sequence[Choice], text: str) -> str:
    """The value of the choice that `text` names by value, label or synonym.

    Raises `Unsure` with the value that is near, `Invalid` when none or several are.
    """
    spoken = {
        fold(term): one.value for one in choices for term in (one.value, one.label, *one.synonyms)
    }
    said = " ".join(_WORD.findall(fold(text)))
    if said in spoken:
        return spoken[said]
    if not _NOT.search(said):
        inside = [term for term in spoken if f" {term} " in f" {said} "]
        values = {spoken[term] for term in inside}
        if len(values) == 1:
            rest = f" {said} ".replace(f" {max(inside, key=len)} ", " ")
            value = values.pop()
            if set(rest.split()) <= _AROUND:
                return value
            raise Unsure(f"Did you mean {_label(choices, value)}?", value)
        near = {} if values else _near(spoken, said)
        if len(near) == 1:
            value = next(iter(near))
            raise Unsure(f"Did you mean {_label(choices, value)}?", value)
    labels = [one.label for one in choices]
    raise Invalid(f"Please pick one: {', '.join(labels[:-1])} or {labels[-1]}.")


def _near(spoken: Mapping[str, str], said: str) -> dict[str, float]:
    """Values whose terms are near what was said, with or without the words around it."""
    bare = " ".join(one for one in said.split() if one not in _AROUND)
    found: dict[str, float] = {}
    for words in {said, bare} - {""}:
        for term, score, _ in process.extract(
            words, list(spoken), scorer=fuzz.ratio, score_cutoff=NEAR, limit=3
        ):
            found[spoken[term]] = max(score, found.get(spoken[term], 0.0))
    return found


def _label(choices: Sequence[Choice], value: str) -> str:
    return next(one.label for one in choices if one.value == value)


def person_meant(text: str, people: Sequence[Employee], me: str | None) -> str:
    """The employee id of who is meant by id, by name, by a part of it that only one has, or "me".

    Raises `Unsure` with the id of who is near, `Invalid` when nobody or several may be meant.
    """
    by_id = {one.employee_id: one for one in people}
    for word in _ID.findall(text):
        if word.upper() in by_id:
            return str(word).upper()
        raise Invalid(f"I can't find {word.upper()} among the people you can choose.")
    said = fold(text)
    if me and said in _SELF:
        return me
    words = [one for one in _WORD.findall(said) if one not in _AROUND]
    exact = named_in(said, people) or _having(words, people)
    if len(exact) == 1:
        return exact[0].employee_id
    near = exact or _near_people(words, people)
    if len(near) == 1:
        one = near[0]
        raise Unsure(f"Did you mean {one.name} ({one.employee_id})?", one.employee_id)
    if near:
        options = " or ".join(f"{one.name} ({one.employee_id})" for one in near[:5])
        raise Invalid(f"Several people could be meant: {options}. Which one?")
    raise Invalid("I can't find that person. An employee id such as EMP004 always works.")


def people_meant(text: str, people: Sequence[Employee], me: str | None) -> list[str]:
    """The employee ids of everybody whom `text` lists, without the speaker's own.

    Raises `Unsure` with those who are clear when somebody listed can't be found, `Invalid` when
    nobody can, or several may be meant by a name.
    """
    found = [one for one in mentions(f"with {text}", people) if not {me} & {*one.ids}]
    by_id = {one.employee_id: one.name for one in people}
    for one in found:
        if len(one.ids) > 1:
            options = " or ".join(f"{by_id[who]} ({who})" for who in one.ids[:5])
            raise Invalid(
                f"By {one.words} several could be meant: {options}. Please name all again."
            )
    ids = list(dict.fromkeys(one.id for one in found if one.id))
    if unknown := _nobody_in(text, people, me):
        problem = f"I can't find {' or '.join(unknown)} among the people you can choose."
        if ids:
            names = ", ".join(by_id[one] for one in ids)
            raise Unsure(f"{problem} Did you mean {names}?", ids)
        raise Invalid(f"{problem} An employee id such as EMP004 always works.")
    if not ids:
        raise Invalid("Who? Names or ids, for example Erika and EMP005.")
    return ids


def _nobody_in(text: str, people: Sequence[Employee], me: str | None) -> list[str]:
    """The parts of a list that name nobody one may choose."""
    nobody = []
    for part in _LISTED.split(text):
        words = [one for one in _WORD.findall(part) if fold(one) not in _AROUND]
        known = any(one.ids for one in mentions(f"with {part}", people, me))
        if words and not known and fold(part) not in _SELF:
            nobody.append(f"“{' '.join(words)}”")
    return nobody


def named_in(said: str, people: Sequence[Employee]) -> list[Employee]:
    """People whose whole name stands in `said` (folded)."""
    return [one for one in people if f" {fold(one.name)} " in f" {said} "]


def _having(words: list[str], people: Sequence[Employee]) -> list[Employee]:
    """People in whose name all `words` stand; "E." stands for "Erika"."""
    if not any(len(one) > 1 for one in words):
        return []
    found = []
    for person in people:
        names = fold(person.name).split()
        if all(
            any(name == one or (len(one) == 1 and name.startswith(one)) for name in names)
            for one in words
        ):
            found.append(person)
    return found


def _near_people(words: list[str], people: Sequence[Employee]) -> list[Employee]:
    """People whose name is near `words`, the nearest first; only one when it is clearly nearer."""
    if not words:
        return []
    scored = []
    for person in people:
        names = fold(person.name).split()
        parts = [max(fuzz.ratio(one, name) for name in names) for one in words]
        scored.append((sum(parts) / len(parts), person))
    near = sorted(
        (one for one in scored if one[0] >= NEAR_NAME), key=lambda one: one[0], reverse=True
    )
    if len(near) > 1 and near[0][0] - near[1][0] >= CLEARLY_BETTER:
        near = near[:1]
    return [person for _, person in near]
