"""Each process follows the record and sends what is new to those who may hear it."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO
from pymongo.errors import PyMongoError

from rollcall.activities import has_reached
from rollcall.activity import ENDINGS, Activity
from web.feed import FEED, SELF, SESSION, TOKEN, UNREADY, Feed, News, news_of
from web.meeting_events import room_of
from web.services import EXTENSION, Services
from web.sockets import tell

log = logging.getLogger("rollcall.realtime")
PAUSE_SECONDS = 1.0
SWEEP_SECONDS = 30.0
LOOK_BACK = timedelta(minutes=2)
"""How much a process that starts reads of what happened before it: its clients come from another
that is gone, and ask what they missed."""


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
        self._feed: Feed = app.extensions[FEED]
        self._token: Any = None
        self._since: datetime | None = self._roll.clock() - LOOK_BACK
        self._swept = time.monotonic()

    def start(self) -> None:
        """Begin, in a task of its own. After the fork: a connection can't cross one."""
        self._feed.ready.clear()
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
                    self._token, self._since = None, None
                    self._feed.clear()
                    self._hang_up(None)
                gevent.sleep(PAUSE_SECONDS)
        self._hang_up(None)

    def _follow(self) -> None:
        until = self._roll.activities.end_of_record()
        for activity, token in self._roll.activities.tail(self._token, self._since):
            # Remembered first: an entry that can't be sent must not stop all that follow.
            self._token = token
            if activity is not None:
                self._send(activity)
            if not self._feed.ready.is_set() and has_reached(token, until):
                self._begin()
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

    def _begin(self) -> None:
        """All that was before is read. Who did not want to wait for it fetches it."""
        self._feed.ready.set()
        self._socketio.emit("resync", {}, to=UNREADY)
        self._socketio.close_room(UNREADY)

    def _send(self, activity: Activity) -> None:
        news = news_of(self._roll, activity)
        # Nothing waits between the two: who connects meanwhile gets it the one way or the other.
        self._feed.add(news)
        if not self._feed.ready.is_set():
            return  # It happened before this process began.
        self._deliver(news)
        if activity.kind in ENDINGS:
            room = f"{SESSION}{activity.subject.id}"
            self._socketio.emit("session_ended", {"session_id": activity.subject.id}, to=room)
            self._hang_up(room)
        elif activity.kind == "token.revoked":
            self._hang_up(f"{TOKEN}{activity.subject.id}")
        elif activity.kind == "person.changed":
            # Who may watch whom has changed: all concerned fetch what they may see now, come back
            # and get their rooms anew.
            for one in activity.concerns:
                tell(self._socketio.server, "resync", {}, [f"employee:{one}"])
                self._hang_up(f"employee:{one}")

    def _deliver(self, news: News) -> None:
        """Send it in full to those who may see it, and what there is to tell to the others in the
        room of the meeting."""
        server = self._socketio.server
        for name, data in news.full:
            tell(server, name, data, news.rooms)
        if news.meeting_id is None:
            return
        room = room_of(news.meeting_id)
        if news.newcomer:
            for sid in self._sids([f"{SELF}{news.newcomer}"]):
                server.enter_room(sid, room)
        if news.told:
            heard = set(self._sids([*news.rooms]))
            for name, data in news.told:
                tell(server, name, data, [room], heard)

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

    def _sids(self, rooms: list[str]) -> list[str]:
        """The sockets of this process in any of the rooms."""
        manager = self._socketio.server.manager
        return [sid for sid, _ in manager.get_participants("/", rooms)]

    def _hang_up(self, room: str | None) -> None:
        """Close the sockets in a room, or all."""
        server = self._socketio.server
        for sid, _ in list(server.manager.get_participants("/", room)):
            server.disconnect(sid)
