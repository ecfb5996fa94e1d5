"""Which meeting an event of Zoom belongs to: one set up here, one known already, or a new one."""

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry
from rollcall.clock import Clock, iso
from rollcall.errors import NotFound
from rollcall.meetings.attendance import title_of_number
from rollcall.meetings.codes import new_code
from rollcall.meetings.entries import entry_of
from rollcall.meetings.hosting import Hosting
from rollcall.meetings.model import LONGEST_TITLE, MISSING, build_meeting
from rollcall.meetings.store import Store, open_key
from rollcall.meetings.zoom_events import ZoomEvent
from rollcall.principal import SYSTEM
from rollcall.storage.database import Document, Transaction, storage_errors
from rollcall.storage.meetings_schema import OPEN_MEETINGS


class ZoomMeetings:
    """Finds or makes the meeting of an event."""

    def __init__(
        self,
        store: Store,
        hosting: Hosting,
        activities: Activities,
        clock: Clock,
        grace_minutes: int,
    ) -> None:
        self._store = store
        self._hosting = hosting
        self._activities = activities
        self._clock = clock
        self._grace_minutes = grace_minutes

    def of(self, event: ZoomEvent) -> ObjectId:
        """The id of the meeting that happened at `event`.

        Raises `DuplicateKeyError` when another event made it in the same moment: try again.
        """
        meetings = self._store.meetings
        with storage_errors():
            known = meetings.find_one({"external_uuid": event.uuid}, {"_id": 1})
            if known is not None:
                return ObjectId(known["_id"])
            if adopted := self._adopted(event):
                return adopted
            other = meetings.find_one({"open_key": open_key(event.number)})
        if other is not None and event.started_at > (other["started_at"] or other["at"]):
            self._replace(other, event)
            other = None
        return self._new(event, is_latest=other is None)

    def _adopted(self, event: ZoomEvent) -> ObjectId | None:
        """The open meeting of that number which Zoom has said nothing about yet: it is this."""
        now = self._clock()
        nothing_said: Document = {
            "open_key": open_key(event.number),
            "external_uuid": {"$exists": False},
            "status": {"$in": OPEN_MEETINGS},
        }
        # A title that somebody gave it here is the better one.
        unnamed = {"$eq": ["$title", title_of_number(event.number)]}
        values = {
            "external_uuid": event.uuid,
            "status": "live",
            "started_at": event.started_at,
            "last_activity": now,
            "title": {"$cond": [unnamed, {"$literal": _title(event)}, "$title"]},
        }

        def change(transaction: Transaction) -> tuple[ObjectId, Entry]:
            document = self._store.meetings.find_one_and_update(
                nothing_said, [{"$set": values}], return_document=True, session=transaction
            )
            if document is None:
                raise NotFound(MISSING)
            return document["_id"], entry_of("meeting.started", build_meeting(document))

        if self._store.meetings.find_one(nothing_said, {"_id": 1}) is None:
            return None
        # The key is that of the event "started", which this tells as well.
        key = f"zoom:started:{event.uuid}"
        try:
            return self._activities.write(
                SYSTEM, key, change, lambda first: ObjectId(first.subject.id)
            )
        except NotFound:  # Another event was faster; it has the same id or made another meeting.
            return None

    def _replace(self, other: Document, event: ZoomEvent) -> None:
        """End the occurrence before, of whose end Zoom has not told (yet)."""
        meeting = build_meeting(other)

        def change(transaction: Transaction) -> tuple[None, Entry]:
            ended = self._hosting.close(transaction, meeting, event.started_at, "replaced")
            if ended is None:
                raise NotFound(MISSING)
            after, count = ended
            more = {
                "ended_sessions": count,
                "ended_at": iso(event.started_at),
                "reason": "replaced",
            }
            return None, entry_of("meeting.expired", after, more)

        try:
            self._activities.write(SYSTEM, None, change, lambda _: None)
        except NotFound:
            return

    def _new(self, event: ZoomEvent, *, is_latest: bool) -> ObjectId:
        """Put a meeting on record. Its host is whose the number was before, if anybody's."""
        now = self._clock()
        with storage_errors():
            before = self._store.meetings.find_one(
                {"external_id": event.number, "host_id": {"$type": "string"}},
                sort=[("at", -1), ("_id", -1)],
            )
        document: Document = {
            "title": _title(event), "kind": "external", "status": "live",
            "host_id": before["host_id"] if before else None, "code": new_code(),
            "rotating_secret": None, "waiting_room": False, "provider": "zoom",
            "external_id": event.number, "external_uuid": event.uuid,
            "starts_at": None, "ends_at": None, "started_at": event.started_at, "ended_at": None,
            "ended_by": None,
            "grace_minutes": before["grace_minutes"] if before else self._grace_minutes,
            "counts": {"present": 0, "waiting": 0, "joins": 0},
            "at": event.started_at, "created_at": now, "last_activity": now,
        }  # fmt: skip
        if is_latest:
            document["open_key"] = open_key(event.number)

        def change(transaction: Transaction) -> tuple[ObjectId, Entry]:
            fresh = dict(document)
            self._store.meetings.insert_one(fresh, session=transaction)
            return fresh["_id"], entry_of("meeting.created", build_meeting(fresh))

        def unused(_: Activity) -> ObjectId:
            raise NotFound(MISSING)

        return self._activities.write(SYSTEM, None, change, unused)


def _title(event: ZoomEvent) -> str:
    return event.topic[:LONGEST_TITLE] or title_of_number(event.number)
