"""Who is who: a name in Zoom, an employee, a student.

By e-mail address first; else by name, where only one person has it: among those on the meeting's
own list for employees, among all for students. Otherwise it stays open for a person to decide,
and what a person decided is not decided again.
"""

from datetime import datetime

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.directory import Directory, Employee
from rollcall.meetings.entries import participant_entry
from rollcall.meetings.model import Meeting
from rollcall.meetings.planning import person_fields
from rollcall.meetings.store import Store, employee_key
from rollcall.principal import SYSTEM
from rollcall.storage.database import Document, Transaction
from rollcall.students import Students


class Linking:
    """Links participants within the transaction in which they come in."""

    def __init__(
        self, store: Store, directory: Directory, students: Students, activities: Activities
    ) -> None:
        self._store = store
        self._directory = directory
        self._students = students
        self._activities = activities

    def recognise_student(
        self, transaction: Transaction, participant: Document, now: datetime
    ) -> Document:
        """The participant, with the student they are if that is clear."""
        if participant.get("student_link") is not None:
            return participant
        found = self._students.recognise(participant.get("email"), participant["name"], transaction)
        if found is None:
            return participant
        values = {"student_id": found[0], "student_link": {"by": found[1], "at": now}}
        self._store.participants.update_one(
            {"_id": participant["_id"]}, {"$set": values}, session=transaction
        )
        return {**participant, **values}

    def employee_came(
        self, transaction: Transaction, meeting: Meeting, member: Document, now: datetime
    ) -> None:
        """Link those in Zoom who are the employee that has just signed in to the meeting."""
        same: list[Document] = [{"name_key": member["name_key"]}]
        if member.get("email"):
            same.append({"email": member["email"]})
        waiting = self._store.participants.find(
            {
                "meeting_id": member["meeting_id"],
                "source": "zoom",
                "employee_link": None,
                "$or": same,
            },
            session=transaction,
        )
        for one in list(waiting):
            by = self._same(one, member)
            if by == "name" and not self._only_one(transaction, one):
                continue
            if by:
                self._link(transaction, meeting, one, member["employee_id"], by, now)

    def stranger_came(
        self, transaction: Transaction, meeting: Meeting, participant: Document, now: datetime
    ) -> Document:
        """Link somebody who has just come in from Zoom, if it is clear who they are."""
        participant = self.recognise_student(transaction, participant, now)
        if participant.get("employee_link") is not None:
            return participant
        email = participant.get("email")
        employee = self._directory.by_email(email) if email else None
        if employee is not None:
            self.enlist(transaction, meeting, employee, now)
            return self._link(transaction, meeting, participant, employee.employee_id, "email", now)
        member = self._only_one(transaction, participant)
        if member is None:
            return participant
        return self._link(transaction, meeting, participant, member["employee_id"], "name", now)

    def enlist(
        self, transaction: Transaction, meeting: Meeting, employee: Employee, now: datetime
    ) -> Document:
        """The employee on the list of the meeting, put there if need be."""
        document = self._store.meeting(ObjectId(meeting.meeting_id), transaction)
        _, after = self._store.put_on_list(
            transaction, document, employee_key(employee.employee_id), "employee", employee.name,
            now, person_fields(employee, now),
        )  # fmt: skip
        return self.recognise_student(transaction, after, now)

    def _only_one(self, transaction: Transaction, participant: Document) -> Document | None:
        """The one employee on the list who has the participant's name."""
        if not participant["name_key"]:
            return None
        same = list(
            self._store.participants.find(
                {
                    "meeting_id": participant["meeting_id"],
                    "source": "employee",
                    "name_key": participant["name_key"],
                },
                session=transaction,
            ).limit(2)
        )
        return same[0] if len(same) == 1 else None

    @staticmethod
    def _same(participant: Document, member: Document) -> str | None:
        if participant.get("email") and participant["email"] == member.get("email"):
            return "email"
        if participant["name_key"] and participant["name_key"] == member["name_key"]:
            return "name"
        return None

    def _link(
        self,
        transaction: Transaction,
        meeting: Meeting,
        participant: Document,
        employee_id: str,
        by: str,
        now: datetime,
    ) -> Document:
        values = {"employee_id": employee_id, "employee_link": {"by": by, "at": now}}
        self._store.participants.update_one(
            {"_id": participant["_id"]}, {"$set": values}, session=transaction
        )
        entry = participant_entry(
            "participant.linked", meeting, str(participant["_id"]), employee_id, {"by": by}
        )
        self._activities.append(transaction, SYSTEM, entry)
        return {**participant, **values}
