"""Assigning, listing, starting, finishing and changing tasks."""

import re
from datetime import datetime
from typing import Any

from actions.forms import say_assigned
from actions.registrations import open_form
from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of
from rollcall.dates import find_when
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.forms.kinds import Context, read, show_moment
from rollcall.periods import find_period
from rollcall.permissions import Permission
from rollcall.principal import Principal, Role
from rollcall.questions import person_named
from rollcall.storage.schema import PRIORITIES
from rollcall.task_words import matching, title_in
from rollcall.tasks import NewTask, Task, TaskChange

SHOWN = 15
_TEAM = re.compile(r"\b(team|everyone|everybody|all people|staff|anyone)\b", re.IGNORECASE)


class AssignTask(SkillAction):
    """“Assign 'Stocktaking' to EMP004, high, due Friday”: at once when all is said, else asks."""

    action_name = "action_assign_task"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        known = self._known(asked)
        if "title" not in known or "assignee" not in known:
            outcome = self.roll.drafts.begin_task(actor, known)
            answer.say("A new task, then.")
            return open_form("task", outcome)
        new = NewTask(
            title=known["title"],
            assignee=known["assignee"],
            priority=known.get("priority", "medium"),
            due_date=known.get("due_date"),
        )
        task = self.roll.tasks.assign(actor, new, asked.key(self.action_name))
        say_assigned(actor, task, self.roll.directory.names([task.employee_id]), answer)
        return []

    def _known(self, asked: Asked) -> dict[str, Any]:
        """What the sentence says, read with the readers that the form itself uses."""
        form = self.roll.drafts.task_form
        context = self.roll.drafts.context(asked.actor)
        known: dict[str, Any] = {}
        title = asked.entities.get("task_title") or title_in(asked.text)
        if title:
            known["title"] = read(form.field("title"), title, context)
        if asked.employee_id is not None:
            # Somebody who was named and can't be found is said, not asked for again.
            known["assignee"] = read(form.field("assignee"), asked.employee_id, context)
        elif person := _person_in(asked):
            try:
                known["assignee"] = read(form.field("assignee"), person, context)
            except Invalid:
                known.pop("assignee", None)
        priority = _priority_in(asked)
        if priority:
            known["priority"] = priority
        due = _due_in(asked.text, context)
        if due:
            known["due_date"] = due
        return known


class ListTasks(SkillAction):
    """“My tasks”, “tasks of EMP004”, “overdue tasks”."""

    action_name = "action_list_tasks"

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        whose = self._whose(asked)
        done = asked.entities.get("status") == "completed"
        page = self.roll.tasks.list(actor, whose, "completed" if done else "open", 200)
        tasks = page.items
        now = self.roll.clock()
        kind = "finished task" if done else "open task"
        if re.search(r"\b(overdue|late|past due)\b", asked.text, re.IGNORECASE):
            tasks = [one for one in tasks if one.is_overdue(now)]
            kind = "overdue task"
        period = find_period(asked.text, now, actor.timezone)
        if period and not done:
            tasks = [
                one for one in tasks if one.due_date and period.since <= one.due_date < period.until
            ]
            kind = f"{kind} due {period.words}" if len(tasks) == 1 else kind
        mine = whose == actor.employee_id
        names = self.roll.directory.names([one.employee_id for one in tasks] + [whose or ""])
        subject = "You have" if mine else f"{names.get(whose or '', whose)} has"
        if whose is None:
            subject = (
                "Your people have" if actor.role is not Role.ADMIN else "Everyone together has"
            )
        if not tasks:
            answer.say(f"{subject} no {kind}s.", {"type": "tasks", "items": []})
            return []
        shown = tasks[:SHOWN]
        lines = [f"{subject} {count_of(len(tasks), kind)}:"]
        for number, task in enumerate(shown, 1):
            who = f", {names.get(task.employee_id, task.employee_id)}" if whose is None else ""
            lines.append(f"{number}. {describe(task, actor, now)}{who}")
        if len(tasks) > SHOWN:
            lines.append(f"… and {len(tasks) - SHOWN} more on the dashboard.")
        answer.say(
            "\n".join(lines),
            {
                "type": "tasks",
                "items": [one.public() for one in shown],
                "url": f"/dashboard?employee_id={whose or 'all'}",
            },
            _task_buttons(shown) if mine and not done else [],
        )
        return []

    def _whose(self, asked: Asked) -> str | None:
        """Whose tasks are asked for; None for everyone's whom the person looks after."""
        if asked.employee_id:
            return asked.employee_id
        actor = asked.actor
        people = self.roll.directory.everyone(actor, Permission.READ_TASKS)
        named = person_named(asked.text, people)
        if named:
            return named
        leads = actor.role in (Role.MANAGER, Role.BRANCH_ADMIN, Role.ADMIN)
        return None if leads and _TEAM.search(asked.text) else actor.employee_id


class MoveTask(SkillAction):
    """Base of starting and finishing: finds which task is meant, or asks."""

    verb: str
    intent: str

    def act(self, asked: Asked, answer: Answer) -> Events:
        actor = asked.require_person()
        tasks = self.roll.tasks.list(actor, actor.employee_id, "open", 200).items
        if not tasks:
            raise NotFound("You have no open tasks.")
        found = matching(tasks, asked.entities.get("task_title", ""), asked.text)
        if len(found) != 1:
            choice = (found or tasks)[:SHOWN]
            titles = "\n".join(f"{number}. {one.title}" for number, one in enumerate(choice, 1))
            answer.say(
                f"Which task shall I {self.verb}?\n{titles}",
                {"type": "tasks", "items": [one.public() for one in choice]},
                [
                    button(one.title, f'/{self.intent}{{"task_title": "#{one.task_id}"}}')
                    for one in choice[:5]
                ],
            )
            return []
        self.move(asked, actor, found[0], answer)
        return []

    def move(self, asked: Asked, actor: Principal, task: Task, answer: Answer) -> None:
        """Do it and say so."""
        raise TypeError(f"{type(self).__name__} has no move")


class StartTask(MoveTask):
    """“Start the security training”."""

    action_name = "action_start_task"
    verb = "start"
    intent = "start_task"

    def move(self, asked: Asked, actor: Principal, task: Task, answer: Answer) -> None:
        started = self.roll.tasks.start(actor, task.task_id, asked.key(self.action_name))
        finish = f'/complete_task{{"task_title": "#{task.task_id}"}}'
        answer.say(
            f"Started: “{started.title}”.",
            {"type": "tasks", "items": [started.public()]},
            [button("Finish it", finish)],
        )


class CompleteTask(MoveTask):
    """“Finish the security training”."""

    action_name = "action_complete_task"
    verb = "finish"
    intent = "complete_task"

    def move(self, asked: Asked, actor: Principal, task: Task, answer: Answer) -> None:
        done = self.roll.tasks.complete(actor, task.task_id, asked.key(self.action_name))
        left = len(self.roll.tasks.list(actor, actor.employee_id, "open", 200).items)
        answer.say(
            f"Done: “{done.title}” is completed. {count_of(left, 'open task').capitalize()} left.",
            {"type": "tasks", "items": [done.public()]},
        )


class UpdateTask(MoveTask):
    """“Postpone the stocktaking to Monday”, “make it urgent”."""

    action_name = "action_update_task"
    verb = "change"
    intent = "update_task"

    def move(self, asked: Asked, actor: Principal, task: Task, answer: Answer) -> None:
        context = self.roll.drafts.context(actor)
        change = TaskChange(priority=_priority_in(asked), due_date=_due_in(asked.text, context))
        if change == TaskChange():
            raise Conflict(
                "Tell me what to change, for example: postpone the stocktaking to Monday, or: "
                "make the stocktaking urgent."
            )
        after = self.roll.tasks.update(actor, task.task_id, change, asked.key(self.action_name))
        answer.say(
            f"Changed: {describe(after, actor, self.roll.clock())}.",
            {"type": "tasks", "items": [after.public()]},
        )


def describe(task: Task, actor: Principal, now: datetime) -> str:
    """A task in a line."""
    parts = [task.priority, task.status.replace("_", " ")]
    if task.due_date:
        late = "overdue since" if task.is_overdue(now) else "due"
        parts.append(f"{late} {show_moment(task.due_date, actor.timezone)}")
    return f"{task.title} ({', '.join(parts)})"


def _task_buttons(tasks: list[Task]) -> list[dict[str, str]]:
    first = tasks[0]
    verb, intent = (
        ("Finish", "complete_task")
        if first.status == "in_progress"
        else (
            "Start",
            "start_task",
        )
    )
    return [button(f"{verb} “{first.title}”", f'/{intent}{{"task_title": "#{first.task_id}"}}')]


def _person_in(asked: Asked) -> str | None:
    if re.search(r"\b(to|for)\s+(me|myself)\b", asked.text, re.IGNORECASE):
        return "me"
    person = asked.entities.get("person")
    if person:
        return person
    named = re.search(r"\bto\s+([A-ZÀ-Þ][\w'-]+(?:\s+[A-ZÀ-Þ][\w'-]+)*)", asked.text)
    return named[1] if named else None


def _priority_in(asked: Asked) -> str | None:
    named = asked.entities.get("priority", "").lower()
    return named if named in PRIORITIES else None


def _due_in(text: str, context: Context) -> datetime | None:
    when = find_when(text, context.now, context.timezone)
    if when is None:
        return None
    if when.at() < context.now:
        raise Invalid("That due date is in the past. Which day in the future?")
    return when.at()
