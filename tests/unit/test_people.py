"""People: who may add and see them, and the code that a new one activates the account with."""

from collections.abc import Callable

import pytest

from rollcall import Principal, Role, Rollcall
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound, SessionEnded, Unauthenticated
from rollcall.people import NewEmployee
from tests.cast import Cast
from tests.conftest import StandingClock

NORA = NewEmployee("EMP010", "Nora New", Role.FACULTY, "nora@example.com", branch="Berlin")


def test_added_person_is_on_record_by_id_only(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    employee, _ = roll.people.add(cast.admin, NORA)
    assert roll.people.get(cast.admin, "EMP010") == employee
    assert (employee.status, employee.created_at) == ("active", clock())
    [activity] = roll.activities.list(cast.admin, "EMP010").items
    assert activity.text == "Admin User added EMP010 to the people"
    assert "Nora" not in str(activity.data)


def test_id_and_name_are_tidied(roll: Rollcall, cast: Cast) -> None:
    employee, _ = roll.people.add(cast.admin, NewEmployee(" emp010 ", "  Nora \t New "))
    assert (employee.employee_id, employee.name) == ("EMP010", "Nora New")


@pytest.mark.parametrize("part", ["manager", "faculty", "employee", "outsider"])
def test_only_an_admin_adds_people(roll: Rollcall, cast: Cast, part: str) -> None:
    with pytest.raises(Forbidden, match="An admin can"):
        roll.people.add(cast.everyone()[part], NORA)
    assert roll.directory.find("EMP010") is None


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewEmployee("10", "Nora"), "employee_id"),
        (NewEmployee("EMP010\n; drop", "Nora"), "employee_id"),
        (NewEmployee("EMP٠١٠", "Nora"), "employee_id"),
        (NewEmployee("EMP010", " "), "name"),
        (NewEmployee("EMP010", "Nora", Role.GUEST), "role"),
    ],
)
def test_wrong_field_is_named(roll: Rollcall, cast: Cast, new: NewEmployee, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        roll.people.add(cast.admin, new)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewEmployee("EMP004", "Nora"), "employee_id"),
        (NewEmployee("EMP010", "Nora", email="erika@example.com"), "email"),
    ],
)
def test_what_is_taken_is_named(roll: Rollcall, cast: Cast, new: NewEmployee, field: str) -> None:
    with pytest.raises(Conflict) as refused:
        roll.people.add(cast.admin, new)
    assert list(refused.value.fields) == [field]


def test_repeating_with_the_same_key_answers_the_same_code(roll: Rollcall, cast: Cast) -> None:
    first = roll.people.add(cast.admin, NORA, "key-1")
    assert roll.people.add(cast.admin, NORA, "key-1") == first
    assert roll.credentials.activate("EMP010", first[1], "a good passphrase", "192.0.2.1")


def test_codes_of_two_people_differ(roll: Rollcall, cast: Cast) -> None:
    other = NewEmployee("EMP011", "Otto")
    assert roll.people.add(cast.admin, NORA)[1] != roll.people.add(cast.admin, other)[1]
    assert roll.credentials.activation_code() != roll.credentials.activation_code()


def test_a_key_stands_for_one_person(roll: Rollcall, cast: Cast) -> None:
    roll.people.add(cast.admin, NORA, "key-1")
    with pytest.raises(Conflict, match="key"):
        roll.people.add(cast.admin, NewEmployee("EMP011", "Otto"), "key-1")


SEES = {
    "admin": {"admin", "manager", "faculty", "employee", "outsider"},
    "manager": {"manager", "employee"},
    "faculty": {"faculty"},
    "employee": {"employee"},
    "outsider": {"outsider"},
}


@pytest.mark.parametrize("part", SEES)
def test_it_validates_ownership(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    actor = everyone[part]
    ids = {owner: str(everyone[owner].employee_id) for owner in SEES}
    assert {one.employee_id for one in roll.people.list(actor).items} == {
        ids[owner] for owner in SEES[part]
    }
    for owner, employee_id in ids.items():
        if owner in SEES[part]:
            assert roll.people.get(actor, employee_id).employee_id == employee_id
        else:
            with pytest.raises(NotFound, match="I don't know that employee"):
                roll.people.get(actor, employee_id)


def test_branch_admin_sees_the_branch(roll: Rollcall, cast: Cast) -> None:
    head = Principal("EMP020", "Bea", Role.BRANCH_ADMIN, "s", branch="Berlin")
    found = {one.employee_id for one in roll.people.list(head).items}
    assert found == {"EMP001", "EMP002", "EMP003", "EMP004"}
    nowhere = Principal("EMP021", "Ben", Role.BRANCH_ADMIN, "s", branch=None)
    assert roll.people.list(nowhere).items == []


def test_guest_sees_nobody(roll: Rollcall, cast: Cast) -> None:
    calls: list[Callable[[], object]] = [
        lambda: roll.people.list(cast.guest),
        lambda: roll.people.get(cast.guest, "EMP001"),
        lambda: roll.people.add(cast.guest, NORA),
    ]
    for call in calls:
        with pytest.raises(Unauthenticated):
            call()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("felix", {"EMP003"}),
        ("ERIKA", {"EMP004"}),
        ("emp00", {"EMP001", "EMP002", "EMP003", "EMP004", "EMP005"}),
        ("operations", {"EMP002", "EMP004"}),
        ("lisbon", {"EMP005"}),
        ("oscar@", {"EMP005"}),
        (".*", set()),
        ("  ", {"EMP001", "EMP002", "EMP003", "EMP004", "EMP005"}),
    ],
)
def test_people_are_found_by_a_part_of_what_is_known(
    roll: Rollcall, cast: Cast, typed: str, found: set[str]
) -> None:
    page = roll.people.list(cast.admin, search=typed)
    assert {one.employee_id for one in page.items} == found


def test_searching_finds_only_people_one_may_see(roll: Rollcall, cast: Cast) -> None:
    page = roll.people.list(cast.manager, search="emp")
    assert {one.employee_id for one in page.items} == {"EMP002", "EMP004"}


def test_an_admin_signs_somebody_out_everywhere(roll: Rollcall, cast: Cast) -> None:
    employee = roll.people.get(cast.admin, "EMP004")
    another = roll.sessions.open(employee).session_id
    assert roll.accounts.end_sessions(cast.admin, "EMP004") == 2
    for session_id in (another, str(cast.employee.session_id)):
        with pytest.raises(SessionEnded):
            roll.sessions.authenticate(session_id)
    kinds = [one.kind for one in roll.activities.list(cast.admin, "EMP004").items]
    assert kinds.count("session.closed") == 2


def test_ending_ones_own_sessions_leaves_the_present_one(roll: Rollcall, cast: Cast) -> None:
    admin = roll.people.get(cast.admin, "EMP001")
    roll.sessions.open(admin)
    assert roll.accounts.end_sessions(cast.admin, "EMP001") == 1
    assert roll.sessions.authenticate(str(cast.admin.session_id)) == cast.admin
