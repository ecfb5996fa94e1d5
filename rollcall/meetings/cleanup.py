"""What the worker does: end what nobody ends, so that no meeting and no interval lasts for ever."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.clock import Clock, iso
from rollcall.directory import Directory
from rollcall.meetings.entries import entry_of, interval_entry
from rollcall.meetings.hosting import Hosting
from rollcall.meetings.intervals import OPEN_STATES, Intervals
from rollcall.meetings.model import Attendance, Meeting, build_attendance, build_meeting
from rollcall.meetings.store import Store
from rollcall.principal import SYSTEM, Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

AT_ONCE = 500
NOBODY_CAME = timedelta(hours=12)
LAST_RUN = "meetings"


@dataclass(frozen=True)
class LastRun:
    """When the clean-up ran last, and how many meetings and intervals it ended then."""

    at: datetime
    ended: int

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"lastRun": iso(self.at), "ended": self.ended}


class Cleanup:
    """Ends intervals of people who signed out, and meetings that nobody is in any more."""

    def __init__(
        self,
        database: Database,
        store: Store,
        intervals: Intervals,
        hosting: Hosting,
        directory: Directory,
        activities: Activities,
        clock: Clock,
        idle: timedelta,
        oldest: timedelta,
    ) -> None:
        self._heartbeats = database.collection("heartbeats")
        self._sessions = database.collection("user_sessions")
        self._store = store
        self._intervals = intervals
        self._hosting = hosting
        self._directory = directory
        self._activities = activities
        self._clock = clock
        self._idle = idle
        self._oldest = oldest

    def run(self) -> int:
        """Do all of it; returns how many meetings and intervals were ended."""
        ended = self.end_signed_out() + self.end_meetings() + self.forget_unattended()
        with storage_errors():
            self._heartbeats.update_one(
                {"_id": LAST_RUN}, {"$set": {"at": self._clock(), "ended": ended}}, upsert=True
            )
        return ended

    def last_run(self) -> LastRun | None:
        """The run before, or None when there was none yet."""
        with storage_errors():
            found = self._heartbeats.find_one({"_id": LAST_RUN})
        return LastRun(found["at"], found.get("ended", 0)) if found else None

    def end_signed_out(self) -> int:
        """End the intervals of people who signed out, at the moment when they did.

        A sign-in that only ran out says nothing: whoever listens for an hour clicks nowhere.
        """
        query = {"state": {"$in": OPEN_STATES}, "user_session_id": {"$type": "string"}}
        with storage_errors():
            found = [build_attendance(one) for one in self._store.attendances.find(query)]
            over = {
                one["_id"]: one["ended_at"]
                for one in self._sessions.find(
                    {
                        "_id": {"$in": [one.user_session_id for one in found]},
                        "session_status": "ended",
                    },
                    {"ended_at": 1},
                )
            }
        ended = 0
        for interval in found:
            at = over.get(str(interval.user_session_id))
            if at is not None and ended < AT_ONCE:
                ended += self._lapse(interval, at)
        return ended

    def end_meetings(self) -> int:
        """End live meetings that are idle or too old.

        Idle: nobody came, went or looked for a while, the planned end is past, and nobody who is
        in it by their own sign-in is signed in still (in Zoom: nobody is in it at all).
        """
        now = self._clock()
        due: Document = {
            "status": "live",
            "$or": [
                {"last_activity": {"$lte": now - self._idle}},
                {"started_at": {"$lte": now - self._oldest}},
            ],
        }
        with storage_errors():
            found = [build_meeting(one) for one in self._store.meetings.find(due).limit(AT_ONCE)]
        ended = 0
        for meeting in found:
            began = meeting.started_at or meeting.at
            if began <= now - self._oldest:
                ended += self._end(meeting, now, "age")
            elif (meeting.ends_at or now) <= now and not self._alive(meeting):
                over = max(meeting.last_activity, meeting.ends_at or meeting.last_activity)
                ended += self._end(meeting, min(over, now), "idle")
        return ended

    def forget_unattended(self) -> int:
        """Call off scheduled meetings that nobody came to."""
        query = {"status": "scheduled", "at": {"$lte": self._clock() - NOBODY_CAME}}
        with storage_errors():
            found = list(self._store.meetings.find(query).limit(AT_ONCE))
        return sum(self._call_off(build_meeting(one)) for one in found)

    def _alive(self, meeting: Meeting) -> bool:
        query = {"meeting_id": self._store.id_of(meeting), "state": {"$in": OPEN_STATES}}
        with storage_errors():
            inside = [build_attendance(one) for one in self._store.attendances.find(query)]
            if any(one.source == "zoom" for one in inside):
                return True
            sign_ins = [one.user_session_id for one in inside if one.user_session_id]
            signed_in = {"_id": {"$in": sign_ins}, "session_status": "active"}
            return self._sessions.find_one(signed_in, {"_id": 1}) is not None

    def _end(self, meeting: Meeting, at: datetime, by: str) -> int:
        def change(transaction: Transaction) -> tuple[int, Entry]:
            ended = self._hosting.close(transaction, meeting, at, by)
            if ended is None:
                raise _Passed
            after, count = ended
            more = {"ended_sessions": count, "ended_at": iso(at), "reason": by}
            return 1 + count, entry_of("meeting.expired", after, more)

        return self._write(SYSTEM, change)

    def _call_off(self, meeting: Meeting) -> int:
        def change(transaction: Transaction) -> tuple[int, Entry]:
            document = self._store.meetings.find_one_and_update(
                {"_id": self._store.id_of(meeting), "status": "scheduled"},
                {
                    "$set": {"status": "cancelled", "ended_at": self._clock(), "ended_by": "idle"},
                    "$unset": {"open_key": 1},
                },
                session=transaction,
            )
            if document is None:
                raise _Passed
            self._store.send_away(transaction, document["_id"], "idle")
            return 1, entry_of("meeting.expired", meeting, {"ended_sessions": 0, "reason": "idle"})

        return self._write(SYSTEM, change)

    def _lapse(self, interval: Attendance, at: datetime) -> int:
        employee = self._directory.find(str(interval.employee_id))
        if employee is None:
            return 0
        actor = Principal(
            employee.employee_id, employee.name, employee.role, interval.user_session_id
        )
        meeting = build_meeting(self._store.meeting(self._store.id_of(interval)))

        def change(transaction: Transaction) -> tuple[int, Entry]:
            after = self._intervals.close(transaction, interval, at, "signed_out")
            if after is None:
                raise _Passed
            minutes = round(after.seconds(at) / 60)
            return 1, interval_entry("attendance.lapsed", meeting, after, {"minutes": minutes})

        return self._write(actor, change)

    def _write(self, actor: Principal, change: Callable[[Transaction], tuple[int, Entry]]) -> int:
        try:
            return self._activities.write(actor, None, change, lambda _: 0)
        except _Passed:
            return 0


class _Passed(Exception):
    """Somebody else was faster."""
