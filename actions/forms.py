"""The one implementation behind every form: reads the utterance, lets the domain decide, asks."""

import re
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.task_wording import say_assigned
from actions.turn import Answer, Asked, Button, Events, SkillAction, button
from actions.wording import count_of
from rollcall.errors import Invalid
from rollcall.forms.dialogue import Draft, Event, Outcome, Utterance, position
from rollcall.forms.kinds import Context, jsonable, read, show
from rollcall.forms.spec import Form
from rollcall.forms.tables import speaks_of_row
from rollcall.principal import Principal
from rollcall.registrations import Registration
from rollcall.tasks import Task

GO_ON: Events = [SlotSet("answer", None), SlotSet("requested_slot", "answer")]
FINISH: Events = [
    SlotSet("answer", None),
    SlotSet("draft_id", None),
    SlotSet("requested_slot", None),
]
MANY_CHOICES = 6
_BARE_ID = re.compile(r"\W*[A-Za-z]{2,6}[- ]?\d+\W*")
CLEAR_REQUEST = 0.8
SHOWN = 10
DIGRESSIONS = frozenset(
    {
        "greet", "goodbye", "thanks", "help", "human",
        "sign_in", "sign_out", "who_am_i", "list_sessions", "complete_session", "cancel_session",
        "add_note", "register", "continue_draft",
        "assign_task", "list_tasks", "start_task", "complete_task", "update_task",
        "create_meeting", "join_meeting", "leave_meeting", "list_meetings", "who_is_here",
        "end_meeting", "list_approvals", "approve", "reject", "query_history", "export", "my_data",
    }
)  # fmt: skip
"""Intents that interrupt a form: those with a rule that has no condition."""


class FormTurn(SkillAction):
    """Rasa calls this at each turn of an active form, and when the form comes back to the front
    after something else was asked in between."""

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        draft = self.roll.drafts.get(actor, asked.draft_id)
        if draft is None:
            answer.say("That form is closed. Say what you would like to register or do.")
            return FINISH
        form = self.roll.drafts.form_of(actor, draft)
        if not asked.just_said:
            event = Event.QUESTION if draft.asking else Event.SUMMARY
            return self._tell(actor, form, Outcome(draft, event), answer)
        if self._is_digression(asked, draft, form):
            # Refused by the form, the message goes to the skill it is meant for; then the form
            # asks its question again.
            raise ActionExecutionRejection(self.action_name)
        said = Utterance(
            asked.text or asked.entities.get("field_name", ""),
            asked.intent,
            asked.entities.get("field_name"),
        )
        result = self.roll.drafts.respond(actor, draft, said)
        if result.batch:
            self._batch_receipt(form, result.batch, answer)
            return FINISH
        if result.saved is not None:
            self._receipt(actor, form, result.saved, answer)
            return FINISH
        return self._tell(actor, form, result.outcome, answer)

    def _is_digression(self, asked: Asked, draft: Draft, form: Form) -> bool:
        if asked.intent not in DIGRESSIONS or (draft.rows and speaks_of_row(asked.text)):
            return False
        if draft.asking is None or (asked.turn.kind == "button" and not asked.text):
            return True
        spec = form.field(draft.asking)
        if spec.kind == "employee" and _BARE_ID.fullmatch(asked.text):
            # An answer, also when nobody has that id: not somebody who wants to sign in.
            return False
        try:
            read(spec, asked.text, self.roll.drafts.context(asked.actor))
        except Invalid:
            return True
        # Any words can be a text or a name; only a clear request is taken for one.
        return spec.kind in ("text", "name") and asked.confidence >= CLEAR_REQUEST

    def after_error(self) -> Events:
        return FINISH

    def _tell(self, actor: Principal, form: Form, outcome: Outcome, answer: Answer) -> Events:
        match outcome.event:
            case Event.CANCELLED:
                answer.say(f"Cancelled. The {form.label} was not saved.")
                return FINISH
            case Event.PARKED:
                answer.say(
                    f"I keep the {form.label} for you. Say “continue my {form.label}” any time.",
                    buttons=[button(f"Continue the {form.label}", "/continue_draft")],
                )
                return FINISH
            case Event.SUMMARY if outcome.draft.rows:
                say_table(form, outcome, answer)
            case Event.SUMMARY:
                self._summary(actor, form, outcome, answer)
            case _:
                self._question(form, outcome, answer)
        return GO_ON

    def _question(self, form: Form, outcome: Outcome, answer: Answer) -> None:
        draft = outcome.draft
        spec = form.field(str(draft.asking))
        step, of = position(draft, form)
        parts = [*outcome.notes, outcome.problem or "", spec.prompt]
        if (outcome.problem or draft.wrong) and spec.help and spec.help not in parts:
            parts.append(spec.help)
        if spec.choices:
            parts.append(f"({', '.join(one.label for one in spec.choices)})")
        buttons: list[Button] = []
        if spec.kind == "choice":
            buttons = [button(one.label, one.label) for one in spec.choices[:MANY_CHOICES]]
        elif spec.kind == "yes_no":
            buttons = [button("Yes", "/affirm"), button("No", "/deny")]
        if spec.optional:
            buttons.append(button("Skip", "/skip"))
        answer.say(
            " ".join(part for part in parts if part)
            + (" You can skip this." if spec.optional else ""),
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

    def _summary(self, actor: Principal, form: Form, outcome: Outcome, answer: Answer) -> None:
        context = self.roll.drafts.context(actor)
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

    def _batch_receipt(self, form: Form, made: tuple[Registration, ...], answer: Answer) -> None:
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

    def _receipt(
        self, actor: Principal, form: Form, saved: Registration | Task, answer: Answer
    ) -> None:
        if isinstance(saved, Task):
            say_assigned(actor, [saved], self.roll.directory.names([saved.employee_id]), answer)
            return
        title = saved.data[form.title_field]
        answer.say(
            f"Saved: {form.label} {title}. Reference {saved.document_id}. "
            "You can say “undo” within ten minutes.",
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


class RegistrationForm(FormTurn):
    """A turn of `registration_form`."""

    action_name = "validate_registration_form"


class TaskForm(FormTurn):
    """A turn of `task_form`."""

    action_name = "validate_task_form"


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
    lines += [f"• Row {number}: {' '.join(row.problems.values())}" for number, row in wrong[:SHOWN]]
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
