"""One change of a task within a transaction: its document, and the entry for the record.

Whether the actor may is checked before, in `tasks.py`; here the state is checked, in the write
itself, so that two who change a task at once can't both succeed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection

from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import iso
from rollcall.errors import Conflict, NotFound
from rollcall.figures.changes import Counted, between, of_task
from rollcall.forms.kinds import jsonable
from rollcall.paging import object_id
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction
from rollcall.task_records import OPEN_STATES, NewTask, Task, build_task

MISSING = "There is no such task."
Step = Callable[[Transaction], tuple[Task, Entry]]
"""Makes one change and says what to put on record about it."""


class TaskSteps:
    """Makes the steps of changes to `user_tasks`."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def create(
        self, actor: Principal, new: NewTask, now: datetime, description: str | None = None
    ) -> Step:
        """A new task."""

        def step(transaction: Transaction) -> tuple[Task, Entry]:
            document: Document = {
                "employee_id": new.assignee,
                "title": new.title,
                "priority": new.priority,
                "status": "pending",
                "due_date": new.due_date,
                "assigned_by": actor.employee_id,
                "session_id": actor.session_id,
                "created_at": now,
                "started_at": None,
                "completed_at": None,
                "description": description,
            }
            self._collection.insert_one(document, session=transaction)
            task = build_task(document)
            return task, _entry("task.assigned", task, counted=between(of_task, None, document))

        return step

    def change(self, kind: str, before: Task, states: Sequence[str], values: Document) -> Step:
        """`values` put into a task that is in one of `states` and still whose it was.

        The step raises `Conflict` when it isn't.
        """

        def step(transaction: Transaction) -> tuple[Task, Entry]:
            found = self._collection.find_one_and_update(
                {
                    "_id": object_id(before.task_id, MISSING),
                    "status": {"$in": list(states)},
                    "employee_id": before.employee_id,
                },
                {"$set": values},
                session=transaction,
                return_document=ReturnDocument.BEFORE,
            )
            if found is None:
                raise self._in_the_way(before, transaction)
            changed = {**found, **values}
            after = build_task(changed)
            more = {
                "before": {name: jsonable(found.get(name)) for name in values},
                "after": {name: jsonable(value) for name, value in values.items()},
            }
            if kind == "task.updated":
                more["changed"] = sorted(values)  # type: ignore[assignment]
            counted = between(of_task, found, changed)
            return after, _entry(kind, after, more, before.employee_id, counted)

        return step

    def restore(self, done: Activity) -> Step:
        """A task put back to what it was before `done`; one that was assigned is cancelled.

        The step raises `Conflict` when something has happened to the task since.
        """
        expected, restored = _reverse(done)

        def step(transaction: Transaction) -> tuple[Task, Entry]:
            found = self._collection.find_one_and_update(
                {"_id": object_id(done.subject.id, MISSING), **expected},
                {"$set": restored},
                session=transaction,
                return_document=ReturnDocument.BEFORE,
            )
            if found is None:
                raise Conflict(f"“{done.data['title']}” has been changed since, so it stays.")
            changed = {**found, **restored}
            after = build_task(changed)
            more = {"undone": done.id, "kind": done.kind}
            earlier = str(done.data.get("assignee", ""))
            counted = between(of_task, found, changed)
            return after, _entry("task.undone", after, more, earlier, counted)

        return step

    def _in_the_way(self, before: Task, transaction: Transaction) -> Exception:
        """Why a task could not be changed, as it is now."""
        document = self._collection.find_one(
            {"_id": object_id(before.task_id, MISSING)}, session=transaction
        )
        if document is None or document["employee_id"] != before.employee_id:
            return NotFound(MISSING)
        said = str(document["status"]).replace("_", " ")
        return Conflict(f"“{document['title']}” is already {said}.")


def _reverse(done: Activity) -> tuple[Document, Document]:
    """What a task must still be for `done` to be taken back, and what it becomes then."""
    before = _with_moments(done.data.get("before", {}))
    same_person = {"employee_id": done.data["assignee"]}
    match done.kind:
        case "task.assigned":
            return {"status": "pending", **same_person}, {"status": "cancelled"}
        case "task.started":
            restored = {"status": "pending", "started_at": None}
            return {"status": "in_progress", **same_person}, restored
        case "task.completed":
            restored = {"status": before["status"], "completed_at": None}
            return {"status": "completed", **same_person}, restored
        case "task.cancelled":
            return {"status": "cancelled", **same_person}, {"status": before["status"]}
        case "task.updated":
            # Entries from before tasks could be handed on have no "after".
            after = done.data.get("after") or {name: done.data[name] for name in before}
            return {"status": {"$in": list(OPEN_STATES)}, **_with_moments(after)}, before
    raise Conflict("That can't be taken back.")


def _with_moments(values: dict[str, Any]) -> Document:
    """Values of a task as an activity has them, with its times moments again."""
    times = ("due_date", "started_at", "completed_at")
    return {
        name: datetime.fromisoformat(value) if name in times and value else value
        for name, value in values.items()
    }


def _entry(
    kind: str,
    task: Task,
    more: dict[str, Any] | None = None,
    earlier: str | None = None,
    counted: Counted = (),
) -> Entry:
    """`earlier` is whose the task was before: they see what became of it, too."""
    data = {
        "title": task.title,
        "assignee": task.employee_id,
        "priority": task.priority,
        "due_date": iso(task.due_date),
        **(more or {}),
    }
    concerned = dict.fromkeys(one for one in (task.employee_id, task.assigned_by, earlier) if one)
    return Entry(kind, Subject("task", task.task_id), data, tuple(concerned), counted)
