"""What a person decides: who a participant is, or that they are none of those it looked like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry
from rollcall.clock import Clock
from rollcall.directory import UNKNOWN, Directory, Employee
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.meetings.access import Access
from rollcall.meetings.entries import participant_entry
from rollcall.meetings.linking import Linking
from rollcall.meetings.model import Meeting, Participant, build_participant
from rollcall.meetings.store import Store
from rollcall.paging import object_id
from rollcall.permissions import Nobody, Permission, covers
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction, storage_errors
from rollcall.students import Student, Students

MISSING = "Nobody on the list of this meeting has that id."


@dataclass(frozen=True)
class Candidates:
    """Who a participant may be: employees on the list, and students, of the same name."""

    employees: Sequence[Employee]
    students: Sequence[Student]


class Deciding:
    """Links and unlinks participants on behalf of hosts and admins."""

    def __init__(
        self,
        store: Store,
        access: Access,
        linking: Linking,
        directory: Directory,
        students: Students,
        activities: Activities,
        clock: Clock,
    ) -> None:
        self._store = store
        self._access = access
        self._linking = linking
        self._directory = directory
        self._students = students
        self._activities = activities
        self._clock = clock

    def candidates(self, actor: Principal, reference: str, participant_id: str) -> Candidates:
        """Who somebody may be, for a person to choose. Raises `NotFound`, `Forbidden`."""
        meeting = self._access.hosted(actor, reference)
        participant = self._find(meeting, participant_id)
        with storage_errors():
            same = self._store.participants.find(
                {
                    "meeting_id": self._store.id_of(meeting),
                    "source": "employee",
                    "name_key": participant["name_key"],
                }
            )
            ids = [one["employee_id"] for one in same.limit(10)]
        employees = self._directory.of_ids(ids)
        return Candidates([*employees.values()], self._students.of_name(participant["name"]))

    def link(
        self,
        actor: Principal,
        reference: str,
        participant_id: str,
        *,
        employee_id: str | None = None,
        student_id: int | None = None,
        key: str | None = None,
    ) -> Participant:
        """Say who a participant is: an employee, a student, or both.

        Raises `NotFound`, `Forbidden`, `Invalid` when neither is given, `Conflict` for somebody
        who came in by their own account.
        """
        meeting = self._access.hosted(actor, reference)
        before = self._find(meeting, participant_id)
        employee = self._employee(actor, meeting, employee_id) if employee_id else None
        if employee is None and student_id is None:
            raise Invalid("Say which employee or student this is.", {"employee_id": "is missing"})
        if student_id is not None and student_id not in self._students.named({student_id}):
            raise NotFound("There is no such student.")
        if employee is not None and before["source"] == "employee":
            raise Conflict("They signed in themselves, so it is clear who they are.")
        decided = {"by": "person", "at": self._clock(), "employee_id": actor.employee_id}
        values: Document = {}
        if employee is not None:
            values |= {"employee_id": employee.employee_id, "employee_link": decided}
        if student_id is not None:
            values |= {"student_id": student_id, "student_link": decided}

        def change(transaction: Transaction) -> tuple[Participant, Entry]:
            if employee is not None:
                self._linking.enlist(transaction, meeting, employee, self._clock())
            after = self._set(transaction, before, values)
            return after, participant_entry(
                "participant.linked", meeting, participant_id, after.employee_id,
                {"by": "person", "student": student_id},
            )  # fmt: skip

        first = self._first("participant.linked", meeting, participant_id)
        return self._activities.write(actor, key, change, first)

    def unlink(
        self,
        actor: Principal,
        reference: str,
        participant_id: str,
        *,
        student: bool = False,
        key: str | None = None,
    ) -> Participant:
        """Take back who a participant is said to be (with `student` only which student). It is
        not guessed again.

        Raises `NotFound`, `Forbidden`, `Conflict` when there is nothing to take back.
        """
        meeting = self._access.hosted(actor, reference)
        before = self._find(meeting, participant_id)
        what = "student" if student else "employee"
        if before.get(f"{what}_id") is None:
            raise Conflict(f"{before['name']} is not linked to any {what}.")
        if what == "employee" and before["source"] == "employee":
            raise Conflict("They signed in themselves, so it is clear who they are.")
        decided = {"by": "nobody", "at": self._clock(), "employee_id": actor.employee_id}
        values: Document = {f"{what}_id": None, f"{what}_link": decided}

        def change(transaction: Transaction) -> tuple[Participant, Entry]:
            after = self._set(transaction, before, values)
            if what == "employee":
                self._take_off_list(transaction, before)
            return after, participant_entry(
                "participant.unlinked", meeting, participant_id, before.get("employee_id"),
                {"was": before.get(f"{what}_id"), "what": what},
            )  # fmt: skip

        first = self._first("participant.unlinked", meeting, participant_id)
        return self._activities.write(actor, key, change, first)

    def _employee(self, actor: Principal, meeting: Meeting, employee_id: str) -> Employee:
        """An employee the actor may name: whom they may know of, or who is on the list."""
        employee = self._directory.find(employee_id)
        listed = self._store.member(self._store.id_of(meeting), employee_id) is not None
        if not listed and not covers(
            actor, Permission.READ_PEOPLE, employee or Nobody(employee_id)
        ):
            raise NotFound(UNKNOWN)
        if employee is None:
            raise NotFound(UNKNOWN)
        return employee

    def _take_off_list(self, transaction: Transaction, before: Document) -> None:
        """An employee who is on the list only because of a link that is taken back."""
        linked = {"meeting_id": before["meeting_id"], "employee_id": before["employee_id"]}
        if self._store.other_entry(before, transaction) is None:
            self._store.participants.delete_one(
                {**linked, "source": "employee", "invited": False, "joins": 0, "open": 0},
                session=transaction,
            )

    def _find(self, meeting: Meeting, participant_id: str) -> Document:
        query = {
            "_id": object_id(participant_id, MISSING),
            "meeting_id": self._store.id_of(meeting),
        }
        with storage_errors():
            document = self._store.participants.find_one(query)
        if document is None:
            raise NotFound(MISSING)
        return document

    def _set(self, transaction: Transaction, before: Document, values: Document) -> Participant:
        """Change what was read a moment ago, unless somebody decided in between."""
        after = self._store.participants.find_one_and_update(
            {
                "_id": before["_id"],
                "employee_id": before.get("employee_id"),
                "student_id": before.get("student_id"),
            },
            {"$set": values},
            return_document=True,
            session=transaction,
        )
        if after is None:
            raise Conflict("Somebody else has just decided about this person. Look again.")
        return build_participant(after)

    def _first(
        self, kind: str, meeting: Meeting, participant_id: str
    ) -> Callable[[Activity], Participant]:
        def answer(first: Activity) -> Participant:
            first.answers(kind, participant_id)
            return build_participant(self._find(meeting, participant_id))

        return answer
