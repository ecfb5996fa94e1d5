"""One JSON line for each request, to be found by its id. No personal data: routes, not paths."""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger("rollcall.access")
QUIET = {"/alive", "/health", "/static/<path:filename>"}


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
