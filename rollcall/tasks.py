"""Tasks: assigned to somebody, started, finished, changed, handed on; kept in `user_tasks`.

Several changes can be made together: all in one transaction, and taken back together.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry
from rollcall.clock import Clock
from rollcall.directory import UNKNOWN, Directory, Employee
from rollcall.errors import Forbidden, Invalid, NotFound, Unauthenticated
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Nobody, Permission, Scope, require, scope
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.storage.schema import TASK_STATES
from rollcall.task_records import (
    LONGEST_TITLE,
    OPEN_STATES,
    Assign,
    Cancel,
    Complete,
    NewTask,
    Order,
    Start,
    Task,
    TaskChange,
    Update,
    build_task,
    checked_priority,
    checked_title,
    known,
)
from rollcall.task_steps import MISSING, Step, TaskSteps

__all__ = ["OPEN_STATES", "NewTask", "Task", "TaskChange", "Tasks"]
MOST_TOGETHER = 50
_KINDS: dict[type, str] = {
    Assign: "task.assigned",
    Start: "task.started",
    Complete: "task.completed",
    Cancel: "task.cancelled",
    Update: "task.updated",
}


class Tasks:
    """Assigns, lists and moves tasks along."""

    def __init__(
        self, database: Database, directory: Directory, activities: Activities, clock: Clock
    ) -> None:
        self._collection = database.collection("user_tasks")
        self._steps = TaskSteps(self._collection)
        self._directory = directory
        self._activities = activities
        self._clock = clock

    def assign(self, actor: Principal, new: NewTask, key: str | None = None) -> Task:
        """Give a task to somebody. Raises `NotFound` for people the actor can't assign to,
        `Invalid` for a title or priority that can't be."""
        return self.together(actor, [Assign(new)], key)[0]

    def start(self, actor: Principal, task_id: str, key: str | None = None) -> Task:
        """Begin a pending task. Raises `NotFound`, `Conflict` when it isn't pending."""
        return self.together(actor, [Start(task_id)], key)[0]

    def complete(self, actor: Principal, task_id: str, key: str | None = None) -> Task:
        """Finish an open task. Raises `NotFound`, `Conflict` when it is finished already."""
        return self.together(actor, [Complete(task_id)], key)[0]

    def cancel(self, actor: Principal, task_id: str, key: str | None = None) -> Task:
        """Take an open task off somebody's list. It stays on record as cancelled.

        Raises `NotFound`, `Conflict` when it isn't open, and `Forbidden` for a task that somebody
        else gave to the actor.
        """
        return self.together(actor, [Cancel(task_id)], key)[0]

    def update(
        self, actor: Principal, task_id: str, change: TaskChange, key: str | None = None
    ) -> Task:
        """Change title, priority or due date, or hand the task on to another employee.

        Whoever it is handed to begins it anew. Raises `NotFound` (also for people the actor can't
        assign to), `Invalid`, `Conflict`, and `Forbidden` for handing on what somebody else gave
        to the actor.
        """
        return self.together(actor, [Update(task_id, change)], key)[0]

    def together(
        self, actor: Principal, orders: Sequence[Order], key: str | None = None
    ) -> Sequence[Task]:
        """Carry out all `orders` or none; the tasks as they are then, in the same order.

        Raises what the single calls raise, and `Invalid` for none or too many at once.
        """
        if not 0 < len(orders) <= MOST_TOGETHER:
            raise Invalid(f"Between 1 and {MOST_TOGETHER} tasks at once, please.")
        steps = [self._step(actor, one) for one in orders]
        last = orders[-1]
        task_id = None if isinstance(last, Assign) else last.task_id
        return self._write(actor, steps, key, _KINDS[type(last)], task_id)

    def ask_for_help(
        self, actor: Principal, helper: Employee, transcript: str, key: str | None = None
    ) -> Task:
        """A task for `helper` to get in touch with the actor; anybody signed in may ask.

        `transcript` is what was said to the assistant, for the helper to read.
        """
        if not actor.signed_in:
            raise Unauthenticated
        title = f"Help {actor.name} ({actor.employee_id}) in person"[:LONGEST_TITLE]
        new = NewTask(title, helper.employee_id, "high")
        step = self._steps.create(actor, new, self._clock(), transcript or None)
        return self._write(actor, [step], key, "task.assigned")[0]

    def undo(
        self, actor: Principal, done: Sequence[Activity], key: str | None = None
    ) -> Sequence[Task]:
        """Put tasks back to what they were before `done`, task activities of the actor's own.

        All or none. A task that was assigned is cancelled, never deleted. Raises `Conflict` when
        something has happened to one of them since.
        """
        steps = [self._steps.restore(one) for one in done]
        return self._write(actor, steps, key, "task.undone", done[-1].subject.id)

    def get(self, actor: Principal, task_id: str) -> Task:
        """One task. Raises `NotFound` also for those the actor may not see."""
        return self._allowed(actor, task_id, Permission.READ_TASKS)

    def list(
        self,
        actor: Principal,
        assignee: str | None = None,
        status: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Task]:
        """Tasks of `assignee`, or of everyone the actor may see; newest first.

        `status` may also be `open` for everything not finished.
        """
        query = self._directory.reach(actor, Permission.READ_TASKS, assignee, "employee_id")
        if status == "open":
            query["status"] = {"$in": OPEN_STATES}
        elif status is not None:
            query["status"] = known("status", status, TASK_STATES)
        return read_page(self._collection, query, "created_at", build_task, limit, after)

    def given(self, actor: Principal, limit: int = 200) -> Sequence[Task]:
        """Open tasks that the actor gave to others whose tasks they may still see; newest first."""
        query = self._directory.reach(actor, Permission.READ_TASKS, None, "employee_id")
        query = {
            "$and": [query, {"employee_id": {"$ne": actor.employee_id}}],
            "assigned_by": actor.employee_id,
            "status": {"$in": OPEN_STATES},
        }
        return read_page(self._collection, query, "created_at", build_task, limit).items

    def _step(self, actor: Principal, order: Order) -> Step:
        """What carries out `order`, after checking that the actor may."""
        match order:
            case Assign(new):
                title, priority = checked_title(new.title), checked_priority(new.priority)
                self._check_assignee(actor, new.assignee)
                checked = replace(new, title=title, priority=priority)
                return self._steps.create(actor, checked, self._clock())
            case Start(task_id):
                task = self._allowed(actor, task_id, Permission.WORK_TASKS)
                values: Document = {"status": "in_progress", "started_at": self._clock()}
                return self._steps.change("task.started", task, ("pending",), values)
            case Complete(task_id):
                task = self._allowed(actor, task_id, Permission.WORK_TASKS)
                values = {"status": "completed", "completed_at": self._clock()}
                return self._steps.change("task.completed", task, OPEN_STATES, values)
            case Cancel(task_id):
                task = self._allowed(actor, task_id, Permission.UPDATE_TASKS)
                self._check_not_a_duty(actor, task)
                return self._steps.change(
                    "task.cancelled", task, OPEN_STATES, {"status": "cancelled"}
                )
            case Update(task_id, change):
                task = self._allowed(actor, task_id, Permission.UPDATE_TASKS)
                values = self._values(actor, task, change)
                return self._steps.change("task.updated", task, OPEN_STATES, values)

    def _values(self, actor: Principal, task: Task, change: TaskChange) -> Document:
        """What a change puts into a task's document."""
        values: Document = {}
        if change.title is not None:
            values["title"] = checked_title(change.title)
        if change.priority is not None:
            values["priority"] = checked_priority(change.priority)
        if change.due_date is not None or change.no_due_date:
            values["due_date"] = change.due_date
        if change.assignee is not None and change.assignee != task.employee_id:
            self._check_not_a_duty(actor, task)
            self._check_assignee(actor, change.assignee)
            values |= {
                "employee_id": change.assignee,
                "assigned_by": actor.employee_id,
                "status": "pending",
                "started_at": None,
            }
        if not values:
            raise Invalid("There is nothing to change.")
        return values

    def _check_assignee(self, actor: Principal, employee_id: str) -> None:
        """Raises `NotFound` for people the actor can't assign to."""
        assignee = self._directory.find(employee_id)
        require(
            actor,
            Permission.ASSIGN_TASKS,
            assignee or Nobody(employee_id),
            f"I can't find {employee_id} among the people you can give tasks to.",
        )
        if assignee is None or assignee.status != "active":
            raise NotFound(UNKNOWN)

    def _check_not_a_duty(self, actor: Principal, task: Task) -> None:
        """What somebody else gave to a person isn't theirs to cancel or to pass on."""
        giver = task.assigned_by
        if task.employee_id != actor.employee_id or giver in (None, actor.employee_id):
            return
        if scope(actor, Permission.UPDATE_TASKS) is not Scope.ALL:
            name = self._directory.names([str(giver)]).get(str(giver), "Somebody else")
            raise Forbidden(
                f"{name} gave you “{task.title}”, so only they can cancel it or pass it on. "
                "You can postpone it, or ask them."
            )

    def _allowed(self, actor: Principal, task_id: str, permission: Permission) -> Task:
        with storage_errors():
            document = self._collection.find_one({"_id": object_id(task_id, MISSING)})
        owner_id = document["employee_id"] if document else ""
        owner = self._directory.find(owner_id) if owner_id else None
        require(actor, permission, owner or Nobody(owner_id), MISSING)
        if document is None:
            raise NotFound(MISSING)
        return build_task(document)

    def _write(
        self,
        actor: Principal,
        steps: Sequence[Step],
        key: str | None,
        kind: str,
        task_id: str | None = None,
    ) -> Sequence[Task]:
        """Run all `steps` in one transaction; `kind` and `task_id` are those of the last one,
        which carries the idempotency key."""
        together = secrets.token_hex(12) if len(steps) > 1 else None

        def write(transaction: Transaction) -> tuple[Sequence[Task], Entry]:
            made = [step(transaction) for step in steps]
            for _, entry in made:
                entry.data.update({"together": together} if together else {})
            for _, entry in made[:-1]:
                self._activities.append(transaction, actor, entry)
            return [task for task, _ in made], made[-1][1]

        def first(earlier: Activity) -> Sequence[Task]:
            """What a repeated key answers: the tasks, if it was the same change."""
            done = self._activities.together(earlier.answers(kind, task_id))
            return [self._load(one.subject.id) for one in done]

        return self._activities.write(actor, key, write, first)

    def _load(self, task_id: str) -> Task:
        with storage_errors():
            document = self._collection.find_one({"_id": object_id(task_id, MISSING)})
        if document is None:
            raise NotFound(MISSING)
        return build_task(document)
