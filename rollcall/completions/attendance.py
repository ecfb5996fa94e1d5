"""When the owner of a scheduled session was in a meeting around then."""

from datetime import datetime, timedelta

from bson import ObjectId
from pymongo.collection import Collection

from rollcall.completions.model import Completion
from rollcall.storage.database import Document, storage_errors

NEAR = timedelta(hours=1)
"""Somebody who came to a meeting so long before a session may have come for that."""


def attended(
    attendances: Collection[Document], session: Completion, now: datetime | None
) -> tuple[datetime, datetime] | None:
    """From first coming to last going, of the meeting that overlaps most with the plan; None when
    there is none. Who hasn't left is there until `now`, or doesn't count without that."""
    around: Document = {
        "employee_id": session.employee_id,
        "joined_at": {"$ne": None, "$gt": session.starts_at - NEAR, "$lt": session.ends_at},
    }
    if session.meeting_id:
        around["meeting_id"] = ObjectId(session.meeting_id)
    with storage_errors():
        intervals = list(attendances.find(around).limit(200))
    meetings: dict[ObjectId, tuple[datetime, datetime]] = {}
    for one in intervals:
        began, ended = one["joined_at"], one["left_at"] or now
        if ended is None:
            continue
        first, last = meetings.get(one["meeting_id"], (began, ended))
        meetings[one["meeting_id"]] = min(first, began), max(last, ended)

    def overlap(times: tuple[datetime, datetime]) -> timedelta:
        return min(times[1], session.ends_at) - max(times[0], session.starts_at)

    best = max(meetings.values(), key=overlap, default=None)
    return best if best and overlap(best) > timedelta(0) else None
