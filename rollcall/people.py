"""The people of the company: listing them, reading one, adding one, changing one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.credentials import Credentials
from rollcall.directory import UNKNOWN, Directory, Employee, build_employee, normal_id
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound
from rollcall.paging import Page, read_page
from rollcall.permissions import Nobody, Permission, Scope, covers, require, scope
from rollcall.principal import SYSTEM, Principal, Role
from rollcall.search import loose_pattern
from rollcall.sessions import Sessions
from rollcall.storage.database import Database, Document, Transaction

ADMINS = {Role.BRANCH_ADMIN, Role.ADMIN}
"""Only an admin gives these roles, and changes those who have them."""
SEARCHED = ("name", "employee_id", "email", "department", "branch")
CHANGEABLE = ("name", "role", "email", "department", "branch", "manager_id", "timezone")


@dataclass(frozen=True)
class NewEmployee:
    """What is needed to add somebody."""

    employee_id: str
    name: str
    role: Role = Role.EMPLOYEE
    email: str | None = None
    department: str | None = None
    branch: str | None = None
    manager_id: str | None = None
    timezone: str | None = None


class People:
    """Reads and writes `employees` on behalf of a caller."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        credentials: Credentials,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._collection = database.collection("employees")
        self._directory = directory
        self._activities = activities
        self._credentials = credentials
        self._clock = clock

    def get(self, actor: Principal, employee_id: str) -> Employee:
        """One employee. Raises `NotFound` also for those the actor may not see."""
        employee = self._directory.find(employee_id)
        require(actor, Permission.READ_PEOPLE, employee or Nobody(employee_id), UNKNOWN)
        if employee is None:
            raise NotFound(UNKNOWN)
        return employee

    def list(
        self,
        actor: Principal,
        limit: int = 50,
        after: str | None = None,
        search: str | None = None,
    ) -> Page[Employee]:
        """The people the actor may see, newest first; with `search` those with this text in
        their name, id, address, department or branch."""
        query = self._directory.reach(actor, Permission.READ_PEOPLE, None, "_id")
        if search and search.strip():
            contains = {"$regex": loose_pattern(search), "$options": "i"}
            query = {"$and": [query, {"$or": [{name: contains} for name in SEARCHED]}]}
        return read_page(self._collection, query, "created_at", build_employee, limit, after)

    def add(
        self,
        actor: Principal,
        new: NewEmployee,
        key: str | None = None,
    ) -> tuple[Employee, str]:
        """Add somebody; returns them with the one-time code that activates the account.

        A branch admin adds people to their own branch. Raises `Forbidden`, `Invalid` for a value
        that can't be, `Conflict` when the id or the e-mail address is taken.
        """
        require(actor, Permission.ADD_PEOPLE)
        if new.branch is None and scope(actor, Permission.ADD_PEOPLE) is Scope.BRANCH:
            new = replace(new, branch=actor.branch)
        employee_id = normal_id(new.employee_id)
        values = self._checked(
            actor, employee_id, {name: getattr(new, name) for name in CHANGEABLE}
        )
        employee = Employee(
            employee_id=employee_id, status="active", created_at=self._clock(), **values
        )
        if not covers(actor, Permission.ADD_PEOPLE, employee):
            raise Forbidden("You can add people to your own branch only.")
        if employee.role in ADMINS:
            require(actor, Permission.GRANT_ADMIN)
        document = _document(employee)
        # The same for a repeat: only its hash is kept, so the first code can't be looked up.
        code = self._credentials.activation_code(f"{actor.employee_id}:{key}" if key else None)

        def change(transaction: Transaction) -> tuple[Employee, Entry]:
            self._collection.insert_one(document, session=transaction)
            self._credentials.store_activation(transaction, employee_id, code)
            entry = Entry(
                "person.added",
                Subject("person", employee_id),
                {"title": employee_id, "role": employee.role.value},
                (employee_id,),
            )
            return employee, entry

        def first(activity: Activity) -> Employee:
            return self._existing(activity, "person.added", employee_id)

        try:
            return self._activities.write(actor, key, change, first), code
        except DuplicateKeyError as error:
            raise _taken(error) from error

    def change(
        self,
        actor: Principal,
        employee_id: str,
        changes: Mapping[str, Any],
        key: str | None = None,
    ) -> Employee:
        """Change some of `CHANGEABLE`; what the person may do follows from their next call on.

        A branch admin changes people of their own branch, and leaves them there. Raises
        `NotFound`, `Forbidden`, `Invalid`, `Conflict` for an address that is taken and for one's
        own role.
        """
        before = self._directory.find(employee_id)
        require(actor, Permission.CHANGE_PEOPLE, before or Nobody(employee_id), UNKNOWN)
        if before is None:
            raise NotFound(UNKNOWN)
        if unknown := [name for name in changes if name not in CHANGEABLE]:
            raise Invalid("That can't be changed.", dict.fromkeys(unknown, "can't be changed"))
        new = self._checked(actor, employee_id, changes)
        after = replace(before, **new)
        changed = [name for name in CHANGEABLE if getattr(before, name) != getattr(after, name)]
        self._refuse(actor, before, after)
        if not changed:
            return before
        data: dict[str, Any] = {"title": employee_id, "changed": changed}
        if "role" in changed:
            data["role"] = {"before": before.role.value, "after": after.role.value}
        managers = {before.manager_id, after.manager_id} if "manager_id" in changed else set()
        concerned = (employee_id, *sorted(one for one in managers if one))

        def write(transaction: Transaction) -> tuple[Employee, Entry]:
            document = _document(after)
            self._collection.update_one(
                {"_id": employee_id},
                {"$set": {name: document[name] for name in changed}},
                session=transaction,
            )
            self._sessions.renew(transaction, employee_id)
            entry = Entry("person.changed", Subject("person", employee_id), data, concerned)
            return after, entry

        def first(activity: Activity) -> Employee:
            return self._existing(activity, "person.changed", employee_id)

        try:
            return self._activities.write(actor, key, write, first)
        except DuplicateKeyError as error:
            raise _taken(error) from error

    def _refuse(self, actor: Principal, before: Employee, after: Employee) -> None:
        """Raise when the actor may not turn `before` into `after`."""
        if not covers(actor, Permission.CHANGE_PEOPLE, after):
            problem = "only an admin moves people to another branch"
            raise Invalid(f"That isn't your branch: {problem}.", {"branch": problem})
        is_own = before.employee_id == actor.employee_id
        moves = before.branch != after.branch and scope(actor, Permission.GRANT_ADMIN) is Scope.NONE
        if is_own and (before.role is not after.role or moves):
            raise Conflict("That is your own role or branch: another admin has to change it.")
        if not is_own and {before.role, after.role} & ADMINS:
            require(actor, Permission.GRANT_ADMIN)

    def _checked(
        self, actor: Principal, employee_id: str, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The values of `CHANGEABLE` that are given, tidied. Raises `Invalid`."""
        found = dict(values)
        if "name" in found:
            found["name"] = " ".join(str(found["name"] or "").split())
            if not found["name"]:
                raise Invalid("Everybody has a name.", {"name": "is missing"})
        if "role" in found:
            found["role"] = _role(found["role"])
        if found.get("timezone") and found["timezone"] not in available_timezones():
            problem = "should be a name such as Europe/Berlin"
            raise Invalid(f"A time zone {problem}.", {"timezone": problem})
        if found.get("manager_id"):
            found["manager_id"] = self._manager(actor, employee_id, found["manager_id"])
        return found

    def _manager(self, actor: Principal, employee_id: str, text: str) -> str:
        manager_id = normal_id(text)
        if manager_id == employee_id:
            raise Invalid("Nobody is their own manager.", {"manager_id": "is the same person"})
        if actor is SYSTEM:  # An import may name a manager whose line comes later.
            return manager_id
        manager = self._directory.find(manager_id)
        if manager is None or not covers(actor, Permission.READ_PEOPLE, manager):
            raise Invalid(UNKNOWN, {"manager_id": "is nobody you know of"})
        if manager.status != "active":
            raise Invalid("That manager has left.", {"manager_id": "has left"})
        return manager_id

    def _existing(self, first: Activity, kind: str, employee_id: str) -> Employee:
        first.answers(kind, employee_id)
        employee = self._directory.find(employee_id)
        if employee is None:
            raise NotFound(UNKNOWN)
        return employee


def _document(employee: Employee) -> Document:
    fields = {name: getattr(employee, name) for name in ("employee_id", *CHANGEABLE)}
    return {
        "_id": employee.employee_id,
        **fields,
        "role": employee.role.value,
        "status": employee.status,
        "created_at": employee.created_at,
    }


def _role(name: str) -> Role:
    given = [role for role in Role if role is not Role.GUEST and role.value == name]
    if not given:
        problem = f"should be one of {', '.join(role for role in Role if role is not Role.GUEST)}"
        raise Invalid(f"A role {problem}.", {"role": problem})
    return given[0]


def _taken(error: DuplicateKeyError) -> Conflict:
    field = "email" if "email" in str(error) else "employee_id"
    return Conflict(
        "Somebody with that employee id or e-mail address is already on record.",
        {field: "already on record"},
    )
