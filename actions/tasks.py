"""Listing tasks, and what is said about those that are there."""

import re

from actions.task_talk import TaskTalk
from actions.task_wording import SHOWN, describe, pointed_at
from actions.turn import Answer, Asked, Events, SkillAction, button
from actions.wording import count_of
from rollcall.naming import person_named
from rollcall.periods import find_period
from rollcall.permissions import Permission
from rollcall.principal import Role
from rollcall.spoken.wishes import Wish
from rollcall.tasks import Task

_TEAM = re.compile(r"\b(team|everyone|everybody|all people|staff|anyone)\b", re.IGNORECASE)


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
        return [pointed_at(asked, now, shown if len(shown) == 1 else [], shown)]

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


class StartTask(TaskTalk):
    """“Start the security training”."""

    action_name = "action_start_task"
    intent = "start_task"
    default = Wish.START


class CompleteTask(TaskTalk):
    """“Finish the security training and the stocktaking”."""

    action_name = "action_complete_task"
    intent = "complete_task"
    default = Wish.COMPLETE


class UpdateTask(TaskTalk):
    """“Postpone Erika's stocktaking to Monday”, “make it urgent”, “no, give it to Oscar”."""

    action_name = "action_update_task"
    intent = "update_task"
    default = Wish.CHANGE


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
