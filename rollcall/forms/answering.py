"""Taking answers: to the question that was asked, and to others in the same sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rollcall.errors import Invalid, Unsure
from rollcall.forms.checks import out_of_order
from rollcall.forms.draft import Draft, Guess, Outcome, Taken
from rollcall.forms.hearing import Heard, heard
from rollcall.forms.kinds import Context, read, show
from rollcall.forms.spec import Field, Form
from rollcall.forms.steps import already, ask, go_on, refused


@dataclass(frozen=True)
class Setting:
    """What answers are held against: the form, the reader's context, the record."""

    form: Form
    context: Context
    taken: Taken

    def shown(self, spec: Field, value: Any) -> str:
        """A value as a person reads it."""
        return show(spec, value, self.context)

    def out_of_order(self, spec: Field, answers: Mapping[str, Any]) -> str | None:
        """Why `spec`, just answered, comes before the date that it has to follow, if it does."""
        return out_of_order(self.form, answers, self.context).get(spec.name)

    def left_behind(self, answers: Mapping[str, Any]) -> dict[str, str]:
        """Answers that another one has made impossible, with why."""
        return out_of_order(self.form, answers, self.context)

    def refusal(self, spec: Field, answers: dict[str, Any]) -> str | None:
        """Why the new answer to `spec` can't be taken, if it can't."""
        if self.taken(spec.name, answers):
            return already(self.form, spec, self.shown(spec, answers[spec.name]))
        return self.out_of_order(spec, answers)

    def ask_back(self, draft: Draft, guess: Guess, notes: tuple[str, ...] = ()) -> Outcome:
        """ "Did you mean X?": the guess waits in the draft."""
        spec = self.form.field(guess.field)
        asked = ask(replace(draft, guess=guess), spec, notes)
        return replace(asked, problem=f"Did you mean {self.shown(spec, guess.value)}?")


def answer(draft: Draft, setting: Setting, spec: Field, text: str) -> Outcome:
    """What follows from an answer to the question after `spec`."""
    said = heard(setting.form, draft, spec, text, setting.context)
    if not said.values and not said.other_value:
        return take(draft, setting, spec, said.own)
    after, notes = _beside(draft, setting, said)
    if not said.own:
        return ask(after, spec, notes)
    outcome = take(after, setting, spec, said.own)
    return replace(outcome, notes=(*notes, *outcome.notes))


def take(draft: Draft, setting: Setting, spec: Field, words: str) -> Outcome:
    """What follows from words that are an answer to `spec` and to nothing else."""
    try:
        value = read(spec, words, setting.context)
    except Unsure as error:
        asked = setting.ask_back(draft, Guess(spec.name, error.guess))
        return replace(asked, problem=error.message)
    except Invalid as error:
        return refused(draft, spec, error.message)
    return put(draft, setting, spec, value)


def take_guess(draft: Draft, setting: Setting, guess: Guess) -> Outcome:
    """The person said yes to a guess."""
    return put(draft, setting, setting.form.field(guess.field), guess.value)


def put(draft: Draft, setting: Setting, spec: Field, value: Any) -> Outcome:
    """Keep a value that was read, and go on with what is open then."""
    answers = {**draft.answers, spec.name: value}
    problem = setting.refusal(spec, answers)
    if problem:
        return refused(draft, spec, problem)
    after, notes = without_the_impossible(draft, setting, answers)
    skipped = tuple(one for one in after.skipped if one != spec.name)
    return go_on(replace(after, skipped=skipped, last=spec.name), setting.form, notes)


def without_the_impossible(
    draft: Draft, setting: Setting, answers: dict[str, Any]
) -> tuple[Draft, tuple[str, ...]]:
    """The draft with `answers` but for those that they make impossible, which are asked anew."""
    lost = setting.left_behind(answers)
    kept = {name: value for name, value in answers.items() if name not in lost}
    notes = tuple(f"{problem} Please tell me anew." for problem in lost.values())
    skipped = tuple(one for one in draft.skipped if one not in lost)
    return replace(draft, answers=kept, skipped=skipped), notes


def _beside(draft: Draft, setting: Setting, said: Heard) -> tuple[Draft, tuple[str, ...]]:
    """Keep what answers other questions and say so; nothing is overwritten without a word."""
    answers = dict(draft.answers)
    notes: list[str] = []
    for name, value in said.values.items():
        spec = setting.form.field(name)
        problem = setting.refusal(spec, {**answers, name: value})
        if problem:
            notes.append(problem)
            continue
        before = answers.get(name)
        answers[name] = value
        notes.append(
            f"{spec.label}: {setting.shown(spec, value)}."
            if before is None
            else f"{spec.label} is now {setting.shown(spec, value)}, no longer "
            f"{setting.shown(spec, before)}."
        )
    for spec in said.other_value:
        label, shown = spec.label.lower(), setting.shown(spec, answers[spec.name])
        notes.append(f"I keep {label} {shown}; say “the {label} is …” to change it.")
    if said.left:
        notes.append(f"I could not place “{', '.join(said.left)}”.")
    after, lost = without_the_impossible(draft, setting, answers)
    skipped = tuple(one for one in after.skipped if one not in answers)
    last = next(reversed(said.values), after.last)
    return replace(after, skipped=skipped, last=last), (*notes, *lost)
