"""What a host does: let people in from the waiting room, and end the meeting for all."""

from collections.abc import Sequence
from datetime import datetime

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.clock import Clock, iso
from rollcall.errors import Conflict, NotFound
from rollcall.meetings.access import Access
from rollcall.meetings.entries import entry_of, interval_entry
from rollcall.meetings.intervals import Intervals
from rollcall.meetings.model import Attendance, Meeting, build_attendance, build_meeting
from rollcall.meetings.store import Store
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction, storage_errors
from rollcall.storage.meetings_schema import OPEN_MEETINGS

NOT_WAITING = "Nobody of that session is waiting."


class Hosting:
    """Runs meetings for their hosts, and ends them for the worker and for Zoom."""

    def __init__(
        self,
        store: Store,
        access: Access,
        intervals: Intervals,
        activities: Activities,
        clock: Clock,
    ) -> None:
        self._store = store
        self._access = access
        self._intervals = intervals
        self._activities = activities
        self._clock = clock

    def end(self, actor: Principal, reference: str, key: str | None = None) -> Meeting:
        """End a meeting for all who are in it. Raises `NotFound`, `Forbidden`, `Conflict` when it
        is over already."""
        meeting = self._access.hosted(actor, reference)

        def change(transaction: Transaction) -> tuple[Meeting, Entry]:
            ended = self.close(transaction, meeting, self._clock(), "host")
            if ended is None:
                raise Conflict(f"“{meeting.title}” is over already.")
            after, count = ended
            more = {"ended_sessions": count, "ended_at": iso(after.ended_at), "reason": "host"}
            return after, entry_of("meeting.ended", after, more)

        first = self._store.first("meeting.ended", meeting.meeting_id)
        return self._activities.write(actor, key, change, first)

    def close(
        self, transaction: Transaction, meeting: Meeting, at: datetime, by: str
    ) -> tuple[Meeting, int] | None:
        """End a meeting and every interval in it at `at`, within a transaction.

        Returns it and how many intervals were open, or None when it is over already.
        """
        meeting_id = ObjectId(meeting.meeting_id)
        values: Document = {
            "status": "completed", "ended_at": at, "ended_by": by,
            "counts.present": 0, "counts.waiting": 0,
        }  # fmt: skip
        if meeting.started_at is None:
            values["started_at"] = min(at, meeting.at)
        document = self._store.meetings.find_one_and_update(
            {"_id": meeting_id, "status": {"$in": OPEN_MEETINGS}},
            {"$set": values, "$unset": {"open_key": 1}},
            return_document=True,
            session=transaction,
        )
        if document is None:
            return None
        inside = {"meeting_id": meeting_id, "state": "here"}
        left_by = {"host": "ended", "zoom": "ended"}.get(by, "idle")
        result = self._store.attendances.update_many(
            inside,
            [
                {
                    "$set": {
                        "state": "left",
                        # Who came in after the end (Zoom tells late) was there for no time at all.
                        "left_at": {"$max": ["$joined_at", at]},
                        "left_by": left_by,
                    }
                },
                {"$unset": "open_key"},
            ],
            session=transaction,
        )
        self._store.send_away(transaction, meeting_id, left_by)
        self._store.participants.update_many(
            {"meeting_id": meeting_id, "open": {"$gt": 0}}, {"$set": {"open": 0}},
            session=transaction,
        )  # fmt: skip
        return build_meeting(document), result.modified_count

    def waiting(self, actor: Principal, reference: str) -> Sequence[Attendance]:
        """Who waits to be let in, first come first. Raises `NotFound`, `Forbidden`."""
        meeting = self._access.hosted(actor, reference)
        query = {"meeting_id": ObjectId(meeting.meeting_id), "state": "waiting"}
        with storage_errors():
            found = self._store.attendances.find(query).sort([("requested_at", 1), ("_id", 1)])
            return [build_attendance(one) for one in found.limit(1000)]

    def admit(
        self, actor: Principal, reference: str, session_id: str, key: str | None = None
    ) -> Attendance:
        """Let somebody in who waits; from now on they come in without asking.

        Raises `NotFound`, `Forbidden`.
        """
        meeting = self._access.hosted(actor, reference)
        now = self._clock()

        def change(transaction: Transaction) -> tuple[Attendance, Entry]:
            document = self._store.attendances.find_one_and_update(
                {
                    "session_id": session_id,
                    "meeting_id": ObjectId(meeting.meeting_id),
                    "state": "waiting",
                },
                {"$set": {"state": "here", "joined_at": now}},
                return_document=True,
                session=transaction,
            )
            if document is None:
                raise NotFound(NOT_WAITING)
            before = self._store.participants.find_one_and_update(
                {"_id": document["participant_id"]},
                {"$set": {"admitted": True}, "$inc": {"open": 1, "joins": 1}},
                session=transaction,
            )
            came = before is None or not before["open"]
            values: Document = {"last_activity": now}
            if meeting.status == "scheduled":
                values |= {"status": "live", "started_at": now}
                self._activities.append(transaction, actor, entry_of("meeting.started", meeting))
            counts = {"waiting": -1, "joins": 1, "present": int(came)}
            if not self._store.count(transaction, document["meeting_id"], counts, values):
                raise Conflict(f"“{meeting.title}” is over.")
            attendance = build_attendance(document)
            more = {"student": before.get("student_id") if before else None}
            return attendance, interval_entry("attendance.admitted", meeting, attendance, more)

        first = self._intervals.first_of("attendance.admitted")
        return self._activities.write(actor, key, change, first)

    def refuse(
        self, actor: Principal, reference: str, session_id: str, key: str | None = None
    ) -> Attendance:
        """Do not let somebody in who waits. Raises `NotFound`, `Forbidden`."""
        meeting = self._access.hosted(actor, reference)

        def change(transaction: Transaction) -> tuple[Attendance, Entry]:
            document = self._store.attendances.find_one(
                {
                    "session_id": session_id,
                    "meeting_id": ObjectId(meeting.meeting_id),
                    "state": "waiting",
                },
                session=transaction,
            )
            if document is None:
                raise NotFound(NOT_WAITING)
            interval = build_attendance(document)
            after = self._intervals.close(
                transaction, interval, self._clock(), "host", state="refused"
            )
            if after is None:
                raise NotFound(NOT_WAITING)
            return after, interval_entry("attendance.refused", meeting, after)

        first = self._intervals.first_of("attendance.refused")
        return self._activities.write(actor, key, change, first)
