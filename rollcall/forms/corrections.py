"""What a sentence changes about answers that were given: "no, the phone is 555 0102"."""

import re
from dataclasses import dataclass

from rollcall.forms.fields import DETERMINER, IS, field_called, labelled, names_of, terms_of
from rollcall.forms.spec import Field, Form

_LEAD = (
    r"(?:(?:no|nope|oops|oh|sorry|wait|actually|and|but|yes|ok|okay|hm+|well|also|hey)[,!. ]+)*"
    r"(?:(?:please|(?:can|could|would) (?:you|i|we)|i(?:'d| would)? (?:want|like|need|have) to|"
    r"let me|let's)\s+)*(?:please\s+)?"
)
_CHANGE = r"(?:change|correct|edit|fix|update|set|redo|modify|replace|put|make)\s+"
_WRONG = (
    r"(?:all\s+|still\s+|also\s+)?(?:wrong|incorrect|not (?:right|correct)|misspel(?:led|t)|"
    r"mistaken|outdated|a (?:mistake|typo)|spelled wrong)\b"
)
_INSTEAD = r"(?:it(?:['’]s| is| should be| must be)|should be|use|make it|that's)"
_REMOVE = r"(?:remove|delete|clear|erase|drop|empty|cancel|leave out|take out|forget)\s+"
_MEANT = re.compile(
    rf"^\s*{_LEAD}(?:i meant(?: to (?:say|write|type))?|i mean|i wanted to (?:say|write|type)|"
    r"(?:it|that|this) (?:should|must|has to) (?:be|have been)|should (?:be|have been)|"
    r"(?:change|make|set) (?:it|that|this)(?: to)?|correction[:,]?)\s+(?P<words>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_OPENED = re.compile(
    r"^\s*(?:(?:no|oops|sorry|wait|actually|oh)[,!. ]+)+(?P<words>\S.*)$", re.IGNORECASE | re.DOTALL
)
_ON_THE_WAY = re.compile(
    r"^(?:(?:(?:it|that)(?:['’]?s| is)|actually|rather|really|in fact)\s+)+"
    r"(?:(?:called|named|spelled)\s+)?",
    re.IGNORECASE,
)
_SWAPS = (
    re.compile(
        r"^(?:please\s+)?(?:replace|change|correct|fix)\s+(?P<old>.+?)\s+(?:with|to|by|into)\s+"
        r"(?P<new>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^not\s+(?P<old>.+?),?\s+but\s+(?P<new>.+)$", re.IGNORECASE),
    re.compile(
        r"^instead of\s+(?P<old>.+?),?\s+(?:write|put|use|take|say)\s+(?P<new>.+)$", re.IGNORECASE
    ),
    re.compile(
        r"^(?:it(?:['’]s| is)\s+)?(?P<new>.+?),?\s+(?:and\s+)?(?:not|instead of)\s+(?P<old>.+)$",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True)
class Swap:
    """Something that was said, and what should stand there instead."""

    old: str
    new: str


def corrections_in(form: Form, text: str) -> dict[str, str]:
    """Fields and new values in "the phone is 555 0102 and e-mail: x@y.com"; "" for "change the
    phone", where the value is still to come."""
    names = names_of(form)
    wrong = _wrong(form, text, names)
    if wrong is not None:
        return wrong
    opening = re.compile(rf"^\s*{_LEAD}(?:{_CHANGE})?{DETERMINER}(?:{names}){IS}\S", re.IGNORECASE)
    if opening.match(text):
        return {
            spec.name: value
            for spec, words, _, _ in labelled(form, text)
            if (value := _instead(words)) is not None
        }
    return _said_otherwise(form, text, names)


def _wrong(form: Form, text: str, names: str) -> dict[str, str] | None:
    """Fields that are called wrong, with the right value if it is said."""
    pattern = re.compile(
        rf"\bwrong\s+({names})\b(?:\W+(?:{_INSTEAD}\s+)?(?P<words>\S.*))?$|"
        rf"^\s*{_LEAD}{DETERMINER}(?P<called>{names})(?:['’]?s)?\s+{_WRONG}"
        rf"(?:\W+(?:{_INSTEAD}\s+)?(?P<right>\S.*))?$|"
        rf"^\s*{_LEAD}{DETERMINER}(?P<denied>{names})\s+"
        rf"(?:isn['’]?t|is not|aren['’]?t|wasn['’]?t)\s+(?:right|correct)\b"
        rf"(?:\W+(?:{_INSTEAD}\s+)?(?P<other>\S.*))?$",
        re.IGNORECASE,
    )
    found = pattern.search(text)
    if found is None:
        return None
    words = found["words"] or found["right"] or found["other"] or ""
    name = found[1] or found["called"] or found["denied"]
    return {terms_of(form)[name.casefold()].name: words.strip(" .!")}


def _instead(words: str) -> str | None:
    """The value in "x", "wrong, it should be x" or "not y but x"; "" for "wrong" alone."""
    wrong = re.match(rf"^{_WRONG}(?:\W+(?:{_INSTEAD}\s+)?(?P<words>\S.*))?$", words, re.I | re.S)
    if wrong:
        return (wrong["words"] or "").strip(" .!")
    other = re.match(r"^not\s+.+?,?\s+(?:but|it['’]s|it is)\s+(?P<words>\S.*)$", words, re.I | re.S)
    return other["words"] if other else words


def _said_otherwise(form: Form, text: str, names: str) -> dict[str, str]:
    patterns = (
        # change the cost from 200 to 300
        rf"^\s*{_LEAD}{_CHANGE}{DETERMINER}(?P<name>{names})\s+from\s+.+\s+to\s+(?P<words>\S.*)$",
        # make the cost 300
        rf"^\s*{_LEAD}(?:make|set|put)\s+{DETERMINER}(?P<name>{names})\s+(?P<words>\S.*)$",
        # put 300 as the cost, use jane@acme.com for the e-mail
        rf"^\s*{_LEAD}(?:put|use|take|enter|write)\s+(?P<words>\S.*?)\s+(?:as|for)\s+"
        rf"{DETERMINER}(?P<name>{names})(?:\s+instead)?\W*$",
        # change the phone
        rf"^\s*{_LEAD}{_CHANGE}{DETERMINER}(?P<name>{names})(?P<words>)(?:\s+please)?\W*$",
    )
    for pattern in patterns:
        found = re.match(pattern, text, re.IGNORECASE | re.DOTALL)
        if found:
            name = terms_of(form)[found["name"].casefold()].name
            return {name: found["words"].strip(" .!")}
    return _told_anew(form, text)


def _told_anew(form: Form, text: str) -> dict[str, str]:
    """A time of day by the words that stand before it: "no, it ended at 11, not at 10:45"."""
    cued = {cue: one.name for one in form.fields if one.kind == "clock" for cue in one.cues}
    if not cued:
        return {}
    found = re.match(
        rf"^\s*{_LEAD}(?:it|we|i|the \w+)\s+(?:(?:really|only|actually|ran|lasted|went on)\s+)*"
        rf"(?P<cue>{'|'.join(map(re.escape, cued))})\s+(?P<words>\S.*?)(?:,?\s+not\b.*)?$",
        text,
        re.IGNORECASE,
    )
    return {cued[found["cue"].casefold()]: found["words"].strip(" .!")} if found else {}


def removed_in(form: Form, text: str) -> Field | None:
    """The field whose answer should go, in "remove the phone"."""
    found = re.match(
        rf"^\s*{_LEAD}{_REMOVE}{DETERMINER}(?P<words>.+?)(?:\s+(?:again|please))?\W*$",
        text,
        re.IGNORECASE,
    )
    return field_called(form, found["words"]) if found else None


def meant_in(text: str, *, opened: bool = False) -> str | None:
    """The value in "I meant Friday" or "make it 300", which names no field.

    With `opened`, also in "no, Friday" and "sorry, it's Friday".
    """
    found = _MEANT.match(text) or (_OPENED.match(text) if opened else None)
    if found is None:
        return None
    words = _ON_THE_WAY.sub("", found["words"])
    return re.sub(r"\s+instead\W*$", "", words, flags=re.IGNORECASE).strip(" .!") or None


def swaps_in(text: str) -> list[Swap]:
    """Ways to read "Jane, not John" or "change John to Jane"; whether John was said is for the
    caller to see."""
    bare = re.sub(rf"^\s*{_LEAD}(?:i meant\s+)?", "", text, flags=re.IGNORECASE).strip(" .!")
    found = (pattern.match(bare) for pattern in _SWAPS)
    return [Swap(one["old"].strip(" ,"), one["new"].strip(" ,")) for one in found if one]
