"""People: who may add and see them, and the code that a new one activates the account with."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rollcall import SYSTEM, Principal, Role, Rollcall
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


HEAD = Principal("EMP020", "Bea", Role.BRANCH_ADMIN, "s", branch="Berlin")


def test_branch_admin_adds_people_to_the_branch_only(roll: Rollcall, cast: Cast) -> None:
    employee, _ = roll.people.add(HEAD, NewEmployee("EMP010", "Nora New"))
    assert employee.branch == "Berlin"
    with pytest.raises(Forbidden, match="your own branch"):
        roll.people.add(HEAD, NewEmployee("EMP011", "Otto", branch="Lisbon"))
    with pytest.raises(Forbidden):
        roll.people.add(replace(HEAD, branch=None), NewEmployee("EMP011", "Otto"))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BRANCH_ADMIN])
def test_only_an_admin_makes_admins(roll: Rollcall, cast: Cast, role: Role) -> None:
    with pytest.raises(Forbidden):
        roll.people.add(HEAD, NewEmployee("EMP010", "Nora", role))
    with pytest.raises(Forbidden):
        roll.people.change(HEAD, "EMP004", {"role": role.value})
    roll.people.add(cast.admin, NewEmployee("EMP010", "Nora", role))
    assert roll.people.change(cast.admin, "EMP004", {"role": role.value}).role is role


def test_what_is_changed_is_on_record_and_nothing_else_changes(roll: Rollcall, cast: Cast) -> None:
    before = roll.people.get(cast.admin, "EMP004")
    changes = {"name": " Erika  Mann ", "role": "faculty", "manager_id": "emp003"}
    after = roll.people.change(cast.admin, "EMP004", changes)
    assert after == replace(before, name="Erika Mann", role=Role.FACULTY, manager_id="EMP003")
    assert roll.people.get(cast.admin, "EMP004") == after
    [activity] = roll.activities.list(cast.admin, kind="person.changed").items
    assert activity.text == "Admin User changed the entry of EMP004"
    assert activity.data == {
        "title": "EMP004",
        "changed": ["name", "role", "manager_id"],
        "role": {"before": "employee", "after": "faculty"},
    }
    assert set(activity.concerns) == {"EMP001", "EMP002", "EMP003", "EMP004"}


def test_change_of_nothing_leaves_no_entry(roll: Rollcall, cast: Cast) -> None:
    for changes in ({}, {"name": "Erika Musterfrau", "branch": "Berlin"}):
        roll.people.change(cast.admin, "EMP004", changes)
    assert roll.activities.list(cast.admin, kind="person.changed").items == []


def test_optional_values_can_be_emptied(roll: Rollcall, cast: Cast) -> None:
    emptied = dict.fromkeys(("email", "department", "branch", "manager_id", "timezone"))
    after = roll.people.change(cast.admin, "EMP004", emptied)
    assert {name: getattr(after, name) for name in emptied} == emptied


def test_new_role_and_branch_count_from_the_next_call_on(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    session_id = str(cast.manager.session_id)
    elsewhere = roll.at_clock(clock)
    assert elsewhere.sessions.authenticate(session_id).role is Role.MANAGER
    roll.people.change(cast.admin, "EMP002", {"role": "employee", "branch": "Lisbon"})
    found = elsewhere.sessions.authenticate(session_id)
    assert (found.role, found.branch) == (Role.EMPLOYEE, "Lisbon")
    with pytest.raises(NotFound):
        elsewhere.people.get(found, "EMP004")


def test_new_manager_sees_what_the_old_one_sees_no_more(roll: Rollcall, cast: Cast) -> None:
    roll.people.change(cast.admin, "EMP003", {"role": "manager"})
    roll.people.change(cast.admin, "EMP004", {"manager_id": "EMP003"})
    felix = roll.sessions.authenticate(str(cast.faculty.session_id))
    assert roll.people.get(felix, "EMP004").manager_id == "EMP003"
    with pytest.raises(NotFound):
        roll.people.get(cast.manager, "EMP004")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"role": "guest"}, "role"),
        ({"manager_id": "EMP999"}, "manager_id"),
        ({"manager_id": "EMP004"}, "manager_id"),
        ({"manager_id": "EMP005"}, "manager_id"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"status": "left"}, "status"),
        ({"employee_id": "EMP001"}, "employee_id"),
    ],
)
def test_wrong_change_is_named(
    roll: Rollcall, cast: Cast, changes: dict[str, str], field: str
) -> None:
    roll.accounts.deactivate(cast.admin, "EMP005")
    with pytest.raises(Invalid) as refused:
        roll.people.change(cast.admin, "EMP004", changes)
    assert list(refused.value.fields) == [field]


def test_address_of_somebody_else_is_refused(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        roll.people.change(cast.admin, "EMP004", {"email": "oscar@example.com"})
    assert list(refused.value.fields) == ["email"]


def test_branch_admin_leaves_people_in_the_branch(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        roll.people.change(HEAD, "EMP004", {"branch": "Lisbon"})
    assert list(refused.value.fields) == ["branch"]
    with pytest.raises(Invalid):
        roll.people.change(HEAD, "EMP004", {"manager_id": "EMP005"})
    assert roll.people.change(HEAD, "EMP004", {"department": "Sales"}).department == "Sales"


def test_nobody_gives_themself_another_role_or_branch(roll: Rollcall, cast: Cast) -> None:
    roll.people.add(SYSTEM, NewEmployee("EMP020", "Bea", Role.BRANCH_ADMIN, branch="Berlin"))
    with pytest.raises(Conflict, match="your own role"):
        roll.people.change(cast.admin, "EMP001", {"role": "employee"})
    with pytest.raises(Conflict, match="your own role"):
        roll.people.change(HEAD, "EMP020", {"branch": "Lisbon"})
    assert roll.people.change(HEAD, "EMP020", {"name": "Beatrix"}).name == "Beatrix"
    assert roll.people.change(cast.admin, "EMP001", {"branch": "Lisbon"}).branch == "Lisbon"


def test_changing_twice_with_one_key_is_one_change(roll: Rollcall, cast: Cast) -> None:
    first = roll.people.change(cast.admin, "EMP004", {"name": "Erika Mann"}, "key-1")
    assert roll.people.change(cast.admin, "EMP004", {"name": "Erika Mann"}, "key-1") == first
    assert len(roll.activities.list(cast.admin, kind="person.changed").items) == 1
