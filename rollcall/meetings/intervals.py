"""Intervals: who is in a meeting now, who was, and how one ends."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry
from rollcall.clock import Clock
from rollcall.errors import Conflict, NotFound
from rollcall.meetings.access import Access
from rollcall.meetings.entries import interval_entry
from rollcall.meetings.model import Attendance, Meeting, build_attendance, build_meeting
from rollcall.meetings.store import Store
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Transaction, storage_errors

NOT_IN = "No active session found"
SEEN_EVERY = timedelta(seconds=30)
OPEN_STATES = ["waiting", "here"]


class Intervals:
    """Reads and ends intervals."""

    def __init__(self, store: Store, access: Access, activities: Activities, clock: Clock) -> None:
        self._store = store
        self._access = access
        self._activities = activities
        self._clock = clock

    def leave(self, actor: Principal, session_id: str, key: str | None = None) -> Attendance:
        """End one interval: one's own, or as host of the meeting anybody's.

        Raises `NotFound` when it isn't open, or isn't the actor's to end.
        """
        require(actor, Permission.JOIN_MEETINGS)
        interval = self._by_session(session_id)
        if interval is None:
            raise NotFound(NOT_IN)
        meeting = build_meeting(self._store.meeting(ObjectId(interval.meeting_id)))
        own = interval.employee_id == actor.employee_id
        if not own and not self._access.hosts(actor, meeting):
            raise NotFound(NOT_IN)
        left_by = "self" if own else "host"

        def change(transaction: Transaction) -> tuple[Attendance, Entry]:
            after = self.close(transaction, interval, self._clock(), left_by)
            if after is None:
                raise NotFound(NOT_IN)
            minutes = round(after.seconds(self._clock()) / 60)
            return after, interval_entry(
                "attendance.left", meeting, after, {"minutes": minutes, "by": left_by}
            )

        return self._activities.write(actor, key, change, self.first_of("attendance.left"))

    def leave_meeting(
        self, actor: Principal, reference: str, key: str | None = None
    ) -> Sequence[Attendance]:
        """Leave a meeting on this device; when one isn't in it on this one, on all.

        Raises `NotFound`, `Conflict` when one isn't in it at all.
        """
        document = self._store.find(reference)
        identity = str(document["_id"]) if document else None
        mine = [one for one in self.current(actor) if one.meeting_id == identity]
        if not mine and key and (done := self._activities.earlier(actor, f"{key}:0")):
            return [self.first_of("attendance.left")(done)]
        if not mine:
            meeting = self._access.readable(actor, reference)
            raise Conflict(f"You are not in “{meeting.title}”.")
        here = [one for one in mine if one.user_session_id == actor.session_id] or mine
        keys = [f"{key}:{number}" if key else None for number in range(len(here))]
        return [self.leave(actor, one.session_id, k) for one, k in zip(here, keys, strict=True)]

    def current(self, actor: Principal) -> Sequence[Attendance]:
        """The actor's own intervals that are open, newest first."""
        require(actor, Permission.READ_MEETINGS)
        query = {"employee_id": actor.employee_id, "state": {"$in": OPEN_STATES}}
        with storage_errors():
            found = self._store.attendances.find(query).sort([("requested_at", -1), ("_id", -1)])
            return [build_attendance(one) for one in found]

    def mine(self, actor: Principal, limit: int = 50, after: str | None = None) -> Page[Attendance]:
        """All the actor's own intervals, newest first."""
        require(actor, Permission.READ_MEETINGS)
        query = {"employee_id": actor.employee_id}
        return read_page(
            self._store.attendances, query, "requested_at", build_attendance, limit, after
        )

    def seen(self, actor: Principal, meeting: Meeting) -> None:
        """Somebody on the list of a meeting looked at it, so it is not idle; written at most every
        half minute."""
        now = self._clock()
        if now - meeting.last_activity < SEEN_EVERY:
            return
        if self._store.member(self._store.id_of(meeting), actor.employee_id) is None:
            return
        with storage_errors():
            self._store.meetings.update_one(
                {
                    "_id": ObjectId(meeting.meeting_id),
                    "status": "live",
                    "last_activity": {"$lt": now},
                },
                {"$set": {"last_activity": now}},
            )

    def close(
        self,
        transaction: Transaction,
        interval: Attendance,
        at: datetime,
        left_by: str,
        state: str = "left",
    ) -> Attendance | None:
        """End an interval within a transaction; None when it is over already."""
        if not interval.is_open:
            return None
        begun = interval.joined_at
        document = self._store.attendances.find_one_and_update(
            {"session_id": interval.session_id, "state": interval.state},
            {
                "$set": {
                    "state": state,
                    "left_at": max(begun, at) if begun else None,
                    "left_by": left_by,
                },
                "$unset": {"open_key": 1},
            },
            return_document=True,
            session=transaction,
        )
        if document is None:
            return None
        counts = {"waiting": -1}
        if interval.state == "here":
            after = self._store.participants.find_one_and_update(
                {"_id": document["participant_id"]},
                {"$inc": {"open": -1}},
                return_document=True,
                session=transaction,
            )
            counts = {"present": -1} if after and not after["open"] else {}
        values = {"last_activity": self._clock()}
        self._store.count(transaction, document["meeting_id"], counts, values)
        return build_attendance(document)

    def first_of(self, kind: str) -> Callable[[Activity], Attendance]:
        """What a repeated key answers: the interval as it is now."""

        def answer(first: Activity) -> Attendance:
            found = self._by_session(first.answers(kind).subject.id)
            if found is None:
                raise NotFound(NOT_IN)
            return found

        return answer

    def _by_session(self, session_id: str) -> Attendance | None:
        with storage_errors():
            document = self._store.attendances.find_one({"session_id": str(session_id)})
        return build_attendance(document) if document else None
