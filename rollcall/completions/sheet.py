"""Scheduled sessions as a table to keep: one a row, times on the reader's clocks."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rollcall.completions.lists import Lists, Wanted
from rollcall.completions.model import Completion
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.exports import Cell
from rollcall.paging import LARGEST_PAGE
from rollcall.principal import Principal

STATES = {"pending": "To come", "completed": "Completed", "cancelled": "Called off"}
APPROVALS = {"none": "", "waiting": "Waits", "approved": "Approved", "rejected": "Rejected"}
MINUTE = timedelta(minutes=1)


def session_head(timezone: str) -> list[str]:
    """What stands above the columns of `session_rows`; it names the zone of the times."""
    return [
        "Session", "Who", "Employee ID", "State", "Missed", "Approval",
        f"Planned start ({timezone})", f"Planned end ({timezone})",
        f"Actual start ({timezone})", f"Actual end ({timezone})", "Minutes",
        "Code", "Summary", "Reason", "Notes", "Files",
    ]  # fmt: skip


def session_rows(
    lists: Lists, directory: Directory, actor: Principal, wanted: Wanted
) -> Iterator[list[Cell]]:
    """All sessions that are wanted and that the actor may see, latest first, page by page.

    Raises `NotFound`, `Invalid`.
    """
    after: str | None = None
    while True:
        page = lists.list(actor, wanted, LARGEST_PAGE, after)
        names = directory.names({one.employee_id for one in page.items})
        for one in page.items:
            yield _row(one, names.get(one.employee_id, ""), actor.timezone)
        after = page.next
        if after is None:
            return


def _row(one: Completion, name: str, timezone: str) -> list[Cell]:
    def local(moment: datetime | None) -> Cell:
        return moment.astimezone(zone(timezone)).replace(microsecond=0) if moment else ""

    took = one.actual_end - one.actual_start if one.actual_end and one.actual_start else None
    return [
        one.title,
        name,
        one.employee_id,
        STATES[one.status],
        "yes" if one.status == "pending" and one.missed_at else "",
        APPROVALS[one.approval],
        local(one.starts_at),
        local(one.ends_at),
        local(one.actual_start),
        local(one.actual_end),
        round(took / MINUTE) if took is not None else "",
        one.completion_code or "",
        one.notes or "",
        one.cancel_reason or "",
        one.note_count,
        one.attachment_count,
    ]
