"""The people of the company: listing them, reading one, adding one."""

from dataclasses import dataclass

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities, Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.credentials import Credentials
from rollcall.directory import UNKNOWN, Directory, Employee, build_employee, normal_id
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.paging import Page, read_page
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal, Role
from rollcall.storage.database import Database, Document, Transaction


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
        clock: Clock,
    ) -> None:
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

    def list(self, actor: Principal, limit: int = 50, after: str | None = None) -> Page[Employee]:
        """The people the actor may see, newest first."""
        query = self._directory.reach(actor, Permission.READ_PEOPLE, None, "_id")
        return read_page(self._collection, query, "created_at", build_employee, limit, after)

    def add(
        self,
        actor: Principal,
        new: NewEmployee,
        key: str | None = None,
    ) -> tuple[Employee, str]:
        """Add somebody; returns them with the one-time code that activates the account.

        Raises `Forbidden`, `Invalid` for an id or role that can't be, `Conflict` when the id or
        the e-mail address is taken.
        """
        require(actor, Permission.ADD_PEOPLE)
        employee_id = normal_id(new.employee_id)
        if new.role is Role.GUEST:
            raise Invalid("A guest has no account.", {"role": "can't be guest"})
        if not new.name.strip():
            raise Invalid("Everybody has a name.", {"name": "is missing"})
        document: Document = {
            "_id": employee_id,
            "employee_id": employee_id,
            "name": " ".join(new.name.split()),
            "role": new.role.value,
            "email": new.email,
            "department": new.department,
            "branch": new.branch,
            "manager_id": new.manager_id,
            "timezone": new.timezone,
            "status": "active",
            "created_at": self._clock(),
        }
        # The same for a repeat: only its hash is kept, so the first code can't be looked up.
        code = self._credentials.activation_code(f"{actor.employee_id}:{key}" if key else None)

        def change(transaction: Transaction) -> tuple[Employee, Entry]:
            self._collection.insert_one(document, session=transaction)
            self._credentials.store_activation(transaction, employee_id, code)
            entry = Entry(
                "person.added",
                Subject("person", employee_id),
                {"title": employee_id, "role": new.role.value},
                (employee_id,),
            )
            return build_employee(document), entry

        try:
            return self._activities.write(
                actor, key, change, lambda first: self._existing(first, employee_id)
            ), code
        except DuplicateKeyError as error:
            field = "email" if "email" in str(error) else "employee_id"
            raise Conflict(
                "Somebody with that employee id or e-mail address is already on record.",
                {field: "already on record"},
            ) from error

    def _existing(self, first: Activity, employee_id: str) -> Employee:
        first.answers("person.added", employee_id)
        employee = self._directory.find(employee_id)
        if employee is None:
            raise NotFound(UNKNOWN)
        return employee
