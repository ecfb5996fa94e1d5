"""The pages: rendered here, filled by the browser from the API."""

from flask import Blueprint, render_template

from rollcall import __version__
from web.caller import csrf_token, visitor

pages = Blueprint("pages", __name__)


def _page(template: str, page: str) -> str:
    principal = visitor()
    shown = None
    if principal.signed_in:
        shown = {
            "employee_id": principal.employee_id,
            "name": principal.name,
            "role": principal.role.value,
        }
    return render_template(
        template,
        page=page,
        principal=shown,
        csrf_token=csrf_token(str(principal.session_id)) if principal.signed_in else "",
        version=__version__,
    )


@pages.get("/")
def chat() -> str:
    """The chat."""
    return _page("chat.html", "chat")


@pages.get("/dashboard")
def dashboard() -> str:
    """The dashboard: one's own, or of `?employee_id=` for those who may see it."""
    return _page("dashboard.html", "dashboard")


@pages.get("/api/docs")
def docs() -> str:
    """The API, described."""
    return _page("docs.html", "docs")
