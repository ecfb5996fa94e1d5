"""What a sentence says about the fields of a form: names of fields, and values for them."""

import re

from rollcall.forms.spec import Field, Form

_LEAD = r"(?:(?:no|oops|sorry|wait|actually|and)[,!. ]+)*(?:please\s+|can you\s+|i want to\s+)*"
_CHANGE_FIELD = r"(?:change|correct|edit|fix|update|set|redo)\s+"
_DETERMINER = r"(?:(?:the|my|our|their|his|her|its)\s+)?"
_IS = r"\s*(?:\bis\b|\bare\b|\bwas\b|\bshould be\b|\bmust be\b|\bto\b|=|:)\s*"


def _terms(form: Form) -> dict[str, Field]:
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
    plain = re.sub(r"^(the|my|their)\s+", "", words.casefold().strip(" .!?"))
    return _terms(form).get(plain)


def _alternatives(form: Form) -> str:
    by_length = sorted(_terms(form), key=len, reverse=True)
    return "|".join(re.escape(term) for term in by_length)


def corrections_in(form: Form, text: str) -> dict[str, str]:
    """Fields and new values in "the phone is 555 0102 and e-mail: x@y.com"; "" for "change the
    phone", where the value is still to come."""
    names = _alternatives(form)
    opening = re.compile(
        rf"^\s*{_LEAD}(?:{_CHANGE_FIELD})?{_DETERMINER}(?:{names}){_IS}\S", re.IGNORECASE
    )
    if opening.match(text):
        return _labelled(form, text)
    bare = re.compile(
        rf"^\s*{_LEAD}{_CHANGE_FIELD}{_DETERMINER}({names})\W*$", re.IGNORECASE
    ).match(text)
    return {_terms(form)[bare[1].casefold()].name: ""} if bare else {}


def _labelled(form: Form, text: str) -> dict[str, str]:
    """Values that follow a field's name and "is", "to" or a colon."""
    found = list(
        re.finditer(rf"(?:^|\b){_DETERMINER}\b({_alternatives(form)})\b{_IS}", text, re.IGNORECASE)
    )
    values: dict[str, str] = {}
    ends = [one.start() for one in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=False):
        words = re.sub(r"(?:[\s,;]+and)?[\s,;.]*$", "", text[match.end() : end])
        values[_terms(form)[match[1].casefold()].name] = words
    return {name: words for name, words in values.items() if words}


def mentioned(form: Form, text: str) -> dict[str, str]:
    """What an opening sentence says about the fields: "register supplier Acme, contact Jane Doe,
    jane@acme.com". Only what can hardly mean anything else."""
    values = _labelled(form, text)
    rest = text
    for spec in form.fields:
        pattern = {
            "email": r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+\.\w+",
            "phone": r"\+\d[\d\s().-]{6,}\d",
            "employee": r"\b[A-Za-z]{2,6}\d{3,8}\b",
        }.get(spec.kind)
        match = re.search(pattern, rest) if pattern else None
        if match and spec.name not in values:
            values[spec.name] = match.group()
            rest = rest.replace(match.group(), " ")
    title = _title(form, rest)
    if title and form.title_field not in values:
        values[form.title_field] = title
    return values


def _title(form: Form, text: str) -> str | None:
    quoted = re.search(r"[\"“]([^\"”]{2,})[\"”]|(?:^|\s)['‘]([^'’]{2,})['’]", text)
    if quoted:
        return quoted[1] or quoted[2]
    named = re.search(r"\b(?:called|named)\s+([^,;]+)", text, re.IGNORECASE)
    if named:
        return named[1].strip(" .!")
    nouns = "|".join(
        re.escape(term) for term in (form.label, form.name.replace("_", " "), *form.synonyms)
    )
    after = re.search(rf"\b(?i:{nouns})[:,]?\s+([A-Z0-9][^,;]*)", text)
    if not after:
        return None
    words = re.split(r"\s+(?:with|contact|email|phone|for|at|on|from)\b", after[1])[0]
    return words.strip(" .!") or None
