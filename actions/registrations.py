"""Beginning, continuing and taking back registrations."""

from datetime import datetime

from rasa_sdk.events import FollowupAction, SlotSet

from actions.task_wording import Names, card, describe, pointed_at, whose
from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall.errors import NotFound
from rollcall.forms.dialogue import Outcome
from rollcall.principal import Principal
from rollcall.registrations import Registration
from rollcall.tasks import Task
from rollcall.undo import Undone

SURE = 0.8
"""Below this, what takes something away is asked back first."""


class Register(SkillAction):
    """“Register a supplier”: begins the form with what the sentence already says."""

    action_name = "action_register"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        named = asked.entities.get("registration_type", "")
        catalogue = self.roll.catalogue
        form = catalogue.recognise(named) or catalogue.recognise(asked.text)
        if form is None:
            types = self.roll.registrations.types(actor)
            answer.say(
                f"What would you like to register? I know {said_list([t.label for t in types])}.",
                buttons=[button(one.label.capitalize(), f"register {one.label}") for one in types],
            )
            return []
        outcome = self.roll.drafts.begin_registration(actor, form.name, asked.text)
        introduction = f"Let's register a new {form.label}."
        answer.say(" ".join((introduction, *outcome.notes)))
        return open_form("registration", outcome)


class ContinueDraft(SkillAction):
    """“Continue my supplier”: goes on where a form was left."""

    action_name = "action_continue_draft"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        wanted = self.roll.catalogue.recognise(asked.text) if asked.text else None
        name = wanted.name if wanted else None
        if name is None and "task" in asked.text.lower():
            name = "task"
        outcome = self.roll.drafts.resume(actor, name)
        form = self.roll.drafts.form_of(actor, outcome.draft)
        answer.say(f"Back to the {form.label}.")
        return open_form(outcome.draft.form, outcome)


class Undo(SkillAction):
    """“Undo that”: takes back what one did last, while it is fresh."""

    action_name = "action_undo"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        if asked.turn.kind == "text" and asked.confidence < SURE:
            last = self.roll.undo.last(actor)
            if last is None:
                raise NotFound("There is nothing of yours that I could take back.")
            answer.say(
                f"The last thing was: {last.text}. Shall I take it back?",
                buttons=[button("Take it back", "/undo")],
            )
            return []
        undone = self.roll.undo.undo(actor, asked.key(self.action_name))
        if undone.tasks:
            return self._say_tasks(asked, undone, answer)
        if isinstance(undone.thing, Registration):
            form = self.roll.catalogue.get(undone.thing.type)
            title = undone.thing.data.get(form.title_field, "")
            answer.say(f"Taken back: {form.label} {title} is no longer registered.")
        else:
            form = self.roll.catalogue.get(undone.activity.data["type"])
            answer.say(f"Taken back: {count_of(undone.count, form.label, form.plural)}.")
        return []

    def _say_tasks(self, asked: Asked, undone: Undone, answer: Answer) -> Events:
        """How the tasks are again, each with its own state."""
        tasks, kind = undone.tasks, undone.activity.kind
        names = self.roll.directory.names({one.employee_id for one in tasks})
        now = self.roll.clock()
        if len(tasks) == 1:
            text = f"Taken back: {_as_before(tasks[0], kind, asked.actor, now, names)}"
        else:
            lines = [f"• {_as_before(one, kind, asked.actor, now, names)}" for one in tasks]
            text = "\n".join([f"Taken back, {count_of(len(tasks), 'task')}:", *lines])
        answer.say(text, card(tasks))
        return [pointed_at(asked, now, [one for one in tasks if one.is_open])]


def _as_before(task: Task, kind: str, actor: Principal, now: datetime, names: Names) -> str:
    """How a task is after what `kind` names was taken back."""
    owner = whose(task, actor, names)
    if task.status == "cancelled":
        return f"“{task.title}” is cancelled{owner}."
    if kind == "task.updated":
        return f"{describe(task, actor, now)}{owner}, as it was before."
    return f"“{task.title}” is {task.status.replace('_', ' ')} again{owner}."


def open_form(name: str, outcome: Outcome) -> Events:
    """Let Rasa run the form, which asks its question."""
    return [SlotSet("draft_id", outcome.draft.draft_id), FollowupAction(f"{name}_form")]
