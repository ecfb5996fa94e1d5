"""Headers on every answer: what a browser may do with it, and an id to find it in the logs."""

import re
import secrets

from flask import Flask, Response, g, request

from rollcall import Settings
from web.embedding import frame_ancestors

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
OK = 200
PLAIN_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")


def register_headers(app: Flask, settings: Settings) -> None:
    """Give each request an id and each answer its headers."""

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def add_headers(response: Response) -> Response:
        # Safari needs the web socket's address spelled out beside 'self'.
        scheme = "wss" if app.config["BEHIND_TLS"] else "ws"
        policy = POLICY | {"frame-ancestors": frame_ancestors(settings)}
        if PLAIN_HOST.fullmatch(request.host):
            policy["connect-src"] += f" {scheme}://{request.host}"
        headers = response.headers
        # A file that somebody sent comes with a stricter one.
        headers.setdefault(
            "Content-Security-Policy", "; ".join(f"{k} {v}" for k, v in policy.items())
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers["X-Request-Id"] = g.get("request_id", "")
        if app.config["BEHIND_TLS"]:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith("/static/chunks/") and response.status_code == OK:
            # The names of these carry a hash of what is in them.
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not request.path.startswith("/static/"):
            headers["Cache-Control"] = "no-store"
        return response
