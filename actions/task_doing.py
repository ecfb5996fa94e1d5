"""What is done with the tasks that a sentence means, and how it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.task_wording import (
    UNDO,
    Names,
    ask_which,
    bullets,
    card,
    describe,
    ids_of,
    pointed_at,
    titles,
    undo_button,
    whose,
)
from actions.turn import Answer, Asked, Events, button
from actions.wording import count_of
from rollcall import Principal, Rollcall
from rollcall.errors import Conflict, Forbidden, NotFound
from rollcall.spoken.changes import Wanted
from rollcall.spoken.orders import Understood
from rollcall.spoken.wishes import Wish
from rollcall.storage.schema import PRIORITIES
from rollcall.task_records import Cancel, Complete, Order, Start, Update
from rollcall.tasks import Task, TaskChange

VERBS = {
    Wish.START: "start",
    Wish.COMPLETE: "finish",
    Wish.CANCEL: "cancel",
    Wish.GIVE: "pass on",
    Wish.CHANGE: "change",
}
_DONE = {Wish.START: "Started", Wish.COMPLETE: "Done", Wish.CANCEL: "Cancelled"}
_DETAIL = r"^[^?]+$"


@dataclass(frozen=True)
class Said:
    """A sentence about tasks on its way: what was asked, what was understood, how to answer."""

    asked: Asked
    answer: Answer
    understood: Understood
    names: Names
    now: datetime
    roll: Rollcall
    action: str
    intent: str

    @property
    def actor(self) -> Principal:
        """Who says it."""
        return self.asked.actor

    @property
    def tasks(self) -> Sequence[Task]:
        """The tasks that are clear."""
        return self.understood.choice.tasks

    def entities_of(self, tasks: Sequence[Task]) -> dict[str, str]:
        """The entities of the sentence with `tasks` as those that are meant."""
        return {**self.asked.entities, "task_title": ids_of(tasks)}


def check_owner(said: Said) -> None:
    """Starting and finishing is for whoever has the task to do."""
    verb = VERBS[said.understood.wish]
    for one in said.tasks:
        if said.understood.wish is Wish.CANCEL or one.employee_id == said.actor.employee_id:
            continue
        name = said.names.get(one.employee_id, one.employee_id)
        raise Forbidden(
            f"“{one.title}” is {name}'s, so only they can {verb} it. You can change it, pass it "
            "on or cancel it."
        )


def move(said: Said) -> Events:
    wish = said.understood.wish
    kinds: dict[Wish, Callable[[str], Order]] = {
        Wish.START: Start,
        Wish.COMPLETE: Complete,
        Wish.CANCEL: Cancel,
    }
    after = _carry_out(said, [kinds[wish](one.task_id) for one in said.tasks])
    if len(after) > 1:
        text = f"{_DONE[wish]}: {count_of(len(after), 'task')}.\n"
        text += f"{bullets(after, said.actor, said.names)}\n{UNDO}"
    elif wish is Wish.COMPLETE:
        text = f"Done: “{after[0].title}” is completed."
    else:
        text = f"{_DONE[wish]}: “{after[0].title}”{whose(after[0], said.actor, said.names)}."
    buttons = [undo_button(after)]
    if wish is Wish.START and len(after) == 1:
        finish = f'/complete_task{{"task_title": "#{after[0].task_id}"}}'
        buttons.insert(0, button("Finish it", finish))
    if wish is Wish.COMPLETE:
        page = said.roll.tasks.list(said.actor, said.actor.employee_id, "open", 200)
        left = f"{count_of(len(page.items), 'open task').capitalize()} left."
        text += f"{' ' if len(after) == 1 else chr(10)}{left}"
    said.answer.say(text, card(after), buttons)
    return [pointed_at(said.asked, said.now, after)]


def change(said: Said) -> Events:
    wanted = said.understood.wanted
    if wanted.not_priority:
        return _ask_priority(said)
    if wanted.is_empty:
        pressed = said.asked.entities.get("priority", "").lower()
        if pressed not in PRIORITIES:
            return _ask_what(said)
        wanted = Wanted(priority=pressed)
    changes = {one.task_id: wanted.for_task(one, said.now) for one in said.tasks}
    orders = [Update(one, change) for one, change in changes.items() if change != TaskChange()]
    if not orders:
        lines = [describe(one, said.actor, said.now) for one in said.tasks]
        said.answer.say(f"That is so already: {'; '.join(lines)}.", card(said.tasks))
        return [pointed_at(said.asked, said.now, said.tasks)]
    after = _carry_out(said, orders)
    lines = [f"{describe(one, said.actor, said.now)}{whose(one, said.actor, said.names)}"
             for one in after]  # fmt: skip
    text = f"Changed: {lines[0]}." if len(after) == 1 else "\n".join(
        [f"Changed {len(after)} tasks:", *(f"• {one}" for one in lines), UNDO]
    )  # fmt: skip
    said.answer.say(text, card(after), [undo_button(after)])
    return [pointed_at(said.asked, said.now, after)]


def _ask_what(said: Said) -> Events:
    said.answer.say(
        f"What shall I change about {titles(said.tasks)}? For example: to Monday, urgent, "
        "rename it to “…”, give it to somebody else.",
        card(said.tasks),
    )
    entities = said.entities_of(said.tasks)
    asks = said.asked.asks(
        said.action, "more", entities=entities, words="change it", detail=_DETAIL
    )
    return [asks, pointed_at(said.asked, said.now, said.tasks)]


def _ask_priority(said: Said) -> Events:
    now = {one.priority for one in said.tasks}
    named = ",".join(f"#{one.task_id}" for one in said.tasks)
    others = [one for one in PRIORITIES if one not in now]
    said.answer.say(
        f"What priority shall {titles(said.tasks)} have, then: {', '.join(others[:-1])} or "
        f"{others[-1]}?",
        card(said.tasks),
        [
            button(
                one.capitalize(),
                f'/update_task{{"task_title": "{named}", "priority": "{one}"}}',
            )
            for one in others
        ],
    )
    entities = {**said.asked.entities, "task_title": named}
    priorities = "|".join(PRIORITIES)
    asks = said.asked.asks(
        said.action, "more", entities=entities, words="make it", detail=priorities
    )
    return [asks, pointed_at(said.asked, said.now, said.tasks)]


def give(said: Said) -> Events:
    target, wanted = said.understood.target, said.understood.wanted
    if target is None:
        said.answer.say(f"Who shall do {titles(said.tasks)} instead?", card(said.tasks))
        entities = said.entities_of(said.tasks)
        return [
            said.asked.asks(
                said.action, "more", entities=entities, words="give it", joint=" to ",
                detail=_DETAIL,
            )
        ]  # fmt: skip
    if target.id is None:
        return _who(said)
    orders = []
    for one in said.tasks:
        change = wanted.for_task(one, said.now)
        orders.append(
            Update(
                one.task_id,
                TaskChange(priority=change.priority, due_date=change.due_date, assignee=target.id),
            )
        )
    if all(one.employee_id == target.id for one in said.tasks) and wanted.is_empty:
        name = said.names.get(target.id, target.id)
        raise Conflict(f"{titles(said.tasks)} is with {name} already.")
    after = _carry_out(said, orders)
    name = f"{said.names.get(target.id, target.words)} ({target.id})"
    who = "you" if target.id == said.actor.employee_id else name
    goes = "goes" if len(after) == 1 else "go"
    said.answer.say(
        f"{titles(after)} now {goes} to {who}. {UNDO}",
        card(after),
        [undo_button(after)],
    )
    return [pointed_at(said.asked, said.now, after)]


def _who(said: Said) -> Events:
    """Several people bear the name, or nobody whom the actor may give tasks to."""
    target = said.understood.target
    if target is None or not target.ids:
        name = target.words if target else "that person"
        raise NotFound(f"I can't find {name} among the people you can give tasks to.")
    text = said.asked.text
    said.answer.say(
        f"There is more than one {target.words}. Who do you mean?",
        buttons=[
            button(
                f"{said.names.get(one, one)} ({one})",
                f"{text[: target.start]}{one}{text[target.end :]}",
            )
            for one in target.ids
        ],
    )
    return []


def leave(said: Said) -> Events:
    """Nothing is done. If it was done a moment ago, offer to take that back."""
    done = [one for one in said.roll.undo.completions(said.actor) if one.kind == "task.completed"]
    tasks = said.tasks if not said.understood.choice.unclear else ()
    if said.understood.wish is Wish.NOT_DONE and done and not tasks:
        latest = said.roll.tasks.get(said.actor, done[0].subject.id)
        if latest.status == "completed":
            said.answer.say(
                f"“{latest.title}” was marked as completed just now. Shall I open it again?",
                card([latest]),
                [button("Yes", "/affirm"), button("No", "/deny")],
            )
            entities = {**said.asked.entities, "task_title": f"#{latest.task_id}"}
            return [
                said.asked.asks(
                    said.action, "yes", words=f"reopen “{latest.title}”", entities=entities
                )
            ]
    if not tasks:
        said.answer.say("All right, nothing is marked as done. It all stays as it is.")
        return []
    stays = "stays" if len(tasks) == 1 else "stay"
    states = {one.status.replace("_", " ") for one in tasks}
    text = f"All right, {titles(tasks)} {stays} {' and '.join(sorted(states))}."
    if said.understood.wish is Wish.LATER:
        text += f" Say “finish {tasks[0].title}” when it is done."
    said.answer.say(text, card(tasks))
    return [pointed_at(said.asked, said.now, tasks)]


def reopen(said: Said) -> Events:
    """Take a completion or cancellation back within undo's time, whatever was done since."""
    done = {one.subject.id: one for one in said.roll.undo.completions(said.actor)}
    if not done:
        raise Conflict(
            "I can only reopen what you finished or cancelled within the last ten minutes, and "
            "there is nothing like that. You can assign it anew."
        )
    choice = said.understood.choice
    tasks = [one for one in choice.tasks if one.task_id in done]
    if not tasks and len(done) == 1 and not choice.unclear:
        tasks = [said.roll.tasks.get(said.actor, next(iter(done)))]
    if not tasks or choice.unclear:
        known = [said.roll.tasks.get(said.actor, one) for one in done]
        return ask_which(
            said.asked, said.answer, said.action, said.intent,
            "Which task shall I open again?", known, said.names,
        )  # fmt: skip
    key = said.asked.key(said.action)
    after = said.roll.undo.reopen(said.actor, [done[one.task_id] for one in tasks], key)
    states = " and ".join(sorted({one.status.replace("_", " ") for one in after}))
    is_again = "is" if len(after) == 1 else "are"
    said.answer.say(f"{titles(after)} {is_again} {states} again.", card(after))
    return [pointed_at(said.asked, said.now, after)]


def state(said: Said) -> Events:
    """How things stand with a task; also with one that is finished."""
    tasks = list(said.tasks)
    if not tasks or said.understood.choice.unclear:
        raise NotFound(
            "I see no open task like that. Ask “my tasks” or “finished tasks” for the lists."
        )
    lines = [
        f"{describe(one, said.actor, said.now)}{whose(one, said.actor, said.names)}"
        for one in tasks
    ]
    said.answer.say("\n".join(f"{one}." for one in lines), card(tasks))
    return [pointed_at(said.asked, said.now, tasks)]


def _carry_out(said: Said, orders: Sequence[Order]) -> Sequence[Task]:
    return said.roll.tasks.together(said.actor, orders, said.asked.key(said.action))
