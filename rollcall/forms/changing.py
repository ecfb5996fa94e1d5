"""Changing answers that were given: by field, by what was said, or leaving one out."""

import re
from dataclasses import replace
from typing import Any

from rollcall.errors import Invalid, Unsure
from rollcall.forms.answering import Setting, put, without_the_impossible
from rollcall.forms.choosing import fold
from rollcall.forms.corrections import Swap, meant_in, swaps_in
from rollcall.forms.draft import Draft, Event, Guess, Outcome, Utterance
from rollcall.forms.finding import DATES, find, whole
from rollcall.forms.kinds import read
from rollcall.forms.spec import Field
from rollcall.forms.steps import again, ask, go_on, refused

_TYPED = ("email", "phone", "money", "employee", "choice", "number", *DATES)


def correct(draft: Draft, setting: Setting, corrections: dict[str, str]) -> Outcome:
    """Take what can be taken; what can't keeps its old value and is asked again."""
    form = setting.form
    read_now: dict[str, Any] = {}
    refusal: tuple[Field, str] | None = None
    guess: Guess | None = None
    for name, words in corrections.items():
        spec = form.field(name)
        if not words:
            after, notes = _changed(draft, setting, read_now)
            return ask(after, spec, notes)
        try:
            read_now[name] = read(
                spec, _without_the_old(setting, draft, spec, words), setting.context
            )
        except Unsure as error:
            guess = Guess(name, error.guess)
        except Invalid as error:
            refusal = (spec, error.message)
    for name in list(read_now):
        problem = _refusal(draft, setting, form.field(name), {**draft.answers, **read_now})
        if problem:
            refusal = (form.field(name), problem)
            del read_now[name]
    after, notes = _changed(draft, setting, read_now)
    if refusal:
        return _kept(after, setting, *refusal, notes)
    if guess:
        return setting.ask_back(after, guess, notes)
    if after.asking and after.asking not in after.answers:
        return Outcome(after, Event.QUESTION, notes=notes)
    return go_on(after, form, notes)


def _refusal(draft: Draft, setting: Setting, spec: Field, answers: dict[str, Any]) -> str | None:
    if draft.answers.get(spec.name) == answers[spec.name]:
        return None
    return setting.refusal(spec, answers)


def _changed(
    draft: Draft, setting: Setting, values: dict[str, Any]
) -> tuple[Draft, tuple[str, ...]]:
    notes = [
        f"{setting.form.field(name).label} is now {setting.shown(setting.form.field(name), value)}."
        for name, value in values.items()
    ]
    after, lost = without_the_impossible(draft, setting, {**draft.answers, **values})
    skipped = tuple(one for one in after.skipped if one not in values)
    last = next(reversed(values), draft.last)
    return replace(after, skipped=skipped, last=last), (*notes, *lost)


def _kept(
    draft: Draft, setting: Setting, spec: Field, problem: str, notes: tuple[str, ...]
) -> Outcome:
    """The wrong correction is explained and the good value stays until there is another."""
    if spec.name in draft.answers:
        shown = setting.shown(spec, draft.answers[spec.name])
        notes = (*notes, f"I keep {spec.label.lower()} {shown} until you tell me another.")
    asked = refused(replace(draft, wrong=0), spec, problem)
    return replace(asked, notes=notes)


def _without_the_old(setting: Setting, draft: Draft, spec: Field, words: str) -> str:
    """ "Jane, not John" without what is not so."""
    said = re.match(r"^(?P<new>.+?),?\s+(?:and\s+)?not\s+(?P<old>.+)$", words, re.IGNORECASE)
    if said and spec.name in draft.answers:
        before = fold(setting.shown(spec, draft.answers[spec.name]))
        if fold(said["old"]) in before:
            return said["new"]
    return words


def remove(draft: Draft, setting: Setting, spec: Field) -> Outcome:
    """Leave an answer out: "remove the phone"."""
    label = spec.label.lower()
    if not spec.optional:
        return ask(draft, spec, (f"I need the {label}, so tell me another.",))
    if spec.name not in draft.answers:
        return again(draft, (f"There is no {label}.",))
    answers = {name: value for name, value in draft.answers.items() if name != spec.name}
    after = replace(draft, answers=answers, skipped=(*draft.skipped, spec.name))
    notes = (f"{spec.label} is left out.",)
    if after.asking and after.asking not in after.answers:
        return Outcome(after, Event.QUESTION, notes=notes)
    return go_on(after, setting.form, notes)


def reword(draft: Draft, setting: Setting, said: Utterance) -> Outcome | None:
    """What "Jane, not John", "I meant Friday" or "make it 300" leads to; None for other words."""
    for swap in swaps_in(said.text):
        swapped = _swap(draft, setting, swap)
        if swapped is not None:
            return swapped
    asked = setting.form.field(draft.asking) if draft.asking else None
    opened = said.intent == "correct" or asked is None or asked.kind in _TYPED
    words = meant_in(said.text, opened=opened)
    free = asked is not None and asked.kind not in _TYPED
    if words is None or (asked and _answers(asked, words, setting)) or (free and draft.wrong):
        return None
    found = _meant_field(draft, setting, words)
    if found is None:
        return None
    spec, value = found
    return _replaced(draft, setting, spec, value)


def _answers(asked: Field, words: str, setting: Setting) -> bool:
    """Whether it is just the answer, after a "sorry" or "actually"."""
    return asked.kind in _TYPED and whole(asked, words, setting.context) is not None


def _swap(draft: Draft, setting: Setting, swap: Swap) -> Outcome | None:
    spec = _where_it_stands(draft, setting, fold(swap.old))
    if spec is None:
        return None
    before = draft.answers[spec.name]
    words = swap.new
    if isinstance(before, str) and spec.kind in ("text", "name"):
        words = re.sub(re.escape(swap.old), lambda _: swap.new, before, flags=re.IGNORECASE)
    try:
        return _replaced(draft, setting, spec, read(spec, words, setting.context))
    except Invalid:
        return correct(draft, setting, {spec.name: words})


def _where_it_stands(draft: Draft, setting: Setting, old: str) -> Field | None:
    """The answer that is, or has in it, what was said; an address has a name in it by chance."""
    word = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    shown = {
        one: fold(setting.shown(one, draft.answers[one.name]))
        for one in setting.form.fields
        if old and one.name in draft.answers
    }
    same = [one for one, value in shown.items() if value == old]
    inside = [one for one, value in shown.items() if word.search(value)]
    named = [one for one in inside if one.kind in ("text", "name", "employee", "choice")]
    return next((found[0] for found in (same, named, inside) if len(found) == 1), None)


def _meant_field(draft: Draft, setting: Setting, words: str) -> tuple[Field, Any] | None:
    """Which answer is meant, when no field is named: the last one if the words fit it, else the
    only one whose kind they fit. At the summary that can be one nobody has given yet."""
    form, context = setting.form, setting.context
    answered = [one for one in form.fields if one.name in draft.answers]
    others = [one for one in form.fields if one.name not in draft.answers and one.kind in _TYPED]
    fitting = []
    for spec in (
        *answered,
        *(form.field(one) for one in draft.skipped),
        *(one for one in others if draft.asking is None and one.name not in draft.skipped),
    ):
        shaped = find(spec, words, context) if spec.kind in _TYPED else None
        value = shaped.value if shaped else whole(spec, words, context)
        if value is not None:
            fitting.append((spec, value))
    last = next((one for one in answered if one.name == draft.last), None)
    for spec, value in fitting:
        if spec is last or len(fitting) == 1:
            return spec, value
    if last is not None and last.kind in ("text", "name") and not fitting:
        try:
            return last, read(last, words, context)
        except Invalid:
            return None
    return None


def bare_value(draft: Draft, setting: Setting, text: str) -> Outcome | None:
    """ "+44 20 7946 0019" at the summary, when it fits one answer only; None for other words."""
    fitting = [
        (spec, value)
        for spec in setting.form.fields
        if spec.kind in _TYPED and (value := whole(spec, text, setting.context)) is not None
    ]
    return _replaced(draft, setting, *fitting[0]) if len(fitting) == 1 else None


def _replaced(draft: Draft, setting: Setting, spec: Field, value: Any) -> Outcome:
    problem = _refusal(draft, setting, spec, {**draft.answers, spec.name: value})
    if problem:
        return _kept(draft, setting, spec, problem, ())
    if draft.asking in (None, spec.name):
        note = f"{spec.label} is now {setting.shown(spec, value)}."
        outcome = put(draft, setting, spec, value)
        return replace(outcome, notes=(note, *outcome.notes))
    after, notes = _changed(draft, setting, {spec.name: value})
    if after.asking and after.asking not in after.answers:
        return Outcome(after, Event.QUESTION, notes=notes)
    return go_on(after, setting.form, notes)
