"""Attendance reports: every person once, with all their intervals, whichever way they came in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.clock import Clock, iso
from rollcall.directory import Directory, Employee
from rollcall.meetings.access import Access
from rollcall.meetings.cleanup import Cleanup, LastRun
from rollcall.meetings.entries import entry_of
from rollcall.meetings.model import (
    Attendance,
    Meeting,
    Participant,
    build_attendance,
    build_participant,
)
from rollcall.meetings.status import Facts, facts_of
from rollcall.meetings.store import Store
from rollcall.permissions import Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Transaction, storage_errors
from rollcall.students import Student, Students


@dataclass(frozen=True)
class Person:
    """Somebody in a report.

    `entries` are what stands for them on the list (their account, their names in Zoom); the first
    is the account where there is one. `employee` and `student` are who they are, if known.
    """

    entries: tuple[Participant, ...]
    intervals: tuple[Attendance, ...]
    facts: Facts
    employee: Employee | None
    student: Student | None

    @property
    def name(self) -> str:
        """As the directory has it, else as they called themselves."""
        return self.employee.name if self.employee else self.entries[0].name

    @property
    def participant_id(self) -> str:
        """The id of the first entry."""
        return self.entries[0].participant_id

    @property
    def email(self) -> str | None:
        """The address on record, else one that they gave."""
        if self.employee and self.employee.email:
            return self.employee.email
        return next((one.email for one in self.entries if one.email), None)

    @property
    def invited(self) -> bool:
        """Whether they were expected."""
        return any(one.invited for one in self.entries)

    @property
    def signed_in(self) -> bool:
        """Whether they came in, or waited, by their own account."""
        return any(one.employee_id for one in self.intervals)

    @property
    def is_waiting(self) -> bool:
        """Whether the host has not let them in yet."""
        return any(one.state == "waiting" for one in self.intervals)

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        facts = self.facts
        return {
            "participant_id": self.participant_id,
            "name": self.name,
            "employee_id": self.employee.employee_id if self.employee else None,
            "email": self.email,
            "student": self.student.public() if self.student else None,
            "status": facts.status,
            "joined_at": iso(facts.joined_at),
            "left_at": iso(facts.left_at),
            "minutes": facts.minutes,
            "late_minutes": facts.late_minutes,
            "early_minutes": facts.early_minutes,
            "is_active": facts.is_active,
            "invited": self.invited,
            "signed_in": self.signed_in,
            "entries": [
                {
                    "participant_id": one.participant_id,
                    "source": one.source,
                    "name": one.name,
                    "email": one.email,
                    "linked_by": one.employee_link.by if one.employee_link else None,
                    "student_linked_by": one.student_link.by if one.student_link else None,
                }
                for one in self.entries
            ],
            "intervals": [one.public() for one in self.intervals],
        }


@dataclass(frozen=True)
class Report:
    """The people of a meeting. `complete` is False for who may see only themselves."""

    meeting: Meeting
    people: tuple[Person, ...]
    complete: bool


@dataclass(frozen=True)
class Statistics:
    """How much is going on now, over all meetings."""

    active_sessions: int
    active_users: int
    active_meetings: int
    roles: dict[str, int]
    students: int
    cleanup: LastRun | None


class Reports:
    """Reads attendance for those who may."""

    def __init__(
        self,
        store: Store,
        access: Access,
        directory: Directory,
        students: Students,
        activities: Activities,
        cleanup: Cleanup,
        clock: Clock,
    ) -> None:
        self._store = store
        self._access = access
        self._directory = directory
        self._students = students
        self._activities = activities
        self._cleanup = cleanup
        self._clock = clock

    def of(self, actor: Principal, reference: str) -> Report:
        """Who was in a meeting: everybody for its host and those above, else only oneself.

        Raises `NotFound`.
        """
        meeting = self._access.readable(actor, reference)
        people = self.people(meeting)
        if self._access.sees_all(actor, meeting):
            return Report(meeting, tuple(people), complete=True)
        own = [one for one in people if _is(one, actor)]
        return Report(meeting, tuple(own), complete=False)

    def fetch(self, actor: Principal, reference: str) -> Report:
        """Like `of`, and on record: who looked at everybody's attendance, once a minute at most."""
        report = self.of(actor, reference)
        if not report.complete:
            return report
        minute = f"{self._clock():%Y%m%d%H%M}"
        data = {
            "participants": len(report.people),
            "authenticated": sum(one.signed_in for one in report.people),
        }

        def note(_: Transaction) -> tuple[None, Entry]:
            return None, entry_of("attendance.fetched", report.meeting, data)

        key = f"attendance:{report.meeting.meeting_id}:{minute}"
        self._activities.write(actor, key, note, lambda _: None)
        return report

    def here(self, actor: Principal, reference: str) -> tuple[Meeting, Sequence[Person]]:
        """A meeting, and who is in it now or waits to be let in, for anybody on its list. Only
        names are meant to be shown of it. Raises `NotFound`."""
        meeting = self._access.readable(actor, reference)
        people = self.people(meeting)
        return meeting, [one for one in people if one.facts.is_active or one.is_waiting]

    def statistics(self, actor: Principal) -> Statistics:
        """What goes on now. Raises `Forbidden` to all but admins."""
        require(actor, Permission.READ_ATTENDANCE_STATISTICS)
        query = {"state": "here", "employee_id": {"$type": "string"}}
        with storage_errors():
            found = list(
                self._store.attendances.aggregate(
                    [
                        {"$match": query},
                        {"$group": {"_id": "$employee_id", "sessions": {"$sum": 1}}},
                    ]
                )
            )
            people = [one["_id"] for one in found]
            meetings = self._store.meetings.count_documents({"status": "live"})
            students = self._store.participants.distinct(
                "student_id",
                {"employee_id": {"$in": people}, "open": {"$gt": 0}, "student_id": {"$ne": None}},
            )
        employees = self._directory.of_ids(people)
        roles: dict[str, int] = defaultdict(int)
        for employee_id in people:
            employee = employees.get(employee_id)
            if employee is not None:
                roles[employee.role.value] += 1
        return Statistics(
            active_sessions=sum(one["sessions"] for one in found),
            active_users=len(people),
            active_meetings=meetings,
            roles=dict(roles),
            students=len(students),
            cleanup=self._cleanup.last_run(),
        )

    def participant(self, participant_id: str) -> Participant | None:
        """Somebody on a list, or None. Checks no permission."""
        with storage_errors():
            found = self._store.participants.find_one({"_id": ObjectId(participant_id)})
        return build_participant(found) if found else None

    def student_of(self, interval: Attendance) -> Student | None:
        """Which student somebody is whose interval this is. Checks no permission."""
        with storage_errors():
            found = self._store.participants.find_one(
                {"_id": ObjectId(interval.participant_id)}, {"student_id": 1}
            )
        student_id = found.get("student_id") if found else None
        return self._students.named({student_id}).get(student_id) if student_id else None

    def people(self, meeting: Meeting) -> Sequence[Person]:
        """Everybody on the list who was there, waits or was expected, in the order in which they
        first came. Checks no permission."""
        meeting_id = self._store.id_of(meeting)
        oldest = [("created_at", 1), ("_id", 1)]
        with storage_errors():
            entries = [
                build_participant(one)
                for one in self._store.participants.find({"meeting_id": meeting_id}).sort(oldest)
            ]
            intervals: dict[str, list[Attendance]] = defaultdict(list)
            for document in self._store.attendances.find({"meeting_id": meeting_id}):
                interval = build_attendance(document)
                intervals[interval.participant_id].append(interval)
        groups: dict[str, list[Participant]] = defaultdict(list)
        for entry in entries:
            groups[entry.employee_id or entry.participant_id].append(entry)
        employees = self._directory.of_ids([one.employee_id for one in entries if one.employee_id])
        students = self._students.named({one.student_id for one in entries if one.student_id})
        now = self._clock()
        people = []
        for group in groups.values():
            group.sort(key=lambda one: one.source != "employee")
            theirs = sorted(
                (interval for one in group for interval in intervals[one.participant_id]),
                key=lambda one: one.requested_at,
            )
            if not theirs and not any(one.invited for one in group):
                continue
            people.append(
                Person(
                    entries=tuple(group),
                    intervals=tuple(theirs),
                    facts=facts_of(theirs, meeting, now),
                    employee=employees.get(group[0].employee_id or ""),
                    student=next((students[i] for i in _students_of(group) if i in students), None),
                )
            )
        return sorted(people, key=lambda one: _first_seen(one, meeting))


def _students_of(entries: Iterable[Participant]) -> list[int]:
    return [one.student_id for one in entries if one.student_id is not None]


def _is(person: Person, actor: Principal) -> bool:
    return person.employee is not None and person.employee.employee_id == actor.employee_id


def _first_seen(person: Person, meeting: Meeting) -> tuple[bool, datetime, str]:
    """Who came, in that order; then who did not come, by name."""
    came = person.facts.joined_at
    return came is None, came or meeting.at, person.name
