"""Beginning, continuing and taking back registrations."""

from rasa_sdk.events import FollowupAction, SlotSet

from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall.errors import NotFound
from rollcall.forms.dialogue import Outcome
from rollcall.registrations import Registration

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
        thing = undone.thing
        if thing is None:
            form = self.roll.catalogue.get(undone.activity.data["type"])
            answer.say(f"Taken back: {count_of(undone.count, form.label, form.plural)}.")
        elif isinstance(thing, Registration):
            form = self.roll.catalogue.get(thing.type)
            title = thing.data.get(form.title_field, "")
            answer.say(f"Taken back: {form.label} {title} is no longer registered.")
        else:
            state = thing.status.replace("_", " ")
            answer.say(
                f"Taken back: “{thing.title}” is {state} again."
                if thing.status != "cancelled"
                else f"Taken back: “{thing.title}” is cancelled.",
                {"type": "tasks", "items": [thing.public()]},
            )
        return []


def open_form(name: str, outcome: Outcome) -> Events:
    """Let Rasa run the form, which asks its question."""
    return [SlotSet("draft_id", outcome.draft.draft_id), FollowupAction(f"{name}_form")]
