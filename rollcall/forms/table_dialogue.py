"""How a conversation about a pasted table goes: fixes in words, save all or nothing."""

from dataclasses import replace

from rollcall.errors import Invalid
from rollcall.forms.draft import Draft, Event, Outcome, Taken, Utterance
from rollcall.forms.kinds import Context
from rollcall.forms.spec import Form
from rollcall.forms.tables import Row, check, corrected


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
        case "affirm":
            lines = ", ".join(str(number) for number in wrong)
            return Outcome(draft, Event.SUMMARY, f"Not saved yet: please mend row {lines} first.")
    last = form.fields[-1].label.lower()
    hint = f"You can say, for example, “row 1 {last} is …” or “remove row 1”."
    return Outcome(draft, Event.SUMMARY, notes=(hint,))
