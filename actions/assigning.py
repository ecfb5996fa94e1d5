"""“Assign 'Stocktaking' to Erika and Tom, high, due Friday”: at once when all is said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.drafts import open_form
from actions.history import QueryHistory
from actions.task_talk import MOST_UNASKED
from actions.task_wording import pointed_at, said_assigned, say_assigned
from actions.tasks import UpdateTask
from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of, said_list
from rollcall.errors import Invalid, NotFound
from rollcall.forms.kinds import read
from rollcall.permissions import Permission
from rollcall.question_words import is_question
from rollcall.spoken.assignments import Reading, read_assignments
from rollcall.spoken.items import Item
from rollcall.spoken.people import Mention
from rollcall.spoken.wishes import Wish, wish_of
from rollcall.task_records import Assign
from rollcall.tasks import NewTask


class AssignTask(SkillAction):
    """Gives tasks to people: one or several of both."""

    action_name = "action_assign_task"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        history = QueryHistory(self.roll, self._turn_key)
        if is_question(asked.text) and history.surely_meant(asked):
            # "How long was Erika signed in yesterday" names a person and a day, as an order does.
            return history.act(asked, answer)
        wish = wish_of(asked.text)
        if wish in (Wish.GIVE, Wish.LEAVE):
            # "No, give it to Oscar": that one, not a new task.
            return UpdateTask(self.roll, self._turn_key).handle(asked, answer, wish)
        people = self.roll.directory.everyone(actor, Permission.ASSIGN_TASKS)
        context = self.roll.drafts.context(actor)
        reading = _with_entity(read_assignments(asked.text, people, context), asked)
        named = [who for item in reading.items for who in item.people]
        if doubtful := next((one for one in named if len(one.ids) > 1), None):
            return self._ask_who(asked, doubtful, answer)
        strangers = list(dict.fromkeys(one.words for one in named if not one.ids))
        if len(reading.items) == 1 and len(reading.items[0].people) <= 1:
            return self._one(asked, reading, strangers, answer)
        if strangers:
            raise NotFound(
                f"I can't find {said_list(strangers, 'or')} among the people you can give tasks "
                "to, so I assigned nothing. Please say it again with an id such as EMP004."
            )
        if any(item.title is None for item in reading.items):
            raise Invalid(
                "What shall they do? Please say the task and the people in one sentence, for "
                "example: assign 'Stocktaking' to EMP004 and EMP005."
            )
        if any(not item.people for item in reading.items):
            answer.say("Who shall do these? Say a name, several names, or “me”.")
            return [asked.asks(self.action_name, "more", joint=" to ", detail=r"^[^?]{2,80}$")]
        news = [
            NewTask(str(item.title), str(who.id), item.priority or "medium", item.due_date)
            for item in reading.items
            for who in item.people
        ]
        if len(news) > MOST_UNASKED and not asked.agreed:
            return self._sure(asked, news, reading, answer)
        return self._assign(asked, news, reading, answer)

    def _one(
        self, asked: Asked, reading: Reading, strangers: Sequence[str], answer: Answer
    ) -> Events:
        """One task for one person; what is missing is asked for in the form."""
        actor, item = asked.actor, reading.items[0]
        form, context = self.roll.drafts.task_form, self.roll.drafts.context(actor)
        known: dict[str, Any] = {}
        if item.title is not None:
            known["title"] = read(form.field("title"), item.title, context)
        if item.people and not strangers:
            known["assignee"] = item.people[0].id
        if item.priority:
            known["priority"] = item.priority
        if item.due_date:
            known["due_date"] = item.due_date
        if "title" in known and "assignee" in known:
            new = NewTask(
                known["title"], known["assignee"], item.priority or "medium", item.due_date
            )
            return self._assign(asked, [new], reading, answer)
        outcome = self.roll.drafts.begin_task(actor, known, asked.turn.turn_id)
        if strangers:
            answer.say(f"I can't find {strangers[0]} among the people you can give tasks to.")
        else:
            answer.say(f"A new task, then.{_note(reading, ' ')}")
        return open_form("task", outcome)

    def _assign(
        self, asked: Asked, news: Sequence[NewTask], reading: Reading, answer: Answer
    ) -> Events:
        tasks = self.roll.tasks.together(
            asked.actor, [Assign(one) for one in news], asked.key(self.action_name)
        )
        names = self.roll.directory.names({one.employee_id for one in tasks})
        say_assigned(asked.actor, tasks, names, answer, _note(reading))
        return [pointed_at(asked, self.roll.clock(), tasks)]

    def _sure(
        self, asked: Asked, news: Sequence[NewTask], reading: Reading, answer: Answer
    ) -> Events:
        """Show what would be assigned, and ask."""
        names = self.roll.directory.names({one.assignee for one in news})
        lines = [f"• {said_assigned(one, asked.actor, names)}" for one in news]
        question = f"Shall I assign these {count_of(len(news), 'task')}?"
        answer.say(
            "\n".join(one for one in (question, *lines, _note(reading)) if one),
            buttons=[button("Yes", "/affirm"), button("No", "/deny")],
        )
        return [asked.asks(self.action_name, "yes")]

    def _ask_who(self, asked: Asked, named: Mention, answer: Answer) -> Events:
        """Several people bear the name: each button says the sentence with an id in its place."""
        names = self.roll.directory.names(named.ids)
        head, tail = asked.text[: named.start], asked.text[named.end :]
        answer.say(
            f"There is more than one {named.words}. Who do you mean?",
            buttons=[
                button(f"{names.get(one, one)} ({one})", f"{head}{one}{tail}") for one in named.ids
            ],
        )
        return []


def _with_entity(reading: Reading, asked: Asked) -> Reading:
    """The reading, with the title that the classifier's patterns found where it has none."""
    title = asked.entities.get("task_title")
    if title and len(reading.items) == 1 and reading.items[0].title is None:
        return replace(reading, items=(replace(reading.items[0], title=title),))
    return reading if reading.items else Reading((Item(None),), reading.unread)


def _note(reading: Reading, lead: str = "") -> str:
    """What of the sentence was not understood."""
    if not reading.unread:
        return ""
    return f"{lead}I did not understand “{'”, “'.join(reading.unread)}”, so I left that out."
