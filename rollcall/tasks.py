"""Tasks: assigned to somebody, started, finished; kept in `user_tasks`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rollcall.activities import Activities, Activity, Entry, Subject
from rollcall.clock import Clock, iso
from rollcall.directory import UNKNOWN, Directory, Employee
from rollcall.errors import Conflict, Invalid, NotFound, Unauthenticated
from rollcall.forms.kinds import jsonable
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.storage.schema import PRIORITIES, TASK_STATES

MISSING = "There is no such task."
LONGEST_TITLE = 200
OPEN_STATES = ("pending", "in_progress")


@dataclass(frozen=True)
class NewTask:
    """What is assigned. `due_date` is an aware moment, `assignee` an employee id."""

    title: str
    assignee: str
    priority: str = "medium"
    due_date: datetime | None = None


@dataclass(frozen=True)
class TaskChange:
    """What to change; None leaves a value as it is."""

    title: str | None = None
    priority: str | None = None
    due_date: datetime | None = None


@dataclass(frozen=True)
class Task:
    """One task. `employee_id` is whose it is; `status` pending, in_progress, completed."""

    task_id: str
    employee_id: str
    title: str
    priority: str
    status: str
    due_date: datetime | None
    assigned_by: str | None
    session_id: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    description: str | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been finished by now."""
        return self.status in OPEN_STATES and self.due_date is not None and self.due_date < now

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.task_id,
            "task_id": self.task_id,
            "employee_id": self.employee_id,
            "assignee": self.employee_id,
            "title": self.title,
            "priority": self.priority,
            "status": self.status,
            "due_date": iso(self.due_date),
            "assigned_by": self.assigned_by,
            "session_id": self.session_id,
            "created_at": iso(self.created_at),
            "started_at": iso(self.started_at),
            "completed_at": iso(self.completed_at),
            "description": self.description,
        }


class Tasks:
    """Assigns, lists and moves tasks along."""

    def __init__(
        self, database: Database, directory: Directory, activities: Activities, clock: Clock
    ) -> None:
        self._collection = database.collection("user_tasks")
        self._directory = directory
        self._activities = activities
        self._clock = clock

    def assign(self, actor: Principal, new: NewTask, key: str | None = None) -> Task:
        """Give a task to somebody. Raises `NotFound` for people the actor can't assign to,
        `Invalid` for a title or priority that can't be."""
        title = _title(new.title)
        _known("priority", new.priority, PRIORITIES)
        assignee = self._directory.find(new.assignee)
        require(
            actor,
            Permission.ASSIGN_TASKS,
            assignee or Nobody(new.assignee),
            f"I can't find {new.assignee} among the people you can give tasks to.",
        )
        if assignee is None or assignee.status != "active":
            raise NotFound(UNKNOWN)
        return self._create(actor, replace(new, title=title), key)

    def ask_for_help(
        self, actor: Principal, helper: Employee, transcript: str, key: str | None = None
    ) -> Task:
        """A task for `helper` to get in touch with the actor; anybody signed in may ask.

        `transcript` is what was said to the assistant, for the helper to read.
        """
        if not actor.signed_in:
            raise Unauthenticated
        title = f"Help {actor.name} ({actor.employee_id}) in person"[:LONGEST_TITLE]
        return self._create(actor, NewTask(title, helper.employee_id, "high"), key, transcript)

    def _create(
        self, actor: Principal, new: NewTask, key: str | None, description: str = ""
    ) -> Task:
        document: Document = {
            "employee_id": new.assignee,
            "title": new.title,
            "priority": new.priority,
            "status": "pending",
            "due_date": new.due_date,
            "assigned_by": actor.employee_id,
            "session_id": actor.session_id,
            "created_at": self._clock(),
            "started_at": None,
            "completed_at": None,
            "description": description or None,
        }

        def change(transaction: Transaction) -> tuple[Task, Entry]:
            fresh = dict(document)
            self._collection.insert_one(fresh, session=transaction)
            task = _build(fresh)
            return task, _entry("task.assigned", task)

        return self._activities.write(actor, key, change, self._first("task.assigned"))

    def start(self, actor: Principal, task_id: str, key: str | None = None) -> Task:
        """Begin a pending task. Raises `NotFound`, `Conflict` when it isn't pending."""
        return self._move(actor, task_id, key, "in_progress", ("pending",), "started_at")

    def complete(self, actor: Principal, task_id: str, key: str | None = None) -> Task:
        """Finish an open task. Raises `NotFound`, `Conflict` when it is finished already."""
        return self._move(actor, task_id, key, "completed", OPEN_STATES, "completed_at")

    def update(
        self, actor: Principal, task_id: str, change: TaskChange, key: str | None = None
    ) -> Task:
        """Change title, priority or due date. Raises `NotFound`, `Invalid`, `Conflict`."""
        before = self._allowed(actor, task_id, Permission.UPDATE_TASKS)
        new: Document = {}
        if change.title is not None:
            new["title"] = _title(change.title)
        if change.priority is not None:
            new["priority"] = _known("priority", change.priority, PRIORITIES)
        if change.due_date is not None:
            new["due_date"] = change.due_date
        if not new:
            raise Invalid("There is nothing to change.")

        def write(transaction: Transaction) -> tuple[Task, Entry]:
            result = self._collection.update_one(
                {"_id": object_id(task_id, MISSING), "status": {"$in": OPEN_STATES}},
                {"$set": new},
                session=transaction,
            )
            if not result.matched_count:
                raise Conflict(f"“{before.title}” is already {before.status}.")
            after = replace(before, **new)
            old = {name: jsonable(getattr(before, name)) for name in new}
            return after, _entry("task.updated", after, {"changed": sorted(new), "before": old})

        return self._activities.write(actor, key, write, self._first("task.updated", task_id))

    def undo(self, actor: Principal, done: Activity, key: str | None = None) -> Task:
        """Put a task back to what it was before `done`, a task activity of the actor's own.

        A task that was assigned is cancelled, never deleted. Raises `Conflict` when something
        has happened to the task since.
        """
        task_id = done.subject.id
        expected, restored = _reverse(done)
        collection = self._collection

        def write(transaction: Transaction) -> tuple[Task, Entry]:
            result = collection.find_one_and_update(
                {"_id": object_id(task_id, MISSING), **expected},
                {"$set": restored},
                session=transaction,
                return_document=True,
            )
            if result is None:
                raise Conflict(f"“{done.data['title']}” has been changed since, so it stays.")
            after = _build(result)
            return after, _entry("task.undone", after, {"undone": done.id, "kind": done.kind})

        return self._activities.write(actor, key, write, self._first("task.undone", task_id))

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
            query["status"] = _known("status", status, TASK_STATES)
        return read_page(self._collection, query, "created_at", _build, limit, after)

    def _move(
        self,
        actor: Principal,
        task_id: str,
        key: str | None,
        status: str,
        allowed: tuple[str, ...],
        time_field: str,
    ) -> Task:
        before = self._allowed(actor, task_id, Permission.WORK_TASKS)
        now = self._clock()
        kind = "task.started" if status == "in_progress" else "task.completed"

        def write(transaction: Transaction) -> tuple[Task, Entry]:
            result = self._collection.find_one_and_update(
                {"_id": object_id(task_id, MISSING), "status": {"$in": allowed}},
                {"$set": {"status": status, time_field: now}},
                session=transaction,
                return_document=True,
            )
            if result is None:
                said = before.status.replace("_", " ")
                raise Conflict(f"“{before.title}” is already {said}.")
            after = _build(result)
            return after, _entry(kind, after, {"before": {"status": before.status}})

        return self._activities.write(actor, key, write, self._first(kind, task_id))

    def _allowed(self, actor: Principal, task_id: str, permission: Permission) -> Task:
        with storage_errors():
            document = self._collection.find_one({"_id": object_id(task_id, MISSING)})
        owner_id = document["employee_id"] if document else ""
        owner = self._directory.find(owner_id) if owner_id else None
        require(actor, permission, owner or Nobody(owner_id), MISSING)
        if document is None:
            raise NotFound(MISSING)
        return _build(document)

    def _first(self, kind: str, task_id: str | None = None) -> Callable[[Activity], Task]:
        """What a repeated key answers: the task, if it was the same change of the same task."""

        def answer(first: Activity) -> Task:
            identity = object_id(first.answers(kind, task_id).subject.id, MISSING)
            with storage_errors():
                document = self._collection.find_one({"_id": identity})
            if document is None:
                raise NotFound(MISSING)
            return _build(document)

        return answer


def _reverse(done: Activity) -> tuple[Document, Document]:
    """What a task must still be for `done` to be taken back, and what it becomes then."""
    before = done.data.get("before", {})
    match done.kind:
        case "task.assigned":
            return {"status": "pending"}, {"status": "cancelled"}
        case "task.started":
            return {"status": "in_progress"}, {"status": "pending", "started_at": None}
        case "task.completed":
            return {"status": "completed"}, {"status": before["status"], "completed_at": None}
        case "task.updated":
            after = {name: done.data[name] for name in before}
            return {"status": {"$in": OPEN_STATES}, **_with_moments(after)}, _with_moments(before)
    raise Conflict("That can't be taken back.")


def _with_moments(values: dict[str, Any]) -> Document:
    """Values of a task as an activity has them, with the due date a moment again."""
    due = values.get("due_date")
    return {**values, **({"due_date": datetime.fromisoformat(due)} if due else {})}


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise Invalid("A task needs a title.", {"title": "is missing"})
    if len(title) > LONGEST_TITLE:
        problem = f"{LONGEST_TITLE} characters at most, please."
        raise Invalid(f"That title is too long: {problem}", {"title": problem})
    return title


def _known(field: str, value: str, known: list[str]) -> str:
    if value not in known:
        problem = f"should be one of {', '.join(known)}"
        raise Invalid(f"The {field} {problem}.", {field: problem})
    return value


def _entry(kind: str, task: Task, more: dict[str, Any] | None = None) -> Entry:
    data = {
        "title": task.title,
        "assignee": task.employee_id,
        "priority": task.priority,
        "due_date": iso(task.due_date),
        **(more or {}),
    }
    concerned = [one for one in (task.employee_id, task.assigned_by) if one]
    return Entry(kind, Subject("task", task.task_id), data, tuple(concerned))


def _build(document: Document) -> Task:
    return Task(
        task_id=str(document["_id"]),
        employee_id=document["employee_id"],
        title=document["title"],
        priority=document["priority"],
        status=document["status"],
        due_date=document.get("due_date"),
        assigned_by=document.get("assigned_by"),
        session_id=document.get("session_id"),
        created_at=document["created_at"],
        started_at=document.get("started_at"),
        completed_at=document.get("completed_at"),
        description=document.get("description"),
    )
