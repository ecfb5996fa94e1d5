"""Meetings: anything people attend, who was there, and from when until when."""

from dataclasses import dataclass
from datetime import timedelta

from rollcall.activities import Activities
from rollcall.clock import Clock
from rollcall.directory import Directory
from rollcall.meetings.access import Access
from rollcall.meetings.attendance import Arrival, Attendances
from rollcall.meetings.changing import MeetingChange
from rollcall.meetings.cleanup import Cleanup
from rollcall.meetings.deciding import Deciding
from rollcall.meetings.hosting import Hosting
from rollcall.meetings.linking import Linking
from rollcall.meetings.meetings import Meetings
from rollcall.meetings.model import Attendance, Meeting, NewMeeting
from rollcall.meetings.report import Reports
from rollcall.meetings.store import Store
from rollcall.meetings.zoom import Zoom
from rollcall.meetings.zoom_meetings import ZoomMeetings
from rollcall.settings import Settings
from rollcall.storage.database import Database
from rollcall.students import Students
from rollcall.throttle import Throttle


@dataclass(frozen=True)
class MeetingParts:
    """What can be done with meetings: set up, come and go, host, decide who is who, report."""

    meetings: Meetings
    attendances: Attendances
    hosting: Hosting
    deciding: Deciding
    reports: Reports
    cleanup: Cleanup
    zoom: Zoom


def open_meetings(
    settings: Settings,
    database: Database,
    directory: Directory,
    students: Students,
    activities: Activities,
    throttle: Throttle,
    clock: Clock,
) -> MeetingParts:
    """All of it, on one database."""
    store = Store(database)
    access = Access(store, directory)
    linking = Linking(store, directory, students, activities)
    grace = settings.grace_minutes
    attendances = Attendances(store, access, linking, directory, activities, throttle, clock, grace)
    hosting = Hosting(store, access, attendances, activities, clock)
    cleanup = Cleanup(
        database,
        store,
        attendances,
        hosting,
        directory,
        activities,
        clock,
        idle=timedelta(minutes=settings.meeting_idle_minutes),
        oldest=timedelta(hours=settings.meeting_hours),
    )
    return MeetingParts(
        meetings=Meetings(store, access, directory, activities, clock, grace),
        attendances=attendances,
        hosting=hosting,
        deciding=Deciding(store, access, linking, directory, students, activities, clock),
        reports=Reports(store, access, directory, students, activities, cleanup, clock),
        cleanup=cleanup,
        zoom=Zoom(
            database,
            store,
            ZoomMeetings(store, hosting, activities, clock, grace),
            linking,
            hosting,
            directory,
            activities,
            clock,
        ),
    )


__all__ = [
    "Arrival",
    "Attendance",
    "Meeting",
    "MeetingChange",
    "MeetingParts",
    "NewMeeting",
    "open_meetings",
]
