"""What a task is, what may be asked of it, and how it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollcall.clock import iso
from rollcall.errors import Invalid
from rollcall.storage.database import Document
from rollcall.storage.schema import PRIORITIES

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
    """What to change; None leaves a value as it is.

    `assignee` hands the task on to another employee, `no_due_date` takes its deadline away.
    """

    title: str | None = None
    priority: str | None = None
    due_date: datetime | None = None
    assignee: str | None = None
    no_due_date: bool = False


@dataclass(frozen=True)
class Assign:
    """Give a new task to somebody."""

    new: NewTask


@dataclass(frozen=True)
class Start:
    """Begin a pending task."""

    task_id: str


@dataclass(frozen=True)
class Complete:
    """Finish an open task."""

    task_id: str


@dataclass(frozen=True)
class Cancel:
    """Take an open task off somebody's list for good."""

    task_id: str


@dataclass(frozen=True)
class Update:
    """Change an open task, or hand it on."""

    task_id: str
    change: TaskChange


Order = Assign | Start | Complete | Cancel | Update
"""One thing to do with a task; several can be done together or not at all."""


@dataclass(frozen=True)
class Task:
    """One task. `employee_id` is whose it is; `status` is one of `TASK_STATES`."""

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

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status in OPEN_STATES

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been finished by now."""
        return self.is_open and self.due_date is not None and self.due_date < now

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


def build_task(document: Document) -> Task:
    """The task that a document describes."""
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


def checked_title(text: str) -> str:
    """A title as it is kept. Raises `Invalid`."""
    title = " ".join(text.split())
    if not title:
        raise Invalid("A task needs a title.", {"title": "is missing"})
    if len(title) > LONGEST_TITLE:
        problem = f"{LONGEST_TITLE} characters at most, please."
        raise Invalid(f"That title is too long: {problem}", {"title": problem})
    return title


def checked_priority(value: str) -> str:
    """A priority that there is. Raises `Invalid`."""
    return known("priority", value, PRIORITIES)


def known(field: str, value: str, values: list[str]) -> str:
    """`value`, if it is one of `values`. Raises `Invalid`."""
    if value not in values:
        problem = f"should be one of {', '.join(values)}"
        raise Invalid(f"The {field} {problem}.", {field: problem})
    return value
