"""Seed 000's interface to sessions: `/api/dashboard/<session_id>`, `/api/user-sessions/<id>`."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from web.api.schemas import PageQuery
from web.caller import person
from web.services import services

blueprint = Blueprint("dashboard", __name__, description="Sessions as the dashboard shows them")


@blueprint.route("/api/dashboard/<session_id>")
class SessionDashboard(MethodView):
    """`GET /api/dashboard/<session_id>`."""

    def get(self, session_id: str) -> Response:
        """Statistics, registration history and task assignments of one session."""
        return jsonify(services().roll.dashboard.session(person(), session_id))


@blueprint.route("/api/user-sessions/<employee_id>")
class UserSessions(MethodView):
    """`GET /api/user-sessions/<employee_id>`."""

    @blueprint.arguments(PageQuery, location="query")
    def get(self, query: dict[str, Any], employee_id: str) -> Response:
        """Every session of an employee with activity counts."""
        dashboard = services().roll.dashboard
        return jsonify(
            dashboard.user_sessions(person(), employee_id, query["limit"], query["after"])
        )
