"""Errors as HTTP answers, in one place and one shape."""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from rollcall import RollcallError
from rollcall.errors import StorageUnavailable, TooManyAttempts
from rollcall.operation.home import OperationError

log = logging.getLogger("rollcall.web")
CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_type",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}
MESSAGES = {
    400: "The request can't be read.",
    404: "There is nothing at this address.",
    405: "This address doesn't take that method.",
    413: "That is too large.",
    415: "Please send JSON.",
    422: "Some fields are wrong.",
}
BROKEN = "Something went wrong on our side. It is on record; please try again."


def error_body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """The one shape of errors."""
    return {"success": False, "error": {"code": code, "message": message, "fields": fields or {}}}


def register_error_handlers(app: Flask) -> None:
    """Answer every error in the one shape, or as a page where a person is looking."""

    @app.errorhandler(RollcallError)
    def domain_error(error: RollcallError) -> tuple[Response | str, int]:
        answer, status = _answer(error.status, error.code, error.message, error.fields)
        if isinstance(error, TooManyAttempts) and isinstance(answer, Response):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer, status

    @app.errorhandler(PyMongoError)
    @app.errorhandler(OperationError)
    def storage_error(error: Exception) -> tuple[Response | str, int]:
        log.error("storage failed in request %s: %s", g.get("request_id"), type(error).__name__)
        away = StorageUnavailable()
        return _answer(away.status, away.code, away.message, {})

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
        status = error.code or 500
        if 300 <= status < 400:  # noqa: PLR2004
            return error
        fields = schema_fields(error)
        message = MESSAGES.get(status, error.name)
        return _answer(status, CODES.get(status, "error"), message, fields)

    @app.errorhandler(Exception)
    def unknown_error(error: Exception) -> tuple[Response | str, int]:
        log.error("request %s failed", g.get("request_id"), exc_info=error)
        return _answer(500, "internal", BROKEN, {})


def schema_fields(error: HTTPException) -> dict[str, str]:
    """What webargs found wrong, as field -> sentence."""
    messages = getattr(error, "data", {}).get("messages", {})
    found: dict[str, str] = {}
    for part in messages.values() if isinstance(messages, dict) else []:
        for name, problems in part.items() if isinstance(part, dict) else []:
            first = problems[0] if isinstance(problems, list) else problems
            found[str(name)] = str(first)
    return found


def _answer(
    status: int, code: str, message: str, fields: dict[str, str]
) -> tuple[Response | str, int]:
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    wants_page = best == "text/html" and not request.path.startswith(("/api/", "/chat", "/health"))
    if wants_page and request.method == "GET":
        return render_template("error.html", status=status, message=message, code=code), status
    return jsonify(error_body(code, message, fields)), status
