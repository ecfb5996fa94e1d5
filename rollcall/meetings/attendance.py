"""Coming and going: any number of times, on several devices, each time an interval of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry
from rollcall.clock import Clock
from rollcall.dates import zone
from rollcall.directory import UNKNOWN, Directory, Employee
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.meetings.access import Access
from rollcall.meetings.codes import is_current, new_code
from rollcall.meetings.entries import entry_of, interval_entry
from rollcall.meetings.intervals import Intervals
from rollcall.meetings.linking import Linking
from rollcall.meetings.model import MISSING, Attendance, Meeting, build_attendance, build_meeting
from rollcall.meetings.planning import TRIES, person_fields
from rollcall.meetings.store import Store, employee_key, open_key, read_number
from rollcall.permissions import Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction, storage_errors
from rollcall.storage.meetings_schema import OPEN_MEETINGS
from rollcall.throttle import Limit, Throttle

OPENS_BEFORE = timedelta(minutes=15)
LONGEST_LABEL = 120
GUESSES = Limit(10, timedelta(minutes=10))
USED_KEY = "That idempotency key was used for another meeting. Make a new one."


@dataclass(frozen=True)
class Arrival:
    """How somebody comes in: by which id, number or code, from where, on what.

    `label` is what a client calls the person, kept beside the name on record. `rotating_code` is
    the code on the host's screen, where the meeting has one.
    """

    reference: str
    source: str = "web"
    device: str | None = None
    label: str | None = None
    rotating_code: str | None = None


class Attendances(Intervals):
    """Lets people into meetings and out again."""

    def __init__(
        self,
        store: Store,
        access: Access,
        linking: Linking,
        directory: Directory,
        activities: Activities,
        throttle: Throttle,
        clock: Clock,
        grace_minutes: int,
    ) -> None:
        super().__init__(store, access, activities, clock)
        self._linking = linking
        self._directory = directory
        self._throttle = throttle
        self._grace_minutes = grace_minutes

    def join(self, actor: Principal, arrival: Arrival, key: str | None = None) -> Attendance:
        """Come in. The same person, sign-in and device is in a meeting once: a page that is loaded
        again gets the interval that is open.

        With a waiting room the interval only begins when the host lets them in (`state`
        "waiting"). Raises `NotFound`, `Conflict` for a meeting that is over or not open yet,
        `Invalid` when the changing code is missing or wrong, `TooManyAttempts` after ten wrong
        ones.
        """
        require(actor, Permission.JOIN_MEETINGS)
        employee = self._directory.find(str(actor.employee_id))
        if employee is None:
            raise NotFound(UNKNOWN)
        meeting_id = self._meeting_to_join(actor, arrival.reference)
        self._check_place(actor, meeting_id, arrival)
        device = _short(arrival.device)
        identity = f"{meeting_id}:{actor.employee_id}:{actor.session_id}:{device}"

        def change(transaction: Transaction) -> tuple[Attendance, Entry]:
            return self._come_in(transaction, actor, employee, arrival, meeting_id, identity)

        def first(earlier: Activity) -> Attendance:
            waited = earlier.kind == "attendance.waiting"
            if earlier.data.get("meeting") != str(meeting_id):
                raise Conflict(USED_KEY)
            return self.first_of("attendance.waiting" if waited else "attendance.joined")(earlier)

        for left in reversed(range(TRIES)):
            if already := self._open_now(identity):
                return already
            try:
                return self._activities.write(actor, key, change, first)
            except DuplicateKeyError:
                # The same person came in twice in one moment: one of the two is first.
                if not left:
                    raise
        raise Conflict("That didn't work. Please try again.")

    def _come_in(
        self,
        transaction: Transaction,
        actor: Principal,
        employee: Employee,
        arrival: Arrival,
        meeting_id: ObjectId,
        identity: str,
    ) -> tuple[Attendance, Entry]:
        now = self._clock()
        document = self._store.meeting(meeting_id, transaction)
        meeting = build_meeting(document)
        hosts = meeting.host_id == actor.employee_id
        self._check_open(actor, meeting, now, hosts)
        known = self._store.member(meeting_id, actor.employee_id, transaction)
        waits = meeting.waiting_room and not hosts and not (known and known.get("admitted"))
        before, member = self._store.put_on_list(
            transaction, document, employee_key(employee.employee_id), "employee", employee.name,
            now, person_fields(employee, now), {} if waits else {"open": 1, "joins": 1},
        )  # fmt: skip
        member = self._linking.recognise_student(transaction, member, now)
        interval: Document = {
            "session_id": self._session_id(transaction, actor, meeting, now),
            "meeting_id": meeting_id,
            "participant_id": member["_id"],
            "employee_id": actor.employee_id,
            "state": "waiting" if waits else "here",
            "source": arrival.source,
            "requested_at": now,
            "joined_at": None if waits else now,
            "left_at": None,
            "left_by": None,
            "device": _short(arrival.device),
            "label": _short(arrival.label),
            "user_session_id": actor.session_id,
            "open_key": identity,
        }
        self._store.attendances.insert_one(interval, session=transaction)
        self._linking.employee_came(transaction, meeting, member, now)
        values: Document = {"last_activity": now}
        if meeting.status == "scheduled" and not waits and (hosts or _opens(meeting) <= now):
            values |= {"status": "live", "started_at": now}
            self._activities.append(transaction, actor, entry_of("meeting.started", meeting))
        came = before is None or not before["open"]
        counts = {"waiting": 1} if waits else {"joins": 1, "present": int(came)}
        if not self._store.count(transaction, meeting_id, counts, values):
            raise Conflict(f"“{meeting.title}” is over.")
        kind = "attendance.waiting" if waits else "attendance.joined"
        attendance = build_attendance(interval)
        more = {"source": arrival.source, "student": member.get("student_id")}
        return attendance, interval_entry(kind, meeting, attendance, more)

    def _meeting_to_join(self, actor: Principal, reference: str) -> ObjectId:
        """The meeting that is meant; of a Zoom number that nobody has set up yet, a new one."""
        document = self._store.find(reference)
        number = read_number(reference)
        if number and (document is None or document["status"] not in OPEN_MEETINGS):
            return self._note(actor, number)
        if document is None:
            raise NotFound(MISSING)
        self._access.joinable(actor, reference, document)
        return ObjectId(document["_id"])

    def _note(self, actor: Principal, number: str) -> ObjectId:
        """Put a Zoom meeting on record that somebody signs in to before it is known here."""
        now = self._clock()
        document: Document = {
            "title": title_of_number(number), "kind": "external", "status": "scheduled",
            "host_id": None, "code": new_code(), "rotating_secret": None, "waiting_room": False,
            "provider": "zoom", "external_id": number, "open_key": open_key(number),
            "starts_at": None, "ends_at": None, "started_at": None, "ended_at": None,
            "ended_by": None, "grace_minutes": self._grace_minutes,
            "counts": {"present": 0, "waiting": 0, "joins": 0},
            "at": now, "created_at": now, "last_activity": now,
        }  # fmt: skip

        def change(transaction: Transaction) -> tuple[ObjectId, Entry]:
            fresh = dict(document)
            self._store.meetings.insert_one(fresh, session=transaction)
            return fresh["_id"], entry_of("meeting.created", build_meeting(fresh))

        def unused(_: Activity) -> ObjectId:
            raise NotFound(MISSING)

        try:
            return self._activities.write(actor, None, change, unused)
        except DuplicateKeyError:
            with storage_errors():
                found = self._store.meetings.find_one({"open_key": open_key(number)}, {"_id": 1})
            if found is None:
                raise
            return ObjectId(found["_id"])

    @staticmethod
    def _check_open(actor: Principal, meeting: Meeting, now: datetime, hosts: bool) -> None:
        if meeting.status == "cancelled":
            raise Conflict(f"“{meeting.title}” was called off.")
        if meeting.is_over:
            raise Conflict(f"“{meeting.title}” is over.")
        early = meeting.status == "scheduled" and _opens(meeting) > now
        if early and not hosts and meeting.provider is None:
            begins = meeting.at.astimezone(zone(actor.timezone))
            raise Conflict(
                f"“{meeting.title}” begins on {begins:%A}, {begins.day} {begins:%B}, at "
                f"{begins:%H:%M}. You can join from fifteen minutes before."
            )

    def _check_place(self, actor: Principal, meeting_id: ObjectId, arrival: Arrival) -> None:
        """Ask for the changing code, where there is one: only who is there can read it."""
        document = self._store.meeting(meeting_id)
        secret = document.get("rotating_secret")
        if not secret or document["host_id"] == actor.employee_id:
            return
        if not arrival.rotating_code:
            raise Invalid(
                "This meeting also asks for the six digits that the host is showing now.",
                {"rotating_code": "is missing"},
            )
        counter = f"rotating:{meeting_id}:{actor.employee_id}"
        self._throttle.take(counter, GUESSES)
        if not is_current(secret, arrival.rotating_code, self._clock()):
            raise Invalid(
                "Those digits are not the ones on the host's screen any more. Please type the "
                "ones you see now.",
                {"rotating_code": "is not current"},
            )
        self._throttle.forget(counter)

    def _session_id(
        self, transaction: Transaction, actor: Principal, meeting: Meeting, now: datetime
    ) -> str:
        """`<user>_<meeting>_<ms>`; two devices in one millisecond get two of them."""
        milliseconds = int(now.timestamp() * 1000)
        while True:
            session_id = f"{actor.employee_id}_{meeting.public_id}_{milliseconds}"
            taken = self._store.attendances.find_one(
                {"session_id": session_id}, {"_id": 1}, session=transaction
            )
            if taken is None:
                return session_id
            milliseconds += 1

    def _open_now(self, identity: str) -> Attendance | None:
        with storage_errors():
            document = self._store.attendances.find_one({"open_key": identity})
        return build_attendance(document) if document else None


def _opens(meeting: Meeting) -> datetime:
    """From when on people can come in."""
    return meeting.starts_at - OPENS_BEFORE if meeting.starts_at else meeting.created_at


def title_of_number(number: str) -> str:
    """What a meeting in Zoom is called until somebody says its title."""
    return f"Zoom meeting {number}"


def _short(text: str | None) -> str | None:
    """A word of a client about itself, in one line of a sensible length."""
    return " ".join(text.split())[:LONGEST_LABEL] or None if text else None
