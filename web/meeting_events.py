"""What Socket.IO clients hear of meetings: the five events of seed 001, made from activities.

Whoever may see the activity (admins, the host, the person and those above) hears everything. Those
who are in the meeting hear who came and went, by name: no addresses, roles or employee ids.
"""

from dataclasses import dataclass, field
from typing import Any

from rollcall import Rollcall
from rollcall.activity import Activity
from rollcall.clock import iso
from web.api.attendance_rows import user_of

Data = dict[str, Any]
JOINED = {"attendance.joined", "attendance.admitted"}
LEFT = {"attendance.left", "attendance.lapsed"}
ENDED = {"meeting.ended", "meeting.expired"}
TOLD_TO_THE_ROOM = {"meeting.started", "meeting.changed", "meeting.cancelled",
                    "participant.joined", "participant.left"}  # fmt: skip
"""Besides those with an event of their own: they go to the room as plain activities."""


@dataclass(frozen=True)
class Event:
    """An event: in full for those who may see the activity, and for those in the room (None: not
    for them)."""

    name: str
    full: Data
    room: Data | None = field(default=None)


def room_of(meeting_id: str) -> str:
    """The room of those who are in a meeting."""
    return f"meeting:{meeting_id}"


def let_in(activity: Activity) -> str | None:
    """Whose sockets belong into the meeting's room from this activity on."""
    if activity.kind in JOINED:
        return str(activity.data.get("assignee") or "") or None
    return activity.employee_id if activity.kind == "meeting.created" else None


def event_of(roll: Rollcall, activity: Activity) -> Event | None:
    """The event of seed 001 that an activity is, or None."""
    if activity.kind in JOINED | LEFT:
        return _came_or_went(roll, activity)
    if activity.kind == "participant.linked":
        return _linked(roll, activity)
    if activity.kind == "attendance.fetched":
        return _fetched(roll, activity)
    if activity.kind in ENDED:
        return _ended(activity)
    return None


def for_the_room(activity: Activity) -> Data:
    """An activity as those in the meeting hear it."""
    data = {name: activity.data.get(name) for name in ("title", "meeting", "meeting_id")}
    return {
        **activity.public(),
        "employee_id": None,
        "session_id": None,
        "subject": {"type": "meeting", "id": data["meeting"]},
        "data": data,
    }


def _came_or_went(roll: Rollcall, activity: Activity) -> Event | None:
    data = activity.data
    employee = roll.directory.find(str(data.get("assignee") or ""))
    user = user_of(employee)
    if user is None:
        return None
    known = {
        "meetingId": data["meeting_id"],
        "participantName": user["username"],
        "joinTime": data["joined_at"],
        "timestamp": iso(activity.at),
    }
    name = "userJoinedMeeting"
    if activity.kind in LEFT:
        name = "userLeftMeeting"
        known |= {"leaveTime": data["left_at"], "duration": data.get("minutes", 0)}
    student_id = data.get("student")
    student = roll.students.named({student_id}).get(student_id) if student_id else None
    full = {
        **known,
        "sessionId": activity.subject.id,
        "user": user,
        "student": student.public() if student else None,
    }
    participant = data["participant"]
    by_name = {"id": participant, "username": user["username"]}
    return Event(name, full, {**known, "sessionId": participant, "user": by_name})


def _linked(roll: Rollcall, activity: Activity) -> Event:
    data = activity.data
    participant = roll.reports.participant(activity.subject.id)
    student_id = participant.student_id if participant else None
    student = roll.students.named({student_id}).get(student_id) if student_id else None
    return Event(
        "participantLinked",
        {
            "meetingId": data["meeting_id"],
            "participantId": activity.subject.id,
            "participantName": participant.name if participant else None,
            "zoomUserId": participant.zoom_user_id if participant else None,
            "user": user_of(roll.directory.find(str(data.get("assignee") or ""))),
            "student": student.public() if student else None,
            "linkedBy": data.get("by"),
            "timestamp": iso(activity.at),
        },
    )


def _fetched(roll: Rollcall, activity: Activity) -> Event:
    data = activity.data
    return Event(
        "attendanceDataFetched",
        {
            "meetingId": data["meeting_id"],
            "requestedBy": user_of(roll.directory.find(str(activity.employee_id))),
            "participantCount": data["participants"],
            "authenticatedCount": data["authenticated"],
            "timestamp": iso(activity.at),
        },
    )


def _ended(activity: Activity) -> Event:
    data = activity.data
    told = {
        "meetingId": data["meeting_id"],
        "endedSessions": data.get("ended_sessions", 0),
        "endTime": data.get("ended_at") or iso(activity.at),
        "reason": data.get("reason"),
        "timestamp": iso(activity.at),
    }
    return Event("meetingSessionsEnded", told, told)
