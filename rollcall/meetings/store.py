"""The three collections of a meeting, as the classes beside this one use them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from rollcall.activity import Activity
from rollcall.errors import NotFound
from rollcall.meetings.codes import read_code
from rollcall.meetings.model import MISSING, Attendance, Meeting, build_meeting
from rollcall.names import name_key
from rollcall.paging import object_id
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.storage.meetings_schema import OPEN_MEETINGS

OBJECT_ID_LENGTH = 24
ZOOM_DIGITS = range(9, 13)


def read_number(text: str) -> str | None:
    """Zoom's number of a meeting, "123 456 789" or "123-456-789", or None."""
    digits = "".join(one for one in text if one not in " -\u00a0")
    return digits if digits.isascii() and digits.isdigit() and len(digits) in ZOOM_DIGITS else None


def employee_key(employee_id: str) -> str:
    """The key of an employee on the list of a meeting."""
    return f"employee:{employee_id}"


def open_key(number: str) -> str:
    """What an open meeting in Zoom is unique by."""
    return f"zoom:{number}"


class Store:
    """Reads and writes without asking who may; only for the domain's own use."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.meetings = database.collection("meetings")
        self.participants = database.collection("participants")
        self.attendances = database.collection("attendances")

    def find(self, reference: str, transaction: Transaction | None = None) -> Document | None:
        """The meeting that an id, a join code or a number of Zoom names: of a number the open one,
        else the latest."""
        text = reference.strip()
        with storage_errors():
            if len(text) == OBJECT_ID_LENGTH and ObjectId.is_valid(text):
                return self.meetings.find_one({"_id": ObjectId(text)}, session=transaction)
            if code := read_code(text):
                return self.meetings.find_one({"code": code}, session=transaction)
            if number := read_number(text):
                return self.meetings.find_one(
                    {"open_key": open_key(number)}, session=transaction
                ) or self.meetings.find_one(
                    {"external_id": number}, sort=[("at", -1), ("_id", -1)], session=transaction
                )
        return None

    def meeting(self, meeting_id: ObjectId, transaction: Transaction | None = None) -> Document:
        """The meeting of that id. Raises `NotFound`."""
        with storage_errors():
            found = self.meetings.find_one({"_id": meeting_id}, session=transaction)
        if found is None:
            raise NotFound(MISSING)
        return found

    @staticmethod
    def id_of(one: Meeting | Attendance) -> ObjectId:
        """The document id of a meeting, or of the one an interval is in."""
        return ObjectId(one.meeting_id)

    def send_away(self, transaction: Transaction, meeting_id: ObjectId, left_by: str) -> None:
        """Whoever waits for a meeting that is over waits no more."""
        self.attendances.update_many(
            {"meeting_id": meeting_id, "state": "waiting"},
            {"$set": {"state": "left", "left_by": left_by}, "$unset": {"open_key": 1}},
            session=transaction,
        )

    def first(self, kind: str, meeting_id: str | None = None) -> Callable[[Activity], Meeting]:
        """What a repeated key answers: the meeting, if it was the same change of the same one."""

        def answer(first: Activity) -> Meeting:
            identity = object_id(first.answers(kind, meeting_id).subject.id, MISSING)
            return build_meeting(self.meeting(identity))

        return answer

    def member(
        self, meeting_id: ObjectId, employee_id: str | None, transaction: Transaction | None = None
    ) -> Document | None:
        """An employee on the list of a meeting, or None."""
        if employee_id is None:
            return None
        with storage_errors():
            return self.participants.find_one(
                {"meeting_id": meeting_id, "key": employee_key(employee_id)}, session=transaction
            )

    def other_entry(
        self, member: Document, transaction: Transaction | None = None
    ) -> Document | None:
        """A name in Zoom on the same list that is linked to the employee `member`, or None."""
        query = {
            "meeting_id": member["meeting_id"],
            "employee_id": member["employee_id"],
            "source": {"$ne": "employee"},
        }
        with storage_errors():
            return self.participants.find_one(query, session=transaction)

    def put_on_list(
        self,
        transaction: Transaction,
        meeting: Document,
        key: str,
        source: str,
        name: str,
        now: datetime,
        more: Document | None = None,
        increments: dict[str, int] | None = None,
    ) -> tuple[Document | None, Document]:
        """Somebody on the list, put there if need be: the document before (None: new) and after.

        `more` are the values of a new one; `increments` are added in both cases.
        """
        added: Document = {
            "source": source,
            "name": name,
            "name_key": name_key(name),
            "email": None,
            "employee_id": None,
            "employee_link": None,
            "student_id": None,
            "student_link": None,
            "role": "participant",
            "invited": False,
            "admitted": False,
            "open": 0,
            "joins": 0,
            "zoom_user_id": None,
            "zoom_id": None,
            "at": meeting["at"],
            "created_at": now,
            **(more or {}),
        }
        changes = dict(increments or {})
        for field in changes:
            added.pop(field)
        # Also without a change the document is written: two at once must not pass each other by.
        changes["version"] = 1
        wanted = {"meeting_id": meeting["_id"], "key": key}
        before = self.participants.find_one(wanted, session=transaction)
        after = self.participants.find_one_and_update(
            wanted,
            {
                "$setOnInsert": added
                | {name: 0 for name in ("open", "joins") if name not in changes},
                "$inc": changes,
            },
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=transaction,
        )
        if after is None:
            raise NotFound(MISSING)
        return before, after

    def count(
        self,
        transaction: Transaction,
        meeting_id: ObjectId,
        increments: dict[str, int],
        values: Document,
    ) -> bool:
        """Add to the counters of an open meeting and set `values`; False when it is over.

        The last write of a transaction: everybody who comes and goes writes this one document.
        """
        update: dict[str, Any] = {"$set": values}
        changed = {f"counts.{name}": by for name, by in increments.items() if by}
        if changed:
            update["$inc"] = changed
        result = self.meetings.update_one(
            {"_id": meeting_id, "status": {"$in": OPEN_MEETINGS}}, update, session=transaction
        )
        return bool(result.matched_count)
