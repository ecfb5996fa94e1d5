"""Students: people without an account whose attendance counts, found by e-mail or name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.errors import Duplicate, Invalid, NotFound
from rollcall.names import name_key
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

MISSING = "There is no such student."


@dataclass(frozen=True)
class NewStudent:
    """What is needed to add one; `student_id` is the number the school gave."""

    student_id: int
    first_name: str
    last_name: str
    department: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Student:
    """One student."""

    student_id: int
    first_name: str
    last_name: str
    department: str | None
    email: str | None
    created_at: datetime

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the field names of the published attendance interface."""
        return {
            "studentId": self.student_id,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "department": self.department,
            "email": self.email,
        }


class Students:
    """Adds and finds students."""

    def __init__(self, database: Database, activities: Activities, clock: Clock) -> None:
        self._collection = database.collection("students")
        self._activities = activities
        self._clock = clock

    def add(self, actor: Principal, new: NewStudent, key: str | None = None) -> Student:
        """Put a student on record. Raises `Forbidden`, `Invalid`, `Duplicate`."""
        require(actor, Permission.ADD_STUDENTS)
        document = self._document(new)

        def change(transaction: Transaction) -> tuple[Student, Entry]:
            self._collection.insert_one(document, session=transaction)
            return _build(document), Entry("student.added", Subject("student", str(new.student_id)))

        def first(earlier: Activity) -> Student:
            return self._read(int(earlier.answers("student.added").subject.id))

        try:
            return self._activities.write(actor, key, change, first)
        except DuplicateKeyError as error:
            field = "email" if "email" in str(error.details) else "student_id"
            problem = "is on record already"
            raise Duplicate(f"A student with that {field} {problem}.", {field: problem}) from error

    def get(self, actor: Principal, student_id: int) -> Student:
        """One student. Raises `Forbidden`, `NotFound`."""
        require(actor, Permission.READ_STUDENTS)
        return self._read(student_id)

    def list(self, actor: Principal, limit: int = 50, after: str | None = None) -> Page[Student]:
        """All students, newest first. Raises `Forbidden`."""
        require(actor, Permission.READ_STUDENTS)
        return read_page(self._collection, {}, "created_at", _build, limit, after)

    def named(self, student_ids: set[int]) -> dict[int, Student]:
        """Students by number. Checks no permission: for the domain's own use."""
        if not student_ids:
            return {}
        with storage_errors():
            found = self._collection.find({"_id": {"$in": [*student_ids]}})
            return {one["_id"]: _build(one) for one in found}

    def recognise(
        self, email: str | None, name: str, transaction: Transaction | None = None
    ) -> tuple[int, str] | None:
        """The one student with that e-mail address, else the only one of that name, and by which
        of the two. None when there is none or there are several."""
        if email:
            wanted = {"email": email.lower()}
            found = self._collection.find_one(wanted, {"_id": 1}, session=transaction)
            if found:
                return int(found["_id"]), "email"
        key = name_key(name)
        if not key:
            return None
        same = list(
            self._collection.find({"name_key": key}, {"_id": 1}, session=transaction).limit(2)
        )
        return (int(same[0]["_id"]), "name") if len(same) == 1 else None

    def of_name(self, name: str, limit: int = 10) -> Sequence[Student]:
        """All students of a name, for a person to choose from."""
        with storage_errors():
            return [
                _build(one)
                for one in self._collection.find({"name_key": name_key(name)}).limit(limit)
            ]

    def _read(self, student_id: int) -> Student:
        with storage_errors():
            document = self._collection.find_one({"_id": student_id})
        if document is None:
            raise NotFound(MISSING)
        return _build(document)

    def _document(self, new: NewStudent) -> Document:
        names = {"first_name": new.first_name, "last_name": new.last_name}
        cleaned = {field: " ".join(text.split()) for field, text in names.items()}
        for field, text in cleaned.items():
            if not text:
                raise Invalid("A student needs a first and a last name.", {field: "is missing"})
        if new.student_id < 1:
            raise Invalid("A student's number is 1 or more.", {"student_id": "should be positive"})
        return {
            "_id": new.student_id,
            **cleaned,
            "name_key": name_key(f"{cleaned['first_name']} {cleaned['last_name']}"),
            "department": new.department,
            # Not null: addresses are unique among those who have one.
            **({"email": new.email.strip().lower()} if new.email else {}),
            "created_at": self._clock(),
        }


def _build(document: Document) -> Student:
    return Student(
        student_id=int(document["_id"]),
        first_name=document["first_name"],
        last_name=document["last_name"],
        department=document.get("department"),
        email=document.get("email"),
        created_at=document["created_at"],
    )
