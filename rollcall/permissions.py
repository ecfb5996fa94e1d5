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
    CHANGE_PEOPLE = "people.change"
    GRANT_ADMIN = "people.grant_admin"
    RESET_CREDENTIALS = "credentials.reset"
    MANAGE_TOKENS = "tokens.manage"
    READ_SESSIONS = "sessions.read"
    END_SESSIONS = "sessions.end"
    READ_REGISTRATIONS = "registrations.read"
    CREATE_REGISTRATIONS = "registrations.create"
    READ_TASKS = "tasks.read"
    ASSIGN_TASKS = "tasks.assign"
    WORK_TASKS = "tasks.work"
    UPDATE_TASKS = "tasks.update"
    READ_ACTIVITIES = "activities.read"
    READ_COMPLETIONS = "completions.read"
    WRITE_COMPLETIONS = "completions.write"
    APPROVE_COMPLETIONS = "completions.approve"
    VERIFY_RECEIPTS = "receipts.verify"
    CREATE_MEETINGS = "meetings.create"
    CREATE_EXTERNAL_MEETINGS = "meetings.create_external"
    JOIN_MEETINGS = "meetings.join"
    READ_MEETINGS = "meetings.read"
    HOST_MEETINGS = "meetings.host"
    READ_ATTENDANCE_STATISTICS = "attendance.statistics"
    READ_STUDENTS = "students.read"
    ADD_STUDENTS = "students.add"


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
_BRANCH_OR_ALL = _ADMIN_ONLY | {Role.BRANCH_ADMIN: Scope.BRANCH}
# Who says that a Zoom meeting is theirs sees who was in it.
_NOT_EMPLOYEES = _OWN_ONLY | {Role.EMPLOYEE: Scope.NONE}

TABLE: dict[Permission, dict[Role, Scope]] = {
    Permission.READ_PEOPLE: _OWN_TEAM_BRANCH_ALL,
    Permission.ADD_PEOPLE: _BRANCH_OR_ALL,
    Permission.CHANGE_PEOPLE: _BRANCH_OR_ALL,
    Permission.GRANT_ADMIN: _ADMIN_ONLY,
    Permission.RESET_CREDENTIALS: _BRANCH_OR_ALL,
    Permission.MANAGE_TOKENS: _ADMIN_ONLY,
    Permission.READ_SESSIONS: _OWN_TEAM_BRANCH_ALL,
    Permission.END_SESSIONS: _OWN_OR_ALL,
    Permission.READ_REGISTRATIONS: _OWN_TEAM_BRANCH_ALL,
    Permission.CREATE_REGISTRATIONS: _OWN_ONLY,
    Permission.READ_TASKS: _OWN_TEAM_BRANCH_ALL,
    Permission.ASSIGN_TASKS: _OWN_TEAM_BRANCH_ALL,
    Permission.WORK_TASKS: _OWN_OR_ALL,
    Permission.UPDATE_TASKS: _OWN_TEAM_BRANCH_ALL,
    Permission.READ_ACTIVITIES: _OWN_TEAM_BRANCH_ALL,
    Permission.READ_COMPLETIONS: _OWN_TEAM_BRANCH_ALL,
    Permission.WRITE_COMPLETIONS: _OWN_OR_ALL,
    Permission.APPROVE_COMPLETIONS: _OWN_TEAM_BRANCH_ALL
    | {Role.EMPLOYEE: Scope.NONE, Role.FACULTY: Scope.NONE},
    # Anyone in the company who has the code.
    Permission.VERIFY_RECEIPTS: _OWN_ONLY,
    Permission.CREATE_MEETINGS: _OWN_ONLY,
    Permission.CREATE_EXTERNAL_MEETINGS: _NOT_EMPLOYEES,
    Permission.JOIN_MEETINGS: _OWN_ONLY,
    # The owner of a meeting is its host; who is on its list may see it too.
    Permission.READ_MEETINGS: _OWN_TEAM_BRANCH_ALL,
    Permission.HOST_MEETINGS: _OWN_OR_ALL,
    Permission.READ_ATTENDANCE_STATISTICS: _ADMIN_ONLY,
    Permission.READ_STUDENTS: _ADMIN_ONLY,
    Permission.ADD_STUDENTS: _ADMIN_ONLY,
}

MEANS: dict[Permission, str] = {
    Permission.READ_PEOPLE: "see people",
    Permission.ADD_PEOPLE: "add people",
    Permission.CHANGE_PEOPLE: "change people, close and reopen their accounts",
    Permission.GRANT_ADMIN: "make somebody an admin or branch admin, and change those who are",
    Permission.RESET_CREDENTIALS: "take somebody's passphrase away and give them a new code",
    Permission.MANAGE_TOKENS: "make, see and withdraw API tokens",
    Permission.READ_SESSIONS: "see sessions and their dashboards",
    Permission.END_SESSIONS: "end sessions",
    Permission.READ_REGISTRATIONS: "see registrations",
    Permission.CREATE_REGISTRATIONS: "register things, and take that back",
    Permission.READ_TASKS: "see tasks",
    Permission.ASSIGN_TASKS: "give people tasks",
    Permission.WORK_TASKS: "start and complete tasks",
    Permission.UPDATE_TASKS: "change tasks",
    Permission.READ_ACTIVITIES: "see what happened",
    Permission.READ_COMPLETIONS: "see scheduled sessions with notes and files, add notes",
    Permission.WRITE_COMPLETIONS: "plan, complete and cancel sessions, add files",
    Permission.APPROVE_COMPLETIONS: "approve or reject what others completed",
    Permission.VERIFY_RECEIPTS: "verify a receipt by its code",
    Permission.CREATE_MEETINGS: "set up meetings",
    Permission.CREATE_EXTERNAL_MEETINGS: "say that a meeting in Zoom is theirs",
    Permission.JOIN_MEETINGS: "join and leave meetings",
    Permission.READ_MEETINGS: "see meetings and who was there, by their host",
    Permission.HOST_MEETINGS: "end meetings, let people in, say who is who",
    Permission.READ_ATTENDANCE_STATISTICS: "see how many are in meetings now",
    Permission.READ_STUDENTS: "see students",
    Permission.ADD_STUDENTS: "put students on record",
}

PEOPLE_ONLY = {
    Permission.GRANT_ADMIN,
    Permission.RESET_CREDENTIALS,
    Permission.MANAGE_TOKENS,
}
"""What no API token can be given: a stolen one could make itself more powerful with these."""


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
    """The scope `actor` has for `permission`, by role and, for a program, by its token.

    Raises `Unauthenticated` for a guest.
    """
    if actor is SYSTEM:
        return Scope.ALL
    if not actor.signed_in:
        raise Unauthenticated
    return TABLE[permission][actor.role] if _is_in_token(actor, permission) else Scope.NONE


def _is_in_token(actor: Principal, permission: Permission) -> bool:
    if actor.scopes is None:
        return True
    return permission in actor.scopes and permission not in PEOPLE_ONLY


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
    A program whose token lacks the scope is told so in either case.
    """
    if actor.scopes is not None and not _is_in_token(actor, permission):
        raise Forbidden(f"This API token doesn't have the scope {permission}.")
    if owner is None:
        if scope(actor, permission) is Scope.NONE:
            raise Forbidden("You are not allowed to do that. An admin can.")
    elif not covers(actor, permission, owner):
        raise NotFound(missing)


def in_person(actor: Principal) -> str:
    """The employee id of somebody who signed in themself, for what is nobody else's business.

    Raises `Unauthenticated` for a guest, `Forbidden` for a program with an API token.
    """
    if actor.employee_id is None:
        raise Unauthenticated
    if actor.scopes is not None:
        raise Forbidden("An API token can't do that: it needs somebody who has signed in.")
    return actor.employee_id
