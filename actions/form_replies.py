"""What a form says: questions, summaries, previews of tables, receipts."""

from typing import Any

from actions.turn import Answer, Button, button
from actions.wording import count_of
from rollcall import Rollcall
from rollcall.forms.draft import Draft, Outcome
from rollcall.forms.kinds import Context, jsonable, show
from rollcall.forms.spec import Form
from rollcall.forms.steps import OFFER_WAY_OUT_AFTER, position
from rollcall.forms.tables import Row
from rollcall.principal import Principal
from rollcall.registration import Registration

MANY_CHOICES = 6
SHOWN = 10


def say_cancelled(roll: Rollcall, actor: Principal, draft: Draft, answer: Answer) -> None:
    """That a form was left, and how to have it back."""
    title = roll.drafts.title(actor, draft)
    if draft.replaces:
        answer.say(f"Nothing is changed: the {title} stays as it was.")
    elif draft.empty:
        answer.say(f"Closed. Nothing was filled in, so there is no {title} to keep.")
    else:
        answer.say(
            f"Cancelled. The {title} was not saved. Say “undo” within ten minutes to have it back.",
            buttons=[button("Undo", "/undo")],
        )


def say_question(form: Form, outcome: Outcome, answer: Answer) -> None:
    """The question that is next, after what there is to say about the answer before."""
    draft = outcome.draft
    spec = form.field(str(draft.asking))
    step, of = position(draft, form)
    guessing = draft.guess is not None
    parts = [*outcome.notes, outcome.problem or ""]
    if not guessing:
        parts.append(spec.prompt)
        if (outcome.problem or draft.wrong) and spec.help:
            parts.append(spec.help)
        if spec.choices:
            parts.append(f"({', '.join(one.label for one in spec.choices)})")
    buttons: list[Button] = []
    if guessing:
        buttons = [button("Yes", "/affirm"), button("No", "/deny")]
    elif spec.kind == "choice":
        buttons = [button(one.label, one.label) for one in spec.choices[:MANY_CHOICES]]
    elif spec.kind == "yes_no":
        buttons = [button("Yes", "/affirm"), button("No", "/deny")]
    may_skip = spec.optional and not guessing
    if may_skip:
        buttons.append(button("Skip", "/skip"))
    if outcome.way_out:
        parts.append(outcome.way_out)
    elif may_skip:
        parts.append("You can skip this.")
    if outcome.way_out and draft.wrong >= OFFER_WAY_OUT_AFTER:
        buttons += [button("Later", "/park"), button("Cancel", "/cancel")]
    answer.say(
        " ".join(part for part in parts if part),
        {
            "type": "form_question",
            "form": draft.form,
            "registration_type": draft.type,
            "field": spec.name,
            "kind": spec.kind,
            "label": spec.label,
            "help": spec.help,
            "choices": [{"value": one.value, "label": one.label} for one in spec.choices],
            "step": step,
            "of": of,
            "optional": spec.optional,
            "problem": outcome.problem,
        },
        buttons,
    )


def say_summary(form: Form, outcome: Outcome, context: Context, answer: Answer) -> None:
    """All answers, to be saved, changed or cancelled."""
    fields = summary_fields(form, outcome.draft, context)
    lines = [*outcome.notes, outcome.problem or "", f"Here is the {form.label}:"]
    lines += [f"• {one['label']}: {one['value']}" for one in fields]
    lines.append("Shall I save it?")
    answer.say(
        "\n".join(line for line in lines if line),
        {
            "type": "form_summary",
            "form": outcome.draft.form,
            "registration_type": outcome.draft.type,
            "fields": fields,
        },
        [button("Save", "/affirm"), button("Change", "/deny"), button("Cancel", "/cancel")],
    )


def say_saved_table(form: Form, made: tuple[Registration, ...], answer: Answer) -> None:
    """The receipt of a table."""
    answer.say(
        f"Saved: {count_of(len(made), form.label, form.plural)}. "
        "You can say “undo” within ten minutes.",
        {
            "type": "receipt",
            "registration_type": form.name,
            "collection": made[0].collection,
            "document_id": made[0].document_id,
            "document_ids": [one.document_id for one in made],
            "session_id": made[0].session_id,
            "undo_until": jsonable(made[0].undo_until),
            "title": count_of(len(made), form.label, form.plural),
        },
        [button("Undo", "/undo"), button("My registrations", "/query_history")],
    )


def say_saved(form: Form, saved: Registration, answer: Answer) -> None:
    """The receipt of a registration, new or changed."""
    title = saved.data[form.title_field]
    answer.say(
        f"{'Changed' if saved.replaces else 'Saved'}: {form.label} {title}. "
        f"Reference {saved.document_id}. You can say “undo” within ten minutes.",
        {
            "type": "receipt",
            "registration_type": saved.type,
            "collection": saved.collection,
            "document_id": saved.document_id,
            "session_id": saved.session_id,
            "undo_until": jsonable(saved.undo_until),
            "title": str(title),
        },
        [button("Undo", "/undo"), button("My registrations", "/query_history")],
    )


def summary_fields(form: Form, draft: Draft, context: Context) -> list[dict[str, Any]]:
    """All fields with their values as a person reads them; skipped ones as a dash."""
    return [
        {
            "name": one.name,
            "label": one.label,
            "value": show(one, draft.answers.get(one.name, one.default), context),
        }
        for one in form.fields
    ]


def say_table(form: Form, outcome: Outcome, answer: Answer) -> None:
    """The preview of a pasted table, row by row, with what is wrong."""
    rows = outcome.draft.rows
    wrong = [(number, row) for number, row in enumerate(rows, 1) if row.problems]
    lines = [*outcome.notes, outcome.problem or ""]
    lines.append(f"{count_of(len(rows), 'row')} of {form.plural}, {len(rows) - len(wrong)} ready.")
    shown = wrong[:SHOWN] or list(enumerate(rows, 1))[:SHOWN]
    lines += [f"• Row {number}: {_said(row)}" for number, row in shown]
    if more := (len(wrong) or len(rows)) - len(shown):
        lines.append(f"… and {more} more.")
    if wrong:
        number, row = wrong[0]
        label = form.field(next(iter(row.problems))).label.lower()
        lines.append(f"Mend them by saying, for example, “row {number} {label} is …”.")
    else:
        lines.append("Shall I save them all?")
    used = [one for one in form.fields if any(one.name in row.typed for row in rows)]
    columns = {"row": "Row", **{one.name: one.label for one in used}, "problem": "To mend"}
    answer.say(
        "\n".join(line for line in lines if line),
        {
            "type": "table",
            "columns": [{"name": name, "label": label} for name, label in columns.items()],
            "rows": [
                {"row": number, **row.typed, "problem": " ".join(row.problems.values())}
                for number, row in enumerate(rows, 1)
            ],
            "total": len(rows),
            "query": {},
            "chips": [form.plural, f"{len(wrong)} to mend" if wrong else "all ready"],
        },
        [*([] if wrong else [button("Save all", "/affirm")]), button("Cancel", "/cancel")],
    )


def _said(row: Row) -> str:
    """What is wrong with a row, or else what is in it."""
    return " ".join(row.problems.values()) or ", ".join(row.typed.values())
