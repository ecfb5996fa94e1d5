"""Who may do what: one table for the chat, the API and the pages.

A role has a scope for each permission: nothing, their own, their team's (people whose manager
they are), their branch's, or everyone's.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rollcall.errors import Forbidden, NotFound, Unauthenticated
from rollcall.principal import SYSTEM, Principal, Role


class Scope(StrEnum):
    """Whose records a permission covers."""

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    BRANCH = "branch"
    ALL = "all"


class Permission(StrEnum):
    """Everything that can be allowed or refused."""

    READ_PEOPLE = "people.read"
    ADD_PEOPLE = "people.add"
    READ_SESSIONS = "sessions.read"
    END_SESSIONS = "sessions.end"
    READ_REGISTRATIONS = "registrations.read"
    CREATE_REGISTRATIONS = "registrations.create"
    READ_TASKS = "tasks.read"
    ASSIGN_TASKS = "tasks.assign"
    WORK_TASKS = "tasks.work"
    UPDATE_TASKS = "tasks.update"
    READ_ACTIVITIES = "activities.read"


_OWN_TEAM_BRANCH_ALL = {
    Role.GUEST: Scope.NONE,
    Role.EMPLOYEE: Scope.OWN,
    Role.FACULTY: Scope.OWN,
    Role.MANAGER: Scope.TEAM,
    Role.BRANCH_ADMIN: Scope.BRANCH,
    Role.ADMIN: Scope.ALL,
}
_OWN_ONLY = {role: Scope.OWN for role in Role if role is not Role.GUEST} | {Role.GUEST: Scope.NONE}
_OWN_OR_ALL = _OWN_ONLY | {Role.ADMIN: Scope.ALL}
_ADMIN_ONLY = dict.fromkeys(Role, Scope.NONE) | {Role.ADMIN: Scope.ALL}

TABLE: dict[Permission, dict[Role, Scope]] = {
    Permission.READ_PEOPLE: _OWN_TEAM_BRANCH_ALL,
    Permission.ADD_PEOPLE: _ADMIN_ONLY,
    Permission.READ_SESSIONS: _OWN_TEAM_BRANCH_ALL,
    Permission.END_SESSIONS: _OWN_OR_ALL,
    Permission.READ_REGISTRATIONS: _OWN_TEAM_BRANCH_ALL,
    Permission.CREATE_REGISTRATIONS: _OWN_ONLY,
    Permission.READ_TASKS: _OWN_TEAM_BRANCH_ALL,
    Permission.ASSIGN_TASKS: _OWN_TEAM_BRANCH_ALL,
    Permission.WORK_TASKS: _OWN_OR_ALL,
    Permission.UPDATE_TASKS: _OWN_TEAM_BRANCH_ALL,
    Permission.READ_ACTIVITIES: _OWN_TEAM_BRANCH_ALL,
}


class Owner(Protocol):
    """Whose record is asked for; an `Employee` is one."""

    @property
    def employee_id(self) -> str: ...
    @property
    def manager_id(self) -> str | None: ...
    @property
    def branch(self) -> str | None: ...


@dataclass(frozen=True)
class Nobody:
    """Stands for an employee who doesn't exist: covered by no scope but `ALL`."""

    employee_id: str
    manager_id: None = None
    branch: None = None


def scope(actor: Principal, permission: Permission) -> Scope:
    """The scope `actor` has for `permission`. Raises `Unauthenticated` for a guest."""
    if actor is SYSTEM:
        return Scope.ALL
    if not actor.signed_in:
        raise Unauthenticated
    return TABLE[permission][actor.role]


def covers(actor: Principal, permission: Permission, owner: Owner) -> bool:
    """Whether `actor` may do `permission` on a record of `owner`."""
    match scope(actor, permission):
        case Scope.ALL:
            return True
        case Scope.NONE:
            return False
        case Scope.TEAM if owner.manager_id is not None and owner.manager_id == actor.employee_id:
            return True
        case Scope.BRANCH if owner.branch is not None and owner.branch == actor.branch:
            return True
    return owner.employee_id == actor.employee_id


def require(
    actor: Principal,
    permission: Permission,
    owner: Owner | None = None,
    missing: str = "There is no such record.",
) -> None:
    """Refuse what the table doesn't allow.

    Without `owner` the permission itself is asked for: raises `Forbidden`. With one, what the
    actor may not touch answers as if it weren't there (`NotFound`), so that ids can't be probed.
    """
    if owner is None:
        if scope(actor, permission) is Scope.NONE:
            raise Forbidden("You are not allowed to do that. An admin can.")
    elif not covers(actor, permission, owner):
        raise NotFound(missing)
