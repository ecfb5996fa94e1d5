"""What meetings write into the record."""

from rollcall.activity import Entry, Subject
from rollcall.clock import iso
from rollcall.meetings.model import Attendance, Meeting
from rollcall.storage.database import Document


def entry_of(
    kind: str, meeting: Meeting, more: Document | None = None, concerns: tuple[str, ...] = ()
) -> Entry:
    """An activity about a meeting, which concerns its host too."""
    data = {
        "title": meeting.title,
        "meeting": meeting.meeting_id,
        "meeting_id": meeting.public_id,
        **(more or {}),
    }
    people = dict.fromkeys([*concerns, meeting.host_id])
    concerned = tuple(one for one in people if one)
    return Entry(kind, Subject("meeting", meeting.meeting_id), data, concerned)


def interval_entry(
    kind: str, meeting: Meeting, interval: Attendance, more: Document | None = None
) -> Entry:
    """An activity about somebody's interval; no name in it, so that the record holds none."""
    data = {
        "title": meeting.title,
        "meeting": meeting.meeting_id,
        "meeting_id": meeting.public_id,
        "participant": interval.participant_id,
        "joined_at": iso(interval.joined_at),
        "left_at": iso(interval.left_at),
        **({"assignee": interval.employee_id} if interval.employee_id else {}),
        **(more or {}),
    }
    people = dict.fromkeys((interval.employee_id, meeting.host_id))
    concerned = tuple(one for one in people if one)
    return Entry(kind, Subject("attendance", interval.session_id), data, concerned)


def participant_entry(
    kind: str, meeting: Meeting, participant_id: str, employee_id: str | None, more: Document
) -> Entry:
    """An activity about who somebody on the list is."""
    data = {
        "title": meeting.title,
        "meeting": meeting.meeting_id,
        "meeting_id": meeting.public_id,
        **({"assignee": employee_id} if employee_id else {}),
        **more,
    }
    people = dict.fromkeys((employee_id, meeting.host_id))
    concerned = tuple(one for one in people if one)
    return Entry(kind, Subject("participant", participant_id), data, concerned)
