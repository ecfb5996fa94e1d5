"""Coming and going: intervals, devices, codes, waiting rooms, and two things at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from rollcall import Principal, Rollcall, RollcallError
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts, Unauthenticated
from rollcall.meetings import Arrival, Meeting, NewMeeting
from tests.cast import Cast
from tests.conftest import StandingClock


def live(roll: Rollcall, host: Principal, **options: Any) -> Meeting:
    return roll.meetings.create(host, NewMeeting("Retro", **options))


def by_code(meeting: Meeting, **options: Any) -> Arrival:
    return Arrival(str(meeting.code), **options)


def another_device(roll: Rollcall, actor: Principal) -> Principal:
    employee = roll.directory.find(str(actor.employee_id))
    assert employee
    return roll.sessions.authenticate(roll.sessions.open(employee).session_id)


def counts(roll: Rollcall, meeting: Meeting) -> dict[str, int]:
    document = roll.database.collection("meetings").find_one({"code": meeting.code})
    assert document
    found: dict[str, int] = document["counts"]
    return found


def test_coming_and_going_is_one_interval_each_time(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager)
    first = roll.attendances.join(cast.employee, by_code(meeting))
    assert first.session_id == f"EMP004_{meeting.meeting_id}_{int(clock().timestamp() * 1000)}"
    clock.forward(minutes=10)
    left = roll.attendances.leave(cast.employee, first.session_id)
    assert (left.state, left.left_at, left.left_by) == ("left", clock(), "self")
    clock.forward(minutes=5)
    roll.attendances.join(cast.employee, by_code(meeting))
    clock.forward(minutes=20)
    [person] = roll.reports.of(cast.employee, meeting.meeting_id).people
    assert len(person.intervals) == 2
    assert (person.facts.minutes, person.facts.is_active) == (30, True)
    kinds = [one.kind for one in roll.activities.list(cast.employee).items]
    assert kinds[:3] == ["attendance.joined", "attendance.left", "attendance.joined"]
    assert counts(roll, meeting) == {"present": 1, "waiting": 0, "joins": 2}


def test_the_record_holds_no_names_of_participants(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager)
    interval = roll.attendances.join(cast.employee, by_code(meeting, label="Erika M."))
    roll.attendances.leave(cast.employee, interval.session_id)
    found = roll.database.collection("session_activities").find({"subject.type": "attendance"})
    assert "Erika" not in str([one["data"] for one in found])


def test_a_page_loaded_twice_is_one_interval_and_one_entry(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager)
    first = roll.attendances.join(cast.employee, by_code(meeting, device="Web Browser"))
    again = roll.attendances.join(cast.employee, by_code(meeting, device="Web Browser"))
    assert again.session_id == first.session_id
    assert len(roll.activities.list(cast.admin, kind="attendance.joined").items) == 1


def test_two_devices_are_two_intervals_of_one_person(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager)
    phone = another_device(roll, cast.employee)
    one = roll.attendances.join(cast.employee, by_code(meeting))
    other = roll.attendances.join(phone, by_code(meeting))
    third = roll.attendances.join(phone, by_code(meeting, device="Tablet"))
    assert len({one.session_id, other.session_id, third.session_id}) == 3
    assert counts(roll, meeting)["present"] == 1
    clock.forward(minutes=10)
    roll.attendances.leave(cast.employee, one.session_id)
    assert counts(roll, meeting)["present"] == 1
    _, people = roll.reports.here(cast.manager, meeting.meeting_id)
    assert [person.name for person in people] == ["Erika Musterfrau"]
    assert people[0].facts.minutes == 10
    assert [one.state for one in roll.attendances.leave_meeting(phone, meeting.meeting_id)] == [
        "left", "left",
    ]  # fmt: skip
    assert counts(roll, meeting)["present"] == 0


def test_leaving_without_saying_which_leaves_on_this_device_else_everywhere(
    roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager)
    phone = another_device(roll, cast.employee)
    roll.attendances.join(cast.employee, by_code(meeting))
    on_phone = roll.attendances.join(phone, by_code(meeting))
    [left] = roll.attendances.leave_meeting(phone, meeting.meeting_id)
    assert left.session_id == on_phone.session_id
    elsewhere = another_device(roll, cast.employee)
    assert len(roll.attendances.leave_meeting(elsewhere, meeting.meeting_id)) == 1
    with pytest.raises(Conflict, match="You are not in “Retro”"):
        roll.attendances.leave_meeting(elsewhere, meeting.meeting_id)


def test_repeated_keys_answer_the_first_result(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager)
    joined = roll.attendances.join(cast.employee, by_code(meeting), "k1")
    left = roll.attendances.leave(cast.employee, joined.session_id, "k2")
    assert roll.attendances.leave(cast.employee, joined.session_id, "k2") == left
    assert roll.attendances.join(cast.employee, by_code(meeting), "k1") == left
    [again] = [roll.attendances.join(cast.employee, by_code(meeting))]
    [gone] = roll.attendances.leave_meeting(cast.employee, meeting.meeting_id, "k3")
    assert roll.attendances.leave_meeting(cast.employee, meeting.meeting_id, "k3") == [gone]
    assert again.session_id == gone.session_id
    other = live(roll, cast.manager)
    with pytest.raises(Conflict, match="idempotency key"):
        roll.attendances.join(cast.employee, by_code(other), "k1")


# Who may ------------------------------------------------------------------------------------


def test_an_id_lets_in_only_who_may_know_of_the_meeting(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager, invited=("EMP004",))
    roll.attendances.join(cast.employee, Arrival(meeting.meeting_id))
    with pytest.raises(NotFound):
        roll.attendances.join(cast.outsider, Arrival(meeting.meeting_id))
    roll.attendances.join(cast.outsider, by_code(meeting))
    with pytest.raises(Unauthenticated):
        roll.attendances.join(cast.guest, by_code(meeting))


def test_ones_own_intervals_are_ones_own(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager)
    for actor in (cast.employee, cast.outsider):
        roll.attendances.join(actor, by_code(meeting))
    for actor in (cast.employee, cast.outsider):
        assert [one.employee_id for one in roll.attendances.mine(actor).items] == [
            actor.employee_id
        ]
        assert [one.employee_id for one in roll.attendances.current(actor)] == [actor.employee_id]
    assert roll.attendances.mine(cast.admin).items == []
    assert roll.attendances.current(cast.admin) == []


def test_an_interval_is_ended_by_its_owner_the_host_or_an_admin_only(
    roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager)
    for actor in (cast.employee, cast.manager, cast.admin):
        interval = roll.attendances.join(cast.employee, by_code(meeting))
        roll.attendances.join(cast.outsider, by_code(meeting))
        for stranger in (cast.faculty, cast.outsider):
            with pytest.raises(NotFound, match=r"^No active session found$"):
                roll.attendances.leave(stranger, interval.session_id)
        roll.attendances.leave(actor, interval.session_id)
        with pytest.raises(NotFound, match=r"^No active session found$"):
            roll.attendances.leave(actor, interval.session_id)
    with pytest.raises(NotFound, match=r"^No active session found$"):
        roll.attendances.leave(cast.employee, "EMP004_nothing_1")


def test_participants_see_themselves_and_the_host_sees_everybody(
    roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager)
    for actor in (cast.employee, cast.outsider, cast.manager):
        roll.attendances.join(actor, by_code(meeting))
    expected = {"employee": ["EMP004"], "outsider": ["EMP005"]}
    for part, own in expected.items():
        report = roll.reports.of(getattr(cast, part), meeting.meeting_id)
        assert [one.employee.employee_id for one in report.people if one.employee] == own
        assert not report.complete
    for actor in (cast.manager, cast.admin):
        assert len(roll.reports.of(actor, meeting.meeting_id).people) == 3
    with pytest.raises(NotFound):
        roll.reports.of(cast.faculty, meeting.meeting_id)
    # Who is here is for everybody in the room.
    _, people = roll.reports.here(cast.outsider, meeting.meeting_id)
    assert len(people) == 3


def test_looking_at_everybodys_attendance_is_on_record_once_a_minute(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager, invited=("EMP004",))
    for _ in range(3):
        roll.reports.fetch(cast.manager, meeting.meeting_id)
    roll.reports.fetch(cast.employee, meeting.meeting_id)
    clock.forward(minutes=1)
    roll.reports.fetch(cast.manager, meeting.meeting_id)
    looks = roll.activities.list(cast.admin, kind="attendance.fetched").items
    assert [one.employee_id for one in looks] == ["EMP002", "EMP002"]
    assert looks[0].data["participants"] == 2


def test_statistics_are_for_admins(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager)
    roll.attendances.join(cast.employee, by_code(meeting))
    roll.attendances.join(another_device(roll, cast.employee), by_code(meeting))
    roll.attendances.join(cast.admin, by_code(meeting))
    found = roll.reports.statistics(cast.admin)
    assert (found.active_sessions, found.active_users, found.active_meetings) == (3, 2, 1)
    assert found.roles == {"employee": 1, "admin": 1}
    for part in ("manager", "faculty", "employee"):
        with pytest.raises(Forbidden):
            roll.reports.statistics(getattr(cast, part))


# When, and with which code ------------------------------------------------------------------


def test_one_can_come_from_fifteen_minutes_before(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager, starts_at=clock() + timedelta(hours=1))
    with pytest.raises(Conflict, match="begins on Monday, 2 March, at 11:00"):
        roll.attendances.join(cast.employee, by_code(meeting))
    clock.forward(minutes=45)
    roll.attendances.join(cast.employee, by_code(meeting))
    after = roll.meetings.get(cast.manager, meeting.meeting_id)
    assert (after.status, after.started_at) == ("live", clock())
    [entry] = roll.activities.list(cast.admin, kind="meeting.started").items
    assert entry.text == "Erika Musterfrau began “Retro”"


def test_the_host_begins_when_the_host_comes(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager, starts_at=clock() + timedelta(hours=1))
    roll.attendances.join(cast.manager, Arrival(meeting.meeting_id))
    assert roll.meetings.get(cast.manager, meeting.meeting_id).status == "live"


def test_nobody_joins_what_is_over_or_was_called_off(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    over = live(roll, cast.manager)
    roll.hosting.end(cast.manager, over.meeting_id)
    with pytest.raises(Conflict, match="“Retro” is over"):
        roll.attendances.join(cast.employee, by_code(over))
    off = live(roll, cast.manager, starts_at=clock() + timedelta(minutes=5))
    roll.meetings.cancel(cast.manager, off.meeting_id)
    with pytest.raises(Conflict, match="called off"):
        roll.attendances.join(cast.employee, by_code(off))


def test_with_a_changing_code_one_has_to_be_where_it_is_shown(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager, rotating=True)
    with pytest.raises(Invalid, match="six digits") as refused:
        roll.attendances.join(cast.employee, by_code(meeting))
    assert refused.value.fields == {"rotating_code": "is missing"}
    shown = roll.meetings.rotating_code(cast.manager, meeting.meeting_id).code
    clock.forward(seconds=29)
    clock.forward(seconds=31)
    with pytest.raises(Invalid, match="any more"):
        roll.attendances.join(cast.employee, by_code(meeting, rotating_code=shown))
    shown = roll.meetings.rotating_code(cast.manager, meeting.meeting_id).code
    clock.forward(seconds=15)
    roll.attendances.join(cast.employee, by_code(meeting, rotating_code=shown))
    roll.attendances.join(cast.manager, by_code(meeting))
    assert "rotating_secret" not in str(meeting.public())
    for _ in range(10):
        with pytest.raises(Invalid):
            roll.attendances.join(cast.outsider, by_code(meeting, rotating_code="000 000"))
    with pytest.raises(TooManyAttempts):
        roll.attendances.join(cast.outsider, by_code(meeting, rotating_code="000 000"))
    with pytest.raises(Conflict):
        roll.meetings.rotating_code(cast.manager, live(roll, cast.manager).meeting_id)


# The waiting room ---------------------------------------------------------------------------


def test_with_a_waiting_room_the_host_lets_people_in(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    meeting = live(roll, cast.manager, waiting_room=True)
    waiting = roll.attendances.join(cast.employee, by_code(meeting))
    assert (waiting.state, waiting.joined_at) == ("waiting", None)
    assert counts(roll, meeting) == {"present": 0, "waiting": 1, "joins": 0}
    assert [one.session_id for one in roll.hosting.waiting(cast.manager, meeting.meeting_id)] == [
        waiting.session_id
    ]
    clock.forward(minutes=2)
    admitted = roll.hosting.admit(cast.manager, meeting.meeting_id, waiting.session_id)
    assert (admitted.state, admitted.joined_at) == ("here", clock())
    assert counts(roll, meeting) == {"present": 1, "waiting": 0, "joins": 1}
    roll.attendances.leave(cast.employee, waiting.session_id)
    # Who was let in once comes in again without asking.
    assert roll.attendances.join(cast.employee, by_code(meeting)).state == "here"
    [entry] = roll.activities.list(cast.admin, kind="attendance.admitted").items
    assert entry.text == "Mona Lindqvist let Erika Musterfrau into “Retro”"


def test_who_is_not_let_in_was_not_there(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager, waiting_room=True)
    waiting = roll.attendances.join(cast.employee, by_code(meeting))
    refused = roll.hosting.refuse(cast.manager, meeting.meeting_id, waiting.session_id)
    assert (refused.state, refused.left_at) == ("refused", None)
    assert counts(roll, meeting)["waiting"] == 0
    people = roll.reports.of(cast.manager, meeting.meeting_id).people
    status = {one.name: one.facts.status for one in people}
    assert status["Erika Musterfrau"] == "absent"
    with pytest.raises(NotFound):
        roll.reports.of(cast.employee, meeting.meeting_id)
    with pytest.raises(NotFound):
        roll.hosting.admit(cast.manager, meeting.meeting_id, waiting.session_id)


def test_nobody_lets_people_into_someone_elses_meeting(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager, waiting_room=True)
    waiting = roll.attendances.join(cast.employee, by_code(meeting))
    mine = live(roll, cast.employee, waiting_room=True)
    for reference in (meeting.meeting_id, mine.meeting_id):
        with pytest.raises((NotFound, Forbidden)):
            roll.hosting.admit(cast.employee, reference, waiting.session_id)
    assert roll.attendances.current(cast.employee)[0].state == "waiting"


# The end ------------------------------------------------------------------------------------


def test_the_host_ends_it_for_all(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    meeting = live(roll, cast.manager, waiting_room=True)
    roll.attendances.join(cast.manager, by_code(meeting))
    inside = roll.attendances.join(cast.employee, by_code(meeting))
    roll.hosting.admit(cast.manager, meeting.meeting_id, inside.session_id)
    roll.attendances.join(cast.outsider, by_code(meeting))
    clock.forward(minutes=30)
    ended = roll.hosting.end(cast.manager, meeting.meeting_id, "k")
    assert (ended.status, ended.ended_at, ended.ended_by) == ("completed", clock(), "host")
    assert roll.hosting.end(cast.manager, meeting.meeting_id, "k") == ended
    assert roll.attendances.current(cast.employee) == []
    assert roll.attendances.current(cast.outsider) == []
    report = roll.reports.of(cast.manager, meeting.meeting_id)
    facts = {one.name: (one.facts.status, one.facts.minutes) for one in report.people}
    assert facts == {
        "Mona Lindqvist": ("present", 30),
        "Erika Musterfrau": ("present", 30),
        "Oscar Outside": ("absent", 0),
    }
    [entry] = roll.activities.list(cast.admin, kind="meeting.ended").items
    assert entry.data["ended_sessions"] == 2
    assert counts(roll, meeting)["present"] == 0


# At once ------------------------------------------------------------------------------------


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except RollcallError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_eight_loads_of_one_page_at_once_are_one_interval(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager)
    found = at_once([lambda: roll.attendances.join(cast.employee, by_code(meeting))] * 8)
    assert len({one.session_id for one in found}) == 1
    assert counts(roll, meeting) == {"present": 1, "waiting": 0, "joins": 1}


def test_eight_devices_at_once_are_eight_intervals_of_one_person(
    roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager)
    devices = [another_device(roll, cast.employee) for _ in range(8)]
    found = at_once(
        [lambda one=one: roll.attendances.join(one, by_code(meeting)) for one in devices]  # type: ignore[misc]
    )
    assert len({one.session_id for one in found}) == 8
    assert counts(roll, meeting) == {"present": 1, "waiting": 0, "joins": 8}
    participants = roll.database.collection("participants")
    assert participants.count_documents({"employee_id": "EMP004"}) == 1
    at_once(
        [lambda one=one: roll.attendances.leave(cast.employee, one.session_id) for one in found]
    )  # type: ignore[misc]
    assert counts(roll, meeting)["present"] == 0


@pytest.mark.parametrize("_", range(3))
def test_joining_while_it_ends_leaves_nobody_in_a_meeting_that_is_over(
    roll: Rollcall, cast: Cast, _: int
) -> None:
    meeting = live(roll, cast.manager)
    devices = [another_device(roll, cast.employee) for _ in range(6)]
    calls: list[Callable[[], Any]] = [
        lambda one=one: roll.attendances.join(one, by_code(meeting))  # type: ignore[misc]
        for one in devices
    ]
    calls.insert(3, lambda: roll.hosting.end(cast.manager, meeting.meeting_id))
    found = at_once(calls)
    assert not [one for one in found if isinstance(one, RollcallError) and one.status >= 500]
    assert roll.attendances.current(cast.employee) == []
    assert counts(roll, meeting)["present"] == 0
    document = roll.database.collection("participants").find_one({"employee_id": "EMP004"})
    assert document is None or document["open"] == 0


def test_an_unknown_zoom_number_joined_by_eight_at_once_is_one_meeting(
    roll: Rollcall, cast: Cast
) -> None:
    devices = [another_device(roll, cast.employee) for _ in range(8)]
    found = at_once(
        [lambda one=one: roll.attendances.join(one, Arrival("987654321")) for one in devices]  # type: ignore[misc]
    )
    assert len({one.meeting_id for one in found}) == 1
    assert roll.database.collection("meetings").count_documents({}) == 1
    assert found[0].session_id.startswith("EMP004_987654321_")


def test_who_waits_sees_nothing_of_the_meeting_but_can_go_away(roll: Rollcall, cast: Cast) -> None:
    meeting = live(roll, cast.manager, waiting_room=True)
    waiting = roll.attendances.join(cast.outsider, by_code(meeting))
    for look in (roll.meetings.get, roll.reports.here, roll.reports.of):
        with pytest.raises(NotFound):
            look(cast.outsider, meeting.meeting_id)
    assert roll.meetings.rooms(cast.outsider) == []
    [gone] = roll.attendances.leave_meeting(cast.outsider, meeting.meeting_id)
    assert (gone.session_id, gone.state) == (waiting.session_id, "left")
    assert counts(roll, meeting)["waiting"] == 0
