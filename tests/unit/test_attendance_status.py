"""What intervals say: present, late, left early, absent; time counted once."""

from datetime import datetime, timedelta

import pytest

from rollcall.meetings.model import Attendance, Meeting
from rollcall.meetings.status import facts_of
from tests.conftest import MONDAY


def at(minute: float) -> datetime:
    return MONDAY + timedelta(minutes=minute)


def meeting(
    starts: float | None = 0,
    ends: float | None = 60,
    started: float | None = 0,
    ended: float | None = 60,
    provider: str | None = None,
    grace: int = 5,
) -> Meeting:
    def moment(minute: float | None) -> datetime | None:
        return None if minute is None else at(minute)

    return Meeting(
        meeting_id="m", title="Retro", kind="scheduled", status="completed", host_id=None,
        code=None, rotating=False, waiting_room=False, provider=provider, external_id=None,
        starts_at=moment(starts), ends_at=moment(ends), started_at=moment(started),
        ended_at=moment(ended), ended_by=None, grace_minutes=grace, at=MONDAY, created_at=MONDAY,
        last_activity=MONDAY,
    )  # fmt: skip


def interval(joined: float | None, left: float | None = None) -> Attendance:
    return Attendance(
        session_id="s", meeting_id="m", participant_id="p", employee_id=None, state="left",
        source="web", requested_at=MONDAY, joined_at=None if joined is None else at(joined),
        left_at=None if left is None else at(left), left_by=None, device=None, label=None,
        user_session_id=None,
    )  # fmt: skip


CASES = [
    # intervals, status, late, early, minutes
    ([(0, 60)], "present", 0, 0, 60),
    ([(-10, 60)], "present", 0, 0, 70),
    ([(5, 55)], "present", 0, 0, 50),
    ([(5.1, 60)], "late", 5, 0, 55),
    ([(0, 54.9)], "left_early", 0, 5, 55),
    ([(20, 30)], "late", 20, 30, 10),
    ([], "absent", 0, 0, 0),
    ([(None, None)], "absent", 0, 0, 0),
    ([(0, 10), (20, 60)], "present", 0, 0, 50),
    ([(20, 60), (0, 10)], "present", 0, 0, 50),
    ([(0, 60), (0, 60)], "present", 0, 0, 60),
    ([(0, 40), (30, 60), (35, 38)], "present", 0, 0, 60),
    ([(0, None)], "present", 0, 0, 90),
    ([(30, None), (0, 10)], "present", 0, 0, 70),
]


@pytest.mark.parametrize(("spans", "status", "late", "early", "minutes"), CASES)
def test_status(
    spans: list[tuple[float | None, float | None]],
    status: str,
    late: int,
    early: int,
    minutes: int,
) -> None:
    facts = facts_of([interval(*one) for one in spans], meeting(), at(90))
    assert (facts.status, facts.late_minutes, facts.early_minutes, facts.minutes) == (
        status, late, early, minutes,
    )  # fmt: skip


def test_nobody_left_early_from_a_meeting_without_a_plan_that_goes_on() -> None:
    facts = facts_of([interval(0, 10)], meeting(starts=None, ends=None, ended=None), at(90))
    assert facts.status == "present"
    assert not facts.is_active


def test_a_meeting_that_ended_sooner_than_planned_keeps_nobody() -> None:
    assert facts_of([interval(0, 30)], meeting(ended=30), at(90)).status == "present"


def test_overtime_is_nobodys_duty() -> None:
    assert facts_of([interval(0, 60)], meeting(ended=80), at(90)).status == "present"


def test_in_zoom_nobody_is_late_before_the_host_has_started() -> None:
    late_start = meeting(started=12, provider="zoom")
    assert facts_of([interval(13, 60)], late_start, at(90)).status == "present"
    assert facts_of([interval(18, 60)], late_start, at(90)).late_minutes == 6
    assert facts_of([interval(13, 60)], meeting(started=12), at(90)).status == "late"


def test_grace_is_the_meetings_own() -> None:
    assert facts_of([interval(9, 60)], meeting(grace=10), at(90)).status == "present"
    assert facts_of([interval(1, 60)], meeting(grace=0), at(90)).status == "late"
