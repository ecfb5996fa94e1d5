"""Scheduled sessions as figures and as files, `/api/v1/completions/figures` and `…/file`."""

from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from rollcall.completions.sheet import session_head, session_rows
from rollcall.dates import zone
from rollcall.exports import TYPES, file_of
from web.api.completions import CompletionQuery, wanted_of
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "completion_reports", __name__, url_prefix="/api/v1", description="Scheduled sessions"
)
FIGURES = Schema.from_dict(
    {
        name: fields.Integer(metadata={"example": 3})
        for name in ("total", "pending", "completed", "cancelled", "missed", "waiting", "minutes")
    },
    name="CompletionFigures",
)()


class CompletionFileQuery(CompletionQuery):
    """The same filters, and the format."""

    format = fields.String(load_default="csv", validate=validate.OneOf(list(TYPES)))


@blueprint.route("/completions/figures")
class CompletionFigures(MethodView):
    """`/api/v1/completions/figures`."""

    @blueprint.arguments(CompletionQuery, location="query")
    @blueprint.response(200, FIGURES)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Figures of the sessions that the same query lists."""
        return asdict(services().roll.completions.figures(person(), wanted_of(query)))


@blueprint.route("/completions/file")
class CompletionFile(MethodView):
    """`/api/v1/completions/file`."""

    @blueprint.arguments(CompletionFileQuery, location="query")
    @blueprint.response(200, description="The file")
    def get(self, query: dict[str, Any]) -> Response:
        """All sessions that the same query lists, as a CSV or XLSX file."""
        actor, roll, file_format = person(), services().roll, query["format"]
        rows = session_rows(roll.completions, roll.directory, actor, wanted_of(query))
        content = file_of(session_head(actor.timezone), rows, file_format)
        response = Response(content, content_type=TYPES[file_format])
        day = f"{roll.clock().astimezone(zone(actor.timezone)):%Y-%m-%d}"
        name = f"rollcall-sessions-{day}.{file_format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
