"""What may be changed of a scheduled session, and when: read, checked, ready to be written."""

from datetime import datetime, time, timedelta

from rollcall.completions.model import Completion, CompletionChange
from rollcall.completions.times import period_on, read_actual
from rollcall.dates import zone
from rollcall.errors import Conflict, Invalid
from rollcall.storage.database import Document

LONGEST_SESSION = timedelta(hours=24)
LONGEST_NOTES = 4000
LONGEST_TITLE = 200


def changes_of(session: Completion, asked: CompletionChange, now: datetime) -> Document:
    """The values that `asked` sets, by the names of the document.

    Raises `Conflict` for what the session's state doesn't allow, `Invalid` for a wrong value.
    """
    planned = (asked.title, asked.day, asked.starts, asked.ends)
    happened = (asked.actual_start, asked.actual_end)
    values: Document = {}
    if session.status == "completed" and any(one is not None for one in planned):
        raise Conflict(
            f"“{session.title}” is completed: its plan can't be changed any more, only how it went."
        )
    if session.status == "pending" and any(happened):
        raise Conflict(f"“{session.title}” isn't completed yet; complete it with its times.")
    if asked.title is not None:
        values["title"] = read_title(asked.title)
    if any(one is not None for one in planned[1:]):
        values |= _moved(session, asked)
    if any(happened):
        began, ended = actual_times(
            session,
            asked.actual_start or str(session.actual_start),
            asked.actual_end or str(session.actual_end),
            now,
        )
        values |= {"actual_start": began, "actual_end": ended}
    if asked.notes is not None:
        values["notes"] = read_notes(asked.notes)
    return values


def actual_times(
    session: Completion, start: str, end: str, now: datetime
) -> tuple[datetime, datetime]:
    """The actual times, checked against each other and the clock. Raises `Invalid`."""
    zone_name = session.timezone
    began = read_actual(start, session.starts_at, zone_name, "actual_start_time")
    ended = read_actual(end, session.ends_at, zone_name, "actual_end_time")
    if ended <= began:
        raise Invalid(
            "The session ended before it began. Which of the two times is right?",
            {"actual_end_time": "after the start, please"},
        )
    if ended - began > LONGEST_SESSION:
        raise Invalid(
            "That session took more than a day.", {"actual_end_time": "within a day, please"}
        )
    if began > now:
        raise Invalid(
            "That session hasn't begun yet.", {"actual_start_time": "not in the future, please"}
        )
    return began, ended


def read_title(text: str) -> str:
    """A title as it is kept. Raises `Invalid`."""
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_TITLE:
        raise Invalid(
            "A session needs a title.", {"title": f"1 to {LONGEST_TITLE} characters, please"}
        )
    return plain


def read_notes(text: str | None) -> str | None:
    """Notes as they are kept. Raises `Invalid`."""
    plain = (text or "").strip()
    if len(plain) > LONGEST_NOTES:
        raise Invalid("Those notes are too long.", {"notes": f"{LONGEST_NOTES} characters at most"})
    return plain or None


def _moved(session: Completion, asked: CompletionChange) -> Document:
    here = zone(session.timezone)
    starts, ends = session.starts_at.astimezone(here), session.ends_at.astimezone(here)
    period = period_on(
        asked.day or starts.date(),
        asked.starts or _clock_of(starts),
        asked.ends or _clock_of(ends),
        session.timezone,
    )
    first = session.moved_from or session.starts_at
    return {
        "starts_at": period[0],
        "ends_at": period[1],
        "moved_from": first if period[0] != first else None,
        "missed_at": None,
    }


def _clock_of(moment: datetime) -> time:
    return moment.time().replace(tzinfo=None, second=0, microsecond=0)
