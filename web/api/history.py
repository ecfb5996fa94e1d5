"""Questions to the record over HTTP: the query that the chat uses, and its answer as a file."""

from itertools import chain
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall.exports import TYPES, export, file_name, in_file
from rollcall.history_query import DATED, GROUPS, MEASURES, STATES, SUBJECTS, HistoryQuery
from rollcall.storage.schema import PRIORITIES
from web.api.schemas import Query, moment
from web.api.written import YEARS_ASKED, plain
from web.caller import person
from web.services import services

blueprint = Blueprint(
    "history", __name__, url_prefix="/api/v1", description="Questions to the record"
)


class HistoryParameters(Query):
    """What is asked; everything may be left out."""

    subject = fields.String(load_default="registrations", validate=validate.OneOf(SUBJECTS))
    employee_id = fields.String(validate=[validate.Length(1, 200), plain])
    type = fields.String(validate=[validate.Length(1, 200), plain])
    status = fields.String(validate=validate.OneOf(STATES))
    priority = fields.String(validate=validate.OneOf(PRIORITIES))
    title = fields.String(validate=[validate.Length(1, 100), plain])
    dated = fields.String(validate=validate.OneOf(DATED))
    since = moment(YEARS_ASKED)
    until = moment(YEARS_ASKED)
    period = fields.String(validate=[validate.Length(max=60), plain])
    against_since = moment(YEARS_ASKED)
    against_until = moment(YEARS_ASKED)
    against = fields.String(validate=[validate.Length(max=60), plain])
    group_by = fields.String(validate=validate.OneOf(GROUPS))
    measure = fields.String(load_default="list", validate=validate.OneOf(MEASURES))


class ExportParameters(HistoryParameters):
    """The same, as a file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(list(TYPES)))


@blueprint.route("/history")
class HistoryView(MethodView):
    """`/api/v1/history`."""

    @blueprint.arguments(HistoryParameters, location="query")
    def get(self, query: dict[str, Any]) -> Response:
        """Registrations, tasks, sessions or activities: a list, a count, compared, grouped."""
        asked = HistoryQuery.from_params(query)
        return jsonify(services().roll.history.ask(person(), asked).public())


@blueprint.route("/exports")
class ExportView(MethodView):
    """`/api/v1/exports`."""

    @blueprint.arguments(ExportParameters, location="query")
    def get(self, query: dict[str, Any]) -> Response:
        """The answer to the same question as a CSV or XLSX file."""
        file_format = query.pop("format")
        asked = in_file(HistoryQuery.from_params(query))
        actor = person()
        found, rows = services().roll.history.ask_whole(actor, asked)
        pieces = export(found, rows, file_format, actor.timezone)
        # The first piece before the status is sent: what fails until then is answered as an error.
        whole = chain([next(pieces)], pieces)
        response = Response(whole, content_type=TYPES[file_format])
        response.headers["Content-Disposition"] = (
            f'attachment; filename="{file_name(asked, file_format)}"'
        )
        return response
