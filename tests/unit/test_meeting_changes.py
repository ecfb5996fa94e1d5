"""Changing a meeting after it was set up: what may change when, and what is put on record."""

from datetime import timedelta

import pytest

from rollcall import Rollcall
from rollcall.clock import iso
from rollcall.errors import Conflict, Invalid
from rollcall.meetings import Arrival, Meeting, MeetingChange, NewMeeting
from tests.cast import Cast
from tests.conftest import StandingClock

HOUR = timedelta(hours=1)


@pytest.fixture
def planned(roll: Rollcall, cast: Cast, clock: StandingClock) -> Meeting:
    begins = clock() + 2 * HOUR
    new = NewMeeting("Retro", begins, begins + HOUR, invited=("EMP004",))
    return roll.meetings.create(cast.manager, new)


@pytest.fixture
def live(roll: Rollcall, cast: Cast) -> Meeting:
    return roll.meetings.create(cast.manager, NewMeeting("Retro", waiting_room=True))


def change(roll: Rollcall, cast: Cast, meeting: Meeting, **asked: object) -> Meeting:
    asked_for = MeetingChange(**asked)  # type: ignore[arg-type]
    return roll.meetings.change(cast.manager, meeting.meeting_id, asked_for)


def test_a_new_title_is_shown_and_told_with_the_old_one(
    roll: Rollcall, cast: Cast, planned: Meeting
) -> None:
    after = change(roll, cast, planned, title="  Look   back ")
    assert roll.meetings.get(cast.employee, planned.meeting_id) == after
    assert after.title == "Look back"
    [entry] = roll.activities.list(cast.admin, kind="meeting.changed").items
    assert entry.text == "Mona Lindqvist renamed “Retro” to “Look back”"
    assert (entry.data["changed"], entry.data["before"]) == (["title"], {"title": "Retro"})


def test_a_meeting_that_is_put_off_keeps_its_length_and_moves_in_everybodys_list(
    roll: Rollcall, cast: Cast, clock: StandingClock, planned: Meeting
) -> None:
    between = roll.meetings.create(
        cast.manager, NewMeeting("Lunch", clock() + 5 * HOUR, invited=("EMP004",))
    )
    assert planned.starts_at
    after = change(roll, cast, planned, starts_at=planned.starts_at + 24 * HOUR)
    assert (after.starts_at, after.ends_at) == (clock() + 26 * HOUR, clock() + 27 * HOUR)
    mine = [one.meeting_id for one in roll.meetings.list(cast.employee).items]
    assert mine == [planned.meeting_id, between.meeting_id]
    [entry] = roll.activities.list(cast.admin, kind="meeting.changed").items
    assert entry.data["changed"] == ["starts_at", "ends_at"]
    assert entry.data["before"]["starts_at"] == iso(planned.starts_at)


def test_times_given_together_are_taken_as_they_are(
    roll: Rollcall, cast: Cast, clock: StandingClock, planned: Meeting
) -> None:
    begins = clock() + 3 * HOUR
    after = change(roll, cast, planned, starts_at=begins, ends_at=begins + HOUR / 2)
    assert (after.starts_at, after.ends_at) == (begins, begins + HOUR / 2)
    assert change(roll, cast, planned, no_end=True).ends_at is None


def test_what_is_late_follows_the_new_times(
    roll: Rollcall, cast: Cast, clock: StandingClock, planned: Meeting
) -> None:
    clock.forward(hours=2, minutes=30)
    roll.attendances.join(cast.employee, Arrival(planned.meeting_id))

    def status() -> str:
        people = roll.reports.fetch(cast.manager, planned.meeting_id).people
        [erika] = [one for one in people if one.employee and one.employee.employee_id == "EMP004"]
        return erika.facts.status

    assert status() == "late"
    change(roll, cast, planned, grace_minutes=45)
    assert status() == "present"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"starts_at": -1}, "starts_at"),
        ({"ends_at": 2}, "ends_at"),
        ({"ends_at": 30}, "ends_at"),
        ({"starts_at": 5, "ends_at": 4}, "ends_at"),
        ({"grace_minutes": 121}, "grace_minutes"),
        ({"grace_minutes": -1}, "grace_minutes"),
    ],
)
def test_what_can_not_be_is_refused_with_its_field_and_changes_nothing(
    roll: Rollcall, cast: Cast, clock: StandingClock, planned: Meeting,
    asked: dict[str, object], field: str,
) -> None:  # fmt: skip
    values = {
        name: clock() + one * HOUR if name.endswith("_at") and isinstance(one, int) else one
        for name, one in asked.items()
    }
    with pytest.raises(Invalid) as refused:
        change(roll, cast, planned, **values)
    assert field in refused.value.fields
    assert roll.meetings.get(cast.manager, planned.meeting_id) == planned
    assert roll.activities.list(cast.admin, kind="meeting.changed").items == []


def test_to_change_nothing_is_said_to_be_nothing(
    roll: Rollcall, cast: Cast, planned: Meeting
) -> None:
    for asked in ({}, {"title": "Retro"}, {"rotating": False}):
        with pytest.raises(Invalid, match="nothing to change"):
            change(roll, cast, planned, **asked)


def test_one_that_has_begun_keeps_its_beginning(
    roll: Rollcall, cast: Cast, clock: StandingClock, live: Meeting
) -> None:
    with pytest.raises(Conflict, match="has begun"):
        change(roll, cast, live, starts_at=clock() + HOUR)
    after = change(roll, cast, live, title="Look back", ends_at=clock() + HOUR)
    assert (after.title, after.ends_at, after.starts_at) == ("Look back", clock() + HOUR, None)


@pytest.mark.parametrize("over", ["completed", "cancelled"])
def test_one_that_is_over_stays_as_it_was(
    roll: Rollcall, cast: Cast, planned: Meeting, over: str
) -> None:
    end = roll.hosting.end if over == "completed" else roll.meetings.cancel
    end(cast.manager, planned.meeting_id)
    with pytest.raises(Conflict, match="is over"):
        change(roll, cast, planned, title="Look back")


def test_the_changing_code_can_be_asked_for_and_left_out_and_no_secret_is_told(
    roll: Rollcall, cast: Cast, live: Meeting
) -> None:
    assert change(roll, cast, live, rotating=True).rotating
    assert len(roll.meetings.rotating_code(cast.manager, live.meeting_id).code) == 6
    assert not change(roll, cast, live, rotating=False).rotating
    for entry in roll.activities.list(cast.admin, kind="meeting.changed").items:
        assert entry.data["changed"] == ["rotating"]
        assert set(entry.data["before"].values()) <= {True, False}


def test_the_waiting_room_is_not_closed_over_somebody_who_waits(
    roll: Rollcall, cast: Cast, live: Meeting
) -> None:
    waiting = roll.attendances.join(cast.employee, Arrival(str(live.code)))
    with pytest.raises(Conflict, match="waits to be let in"):
        change(roll, cast, live, waiting_room=False)
    roll.hosting.admit(cast.manager, live.meeting_id, waiting.session_id)
    assert not change(roll, cast, live, waiting_room=False).waiting_room
    assert roll.attendances.join(cast.outsider, Arrival(str(live.code))).state == "here"


def test_a_repeated_key_changes_once(roll: Rollcall, cast: Cast, planned: Meeting) -> None:
    for _ in range(2):
        after = roll.meetings.change(
            cast.manager, planned.meeting_id, MeetingChange("Look back"), "the-key"
        )
        assert after.title == "Look back"
    assert len(roll.activities.list(cast.admin, kind="meeting.changed").items) == 1


def test_a_change_is_not_taken_back_but_made_again(
    roll: Rollcall, cast: Cast, planned: Meeting
) -> None:
    change(roll, cast, planned, title="Look back")
    with pytest.raises(Conflict, match="change the meeting again instead"):
        roll.undo.undo(cast.manager)
