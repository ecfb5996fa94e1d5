"""Sessions: a person's presence, from sign-in to sign-out, idleness or old age.

The row in `user_sessions` is the truth and is read at every call; what is cached in memory is
only the principal that belongs to a version of it, so a session that was ended elsewhere is dead
here at once.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollcall.activities import Activities, Activity, Entry, Subject
from rollcall.clock import Clock, iso
from rollcall.directory import Directory, Employee
from rollcall.errors import InvalidToken, NotFound, SessionEnded
from rollcall.paging import Page, read_page
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

MISSING = "There is no such session."
TOUCH_EVERY = timedelta(seconds=30)
REFRESH_LIFETIME = timedelta(hours=8)
REFRESH_GRACE = timedelta(seconds=10)
CACHED_PRINCIPALS = 10_000


@dataclass(frozen=True)
class UserSession:
    """One session. `counts` are kept per kind of activity, with `.` written `_`."""

    session_id: str
    employee_id: str
    user_data: dict[str, Any]
    login_time: datetime
    last_activity: datetime
    session_status: str
    ended_at: datetime | None
    counts: dict[str, int]
    channel: str | None
    user_agent: str | None

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "session_id": self.session_id,
            "employee_id": self.employee_id,
            "user_data": self.user_data,
            "login_time": iso(self.login_time),
            "last_activity": iso(self.last_activity),
            "session_status": self.session_status,
            "ended_at": iso(self.ended_at),
            "counts": self.counts,
            "channel": self.channel,
            "user_agent": self.user_agent,
        }


def _first_opened(first: Activity) -> str:
    return first.answers("session.opened").subject.id


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
        self._collection = database.collection("user_sessions")
        self._refresh = database.collection("refresh_tokens")
        self._directory = directory
        self._activities = activities
        self._clock = clock
        self._idle = idle
        self._oldest = oldest
        self._default_timezone = default_timezone
        self._principals: OrderedDict[tuple[str, int], Principal] = OrderedDict()

    def open(
        self,
        employee: Employee,
        channel: str = "web",
        user_agent: str | None = None,
        key: str | None = None,
    ) -> UserSession:
        """Open a session for somebody whose credentials were just checked; records it.

        `channel` says where ("web", "api").
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
        }
        actor = self._principal_of(employee, session_id)

        def change(transaction: Transaction) -> tuple[str, Entry]:
            self._collection.insert_one(document, session=transaction)
            return session_id, Entry("session.opened", Subject("session", session_id))

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

    def expires_at(self, session_id: str) -> datetime:
        """When the session ends by itself if nothing more happens in it."""
        session = self._read(session_id)
        return min(session.last_activity + self._idle, session.login_time + self._oldest)

    def timezone_of(self, employee: Employee) -> str:
        """The IANA name of the person's time zone, or of the company's if they have none."""
        return employee.timezone or self._default_timezone

    def touch(self, actor: Principal) -> None:
        """Keep the actor's session alive; written at most every thirty seconds."""
        now = self._clock()
        with storage_errors():
            self._collection.update_one(
                {"_id": actor.session_id, "last_activity": {"$lt": now - TOUCH_EVERY}},
                {"$set": {"last_activity": now}},
            )

    def get(self, actor: Principal, session_id: str) -> UserSession:
        """One session. Raises `NotFound` also for those the actor may not see."""
        document = self._allowed(actor, session_id, Permission.READ_SESSIONS)
        return self._build(document)

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[UserSession]:
        """Sessions of `employee_id`, or of everyone the actor may see; newest first."""
        query = self._directory.reach(actor, Permission.READ_SESSIONS, employee_id, "employee_id")
        return read_page(self._collection, query, "login_time", self._build, limit, after)

    def end(self, actor: Principal, session_id: str) -> UserSession:
        """Sign out: ends the session and every token of it. Ending twice is no error.

        Raises `NotFound` for a session that isn't the actor's to end.
        """
        document = self._allowed(actor, session_id, Permission.END_SESSIONS)
        self._finish(actor, document, "ended", "session.ended")
        return self._read(session_id)

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
        session_id, owner_id = document["_id"], document["employee_id"]

        def change(transaction: Transaction) -> tuple[bool, Entry]:
            result = self._collection.update_one(
                {"_id": session_id, "session_status": "active"},
                {
                    "$set": {"session_status": status, "ended_at": self._clock()},
                    "$inc": {"version": 1},
                },
                session=transaction,
            )
            if not result.modified_count:
                raise SessionEnded
            self._refresh.delete_many({"session_id": session_id}, session=transaction)
            return True, Entry(kind, Subject("session", session_id), {}, (owner_id,))

        try:
            self._activities.write(actor, None, change, lambda _: True)
        except SessionEnded:
            return

    def _is_over(self, row: Document) -> bool:
        now = self._clock()
        return bool(
            row["last_activity"] + self._idle <= now or row["login_time"] + self._oldest <= now
        )

    def _principal_of(self, employee: Employee, session_id: str) -> Principal:
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
        return self._build(document)

    @staticmethod
    def _build(document: Document) -> UserSession:
        return UserSession(
            session_id=document["_id"],
            employee_id=document["employee_id"],
            user_data=document["user_data"],
            login_time=document["login_time"],
            last_activity=document["last_activity"],
            session_status=document["session_status"],
            ended_at=document.get("ended_at"),
            counts=document.get("counts", {}),
            channel=document.get("channel"),
            user_agent=document.get("user_agent"),
        )


class RefreshTokens:
    """Refresh tokens: each is good once, and using one twice ends the session it belongs to.

    Only keyed hashes are kept. RFC 9700, section 4.14.2, describes the rotation.
    """

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        clock: Clock,
        pepper: str,
    ) -> None:
        self._collection = database.collection("refresh_tokens")
        self._sessions = sessions
        self._clock = clock
        self._pepper = pepper.encode()

    def issue(self, session_id: str) -> str:
        """A new token for the session, good for eight hours."""
        token = secrets.token_urlsafe(32)
        with storage_errors():
            self._collection.insert_one(
                {
                    "_id": self._hash(token),
                    "session_id": session_id,
                    "used_at": None,
                    "expires_at": self._clock() + REFRESH_LIFETIME,
                }
            )
        return token

    def rotate(self, token: str) -> tuple[str, str]:
        """Trade a token for `(session id, new token)`.

        Raises `InvalidToken`; when the token was used before, its session is ended too, unless
        that was a moment ago (two tabs of one browser refreshing at the same time).
        """
        now = self._clock()
        with storage_errors():
            before = self._collection.find_one_and_update(
                {"_id": self._hash(token), "used_at": None, "expires_at": {"$gt": now}},
                {"$set": {"used_at": now}},
            )
            if before is None:
                known = self._collection.find_one({"_id": self._hash(token)})
                if known and known["used_at"] and now - known["used_at"] > REFRESH_GRACE:
                    self._end(known["session_id"])
                raise InvalidToken
        self._sessions.authenticate(before["session_id"])
        return before["session_id"], self.issue(before["session_id"])

    def _end(self, session_id: str) -> None:
        try:
            actor = self._sessions.authenticate(session_id)
        except SessionEnded:
            return
        self._sessions.end(actor, session_id)

    def _hash(self, token: str) -> str:
        return hmac.new(self._pepper, token.encode(), hashlib.sha256).hexdigest()
