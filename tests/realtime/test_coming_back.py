"""A client that was away misses nothing and hears nothing twice, whichever process it comes to."""

from pathlib import Path
from typing import Any

import psutil

from rollcall import Principal, Rollcall
from rollcall.meetings import Arrival, Meeting, NewMeeting
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import (
    SOON,
    Listener,
    RunningWeb,
    all_told,
    listening,
    running_web,
    wait_until_alive,
)


def assign(roll: Rollcall, actor: Principal, *titles: str) -> None:
    for title in titles:
        roll.tasks.assign(actor, NewTask(title, "EMP004"))


def hear(listener: Listener, title: str) -> str:
    """The id of the activity about the task of that title."""
    while True:
        found = listener.next()
        if found["data"].get("title") == title:
            return str(found["id"])


def ids_until(listener: Listener, title: str) -> list[str]:
    """The ids of all activities up to the one about the task of that title."""
    ids = []
    while True:
        found = listener.next()
        ids.append(str(found["id"]))
        if found["data"].get("title") == title:
            return ids


def meet(roll: Rollcall, host: Principal, *people: Principal) -> Meeting:
    meeting = roll.meetings.create(host, NewMeeting("Retro"))
    for one in people:
        roll.attendances.join(one, Arrival(str(meeting.code)))
    return meeting


def test_what_happened_meanwhile_comes_once_and_in_order(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.employee) as before:
        assign(roll, cast.manager, "first")
        last = hear(before, "first")
    assign(roll, cast.manager, "second", "third")
    with listening(web, cast.employee, after=last) as again:
        assign(roll, cast.manager, "fourth")
        assert again.until("fourth") == ["second", "third", "fourth"]


def test_what_one_may_not_see_is_not_sent_afterwards_either(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.outsider) as before:
        roll.tasks.assign(cast.outsider, NewTask("mine", "EMP005"))
        last = hear(before, "mine")
    assign(roll, cast.manager, "theirs")
    meet(roll, cast.manager, cast.employee)
    roll.tasks.assign(cast.outsider, NewTask("mine too", "EMP005"))
    listener = Listener()
    seen: list[str] = []
    listener.client.on("userJoinedMeeting", lambda data: seen.append(data["user"]["username"]))
    auth = {"token": web.token(cast.outsider), "after": last}
    listener.client.connect(web.url, auth=auth, transports=["websocket"], wait_timeout=SOON)
    assert listener.until("mine too") == ["mine too"]
    listener.client.disconnect()
    assert seen == []


def test_who_does_not_say_what_they_heard_last_gets_only_what_is_new(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    assign(roll, cast.manager, "old")
    with listening(web, cast.admin) as witness:
        assign(roll, cast.manager, "older")
        hear(witness, "older")
    with listening(web, cast.employee) as fresh:
        assign(roll, cast.manager, "new")
        assert fresh.until("new") == ["new"]


def test_what_is_not_remembered_any_more_has_to_be_fetched(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    for unknown in ("0" * 24, "no id at all"):
        with listening(web, cast.employee, after=unknown) as listener:
            assert listener.next() == {"resync": True}


def test_the_end_of_a_meeting_is_told_to_who_was_in_it_and_away(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.outsider) as before:
        meeting = meet(roll, cast.manager, cast.outsider)
        last = hear(before, "Retro")
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    roll.hosting.end(cast.manager, meeting.meeting_id)
    listener = Listener()
    heard: list[tuple[str, Any]] = []
    for name in ("userJoinedMeeting", "meetingSessionsEnded"):
        listener.client.on(name, lambda data, name=name: heard.append((name, data)))
    auth = {"token": web.token(cast.outsider), "after": last}
    listener.client.connect(web.url, auth=auth, transports=["websocket"], wait_timeout=SOON)
    roll.tasks.assign(cast.outsider, NewTask("marker", "EMP005"))
    listener.until("marker")
    listener.client.disconnect()
    assert [name for name, _ in heard] == ["userJoinedMeeting", "meetingSessionsEnded"]
    assert set(heard[0][1]["user"]) == {"id", "username"}


def test_two_processes_give_the_same_picture(
    web: RunningWeb, roll: Rollcall, cast: Cast, tmp_path: Path, mongodb_uri: str
) -> None:
    with (
        running_web(tmp_path, mongodb_uri, roll.database.name) as other,
        listening(web, cast.admin) as here,
        listening(other, cast.admin) as there,
    ):
        meeting = meet(roll, cast.manager, cast.employee, cast.outsider)
        roll.hosting.end(cast.manager, meeting.meeting_id)
        assign(roll, cast.manager, "marker")
        seen = [ids_until(one, "marker") for one in (here, there)]
        assert seen[0] == seen[1]
        assert len(seen[0]) == len(set(seen[0])) > 4


def test_from_one_process_to_another_nothing_is_lost_or_repeated(
    web: RunningWeb, roll: Rollcall, cast: Cast, tmp_path: Path, mongodb_uri: str
) -> None:
    with running_web(tmp_path, mongodb_uri, roll.database.name) as other:
        with listening(web, cast.employee) as before:
            assign(roll, cast.manager, "first")
            last = hear(before, "first")
        assign(roll, cast.manager, "second")
        with listening(other, cast.employee, after=last) as again:
            assign(roll, cast.manager, "third")
            assert again.until("third") == ["second", "third"]


def test_a_process_that_was_killed_is_followed_by_one_that_knows_what_was_missed(
    roll: Rollcall, cast: Cast, tmp_path: Path, mongodb_uri: str
) -> None:
    with running_web(tmp_path, mongodb_uri, roll.database.name) as web:
        with listening(web, cast.employee) as before:
            assign(roll, cast.manager, "first")
            last = hear(before, "first")
            [worker] = psutil.Process(web.process.pid).children()
            worker.kill()
        assign(roll, cast.manager, "second")
        worker.wait(SOON)
        wait_until_alive(web)
        with listening(web, cast.employee, after=last) as again:
            assign(roll, cast.manager, "third")
            assert again.until("third") == ["second", "third"]


def connected(
    web: RunningWeb, actor: Principal, **auth: str
) -> tuple[Listener, list[tuple[str, Any]]]:
    """A client that keeps what it hears of meetings and its place, from before it connects."""
    listener = Listener()
    heard: list[tuple[str, Any]] = []
    for name in ("userJoinedMeeting", "position"):
        listener.client.on(name, lambda data, name=name: heard.append((name, data)))
    listener.client.connect(
        web.url, auth={"token": web.token(actor), **auth}, transports=["websocket"],
        wait_timeout=SOON,
    )  # fmt: skip
    return listener, heard


def test_who_has_heard_nothing_yet_is_told_from_where_to_go_on(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    first, heard = connected(web, cast.employee)
    [(name, place)] = heard
    assert name == "position"
    first.client.disconnect()
    assign(roll, cast.manager, "missed")
    again, _ = connected(web, cast.employee, after=place["after"])
    assert again.until("missed") == ["missed"]
    again.client.disconnect()


def test_who_came_into_ones_meeting_meanwhile_is_told_afterwards_in_order(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    meeting = roll.meetings.create(cast.faculty, NewMeeting("Retro"))
    away = roll.activities.list(cast.admin).items[0].id
    roll.attendances.join(cast.outsider, Arrival(str(meeting.code)))
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    mine, heard = connected(web, cast.faculty, after=away)
    roll.tasks.assign(cast.faculty, NewTask("marker", "EMP003"))
    hear(mine, "marker")
    mine.client.disconnect()
    came = [data["user"]["username"] for name, data in heard if name == "userJoinedMeeting"]
    assert came == ["Oscar Outside", "Erika Musterfrau"]


def test_a_meeting_that_one_may_not_see_cannot_be_watched_by_naming_it(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    meeting = roll.meetings.create(cast.manager, NewMeeting("Retro"))
    all_told(web, roll, cast.admin)
    for named in (meeting.meeting_id, str(meeting.code), "no-such", {"$gt": ""}):
        listener, heard = connected(web, cast.outsider, watch=named)  # type: ignore[arg-type]
        roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
        roll.attendances.leave_meeting(cast.employee, meeting.meeting_id)
        roll.tasks.assign(cast.outsider, NewTask("marker", "EMP005"))
        assert listener.until("marker") == ["marker"]
        listener.client.disconnect()
        assert [name for name, _ in heard] == ["position"]
