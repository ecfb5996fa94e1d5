"""The demo company's meetings: a team that meets every week, with people who are late or away."""

import random
from datetime import datetime, timedelta
from typing import Protocol

from rollcall.app import Rollcall
from rollcall.clock import to_milliseconds
from rollcall.directory import Employee
from rollcall.meetings import Arrival, NewMeeting
from rollcall.principal import Principal

HOST = "EMP002"
TEAM = ("EMP004", "EMP006", "EMP008")
TITLES = ("Weekly team meeting", "Fire safety refresher", "Stocktaking: what went well")
MINUTES = 45
LATE_MINUTES = (7, 18)


class Moving(Protocol):
    """The clock of the story, as far as this module moves it."""

    now: datetime


def hold_meeting(
    roll: Rollcall, clock: Moving, people: dict[str, Employee], starts_at: datetime, week: int
) -> None:
    """One meeting of the team, from a little before until its end: one person comes late, one goes
    out and comes back, one leaves early or stays away. `roll` lives by `clock`."""
    dice = random.Random(week)  # noqa: S311 (a story, not a secret)
    plan = NewMeeting(
        TITLES[week % len(TITLES)],
        to_milliseconds(starts_at),
        to_milliseconds(starts_at + timedelta(minutes=MINUTES)),
        invited=TEAM,
    )

    def at(minutes: float) -> None:
        clock.now = to_milliseconds(starts_at + timedelta(minutes=minutes))

    at(-10)
    host = _signed_in(roll, people[HOST])
    meeting = roll.meetings.create(host, plan)
    early, late, wavering = dice.sample([_signed_in(roll, people[one]) for one in TEAM], k=3)

    def come(actor: Principal) -> None:
        roll.attendances.join(actor, Arrival(str(meeting.code)))

    def go(actor: Principal) -> None:
        roll.attendances.leave_meeting(actor, meeting.meeting_id)

    at(-4)
    come(host)
    at(-1 + dice.random())
    come(early)
    at(1 + dice.random())
    come(wavering)
    if week % 2:
        at(dice.uniform(*LATE_MINUTES))
        come(late)
    at(20 + dice.random())
    go(wavering)
    at(24 + dice.random())
    come(wavering)
    if week % 3 == 0:
        at(31 + dice.random())
        go(early)
    at(MINUTES + dice.uniform(0, 3))
    roll.hosting.end(host, meeting.meeting_id)
    for actor in (host, early, late, wavering):
        roll.sessions.end(actor, str(actor.session_id))


def plan_meeting(roll: Rollcall, people: dict[str, Employee], starts_at: datetime) -> None:
    """The next one, with the team on its list."""
    host = _signed_in(roll, people[HOST])
    ends_at = starts_at + timedelta(minutes=MINUTES)
    plan = NewMeeting(TITLES[0], to_milliseconds(starts_at), to_milliseconds(ends_at), invited=TEAM)
    roll.meetings.create(host, plan)
    roll.sessions.end(host, str(host.session_id))


def _signed_in(roll: Rollcall, employee: Employee) -> Principal:
    session = roll.sessions.open(employee, user_agent="demo")
    return roll.sessions.authenticate(session.session_id)
