"""Accounts: closed, reopened and reset by admins, with what follows from it at once."""

from collections.abc import Callable

import pytest

from rollcall import SYSTEM, Principal, Role, Rollcall
from rollcall.errors import (
    Conflict,
    Forbidden,
    InvalidCredentials,
    NotFound,
    SessionEnded,
    Unauthenticated,
)
from rollcall.people import NewEmployee
from tests.cast import Cast
from tests.conftest import StandingClock

GOOD = "correct horse battery staple"
HERE = "192.0.2.1"


@pytest.fixture
def set_up(roll: Rollcall, cast: Cast) -> Rollcall:
    """Erika (EMP004) has a passphrase; Bea and Ben are the admins of two branches."""
    roll.credentials.set(SYSTEM, "EMP004", GOOD)
    for employee_id, name, branch in (("EMP020", "Bea", "Berlin"), ("EMP021", "Ben", "Lisbon")):
        new = NewEmployee(employee_id, name, Role.BRANCH_ADMIN, branch=branch)
        roll.people.add(SYSTEM, new)
    return roll


def head_of(roll: Rollcall, branch: str) -> Principal:
    """The branch admin of a branch, signed in."""
    employee = roll.directory.find({"Berlin": "EMP020", "Lisbon": "EMP021"}[branch])
    assert employee is not None
    return roll.sessions.authenticate(roll.sessions.open(employee).session_id)


def test_reset_takes_the_passphrase_and_the_sessions_away(set_up: Rollcall, cast: Cast) -> None:
    token = set_up.refresh_tokens.issue(str(cast.employee.session_id))
    new = set_up.accounts.reset(cast.admin, "EMP004")
    with pytest.raises(SessionEnded):
        set_up.sessions.authenticate(str(cast.employee.session_id))
    with pytest.raises(InvalidCredentials):
        set_up.credentials.check("EMP004", GOOD, HERE)
    with pytest.raises(Exception, match="token"):
        set_up.refresh_tokens.rotate(token)
    set_up.credentials.activate("EMP004", new.activation_code, "another good one", HERE)
    assert set_up.credentials.check("EMP004", "another good one", HERE).employee_id == "EMP004"


def test_reset_is_on_record_without_the_code(set_up: Rollcall, cast: Cast) -> None:
    new = set_up.accounts.reset(cast.admin, "EMP004")
    kinds = [one.kind for one in set_up.activities.list(cast.employee, "EMP004").items][:2]
    assert sorted(kinds) == ["credential.reset", "session.closed"]
    [reset] = set_up.activities.list(cast.admin, kind="credential.reset").items
    assert reset.text == "Admin User reset the passphrase of EMP004"
    for name in set_up.database.raw.list_collection_names():
        assert new.activation_code not in str(list(set_up.database.collection(name).find()))


def test_new_code_lasts_a_week_and_replaces_the_one_before(
    set_up: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    first = set_up.accounts.reset(cast.admin, "EMP004")
    second = set_up.accounts.reset(cast.admin, "EMP004")
    assert (second.expires_at - clock()).days == 7
    with pytest.raises(InvalidCredentials):
        set_up.credentials.activate("EMP004", first.activation_code, GOOD, HERE)
    clock.forward(days=7)
    with pytest.raises(InvalidCredentials):
        set_up.credentials.activate("EMP004", second.activation_code, GOOD, HERE)


def test_repeating_with_the_same_key_answers_the_same_code(set_up: Rollcall, cast: Cast) -> None:
    first = set_up.accounts.reset(cast.admin, "EMP004", "key-1")
    assert set_up.accounts.reset(cast.admin, "EMP004", "key-1") == first
    assert len(set_up.activities.list(cast.admin, kind="credential.reset").items) == 1
    with pytest.raises(Conflict, match="key"):
        set_up.accounts.reset(cast.admin, "EMP003", "key-1")


def test_closing_ends_everything_at_once(
    set_up: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    elsewhere = set_up.at_clock(clock)
    elsewhere.sessions.authenticate(str(cast.employee.session_id))
    closed = set_up.accounts.deactivate(cast.admin, "EMP004")
    assert closed.status == "left"
    with pytest.raises(SessionEnded):
        elsewhere.sessions.authenticate(str(cast.employee.session_id))
    with pytest.raises(InvalidCredentials):
        set_up.credentials.check("EMP004", GOOD, HERE)
    assert set_up.sessions.get(cast.admin, str(cast.employee.session_id)).session_status == "ended"
    assert set_up.database.collection("credentials").find_one({"_id": "EMP004"}) is None
    [activity] = set_up.activities.list(cast.admin, kind="person.deactivated").items
    assert activity.text == "Admin User closed the account of EMP004"


def test_closing_twice_is_one_entry_on_record(set_up: Rollcall, cast: Cast) -> None:
    first = set_up.accounts.deactivate(cast.admin, "EMP004", "key-1")
    assert set_up.accounts.deactivate(cast.admin, "EMP004", "key-1") == first
    assert set_up.accounts.deactivate(cast.admin, "EMP004") == first
    assert len(set_up.activities.list(cast.admin, kind="person.deactivated").items) == 1


def test_closed_account_is_opened_with_a_new_code_only(set_up: Rollcall, cast: Cast) -> None:
    set_up.accounts.deactivate(cast.admin, "EMP004")
    with pytest.raises(Conflict, match="closed"):
        set_up.accounts.reset(cast.admin, "EMP004")
    new = set_up.accounts.reactivate(cast.admin, "EMP004")
    assert set_up.people.get(cast.admin, "EMP004").status == "active"
    with pytest.raises(InvalidCredentials):
        set_up.credentials.check("EMP004", GOOD, HERE)
    set_up.credentials.activate("EMP004", new.activation_code, GOOD, HERE)
    with pytest.raises(Conflict, match="open already"):
        set_up.accounts.reactivate(cast.admin, "EMP004")
    [activity] = set_up.activities.list(cast.admin, kind="person.reactivated").items
    assert activity.text == "Admin User opened the account of EMP004 again"


Call = Callable[[Rollcall, Principal, str], object]
CALLS: dict[str, Call] = {
    "reset": lambda roll, actor, who: roll.accounts.reset(actor, who),
    "deactivate": lambda roll, actor, who: roll.accounts.deactivate(actor, who),
    "change": lambda roll, actor, who: roll.people.change(actor, who, {"department": "Sales"}),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("part", ["manager", "faculty", "employee", "outsider"])
@pytest.mark.parametrize("owner", ["EMP001", "EMP004", "EMP005", "EMP999", "nobody"])
def test_it_validates_ownership(
    set_up: Rollcall, cast: Cast, name: str, part: str, owner: str
) -> None:
    with pytest.raises(NotFound, match="I don't know that employee"):
        CALLS[name](set_up, cast.everyone()[part], owner)
    assert set_up.directory.find("EMP004") == set_up.people.get(cast.admin, "EMP004")


@pytest.mark.parametrize("name", CALLS)
def test_guest_can_do_nothing(set_up: Rollcall, cast: Cast, name: str) -> None:
    with pytest.raises(Unauthenticated):
        CALLS[name](set_up, cast.guest, "EMP004")


@pytest.mark.parametrize("name", CALLS)
def test_branch_admin_reaches_the_people_of_the_branch_only(
    set_up: Rollcall, cast: Cast, name: str
) -> None:
    with pytest.raises(NotFound):
        CALLS[name](set_up, head_of(set_up, "Lisbon"), "EMP004")
    CALLS[name](set_up, head_of(set_up, "Berlin"), "EMP004")
    with pytest.raises(NotFound):
        CALLS[name](set_up, head_of(set_up, "Berlin"), "EMP005")


@pytest.mark.parametrize("name", CALLS)
def test_branch_admin_cannot_touch_an_admin_of_the_branch(
    set_up: Rollcall, cast: Cast, name: str
) -> None:
    with pytest.raises(Forbidden):
        CALLS[name](set_up, head_of(set_up, "Berlin"), "EMP001")


@pytest.mark.parametrize("name", ["reset", "deactivate"])
def test_nobody_locks_themself_out(set_up: Rollcall, cast: Cast, name: str) -> None:
    with pytest.raises(Conflict, match="your own account"):
        CALLS[name](set_up, cast.admin, "EMP001")
