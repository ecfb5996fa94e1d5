"""People in meetings as seed 001 writes them: users, students, participants."""

from datetime import datetime
from typing import Any

from rollcall import Role
from rollcall.clock import iso
from rollcall.directory import Employee
from rollcall.meetings import Attendance, Meeting
from rollcall.meetings.report import Person, Report
from rollcall.students import Student


def user_of(employee: Employee | None) -> dict[str, Any] | None:
    """An employee as this interface knows users: their role is user or admin."""
    if employee is None:
        return None
    return {
        "id": employee.employee_id,
        "username": employee.name,
        "email": employee.email,
        "role": "admin" if employee.role is Role.ADMIN else "user",
    }


def authentication_stats(people: tuple[Person, ...]) -> dict[str, int]:
    """How many of the people came in by their own account, and how many are known."""
    total, signed_in = len(people), sum(one.signed_in for one in people)
    return {
        "totalParticipants": total,
        "authenticatedParticipants": signed_in,
        "unauthenticatedParticipants": total - signed_in,
        "linkedParticipants": sum(len(one.entries) > 1 for one in people),
        "studentsMatched": sum(one.student is not None for one in people),
        "authenticationRate": round(100 * signed_in / total) if total else 0,
    }


def head_of(report: Report, *, enriched: bool) -> dict[str, Any]:
    """What stands above the people."""
    meeting = report.meeting
    return {
        "success": True,
        "meetingId": meeting.public_id,
        "meetingTitle": meeting.title,
        "meetingStatus": meeting.status,
        "enriched": enriched,
    }


def rows_of(report: Report, *, enriched: bool) -> list[dict[str, Any]]:
    """The people, with `enriched` also who they are."""
    rows = []
    for one in report.people:
        zoom = next((entry for entry in one.entries if entry.source == "zoom"), None)
        row = {
            "participantName": one.name,
            "participantId": (zoom and zoom.zoom_id) or one.participant_id,
            "zoomUserId": zoom.zoom_user_id if zoom else None,
            "email": one.email,
            "meetingId": report.meeting.public_id,
            "attendanceStatus": one.facts.status,
            **times_of(one),
        }
        rows.append({**row, **_identity(one)} if enriched else row)
    return rows


def _identity(one: Person) -> dict[str, Any]:
    via = user_of(one.employee)
    link = next((entry.employee_link for entry in one.entries if entry.source == "zoom"), None)
    return {
        "isAuthenticated": one.signed_in,
        "userId": via["id"] if via else None,
        "authenticatedUser": {
            **{name: via[name] for name in ("username", "email", "role")},
            "joinedViaAuth": one.signed_in,
            "authTokenUsed": one.signed_in,
        }
        if via
        else None,
        **_student(one.student),
        "linkedBy": link.by if link else None,
        "minutesLate": one.facts.late_minutes,
        "minutesEarly": one.facts.early_minutes,
        "sessionActivity": [
            {
                "sessionId": each.session_id,
                "source": each.source,
                "device": each.device,
                "joinTime": iso(each.joined_at),
                "leaveTime": iso(each.left_at),
                "isActive": each.is_open,
            }
            for each in one.intervals
        ],
    }


def _student(student: Student | None) -> dict[str, Any]:
    return {
        "studentInfo": student.public() if student else None,
        "studentId": student.student_id if student else None,
        "studentFirstName": student.first_name if student else None,
        "studentLastName": student.last_name if student else None,
        "studentDepartment": student.department if student else None,
        "studentEmail": student.email if student else None,
    }


def times_of(one: Person) -> dict[str, Any]:
    """When somebody was there, over all their intervals."""
    return {
        "joinTime": iso(one.facts.joined_at),
        "leaveTime": iso(one.facts.left_at),
        "duration": one.facts.minutes,
        "isActive": one.facts.is_active,
    }


def span_of(interval: Attendance, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """One interval."""
    seconds = interval.seconds(now)
    return {
        "sessionId": interval.session_id,
        "meetingId": meeting.public_id,
        "joinTime": iso(interval.joined_at or interval.requested_at),
        "leaveTime": iso(interval.left_at),
        "duration": round(seconds / 60),
    }
