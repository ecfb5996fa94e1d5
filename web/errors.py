"""Errors as HTTP answers, in one place and one shape."""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from pymongo.errors import ConnectionFailure
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable

from rollcall import RollcallError
from rollcall.errors import SlowDown, StorageUnavailable
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
    416: "range_not_satisfiable",
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
    416: "The file has no such range.",
    422: "Some fields are wrong.",
}
TITLES = {
    404: "There is no such page",
    405: "This can't be opened like that",
    503: "Not available right now",
}
DATA_ONLY = ("/api/", "/chat", "/health", "/alive", "/socket.io")


def error_body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """The one shape of errors."""
    return {"success": False, "error": {"code": code, "message": message, "fields": fields or {}}}


def register_error_handlers(app: Flask) -> None:
    """Answer every error in the one shape, or as a page where a person is looking."""

    @app.errorhandler(RollcallError)
    def domain_error(error: RollcallError) -> Response:
        answer = _answer(error.status, error.code, error.message, error.fields)
        if isinstance(error, SlowDown):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    @app.errorhandler(ConnectionFailure)
    @app.errorhandler(OperationError)
    def storage_error(error: Exception) -> Response:
        log.error("storage is away", exc_info=error, extra={"facts": _ids()})
        away = StorageUnavailable()
        return _answer(away.status, away.code, away.message, {})

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if 300 <= status < 400:  # noqa: PLR2004
            return error
        message = MESSAGES.get(status, error.name)
        answer = _answer(status, CODES.get(status, "error"), message, schema_fields(error))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
            answer.headers["Content-Range"] = f"bytes */{error.length}"
        return answer

    @app.errorhandler(Exception)
    def unknown_error(error: Exception) -> Response:
        log.error("a request failed", exc_info=error, extra={"facts": _ids()})
        message = (
            "Something went wrong on our side. Please try again; if it stays like this, "
            f"tell an admin this number: {g.get('request_id')}."
        )
        return _answer(500, "internal", message, {})


def schema_fields(error: HTTPException) -> dict[str, str]:
    """What webargs found wrong, as field -> sentence."""
    messages = getattr(error, "data", {}).get("messages", {})
    found: dict[str, str] = {}
    for part in messages.values() if isinstance(messages, dict) else []:
        for name, problems in part.items() if isinstance(part, dict) else []:
            # marshmallow files what is wrong with the body as a whole under "_schema".
            found["body" if name == "_schema" else str(name)] = _sentence(problems)
    return found


def _sentence(problems: Any) -> str:
    """The first sentence in marshmallow's nested lists and objects."""
    while isinstance(problems, list | dict) and problems:
        problems = problems[0] if isinstance(problems, list) else next(iter(problems.values()))
    return str(problems)


def _ids() -> dict[str, str | None]:
    return {"request_id": g.get("request_id"), "turn_id": g.get("turn_id")}


def _answer(status: int, code: str, message: str, fields: dict[str, str]) -> Response:
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if best == "text/html" and request.method == "GET" and not request.path.startswith(DATA_ONLY):
        title = TITLES.get(status, "That didn't work")
        page = render_template("error.html", status=status, title=title, message=message)
        return make_response(page, status)
    answer = jsonify(error_body(code, message, fields))
    answer.status_code = status
    if status == 401:  # noqa: PLR2004  (RFC 9110, section 11.6.1)
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
