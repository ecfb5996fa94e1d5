"""Zoom's events: in any order, more than once, of meetings that nobody set up."""

import hashlib
import hmac
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from rollcall import Rollcall
from rollcall.errors import InvalidSignature, Malformed, NotFound
from rollcall.meetings import Arrival, Meeting, NewMeeting
from rollcall.meetings.zoom import Stay, stays
from rollcall.meetings.zoom_events import (
    NAMELESS,
    challenge_answer,
    check_signature,
    read_event,
    signed,
)
from tests.cast import Cast
from tests.conftest import MONDAY, StandingClock
from tests.zoom import NUMBER, SECRET, Event, all_hands, of_meeting, of_person

AN_HOUR = timedelta(hours=1)
ANOTHER = {"uuid": "another-occurrence==", "start_time": "2026-03-09T09:00:00Z"}


def tell(roll: Rollcall, *events: Event) -> list[str]:
    outcomes = []
    for event in events:
        found = read_event(event)
        assert found
        outcomes.append(roll.zoom.receive(found))
    return outcomes


def at(minutes: float, seconds: float = 0) -> datetime:
    return MONDAY + timedelta(minutes=minutes, seconds=seconds)


def clock_of(moment: datetime | None) -> str | None:
    return moment and f"{moment:%H:%M:%S}"


def picture(roll: Rollcall, cast: Cast) -> dict[str, Any]:
    """All that is known of the meeting and its people."""
    meeting = roll.meetings.get(cast.admin, NUMBER)
    people = roll.reports.of(cast.admin, NUMBER).people
    return {
        "title": meeting.title,
        "status": meeting.status,
        "host": meeting.host_id,
        "from": clock_of(meeting.started_at),
        "until": clock_of(meeting.ended_at),
        "present": meeting.present,
        "people": {
            one.name: [
                one.employee.employee_id if one.employee else None,
                *((clock_of(i.joined_at), clock_of(i.left_at), i.left_by) for i in one.intervals),
            ]
            for one in people
        },
    }


WHOLE = {
    "title": "Operations all hands",
    "status": "completed",
    "host": "EMP002",
    "from": "09:00:00",
    "until": "10:00:06",
    "present": 0,
    "people": {
        "Mona Lindqvist": ["EMP002", ("09:00:02", "10:00:06", "zoom")],
        "Musterfrau, Erika (Operations)": [
            None,
            ("09:03:10", "09:20:00", "zoom"),
            ("09:25:30", "10:00:05", "zoom"),
        ],
        "Félix Ångström": ["EMP003", ("09:05:00", "09:58:12", "zoom")],
        "+49 30 *****17": [None, ("09:06:41", "10:00:05", "zoom")],
    },
}


def test_a_meeting_that_nobody_set_up_is_recorded_from_its_events(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(hours=1)
    assert set(tell(roll, *all_hands())) == {"recorded"}
    assert picture(roll, cast) == WHOLE


@pytest.mark.parametrize("seed", range(8))
def test_events_in_any_order_and_repeated_give_the_same_picture(
    roll: Rollcall, cast: Cast, clock: StandingClock, seed: int
) -> None:
    clock.forward(hours=1)
    events = [*all_hands(), *all_hands()[::2]]
    random.Random(seed).shuffle(events)  # noqa: S311
    outcomes = tell(roll, *events)
    assert picture(roll, cast) == WHOLE
    assert outcomes.count("recorded") <= len(all_hands())
    assert roll.database.collection("meetings").count_documents({}) == 1


def test_a_repeated_event_changes_nothing_and_writes_nothing(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(hours=1)
    tell(roll, *all_hands())
    written = len(roll.activities.list(cast.admin, limit=200).items)
    assert set(tell(roll, *all_hands())) == {"repeated"}
    assert len(roll.activities.list(cast.admin, limit=200).items) == written


def test_while_it_goes_on_one_sees_who_is_there(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(minutes=21)
    tell(roll, *all_hands()[:6])
    meeting, here = roll.reports.here(cast.manager, NUMBER)
    assert (meeting.status, meeting.present) == ("live", 3)
    assert {one.name for one in here} == {"Mona Lindqvist", "Félix Ångström", "+49 30 *****17"}


def test_two_connections_of_one_person_are_one_present(roll: Rollcall, cast: Cast) -> None:
    laptop, phone = all_hands()[1], all_hands()[1]
    phone["payload"]["object"]["participant"] |= {"user_id": "2", "join_time": "2026-03-02T09:10Z"}
    tell(roll, laptop, phone)
    assert roll.meetings.get(cast.admin, NUMBER).present == 1
    [person] = roll.reports.of(cast.admin, NUMBER).people
    assert len(person.intervals) == 2


def test_who_is_told_to_have_gone_first_is_known_by_the_address_that_comes_later(
    roll: Rollcall, cast: Cast
) -> None:
    tell(roll, of_person("left", at(30), name="Erika"))
    tell(roll, of_person("joined", at(5), name="Erika", email="erika@example.com"))
    [person] = roll.reports.of(cast.admin, NUMBER).people
    assert person.employee and person.employee.employee_id == "EMP004"


def test_a_meeting_set_up_here_keeps_its_title_host_and_list(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    planned = roll.meetings.create(
        cast.faculty, NewMeeting("Our hour", MONDAY, MONDAY + AN_HOUR, NUMBER, invited=("EMP003",))
    )
    clock.forward(hours=1)
    tell(roll, *all_hands())
    after = roll.meetings.get(cast.faculty, NUMBER)
    assert after.meeting_id == planned.meeting_id
    assert (after.title, after.host_id, after.status) == ("Our hour", "EMP003", "completed")
    kinds = [one.kind for one in roll.activities.list(cast.faculty, limit=200).items]
    assert kinds.count("meeting.started") == 1


def test_until_its_host_is_known_only_admins_see_a_meeting(roll: Rollcall, cast: Cast) -> None:
    tell(roll, of_meeting("started"))
    assert roll.meetings.get(cast.admin, NUMBER).host_id is None
    for part in ("manager", "faculty", "employee", "outsider"):
        with pytest.raises(NotFound):
            roll.meetings.get(getattr(cast, part), NUMBER)
    tell(roll, all_hands()[1])
    assert roll.meetings.get(cast.manager, NUMBER).host_id == "EMP002"


def test_an_address_that_is_not_of_the_zoom_host_makes_nobody_the_host(
    roll: Rollcall, cast: Cast
) -> None:
    tell(roll, of_person("joined", MONDAY, name="X", email="oscar@example.com"))
    assert roll.meetings.get(cast.admin, NUMBER).host_id is None
    assert [one.name for one in roll.reports.of(cast.outsider, NUMBER).people] == ["Oscar Outside"]


def test_the_next_occurrence_is_a_meeting_of_its_own_with_the_same_host(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(hours=1)
    tell(roll, *all_hands())
    clock.forward(days=7)
    tell(roll, of_meeting("started", **ANOTHER))
    latest = roll.meetings.get(cast.manager, NUMBER)
    assert (latest.status, latest.host_id) == ("live", "EMP002")
    assert roll.database.collection("meetings").count_documents({"external_id": NUMBER}) == 2


def test_an_occurrence_whose_end_was_never_told_ends_with_the_next(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    tell(roll, *all_hands()[:5])
    before = roll.meetings.get(cast.manager, NUMBER)
    clock.forward(days=7)
    tell(roll, of_person("joined", clock(), "7", "Sam", **ANOTHER))
    latest = roll.meetings.get(cast.manager, NUMBER)
    assert latest.meeting_id != before.meeting_id
    assert (latest.status, latest.present) == ("live", 1)
    over = roll.meetings.get(cast.manager, before.meeting_id)
    assert (over.status, over.ended_by, over.present) == ("completed", "replaced", 0)


def test_late_events_of_an_occurrence_before_do_not_touch_the_open_one(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(days=7)
    tell(roll, of_meeting("started", **ANOTHER))
    tell(roll, *all_hands())
    latest = roll.meetings.get(cast.admin, NUMBER)
    assert (latest.status, latest.present) == ("live", 0)
    assert roll.reports.of(cast.admin, latest.meeting_id).people == ()


def test_ending_it_here_and_in_zoom_ends_it_once(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    tell(roll, *all_hands()[:5])
    clock.forward(minutes=30)
    roll.hosting.end(cast.manager, NUMBER)
    assert tell(roll, all_hands()[-1]) == ["repeated"]
    meeting = roll.meetings.get(cast.manager, NUMBER)
    assert (meeting.ended_at, meeting.ended_by) == (MONDAY + timedelta(minutes=30), "host")


def test_who_registered_here_is_linked_with_their_name_in_zoom(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    roll.attendances.join(cast.employee, Arrival(NUMBER))
    clock.forward(minutes=4)
    tell(roll, *all_hands()[:3])
    people = {one.name: one for one in roll.reports.of(cast.manager, NUMBER).people}
    erika = people["Erika Musterfrau"]
    assert [one.source for one in erika.entries] == ["employee", "zoom"]
    assert erika.signed_in
    [linked] = roll.activities.list(cast.employee, kind="participant.linked").items
    assert linked.data["by"] == "name"


def test_names_from_outside_are_kept_in_one_line_of_a_sensible_length() -> None:
    wild = of_person("joined", MONDAY, name="<img src=x>\n\u202e\x00 " + "x" * 500)
    nameless = of_person("joined", MONDAY, name=" \n")
    names = [event.person.name for event in map(read_event, (wild, nameless)) if event.person]  # type: ignore[union-attr]
    assert names[0] == "<img src=x> " + "x" * 108
    assert names[1] == NAMELESS


def test_forty_people_at_once_are_forty_people(roll: Rollcall, cast: Cast) -> None:
    events = [of_person("joined", at(0, n), str(n), f"Person {n}") for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert {one for [one] in pool.map(lambda event: tell(roll, event), events)} == {"recorded"}
    meeting = roll.meetings.get(cast.admin, NUMBER)
    assert meeting.present == 40
    assert len(roll.reports.of(cast.admin, NUMBER).people) == 40


def test_one_event_delivered_eight_times_at_once_is_recorded_once(
    roll: Rollcall, cast: Cast
) -> None:
    event = of_person("joined", MONDAY, name="Sam")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: tell(roll, event), range(8)))
    [person] = roll.reports.of(cast.admin, NUMBER).people
    assert len(person.intervals) == 1
    assert len(roll.activities.list(cast.admin, kind="participant.joined").items) == 1
    assert roll.meetings.get(cast.admin, NUMBER).present == 1


# The stays of one connection ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("joins", "leaves", "over", "expected"),
    [
        ([0], [], None, [(0, None)]),
        ([0], [5], None, [(0, 5)]),
        ([], [5], None, []),
        ([0], [], 9, [(0, 9)]),
        ([10], [], 9, [(10, 10)]),
        ([0, 6], [5], None, [(0, 5), (6, None)]),
        ([0, 6], [], None, [(0, 6), (6, None)]),
        ([0, 6], [9], 10, [(0, 6), (6, 9)]),
        ([3], [1, 5, 8], None, [(3, 5)]),
    ],
)
def test_stays_of_what_was_told(
    joins: list[int], leaves: list[int], over: int | None, expected: list[tuple[int, int | None]]
) -> None:
    found = stays([at(n) for n in joins], [at(n) for n in leaves], at(over) if over else None)
    assert found == [Stay(at(a), None if b is None else at(b)) for a, b in expected]


# Signatures and what is sent ----------------------------------------------------------------


def test_a_signature_is_that_of_zooms_documentation() -> None:
    """The figures were made with `openssl dgst -sha256 -hmac` from the documented message."""
    body = b'{"event":"meeting.started"}'
    given = "v0=25de1305bc21e002602e5f9345163bcd2e3568f3e1ff4deb0a3b2dd6bfdf4c41"
    now = datetime.fromisoformat("2026-03-02T09:00:00Z")
    check_signature(SECRET, "1772442000", given, body, now)
    with pytest.raises(InvalidSignature):
        check_signature(SECRET, "1772442001", given, body, now)


def test_a_challenge_is_answered_as_zoom_wants_it() -> None:
    body = {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    assert challenge_answer(SECRET, body) == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        "encryptedToken": "60eb65893ebb65f29d85eb218d638d1da5323941d21b77778c9093e098f0a58b",
    }
    assert challenge_answer(SECRET, {"event": "meeting.started"}) is None
    with pytest.raises(Malformed):
        challenge_answer(SECRET, {**body, "payload": {}})


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_was_signed_too_long_ago_or_ahead_is_refused(
    clock: StandingClock, seconds: int
) -> None:
    body, headers = signed(SECRET, of_meeting("started"), clock())
    timestamp, signature = headers["x-zm-request-timestamp"], headers["x-zm-signature"]
    check_signature(SECRET, timestamp, signature, body, clock() + timedelta(seconds=300))
    with pytest.raises(InvalidSignature):
        check_signature(SECRET, timestamp, signature, body, clock() + timedelta(seconds=seconds))


@pytest.mark.parametrize("timestamp", ["", "soon", "9" * 40, "-1", "1e9"])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    made = hmac.new(SECRET.encode(), f"v0:{timestamp}:{{}}".encode(), hashlib.sha256).hexdigest()
    with pytest.raises(InvalidSignature):
        check_signature(SECRET, timestamp, f"v0={made}", b"{}", MONDAY)


def broken(**changes: object) -> Event:
    event = of_person("joined", MONDAY)
    event["payload"]["object"] |= changes
    return event


@pytest.mark.parametrize(
    "event",
    [
        {"event": "meeting.started"},
        {"event": "meeting.started", "payload": []},
        {"event": "meeting.started", "payload": {"object": {}}},
        broken(id="12"),
        broken(id=["97763643886"]),
        broken(uuid=""),
        broken(uuid={"$gt": ""}),
        broken(participant=None),
        broken(participant={"user_name": "Sam"}),
        broken(participant={"user_id": "1", "join_time": "soon"}),
    ],
)
def test_what_can_not_be_read_is_malformed(event: Event) -> None:
    with pytest.raises(Malformed):
        read_event(event)


def test_other_events_say_nothing_about_attendance() -> None:
    assert read_event({"event": "meeting.sharing_started", "payload": {}}) is None


def test_a_meeting_is_found_by_its_number_by_zoom_and_here(roll: Rollcall, cast: Cast) -> None:
    meeting: Meeting = roll.meetings.create(cast.manager, NewMeeting("A", external_id=NUMBER))
    tell(roll, of_meeting("started", id=int(NUMBER)))
    assert roll.meetings.get(cast.manager, "977 6364 3886").meeting_id == meeting.meeting_id
