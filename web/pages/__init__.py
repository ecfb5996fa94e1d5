"""The pages: rendered here, filled by the browser from the API."""

from typing import Any

from flask import Blueprint, abort, render_template

from rollcall import __version__
from web.caller import csrf_token, visitor
from web.services import services

pages = Blueprint("pages", __name__)


@pages.app_context_processor
def frame() -> dict[str, Any]:
    """What the frame around every page shows, that of an error included."""
    principal = visitor()
    if not principal.signed_in:
        return {"version": __version__, "principal": None, "csrf_token": ""}
    shown = {
        "employee_id": principal.employee_id,
        "name": principal.name,
        "role": principal.role.value,
    }
    token = csrf_token(str(principal.session_id))
    return {"version": __version__, "principal": shown, "csrf_token": token}


@pages.get("/")
def chat() -> str:
    """The chat."""
    return render_template("chat.html", page="chat")


@pages.get("/dashboard")
def dashboard() -> str:
    """The dashboard: one's own, or of `?employee_id=` for those who may see it."""
    return render_template("dashboard.html", page="dashboard")


@pages.get("/api/docs")
def docs() -> str:
    """The API, described."""
    return render_template("docs.html", page="docs")


@pages.get("/embed")
def embed() -> str:
    """The chat alone, for a frame on an allowed site; not there when no site is allowed."""
    if not services().settings.embed_origins:
        abort(404)
    return render_template("embed.html")
