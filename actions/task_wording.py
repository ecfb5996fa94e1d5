"""How tasks are said: a line each, receipts for one and for several."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.turn import Answer, Asked, Button, Events, button
from actions.wording import count_of
from rollcall.forms.kinds import show_moment
from rollcall.principal import Principal
from rollcall.tasks import NewTask, Task

UNDO = "You can say “undo” within ten minutes."
SHOWN = 15
Names = Mapping[str, str]


def describe(task: Task, actor: Principal, now: datetime) -> str:
    """A task in a line."""
    parts = [task.priority, task.status.replace("_", " ")]
    if task.due_date:
        late = "overdue since" if task.is_overdue(now) else "due"
        parts.append(f"{late} {show_moment(task.due_date, actor.timezone)}")
    return f"{task.title} ({', '.join(parts)})"


def whose(task: Task, actor: Principal, names: Names) -> str:
    """Whose task it is, unless it is the actor's own: ", Erika Musterfrau"."""
    if task.employee_id == actor.employee_id:
        return ""
    return f", {names.get(task.employee_id, task.employee_id)}"


def bullets(tasks: Sequence[Task], actor: Principal, names: Names) -> str:
    """Titles, one a line."""
    return "\n".join(f"• “{one.title}”{whose(one, actor, names)}" for one in tasks)


def titles(tasks: Sequence[Task]) -> str:
    """Titles in a row: “A”, “B” and “C”."""
    quoted = [f"“{one.title}”" for one in tasks]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def ids_of(tasks: Sequence[Task]) -> str:
    """Tasks as a button names them: "#id,#id"."""
    return ",".join(f"#{one.task_id}" for one in tasks)


def undo_button(tasks: Sequence[Task]) -> Button:
    """Takes back what was done to these tasks, also when something else was done since."""
    return button("Undo", f'/undo{{"task_title": "{ids_of(tasks)}"}}')


def card(tasks: Sequence[Task]) -> dict[str, Any]:
    """The structured answer that goes with tasks."""
    return {"type": "tasks", "items": [one.public() for one in tasks]}


def said_assigned(task: Task | NewTask, actor: Principal, names: Names) -> str:
    """A new task and whose it is: “Order chairs” to Erika Musterfrau (EMP004): priority high."""
    assignee = task.assignee if isinstance(task, NewTask) else task.employee_id
    own = assignee == actor.employee_id
    whom = "you" if own else f"{names.get(assignee, '')} ({assignee})".strip()
    due = f", due {show_moment(task.due_date, actor.timezone)}" if task.due_date else ""
    return f"“{task.title}” to {whom}: priority {task.priority}{due}"


def say_assigned(
    actor: Principal, tasks: Sequence[Task], names: Names, answer: Answer, note: str = ""
) -> None:
    """The receipt of tasks that were assigned, one or several."""
    if len(tasks) == 1:
        text = f"Assigned {said_assigned(tasks[0], actor, names)}."
    else:
        lines = [f"• {said_assigned(one, actor, names)}" for one in tasks]
        text = "\n".join([f"Assigned {count_of(len(tasks), 'task')}:", *lines, UNDO])
    mine = any(one.employee_id == actor.employee_id for one in tasks)
    buttons = [undo_button(tasks), *([button("My tasks", "/list_tasks")] if mine else [])]
    answer.say("\n".join(one for one in (text, note) if one), card(tasks), buttons)


def ask_which(
    asked: Asked, answer: Answer, action: str, intent: str, question: str, tasks: Sequence[Task],
    names: Names,
) -> Events:  # fmt: skip
    """Ask which of some tasks is meant; the next sentence may be a number or a title."""
    choice = tasks[:SHOWN]
    actor = asked.actor
    lines = [
        f"{number}. {one.title}{whose(one, actor, names)}" for number, one in enumerate(choice, 1)
    ]
    labels = [f"{one.title}{whose(one, actor, names)}" for one in choice]
    buttons: list[Button] = []
    for one, label in list(zip(choice, labels, strict=True))[:5]:
        buttons.append(button(label, f'/{intent}{{"task_title": "#{one.task_id}"}}'))
    answer.say("\n".join([question, *lines]), card(choice), buttons)
    pending = [[one.task_id, one.title] for one in choice]
    return [asked.asks(action, "which", options=pending)]


def pointed_at(
    asked: Asked, now: datetime, focus: Sequence[Task], listed: Sequence[Task] | None = None
) -> dict[str, Any]:
    """The event that keeps which tasks "it" and "the second one" are; None keeps the list."""
    kept = {
        "listed": [one.task_id for one in listed]
        if listed is not None
        else asked.shown.get("listed", []),
        "focus": [one.task_id for one in focus],
        "at": now.isoformat(),
    }
    event: dict[str, Any] = SlotSet("shown_tasks", kept)
    return event
