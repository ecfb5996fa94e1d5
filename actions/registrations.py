"""Beginning, changing and taking back registrations."""

from collections.abc import Sequence
from datetime import datetime

from actions.drafts import (
    about_drafts,
    begin,
    continue_or_anew,
    go_on,
    offer_to_go_on,
    open_form,
)
from actions.task_wording import Names, card, describe, pointed_at, whose
from actions.tasks import UpdateTask
from actions.turn import FALLBACK, SURE, Answer, Asked, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall.errors import Conflict, NotFound
from rollcall.forms.draft import Event, Outcome, Utterance
from rollcall.forms.draft_words import wants_a_new_one
from rollcall.forms.mentions import mentioned
from rollcall.meetings.spoken import surely_new
from rollcall.principal import Principal
from rollcall.registration import UNDO_WITHIN, Registration
from rollcall.spoken.strange import oddity_of
from rollcall.spoken.wishes import Wish, wish_of, wish_or
from rollcall.tasks import Task
from rollcall.undo import WHY_NOT, Undone


class Register(SkillAction):
    """“Register a supplier”: begins the form with what the sentence already says."""

    action_name = "action_register"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        named = asked.entities.get("registration_type", "")
        catalogue = self.roll.catalogue
        form = catalogue.recognise(named) or catalogue.recognise(asked.text)
        if form is None and surely_new(asked.text, self.roll.clock(), actor.timezone):
            return self.skill("action_create_meeting").act(asked, answer)
        if form is None:
            answered = continue_or_anew(self.roll, asked, answer)
            if answered is not None:
                return answered
            types = self.roll.registrations.types(actor)
            answer.say(
                f"What would you like to register? I know {said_list([t.label for t in types])}.",
                buttons=[button(one.label.capitalize(), f"register {one.label}") for one in types],
            )
            return []
        asked_for_new = asked.entities.get("status") == "new" or (
            asked.pending is not None
            and asked.pending.kind == "go_on"
            and wants_a_new_one(asked.text)
        )
        # One that this turn itself began, when it was played before, does not wait.
        waiting = next(
            (
                one
                for one in self.roll.drafts.list(actor)
                if one.type == form.name and one.turn_id != asked.turn.turn_id
            ),
            None,
        )
        context = self.roll.drafts.context(actor)
        if waiting and not asked_for_new and not mentioned(form, asked.text, context).values:
            self.roll.registrations.type_for(actor, form.name)
            return offer_to_go_on(self.roll, asked, waiting, answer)
        return begin(self.roll, asked, form.name, answer)


class CorrectSaved(SkillAction):
    """“Actually the phone is 555 0102”, said about what was just saved: shows it again with the new
    value, to be saved in place of the old."""

    action_name = "action_correct"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        for answered in (about_drafts, continue_or_anew):
            done = answered(self.roll, asked, answer)
            if done is not None:
                return done
        tasks = UpdateTask(self.roll, self._turn_key)
        if (wish := tasks.surely_meant(asked)) is not None:
            # "No, to Oscar", "actually make that Monday".
            return tasks.handle(asked, answer, wish)
        last = self.roll.undo.last(actor)
        if last is None or self.roll.clock() - last.at > UNDO_WITHIN:
            if oddity_of(asked.text) is not None:
                return self.skill(FALLBACK).act(asked, answer)
            raise NotFound(
                "There is nothing that I could change: what you saved can be changed for ten "
                "minutes. Tell me what you would like to do."
            )
        if last.subject.type == "task":
            return tasks.handle(asked, answer, wish_or(asked.text, Wish.CHANGE))
        if last.data.get("batch"):
            raise Conflict(
                "The last thing was a whole table. Say “undo” to take it back, then paste it again."
            )
        draft = self.roll.drafts.reopen(actor, last.subject.id, asked.turn.turn_id)
        turn_id = asked.turn.turn_id
        said = Utterance(asked.text, asked.intent, None, asked.confidence, turn_id=turn_id)
        outcome = self.roll.drafts.respond(actor, draft, said).outcome
        if outcome.event not in (Event.QUESTION, Event.SUMMARY):
            outcome = Outcome(draft, Event.SUMMARY)
        title = self.roll.drafts.title(actor, draft)
        answer.say(" ".join((f"About the {title} that you just saved:", *outcome.notes)))
        return open_form("registration", outcome)


class Undo(SkillAction):
    """“Undo that”: takes back what one did last, while it is fresh. A form that was cancelled after
    that comes back."""

    action_name = "action_undo"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        tasks = UpdateTask(self.roll, self._turn_key)
        if wish_of(asked.text) is Wish.CANCEL and tasks.surely_meant(asked):
            # "Cancel the stocktaking" names what is to go: that, not what was done last.
            return tasks.handle(asked, answer, Wish.CANCEL)
        pressed = asked.entities.get("task_title", "")
        if not asked.text and pressed.startswith("#"):
            return self._take_back(asked, pressed.replace("#", "").split(","), answer)
        undo, last = self.roll.undo, self.roll.undo.last(actor)
        final = undo.in_the_way(actor)
        latest = max((one.at for one in (last, final) if one is not None), default=None)
        cancelled = self.roll.drafts.cancelled(actor)
        if cancelled and (latest is None or cancelled.updated_at > latest):
            return go_on(self.roll, actor, answer, draft_id=cancelled.draft_id)
        fresh = last is not None and self.roll.clock() - last.at <= UNDO_WITHIN
        if final is not None and last is not None and fresh and not asked.agreed:
            return self._sure(
                asked,
                f"The last thing was: {final.text}. That can't be taken back. "
                f"{WHY_NOT[final.kind]} Before that: {last.text}. Shall I take that back?",
                answer,
            )
        unsure = asked.turn.kind == "text" and asked.confidence < SURE
        if final is None and last is not None and unsure and not asked.agreed:
            return self._sure(
                asked, f"The last thing was: {last.text}. Shall I take it back?", answer
            )
        return self._take_back(asked, (), answer)

    def _take_back(self, asked: Asked, task_ids: Sequence[str], answer: Answer) -> Events:
        actor, key = asked.actor, asked.key(self.action_name)
        undone = self.roll.undo.undo(actor, key, asked.agreed, task_ids)
        if undone.tasks:
            return self._say_tasks(asked, undone, answer)
        if isinstance(undone.thing, Registration):
            title = self.roll.registrations.title(actor, undone.restored or undone.thing)
            answer.say(
                f"Taken back: {title} is again as it was before the change."
                if undone.restored
                else f"Taken back: {title} is no longer registered."
            )
        else:
            form = self.roll.catalogue.get(undone.activity.data["type"])
            answer.say(f"Taken back: {count_of(undone.count, form.label, form.plural)}.")
        return []

    def _sure(self, asked: Asked, question: str, answer: Answer) -> Events:
        answer.say(question, buttons=[button("Take it back", "/affirm"), button("No", "/deny")])
        return [asked.asks(self.action_name, "yes")]

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
