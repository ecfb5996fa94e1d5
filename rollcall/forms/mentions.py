"""What an opening sentence says about the fields of a form: "register supplier Acme, contact Jane
Doe, jane@acme.com". Only what can hardly mean anything else; the rest is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rollcall.errors import Invalid, Unsure
from rollcall.forms.draft import Guess
from rollcall.forms.fields import DETERMINER, IS, any_of, labelled, terms_of
from rollcall.forms.finding import (
    DATES,
    MASK,
    Found,
    after_cue,
    at_start,
    choices_in,
    date_span,
    find,
    find_date,
    masked,
    only,
    people_in,
    whole,
)
from rollcall.forms.kinds import Context, read
from rollcall.forms.spec import Field, Form

TYPED = ("email", "phone", "employee", "money", "number", "choice", *DATES)
_QUOTED = re.compile(r"[\"“]([^\"”]{2,})[\"”]|(?:^|(?<=\s))['‘]([^'’]{2,})['’](?!\w)")
_COMPANY_FORM = re.compile(r"\s*(inc|ltd|llc|gmbh|co|corp|plc|ag|sa|bv|limited)\b\.?", re.I)
_STOP = re.compile(
    r"\s+(?:with|contact|email|e-mail|phone|for|at|on|from|by|until|due|hosted|who|which|that|"
    r"please|coming|arriving|starting|as|and\s+(?:the|their|his|her|my))\b",
)
_LOOSE_END = re.compile(
    r"(?:[\s,;:–-]+(?:with|for|at|on|from|by|to|in|of|and|until|till|is|a|the|due|who|hosted|please|"
    r"starting|coming|arriving))*[\s,;:.!–-]*$",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(r"^\s*(?:[A-ZÀ-Þ][\w'’.-]+\s+){1,3}[A-ZÀ-Þ][\w'’.-]+[\s.!]*$")
_WITHOUT = r"no|without|nobody|no one|doesn['’]?t need|does not need|don['’]?t need"
_WITH = r"with|needs?|wants?|somebody|someone|including"
_REGISTER = r"\b(?:register|add|create|enter|record|onboard|put|enrol|enroll|sign up)\s+"
_ENROL = r"\b(?i:sign|enrol|enroll|put|book|register|send|add)\s+"
_TITLE = r"[^,;\x00]+(?:,\s*(?i:inc|ltd|llc|gmbh|co|corp|plc|limited)\b)?"
_CAPITALS = r"(?:[A-ZÀ-Þ0-9][\w'’.&-]*\s*(?:(?:&|and|of)\s+)?)+"


@dataclass
class Mentions:
    """What a sentence says: values as they were read, a value to ask back, and what is wrong, as
    sentences."""

    values: dict[str, Any] = field(default_factory=dict)
    guess: Guess | None = None
    problems: list[str] = field(default_factory=list)


def mentioned(form: Form, text: str, context: Context) -> Mentions:
    """What `text` says about the fields of `form`."""
    return _Listening(form, text, context).all()


class _Listening:
    """Goes through a sentence, the surest signs first, and hides what it has understood."""

    def __init__(self, form: Form, text: str, context: Context) -> None:
        self.form = form
        self.text = text
        self.context = context
        self.found = Mentions()
        nouns = (form.label, form.name.replace("_", " "), form.plural, *form.synonyms)
        self.nouns = any_of(list(dict.fromkeys(nouns)))

    def all(self) -> Mentions:
        """Everything, in the order of how sure it is."""
        self._quoted()
        self._labelled(TYPED)
        self._named_directly()
        for spec in self._open():
            self._keep(spec, find(spec, self.text, self.context) if _has_shape(spec) else None)
        for spec in self._open():
            self._keep(spec, after_cue(spec, self.text, self.context))
        self._people()
        self._dates()
        for spec in self._open("choice"):
            self._keep(spec, self._choice(spec))
        for spec in self._open("yes_no"):
            self._keep(spec, self._yes_no(spec))
        self._labelled(("text", "name", "yes_no"))
        self._capitals()
        self._title()
        order = [one.name for one in self.form.fields if one.name in self.found.values]
        self.found.values = {name: self.found.values[name] for name in order}
        return self.found

    def _open(self, *kinds: str) -> list[Field]:
        guess = self.found.guess
        return [
            one
            for one in self.form.fields
            if one.name not in self.found.values
            and (guess is None or guess.field != one.name)
            and (not kinds or one.kind in kinds)
        ]

    def _keep(self, spec: Field, found: Found | None) -> None:
        if found is not None:
            self.found.values[spec.name] = found.value
            self.text = masked(self.text, found.start, found.end)

    def _quoted(self) -> None:
        for match in _QUOTED.finditer(self.text):
            spec = self._labelled_before(match.start()) or self.form.field(self.form.title_field)
            words = match[1] or match[2]
            if spec.name not in self.found.values and spec.kind in ("text", "name"):
                try:
                    self.found.values[spec.name] = read(spec, words, self.context)
                except Invalid:
                    continue
                self.text = masked(self.text, match.start(), match.end())

    def _labelled_before(self, place: int) -> Field | None:
        names = any_of(list(terms_of(self.form)))
        before = re.search(rf"\b({names})(?:{IS}|\s+)$", self.text[:place], re.IGNORECASE)
        if before and not re.fullmatch(self.nouns, before[1], re.IGNORECASE):
            return terms_of(self.form)[before[1].casefold()]
        return None

    def _labelled(self, kinds: tuple[str, ...]) -> None:
        """ "e-mail: jane@acme.com", "the phone is 555 0102"."""
        for spec, words, start, end in labelled(self.form, self.text):
            if spec.kind not in kinds or spec not in self._open() or MASK in words[:1]:
                continue
            place = end - len(words)
            found = at_start(spec, self.text, place, self.context) if spec.kind in TYPED else None
            if found is None:
                self._spelled_out(spec, _first_part(spec, words), start, place)
            else:
                self._keep(spec, Found(found.value, start, found.end))

    def _spelled_out(self, spec: Field, words: str, start: int, place: int) -> None:
        try:
            value = read(spec, words.strip(' "“”'), self.context)
        except Unsure as error:
            self.found.guess = self.found.guess or Guess(spec.name, error.guess)
        except Invalid as error:
            self.found.problems.append(f"{spec.label}: {error.message}")
        else:
            self.found.values[spec.name] = value
        self.text = masked(self.text, start, place + len(words))

    def _named_directly(self) -> None:
        """ "phone +44 20 7946 0018", "priority high", "starts Monday"."""
        for spec in self._open(*TYPED):
            names = any_of([term for term, one in terms_of(self.form).items() if one is spec])
            for match in re.finditer(rf"\b{DETERMINER}(?:{names})\s+", self.text, re.IGNORECASE):
                found = at_start(spec, self.text, match.end(), self.context)
                if found is not None:
                    self._keep(spec, Found(found.value, match.start(), found.end))
                    break

    def _people(self) -> None:
        """A colleague's whole name, where the form has one place for a colleague and is not about
        a person itself."""
        spec = only(self._open(), "employee")
        if spec is None or self.form.field(self.form.title_field).kind == "name":
            return
        for verb in re.finditer(_ENROL, self.text):
            found = at_start(spec, self.text, verb.end(), self.context)
            if found and re.match(r"\s+(?:up|in|into|for|on|to)\b", self.text[found.end :]):
                self._keep(spec, found)
                return
        self._keep(spec, next(people_in(self.text, self.context), None))

    def _dates(self) -> None:
        spec = only(self._open(), *DATES)
        if spec is None:
            return
        found = find_date(spec, self.text, self.context)
        if found is not None:
            self._keep(spec, found)
            return
        span = date_span(self.text, self.context)
        if spec.future and span and re.search(r"\d|yesterday", self.text[span[0] : span[1]]):
            try:
                read(spec, self.text[span[0] : span[1]], self.context)
            except Invalid as error:
                self.found.problems.append(f"{spec.label}: {error.message}")
                self.text = masked(self.text, *span)

    def _choice(self, spec: Field) -> Found | None:
        for start, end in self._parts():
            value = whole(spec, self.text[start:end], self.context)
            if value is not None:
                return Found(value, start, end)
        names = any_of([term for term, one in terms_of(self.form).items() if one is spec])
        for found in choices_in(spec, self.text):
            if found.value == "other":
                continue
            before = re.search(rf"\b(?:{names})\s+$", self.text[: found.start], re.IGNORECASE)
            after = re.match(
                rf"\s+(?:{names}|{self.nouns})\b", self.text[found.end :], re.IGNORECASE
            )
            if before or after:
                return found
        return None

    def _parts(self) -> Iterator[tuple[int, int]]:
        for match in re.finditer(r"[^,;\x00]+", self.text):
            yield match.start(), match.end()

    def _yes_no(self, spec: Field) -> Found | None:
        names = any_of([term for term, one in terms_of(self.form).items() if one is spec])
        for opening, value in ((_WITHOUT, False), (_WITH, True)):
            pattern = rf"\b(?:{opening})\b[^,;\x00]{{0,12}}?\b(?:{names})\b"
            match = re.search(pattern, self.text, re.IGNORECASE)
            if match:
                return Found(value, match.start(), match.end())
        return None

    def _capitals(self) -> None:
        """ "contact Jane Doe", "department Sales": a name right behind the field's name."""
        for spec in self._open("text", "name"):
            if spec.name == self.form.title_field:
                continue
            names = any_of([term for term, one in terms_of(self.form).items() if one is spec])
            if re.fullmatch(self.nouns, names, re.IGNORECASE):
                continue
            for match in re.finditer(rf"\b{DETERMINER}({names})\s+", self.text, re.IGNORECASE):
                if re.fullmatch(self.nouns, match[1], re.IGNORECASE):
                    continue
                found = at_start(spec, self.text, match.end(), self.context)
                if found is not None:
                    self._keep(spec, Found(found.value, match.start(), found.end))
                    break

    def _title(self) -> None:
        spec = self.form.field(self.form.title_field)
        if spec not in self._open() or spec.kind not in ("text", "name"):
            return
        for words in self._titles():
            bare = _LOOSE_END.sub("", words).strip()
            try:
                self.found.values[spec.name] = read(spec, bare, self.context)
            except Invalid:
                continue
            return

    def _titles(self) -> Iterator[str]:
        named = re.search(rf"\b(?i:called|named|titled)\s+({_TITLE})", self.text)
        if named:
            yield named[1]
        colon = re.search(rf"\b(?i:{self.nouns})\s*:\s*({_TITLE})", self.text)
        if colon:
            yield colon[1]
        announced = re.search(rf"\b(?i:{self.nouns})\b[^:,;\x00]*:\s*({_TITLE})", self.text)
        if announced:
            yield announced[1]
        after = re.search(rf"\b(?i:{self.nouns}),?\s+(?=[A-ZÀ-Þ0-9])({_TITLE})", self.text)
        if after:
            yield _STOP.split(after[1])[0]
        added = re.search(
            rf"(?i:{_REGISTER})({_CAPITALS})(?:as|to|in|into)\s+[^,;\x00]*\b(?i:{self.nouns})\b",
            self.text,
        )
        if added:
            yield added[1]
        before = re.search(rf"\b(?:the|a|an|for|in)\s+({_CAPITALS})(?i:{self.nouns})\b", self.text)
        if before and self.form.field(self.form.title_field).kind == "text":
            yield before[1]
        if self.form.field(self.form.title_field).kind == "name":
            # "Visitor tomorrow at 3pm, Lena Schulz": the only name that stands by itself.
            alone = [one for one in re.split(r"[,;\x00]+", self.text) if _FULL_NAME.match(one)]
            yield from alone[:1] if len(alone) == 1 else ()


def _has_shape(spec: Field) -> bool:
    return spec.kind in ("email", "phone", "employee", "money")


def _first_part(spec: Field, words: str) -> str:
    """The words before the first comma or what was understood already; "Acme, Inc." stays whole."""
    cut = re.search(r"[,;\x00]", words)
    if cut is None:
        return words
    if spec.kind == "text" and cut.group() == ",":
        form = _COMPANY_FORM.match(words[cut.end() :])
        if form:
            return words[: cut.end() + form.end()]
    return words[: cut.start()]
