"""How a conversation about a form goes: one utterance in, what to say next out.

Pure: a draft and what was said give a new draft and an outcome; nothing is stored here. Every
form (registration, task) runs through `respond`, so that correcting, going back, skipping and
asking why work the same everywhere.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from rollcall.errors import Invalid
from rollcall.forms.kinds import Context, read, show
from rollcall.forms.mentions import corrections_in, field_called, mentioned
from rollcall.forms.spec import Field, Form
from rollcall.forms.tables import Row

OFFER_WAY_OUT_AFTER = 3
_BARE_YES_NO = re.compile(r"\s*(yes|no|yep|yeah|nope|ok|okay|sure|nah|y|n)[\s.,!?]*", re.I)


class Event(StrEnum):
    """What an utterance led to."""

    QUESTION = "question"
    SUMMARY = "summary"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PARKED = "parked"


@dataclass(frozen=True)
class Draft:
    """A form as far as it is filled in. `asking` is the field in question, None at the summary.

    `key` is the idempotency key of the save to come, made when the form begins. `wrong` counts
    refused answers to the present question. A pasted table has `rows` instead of answers.
    """

    draft_id: str
    employee_id: str
    form: str
    type: str
    key: str
    updated_at: datetime
    answers: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    asking: str | None = None
    wrong: int = 0
    state: str = "open"
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Utterance:
    """What somebody said: the words, and what the assistant took them for."""

    text: str
    intent: str | None = None
    field_name: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The draft after an utterance, and what to tell: `problem` why an answer was refused,
    `notes` what else there is to say, in order."""

    draft: Draft
    event: Event
    problem: str | None = None
    notes: tuple[str, ...] = ()


Taken = Callable[[str, dict[str, Any]], bool]
"""Whether a unique field's value (field name, answers) is already on record."""


def begin(draft: Draft, form: Form, text: str, context: Context, taken: Taken) -> Outcome:
    """The first question, after taking what the opening sentence already says."""
    answers: dict[str, Any] = {}
    notes: list[str] = []
    for name, words in mentioned(form, text).items():
        spec = form.field(name)
        value = _read_mention(spec, words, context)
        if value is None:
            continue
        if taken(name, {**answers, name: value}):
            notes.append(_already(form, spec, show(spec, value, context)))
            continue
        answers[name] = value
        notes.append(f"{spec.label}: {show(spec, value, context)}.")
    return _next(replace(draft, answers=answers), form, tuple(notes))


def _read_mention(spec: Field, words: str, context: Context) -> Any:
    """The value in `words`, or before their first comma ("Jane Doe, jane@acme.com"); else None."""
    for part in (words, words.partition(",")[0]):
        try:
            return read(spec, part, context)
        except Invalid:
            continue
    return None


def respond(draft: Draft, form: Form, said: Utterance, context: Context, taken: Taken) -> Outcome:
    """What follows from an utterance within the form."""
    spec = form.field(draft.asking) if draft.asking else None
    match said.intent:
        case "cancel":
            return Outcome(replace(draft, state="cancelled"), Event.CANCELLED)
        case "park":
            return Outcome(replace(draft, state="parked"), Event.PARKED)
        case "show_progress":
            return _again(draft, (progress(draft, form, context),))
        case "ask_why":
            return _again(draft, (_reason(form, spec),))
        case "go_back" | "undo":
            return _back(draft, form, context)
        case "skip" if spec is not None:
            return _skip(draft, form, spec)
    if said.intent == "correct" and said.field_name:
        named = field_called(form, said.field_name)
        if named is not None and said.field_name == said.text:
            return _ask(draft, named)
    corrections = corrections_in(form, said.text)
    if corrections:
        return _correct(draft, form, corrections, context, taken)
    if spec is None:
        return _at_summary(draft, form, said)
    if spec.kind != "yes_no" and _BARE_YES_NO.fullmatch(said.text):
        if spec.optional and said.intent == "deny":
            return _skip(draft, form, spec)
        return _refused(draft, spec, "I need the answer itself here.")
    return _answer(draft, form, spec, said.text, context, taken)


def progress(draft: Draft, form: Form, context: Context) -> str:
    """What is filled in and what is missing, as text."""
    lines = [
        f"{one.label}: {show(one, draft.answers[one.name], context)}"
        for one in form.fields
        if one.name in draft.answers
    ]
    missing = [
        one.label.lower()
        for one in form.fields
        if one.name not in draft.answers and not one.optional
    ]
    if missing:
        lines.append(f"Still missing: {', '.join(missing)}.")
    return "\n".join(lines)


def position(draft: Draft, form: Form) -> tuple[int, int]:
    """Which question this is, of how many (from 1)."""
    names = [one.name for one in form.fields]
    return (names.index(draft.asking) + 1 if draft.asking else len(names)), len(names)


def _answer(
    draft: Draft, form: Form, spec: Field, text: str, context: Context, taken: Taken
) -> Outcome:
    try:
        value = read(spec, text, context)
    except Invalid as error:
        return _refused(draft, spec, error.message)
    answers = {**draft.answers, spec.name: value}
    if taken(spec.name, answers):
        return _refused(draft, spec, _already(form, spec, show(spec, value, context)))
    skipped = tuple(one for one in draft.skipped if one != spec.name)
    return _next(replace(draft, answers=answers, skipped=skipped), form)


def _correct(
    draft: Draft, form: Form, corrections: dict[str, str], context: Context, taken: Taken
) -> Outcome:
    """Take what can be taken; what can't keeps its old value and is asked again."""
    answers = dict(draft.answers)
    notes: list[str] = []
    refused: tuple[Field, str] | None = None
    for name, words in corrections.items():
        spec = form.field(name)
        if not words:
            return _ask(replace(draft, answers=answers), spec, tuple(notes))
        try:
            value = read(spec, words, context)
            changed = {**answers, name: value}
            if answers.get(name) != value and taken(name, changed):
                raise Invalid(_already(form, spec, show(spec, value, context)))
        except Invalid as error:
            refused = (spec, error.message)
            continue
        answers = changed
        notes.append(f"{spec.label} is now {show(spec, value, context)}.")
    skipped = tuple(one for one in draft.skipped if one not in answers)
    after = replace(draft, answers=answers, skipped=skipped)
    if refused:
        spec, problem = refused
        if spec.name in answers:
            kept = show(spec, answers[spec.name], context)
            notes.append(f"I keep {spec.label.lower()} {kept} until you tell me another.")
        return replace(
            _refused(replace(after, asking=spec.name), spec, problem), notes=tuple(notes)
        )
    if after.asking and after.asking not in answers:
        return Outcome(after, Event.QUESTION, notes=tuple(notes))
    return _next(after, form, tuple(notes))


def _at_summary(draft: Draft, form: Form, said: Utterance) -> Outcome:
    match said.intent:
        case "affirm":
            return Outcome(draft, Event.CONFIRMED)
        case "deny" | "correct":
            labels = ", ".join(one.label.lower() for one in form.fields)
            note = f"What should I change? You can say, for example, “the {_example(form)}”."
            return _again(draft, (note, f"There is: {labels}."))
    named = field_called(form, said.text)
    if named is not None:
        return _ask(draft, named)
    return _again(draft, ("Shall I save this? You can also name what to change, or cancel.",))


def _example(form: Form) -> str:
    last = form.fields[-1]
    value = last.choices[0].label.lower() if last.choices else "…"
    return f"{last.label.lower()} is {value}"


def _back(draft: Draft, form: Form, context: Context) -> Outcome:
    names = [one.name for one in form.fields]
    here = names.index(draft.asking) if draft.asking else len(names)
    if here == 0:
        return _again(draft, ("This is the first question.",))
    spec = form.fields[here - 1]
    notes: tuple[str, ...] = ()
    if spec.name in draft.answers:
        notes = (f"You said {show(spec, draft.answers[spec.name], context)}.",)
    skipped = tuple(one for one in draft.skipped if one != spec.name)
    return _ask(replace(draft, skipped=skipped), spec, notes)


def _skip(draft: Draft, form: Form, spec: Field) -> Outcome:
    if spec.name in draft.answers:
        return _next(draft, form)
    if not spec.optional:
        return _refused(draft, spec, f"{spec.label} can't be skipped.")
    return _next(replace(draft, skipped=(*draft.skipped, spec.name)), form)


def _refused(draft: Draft, spec: Field, problem: str) -> Outcome:
    wrong = draft.wrong + 1
    notes: tuple[str, ...] = ()
    if wrong >= OFFER_WAY_OUT_AFTER:
        skip = "“skip” it, " if spec.optional else ""
        notes = (f"You can also {skip}say “later” to go on another time, or “cancel”.",)
    return Outcome(replace(draft, wrong=wrong), Event.QUESTION, problem, notes)


def _ask(draft: Draft, spec: Field, notes: tuple[str, ...] = ()) -> Outcome:
    return Outcome(replace(draft, asking=spec.name, wrong=0), Event.QUESTION, notes=notes)


def _again(draft: Draft, notes: tuple[str, ...]) -> Outcome:
    event = Event.QUESTION if draft.asking else Event.SUMMARY
    return Outcome(draft, event, notes=notes)


def _next(draft: Draft, form: Form, notes: tuple[str, ...] = ()) -> Outcome:
    for spec in form.fields:
        if spec.name not in draft.answers and spec.name not in draft.skipped:
            return _ask(draft, spec, notes)
    return Outcome(replace(draft, asking=None, wrong=0), Event.SUMMARY, notes=notes)


def _already(form: Form, spec: Field, shown: str) -> str:
    return f"A {form.label} with the {spec.label.lower()} {shown} is already registered."


def _reason(form: Form, spec: Field | None) -> str:
    if spec is None:
        return f"I ask before anything is saved, so that the {form.label} is right."
    reason = spec.why or spec.help or f"It is part of every {form.label}."
    return f"{spec.label}: {reason}"
