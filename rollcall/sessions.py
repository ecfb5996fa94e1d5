"""Sessions: a person's presence, from sign-in to sign-out, idleness or old age.

The row in `user_sessions` is the truth and is read at every call; what is cached in memory is
only the principal that belongs to a version of it, so a session that was ended elsewhere is dead
here at once.
"""

import secrets
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.directory import Directory, Employee
from rollcall.errors import NotFound, SessionEnded
from rollcall.figures.changes import between, of_session
from rollcall.paging import Page, read_page
from rollcall.permissions import Nobody, Permission, in_person, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.user_session import UserSession, build_session

MISSING = "There is no such session."
TOUCH_EVERY = timedelta(seconds=30)
CACHED_PRINCIPALS = 10_000
MOST_SHOWN = 200


def _first_opened(first: Activity) -> str:
    return first.answers("session.opened").subject.id


def _ending(kind: str, before: Document, ended: Document) -> Entry:
    subject, owner_id = Subject("session", before["_id"]), before["employee_id"]
    counted = between(of_session, before, {**before, **ended})
    return Entry(kind, subject, {"title": owner_id}, (owner_id,), counted)


class Sessions:
    """Opens, checks, lists and ends sessions."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        clock: Clock,
        idle: timedelta,
        oldest: timedelta,
        default_timezone: str,
    ) -> None:
        self._database = database
        self._collection = database.collection("user_sessions")
        self._refresh = database.collection("refresh_tokens")
        self._directory = directory
        self._activities = activities
        self._clock = clock
        self._idle = idle
        self._oldest = oldest
        self._default_timezone = default_timezone
        self._principals: OrderedDict[tuple[str, int], Principal] = OrderedDict()
        self._last_seen: OrderedDict[str, datetime] = OrderedDict()

    def open(
        self,
        employee: Employee,
        channel: str = "web",
        user_agent: str | None = None,
        key: str | None = None,
        address: str | None = None,
    ) -> UserSession:
        """Open a session for somebody whose credentials were just checked; records it.

        `channel` says where ("web", "api"), `address` from which IP.
        """
        now = self._clock()
        session_id = f"session_{employee.employee_id}_{int(now.timestamp())}_{secrets.token_hex(4)}"
        document: Document = {
            "_id": session_id,
            "session_id": session_id,
            "employee_id": employee.employee_id,
            "user_data": {
                "name": employee.name,
                "role": employee.role.value,
                "department": employee.department,
                "branch": employee.branch,
            },
            "login_time": now,
            "last_activity": now,
            "ended_at": None,
            "session_status": "active",
            "version": 1,
            "counts": {},
            "channel": channel,
            "user_agent": (user_agent or "")[:200] or None,
            "address": address,
        }
        actor = self._principal_of(employee, session_id)

        def change(transaction: Transaction) -> tuple[str, Entry]:
            self._collection.insert_one(document, session=transaction)
            counted = between(of_session, None, document)
            return session_id, Entry(
                "session.opened", Subject("session", session_id), counted=counted
            )

        opened = self._activities.write(actor, key, change, _first_opened)
        return self._read(opened)

    def authenticate(self, session_id: str) -> Principal:
        """The principal behind a live session: one indexed read.

        Raises `SessionEnded` when it was ended, has been idle too long or is too old.
        """
        with storage_errors():
            row = self._collection.find_one(
                {"_id": str(session_id)},
                {
                    "employee_id": 1,
                    "session_status": 1,
                    "version": 1,
                    "login_time": 1,
                    "last_activity": 1,
                },
            )
        if row is None or row["session_status"] != "active" or self._is_over(row):
            raise SessionEnded
        self._last_seen[session_id] = row["last_activity"]
        if len(self._last_seen) > CACHED_PRINCIPALS:
            self._last_seen.popitem(last=False)
        cached = self._principals.get((session_id, row["version"]))
        if cached is not None:
            return cached
        employee = self._directory.find(row["employee_id"])
        if employee is None or employee.status != "active":
            raise SessionEnded
        principal = self._principal_of(employee, session_id)
        self._principals[(session_id, row["version"])] = principal
        if len(self._principals) > CACHED_PRINCIPALS:
            self._principals.popitem(last=False)
        return principal

    def alive(self, session_ids: Iterable[str]) -> set[str]:
        """Those of the sessions that are not over."""
        query = {"_id": {"$in": list(session_ids)}, "session_status": "active"}
        with storage_errors():
            found = self._collection.find(query, {"last_activity": 1, "login_time": 1})
            return {one["_id"] for one in found if not self._is_over(one)}

    def without_session(
        self, employee_id: str, scopes: frozenset[str], token_id: str
    ) -> Principal | None:
        """The principal of a program with an API token; None when the person is gone."""
        employee = self._directory.find(employee_id)
        if employee is None or employee.status != "active":
            return None
        person = self._principal_of(employee, None)
        return replace(person, scopes=scopes, token_id=token_id)

    def expires_at(self, session_id: str) -> datetime:
        """When the session ends by itself if nothing more happens in it."""
        return self.end_of(self._read(session_id))

    def end_of(self, session: UserSession) -> datetime:
        """The same of a session that was read already."""
        return min(session.last_activity + self._idle, session.login_time + self._oldest)

    def timezone_of(self, employee: Employee) -> str:
        """The IANA name of the person's time zone, or of the company's if they have none."""
        return employee.timezone or self._default_timezone

    def touch(self, actor: Principal) -> None:
        """Keep the actor's session alive; written at most every thirty seconds."""
        now = self._clock()
        seen = self._last_seen.get(str(actor.session_id))
        if seen is not None and seen >= now - TOUCH_EVERY:
            return
        with storage_errors():
            self._collection.update_one(
                {"_id": actor.session_id, "last_activity": {"$lt": now - TOUCH_EVERY}},
                {"$set": {"last_activity": now}},
            )

    def get(self, actor: Principal, session_id: str) -> UserSession:
        """One session. Raises `NotFound` also for those the actor may not see."""
        document = self._allowed(actor, session_id, Permission.READ_SESSIONS)
        return build_session(document)

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[UserSession]:
        """Sessions of `employee_id`, or of everyone the actor may see; newest first."""
        query = self._directory.reach(actor, Permission.READ_SESSIONS, employee_id, "employee_id")
        return read_page(self._collection, query, "login_time", build_session, limit, after)

    def end(self, actor: Principal, session_id: str) -> UserSession:
        """Sign out: ends the session and every token of it. Ending twice is no error.

        Raises `NotFound` for a session that isn't the actor's to end.
        """
        document = self._allowed(actor, session_id, Permission.END_SESSIONS)
        kind = "session.ended" if session_id == actor.session_id else "session.closed"
        self._finish(actor, document, "ended", kind)
        return self._read(session_id)

    def live(self, actor: Principal) -> Sequence[UserSession]:
        """One's own sessions that are not over, the newest first: one's devices."""
        query = {"employee_id": in_person(actor), "session_status": "active"}
        with storage_errors():
            found = self._collection.find(query).sort("login_time", -1).limit(MOST_SHOWN)
            return [build_session(one) for one in found if not self._is_over(one)]

    def end_others(self, actor: Principal) -> int:
        """End all of one's own sessions but this one; answers how many."""
        employee_id = in_person(actor)
        return self._database.transact(
            lambda transaction: self.end_all(transaction, actor, employee_id)
        )

    def end_all(self, transaction: Transaction, actor: Principal, employee_id: str) -> int:
        """Within the caller's transaction, which has checked the permission: end all sessions of
        somebody but the actor's own current one. Answers how many."""
        query = {"employee_id": employee_id, "session_status": "active"}
        found = self._collection.find(query, {"_id": 1}, session=transaction)
        ids = [one["_id"] for one in found if one["_id"] != actor.session_id]
        for session_id in ids:
            entry = self._close(transaction, session_id, "ended", "session.closed")
            if entry is not None:
                self._activities.append(transaction, actor, entry)
        return len(ids)

    def revoke(self, session_id: str) -> None:
        """End a session because somebody else seems to have its tokens."""
        with storage_errors():
            document = self._collection.find_one({"_id": session_id})
        owner = self._directory.find(document["employee_id"]) if document else None
        if document is not None and owner is not None:
            actor = self._principal_of(owner, session_id)
            self._finish(actor, document, "ended", "session.revoked")

    def renew(self, transaction: Transaction, employee_id: str) -> None:
        """Within the caller's transaction: somebody's role or place has changed, and their
        sessions know it from the next call on."""
        self._collection.update_many(
            {"employee_id": employee_id, "session_status": "active"},
            {"$inc": {"version": 1}},
            session=transaction,
        )

    def expire(self) -> int:
        """End what has been idle too long or is too old; returns how many. The worker's job."""
        now = self._clock()
        over: Document = {
            "session_status": "active",
            "$or": [
                {"last_activity": {"$lte": now - self._idle}},
                {"login_time": {"$lte": now - self._oldest}},
            ],
        }
        with storage_errors():
            documents = list(self._collection.find(over).limit(500))
        for document in documents:
            employee = self._directory.find(document["employee_id"])
            if employee is None:
                continue
            actor = self._principal_of(employee, document["_id"])
            self._finish(actor, document, "expired", "session.expired")
        return len(documents)

    def _allowed(self, actor: Principal, session_id: str, permission: Permission) -> Document:
        with storage_errors():
            document = self._collection.find_one({"_id": str(session_id)})
        owner_id = document["employee_id"] if document else ""
        owner = self._directory.find(owner_id) if owner_id else None
        require(actor, permission, owner or Nobody(owner_id), MISSING)
        if document is None:
            raise NotFound(MISSING)
        return document

    def _finish(self, actor: Principal, document: Document, status: str, kind: str) -> None:
        def change(transaction: Transaction) -> tuple[bool, Entry]:
            entry = self._close(transaction, document["_id"], status, kind)
            if entry is None:
                raise SessionEnded
            return True, entry

        try:
            self._activities.write(actor, None, change, lambda _: True)
        except SessionEnded:
            return

    def _close(
        self, transaction: Transaction, session_id: str, status: str, kind: str
    ) -> Entry | None:
        """End a session and its refresh tokens; the entry about it, None when it was over."""
        ended = {"session_status": status, "ended_at": self._clock()}
        before = self._collection.find_one_and_update(
            {"_id": session_id, "session_status": "active"},
            {"$set": ended, "$inc": {"version": 1}},
            session=transaction,
        )
        self._refresh.delete_many({"session_id": session_id}, session=transaction)
        return _ending(kind, before, ended) if before is not None else None

    def _is_over(self, row: Document) -> bool:
        now = self._clock()
        return bool(
            row["last_activity"] + self._idle <= now or row["login_time"] + self._oldest <= now
        )

    def _principal_of(self, employee: Employee, session_id: str | None) -> Principal:
        return Principal(
            employee_id=employee.employee_id,
            name=employee.name,
            role=employee.role,
            session_id=session_id,
            department=employee.department,
            branch=employee.branch,
            manager_id=employee.manager_id,
            timezone=self.timezone_of(employee),
        )

    def _read(self, session_id: str) -> UserSession:
        with storage_errors():
            document = self._collection.find_one({"_id": session_id})
        if document is None:
            raise NotFound(MISSING)
        return build_session(document)
