"""The events of meetings: who hears them, what is in them, and in which rooms one may be."""

import queue
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from rollcall import Principal, Rollcall
from rollcall.meetings import Arrival, Attendance, Meeting, NewMeeting
from tests.cast import Cast
from tests.realtime.conftest import SOON, Listener, RunningWeb, all_told, listening

EVENTS = ("userJoinedMeeting", "userLeftMeeting", "participantLinked", "attendanceDataFetched",
          "meetingSessionsEnded")  # fmt: skip


class Ear:
    """A client that keeps the meetings' events, in order."""

    def __init__(self, listener: Listener) -> None:
        self.client = listener.client
        self.heard: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        for name in EVENTS:
            self.client.on(name, lambda data, name=name: self.heard.put((name, data)))
        self.activities = listener.heard

    def next(self) -> tuple[str, dict[str, Any]]:
        return self.heard.get(timeout=SOON)

    def names_until(self, last: str) -> list[str]:
        """Names of events until `last`, with whom they are about."""
        found = []
        while True:
            name, data = self.next()
            found.append(f"{name} {data.get('user', {}).get('username', '')}".strip())
            if name == last:
                return found

    def watch(self, meeting_id: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.call(
            "watchMeeting", {"meetingId": meeting_id}, timeout=SOON
        )
        return answer


@pytest.fixture
def ears(web: RunningWeb, roll: Rollcall, cast: Cast) -> Iterator[Any]:
    """Makes clients that hear what happens from then on."""
    with ExitStack() as stack:

        def make(actor: Principal) -> Ear:
            all_told(web, roll, cast.admin)
            return Ear(stack.enter_context(listening(web, actor)))

        yield make


def live(roll: Rollcall, host: Principal, **options: Any) -> Meeting:
    return roll.meetings.create(host, NewMeeting("Retro", **options))


def join(roll: Rollcall, actor: Principal, meeting: Meeting) -> Attendance:
    return roll.attendances.join(actor, Arrival(str(meeting.code), device="Desktop"))


def test_admins_and_the_host_hear_everything(roll: Rollcall, cast: Cast, ears: Any) -> None:
    admin, host = ears(cast.admin), ears(cast.manager)
    meeting = live(roll, cast.manager)
    joined = join(roll, cast.employee, meeting)
    for ear in (admin, host):
        name, data = ear.next()
        assert name == "userJoinedMeeting"
        assert data["sessionId"] == joined.session_id
        assert data["meetingId"] == meeting.meeting_id
        assert data["user"] == {
            "id": "EMP004",
            "username": "Erika Musterfrau",
            "email": "erika@example.com",
            "role": "user",
        }
        assert data["joinTime"]
    roll.attendances.leave(cast.employee, joined.session_id)
    for ear in (admin, host):
        name, data = ear.next()
        assert name == "userLeftMeeting"
        assert (data["user"]["username"], data["duration"]) == ("Erika Musterfrau", 0)
        assert data["leaveTime"]


def test_those_in_a_meeting_hear_names_only_and_others_nothing(
    roll: Rollcall, cast: Cast, ears: Any
) -> None:
    inside, outside = ears(cast.outsider), ears(cast.faculty)
    meeting = live(roll, cast.manager)
    join(roll, cast.outsider, meeting)
    assert inside.next()[1]["user"]["email"] == "oscar@example.com"
    join(roll, cast.employee, meeting)
    name, data = inside.next()
    assert name == "userJoinedMeeting"
    assert data["user"]["username"] == "Erika Musterfrau"
    assert set(data["user"]) == {"id", "username"}
    assert "EMP004" not in str(data)
    assert "@" not in str(data)
    roll.reports.fetch(cast.manager, meeting.meeting_id)
    roll.hosting.end(cast.manager, meeting.meeting_id)
    # What the host looked at is not for the room.
    name, data = inside.next()
    assert (name, data["endedSessions"], data["reason"]) == ("meetingSessionsEnded", 2, "host")
    mine = live(roll, cast.faculty)
    join(roll, cast.faculty, mine)
    assert outside.next()[1]["user"]["username"] == "Félix Ångström"


def test_every_event_comes_once_and_in_order(roll: Rollcall, cast: Cast, ears: Any) -> None:
    admin, host = ears(cast.admin), ears(cast.manager)
    meeting = live(roll, cast.manager)
    for actor in (cast.manager, cast.admin, cast.employee):
        join(roll, actor, meeting)
    roll.reports.fetch(cast.manager, meeting.meeting_id)
    roll.attendances.leave_meeting(cast.employee, meeting.meeting_id)
    roll.hosting.end(cast.manager, meeting.meeting_id)
    expected = [
        "userJoinedMeeting Mona Lindqvist",
        "userJoinedMeeting Admin User",
        "userJoinedMeeting Erika Musterfrau",
        "attendanceDataFetched",
        "userLeftMeeting Erika Musterfrau",
        "meetingSessionsEnded",
    ]
    assert admin.names_until("meetingSessionsEnded") == expected
    assert host.names_until("meetingSessionsEnded") == expected


def test_rooms_are_authorised_each_time(roll: Rollcall, cast: Cast, ears: Any) -> None:
    stranger, invited = ears(cast.outsider), ears(cast.employee)
    meeting = live(roll, cast.manager, invited=("EMP004",))
    assert stranger.watch(meeting.meeting_id)["error"]["code"] == "not_found"
    for wrong in ("no-such", None, {"$gt": ""}, ["x"], 12):
        assert stranger.watch(wrong)["error"]["code"] == "not_found"
    assert invited.watch(meeting.meeting_id) == {"success": True, "meetingId": meeting.public_id}
    join(roll, cast.admin, meeting)
    assert invited.next()[1]["user"]["username"] == "Admin User"
    roll.sessions.end(cast.admin, str(cast.employee.session_id))
    roll.meetings.create(cast.outsider, NewMeeting("marker"))
    join(roll, cast.outsider, roll.meetings.list(cast.outsider).items[0])
    # Of the other meeting nothing was heard in between.
    assert stranger.next()[1]["user"]["username"] == "Oscar Outside"


def test_who_waits_hears_nothing_until_let_in(roll: Rollcall, cast: Cast, ears: Any) -> None:
    waiting = ears(cast.outsider)
    meeting = live(roll, cast.manager, waiting_room=True)
    mine = join(roll, cast.outsider, meeting)
    assert waiting.watch(meeting.meeting_id)["error"]["code"] == "not_found"
    join(roll, cast.manager, meeting)
    roll.hosting.admit(cast.manager, meeting.meeting_id, mine.session_id)
    name, data = waiting.next()
    assert (name, data["user"]["username"]) == ("userJoinedMeeting", "Oscar Outside")
    roll.hosting.end(cast.manager, meeting.meeting_id)
    assert waiting.next()[0] == "meetingSessionsEnded"


def test_watching_somebody_does_not_open_the_meetings_they_are_in(
    roll: Rollcall, cast: Cast, ears: Any
) -> None:
    manager = ears(cast.manager)
    meeting = live(roll, cast.faculty)
    join(roll, cast.employee, meeting)
    assert manager.next()[1]["user"]["username"] == "Erika Musterfrau"
    join(roll, cast.outsider, meeting)
    roll.hosting.end(cast.faculty, meeting.meeting_id)
    mine = live(roll, cast.manager)
    join(roll, cast.manager, mine)
    assert manager.next()[1]["user"]["username"] == "Mona Lindqvist"


def test_a_client_that_connects_later_is_in_the_rooms_of_its_meetings(
    roll: Rollcall, cast: Cast, ears: Any
) -> None:
    meeting = live(roll, cast.manager)
    join(roll, cast.outsider, meeting)
    late = ears(cast.outsider)
    join(roll, cast.employee, meeting)
    assert late.next()[1]["user"]["username"] == "Erika Musterfrau"


def test_looking_at_the_attendance_over_http_is_told(
    web: RunningWeb, roll: Rollcall, cast: Cast, ears: Any
) -> None:
    admin = ears(cast.admin)
    meeting = live(roll, cast.manager)
    headers = {"Authorization": f"Bearer {web.token(cast.manager)}"}
    url = f"{web.url}/api/attendance-tracker/attendance/{meeting.meeting_id}?enriched=true"
    assert httpx.get(url, headers=headers).status_code == 200
    name, data = admin.next()
    assert name == "attendanceDataFetched"
    assert data["requestedBy"]["username"] == "Mona Lindqvist"
    assert (data["participantCount"], data["authenticatedCount"]) == (1, 0)
