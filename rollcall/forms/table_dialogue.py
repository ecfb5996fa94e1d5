"""How a conversation about a pasted table goes: fixes in words, save all or nothing."""

from dataclasses import replace

from rollcall.errors import Invalid, Unsure
from rollcall.forms.draft import Draft, Event, Outcome, Taken, Utterance
from rollcall.forms.kinds import Context, read, show
from rollcall.forms.spec import Form
from rollcall.forms.tables import Row, check, corrected, row_named


def checked_rows(form: Form, rows: list[Row], context: Context, taken: Taken) -> tuple[Row, ...]:
    """Rows read anew and held against each other and the record."""
    found = []
    for row in check(form, rows, context):
        on_record = {
            one.name: f"{one.label} is already registered."
            for one in form.fields
            if one.name not in row.problems and taken(one.name, row.values)
        }
        found.append(replace(row, problems={**row.problems, **on_record}))
    return tuple(found)


def respond_to_table(
    draft: Draft, form: Form, said: Utterance, context: Context, taken: Taken
) -> Outcome:
    """What follows from an utterance about the table."""
    wrong = [number for number, row in enumerate(draft.rows, 1) if row.problems]
    try:
        asked = row_named(list(draft.rows), said.text)
        if asked is not None:
            return Outcome(draft, Event.SUMMARY, notes=(told(form, draft.rows[asked], asked + 1),))
        change = corrected(form, list(draft.rows), said.text)
    except Invalid as error:
        return Outcome(draft, Event.SUMMARY, error.message)
    if change is not None:
        rows, note = change
        if not rows:
            return Outcome(replace(draft, state="cancelled"), Event.CANCELLED)
        after = replace(draft, rows=checked_rows(form, rows, context, taken))
        return Outcome(after, Event.SUMMARY, notes=(note,))
    match said.intent:
        case "cancel":
            return Outcome(replace(draft, state="cancelled"), Event.CANCELLED)
        case "park":
            return Outcome(replace(draft, state="parked"), Event.PARKED)
        case "affirm" if not wrong:
            return Outcome(draft, Event.CONFIRMED)
        case "affirm" if (taken_over := suggestions_taken(form, draft.rows, context))[1]:
            rows, notes = taken_over
            after = replace(draft, rows=checked_rows(form, rows, context, taken))
            return Outcome(after, Event.SUMMARY, notes=tuple(notes))
        case "affirm":
            lines = ", ".join(str(number) for number in wrong)
            return Outcome(draft, Event.SUMMARY, f"Not saved yet: please mend row {lines} first.")
    last = form.fields[-1].label.lower()
    hint = f"You can say, for example, “row 1 {last} is …” or “remove row 1”."
    return Outcome(draft, Event.SUMMARY, notes=(hint,))


def told(form: Form, row: Row, number: int) -> str:
    """All of one row, and what is wrong with it."""
    values = [
        f"{one.label.lower()}: {row.typed.get(one.name) or '–'}"
        for one in form.fields
        if one.name in row.typed or one.name in row.problems
    ]
    problems = " ".join(row.problems.values()) or "Nothing is wrong with it."
    return f"Row {number} has {', '.join(values)}. {problems}"


def suggestions_taken(
    form: Form, rows: tuple[Row, ...], context: Context
) -> tuple[list[Row], list[str]]:
    """The rows with what was probably meant where somebody misspelled a choice or a name, and a
    note for each that was changed."""
    notes: list[str] = []
    after: list[Row] = []
    for number, row in enumerate(rows, 1):
        typed = dict(row.typed)
        for name in set(row.problems) & set(row.typed):
            spec = form.field(name)
            try:
                read(spec, row.typed[name], context)
            except Unsure as error:
                typed[name] = show(spec, error.guess, context)
                notes.append(f"Row {number}: {spec.label.lower()} is {typed[name]}.")
            except Invalid:
                continue
        after.append(replace(row, typed=typed))
    return after, notes
