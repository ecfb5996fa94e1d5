"""The steps of a form: which question is next, asked again, gone back to or skipped."""

from dataclasses import replace

from rollcall.forms.draft import Draft, Event, Outcome
from rollcall.forms.kinds import Context, show
from rollcall.forms.spec import Field, Form

OFFER_WAY_OUT_AFTER = 3


def go_on(draft: Draft, form: Form, notes: tuple[str, ...] = ()) -> Outcome:
    """The next question that has neither answer nor been skipped, or the summary."""
    for spec in form.fields:
        if spec.name not in draft.answers and spec.name not in draft.skipped:
            return ask(draft, spec, notes)
    return Outcome(replace(draft, asking=None, wrong=0), Event.SUMMARY, notes=notes)


def ask(draft: Draft, spec: Field, notes: tuple[str, ...] = ()) -> Outcome:
    """The question after `spec`."""
    return Outcome(replace(draft, asking=spec.name, wrong=0), Event.QUESTION, notes=notes)


def again(draft: Draft, notes: tuple[str, ...]) -> Outcome:
    """The same question or summary once more, with something said before it."""
    return Outcome(draft, Event.QUESTION if draft.asking else Event.SUMMARY, notes=notes)


def refused(draft: Draft, spec: Field, problem: str) -> Outcome:
    """An answer that can't be taken; the third one in a row comes with ways out."""
    wrong = draft.wrong + 1
    way_out = None
    if wrong >= OFFER_WAY_OUT_AFTER:
        or_skip = "“skip” it, " if spec.optional else ""
        way_out = f"You can also {or_skip}say “later” to go on another time, or “cancel”."
    after = replace(draft, asking=spec.name, wrong=wrong)
    return Outcome(after, Event.QUESTION, problem, way_out=way_out)


def back(draft: Draft, form: Form, context: Context) -> Outcome:
    """The question before this one, with what was answered."""
    names = [one.name for one in form.fields]
    here = names.index(draft.asking) if draft.asking else len(names)
    if here == 0:
        return again(draft, ("This is the first question.",))
    spec = form.fields[here - 1]
    notes: tuple[str, ...] = ()
    if spec.name in draft.answers:
        notes = (f"You said {show(spec, draft.answers[spec.name], context)}.",)
    skipped = tuple(one for one in draft.skipped if one != spec.name)
    return ask(replace(draft, skipped=skipped), spec, notes)


def skip(draft: Draft, form: Form, spec: Field) -> Outcome:
    """The next question, when this one may stay open or has an answer already."""
    if spec.name in draft.answers:
        return go_on(draft, form)
    if not spec.optional:
        return refused(draft, spec, f"{spec.label} can't be skipped.")
    return go_on(replace(draft, skipped=(*draft.skipped, spec.name)), form)


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


def already(form: Form, spec: Field, shown: str) -> str:
    """That a unique value is on record."""
    return f"A {form.label} with the {spec.label.lower()} {shown} is already registered."


def reason(form: Form, spec: Field | None) -> str:
    """Why it is asked, or why there is a summary."""
    if spec is None:
        return f"I ask before anything is saved, so that the {form.label} is right."
    words = " ".join(one for one in (spec.why, spec.help) if one)
    return f"{spec.label}: {words or f'It is part of every {form.label}.'}"
