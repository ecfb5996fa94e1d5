"""Seed 003's interface to chat sessions, `/api/chat/sessions/…`, and the core API's lists."""

from datetime import timedelta
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields, validate

from rollcall.chat_figures import Step
from rollcall.chat_session import ACTIVITY_TYPES, LONGEST_RESPONSE, Chatter
from rollcall.clock import iso
from rollcall.errors import Unauthenticated
from web.api import shapes
from web.api.schemas import EmployeePageQuery, PageQuery, Query, Request, moment
from web.caller import caller, guest_key, person
from web.services import services

blueprint = Blueprint(
    "chat_sessions", __name__, url_prefix="/api/chat/sessions", description="How people chat"
)
core = Blueprint("chats", __name__, url_prefix="/api/v1", description="How people chat")
ANYBODY: list[dict[str, list[str]]] = [{}, {"bearer": []}]
FIGURES_OF = timedelta(days=7)


class SessionRequest(Request):
    """One of the caller's chat sessions."""

    session_id = fields.UUID(required=True)


class UpdateRequest(SessionRequest):
    """Something that happened in it."""

    activity_type = fields.String(required=True, validate=validate.OneOf(ACTIVITY_TYPES))
    response_time = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_RESPONSE),
        metadata={"description": "in seconds, for response_received"},
    )


class NothingRequest(Request):
    """An empty object, or no body at all."""


class ChatSessionQuery(EmployeePageQuery):
    """Whose, whether they are over, and when they began."""

    active = fields.Boolean(load_default=None)
    since = moment(load_default=None)
    until = moment(load_default=None)


class FigureQuery(Query):
    """A period, the last seven days unless told, and how wide a point is."""

    since = moment()
    until = moment()
    step = fields.Enum(Step, by_value=True, load_default=Step.HOUR)


def _chatter() -> Chatter:
    """The caller. Raises `Unauthenticated` for a guest where guests aren't counted."""
    actor = caller()
    if actor.signed_in:
        return Chatter(actor)
    if not services().settings.guest_chats:
        raise Unauthenticated
    return Chatter(actor, guest_key())


@blueprint.route("/start")
class Start(MethodView):
    """`POST /api/chat/sessions/start/`."""

    @blueprint.arguments(NothingRequest, required=False)
    @blueprint.response(200, shapes.one(shapes.CHAT_SESSION_STARTED, "ChatSessionStarted"))
    @blueprint.doc(security=ANYBODY)
    def post(self, _: dict[str, Any]) -> Response:
        """Start a chat session; one that is active is refreshed."""
        who = _chatter()
        session, new = services().roll.chat_sessions.start(who)
        return jsonify(
            {
                "session_id": session.session_id,
                "message": "New session started" if new else "Existing session refreshed",
                "started_at": iso(session.started_at),
                "user": who.user,
            }
        )


@blueprint.route("/update")
class Update(MethodView):
    """`POST /api/chat/sessions/update/`."""

    @blueprint.arguments(UpdateRequest)
    @blueprint.response(200, shapes.one(shapes.CHAT_SESSION_UPDATED, "ChatSessionUpdated"))
    @blueprint.doc(security=ANYBODY)
    def post(self, body: dict[str, Any]) -> Response:
        """Count a message, a conversation or a response."""
        session = services().roll.chat_sessions.update(
            _chatter(), str(body["session_id"]), body["activity_type"], body["response_time"]
        )
        return jsonify(
            {
                "session_id": session.session_id,
                "message": f"Session updated - {body['activity_type']}",
                **session.counts(),
            }
        )


@blueprint.route("/end")
class End(MethodView):
    """`POST /api/chat/sessions/end/`."""

    @blueprint.arguments(SessionRequest)
    @blueprint.response(200, shapes.one(shapes.CHAT_SESSION_ENDED, "ChatSessionEnded"))
    @blueprint.doc(security=ANYBODY)
    def post(self, body: dict[str, Any]) -> Response:
        """End a chat session; ending it again answers the same."""
        roll = services().roll
        session = roll.chat_sessions.end(_chatter(), str(body["session_id"]))
        return jsonify(
            {
                "session_id": session.session_id,
                "message": "Session ended",
                "started_at": iso(session.started_at),
                "ended_at": iso(session.ended_at),
                "duration_minutes": session.duration_minutes(roll.clock()),
                "total_messages_sent": session.messages,
                "total_conversations": session.conversations,
            }
        )


@blueprint.route("/status")
class Status(MethodView):
    """`GET /api/chat/sessions/status/`."""

    @blueprint.response(200, shapes.one(shapes.CHAT_SESSION_STATUS, "ChatSessionStatus"))
    @blueprint.doc(security=ANYBODY)
    def get(self) -> Response:
        """The caller's active chat session, if there is one."""
        who, roll = _chatter(), services().roll
        session = roll.chat_sessions.active(who)
        if session is None:
            return jsonify(
                {
                    "has_active_session": False,
                    "user": who.user,
                    "message": "No active session found",
                }
            )
        return jsonify(
            {
                "has_active_session": True,
                "session_id": session.session_id,
                "started_at": iso(session.started_at),
                "duration_minutes": session.duration_minutes(roll.clock()),
                **session.counts(),
                "user": who.user,
            }
        )


@blueprint.route("/history")
class History(MethodView):
    """`GET /api/chat/sessions/history/`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, shapes.one(shapes.CHAT_SESSION_HISTORY, "ChatSessionHistory"))
    @blueprint.doc(security=ANYBODY)
    def get(self, query: dict[str, Any]) -> Response:
        """The caller's chat sessions, newest first, with sums over all of them."""
        who, roll = _chatter(), services().roll
        page, totals = roll.chat_sessions.history(who, query["limit"], query["after"])
        return jsonify(
            {
                "user": who.user,
                "total_sessions": totals.sessions,
                "sessions": [one.public(roll.clock()) for one in page.items],
                "summary": totals.public(),
                "next": page.next,
            }
        )


@blueprint.route("/cleanup")
class CleanUp(MethodView):
    """`POST /api/chat/sessions/cleanup/`."""

    @blueprint.arguments(NothingRequest, required=False)
    @blueprint.response(200, shapes.one(shapes.CHAT_SESSIONS_CLEANED, "ChatSessionsCleaned"))
    @blueprint.doc(security=ANYBODY)
    def post(self, _: dict[str, Any]) -> Response:
        """End the caller's sessions that have been idle for an hour; an admin's call ends all.

        It also happens by itself once a minute.
        """
        who = _chatter()
        cleaned = services().roll.chat_sessions.clean_up(who)
        noun = "session" if cleaned == 1 else "sessions"
        return jsonify(
            {
                "message": f"Cleaned up {cleaned} expired {noun}",
                "cleaned_sessions": cleaned,
                "user": who.user,
            }
        )


@core.route("/chat-sessions")
class ChatSessionsView(MethodView):
    """`/api/v1/chat-sessions`."""

    @core.arguments(ChatSessionQuery, location="query")
    @core.response(200, shapes.one(shapes.CHAT_SESSIONS, "ChatSessions"))
    def get(self, query: dict[str, Any]) -> Response:
        """Chat sessions of everybody the caller may see, guests too for an admin."""
        roll = services().roll
        page, totals = roll.chat_sessions.list(person(), **query)
        return jsonify(
            {
                "items": [one.public(roll.clock()) for one in page.items],
                "next": page.next,
                "total": totals.sessions,
                "summary": totals.public(),
            }
        )


@core.route("/chat-figures")
class ChatFiguresView(MethodView):
    """`/api/v1/chat-figures`."""

    @core.arguments(FigureQuery, location="query")
    @core.response(200, shapes.one(shapes.CHAT_FIGURES, "ChatFigures"))
    def get(self, query: dict[str, Any]) -> Response:
        """Sessions, response times and misunderstandings by hour or day; for admins."""
        roll = services().roll
        until = query.get("until") or roll.clock()
        since = query.get("since") or until - FIGURES_OF
        points = roll.chat_figures.between(person(), since, until, query["step"])
        return jsonify(
            {
                "since": iso(since),
                "until": iso(until),
                "step": query["step"].value,
                "points": [one.public() for one in points],
            }
        )
