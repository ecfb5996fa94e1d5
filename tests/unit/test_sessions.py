"""Sessions: opened by sign-in, kept alive by activity, ended by sign-out, idleness or age."""

import re

import pytest

from rollcall import Principal, Role, Rollcall
from rollcall.errors import NotFound, SessionEnded, Unauthenticated
from rollcall.principal import SYSTEM
from tests.cast import Cast
from tests.conftest import StandingClock


def _opened(roll: Rollcall, employee_id: str = "EMP004") -> str:
    employee = roll.directory.find(employee_id)
    assert employee is not None
    return roll.sessions.open(employee, "web", "Browser/1.0").session_id


def test_id_names_employee_and_second_of_sign_in(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    seconds = int(clock().timestamp())
    assert re.fullmatch(rf"session_EMP004_{seconds}_[0-9a-f]{{8}}", _opened(roll))


def test_two_sign_ins_in_one_second_are_two_sessions(roll: Rollcall, cast: Cast) -> None:
    assert _opened(roll) != _opened(roll)


def test_opening_is_on_record_and_counted(roll: Rollcall, cast: Cast) -> None:
    session_id = _opened(roll)
    [activity] = roll.activities.of_session(session_id)
    assert (activity.kind, activity.subject.id) == ("session.opened", session_id)
    session = roll.sessions.get(cast.admin, session_id)
    assert session.counts == {"activities": 1, "session_opened": 1}
    assert session.user_data == {
        "name": "Erika Musterfrau",
        "role": "employee",
        "department": "Operations",
        "branch": "Berlin",
    }


def test_opening_again_with_one_key_is_one_session(roll: Rollcall, cast: Cast) -> None:
    employee = roll.directory.find("EMP004")
    assert employee is not None
    first = roll.sessions.open(employee, key="sign-in-1")
    assert roll.sessions.open(employee, key="sign-in-1") == first


def test_long_user_agent_is_cut(roll: Rollcall, cast: Cast) -> None:
    employee = roll.directory.find("EMP004")
    assert employee is not None
    session = roll.sessions.open(employee, "web", "x" * 5000)
    assert session.user_agent == "x" * 200


def test_principal_is_who_the_employee_document_says(roll: Rollcall, cast: Cast) -> None:
    session_id = _opened(roll)
    assert roll.sessions.authenticate(session_id) == Principal(
        employee_id="EMP004",
        name="Erika Musterfrau",
        role=Role.EMPLOYEE,
        session_id=session_id,
        department="Operations",
        branch="Berlin",
        manager_id="EMP002",
        timezone="Europe/Berlin",
    )


def test_person_without_time_zone_has_that_of_the_instance(roll: Rollcall, cast: Cast) -> None:
    assert cast.outsider.timezone == roll.settings.timezone == "UTC"


@pytest.mark.parametrize("session_id", ["", "session_EMP004_1_00000000", "{'$ne': ''}", "\x00"])
def test_unknown_session_is_an_ended_one(roll: Rollcall, cast: Cast, session_id: str) -> None:
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(session_id)


def test_half_an_hour_of_silence_ends_it_even_before_the_worker_comes(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(minutes=29, seconds=59)
    roll.sessions.authenticate(str(cast.employee.session_id))
    clock.forward(seconds=1)
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(str(cast.employee.session_id))


def test_touching_keeps_it_alive(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    clock.forward(minutes=29)
    roll.sessions.touch(cast.employee)
    clock.forward(minutes=29)
    assert roll.sessions.authenticate(str(cast.employee.session_id)) == cast.employee


def test_touches_are_written_at_most_every_thirty_seconds(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    before = roll.sessions.get(cast.employee, str(cast.employee.session_id)).last_activity
    clock.forward(seconds=20)
    roll.sessions.touch(cast.employee)
    assert roll.sessions.get(cast.employee, str(cast.employee.session_id)).last_activity == before
    clock.forward(seconds=20)
    roll.sessions.touch(cast.employee)
    assert roll.sessions.get(cast.employee, str(cast.employee.session_id)).last_activity == clock()


def test_touching_brings_nothing_back(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    clock.forward(minutes=1)
    roll.sessions.touch(cast.employee)
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(str(cast.employee.session_id))


def test_it_ends_at_twelve_hours_however_busy(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    for _ in range(12 * 3 - 1):
        clock.forward(minutes=20)
        roll.sessions.touch(cast.employee)
    roll.sessions.authenticate(str(cast.employee.session_id))
    clock.forward(minutes=20)
    roll.sessions.touch(cast.employee)
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(str(cast.employee.session_id))


def test_expires_at_is_the_earlier_of_idleness_and_age(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    opened = clock()
    assert (roll.sessions.expires_at(str(cast.employee.session_id)) - opened).seconds == 30 * 60
    for _ in range(59):
        clock.forward(minutes=12)
        roll.sessions.touch(cast.employee)
    assert (roll.sessions.expires_at(str(cast.employee.session_id)) - opened).seconds == 12 * 3600


def test_session_ended_elsewhere_is_dead_here_at_once(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    session_id = str(cast.employee.session_id)
    here, elsewhere = roll.at_clock(clock), roll.at_clock(clock)
    assert here.sessions.authenticate(session_id) is here.sessions.authenticate(session_id)
    elsewhere.sessions.end(cast.employee, session_id)
    with pytest.raises(SessionEnded):
        here.sessions.authenticate(session_id)


def test_ending_one_session_leaves_the_others(roll: Rollcall, cast: Cast) -> None:
    other = _opened(roll)
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    assert roll.sessions.authenticate(other).employee_id == "EMP004"


def test_ending_twice_is_one_entry_on_record(roll: Rollcall, cast: Cast) -> None:
    session_id = str(cast.employee.session_id)
    first = roll.sessions.end(cast.employee, session_id)
    assert first.session_status == "ended"
    assert first.ended_at is not None
    assert roll.sessions.end(cast.employee, session_id) == first
    assert len(roll.activities.list(cast.admin, kind="session.ended").items) == 1


def test_worker_expires_what_was_idle_and_says_whose(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(minutes=20)
    roll.sessions.touch(cast.admin)
    clock.forward(minutes=10)
    assert roll.sessions.expire() == 4
    assert roll.sessions.expire() == 0
    expired = roll.sessions.get(cast.admin, str(cast.employee.session_id))
    assert (expired.session_status, expired.ended_at) == ("expired", clock())
    assert roll.sessions.get(cast.admin, str(cast.admin.session_id)).session_status == "active"
    [activity] = roll.activities.list(cast.admin, "EMP004", "session.expired").items
    assert activity.text == "Erika Musterfrau's session ended by itself"


def test_expiring_is_no_activity_of_the_person(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    last = clock()
    clock.forward(hours=3)
    roll.sessions.expire()
    session = roll.sessions.get(SYSTEM, str(cast.employee.session_id))
    assert session.last_activity == last


def test_somebody_who_left_has_no_live_session(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    roll.database.collection("employees").update_one(
        {"_id": "EMP004"}, {"$set": {"status": "left"}}
    )
    with pytest.raises(SessionEnded):
        roll.at_clock(clock).sessions.authenticate(str(cast.employee.session_id))


SEES = {
    "admin": {"admin", "manager", "faculty", "employee", "outsider"},
    "manager": {"manager", "employee"},
    "faculty": {"faculty"},
    "employee": {"employee"},
    "outsider": {"outsider"},
}
ENDS = {**{part: {part} for part in SEES}, "admin": SEES["admin"]}


@pytest.mark.parametrize("part", SEES)
def test_it_validates_ownership_of_reading(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    for owner in SEES:
        session_id = str(everyone[owner].session_id)
        if owner in SEES[part]:
            assert roll.sessions.get(everyone[part], session_id).session_id == session_id
        else:
            with pytest.raises(NotFound, match="There is no such session"):
                roll.sessions.get(everyone[part], session_id)
    listed = {one.employee_id for one in roll.sessions.list(everyone[part], limit=200).items}
    assert listed == {everyone[owner].employee_id for owner in SEES[part]}


@pytest.mark.parametrize("part", ENDS)
def test_it_validates_ownership_of_ending(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    for owner in ENDS:
        session_id = _opened(roll, str(everyone[owner].employee_id))
        if owner in ENDS[part]:
            assert roll.sessions.end(everyone[part], session_id).session_status == "ended"
        else:
            with pytest.raises(NotFound):
                roll.sessions.end(everyone[part], session_id)
            roll.sessions.authenticate(session_id)


def test_guest_sees_and_ends_nothing(roll: Rollcall, cast: Cast) -> None:
    session_id = str(cast.employee.session_id)
    with pytest.raises(Unauthenticated):
        roll.sessions.get(cast.guest, session_id)
    with pytest.raises(Unauthenticated):
        roll.sessions.list(cast.guest)
    with pytest.raises(Unauthenticated):
        roll.sessions.end(cast.guest, session_id)


@pytest.mark.parametrize("employee_id", ["EMP005", "EMP999", "nobody", "$ne"])
def test_others_and_unknown_people_are_the_same_to_an_employee(
    roll: Rollcall, cast: Cast, employee_id: str
) -> None:
    with pytest.raises(NotFound) as refused:
        roll.sessions.list(cast.employee, employee_id)
    assert refused.value.message == "I don't know that employee."
