"""Every role at every event of the socket, sent and heard, against the table of permissions."""

import ast
import queue
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import socketio
from flask import Flask
from socketio.exceptions import ConnectionError as Refused

from rollcall import SYSTEM, Principal, Rollcall
from rollcall.meetings import Arrival, NewMeeting
from rollcall.settings import ROOT
from rollcall.students import NewStudent
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import (
    SOON,
    Client,
    RunningWeb,
    cast,
    clock,
    roll,
    shared_database,
    web,
)
from tests.security.matrix import HEARD, PARTS, SENT
from tests.security.parts import Players, players

__all__ = ["cast", "clock", "roll", "shared_database", "web"]

FEED = "web/feed.py"
EMITTERS = ("web/realtime.py", "web/tail.py", FEED, "web/meeting_events.py")
MESSAGE = ("name", "data")
"""What the feed makes: pairs of these."""
MARKER = "marker"


class Ear:
    """A socket that keeps the names of what it hears."""

    def __init__(self, client: socketio.Client) -> None:
        self._heard: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        for name in HEARD:
            client.on(name, lambda data, name=name: self._heard.put((name, data)))

    def until_marker(self, employee_id: str) -> set[str]:
        """The events that came before the marker of this person; other markers don't count."""
        found = set()
        while True:
            name, data = self._heard.get(timeout=SOON)
            about = data.get("data", {})
            if about.get("title") != MARKER:
                found.add(name)
            elif about.get("assignee") == employee_id:
                return found


@pytest.fixture
def playing(roll: Rollcall, cast: Cast) -> Players:
    found = players(roll, cast)
    found.end(roll)
    return found


def token(web: RunningWeb, playing: Players, part: str) -> str | None:
    """What a part shows at the door: a guest nothing."""
    if part == "guest":
        return None
    return playing.secret if part == "program" else web.token(playing.people[part])


def connect(stack: ExitStack, web: RunningWeb, shown: str | None) -> socketio.Client | None:
    """A socket with this token; None when it is refused."""
    client = Client(reconnection=False)
    try:
        client.connect(
            web.url,
            auth={"token": shown} if shown else None,
            transports=["websocket"],
            wait_timeout=SOON,
        )
    except Refused:
        return None
    stack.callback(client.disconnect)
    return client


@pytest.fixture
def sockets(web: RunningWeb, playing: Players) -> Iterator[dict[str, socketio.Client | None]]:
    """A socket of each part, or None for whom the door stays shut."""
    with ExitStack() as stack:
        yield {part: connect(stack, web, token(web, playing, part)) for part in PARTS}


def test_only_who_may_see_what_happens_connects(
    sockets: dict[str, socketio.Client | None],
) -> None:
    connected = {part: client is not None for part, client in sockets.items()}
    assert connected == {part: SENT["connect"].allows(part) for part in PARTS}


@pytest.mark.parametrize("event", [one for one in SENT if one != "connect"])
def test_an_event_is_obeyed_for_whom_the_table_allows(
    event: str, sockets: dict[str, socketio.Client | None], roll: Rollcall, cast: Cast
) -> None:
    meeting = roll.meetings.create(cast.employee, NewMeeting("Retro"))
    obeyed = {}
    for part, client in sockets.items():
        obeyed[part] = False
        if client is not None:
            answer = client.call(event, {"meetingId": meeting.meeting_id}, timeout=SOON)
            obeyed[part] = answer["success"]
            if not answer["success"]:
                assert answer["error"]["code"] == "not_found", (part, answer)
    assert obeyed == {part: SENT[event].allows(part) for part in PARTS}


def everything_happens(roll: Rollcall, cast: Cast, ending: Principal) -> None:
    """What makes each event once, about EMP004; `ending` is a session of theirs."""
    host = cast.employee
    roll.tasks.assign(host, NewTask("Order chairs", "EMP004"))
    roll.students.add(SYSTEM, NewStudent(7, "Sam", "Lee"))
    meeting = roll.meetings.create(host, NewMeeting("Retro"))
    joined = roll.attendances.join(host, Arrival(str(meeting.code)))
    roll.deciding.link(host, meeting.meeting_id, joined.participant_id, student_id=7)
    roll.reports.fetch(host, meeting.meeting_id)
    roll.attendances.leave(host, joined.session_id)
    roll.hosting.end(host, meeting.meeting_id)
    roll.sessions.end(ending, str(ending.session_id))


def everything_heard(roll: Rollcall, playing: Players, ears: dict[str, Ear]) -> dict[str, set[str]]:
    """What everybody has heard up to now. A task of one's own comes last: by then all the rest has
    come."""
    for part in ears:
        actor = playing.people[part]
        roll.tasks.assign(actor, NewTask(MARKER, str(actor.employee_id)))
    return {
        part: ear.until_marker(str(playing.people[part].employee_id)) for part, ear in ears.items()
    }


def test_an_event_is_heard_by_whom_the_table_allows(
    web: RunningWeb,
    sockets: dict[str, socketio.Client | None],
    playing: Players,
    roll: Rollcall,
    cast: Cast,
) -> None:
    ears = {part: Ear(client) for part, client in sockets.items() if client is not None}
    employee = roll.directory.find("EMP004")
    assert employee is not None
    ending = roll.sessions.authenticate(roll.sessions.open(employee).session_id)
    # What came before is not of this test: that everybody signed in, for example.
    everything_heard(roll, playing, ears)
    with ExitStack() as stack:
        window = connect(stack, web, web.token(ending))
        assert window is not None
        ended = threading.Event()
        window.on("session_ended", lambda data: ended.set())
        everything_happens(roll, cast, ending)
        assert ended.wait(SOON), "the window of the session that ended was not told"
    heard = {part: set() for part in PARTS} | everything_heard(roll, playing, ears)
    for event, need in HEARD.items():
        by = {part: event in heard[part] for part in PARTS}
        assert by == {part: need.allows(part) for part in PARTS}, event


def emitted() -> set[str]:
    """The names of events in the code that sends them."""
    found: set[str] = set()
    for file in EMITTERS:
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            given: ast.expr | None = None
            if isinstance(node, ast.Call) and node.args:
                name = ast.unparse(node.func).rpartition(".")[2]
                given = node.args[0] if name in ("emit", "Event") else None
            elif isinstance(node, ast.Tuple) and file == FEED and len(node.elts) == len(MESSAGE):
                given = node.elts[0]
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "name":
                given = node.value
            value = given.value if isinstance(given, ast.Constant) else None
            if isinstance(value, str) and value.replace("_", "").isalpha():
                found.add(value)
    return found


def test_the_matrix_has_every_event(app: Flask) -> None:
    """A new event needs a row in SENT or HEARD of tests/security/matrix.py: who may?"""
    taken = set(app.extensions["socketio"].server.handlers["/"]) - {"disconnect"}
    assert taken == set(SENT), "say in SENT of tests/security/matrix.py who may send each event"
    assert emitted() == set(HEARD), "say in HEARD of tests/security/matrix.py who hears each event"
    described = (ROOT / "docs/api.md").read_text().partition("## Real time")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", described, re.MULTILINE)) == set(HEARD)
