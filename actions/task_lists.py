"""Showing tasks: the lists that "finish 2" and "start the first one" count in."""

from collections.abc import Sequence
from typing import Any

from actions.history import HistoryAction, QueryHistory
from actions.paging import ALL, page_of
from actions.task_wording import describe, pointed_at
from actions.turn import Answer, Asked, Events, button
from rollcall.history_query import BUT, HistoryAnswer, HistoryQuery
from rollcall.storage.schema import PRIORITIES
from rollcall.tasks import Task

MOST = 200


class ListTasks(HistoryAction):
    """“My tasks”, “tasks of EMP004”, “overdue tasks”, “what is due tomorrow”."""

    action_name = "action_list_tasks"
    subject = "tasks"

    def say(
        self, asked: Asked, query: HistoryQuery, found: HistoryAnswer, answer: Answer
    ) -> Events:
        if not _plain(query):
            return QueryHistory(self.roll, self._turn_key).say(asked, query, found, answer)
        actor, now = asked.actor, self.roll.clock()
        wanted = query.status if query.status != "overdue" else "open"
        tasks = self.roll.tasks.list(actor, query.employee_id, wanted or "open", MOST).items
        tasks = [one for one in tasks if self._among(query, one)]
        tasks.sort(key=_urgency)
        told = self.wording(actor, query).tasks(query, len(tasks))
        if not tasks:
            answer.say(f"{told}.", {"type": "tasks", "items": []})
            return []
        page = page_of(asked, tasks)
        if page.is_behind:
            answer.say(ALL)
            return []
        names = self.roll.directory.names([one.employee_id for one in tasks])
        lines = [page.heading(f"{told}:", "task")]
        for number, task in enumerate(page.shown, page.start + 1):
            whose = (
                "" if query.employee_id else f", {names.get(task.employee_id, task.employee_id)}"
            )
            lines.append(f"{number}. {describe(task, actor, now)}{whose}")
        mine = query.employee_id == actor.employee_id
        custom: dict[str, Any] = {
            "type": "tasks",
            "items": [one.public() for one in page.shown],
            "url": f"/dashboard?employee_id={query.employee_id or 'all'}",
        }
        buttons = [*(_buttons(page.shown) if mine else []), *page.buttons()]
        answer.say("\n".join([*lines, *page.closing()]), custom, buttons)
        seen = tasks[: page.end]
        return [
            pointed_at(asked, now, seen if len(seen) == 1 else [], seen),
            *page.goes_on(asked, self.action_name),
        ]

    def _among(self, query: HistoryQuery, task: Task) -> bool:
        if query.status == "overdue" and not task.is_overdue(self.roll.clock()):
            return False
        if query.priority and task.priority != query.priority:
            return False
        if query.since is None and query.until is None:
            return True
        due = task.due_date
        return (
            due is not None
            and (query.since is None or due >= query.since)
            and (query.until is None or due < query.until)
        )


def _plain(query: HistoryQuery) -> bool:
    """Whether it is a list of open tasks, of one person or of all."""
    timed = query.since is not None or query.until is not None
    return (
        query.subject == "tasks"
        and query.measure == "list"
        and not query.group_by
        and not query.title
        and query.status in (None, "open", "overdue", "pending", "in_progress")
        and (query.dated == "due" or not timed)
        and len(query.people()) <= 1
        and not (query.employee_id or "").startswith(BUT)
    )


def _urgency(task: Task) -> tuple[bool, float, int]:
    """What is due first stands first, and of that the more urgent."""
    due = task.due_date.timestamp() if task.due_date else 0.0
    return task.due_date is None, due, -PRIORITIES.index(task.priority)


def _buttons(tasks: Sequence[Task]) -> list[dict[str, str]]:
    first = next((one for one in tasks if one.status in ("pending", "in_progress")), None)
    if first is None:
        return []
    started = first.status == "in_progress"
    verb, intent = ("Finish", "complete_task") if started else ("Start", "start_task")
    return [button(f"{verb} “{first.title}”", f'/{intent}{{"task_title": "#{first.task_id}"}}')]
