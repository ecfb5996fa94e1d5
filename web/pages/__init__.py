"""The pages: rendered here, filled by the browser from the API."""

from typing import Any

from flask import Blueprint, abort, render_template

from rollcall import __version__
from web.caller import csrf_token, visitor
from web.pages.menu import (
    ADMIN,
    API_TOKENS,
    CHAT_BOARD,
    MAIN,
    MEETING_BOARD,
    PEOPLE,
    SESSION_BOARD,
    Link,
)
from web.services import services

pages = Blueprint("pages", __name__)


@pages.app_context_processor
def frame() -> dict[str, Any]:
    """What the frame around every page shows, that of an error included."""
    principal = visitor()
    links: dict[str, Any] = {
        "version": __version__,
        "main_links": [(link, link.is_for(principal)) for link in MAIN],
        "admin_links": [(link, link.is_for(principal)) for link in ADMIN],
    }
    if not principal.signed_in:
        return {**links, "principal": None, "csrf_token": ""}
    shown = {
        "employee_id": principal.employee_id,
        "name": principal.name,
        "role": principal.role.value,
    }
    token = csrf_token(str(principal.session_id))
    return {**links, "principal": shown, "csrf_token": token}


@pages.get("/")
def chat() -> str:
    """The chat."""
    return render_template("chat.html", page="chat")


@pages.get("/dashboard")
def dashboard() -> str:
    """The dashboard: one's own, or of `?employee_id=` for those who may see it."""
    return render_template("dashboard.html", page="dashboard")


@pages.get("/meetings")
def meetings() -> str:
    """One's meetings: today's, those to come, those that were; setting one up; joining by code."""
    return render_template("meetings.html", page="meetings")


@pages.get("/meetings/<reference>")
def meeting(reference: str) -> str:
    """One meeting, live: who is in it, its code, what its host does."""
    return render_template("meeting.html", page="meeting", section="meetings", reference=reference)


@pages.get("/meetings/<reference>/attendance")
def attendance(reference: str) -> str:
    """Who was in a meeting and when, as a picture, a table and files."""
    return render_template(
        "attendance.html", page="attendance", section="meetings", reference=reference
    )


@pages.get("/join")
@pages.get("/join/<code>")
def join(code: str = "") -> str:
    """Coming in by a code: typed, by a link, or by the QR code that holds the link."""
    return render_template("join.html", page="join", section="meetings", code=code)


@pages.get("/sessions")
def sessions() -> str:
    """One's scheduled sessions: to come, completed, all of them."""
    return render_template("sessions.html", page="sessions")


@pages.get("/sessions/batches")
def batches() -> str:
    """Weekly batches: one's own, and those of the people one looks after."""
    return render_template("batches.html", page="batches", section="sessions")


@pages.get("/sessions/batches/<batch_id>")
def batch(batch_id: str) -> str:
    """One weekly batch with its sessions ahead."""
    return render_template("batch.html", page="batch", section="sessions", batch_id=batch_id)


@pages.get("/sessions/<completion_id>")
def session(completion_id: str) -> str:
    """One session with its notes and files."""
    return render_template(
        "session.html", page="session", section="sessions", completion_id=completion_id
    )


@pages.get("/sessions/<completion_id>/receipt")
def session_receipt(completion_id: str) -> str:
    """The receipt of a completed session, to print."""
    return render_template(
        "receipt.html", page="receipt", section="sessions", completion_id=completion_id
    )


@pages.get("/receipts")
@pages.get("/receipts/<path:code>")
def receipt(code: str = "") -> str:
    """What the receipt with a code says, for anybody in the company. Codes may have slashes."""
    return render_template("receipt.html", page="receipt", section="sessions", code=code)


@pages.get("/account")
def account() -> str:
    """One's own account: devices and passphrase."""
    return render_template("account.html", page="account")


@pages.get("/activate")
def activate() -> str:
    """The first sign-in, with an activation code."""
    return render_template("activate.html", page="activate")


@pages.get("/admin/people")
def people() -> str:
    """People and their accounts, for those who look after them."""
    return _guarded("people.html", PEOPLE)


@pages.get("/admin/api-tokens")
def api_tokens() -> str:
    """API tokens, for admins."""
    return _guarded("api_tokens.html", API_TOKENS)


@pages.get("/admin/meetings")
def meeting_board() -> str:
    """What goes on in meetings now, for admins."""
    return _guarded("meeting_board.html", MEETING_BOARD)


@pages.get("/admin/sessions")
def session_board() -> str:
    """The sessions of everybody one looks after."""
    return _guarded("session_board.html", SESSION_BOARD)


@pages.get("/admin/chat")
def chat_board() -> str:
    """How the chat does over time, and everybody's chat sessions, for admins."""
    return _guarded("chat_board.html", CHAT_BOARD)


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


def _guarded(template: str, link: Link) -> str:
    """A page for some roles: for the others it isn't there. Who isn't signed in can do so on it."""
    actor = visitor()
    if actor.signed_in and not link.is_for(actor):
        abort(404)
    return render_template(template, page=link.page, section="admin", roles=" ".join(link.roles))
