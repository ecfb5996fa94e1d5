"""Permissions: the whole table of roles and scopes, and what each scope covers."""

from dataclasses import dataclass, replace

import pytest

from rollcall import SYSTEM, Principal, Role
from rollcall.errors import Forbidden, NotFound, Unauthenticated
from rollcall.permissions import TABLE, Nobody, Permission, Scope, covers, require, scope

OWN, TEAM, BRANCH, ALL, NONE = Scope.OWN, Scope.TEAM, Scope.BRANCH, Scope.ALL, Scope.NONE
ROLES = [Role.EMPLOYEE, Role.FACULTY, Role.MANAGER, Role.BRANCH_ADMIN, Role.ADMIN]
WHO_MAY_WHAT = {
    # permission: employee, faculty, manager, branch admin, admin
    "people.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "people.add": (NONE, NONE, NONE, BRANCH, ALL),
    "people.change": (NONE, NONE, NONE, BRANCH, ALL),
    "people.grant_admin": (NONE, NONE, NONE, NONE, ALL),
    "credentials.reset": (NONE, NONE, NONE, BRANCH, ALL),
    "tokens.manage": (NONE, NONE, NONE, NONE, ALL),
    "sessions.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "sessions.end": (OWN, OWN, OWN, OWN, ALL),
    "registrations.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "registrations.create": (OWN, OWN, OWN, OWN, OWN),
    "tasks.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "tasks.assign": (OWN, OWN, TEAM, BRANCH, ALL),
    "tasks.work": (OWN, OWN, OWN, OWN, ALL),
    "tasks.update": (OWN, OWN, TEAM, BRANCH, ALL),
    "activities.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "completions.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "completions.write": (OWN, OWN, OWN, OWN, ALL),
    "completions.approve": (NONE, NONE, TEAM, BRANCH, ALL),
    "receipts.verify": (OWN, OWN, OWN, OWN, OWN),
    "meetings.create": (OWN, OWN, OWN, OWN, OWN),
    "meetings.create_external": (NONE, OWN, OWN, OWN, OWN),
    "meetings.join": (OWN, OWN, OWN, OWN, OWN),
    "meetings.read": (OWN, OWN, TEAM, BRANCH, ALL),
    "meetings.host": (OWN, OWN, OWN, OWN, ALL),
    "attendance.statistics": (NONE, NONE, NONE, NONE, ALL),
    "students.read": (NONE, NONE, NONE, NONE, ALL),
    "students.add": (NONE, NONE, NONE, NONE, ALL),
}


def test_table_is_this_one_and_has_no_other_row() -> None:
    assert set(WHO_MAY_WHAT) == set(Permission)
    for permission, scopes in WHO_MAY_WHAT.items():
        row = TABLE[Permission(permission)]
        assert row == {Role.GUEST: NONE, **dict(zip(ROLES, scopes, strict=True))}, permission


@dataclass(frozen=True)
class Owner:
    employee_id: str
    manager_id: str | None = None
    branch: str | None = None


ME = "EMP100"
OWNERS = {
    "myself": Owner(ME, "EMP200", "Berlin"),
    "reports to me": Owner("EMP101", ME, "Lisbon"),
    "same branch": Owner("EMP102", "EMP200", "Berlin"),
    "stranger": Owner("EMP103", "EMP200", "Lisbon"),
    "without manager and branch": Owner("EMP104"),
    "nobody": Nobody("EMP999"),
}
COVERED = {
    NONE: set(),
    OWN: {"myself"},
    TEAM: {"myself", "reports to me"},
    BRANCH: {"myself", "same branch"},
    ALL: set(OWNERS),
}


def _actor(role: Role, branch: str | None = "Berlin") -> Principal:
    return Principal(ME, "Me", role, "session", branch=branch)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", ROLES)
def test_scope_covers_whom_it_says(permission: Permission, role: Role) -> None:
    actor = _actor(role)
    assert scope(actor, permission) is TABLE[permission][role]
    for name, owner in OWNERS.items():
        expected = name in COVERED[TABLE[permission][role]]
        assert covers(actor, permission, owner) is expected, name
        if expected:
            require(actor, permission, owner)
        else:
            with pytest.raises(NotFound, match="not here"):
                require(actor, permission, owner, "not here")


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", ROLES)
def test_without_an_owner_the_permission_itself_is_asked(
    permission: Permission, role: Role
) -> None:
    if TABLE[permission][role] is NONE:
        with pytest.raises(Forbidden):
            require(_actor(role), permission)
    else:
        require(_actor(role), permission)


def test_two_people_without_branch_are_not_of_one_branch() -> None:
    actor = _actor(Role.BRANCH_ADMIN, branch=None)
    assert not covers(actor, Permission.READ_PEOPLE, OWNERS["without manager and branch"])


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize(
    "actor",
    [
        Principal.guest(),
        replace(Principal.guest(), role=Role.ADMIN),
        replace(SYSTEM),
        Principal(None, "Rollcall", Role.ADMIN),
    ],
    ids=["guest", "guest called admin", "copy of the system", "forged system"],
)
def test_nobody_may_anything(permission: Permission, actor: Principal) -> None:
    with pytest.raises(Unauthenticated):
        require(actor, permission)
    with pytest.raises(Unauthenticated):
        covers(actor, permission, OWNERS["stranger"])


@pytest.mark.parametrize("permission", Permission)
def test_product_itself_may_everything(permission: Permission) -> None:
    for owner in OWNERS.values():
        assert covers(SYSTEM, permission, owner)
