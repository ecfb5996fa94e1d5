"""The core API, `/api/v1`: sessions, registrations, tasks, activities, statistics."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from rollcall.errors import Invalid
from rollcall.paging import Page
from rollcall.tasks import NewTask, TaskChange
from web.api import schemas, shapes
from web.caller import person
from web.services import services

blueprint = Blueprint("core", __name__, url_prefix="/api/v1", description="The record, by noun")
LONGEST_KEY = 200
REGISTRATION = shapes.one(shapes.REGISTRATION, "RegistrationOne")
TASK = shapes.one(shapes.TASK, "TaskOne")


class Owned(Protocol):
    """Something that is somebody's."""

    @property
    def employee_id(self) -> str: ...

    def public(self) -> dict[str, Any]: ...


def owned_rows(found: Sequence[Owned], may: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """What was found, with the names of whose it is and what the caller may do, by id."""
    names = services().roll.directory.names({one.employee_id for one in found})
    rows = [(one.employee_id, one.public()) for one in found]
    return [
        {**row, "employee_name": names.get(owner), "may": [*may[row["id"]]]} for owner, row in rows
    ]


def page_answer(page: Page[Any]) -> dict[str, Any]:
    """A page of domain objects, JSON-ready."""
    return {"items": [one.public() for one in page.items], "next": page.next}


def idempotency_key() -> str | None:
    """The Idempotency-Key of the request. Raises `Invalid` for an endless one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    return key


@blueprint.route("/sessions")
class SessionList(MethodView):
    """`/api/v1/sessions`."""

    @blueprint.arguments(schemas.EmployeePageQuery, location="query")
    @blueprint.response(200, schemas.page_of(shapes.SESSION, "Session"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Sessions, newest first."""
        return page_answer(services().roll.sessions.list(person(), **query))


@blueprint.route("/sessions/<session_id>")
class SessionOne(MethodView):
    """`/api/v1/sessions/<session_id>`."""

    @blueprint.response(200, shapes.one(shapes.SESSION, "SessionOne"))
    def get(self, session_id: str) -> dict[str, Any]:
        """One session."""
        return services().roll.sessions.get(person(), session_id).public()


@blueprint.route("/registration-types")
class TypeList(MethodView):
    """`/api/v1/registration-types`."""

    @blueprint.response(200, schemas.page_of(shapes.TYPE, "RegistrationType"))
    def get(self) -> dict[str, Any]:
        """What you may register, with the fields of each."""
        types = services().roll.registrations.types(person())
        return {"items": [one.public() for one in types], "next": None}


@blueprint.route("/registrations")
class RegistrationList(MethodView):
    """`/api/v1/registrations`."""

    @blueprint.arguments(schemas.RegistrationQuery, location="query")
    @blueprint.response(200, schemas.page_of(shapes.REGISTRATION, "Registration"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Registrations, newest first."""
        type_name = query.pop("type")
        return page_answer(
            services().roll.registrations.list(person(), type_name=type_name, **query)
        )

    @blueprint.arguments(schemas.RegistrationRequest)
    @blueprint.response(201, REGISTRATION)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Register something."""
        registrations = services().roll.registrations
        return registrations.create(
            person(), body["type"], body["data"], idempotency_key()
        ).public()


@blueprint.route("/registrations/<document_id>")
class RegistrationOne(MethodView):
    """`/api/v1/registrations/<document_id>`."""

    @blueprint.response(200, REGISTRATION)
    def get(self, document_id: str) -> dict[str, Any]:
        """One registration."""
        return services().roll.registrations.get(person(), document_id).public()


@blueprint.route("/registrations/<document_id>/undo")
class RegistrationUndo(MethodView):
    """`/api/v1/registrations/<document_id>/undo`."""

    @blueprint.response(200, REGISTRATION)
    def post(self, document_id: str) -> dict[str, Any]:
        """Take back a registration of one's own within ten minutes."""
        changes = services().roll.changes
        return changes.undo(person(), document_id, idempotency_key()).undone.public()


@blueprint.route("/tasks")
class TaskList(MethodView):
    """`/api/v1/tasks`."""

    @blueprint.arguments(schemas.TaskQuery, location="query")
    @blueprint.response(200, schemas.page_of(shapes.TASK, "Task"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Tasks, newest first; `status=open` for all that aren't finished."""
        return page_answer(services().roll.tasks.list(person(), **query))

    @blueprint.arguments(schemas.TaskRequest)
    @blueprint.response(201, TASK)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give somebody a task."""
        return services().roll.tasks.assign(person(), NewTask(**body), idempotency_key()).public()


@blueprint.route("/tasks/<task_id>")
class TaskOne(MethodView):
    """`/api/v1/tasks/<task_id>`."""

    @blueprint.response(200, TASK)
    def get(self, task_id: str) -> dict[str, Any]:
        """One task."""
        return services().roll.tasks.get(person(), task_id).public()

    @blueprint.arguments(schemas.TaskPatch)
    @blueprint.response(200, TASK)
    def patch(self, body: dict[str, Any], task_id: str) -> dict[str, Any]:
        """Start, complete, cancel or change a task, or hand it on."""
        tasks, actor, key = services().roll.tasks, person(), idempotency_key()
        status = body.pop("status")
        change = TaskChange(**body)
        if status is None:
            return tasks.update(actor, task_id, change, key).public()
        if change != TaskChange():
            raise Invalid("Change the status or the other fields, not both at once.")
        moves = {
            "in_progress": tasks.start,
            "completed": tasks.complete,
            "cancelled": tasks.cancel,
        }
        return moves[status](actor, task_id, key).public()


@blueprint.route("/activities")
class ActivityList(MethodView):
    """`/api/v1/activities`."""

    @blueprint.arguments(schemas.ActivityQuery, location="query")
    @blueprint.response(200, schemas.page_of(shapes.ACTIVITY, "Activity"))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What happened, newest first."""
        return page_answer(services().roll.activities.list(person(), **query))


@blueprint.route("/statistics")
class Statistics(MethodView):
    """`/api/v1/statistics`."""

    @blueprint.arguments(schemas.StatisticsQuery, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Totals and series for charts."""
        return services().roll.dashboard.statistics(person(), query["employee_id"])


@blueprint.route("/drafts/table")
class DraftTable(MethodView):
    """`/api/v1/drafts/table`."""

    @blueprint.arguments(schemas.TableRequest)
    @blueprint.response(201, shapes.one(shapes.TABLE, "DraftTable"))
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin a draft of many registrations from a pasted table.

        Sent as a message, `button` goes on with it in the chat.
        """
        roll, actor = services().roll, person()
        draft = roll.drafts.begin_table(actor, body["text"], body["type"]).draft
        rows = len(draft.rows)
        title = f"Pasted a table of {rows} {'row' if rows == 1 else 'rows'}"
        go_on = f'/continue_draft{{"registration_type": "#{draft.draft_id}"}}'
        return {
            "id": draft.draft_id,
            "type": draft.type,
            "label": roll.drafts.form_of(actor, draft).label,
            "rows": rows,
            "problems": sum(bool(row.problems) for row in draft.rows),
            "button": {
                "title": title,
                "payload": roll.buttons.issue(str(actor.session_id), title, go_on),
            },
        }


@blueprint.route("/drafts")
class DraftList(MethodView):
    """`/api/v1/drafts`."""

    @blueprint.response(200, schemas.page_of(shapes.DRAFT, "Draft"))
    def get(self) -> dict[str, Any]:
        """One's own unfinished forms."""
        roll, actor = services().roll, person()
        drafts = roll.drafts.list(actor)
        return {"items": [roll.drafts.public(actor, one) for one in drafts], "next": None}
