"""The people a sentence names, and where: by id, by name, in small letters, with typos.

Names are looked up among the people the speaker may reach. Somebody else's name is no different
from one that nobody has.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from rollcall.directory import Employee
from rollcall.names import folded

_ID = re.compile(
    r"(?<![\w@.])(?:(emp)[-_ ]?(\d{3,6})|([a-z]{2,6})(\d{3,8}))(?![\w@])", re.IGNORECASE
)
_ME = re.compile(r"\b(?:me|myself)\b", re.IGNORECASE)
_MY_LIST = re.compile(
    r"\bmy\s+(?:own\s+)?(?:tasks?|to-?dos?|task\s+list|to-?do\s+list|list|plate)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)['‘][^'’]*(?:['’]\w[^'’]*)*['’](?!\w)")
_POSSESSIVE = re.compile(r"['’]s?$")
# Behind these stands a person, or nobody whom one could give something.
_BEFORE = re.compile(
    r"\b(?:to|for|from|by|of|with|and|or|ask|tell|remind|give|gave|let|have|get|hand|than|except|"
    r"assigned|colleague|employee|both|,|&)\s*$",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"\s*(?:,\s*and\b|,\s*&|,|&|\band\b|\bplus\b|\bas well as\b)\s*(?:both\s+)?(?:to\s+)?\s*",
    re.IGNORECASE,
)
# First names that are words of their own, too: in small letters they need a place for a name.
_ALSO_WORDS = frozenset(
    """
    admin amber angel april art august bill carol chase christian dawn dean drew duke earl eve
    faith frank gene grace grant guest guy hank heather herb hope iris ivy jack jasmine jay joy june
    lance major manager mark max may miles nick norm olive page pat penny pierce ray reed rich rob
    rose ruby rusty sandy skip stone sue summer user violet wade will young
    """.split()  # noqa: SIM905  (a list of one a line reads worse)
)
SHORTEST = 2
TYPO_FROM, TWO_TYPOS_FROM = 4, 8


@dataclass(frozen=True)
class Mention:
    """Somebody who is named at `start` to `end` of a text.

    `ids` has one id when it is clear who, several when several bear the name, none when it is
    nobody whom the speaker may reach. `owns` when it stands in the genitive ("Erika's").
    """

    start: int
    end: int
    words: str
    ids: tuple[str, ...]
    owns: bool = False

    @property
    def id(self) -> str | None:
        """Who it is, if that is clear."""
        return self.ids[0] if len(self.ids) == 1 else None


def mentions(text: str, people: Iterable[Employee], me: str | None = None) -> list[Mention]:
    """Everybody who is named in `text`, in order. With `me`, "me" and "my list" are that person."""
    open_text = hide_quotations(text)
    known = {one.employee_id: one.name for one in people}
    found: list[Mention] = []

    def take(one: Mention) -> None:
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)

    for match in _ID.finditer(open_text):
        identity = f"{match[1] or match[3]}{match[2] or match[4]}".upper()
        end = match.end()
        owns = bool(re.match(r"['’]s\b", text[end:]))
        ids = (identity,) if identity in known else ()
        take(Mention(match.start(), end + 2 * owns, match.group(), ids, owns))
    if me is not None:
        for pattern in (_MY_LIST, _ME):
            for match in pattern.finditer(open_text):
                take(Mention(match.start(), match.end(), match.group(), (me,)))
    for one in _named(open_text, known):
        take(one)
    return sorted(found, key=lambda one: one.start)


def groups(text: str, found: list[Mention]) -> list[list[Mention]]:
    """Mentions that are listed together: "Erika, Tom and EMP005"."""
    together: list[list[Mention]] = []
    for one in found:
        if together and _JOINED.fullmatch(text[together[-1][-1].end : one.start]):
            together[-1].append(one)
        else:
            together.append([one])
    return together


def hide_quotations(text: str) -> str:
    """`text` with what stands in quotes blanked out, at the same length."""
    return _QUOTED.sub(lambda match: "\x00" * len(match.group()), text)


def _named(text: str, known: dict[str, str]) -> Iterator[Mention]:
    parts: dict[str, set[str]] = {}
    first_names: set[str] = set()
    for identity, name in known.items():
        words = [folded(one) for one in _WORD.findall(name)]
        first_names.update(words[:1])
        for word in words:
            if len(word) >= SHORTEST:
                parts.setdefault(word, set()).add(identity)
    tokens = list(_WORD.finditer(text))
    position = 0
    while position < len(tokens):
        token = tokens[position]
        plain, owns = _without_genitive(token.group(), parts)
        placed = bool(_BEFORE.search(text[: token.start()])) or owns
        ids = set(parts.get(plain, ()))
        if not ids and placed:
            ids = _misspelt(plain, parts)
        used = 1
        while ids and not owns and position + used < len(tokens):
            after = tokens[position + used]
            if text[tokens[position + used - 1].end() : after.start()].strip(" "):
                break
            surname, owns_next = _without_genitive(after.group(), parts)
            both = ids & (parts.get(surname, set()) or _misspelt(surname, parts))
            if not both or surname == plain:
                break
            ids, owns, used = both, owns_next, used + 1
        capital = token.group()[0].isupper() and bool(text[: token.start()].strip(" .,!?–-"))
        trusted = plain in first_names and plain not in _ALSO_WORDS
        if ids and (used > 1 or placed or capital or trusted):
            end = tokens[position + used - 1].end()
            words_said = text[token.start() : end]
            yield Mention(
                token.start(), end, _POSSESSIVE.sub("", words_said), tuple(sorted(ids)), owns
            )
            position += used
        else:
            position += 1


def _without_genitive(word: str, parts: dict[str, set[str]]) -> tuple[str, bool]:
    """A name without its "'s", also where the apostrophe was left out ("erikas")."""
    if _POSSESSIVE.search(word) and "'" in word.replace("’", "'"):
        return folded(_POSSESSIVE.sub("", word)), True
    plain = folded(word)
    if plain not in parts and plain.endswith("s") and plain[:-1] in parts:
        return plain[:-1], True
    return plain, False


def _misspelt(word: str, parts: dict[str, set[str]]) -> set[str]:
    """Whose name `word` is a slip of: one letter, or two in a long name."""
    if len(word) < TYPO_FROM:
        return set()
    allowed = 2 if len(word) >= TWO_TYPOS_FROM else 1
    near = {
        name
        for name in parts
        if name[0] == word[0] and len(name) >= TYPO_FROM and OSA.distance(word, name) <= allowed
    }
    return set().union(*(parts[name] for name in near)) if near else set()
