"""What the fields of a form are called in a sentence."""

import re

from rollcall.forms.spec import Field, Form

DETERMINER = r"(?:(?:the|my|our|their|his|her|its|a|an)\s+)?"
IS = (
    r"\s*(?:\b(?:is|are|was|should be|must be|has to be|to)\b(?:\s+(?:called|named)\b)?|"
    r"=|:|['’]s\b)\s*"
)
_ASKING = frozenset({"what", "who", "where", "when", "why", "how", "which", "whom"})


def terms_of(form: Form) -> dict[str, Field]:
    """What each field may be called, lower-case; the first field with a name keeps it."""
    terms: dict[str, Field] = {}
    for spec in form.fields:
        terms.setdefault(spec.label.casefold(), spec)
        terms.setdefault(spec.name.replace("_", " "), spec)
    for spec in form.fields:
        for term in spec.synonyms:
            terms.setdefault(term.casefold(), spec)
    return terms


def field_called(form: Form, words: str) -> Field | None:
    """The field that `words` name and say nothing else about."""
    plain = re.sub(r"^(the|my|their)\s+", "", words.casefold().strip(" .!?"))
    return terms_of(form).get(plain)


def any_of(terms: list[str]) -> str:
    """A pattern for one of `terms`, the longest first."""
    return "|".join(re.escape(one) for one in sorted(terms, key=len, reverse=True))


def names_of(form: Form) -> str:
    """A pattern for what the fields are called, without words that open a question: "what is …"
    asks something, "what: …" names a field."""
    return any_of([one for one in terms_of(form) if one not in _ASKING])


def labelled(form: Form, text: str) -> list[tuple[Field, str, int, int]]:
    """Values that follow a field's name and "is", "to" or a colon: the field, the words and where
    name and value stand, from start to end."""
    asking = any_of([one for one in terms_of(form) if one in _ASKING])
    colon = rf"|\b(?P<asking>{asking})\b\s*[:=]\s*" if asking else ""
    named = re.compile(
        rf"(?:^|\b){DETERMINER}\b(?P<name>{names_of(form)})\b{IS}{colon}", re.IGNORECASE
    )
    found = list(named.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    values = []
    for match, end in zip(found, ends, strict=False):
        words = re.sub(r"(?:[\s,;]+(?:and|but))?[\s,;.]*$", "", text[match.end() : end])
        spec = terms_of(form)[(match["name"] or match["asking"]).casefold()]
        if words.strip():
            values.append((spec, words, match.start(), match.end() + len(words)))
    return values
