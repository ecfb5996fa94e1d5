"""Whether everything works: for people, for supervisors, for load balancers."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from rollcall import __version__
from rollcall.errors import StorageUnavailable
from web.api import shapes
from web.assistant import PartHealth
from web.errors import error_body
from web.services import services

blueprint = Blueprint("status", __name__, description="Health and versions")
WORKER_SECONDS = 30


def _parts() -> dict[str, PartHealth]:
    roll, assistant = services().roll, services().assistant
    try:
        mongodb = PartHealth(True, roll.database.ping())
    except StorageUnavailable as error:
        mongodb = PartHealth(False, None, error.message)
    return {
        "mongodb": mongodb,
        "assistant": assistant.rasa_health(),
        "actions": assistant.actions_health(),
    }


def _worker() -> PartHealth:
    try:
        beat = services().roll.heartbeat("worker")
    except StorageUnavailable as error:
        return PartHealth(False, None, error.message)
    if beat is None:
        return PartHealth(False, None, "has not been seen")
    age = (services().roll.clock() - beat.at).total_seconds()
    if age > WORKER_SECONDS:
        return PartHealth(False, beat.version, f"was last seen {round(age)} seconds ago")
    return PartHealth(True, beat.version)


@blueprint.route("/alive")
class Alive(MethodView):
    """`GET /alive`."""

    @blueprint.doc(security=[])
    @blueprint.response(200, shapes.one(shapes.ALIVE, "Alive"))
    def get(self) -> Response:
        """200 as soon as this process serves."""
        return jsonify({"status": "ok", "version": __version__})


@blueprint.route("/health")
class Health(MethodView):
    """`GET /health`."""

    @blueprint.doc(security=[])
    @blueprint.response(200, shapes.one(shapes.HEALTHY, "Healthy"))
    @blueprint.alt_response(503, schema=shapes.one(shapes.UNHEALTHY, "Unhealthy"))
    def get(self) -> tuple[Response, int]:
        """200 when a chat turn can be answered now, 503 with the reason when not."""
        problems = {name: part.problem for name, part in _parts().items() if not part.ok}
        if problems:
            reason = "; ".join(f"{name} {problem}" for name, problem in problems.items())
            fields = {name: str(problem) for name, problem in problems.items()}
            body = {**error_body("unavailable", reason, fields), "status": "unavailable"}
            return jsonify({**body, "reason": reason}), 503
        return jsonify({"status": "ok", "success": True, "version": __version__}), 200


@blueprint.route("/api-status")
class ApiStatus(MethodView):
    """`GET /api-status`."""

    @blueprint.doc(security=[])
    @blueprint.response(200, shapes.one(shapes.API_STATUS, "ApiStatus"))
    def get(self) -> Response:
        """Each part with its state and version."""
        web = PartHealth(True, __version__)
        parts = {"web": web, **_parts(), "worker": _worker()}
        ready = all(part.ok for part in parts.values())
        shown: dict[str, Any] = {
            name: {
                "status": "ok" if part.ok else "down",
                "version": part.version,
                **({"problem": part.problem} if part.problem else {}),
            }
            for name, part in parts.items()
        }
        return jsonify({"success": True, "status": "ok" if ready else "degraded", "parts": shown})
