"""Setting a meeting up and putting people on its list."""

from datetime import datetime, timedelta

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.clock import Clock
from rollcall.directory import UNKNOWN, Directory, Employee
from rollcall.errors import Conflict, Duplicate, Invalid, NotFound
from rollcall.meetings.access import Access
from rollcall.meetings.codes import new_code, new_secret
from rollcall.meetings.entries import entry_of
from rollcall.meetings.model import (
    LONGEST_TITLE,
    MOST_INVITED,
    Meeting,
    NewMeeting,
    build_meeting,
)
from rollcall.meetings.store import Store, employee_key, open_key, read_number
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction
from rollcall.storage.meetings_schema import OPEN_MEETINGS

LONGEST_MEETING = timedelta(hours=24)
JUST_NOW = timedelta(minutes=5)
TRIES = 5


class Planning:
    """Sets meetings up."""

    def __init__(
        self,
        store: Store,
        access: Access,
        directory: Directory,
        activities: Activities,
        clock: Clock,
        grace_minutes: int,
    ) -> None:
        self._store = store
        self._access = access
        self._directory = directory
        self._activities = activities
        self._clock = clock
        self._grace_minutes = grace_minutes

    def create(self, actor: Principal, new: NewMeeting, key: str | None = None) -> Meeting:
        """Set up a meeting that the actor hosts.

        Raises `Invalid` for a title or times that can't be, `NotFound` for invited people the
        actor may not know of, `Duplicate` for a Zoom number that is in use, `Forbidden` for one
        from an employee.
        """
        require(actor, Permission.CREATE_MEETINGS)
        title, now = read_title(new.title), self._clock()
        _check_times(new, now)
        number = self._number(actor, new)
        guests = self._invited(actor, new.invited)
        starts_at = new.starts_at
        live = starts_at is None and number is None
        document: Document = {
            "title": title,
            "kind": "external" if number else "ad_hoc" if starts_at is None else "scheduled",
            "status": "live" if live else "scheduled",
            "host_id": actor.employee_id,
            "rotating_secret": new_secret() if new.rotating else None,
            "waiting_room": new.waiting_room,
            "provider": "zoom" if number else None,
            "external_id": number,
            "starts_at": starts_at,
            "ends_at": new.ends_at,
            "started_at": now if live else None,
            "ended_at": None,
            "ended_by": None,
            "grace_minutes": self._grace_minutes
            if new.grace_minutes is None
            else new.grace_minutes,
            "counts": {"present": 0, "waiting": 0, "joins": 0},
            "at": starts_at or now,
            "created_at": now,
            "last_activity": now,
        }
        if number:
            document["open_key"] = open_key(number)

        def change(transaction: Transaction) -> tuple[Meeting, Entry]:
            fresh = {**document, "code": new_code()}
            adopted = self._adopt(transaction, number, fresh)
            if adopted is None:
                self._store.meetings.insert_one(fresh, session=transaction)
            fresh = adopted or fresh
            for one in guests:
                self._enlist(
                    transaction, fresh, one, now, host=one.employee_id == actor.employee_id
                )
            meeting = build_meeting(fresh)
            more = {"invited": len(guests) - 1, "kind": meeting.kind}
            concerned = tuple(one.employee_id for one in guests)
            return meeting, entry_of("meeting.created", meeting, more, concerned)

        for left in reversed(range(TRIES)):
            try:
                return self._activities.write(
                    actor, key, change, self._store.first("meeting.created")
                )
            except DuplicateKeyError as error:
                if "open_key" in str(error.details):
                    raise _number_in_use(number) from error
                if not left:  # The code is somebody else's; five times in a row is no chance.
                    raise
        raise Conflict("The meeting could not be set up. Please try again.")

    def invite(
        self, actor: Principal, reference: str, employee_ids: list[str], key: str | None = None
    ) -> Meeting:
        """Put people on the list of a meeting. Raises `NotFound`, `Forbidden`, `Conflict`."""
        meeting = self._access.hosted(actor, reference)
        guests = self._invited(actor, tuple(employee_ids), with_actor=False)
        now = self._clock()

        def change(transaction: Transaction) -> tuple[Meeting, Entry]:
            document = self._open(meeting, transaction)
            for one in guests:
                self._enlist(transaction, document, one, now)
            more = {"invited": len(guests)}
            concerned = tuple(one.employee_id for one in guests)
            return meeting, entry_of("meeting.invited", meeting, more, concerned)

        return self._activities.write(
            actor, key, change, self._store.first("meeting.invited", meeting.meeting_id)
        )

    def _open(self, meeting: Meeting, transaction: Transaction) -> Document:
        document = self._store.meeting(ObjectId(meeting.meeting_id), transaction)
        if document["status"] not in OPEN_MEETINGS:
            raise Conflict(f"“{meeting.title}” is over.")
        return document

    def _number(self, actor: Principal, new: NewMeeting) -> str | None:
        if new.external_id is None:
            return None
        require(actor, Permission.CREATE_EXTERNAL_MEETINGS)
        number = read_number(new.external_id)
        if number is None:
            problem = "A Zoom meeting has a number of 9 to 12 digits."
            raise Invalid(problem, {"external_id": problem})
        return number

    def _adopt(
        self, transaction: Transaction, number: str | None, fresh: Document
    ) -> Document | None:
        """A meeting that others joined by its number before anybody set it up: now it has a host.

        Not one that Zoom has told about: whose that is only an admin can know.
        """
        if number is None:
            return None
        unset = {"status", "started_at", "counts", "code", "last_activity"}
        return self._store.meetings.find_one_and_update(
            {
                "open_key": open_key(number),
                "host_id": None,
                "external_uuid": {"$exists": False},
            },
            {"$set": {name: value for name, value in fresh.items() if name not in unset}},
            return_document=True,
            session=transaction,
        )

    def _invited(
        self, actor: Principal, employee_ids: tuple[str, ...], with_actor: bool = True
    ) -> list[Employee]:
        """The employees behind the ids, the host first."""
        if len(employee_ids) > MOST_INVITED:
            raise Invalid(
                f"{MOST_INVITED} people at most can be invited at once.",
                {"invited": f"{MOST_INVITED} at most"},
            )
        first = [actor.employee_id] if with_actor and actor.employee_id else []
        found = []
        for employee_id in dict.fromkeys([*first, *employee_ids]):
            employee = self._directory.find(employee_id)
            if employee_id != actor.employee_id:
                require(
                    actor, Permission.READ_PEOPLE, employee or Nobody(employee_id),
                    f"I can't find {employee_id} among the people you can invite.",
                )  # fmt: skip
            if employee is None or employee.status != "active":
                raise NotFound(UNKNOWN)
            found.append(employee)
        return found

    def _enlist(
        self,
        transaction: Transaction,
        meeting: Document,
        employee: Employee,
        now: datetime,
        host: bool = False,
    ) -> None:
        key = employee_key(employee.employee_id)
        _, after = self._store.put_on_list(
            transaction, meeting, key, "employee", employee.name, now, person_fields(employee, now)
        )
        self._store.participants.update_one(
            {"_id": after["_id"]},
            {"$set": {"invited": True, **({"role": "host", "admitted": True} if host else {})}},
            session=transaction,
        )


def person_fields(employee: Employee, now: datetime) -> Document:
    """What a list keeps of an employee."""
    return {
        "employee_id": employee.employee_id,
        "employee_link": {"by": "account", "at": now},
        "email": employee.email.lower() if employee.email else None,
    }


def read_title(text: str) -> str:
    """A title as it is kept. Raises `Invalid`."""
    title = " ".join(text.split())
    if not title:
        raise Invalid("A meeting needs a title.", {"title": "is missing"})
    if len(title) > LONGEST_TITLE:
        problem = f"{LONGEST_TITLE} characters at most, please."
        raise Invalid(f"That title is too long: {problem}", {"title": problem})
    return title


def check_beginning(starts_at: datetime, now: datetime) -> None:
    """Raises `Invalid` for one in the past."""
    if starts_at < now - JUST_NOW:
        raise Invalid("That is in the past. When shall it begin?", {"starts_at": "is in the past"})


def check_length(begins: datetime, ends_at: datetime) -> None:
    """Raises `Invalid` for an end that can't be."""
    if ends_at <= begins:
        raise Invalid("It would end before it begins.", {"ends_at": "is before the beginning"})
    if ends_at - begins > LONGEST_MEETING:
        raise Invalid("A meeting lasts 24 hours at most.", {"ends_at": "is too late"})


def _check_times(new: NewMeeting, now: datetime) -> None:
    if new.starts_at:
        check_beginning(new.starts_at, now)
    if new.ends_at:
        check_length(new.starts_at or now, new.ends_at)


def _number_in_use(number: str | None) -> Duplicate:
    problem = f"There is an open meeting with the Zoom number {number} already."
    return Duplicate(problem, {"external_id": problem})
