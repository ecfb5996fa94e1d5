"""Seed 002's interface to scheduled sessions, `/api/session_completion.php?action=…`: forms in,
`{success, message, id, data}` out."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import MethodNotAllowed

from rollcall import Principal
from rollcall.completions.lists import Wanted
from rollcall.errors import Invalid
from rollcall.storage.completions_schema import COMPLETION_STATES, NOTE_TYPES
from web.api import completion_shapes as shapes
from web.api.attachments import LARGEST_UPLOAD, attachment_of, attachments_of, keep_form_file
from web.api.completions import (
    changed_session,
    ending_of,
    new_session,
    session_of,
    sessions_of,
)
from web.api.core import idempotency_key
from web.api.schemas import EmployeePageQuery, words
from web.api.written import plain, typed
from web.bodies import TakesForms, read_form
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "session_completion", __name__, url_prefix="/api", description="Session tracking"
)
MOST_NOTES = 200


class _Form(Schema):
    """The fields of a form; others are let pass, as they always were."""

    class Meta:
        unknown = EXCLUDE


def _text(longest: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(max=longest), typed], **options)


class _IdForm(_Form):
    id = words(40)


class _CreateForm(_Form):
    title = words(200)
    scheduled_date = words(10)
    scheduled_start_time = words(10)
    scheduled_end_time = words(10)
    timezone = words(60, 0, required=False, load_default=None)
    batch_id = words(40, 0, required=False, load_default=None)


class _UpdateForm(_IdForm):
    title = words(200, 0, required=False, load_default=None)
    scheduled_date = words(10, 0, required=False, load_default=None)
    scheduled_start_time = words(10, 0, required=False, load_default=None)
    scheduled_end_time = words(10, 0, required=False, load_default=None)
    actual_start_time = words(40, 0, required=False, load_default=None)
    actual_end_time = words(40, 0, required=False, load_default=None)
    notes = _text(5000, load_default=None)


class _CompleteForm(_IdForm):
    actual_start_time = words(40)
    actual_end_time = words(40)
    completion_code = words(60, 0, required=False, load_default=None)
    notes = _text(5000, load_default=None)


class _CancelForm(_IdForm):
    reason = _text(5000, load_default="")


class _NoteForm(_Form):
    completion_id = words(40)
    note_text = _text(5000, required=True)
    note_type = fields.String(load_default="general", validate=validate.OneOf(NOTE_TYPES))


class _UploadForm(_Form):
    completion_id = words(40)
    description = words(600, 0, required=False, load_default=None)


READS = ("list", "get", "occurrences")
WRITES = (
    "create", "update", "complete", "cancel", "add_note", "delete_note", "upload_attachment",
    "delete_attachment",
)  # fmt: skip


class ReadQuery(EmployeePageQuery):
    """What is asked for, and of which session or whose."""

    action = fields.String(required=True, validate=validate.OneOf([*READS, *WRITES]))
    id = fields.String(load_default=None, validate=[validate.Length(max=40), plain])
    status = fields.String(load_default=None, validate=validate.OneOf(COMPLETION_STATES))


class WriteQuery(Schema):
    """What is to be done."""

    action = fields.String(required=True, validate=validate.OneOf([*READS, *WRITES]))


_PROPERTIES = {
    name: {"type": "string"}
    for name in (
        "id", "completion_id", "title", "scheduled_date", "scheduled_start_time",
        "scheduled_end_time", "batch_id", "actual_start_time", "actual_end_time",
        "completion_code", "notes", "reason", "note_text", "note_type", "description",
    )
} | {"file": {"type": "string", "format": "binary"}}  # fmt: skip
BODY = {
    "content": {
        kind: {"schema": {"type": "object", "properties": _PROPERTIES}}
        for kind in ("multipart/form-data", "application/x-www-form-urlencoded")
    }
}


class SessionCompletion(TakesForms, MethodView):
    """`/api/session_completion.php` and `/api/session_completion`."""

    largest_body = LARGEST_UPLOAD

    @blueprint.arguments(ReadQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.SESSION_COMPLETION, "SessionCompletionRead"))
    def get(self, query: dict[str, Any]) -> Response:
        """Sessions (`list`), one with its notes and files (`get`), those to come
        (`occurrences`)."""
        actor = person()
        match query["action"]:
            case "list":
                return _listed(actor, query)
            case "get":
                return _whole(actor, query["id"])
            case "occurrences":
                return _coming(actor, query)
        raise MethodNotAllowed(["POST"])

    @blueprint.arguments(WriteQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.SESSION_COMPLETION, "SessionCompletionDone"))
    @blueprint.doc(requestBody=BODY)
    def post(self, query: dict[str, Any]) -> tuple[Response, int]:
        """Create, update, complete or cancel a session, add or delete a note or a file."""
        actor, action = person(), query["action"]
        if action not in WRITES:
            raise MethodNotAllowed(["GET"])
        given, file = read_form()
        return _ACTIONS[action](actor, given, file)


blueprint.route("/session_completion.php", endpoint="php")(SessionCompletion)
blueprint.route("/session_completion", endpoint="plain")(SessionCompletion)


def _listed(actor: Principal, query: dict[str, Any]) -> Response:
    """One's own sessions unless somebody else's are asked for, as they always were."""
    wanted = Wanted(query["employee_id"] or actor.employee_id, query["status"])
    page = services().roll.completions.list(actor, wanted, query["limit"], query["after"])
    return jsonify({"success": True, "data": sessions_of(actor, page.items), "next": page.next})


def _coming(actor: Principal, query: dict[str, Any]) -> Response:
    wanted = Wanted(query["employee_id"] or actor.employee_id, "pending")
    page = services().roll.completions.list(
        actor, wanted, query["limit"], query["after"], oldest_first=True
    )
    return jsonify({"success": True, "data": sessions_of(actor, page.items), "next": page.next})


def _whole(actor: Principal, completion_id: str | None) -> Response:
    if not completion_id:
        raise Invalid("Which session?", {"id": "is missing"})
    roll = services().roll
    session = roll.completions.get(actor, completion_id)
    notes = roll.notes.list(actor, completion_id, MOST_NOTES).items
    return jsonify(
        {
            "success": True,
            "data": {
                **session_of(actor, session),
                "attachments": attachments_of(actor, completion_id),
                "notes_list": [one.public() for one in notes],
            },
        }
    )


def _create(actor: Principal, given: dict[str, str], _: FileStorage | None) -> tuple[Response, int]:
    body = _read(_CreateForm, given)
    made = services().roll.completions.create(actor, new_session(body), idempotency_key())
    return _done("Session created successfully", made.completion_id, session_of(actor, made), 201)


def _update(actor: Principal, given: dict[str, str], _: FileStorage | None) -> tuple[Response, int]:
    body = _read(_UpdateForm, given)
    # A form sends its empty fields too: only notes can be emptied.
    asked = {name: value or None for name, value in body.items()} | {"notes": body["notes"]}
    session = services().roll.completions.update(
        actor, body["id"], changed_session(asked), idempotency_key()
    )
    return _done("Session updated successfully", session.completion_id, session_of(actor, session))


def _complete(
    actor: Principal, given: dict[str, str], _: FileStorage | None
) -> tuple[Response, int]:
    body = _read(_CompleteForm, given)
    session = services().roll.completions.complete(
        actor, body["id"], ending_of(body), idempotency_key()
    )
    return _done(
        "Session completed successfully", session.completion_id, session_of(actor, session)
    )


def _cancel(actor: Principal, given: dict[str, str], _: FileStorage | None) -> tuple[Response, int]:
    body = _read(_CancelForm, given)
    session = services().roll.completions.cancel(
        actor, body["id"], body["reason"], idempotency_key()
    )
    return _done(
        "Session cancelled successfully", session.completion_id, session_of(actor, session)
    )


def _add_note(
    actor: Principal, given: dict[str, str], _: FileStorage | None
) -> tuple[Response, int]:
    body = _read(_NoteForm, given)
    note = services().roll.notes.add(
        actor, body["completion_id"], body["note_text"], body["note_type"], idempotency_key()
    )
    return _done("Note added successfully", note.note_id, note.public(), 201)


def _delete_note(
    actor: Principal, given: dict[str, str], _: FileStorage | None
) -> tuple[Response, int]:
    body = _read(_IdForm, given)
    note = services().roll.notes.delete(actor, body["id"], idempotency_key())
    return _done("Note deleted successfully", note.note_id, note.public())


def _upload(
    actor: Principal, given: dict[str, str], file: FileStorage | None
) -> tuple[Response, int]:
    body = _read(_UploadForm, given)
    kept = keep_form_file(actor, body["completion_id"], body, file)
    return _done("File uploaded successfully", kept.attachment_id, attachment_of(kept), 201)


def _delete_attachment(
    actor: Principal, given: dict[str, str], _: FileStorage | None
) -> tuple[Response, int]:
    body = _read(_IdForm, given)
    deleted = services().roll.files.delete(actor, body["id"], idempotency_key())
    return _done("File deleted successfully", deleted.attachment_id, attachment_of(deleted))


_Action = Callable[[Principal, dict[str, str], FileStorage | None], tuple[Response, int]]
_ACTIONS: dict[str, _Action] = {
    "create": _create,
    "update": _update,
    "complete": _complete,
    "cancel": _cancel,
    "add_note": _add_note,
    "delete_note": _delete_note,
    "upload_attachment": _upload,
    "delete_attachment": _delete_attachment,
}


def _read(form: type[_Form], given: dict[str, str]) -> dict[str, Any]:
    """The fields of a form, and `id` from the address too. Raises `Invalid`."""
    both = {name: value for name, value in request.args.items() if name == "id"} | given
    try:
        loaded: dict[str, Any] = form().load(both)
    except ValidationError as error:
        found = error.messages if isinstance(error.messages, dict) else {}
        problems = {str(name): str(sentences[0]) for name, sentences in found.items()}
        raise Invalid("Some fields are wrong.", problems) from error
    return loaded


def _done(
    message: str, identity: str, data: dict[str, Any], status: int = 200
) -> tuple[Response, int]:
    return jsonify({"success": True, "message": message, "id": identity, "data": data}), status
