"""Several answers in one sentence in the middle of a form: "Jane Doe, jane@acme.com, +44 20 7946
0018" fills three fields, and what could not be placed is told."""

import re
from dataclasses import dataclass, field
from typing import Any

from rollcall.errors import Invalid
from rollcall.forms.draft import Draft
from rollcall.forms.fields import DETERMINER, IS, any_of, terms_of
from rollcall.forms.finding import DATES, at_start, find, whole
from rollcall.forms.kinds import Context, read
from rollcall.forms.spec import Field, Form

_PARTS = re.compile(r"\s*(?:(?:(?<!\d),|,(?!\d)|[;\n])\s*)+")
"""A comma within a number parts nothing: "1.500,50 EUR"."""
_JOINTS = re.compile(
    r"^(?:[\s,;:–-]|\b(?:and|with|at|his|her|their|is|the|or)\b)+|"
    r"(?:[\s,;:–-]|\b(?:and|with|at|is|the|on|by|via|under)\b)+$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"^(?:from\s+)?(?P<start>.+?)\s+(?:to|until|till|through|–|-)\s+(?P<end>.+)$", re.I
)
_SHAPED = ("email", "phone", "employee", "money")
_POLITE = re.compile(
    r"^\W*(?:please|thanks?|thank you|thx|that'?s (?:it|all)|ok(?:ay)?)?\W*$", re.I
)


@dataclass
class Heard:
    """`own` are the words for the question that was asked ("" for none), `values` what fills other
    fields, `same_kind` answered fields for which something else of their kind was said, `left` what
    could not be placed."""

    own: str
    values: dict[str, Any] = field(default_factory=dict)
    other_value: list[Field] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def heard(form: Form, draft: Draft, asked: Field, text: str, context: Context) -> Heard:
    """What `text` says in answer to the question after `asked`, and beside it.

    For a text, a comma alone makes no second answer ("Acme, Inc."): something must follow that
    can't be part of it, such as an address, a date or an amount.
    """
    ends = _range(form, draft, asked, text, context)
    if ends is not None:
        return ends
    listening = _Listening(form, draft, asked, context)
    for number, part in enumerate(_PARTS.split(text.strip())):
        listening.hear(part, first=number == 0)
    return listening.sum_up(text)


def _range(form: Form, draft: Draft, asked: Field, text: str, context: Context) -> Heard | None:
    """ "from 1 March to 31 May" answers the start and the end."""
    end = next((one for one in form.fields if one.after == asked.name), None)
    said = _RANGE.match(text) if end is not None and end.name not in draft.answers else None
    if end is None or said is None:
        return None
    try:
        read(asked, said["start"], context)
        return Heard(said["start"], {end.name: read(end, said["end"], context)})
    except Invalid:
        return None


class _Listening:
    def __init__(self, form: Form, draft: Draft, asked: Field, context: Context) -> None:
        self.form = form
        self.draft = draft
        self.asked = asked
        self.context = context
        self.values: dict[str, Any] = {}
        self.other_value: list[Field] = []
        self.own: list[str] = []
        self.left: list[str] = []
        self.strong = False

    def hear(self, part: str, *, first: bool) -> None:
        """Place one part between commas."""
        if self._labelled(part):
            return
        rest = self._shapes(part)
        if _POLITE.match(rest):
            return
        if first and self._elsewhere(rest):
            return
        if first or (not self.own and self._readable(rest)):
            self.own.append(rest)
        elif not self._place(rest):
            # The next part of a longer answer, or nothing that was asked for.
            (self.own if self._may_go_on() else self.left).append(rest)

    def _elsewhere(self, words: str) -> bool:
        """ "By Friday", where the priority was asked for: no answer to this, but to another."""
        if self.asked.kind in ("text", "name", "yes_no") or self._readable(words):
            return False
        # What was skipped stays so: a date where an amount was asked for is more likely a mistake.
        return self._place(
            words, [one for one in self._open() if one.name not in self.draft.skipped]
        )

    def sum_up(self, text: str) -> Heard:
        """The result; a text stays whole unless something in it surely belongs elsewhere."""
        if not self.values and not self.other_value:
            return Heard(text)
        if self.asked.kind == "text" and not self.strong:
            return Heard(text)
        own = ", ".join(self.own)
        return Heard(own, self.values, self.other_value, self.left)

    def _open(self) -> list[Field]:
        return [
            one
            for one in self.form.fields
            if one.name not in self.draft.answers
            and one.name not in self.values
            and one is not self.asked
        ]

    def _may_go_on(self) -> bool:
        return self.asked.kind == "text" and not self.values

    def _readable(self, words: str) -> bool:
        try:
            read(self.asked, words, self.context)
        except Invalid:
            return False
        return True

    def _take(self, spec: Field, value: Any, *, strong: bool) -> None:
        self.values[spec.name] = value
        self.strong = self.strong or strong

    def _labelled(self, part: str) -> bool:
        """ "phone: 555 0102", "e-mail jane@acme.com"."""
        for spec in self.form.fields:
            if spec is self.asked:
                continue
            names = any_of([term for term, one in terms_of(self.form).items() if one is spec])
            said = re.match(
                rf"^(?:and\s+)?{DETERMINER}(?:{names})(?:{IS}|\s+)(?P<words>\S.*)$", part, re.I
            )
            if said is None or (
                spec.kind in ("text", "name") and not re.search(r"[:=]|\bis\b", part)
            ):
                continue
            value = self._all_of(spec, said["words"])
            if value is None:
                continue
            self._take(spec, value, strong=True)
            return True
        return False

    def _all_of(self, spec: Field, words: str) -> Any | None:
        """The value when the words are that and nothing else."""
        if spec.kind in (*_SHAPED, *DATES):
            found = at_start(spec, words, 0, self.context)
            return found.value if found and found.end >= len(words.rstrip(" .!")) else None
        try:
            return read(spec, words, self.context)
        except Invalid:
            return None

    def _shapes(self, part: str) -> str:
        """Take what its shape gives away; what is left of the part."""
        rest = part
        for spec in self.form.fields:
            if spec.kind not in _SHAPED or spec.kind == self.asked.kind or spec.name in self.values:
                continue
            found = find(spec, rest, self.context)
            if found is None:
                continue
            before = self.draft.answers.get(spec.name)
            if before is None:
                self._take(spec, found.value, strong=True)
            elif before != found.value and self.asked.kind not in ("text", "money", "number"):
                self.other_value.append(spec)
            elif before != found.value:
                continue
            names = any_of([term for term, one in terms_of(self.form).items() if one is spec])
            label = rf"\b(?:{names})\s*:?\s*$"
            before_it = re.sub(label, "", rest[: found.start], flags=re.IGNORECASE)
            rest = _JOINTS.sub("", f"{_JOINTS.sub('', before_it)} {rest[found.end :]}").strip()
        return rest

    def _place(self, words: str, among: list[Field] | None = None) -> bool:
        """Give a whole part to the one open field that it fits."""
        fitting: list[tuple[Field, Any]] = []
        for spec in self._open() if among is None else among:
            value = whole(spec, words, self.context)
            if value is None:
                value = self._after_cue(spec, words)
            if value is not None:
                fitting.append((spec, value))
        if len({one.kind for one, _ in fitting}) != 1:
            return False
        spec, value = fitting[0]
        if len(fitting) > 1 and spec.kind not in DATES:
            return False
        strong = spec.kind in (*DATES, *_SHAPED) and len(words) > 3  # noqa: PLR2004 ("May", "12")
        self._take(spec, value, strong=strong)
        return True

    def _after_cue(self, spec: Field, words: str) -> Any | None:
        cue = re.match(rf"(?:{any_of(list(spec.cues))})\s+", words, re.I) if spec.cues else None
        found = at_start(spec, words, cue.end(), self.context) if cue else None
        return found.value if found and found.end >= len(words.rstrip(" .!")) else None
