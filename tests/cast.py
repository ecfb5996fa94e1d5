"""The fixed cast of six: whoever may or may not do something is one of them."""

from dataclasses import dataclass, fields
from typing import Any

from rollcall import SYSTEM, Principal, Role, Rollcall
from rollcall.people import NewEmployee


@dataclass(frozen=True)
class Member:
    """A part and the employee who plays it."""

    part: str
    employee: dict[str, Any]


CAST = [
    Member("admin", {"employee_id": "EMP001", "name": "Admin User", "role": Role.ADMIN,
                     "email": "admin@example.com", "branch": "Berlin"}),
    Member("manager", {"employee_id": "EMP002", "name": "Mona Lindqvist", "role": Role.MANAGER,
                       "email": "mona@example.com", "branch": "Berlin",
                       "department": "Operations"}),
    Member("faculty", {"employee_id": "EMP003", "name": "Félix Ångström", "role": Role.FACULTY,
                       "email": "felix@example.com", "branch": "Berlin"}),
    Member("employee", {"employee_id": "EMP004", "name": "Erika Musterfrau",
                        "role": Role.EMPLOYEE, "email": "erika@example.com",
                        "manager_id": "EMP002", "branch": "Berlin", "department": "Operations",
                        "timezone": "Europe/Berlin"}),
    Member("outsider", {"employee_id": "EMP005", "name": "Oscar Outside",
                        "role": Role.EMPLOYEE, "email": "oscar@example.com",
                        "manager_id": "EMP006", "branch": "Lisbon"}),
]  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Principals of the six. `employee` reports to `manager`, `outsider` to nobody here."""

    admin: Principal
    manager: Principal
    faculty: Principal
    employee: Principal
    outsider: Principal
    guest: Principal

    def everyone(self) -> dict[str, Principal]:
        """All six by part."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def admit(roll: Rollcall) -> Cast:
    """Put the cast on record and open a session for each."""
    principals: dict[str, Principal] = {}
    for member in CAST:
        employee, _ = roll.people.add(SYSTEM, NewEmployee(**member.employee))
        session = roll.sessions.open(employee)
        principals[member.part] = roll.sessions.authenticate(session.session_id)
    return Cast(guest=Principal.guest(), **principals)
