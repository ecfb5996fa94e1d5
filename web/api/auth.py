"""Signing in and out, and one's own devices."""

from typing import Any

from flask import Response, after_this_request, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint

from rollcall import access_tokens
from rollcall.clock import iso
from rollcall.directory import Employee
from rollcall.errors import InvalidToken, SessionEnded
from rollcall.user_session import UserSession
from web.api import shapes
from web.api.schemas import ActivateRequest, LoginRequest, PassphraseRequest, RefreshRequest
from web.caller import (
    clear_guest_cookie,
    clear_session_cookies,
    cookies_are_dead,
    csrf_token,
    device_cookie,
    refresh_token,
    refuse_foreign_origin,
    set_device_cookie,
    set_session_cookies,
    signed_in_person,
    token_expires_at,
)
from web.devices import describe
from web.limits import address
from web.services import services

TOKENS = shapes.one(shapes.TOKENS, "Tokens")
blueprint = Blueprint("auth", __name__, url_prefix="/api/auth", description="Signing in and out")


def _opened(employee: Employee) -> Response:
    """A new session for somebody whose credentials are right."""
    roll = services().roll
    session = roll.sessions.open(
        employee, "web", request.headers.get("User-Agent"), address=address()
    )
    response = _tokens(session, employee)
    set_device_cookie(response, roll.credentials.device_token(employee.employee_id))
    return response


def _tokens(session: UserSession, employee: Employee, refresh: str | None = None) -> Response:
    roll = services().roll
    now = roll.clock()
    key = services().keyring.keys().signing
    access = access_tokens.issue(employee.employee_id, session.session_id, key, now)
    refresh = refresh or roll.refresh_tokens.issue(session.session_id)
    body: dict[str, Any] = {
        "success": True,
        "session_id": session.session_id,
        "employee": employee.public(),
        # The zone that the assistant speaks in, also where the person has none of their own.
        "timezone": roll.sessions.timezone_of(employee),
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(access_tokens.LIFETIME.total_seconds()),
        "expires_at": iso(now + access_tokens.LIFETIME),
        "refresh_token": refresh,
        "csrf_token": csrf_token(session.session_id),
    }
    response = jsonify(body)
    set_session_cookies(response, session.session_id, access, refresh)
    clear_guest_cookie(response)
    return response


@blueprint.route("/login")
class Login(MethodView):
    """`POST /api/auth/login`."""

    @blueprint.arguments(LoginRequest)
    @blueprint.response(200, TOKENS)
    @blueprint.doc(security=[])
    def post(self, body: dict[str, str]) -> Response:
        """Sign in with employee id and passphrase."""
        refuse_foreign_origin()
        employee = services().roll.credentials.check(
            body["employee_id"], body["passphrase"], address(), device_cookie()
        )
        return _opened(employee)


@blueprint.route("/activate")
class Activate(MethodView):
    """`POST /api/auth/activate`."""

    @blueprint.arguments(ActivateRequest)
    @blueprint.response(200, TOKENS)
    @blueprint.doc(security=[])
    def post(self, body: dict[str, str]) -> Response:
        """First sign-in: trade the one-time code for an own passphrase."""
        refuse_foreign_origin()
        employee = services().roll.credentials.activate(
            body["employee_id"], body["code"], body["passphrase"], address()
        )
        return _opened(employee)


@blueprint.route("/refresh")
class Refresh(MethodView):
    """`POST /api/auth/refresh`."""

    @blueprint.arguments(RefreshRequest)
    @blueprint.response(200, TOKENS)
    @blueprint.doc(security=[])
    def post(self, body: dict[str, str | None]) -> Response:
        """Trade the refresh token (cookie or body) for new tokens; each is good once."""
        refuse_foreign_origin()
        roll = services().roll
        token = body["refresh_token"] or refresh_token()
        if not token:
            raise InvalidToken
        try:
            session_id, fresh = roll.refresh_tokens.rotate(token)
        except (InvalidToken, SessionEnded):
            if cookies_are_dead():
                after_this_request(clear_session_cookies)
            raise
        actor = roll.sessions.authenticate(session_id)
        employee = roll.people.get(actor, str(actor.employee_id))
        return _tokens(roll.sessions.get(actor, session_id), employee, fresh)


@blueprint.route("/logout")
class Logout(MethodView):
    """`POST /api/auth/logout`."""

    def post(self) -> Response:
        """End this session and every token of it."""
        actor = signed_in_person()
        services().roll.sessions.end(actor, str(actor.session_id))
        response = jsonify({"success": True})
        clear_session_cookies(response)
        return response


@blueprint.route("/me")
class Me(MethodView):
    """`GET /api/auth/me`."""

    @blueprint.response(200, shapes.one(shapes.ME, "SignedIn"))
    def get(self) -> Response:
        """Who is signed in; when the access token and, left alone, the session end."""
        actor = signed_in_person()
        roll = services().roll
        return jsonify(
            {
                "success": True,
                "employee": roll.people.get(actor, str(actor.employee_id)).public(),
                "timezone": actor.timezone,
                "session_id": actor.session_id,
                "expires_at": iso(token_expires_at()),
                "session_expires_at": iso(roll.sessions.expires_at(str(actor.session_id))),
            }
        )


@blueprint.route("/devices")
class Devices(MethodView):
    """`/api/auth/devices`."""

    @blueprint.response(200, shapes.one(shapes.DEVICES, "Devices"))
    def get(self) -> Response:
        """Where one is signed in, the device asking marked."""
        actor = signed_in_person()
        sessions = services().roll.sessions
        devices = [
            {
                "session_id": one.session_id,
                "device": describe(one.user_agent),
                "address": one.address,
                "channel": one.channel,
                "login_time": iso(one.login_time),
                "last_activity": iso(one.last_activity),
                "expires_at": iso(sessions.end_of(one)),
                "current": one.session_id == actor.session_id,
            }
            for one in sessions.live(actor)
        ]
        return jsonify({"success": True, "devices": devices})

    @blueprint.response(200, shapes.one(shapes.ENDED, "DevicesEnded"))
    def delete(self) -> Response:
        """Sign out everywhere else."""
        ended = services().roll.sessions.end_others(signed_in_person())
        return jsonify({"success": True, "ended": ended})


@blueprint.route("/devices/<session_id>")
class Device(MethodView):
    """`DELETE /api/auth/devices/<session_id>`."""

    def delete(self, session_id: str) -> Response:
        """End a session of one's own, also on another device."""
        return jsonify(
            {
                "success": True,
                "session": services().roll.sessions.end(signed_in_person(), session_id).public(),
            }
        )


@blueprint.route("/passphrase")
class Passphrase(MethodView):
    """`POST /api/auth/passphrase`."""

    @blueprint.arguments(PassphraseRequest)
    @blueprint.response(200, shapes.one(shapes.ENDED, "PassphraseChanged"))
    def post(self, body: dict[str, Any]) -> Response:
        """Change one's passphrase; ends one's other sessions unless told not to."""
        ended = services().roll.credentials.change(
            signed_in_person(), body["old"], body["new"], body["end_others"]
        )
        return jsonify({"success": True, "ended": ended})
