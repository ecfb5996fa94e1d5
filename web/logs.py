"""One JSON line for each request, to be found by its id. No personal data: routes, not paths."""

import json
import logging
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, request

log = logging.getLogger("rollcall.access")
QUIET = {"/alive", "/health", "/static/<path:filename>"}


class JsonLines(logging.Formatter):
    """A record as one line of JSON.

    Of an exception only its type and the places in the code: messages may quote what people typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
        return json.dumps(line)


def log_as_json(level: str) -> None:
    """Send what this process logs to stderr, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("rollcall").setLevel(level)


def register_request_log(app: Flask) -> None:
    """Log every request when it is answered."""

    @app.before_request
    def remember_start() -> None:
        g.started = time.monotonic()

    @app.after_request
    def write(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else None
        facts = {
            "request_id": g.get("request_id"),
            "turn_id": g.get("turn_id"),
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "ms": round((time.monotonic() - g.get("started", time.monotonic())) * 1000, 1),
        }
        level = logging.DEBUG if route in QUIET else logging.INFO
        log.log(level, "request", extra={"facts": facts})
        return response
