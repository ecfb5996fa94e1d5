"""Scheduled sessions as figures and as files, `/api/v1/completions/figures` and `…/file`."""

from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from rollcall.clock import iso
from rollcall.completions.figures import Width
from rollcall.completions.sheet import session_head, session_rows
from rollcall.completions.sheet_pdf import lines_of, sessions_pdf
from rollcall.dates import zone
from rollcall.exports import TYPES, file_of
from web.api.completions import CompletionQuery, wanted_of
from web.blocking import off_the_loop
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "completion_reports", __name__, url_prefix="/api/v1", description="Scheduled sessions"
)
_FIGURES = {
    name: fields.Integer(metadata={"example": 3})
    for name in ("total", "pending", "completed", "cancelled", "missed", "waiting", "minutes")
}
FIGURES = Schema.from_dict(dict(_FIGURES), name="CompletionFigures")()
_POINT = Schema.from_dict(
    {"day": fields.String(metadata={"example": "2026-11-23"}), **_FIGURES}, name="CompletionPoint"
)
SERIES = Schema.from_dict(
    {
        "since": fields.String(metadata={"format": "date-time"}),
        "until": fields.String(metadata={"format": "date-time"}),
        "step": fields.String(metadata={"example": "week"}),
        "points": fields.List(fields.Nested(_POINT)),
    },
    name="CompletionSeries",
)()


class CompletionSeriesQuery(CompletionQuery):
    """The same filters, and whether a point is a day or a week."""

    step = fields.Enum(Width, by_value=True, load_default=Width.WEEK)


class CompletionFileQuery(CompletionQuery):
    """The same filters, and the format."""

    format = fields.String(load_default="csv", validate=validate.OneOf([*TYPES, "pdf"]))


@blueprint.route("/completions/figures")
class CompletionFigures(MethodView):
    """`/api/v1/completions/figures`."""

    @blueprint.arguments(CompletionQuery, location="query")
    @blueprint.response(200, FIGURES)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Figures of the sessions that the same query lists."""
        return asdict(services().roll.completions.figures(person(), wanted_of(query)))


@blueprint.route("/completions/series")
class CompletionSeries(MethodView):
    """`/api/v1/completions/series`."""

    @blueprint.arguments(CompletionSeriesQuery, location="query")
    @blueprint.response(200, SERIES)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The same figures by day or week; of the last twelve weeks and the next four unless
        told."""
        wanted, step = wanted_of(query), query["step"]
        series = services().roll.completions.series(person(), wanted, step)
        return {
            "since": iso(series.since),
            "until": iso(series.until),
            "step": step.value,
            "points": [
                {"day": one.day.isoformat(), **asdict(one.figures)} for one in series.points
            ],
        }


@blueprint.route("/completions/file")
class CompletionFile(MethodView):
    """`/api/v1/completions/file`."""

    @blueprint.arguments(CompletionFileQuery, location="query")
    @blueprint.response(200, description="The file")
    def get(self, query: dict[str, Any]) -> Response:
        """All sessions that the same query lists, as a CSV, XLSX or PDF file."""
        actor, roll, file_format = person(), services().roll, query["format"]
        wanted, sessions = wanted_of(query), roll.completions
        if file_format == "pdf":
            lines, now = lines_of(sessions, roll.directory, actor, wanted), roll.clock()
            content = off_the_loop(lambda: sessions_pdf(lines, actor.timezone, now))
        else:
            rows = session_rows(sessions, roll.directory, actor, wanted)
            content = file_of(session_head(actor.timezone), rows, file_format)
        response = Response(content, content_type=TYPES.get(file_format, "application/pdf"))
        day = f"{roll.clock().astimezone(zone(actor.timezone)):%Y-%m-%d}"
        name = f"rollcall-sessions-{day}.{file_format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
