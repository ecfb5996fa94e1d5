"""Attendance out of Zoom's events, which come in any order, more than once, or not at all.

The stays of one connection are made anew from all its events at each of them, so that the order in
which these arrive makes no difference. A meeting that nobody set up here is put on record too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.clock import Clock, iso
from rollcall.directory import Directory
from rollcall.meetings.entries import entry_of, participant_entry
from rollcall.meetings.hosting import Hosting
from rollcall.meetings.linking import Linking
from rollcall.meetings.model import Meeting, build_meeting
from rollcall.meetings.planning import TRIES
from rollcall.meetings.store import Store
from rollcall.meetings.zoom_events import ZoomEvent, ZoomPerson
from rollcall.meetings.zoom_meetings import ZoomMeetings
from rollcall.principal import SYSTEM
from rollcall.storage.database import Database, Document, Transaction


@dataclass(frozen=True)
class Stay:
    """From when until when somebody was there; `until` is None while they are."""

    since: datetime
    until: datetime | None


class Zoom:
    """Takes events in."""

    def __init__(
        self,
        database: Database,
        store: Store,
        meetings: ZoomMeetings,
        linking: Linking,
        hosting: Hosting,
        directory: Directory,
        activities: Activities,
        clock: Clock,
    ) -> None:
        self._events = database.collection("zoom_events")
        self._store = store
        self._meetings = meetings
        self._linking = linking
        self._hosting = hosting
        self._directory = directory
        self._activities = activities
        self._clock = clock

    def receive(self, event: ZoomEvent) -> str:
        """Record an event. Answers "recorded", or "repeated" for one that was recorded before.

        Raises `StorageUnavailable`; Zoom sends the event again then.
        """
        key = f"zoom:{event.kind}:{event.uuid}"
        if event.person is not None:
            key += f":{event.person.connection}:{int(event.at.timestamp() * 1000)}"
        if self._activities.earlier(SYSTEM, key) is not None:
            return "repeated"
        for left in reversed(range(TRIES)):
            try:
                meeting_id = self._meetings.of(event)
                return self._record(event, meeting_id, key)
            except _Nothing:
                return "repeated"
            except DuplicateKeyError:
                # Two events made the meeting or the participant in one moment: now it is there.
                if not left:
                    raise
        return "repeated"

    def _record(self, event: ZoomEvent, meeting_id: ObjectId, key: str) -> str:
        def change(transaction: Transaction) -> tuple[str, Entry]:
            meeting = build_meeting(self._store.meeting(meeting_id, transaction))
            if event.person is not None:
                return "recorded", self._moved(transaction, meeting, event, event.person)
            if event.kind == "started":
                return "recorded", self._started(transaction, meeting, event)
            return "recorded", self._ended(transaction, meeting, event)

        # That it has started may have been recorded a moment ago, with the meeting.
        return self._activities.write(SYSTEM, key, change, lambda _: "recorded")

    def _started(self, transaction: Transaction, meeting: Meeting, event: ZoomEvent) -> Entry:
        self._store.meetings.update_one(
            {"_id": self._store.id_of(meeting)},
            {"$set": {"started_at": event.started_at}},
            session=transaction,
        )
        return entry_of("meeting.started", meeting)

    def _ended(self, transaction: Transaction, meeting: Meeting, event: ZoomEvent) -> Entry:
        ended = self._hosting.close(transaction, meeting, event.at, "zoom")
        if ended is None:
            raise _Nothing
        after, count = ended
        more = {"ended_sessions": count, "ended_at": iso(event.at), "reason": "zoom"}
        return entry_of("meeting.ended", after, more)

    def _moved(
        self, transaction: Transaction, meeting: Meeting, event: ZoomEvent, person: ZoomPerson
    ) -> Entry:
        """Somebody came or went: note it, and make the stays of that connection anew."""
        now = self._clock()
        before = self._participant(transaction, meeting, person, now)
        milliseconds = int(event.at.timestamp() * 1000)
        self._events.insert_one(
            {
                "_id": f"{person.connection}:{event.kind}:{milliseconds}",
                "connection": person.connection,
                "participant_id": before["_id"],
                "event": event.kind,
                "happened_at": event.at,
                "at": now,
            },
            session=transaction,
        )
        self._stay(transaction, meeting, before, person, now)
        after = self._counted(transaction, before)
        if event.kind == "joined":
            after = self._linking.stranger_came(transaction, meeting, after, now)
            self._find_host(transaction, meeting, event, person, after)
        change = int(after["open"] > 0) - int(before["open"] > 0)
        self._store.count(
            transaction,
            self._store.id_of(meeting),
            {"present": change, "joins": int(event.kind == "joined")},
            {"last_activity": now},
        )
        kind = f"participant.{event.kind}"
        more = {"at": iso(event.at)}
        identity, employee_id = str(after["_id"]), after.get("employee_id")
        return participant_entry(kind, meeting, identity, employee_id, more)

    def _participant(
        self, transaction: Transaction, meeting: Meeting, person: ZoomPerson, now: datetime
    ) -> Document:
        """Who the connection belongs to. Writing the document makes two events of one person wait
        for each other."""
        known = self._events.find_one({"connection": person.connection}, session=transaction)
        told: Document = {"email": person.email, "zoom_id": person.uuid or person.user_id}
        if known is not None:
            # What came first may have said less: that somebody went often names no address.
            filled = {name: {"$ifNull": [f"${name}", {"$literal": told[name]}]} for name in told}
            after = self._store.participants.find_one_and_update(
                {"_id": known["participant_id"]},
                [{"$set": {**filled, "version": {"$add": ["$version", 1]}}}],
                return_document=True,
                session=transaction,
            )
            if after is not None:
                return dict(after)
        identity = person.user_id or person.email or person.uuid or person.connection
        more = {**told, "zoom_user_id": person.connection.rpartition(":")[2]}
        document = self._store.meeting(self._store.id_of(meeting), transaction)
        _, added = self._store.put_on_list(
            transaction, document, f"zoom:{identity}", "zoom", person.name, now, more
        )
        return added

    def _stay(
        self,
        transaction: Transaction,
        meeting: Meeting,
        participant: Document,
        person: ZoomPerson,
        now: datetime,
    ) -> None:
        """Bring the intervals of a connection to what its events say."""
        events = list(self._events.find({"connection": person.connection}, session=transaction))
        joins = sorted(one["happened_at"] for one in events if one["event"] == "joined")
        leaves = sorted(one["happened_at"] for one in events if one["event"] == "left")
        over = meeting.ended_at if meeting.is_over else None
        collection = self._store.attendances
        for stay in stays(joins, leaves, over):
            milliseconds = int(stay.since.timestamp() * 1000)
            number = person.connection.rpartition(":")[2]
            # Of one connection all starts differ; two occurrences may have the same connection.
            session_id = f"zoom_{meeting.meeting_id}_{number}_{milliseconds}"
            by = "zoom" if stay.until in (*leaves, *joins) else "ended"
            values = {
                "state": "left" if stay.until else "here",
                "left_at": stay.until,
                "left_by": by if stay.until else None,
            }
            collection.update_one(
                {"session_id": session_id},
                {
                    "$set": values,
                    "$setOnInsert": {
                        "meeting_id": self._store.id_of(meeting),
                        "participant_id": participant["_id"],
                        "employee_id": None,
                        "source": "zoom",
                        "requested_at": stay.since,
                        "joined_at": stay.since,
                        "device": None,
                        "label": None,
                        "user_session_id": None,
                    },
                },
                upsert=True,
                session=transaction,
            )

    def _counted(self, transaction: Transaction, participant: Document) -> Document:
        query = {"participant_id": participant["_id"]}
        intervals = list(self._store.attendances.find(query, {"state": 1}, session=transaction))
        values = {
            "open": sum(one["state"] == "here" for one in intervals),
            "joins": len(intervals),
        }
        self._store.participants.update_one(
            {"_id": participant["_id"]}, {"$set": values}, session=transaction
        )
        return {**participant, **values}

    def _find_host(
        self,
        transaction: Transaction,
        meeting: Meeting,
        event: ZoomEvent,
        person: ZoomPerson,
        participant: Document,
    ) -> None:
        """Give a meeting without a host the one that Zoom names, when their address is known."""
        link = participant.get("employee_link") or {}
        is_host = person.user_id is not None and person.user_id == event.host_id
        if meeting.host_id is None and is_host and link.get("by") == "email":
            self._store.meetings.update_one(
                # Also of one that is over: who comes first may be told last.
                {"_id": self._store.id_of(meeting), "host_id": None},
                {"$set": {"host_id": participant["employee_id"]}},
                session=transaction,
            )


def stays(
    joins: Sequence[datetime], leaves: Sequence[datetime], over: datetime | None
) -> list[Stay]:
    """The stays that moments of coming and going make, both sorted; `over` is the meeting's end.

    A stay ends when one went, at the latest when one came again (that one went was not told), or
    with the meeting. Going without having come makes none: that one came may still be told.
    """
    found = []
    for since, again in pairwise([*joins, None]):
        if since is None:
            continue
        ends = [one for one in leaves if one >= since and (again is None or one <= again)]
        until = ends[0] if ends else again
        if until is None and over is not None:
            until = max(since, over)
        found.append(Stay(since, until))
    return found


class _Nothing(Exception):
    """There was nothing to record any more."""
