"""Real time: each worker tails the record and sends every activity to those who may see it."""

import logging
import time
from collections.abc import Callable
from typing import Any

import gevent
import gevent.monkey
from flask import Flask, current_app, request
from flask_socketio import SocketIO, join_room, leave_room
from pymongo.errors import PyMongoError

from rollcall import Principal, Rollcall, RollcallError
from rollcall.activities import ENDINGS, Activity
from rollcall.permissions import Permission, Scope, require, scope
from web.caller import bearer, cookie_name
from web.errors import error_body
from web.meeting_events import TOLD_TO_THE_ROOM, event_of, for_the_room, let_in, room_of
from web.services import EXTENSION, Services, services

log = logging.getLogger("rollcall.realtime")
EVERYONE = "everyone"
# Only one's own sockets; in `employee:` are also those of whoever may watch somebody.
SELF = "self:"
PAUSE_SECONDS = 1.0
SWEEP_SECONDS = 30.0
SESSION, TOKEN = "session:", "token:"


def attach_realtime(app: Flask) -> None:
    """Socket.IO on the default namespace; a `Tail` feeds it."""
    mode = "gevent" if gevent.monkey.is_module_patched("threading") else "threading"
    # Same origin only, which is the default: other sites can't open a socket with these cookies.
    socketio = SocketIO(app, async_mode=mode, manage_session=False, path="socket.io")
    socketio.on_event("connect", _connect)
    socketio.on_event("watchMeeting", _watch_meeting)
    socketio.on_event("unwatchMeeting", _unwatch_meeting)


def _connect(auth: Any = None) -> bool:
    """Admit a caller with a live session, and to the rooms that are theirs only."""
    given = auth.get("token") if isinstance(auth, dict) else None
    text = given or request.cookies.get(cookie_name("access"))
    if not isinstance(text, str):
        return False
    try:
        actor, _ = bearer(text)
        for room in rooms_of(services().roll, actor):
            join_room(room)
    except RollcallError:
        return False
    # An access token is over after ten minutes, the session it stands for is not.
    _server().save_session(_sid(), {"session_id": actor.session_id, "token": text})
    return True


def _watch_meeting(body: Any = None) -> dict[str, Any]:
    """Go into the room of one meeting, for a page that shows it: checked each time.

    Takes `{meetingId}` and acknowledges `{success, meetingId}`.
    """
    try:
        meeting = services().roll.meetings.get(_who(), _reference(body))
    except RollcallError as error:
        return error_body(error.code, error.message)
    join_room(room_of(meeting.meeting_id))
    return {"success": True, "meetingId": meeting.public_id}


def _unwatch_meeting(body: Any = None) -> dict[str, Any]:
    """Leave the room of one meeting."""
    try:
        meeting = services().roll.meetings.get(_who(), _reference(body))
    except RollcallError as error:
        return error_body(error.code, error.message)
    leave_room(room_of(meeting.meeting_id))
    return {"success": True, "meetingId": meeting.public_id}


def _who() -> Principal:
    """Whose socket this is; their session is looked up again. Raises `SessionEnded`."""
    known = _server().get_session(_sid())
    if known["session_id"]:
        return services().roll.sessions.authenticate(known["session_id"])
    return bearer(known["token"])[0]


def _reference(body: Any) -> str:
    """Which meeting a client means; what is none is as good as an unknown one."""
    given = body.get("meetingId") if isinstance(body, dict) else body
    return str(given)[:64] if isinstance(given, str | int) else ""


def _server() -> Any:
    return current_app.extensions["socketio"].server


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


def rooms_of(roll: Rollcall, actor: Principal) -> list[str]:
    """The rooms of a person: their session's, their own, those of whom they may watch, and those
    of the meetings on whose lists they are.

    Raises `Unauthenticated` for a guest, `Forbidden` for an API token without that scope.
    """
    require(actor, Permission.READ_ACTIVITIES)
    door = f"{TOKEN}{actor.token_id}" if actor.token_id else f"{SESSION}{actor.session_id}"
    own = [door, f"{SELF}{actor.employee_id}", f"employee:{actor.employee_id}"]
    own += [room_of(one) for one in roll.meetings.rooms(actor)]
    if scope(actor, Permission.READ_ACTIVITIES) is Scope.ALL:
        return [*own, EVERYONE]
    watched = roll.directory.everyone(actor, Permission.READ_ACTIVITIES)
    return list(dict.fromkeys([*own, *(f"employee:{one.employee_id}" for one in watched)]))


class Tail:
    """Follows the record and sends what is new; resumes where it was after a failure.

    `alive` says whether to go on; it is asked about every second.
    """

    def __init__(self, app: Flask, alive: Callable[[], bool]) -> None:
        found = app.extensions[EXTENSION]
        if not isinstance(found, Services):
            raise TypeError("the application was not made by create_app")
        self._roll = found.roll
        self._socketio: SocketIO = app.extensions["socketio"]
        self._alive = alive
        self._token: Any = None
        self._swept = time.monotonic()

    def start(self) -> None:
        """Begin, in a task of its own. After the fork: a connection can't cross one."""
        self._socketio.start_background_task(self.run)

    def run(self) -> None:
        """Send activities until stopped, then hang up, so that the process can end."""
        while self._alive():
            try:
                self._follow()
            except Exception as error:
                log.warning("the feed broke and is taken up again", exc_info=error)
                if self._is_lost(error):
                    # Nobody knows what was missed: whoever connects again fetches everything.
                    self._token = None
                    self._hang_up(None)
                gevent.sleep(PAUSE_SECONDS)
        self._hang_up(None)

    def _follow(self) -> None:
        for activity, token in self._roll.activities.tail(self._token):
            # Remembered first: an entry that can't be sent must not stop all that follow.
            self._token = token
            if activity is not None:
                self._send(activity)
            if time.monotonic() - self._swept > SWEEP_SECONDS:
                self._swept = time.monotonic()
                self.sweep()
            if not self._alive():
                return

    @staticmethod
    def _is_lost(error: Exception) -> bool:
        """Whether the place to resume from is gone, as after a long outage."""
        return isinstance(error, PyMongoError) and not error.has_error_label(
            "ResumableChangeStreamError"
        )

    def _send(self, activity: Activity) -> None:
        rooms = [EVERYONE, *(f"employee:{one}" for one in activity.concerns)]
        self._socketio.emit("activity", activity.public(), to=rooms)
        if "meeting" in activity.data:
            self._send_meeting(activity, rooms)
        if activity.kind in ENDINGS:
            room = f"{SESSION}{activity.subject.id}"
            self._socketio.emit("session_ended", {"session_id": activity.subject.id}, to=room)
            self._hang_up(room)
        elif activity.kind == "token.revoked":
            self._hang_up(f"{TOKEN}{activity.subject.id}")
        elif activity.kind == "person.changed":
            # Who may watch whom has changed: all concerned come back and get their rooms anew.
            for one in activity.concerns:
                self._hang_up(f"employee:{one}")

    def sweep(self) -> None:
        """Hang up on those whose session or token is over although nothing said so: tokens end
        silently, and an ending that was recorded while the feed was broken is not heard."""
        rooms = [one for one in self._socketio.server.manager.rooms.get("/", {}) if one]
        sessions = {one.removeprefix(SESSION) for one in rooms if one.startswith(SESSION)}
        tokens = {one.removeprefix(TOKEN) for one in rooms if one.startswith(TOKEN)}
        for session_id in sessions - self._roll.sessions.alive(sessions):
            self._hang_up(f"{SESSION}{session_id}")
        for token_id in tokens - self._roll.api_tokens.alive(tokens):
            self._hang_up(f"{TOKEN}{token_id}")

    def _send_meeting(self, activity: Activity, rooms: list[str]) -> None:
        """The event of its own that an activity has, and what those in the meeting hear of it."""
        room = room_of(activity.data["meeting"])
        if newcomer := let_in(activity):
            for sid in self._sids([f"{SELF}{newcomer}"]):
                self._socketio.server.enter_room(sid, room)
        event = event_of(self._roll, activity)
        heard = self._sids(rooms)
        if event is not None:
            self._socketio.emit(event.name, event.full, to=rooms)
            if event.room is not None:
                self._socketio.emit(event.name, event.room, to=room, skip_sid=heard)
        elif activity.kind in TOLD_TO_THE_ROOM:
            told = for_the_room(activity)
            self._socketio.emit("activity", told, to=room, skip_sid=heard)

    def _sids(self, rooms: list[str]) -> list[str]:
        """The sockets of this process in any of the rooms."""
        manager = self._socketio.server.manager
        return [sid for sid, _ in manager.get_participants("/", rooms)]

    def _hang_up(self, room: str | None) -> None:
        """Close the sockets in a room, or all."""
        server = self._socketio.server
        for sid, _ in list(server.manager.get_participants("/", room)):
            server.disconnect(sid)
