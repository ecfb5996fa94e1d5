"""Real time: each worker tails the record and sends every activity to those who may see it."""

import logging
import threading
from typing import Any

import gevent.monkey
from flask import Flask, request
from flask_socketio import SocketIO, join_room
from pymongo.errors import PyMongoError

from rollcall import Principal, Role, Rollcall, RollcallError
from rollcall.activities import Activity
from rollcall.permissions import Permission
from web.caller import cookie_name, principal_of
from web.services import EXTENSION, Services, services

log = logging.getLogger("rollcall.realtime")
EVERYONE = "everyone"
ENDED = {"session.ended", "session.expired"}
PAUSE_SECONDS = 1.0


def attach_realtime(app: Flask) -> SocketIO:
    """Socket.IO on the default namespace. `start_tail` begins sending."""
    mode = "gevent" if gevent.monkey.is_module_patched("threading") else "threading"
    # Same origin only: other sites can't open a socket with this browser's cookies.
    socketio = SocketIO(app, async_mode=mode, manage_session=False, path="socket.io")
    socketio.on_event("connect", _connect)
    return socketio


def _connect(auth: Any = None) -> bool:
    """Admit a caller with a live session, and to the rooms that are theirs only."""
    token = auth.get("token") if isinstance(auth, dict) else None
    token = token or request.cookies.get(cookie_name("access"))
    if not isinstance(token, str):
        return False
    try:
        actor = principal_of(token)
        for room in rooms_of(services().roll, actor):
            join_room(room)
    except RollcallError:
        return False
    return True


def rooms_of(roll: Rollcall, actor: Principal) -> list[str]:
    """The rooms of a person: their session's, their own, and those of whom they may watch."""
    rooms = [f"session:{actor.session_id}", f"employee:{actor.employee_id}"]
    if actor.role is Role.ADMIN:
        return [*rooms, EVERYONE]
    watched = roll.directory.everyone(actor, Permission.READ_ACTIVITIES)
    return rooms + [
        f"employee:{one.employee_id}" for one in watched if one.employee_id != actor.employee_id
    ]


class Tail:
    """Follows the record and sends what is new; resumes where it was after a failure."""

    def __init__(self, app: Flask) -> None:
        found = app.extensions[EXTENSION]
        assert isinstance(found, Services)  # noqa: S101
        self._roll = found.roll
        self._socketio: SocketIO = app.extensions["socketio"]
        self._stop = threading.Event()
        self._token: Any = None

    def start(self) -> None:
        """Begin, in a task of its own. After the fork: a connection can't cross one."""
        self._socketio.start_background_task(self.run)

    def stop(self) -> None:
        """End within about a second."""
        self._stop.set()

    def run(self) -> None:
        """Send activities until stopped."""
        while not self._stop.is_set():
            try:
                for activity, token in self._roll.activities.tail(self._token):
                    self._token = token
                    if activity is not None:
                        self._send(activity)
                    if self._stop.is_set():
                        return
            except (RollcallError, PyMongoError) as error:
                log.warning("the feed broke and is taken up again: %s", type(error).__name__)
                if isinstance(error, PyMongoError) and not error.has_error_label(
                    "ResumableChangeStreamError"
                ):
                    # The place to resume from is gone; clients fetch anew when they reconnect.
                    self._token = None
            self._stop.wait(PAUSE_SECONDS)

    def _send(self, activity: Activity) -> None:
        rooms = [EVERYONE, *(f"employee:{one}" for one in activity.concerns)]
        self._socketio.emit("activity", activity.public(), to=rooms)
        if activity.kind in ENDED:
            room = f"session:{activity.subject.id}"
            self._socketio.emit("session_ended", {"session_id": activity.subject.id}, to=room)
            self._disconnect(room)

    def _disconnect(self, room: str) -> None:
        server = self._socketio.server
        for sid, _ in list(server.manager.get_participants("/", room)):
            server.disconnect(sid)
