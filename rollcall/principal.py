"""Who acts: the principal that every write takes first."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the company; `permissions.py` says what each may do."""

    GUEST = "guest"
    EMPLOYEE = "employee"
    FACULTY = "faculty"
    MANAGER = "manager"
    BRANCH_ADMIN = "branch_admin"
    ADMIN = "admin"


@dataclass(frozen=True)
class Principal:
    """The person behind a call, as the session row and the employee document say.

    Never built from anything a user typed. `employee_id` and `session_id` are None for a guest.
    A program with an API token has no session: `token_id` says which token, and `scopes` which
    permissions it was given of those that the role has (None for a person: all of them).
    """

    employee_id: str | None
    name: str
    role: Role
    session_id: str | None = None
    department: str | None = None
    branch: str | None = None
    manager_id: str | None = None
    timezone: str = "UTC"
    scopes: frozenset[str] | None = None
    token_id: str | None = None

    @classmethod
    def guest(cls) -> "Principal":
        """Somebody who has not signed in."""
        return cls(employee_id=None, name="Guest", role=Role.GUEST)

    @property
    def signed_in(self) -> bool:
        """Whether a known employee is behind this principal."""
        return self.employee_id is not None


SYSTEM = Principal(employee_id=None, name="Rollcall", role=Role.ADMIN)
"""The product itself: migrations, the worker, the command line. Never given to a caller."""
