"""What ends by itself: intervals of people who signed out, meetings that nobody is in."""

from datetime import timedelta
from typing import Any

from rollcall import Rollcall
from rollcall.meetings import Arrival, Meeting, NewMeeting
from tests.cast import Cast
from tests.conftest import StandingClock


def live(roll: Rollcall, cast: Cast, **options: Any) -> Meeting:
    return roll.meetings.create(cast.manager, NewMeeting("Retro", **options))


def now_of(roll: Rollcall, cast: Cast, meeting: Meeting) -> Meeting:
    return roll.meetings.get(cast.admin, meeting.meeting_id)


def keep(roll: Rollcall, *actors: Any) -> None:
    for actor in actors:
        roll.sessions.touch(actor)


def test_signing_out_ends_the_interval_at_that_moment(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast)
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    clock.forward(minutes=10)
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    signed_out = clock()
    clock.forward(seconds=14)
    assert roll.cleanup.run() == 1
    [person] = roll.reports.of(cast.manager, meeting.meeting_id).people[:1]
    assert person.intervals[0].left_at == signed_out
    assert person.intervals[0].left_by == "signed_out"
    [entry] = roll.activities.list(cast.admin, kind="attendance.lapsed").items
    assert entry.text == "Erika Musterfrau was signed out and left “Retro”"
    assert roll.cleanup.run() == 0


def test_a_sign_in_that_ran_out_does_not_mean_that_somebody_left(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    begins = clock()
    meeting = live(roll, cast, starts_at=begins, ends_at=begins + timedelta(hours=2))
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    clock.forward(minutes=100)
    roll.sessions.expire()
    assert roll.cleanup.run() == 0
    assert now_of(roll, cast, meeting).status == "live"
    clock.forward(minutes=25)
    assert roll.cleanup.run() == 2
    ended = now_of(roll, cast, meeting)
    assert (ended.status, ended.ended_by) == ("completed", "idle")
    assert ended.ended_at == begins + timedelta(hours=2)


def test_an_empty_meeting_ends_when_it_has_been_idle(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast)
    interval = roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    clock.forward(minutes=20)
    roll.attendances.leave(cast.employee, interval.session_id)
    last = clock()
    clock.forward(minutes=29)
    assert roll.cleanup.run() == 0
    clock.forward(minutes=1)
    assert roll.cleanup.run() == 1
    assert now_of(roll, cast, meeting).ended_at == last
    [entry] = roll.activities.list(cast.admin, kind="meeting.expired").items
    assert entry.text == "Rollcall ended “Retro”, where nobody was any more"


def test_a_meeting_with_somebody_signed_in_goes_on(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast)
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    for _ in range(8):
        clock.forward(minutes=20)
        keep(roll, cast.employee)
        assert roll.cleanup.run() == 0
    assert now_of(roll, cast, meeting).status == "live"


def test_looking_at_a_meeting_keeps_it_alive(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast)
    for _ in range(4):
        clock.forward(minutes=20)
        roll.attendances.seen(cast.manager, now_of(roll, cast, meeting))
        assert roll.cleanup.run() == 0
    clock.forward(minutes=20)
    # Only those on its list keep it alive: the admins' board shows it without.
    roll.attendances.seen(cast.admin, now_of(roll, cast, meeting))
    clock.forward(minutes=10)
    assert roll.cleanup.run() == 1


def test_no_meeting_lasts_longer_than_half_a_day(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast)
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    for _ in range(36):
        clock.forward(minutes=20)
        keep(roll, cast.employee)
    assert roll.cleanup.run() == 2
    assert now_of(roll, cast, meeting).ended_by == "age"
    assert roll.attendances.current(cast.employee) == []


def test_a_meeting_that_nobody_came_to_is_called_off(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast, starts_at=clock() + timedelta(hours=1), waiting_room=True)
    clock.forward(hours=1)
    roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    clock.forward(hours=11)
    assert roll.cleanup.forget_unattended() == 0
    clock.forward(hours=1)
    assert roll.cleanup.forget_unattended() == 1
    assert now_of(roll, cast, meeting).status == "cancelled"
    assert roll.attendances.current(cast.employee) == []


def test_the_last_run_is_known(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    assert roll.cleanup.last_run() is None
    roll.cleanup.run()
    run = roll.cleanup.last_run()
    assert run
    assert (run.at, run.ended) == (clock(), 0)
