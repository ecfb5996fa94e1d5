"""Notes on scheduled sessions, `/api/v1/completions/…/notes` and `/api/v1/notes`."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall.storage.completions_schema import NOTE_TYPES
from web.api import completion_shapes as shapes
from web.api.core import idempotency_key, page_answer
from web.api.schemas import PageQuery, Request, page_of
from web.api.written import typed
from web.caller import person
from web.services import services

blueprint = Blueprint("notes", __name__, url_prefix="/api/v1", description="Scheduled sessions")
NOTE = shapes.one(shapes.NOTE, "NoteOne")
EXAMPLE = "Great participation today! @EMP002, please have a look."


class NoteRequest(Request):
    """A note; @EMP004 in it tells that employee, if they may see the session."""

    note_text = fields.String(
        required=True, validate=[validate.Length(1, 4000), typed], metadata={"example": EXAMPLE}
    )
    note_type = fields.String(load_default="general", validate=validate.OneOf(NOTE_TYPES))


class NotePatch(NoteRequest):
    """The note as it shall be; without a kind it keeps its own."""

    note_type = fields.String(load_default=None, validate=validate.OneOf(NOTE_TYPES))


@blueprint.route("/completions/<completion_id>/notes")
class NoteList(MethodView):
    """`/api/v1/completions/<completion_id>/notes`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.NOTE, "Note"))
    def get(self, query: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Notes on a session, newest first."""
        return page_answer(services().roll.notes.list(person(), completion_id, **query))

    @blueprint.arguments(NoteRequest)
    @blueprint.response(201, NOTE)
    def post(self, body: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Note something on a session one may see."""
        actor, key = person(), idempotency_key()
        return (
            services()
            .roll.notes.add(actor, completion_id, body["note_text"], body["note_type"], key)
            .public()
        )


@blueprint.route("/notes/<note_id>/versions")
class NoteVersions(MethodView):
    """`/api/v1/notes/<note_id>/versions`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.NOTE_VERSION, "NoteVersion"))
    def get(self, query: dict[str, Any], note_id: str) -> dict[str, Any]:
        """What a note said before each of its changes, newest first."""
        return page_answer(services().roll.notes.versions(person(), note_id, **query))


@blueprint.route("/notes/<note_id>")
class NoteOne(MethodView):
    """`/api/v1/notes/<note_id>`."""

    @blueprint.arguments(NotePatch)
    @blueprint.response(200, NOTE)
    def patch(self, body: dict[str, Any], note_id: str) -> dict[str, Any]:
        """Change one's own note; what it said is kept."""
        actor, key = person(), idempotency_key()
        return (
            services()
            .roll.notes.change(actor, note_id, body["note_text"], body["note_type"], key)
            .public()
        )

    @blueprint.response(200, NOTE)
    def delete(self, note_id: str) -> dict[str, Any]:
        """Delete one's own note; an admin anybody's."""
        return services().roll.notes.delete(person(), note_id, idempotency_key()).public()
