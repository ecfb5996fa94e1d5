"""The chat on other sites: which may embed it, and what a page of theirs may call.

A page of an allowed origin calls with Bearer tokens only: what it sends never counts as coming
from the browser's cookies, and nothing that it is answered sets one. Without an allowed origin
nothing here changes any answer.
"""

from flask import Flask, Response, request

from rollcall import Settings
from web.services import services

GUEST_HEADER = "X-Guest-Conversation"
# What the chat component and clients of the chat sessions call; anything else stays closed.
ROUTES = {
    "/chat": "POST",
    "/chat/history": "GET",
    "/api/auth/login": "POST",
    "/api/auth/activate": "POST",
    "/api/auth/refresh": "POST",
    "/api/auth/logout": "POST",
    "/api/auth/me": "GET",
    **dict.fromkeys(
        [f"/api/chat/sessions/{one}" for one in ("start", "update", "end", "cleanup")], "POST"
    ),
    **dict.fromkeys([f"/api/chat/sessions/{one}" for one in ("status", "history")], "GET"),
    "/api/v1/drafts/table": "POST",
    "/api/v1/exports": "GET",
}
SCRIPTS = ("/static/chat.js", "/static/launcher.js", "/static/chunks/")
REQUEST_HEADERS = f"Authorization, Content-Type, Idempotency-Key, X-User-Active, {GUEST_HEADER}"
RESPONSE_HEADERS = f"Content-Disposition, Retry-After, X-Request-Id, {GUEST_HEADER}"
PREFLIGHT_SECONDS = 600


def own_origin() -> str:
    """The origin of our own pages, as a browser names it."""
    scheme = "https" if services().settings.behind_tls else request.scheme
    return f"{scheme}://{request.host}"


def from_embedding_page() -> bool:
    """Whether a page of another, allowed site asks: its cookies don't count."""
    origin = request.headers.get("Origin")
    return origin in services().settings.embed_origins and origin != own_origin()


def frame_ancestors(settings: Settings) -> str:
    """Who may show this answer in a frame: the page made for it, and that on allowed sites only."""
    allowed = settings.embed_origins
    return " ".join(allowed) if allowed and request.path.rstrip("/") == "/embed" else "'none'"


def register_embedding(app: Flask, settings: Settings) -> None:
    """Tell browsers which answers a page of an allowed origin may read."""
    if not settings.embed_origins:
        return

    @app.after_request
    def share(response: Response) -> Response:
        method = _shared_method()
        if method is None:
            return response
        # A cache must not hand what one site may read to another, nor the other way round.
        response.vary.add("Origin")
        if not from_embedding_page():
            return response
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        headers["Access-Control-Expose-Headers"] = RESPONSE_HEADERS
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = method
            headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response


def _shared_method() -> str | None:
    """The method that the component uses at this address; None where it has no business."""
    if request.path.startswith(SCRIPTS):
        return "GET"
    return ROUTES.get(request.url_rule.rule) if request.url_rule else None
