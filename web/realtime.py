"""Real time: who may connect, and in which rooms they are. `web/tail.py` sends what happens."""

from typing import Any

import gevent.monkey
from flask import Flask, current_app, request
from flask_socketio import SocketIO, emit, join_room, leave_room

from rollcall import Principal, Rollcall, RollcallError
from rollcall.errors import NotFound
from rollcall.permissions import Permission, Scope, require, scope
from web.caller import bearer, cookie_name
from web.errors import error_body
from web.feed import EVERYONE, FEED, SELF, SESSION, TOKEN, UNREADY, Caller, Feed, News, messages_for
from web.meeting_events import room_of
from web.services import services
from web.sockets import use_connections

PATIENCE_SECONDS = 30.0
"""How long a client waits for a process that has just started to read what happened before."""


def attach_realtime(app: Flask) -> None:
    """Socket.IO on the default namespace; a `Tail` feeds it."""
    mode = "gevent" if gevent.monkey.is_module_patched("threading") else "threading"
    # Same origin only, which is the default: other sites can't open a socket with these cookies.
    socketio = SocketIO(app, async_mode=mode, manage_session=False, path="socket.io")
    if mode == "gevent":
        use_connections(socketio.server)
    app.extensions[FEED] = Feed()
    socketio.on_event("connect", _connect)
    socketio.on_event("disconnect", _disconnect)
    socketio.on_event("watchMeeting", _watch_meeting)
    socketio.on_event("unwatchMeeting", _unwatch_meeting)


def _connect(auth: Any = None) -> bool:
    """Admit a caller with a live session, and to the rooms that are theirs only.

    Who names the last activity they heard of (`after`) gets what they missed, and everybody the
    place from which to go on if they hear nothing more. `watch` names a meeting to be in the room
    of from the start, if the caller may see it.
    """
    told = auth if isinstance(auth, dict) else {}
    text = told.get("token") or request.cookies.get(cookie_name("access"))
    if not isinstance(text, str):
        return False
    feed = _feed()
    try:
        actor, _ = bearer(text)
        feed.ready.wait(PATIENCE_SECONDS)
        rooms = {*rooms_of(services().roll, actor), *_watched(actor, told.get("watch"))}
        after = told.get("after")
        known = _also_missed(feed, actor, rooms, after) if isinstance(after, str) else set()
    except RollcallError:
        return False
    # An access token is over after ten minutes, the session it stands for is not.
    feed.callers[_sid()] = Caller(actor.session_id, text)
    # From here on nothing waits, so nothing is sent in between: what was, is in `missed`, and what
    # will be comes through the rooms.
    if not feed.ready.is_set():
        rooms.add(UNREADY)
    else:
        if isinstance(after, str):
            _catch_up(feed.after(after), rooms | known)
        if feed.last is not None:
            emit("position", {"after": feed.last})
    for room in rooms:
        join_room(room)
    return True


def _disconnect(*_: Any) -> None:
    """Forget a socket that is gone."""
    _feed().callers.pop(_sid(), None)


def _also_missed(feed: Feed, actor: Principal, rooms: set[str], after: str) -> set[str]:
    """The rooms of meetings that ended while somebody was away who belongs there."""
    meetings = {one.meeting_id for one in feed.after(after) or () if one.meeting_id}
    unknown = {one for one in meetings if room_of(one) not in rooms}
    return {room_of(one) for one in services().roll.meetings.inside(actor, unknown)}


def _catch_up(missed: list[News] | None, rooms: set[str]) -> None:
    """Send what was missed, or that it is too much: then all has to be fetched anew."""
    if missed is None:
        emit("resync", {})
        return
    for news in missed:
        for name, data in messages_for(news, rooms):
            emit(name, data)


def _watched(actor: Principal, wanted: Any) -> list[str]:
    """The room of the meeting that somebody wants to watch; none that they may not see."""
    if wanted is None:
        return []
    try:
        return [room_of(services().roll.meetings.get(actor, _reference(wanted)).meeting_id)]
    except NotFound:
        return []


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
    caller = _feed().callers[_sid()]
    if caller.session_id:
        return services().roll.sessions.authenticate(caller.session_id)
    return bearer(caller.token)[0]


def _reference(body: Any) -> str:
    """Which meeting a client means; what is none is as good as an unknown one."""
    given = body.get("meetingId") if isinstance(body, dict) else body
    return str(given)[:64] if isinstance(given, str | int) else ""


def _feed() -> Feed:
    found: Feed = current_app.extensions[FEED]
    return found


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
