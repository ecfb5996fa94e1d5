"""How a conversation about a form goes: one utterance in, what to say next out.

Pure: a draft and what was said give a new draft and an outcome; nothing is stored here. Every
form (registration, task) runs through `respond`, so that correcting, going back, skipping and
asking why work the same everywhere.
"""

import re
from dataclasses import replace

from rollcall.errors import Invalid
from rollcall.forms import changing
from rollcall.forms.answering import Setting, answer, take_guess
from rollcall.forms.chatter import chatter, hint, is_confused, says_unknown, spoken, unquoted
from rollcall.forms.choosing import fold
from rollcall.forms.commands import command_in, whole_command
from rollcall.forms.corrections import corrections_in, removed_in
from rollcall.forms.draft import Draft, Event, Guess, Outcome, Taken, Utterance
from rollcall.forms.fields import field_called
from rollcall.forms.finding import whole
from rollcall.forms.kinds import Context, read, show
from rollcall.forms.mentions import mentioned
from rollcall.forms.spec import Field, Form
from rollcall.forms.steps import again, already, ask, back, go_on, progress, reason, refused, skip

_BARE_YES_NO = re.compile(r"\s*(yes|no|yep|yeah|nope|ok|okay|sure|nah|y|n)[\s.,!?]*", re.I)
_BARE_YES = re.compile(r"\s*(yes|yep|yeah|yup|ok|okay|sure|y|correct|right|exactly)[\s.,!]*", re.I)
_BARE_NO = re.compile(r"\s*(no|nope|nah|n|wrong)[\s.,!]*", re.I)
_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|but|hey|ok|okay)\W+)*(?:what|who|where|when|why|how|which)\b"
    r"(?!\s+(?:about|if)\b)",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\b(but|except|change|wrong|also|only|instead|not|add|however|and|make|set|remove)\b", re.I
)


def begin(draft: Draft, form: Form, text: str, context: Context, taken: Taken) -> Outcome:
    """The first question, after taking what the opening sentence already says."""
    setting = Setting(form, context, taken)
    said = mentioned(form, text, context)
    notes = list(said.problems)
    answers = dict(draft.answers)
    for name, value in said.values.items():
        spec = form.field(name)
        if taken(name, {**answers, name: value}):
            notes.append(already(form, spec, show(spec, value, context)))
            continue
        problem = setting.out_of_order(spec, {**answers, name: value})
        if problem:
            notes.append(problem)
            continue
        answers[name] = value
        notes.append(f"{spec.label}: {show(spec, value, context)}.")
    after = replace(draft, answers=answers, last=next(reversed(answers), None))
    if said.guess is not None:
        return setting.ask_back(after, said.guess, tuple(notes))
    return go_on(after, form, tuple(notes))


def respond(draft: Draft, form: Form, said: Utterance, context: Context, taken: Taken) -> Outcome:
    """What follows from an utterance within the form."""
    setting = Setting(form, context, taken)
    spec = form.field(draft.asking) if draft.asking else None
    insisted = spec is not None and insists(draft, spec, said.text)
    if spec is not None and insisted:
        return answer(_settled(draft), setting, spec, unquoted(said.text) or said.text)
    if draft.guess is not None:
        confirmed = _on_a_guess(draft, setting, draft.guess, said)
        if confirmed is not None:
            return confirmed
    if draft.doubted and spec is not None and _BARE_YES.fullmatch(said.text):
        return answer(_settled(draft), setting, spec, draft.doubted)
    draft = _settled(draft)
    changed = _changed(draft, setting, said)
    if changed is not None:
        return changed
    command = command_in(
        said,
        form,
        free=spec is not None and spec.kind in ("text", "name"),
        readable=spec is not None and _reads(spec, said.text, context, strict=True),
    )
    if command is None and is_confused(said.text):
        command = "ask_why"
    done = _obeyed(draft, setting, spec, command)
    if done is not None:
        return done
    if spec is None:
        return _at_summary(draft, setting, said)
    return _to_a_question(draft, setting, spec, said, command)


def insists(draft: Draft, spec: Field, text: str) -> bool:
    """Whether the words are meant as the answer, whatever they look like: in quotes, or said again
    after they were doubted."""
    if spec.kind not in ("text", "name"):
        return False
    again = draft.doubted is not None and fold(draft.doubted) == fold(text)
    return again or unquoted(text) is not None


def _settled(draft: Draft) -> Draft:
    return replace(draft, guess=None, doubted=None)


def _on_a_guess(draft: Draft, setting: Setting, guess: Guess, said: Utterance) -> Outcome | None:
    """What "Did you mean X?" is answered; None when the words are another answer."""
    spec = setting.form.field(guess.field)
    if (said.intent == "affirm" and said.pressed) or _BARE_YES.fullmatch(said.text):
        return take_guess(_settled(draft), setting, guess)
    if (said.intent == "deny" and said.pressed) or _BARE_NO.fullmatch(said.text):
        return again(_settled(replace(draft, asking=guess.field)), ("Then which one?",))
    rest = re.sub(r"^\s*(?:no|nope|nah)[,.!\s]+", "", said.text, flags=re.IGNORECASE)
    if rest != said.text and _reads(spec, rest, setting.context):
        return answer(_settled(replace(draft, asking=guess.field)), setting, spec, rest)
    affirmed = said.intent == "affirm" and whole_command(said.text, setting.form, "affirm")
    if affirmed and not _reads(spec, said.text, setting.context):
        return take_guess(_settled(draft), setting, guess)
    return None


def _changed(draft: Draft, setting: Setting, said: Utterance) -> Outcome | None:
    """What a sentence about other answers leads to; None when it is about none."""
    form = setting.form
    if said.intent == "correct" and said.field_name and said.field_name == said.text:
        named = field_called(form, said.field_name)
        if named is not None:
            return ask(draft, named)
    if draft.asking and unquoted(said.text) is not None:
        return None
    named = field_called(form, said.text)
    if named is not None and (draft.asking is None or _names_another(draft, named, setting, said)):
        return ask(draft, named)
    gone = removed_in(form, said.text)
    if gone is not None and gone.name != draft.asking:
        return changing.remove(draft, setting, gone)
    corrections = corrections_in(form, said.text)
    if corrections:
        return changing.correct(draft, setting, corrections)
    return changing.reword(draft, setting, said)


def _names_another(draft: Draft, named: Field, setting: Setting, said: Utterance) -> bool:
    """Whether "the e-mail" goes to an answer that was given already."""
    asked = setting.form.field(str(draft.asking))
    if named.name not in draft.answers or asked.kind in ("text", "name"):
        return False
    return not _reads(asked, said.text, setting.context)


def _obeyed(
    draft: Draft, setting: Setting, spec: Field | None, command: str | None
) -> Outcome | None:
    form, context = setting.form, setting.context
    match command:
        case "cancel":
            return Outcome(replace(draft, state="cancelled"), Event.CANCELLED)
        case "park":
            return Outcome(replace(draft, state="parked"), Event.PARKED)
        case "show_progress":
            return again(draft, (progress(draft, form, context),))
        case "ask_why":
            return again(draft, (reason(form, spec),))
        case "go_back" | "undo":
            return back(draft, form, context)
        case "skip" if spec is not None:
            return skip(draft, form, spec)
    return None


def _to_a_question(
    draft: Draft, setting: Setting, spec: Field, said: Utterance, command: str | None
) -> Outcome:
    if spec.kind != "yes_no" and (
        _BARE_YES_NO.fullmatch(said.text) or (command in ("affirm", "deny") and not said.pressed)
    ):
        if spec.optional and (said.intent == "deny" or _BARE_NO.fullmatch(said.text)):
            return skip(draft, setting.form, spec)
        return refused(draft, spec, "I need the answer itself here.")
    if says_unknown(said.text) and not _reads(spec, said.text, setting.context, strict=True):
        if spec.optional:
            return skip(draft, setting.form, spec)
        note = "Without it I can't save; say “later” and come back when you know."
        return replace(refused(draft, spec, "That I do need."), notes=(note,))
    doubt = chatter(spec, said) or _asks_something(spec, said, setting)
    if doubt is not None:
        asked = refused(replace(draft, doubted=said.text), spec, doubt)
        if spec.kind not in ("text", "name"):
            return replace(asked, draft=replace(asked.draft, doubted=None))
        ways = (hint(spec, said.text), asked.way_out or "")
        return replace(asked, way_out=" ".join(ways).strip())
    text = spoken(spec, said.text) if said.text else said.intent or ""
    if spec.kind == "yes_no" and not said.text:
        text = {"affirm": "yes", "deny": "no"}.get(said.intent or "", "")
    return answer(draft, setting, spec, text)


def _asks_something(spec: Field, said: Utterance, setting: Setting) -> str | None:
    """ "What is the weather tomorrow?" is no day, although it names one."""
    if spec.kind in ("text", "name") or not _QUESTION.match(said.text):
        return None
    if whole(spec, said.text, setting.context) is not None:
        return None
    return "I can't answer that in the middle of a form."


def _at_summary(draft: Draft, setting: Setting, said: Utterance) -> Outcome:
    form = setting.form
    plain = whole_command(said.text, form, "affirm") == "affirm"
    sure = said.pressed or plain or not _BUT.search(said.text)
    match said.intent:
        case "affirm" if sure:
            return Outcome(draft, Event.CONFIRMED)
        case "deny" | "correct" | "affirm":
            labels = ", ".join(one.label.lower() for one in form.fields)
            note = f"What should I change? You can say, for example, “the {_example(form)}”."
            return again(draft, (note, f"There is: {labels}."))
    bare = changing.bare_value(draft, setting, said.text)
    if bare is not None:
        return bare
    return again(draft, ("Shall I save this? You can also name what to change, or cancel.",))


def _example(form: Form) -> str:
    last = form.fields[-1]
    value = last.choices[0].label.lower() if last.choices else "…"
    return f"{last.label.lower()} is {value}"


def _reads(spec: Field, text: str, context: Context, *, strict: bool = False) -> bool:
    """Whether the text is a value of the field; with `strict` not just any words with a value in
    them ("stop asking me 5 questions")."""
    if strict and spec.kind in ("text", "name"):
        return False
    if strict and spec.kind in ("number", "money"):
        return whole(spec, text, context) is not None
    try:
        read(spec, text, context)
    except Invalid:
        return False
    return True
