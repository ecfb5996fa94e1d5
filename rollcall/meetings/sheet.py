"""An attendance report as a sheet of rows, for files."""

from collections.abc import Iterable
from datetime import datetime

from rollcall.dates import zone
from rollcall.meetings.report import Person

STATUS_WORDS = {
    "present": "Present",
    "late": "Late",
    "left_early": "Left early",
    "absent": "Absent",
}


def attendance_sheet(people: Iterable[Person], timezone: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows, one a person; times are on the clocks of `timezone`, which the head names."""
    head = [
        "Name", "Employee ID", "Student ID", "E-mail", "Status", "Expected",
        f"Came ({timezone})", f"Left ({timezone})", "Minutes", "Minutes late", "Minutes early",
        "Times in", "Called themselves",
    ]  # fmt: skip
    return head, [_row(one, timezone) for one in people]


def _row(one: Person, timezone: str) -> list[str]:
    facts = one.facts
    came = facts.joined_at is not None
    other_names = dict.fromkeys(entry.name for entry in one.entries if entry.name != one.name)
    return [
        one.name,
        one.employee.employee_id if one.employee else "",
        str(one.student.student_id) if one.student else "",
        one.email or "",
        STATUS_WORDS[facts.status],
        "yes" if one.invited else "no",
        _local(facts.joined_at, timezone),
        "still there" if facts.is_active else _local(facts.left_at, timezone),
        str(facts.minutes) if came else "",
        str(facts.late_minutes) if came else "",
        str(facts.early_minutes) if came else "",
        str(sum(each.joined_at is not None for each in one.intervals)),
        ", ".join(other_names),
    ]


def _local(moment: datetime | None, timezone: str) -> str:
    return f"{moment.astimezone(zone(timezone)):%Y-%m-%d %H:%M}" if moment else ""
