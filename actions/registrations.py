"""Beginning, continuing and taking back registrations."""

from rasa_sdk.events import FollowupAction, SlotSet

from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import said_list
from rollcall.errors import Conflict, NotFound
from rollcall.forms.dialogue import Outcome
from rollcall.registrations import Registration


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
    """“Undo that”: takes back one's last registration while it is fresh."""

    action_name = "action_undo"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        last = next(
            (one for one in self._recent(asked) if one.status == "active"),
            None,
        )
        if last is None:
            raise NotFound("There is nothing of yours that I could take back.")
        form = self.roll.catalogue.get(last.type)
        title = last.data.get(form.title_field, "")
        try:
            self.roll.registrations.undo(actor, last.document_id, asked.key(self.action_name))
        except Conflict as error:
            raise Conflict(f"The {form.label} {title}: {error.message}") from error
        answer.say(f"Taken back: {form.label} {title} is no longer registered.")
        return []

    def _recent(self, asked: Asked) -> list[Registration]:
        return self.roll.registrations.list(asked.actor, asked.actor.employee_id, limit=10).items


def open_form(name: str, outcome: Outcome) -> Events:
    """Let Rasa run the form, which asks its question."""
    return [SlotSet("draft_id", outcome.draft.draft_id), FollowupAction(f"{name}_form")]
