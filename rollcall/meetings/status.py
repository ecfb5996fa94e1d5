"""What intervals say about somebody: present, late, left early or absent. Facts, and no score."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollcall.meetings.model import Attendance, Meeting


@dataclass(frozen=True)
class Facts:
    """How somebody attended a meeting.

    `status` is present, late, left_early or absent; who came late and left early counts as late,
    with both times given. `seconds` is the time in the meeting, two devices at once counted once.
    """

    status: str
    joined_at: datetime | None
    left_at: datetime | None
    seconds: float
    late_minutes: int
    early_minutes: int
    is_active: bool

    @property
    def minutes(self) -> int:
        """The time in the meeting in minutes."""
        return round(self.seconds / 60)


def facts_of(intervals: Iterable[Attendance], meeting: Meeting, now: datetime) -> Facts:
    """The facts about one person, from all their intervals in `meeting`, in any order."""
    spans = [(one.joined_at, one.left_at) for one in intervals if one.joined_at]
    spans.sort(key=lambda span: span[0])
    if not spans:
        return Facts("absent", None, None, 0.0, 0, 0, is_active=False)
    joined_at = spans[0][0]
    is_active = any(left is None for _, left in spans)
    left_at = None if is_active else max(left for _, left in spans if left is not None)
    late = _minutes(joined_at, _begins(meeting), meeting.grace_minutes)
    ends = _ends(meeting)
    early = 0
    if left_at is not None and ends is not None:
        early = _minutes(ends, left_at, meeting.grace_minutes)
    status = "late" if late else "left_early" if early else "present"
    seconds = _covered([(start, end or now) for start, end in spans])
    return Facts(status, joined_at, left_at, seconds, late, early, is_active)


def _begins(meeting: Meeting) -> datetime | None:
    """When one should be there. In Zoom nobody can before the host has started."""
    if meeting.provider and meeting.started_at and meeting.starts_at:
        return max(meeting.started_at, meeting.starts_at)
    return meeting.starts_at or meeting.started_at


def _ends(meeting: Meeting) -> datetime | None:
    """Until when one should be there: the plan, or the real end where that was sooner."""
    known = [one for one in (meeting.ends_at, meeting.ended_at) if one]
    return min(known) if known else None


def _minutes(later: datetime, earlier: datetime | None, grace: int) -> int:
    """Whole minutes that `later` is after `earlier`; 0 within the grace."""
    if earlier is None or later - earlier <= timedelta(minutes=grace):
        return 0
    return int((later - earlier).total_seconds() // 60)


def _covered(spans: list[tuple[datetime, datetime]]) -> float:
    """Seconds covered by spans that are sorted and may overlap."""
    total = 0.0
    reached = spans[0][0]
    for start, end in spans:
        begin = max(start, reached)
        if end > begin:
            total += (end - begin).total_seconds()
            reached = end
    return total
