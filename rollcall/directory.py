"""Who is who: employees, whom they report to, and whose records an actor may reach."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, overload

from pymongo.collation import Collation, CollationStrength

from rollcall.clock import iso
from rollcall.errors import Invalid, NotFound
from rollcall.permissions import Nobody, Permission, Scope, covers, require, scope
from rollcall.principal import Principal, Role
from rollcall.storage.database import Database, Document, storage_errors

EMPLOYEE_ID = re.compile(r"[A-Z]{2,6}[0-9]{3,8}")
ANY_CASE = Collation(locale="en", strength=CollationStrength.SECONDARY)
UNKNOWN = "I don't know that employee."


@dataclass(frozen=True)
class Employee:
    """One person. `timezone` is an IANA name, `manager_id` whom they report to."""

    employee_id: str
    name: str
    role: Role
    email: str | None
    department: str | None
    branch: str | None
    manager_id: str | None
    timezone: str | None
    status: str
    created_at: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "employee_id": self.employee_id,
            "name": self.name,
            "role": self.role.value,
            "email": self.email,
            "department": self.department,
            "branch": self.branch,
            "manager_id": self.manager_id,
            "timezone": self.timezone,
            "status": self.status,
            "created_at": iso(self.created_at),
        }


class _Later(Sequence[Employee]):
    """People who are read when somebody looks."""

    def __init__(self, read: Callable[[], list[Employee]]) -> None:
        self._read = read

    @cached_property
    def _people(self) -> list[Employee]:
        return self._read()

    @overload
    def __getitem__(self, place: int) -> Employee: ...

    @overload
    def __getitem__(self, place: slice) -> list[Employee]: ...

    def __getitem__(self, place: int | slice) -> Employee | list[Employee]:
        return self._people[place]

    def __len__(self) -> int:
        return len(self._people)


def normal_id(text: str) -> str:
    """An employee id as it is kept: "emp001" -> "EMP001". Raises `Invalid` if it can't be one."""
    candidate = text.strip().upper()
    if not EMPLOYEE_ID.fullmatch(candidate):
        raise Invalid(
            "An employee id looks like EMP001.", {"employee_id": "should look like EMP001"}
        )
    return candidate


AT_ONCE = 5_000
"""A branch comes in one answer: the driver's first would end after a hundred people."""


class Directory:
    """Looks people up, for the domain's own use; `People` is the face for callers."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection("employees")

    def find(self, employee_id: str) -> Employee | None:
        """The employee, or None. Checks no permission."""
        with storage_errors():
            document = self._collection.find_one({"_id": str(employee_id)})
        return build_employee(document) if document else None

    def of_ids(self, employee_ids: Iterable[str]) -> dict[str, Employee]:
        """Employees by id, for those that exist. Checks no permission."""
        wanted = list(dict.fromkeys(employee_ids))
        if not wanted:
            return {}
        with storage_errors():
            found = self._people({"_id": {"$in": wanted}})
            return {document["_id"]: build_employee(document) for document in found}

    def by_email(self, email: str) -> Employee | None:
        """The active employee with an e-mail address, in capitals or not, or None. Checks no
        permission."""
        with storage_errors():
            document = self._collection.find_one(
                {"email": email, "status": "active"}, collation=ANY_CASE
            )
        return build_employee(document) if document else None

    def everyone(self, actor: Principal, permission: Permission) -> list[Employee]:
        """All active people that `permission` covers for the actor, by name.

        For looking up a name that somebody typed: what the actor may not touch isn't found.
        """
        near: Document = {}
        match scope(actor, permission):
            case Scope.NONE:
                return []
            case Scope.OWN:
                near = {"_id": actor.employee_id}
            case Scope.TEAM:
                near = {"$or": [{"manager_id": actor.employee_id}, {"_id": actor.employee_id}]}
        with storage_errors():
            found = self._people({**near, "status": "active"})
            people = [build_employee(one) for one in found]
        allowed = [one for one in people if covers(actor, permission, one)]
        return sorted(allowed, key=lambda one: one.name)

    def everyone_if_asked(self, actor: Principal, permission: Permission) -> Sequence[Employee]:
        """The same people, read when the first of them is looked at: most answers name nobody."""
        return _Later(lambda: self.everyone(actor, permission))

    def names(self, employee_ids: Iterable[str]) -> dict[str, str]:
        """Names by employee id, for those that exist."""
        wanted = list(employee_ids)
        if not wanted:
            return {}
        with storage_errors():
            found = self._people({"_id": {"$in": wanted}}, "name")
            return {document["_id"]: document["name"] for document in found}

    def names_beside(self, actor: Principal, employee_ids: Iterable[str]) -> dict[str, str]:
        """The same, with the actor's own known already: most people ask about themselves."""
        wanted = set(employee_ids)
        own = {str(actor.employee_id): actor.name} if actor.employee_id in wanted else {}
        return {**self.names(wanted - own.keys()), **own}

    def reach(
        self, actor: Principal, permission: Permission, employee_id: str | None, field: str
    ) -> Document:
        """A filter on `field` for the records that `permission` covers.

        With `employee_id` only that employee's: raises `NotFound` when the actor may not.
        """
        if employee_id is not None and employee_id == actor.employee_id:
            # Who acts is there; nobody has to be looked up to know whose they are.
            require(actor, permission, Nobody(employee_id), UNKNOWN)
            return {field: employee_id}
        if employee_id is not None:
            owner = self.find(employee_id)
            require(actor, permission, owner or Nobody(employee_id), UNKNOWN)
            if owner is None:
                raise NotFound(UNKNOWN)
            return {field: employee_id}
        match scope(actor, permission):
            case Scope.ALL:
                return {}
            case Scope.TEAM:
                return {field: {"$in": self._ids({"manager_id": actor.employee_id}, actor)}}
            case Scope.BRANCH if actor.branch is not None:
                return {field: {"$in": self._ids({"branch": actor.branch}, actor)}}
        require(actor, permission)
        return {field: actor.employee_id}

    def _people(self, query: Document, *fields: str) -> Iterable[Document]:
        """Documents of people, whole unless `fields` are named."""
        return self._collection.find(query, fields or None, batch_size=AT_ONCE)

    def _ids(self, query: Document, actor: Principal) -> list[str]:
        with storage_errors():
            found = [document["_id"] for document in self._people(query, "_id")]
        return [*found, actor.employee_id] if actor.employee_id else found


def build_employee(document: Document) -> Employee:
    """The employee that a document describes."""
    return Employee(
        employee_id=document["_id"],
        name=document["name"],
        role=Role(document["role"]),
        email=document.get("email"),
        department=document.get("department"),
        branch=document.get("branch"),
        manager_id=document.get("manager_id"),
        timezone=document.get("timezone"),
        status=document["status"],
        created_at=document["created_at"],
    )
