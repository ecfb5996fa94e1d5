"""What admins do to people's accounts: close and reopen them, take a passphrase away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.api_tokens import ApiTokens
from rollcall.clock import iso
from rollcall.credentials import Credentials
from rollcall.directory import UNKNOWN, Directory, Employee
from rollcall.errors import Conflict, NotFound
from rollcall.people import ADMINS
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.sessions import Sessions
from rollcall.storage.database import Database, Transaction


@dataclass(frozen=True)
class NewCode:
    """The one-time code that opens an account, and until when."""

    employee_id: str
    activation_code: str
    expires_at: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "employee_id": self.employee_id,
            "activation_code": self.activation_code,
            "expires_at": iso(self.expires_at),
        }


class Accounts:
    """Opens and closes accounts on behalf of an admin or a branch admin."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        credentials: Credentials,
        sessions: Sessions,
        api_tokens: ApiTokens,
    ) -> None:
        self._database = database
        self._collection = database.collection("employees")
        self._directory = directory
        self._activities = activities
        self._credentials = credentials
        self._sessions = sessions
        self._api_tokens = api_tokens

    def reset(self, actor: Principal, employee_id: str, key: str | None = None) -> NewCode:
        """Take somebody's passphrase away, end their sessions and answer a new code.

        Raises `NotFound` for those the actor may not reset, `Conflict` for oneself and for a
        closed account.
        """
        owner = self._owner(actor, employee_id, Permission.RESET_CREDENTIALS)
        if owner.status != "active":
            raise Conflict("That account is closed. Open it again: that makes a new code, too.")
        return self._with_code(actor, owner, "credential.reset", key)

    def deactivate(self, actor: Principal, employee_id: str, key: str | None = None) -> Employee:
        """Close the account of somebody who leaves: passphrase, sessions and API tokens end at
        once, what they did stays on record. Closing twice is no error.

        Raises `NotFound` for those the actor may not change, `Conflict` for oneself.
        """
        owner = self._owner(actor, employee_id, Permission.CHANGE_PEOPLE)
        if owner.status != "active":
            return owner

        def change(transaction: Transaction) -> tuple[Employee, Entry]:
            self._set_status(transaction, employee_id, "left")
            self._credentials.remove(transaction, employee_id)
            self._sessions.end_all(transaction, actor, employee_id)
            self._api_tokens.revoke_all(transaction, actor, employee_id)
            return self._existing(employee_id), _entry("person.deactivated", owner)

        self._activities.write(
            actor, key, change, lambda first: self._first(first, "person.deactivated", employee_id)
        )
        return self._existing(employee_id)

    def reactivate(self, actor: Principal, employee_id: str, key: str | None = None) -> NewCode:
        """Open a closed account again; answers the code for the next sign-in.

        Raises `NotFound`, and `Conflict` for an account that is open.
        """
        self._owner(actor, employee_id, Permission.CHANGE_PEOPLE)
        owner = self._owner(actor, employee_id, Permission.RESET_CREDENTIALS)
        return self._with_code(actor, owner, "person.reactivated", key)

    def end_sessions(self, actor: Principal, employee_id: str) -> int:
        """Sign somebody out everywhere but where the actor is; answers from how many places.

        Raises `NotFound` for those whose sessions the actor may not end.
        """
        owner = self._directory.find(employee_id)
        require(actor, Permission.END_SESSIONS, owner or Nobody(employee_id), UNKNOWN)
        if owner is None:
            raise NotFound(UNKNOWN)
        return self._database.transact(
            lambda transaction: self._sessions.end_all(transaction, actor, employee_id)
        )

    def _with_code(self, actor: Principal, owner: Employee, kind: str, key: str | None) -> NewCode:
        employee_id = owner.employee_id
        # The same for a repeat: only its hash is kept, so the first code can't be looked up.
        seed = f"{kind}:{actor.employee_id}:{key}" if key else None
        code = self._credentials.activation_code(seed)

        def change(transaction: Transaction) -> tuple[datetime, Entry]:
            if kind == "person.reactivated":
                self._set_status(transaction, employee_id, "active")
            expires = self._credentials.store_activation(transaction, employee_id, code)
            self._sessions.end_all(transaction, actor, employee_id)
            return expires, _entry(kind, owner)

        def first(activity: Activity) -> datetime:
            return self._credentials.code_expires(activity.answers(kind, employee_id).at)

        return NewCode(employee_id, code, self._activities.write(actor, key, change, first))

    def _owner(self, actor: Principal, employee_id: str, permission: Permission) -> Employee:
        owner = self._directory.find(employee_id)
        require(actor, permission, owner or Nobody(employee_id), UNKNOWN)
        if owner is None:
            raise NotFound(UNKNOWN)
        if owner.role in ADMINS:
            require(actor, Permission.GRANT_ADMIN)
        if owner.employee_id == actor.employee_id:
            raise Conflict("That is your own account: another admin has to do this.")
        return owner

    def _set_status(self, transaction: Transaction, employee_id: str, status: str) -> None:
        result = self._collection.update_one(
            {"_id": employee_id, "status": {"$ne": status}},
            {"$set": {"status": status}},
            session=transaction,
        )
        if not result.modified_count:
            raise Conflict(
                "That account is open already." if status == "active" else "It is closed already."
            )

    def _existing(self, employee_id: str) -> Employee:
        found = self._directory.find(employee_id)
        if found is None:
            raise NotFound(UNKNOWN)
        return found

    def _first(self, first: Activity, kind: str, employee_id: str) -> Employee:
        return self._existing(first.answers(kind, employee_id).subject.id)


def _entry(kind: str, owner: Employee) -> Entry:
    subject = Subject("person", owner.employee_id)
    return Entry(kind, subject, {"title": owner.employee_id}, (owner.employee_id,))
