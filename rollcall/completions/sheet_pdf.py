"""A list of scheduled sessions on paper: what fits across a page, one row a session."""

from collections.abc import Sequence
from datetime import datetime
from textwrap import shorten

from fpdf.fonts import FontFace

from rollcall.completions.lists import Lists, Wanted
from rollcall.completions.model import Completion
from rollcall.completions.paper import BLACK, GREY, LARGE, PURPLE, SMALL, new_paper, write
from rollcall.completions.sheet import APPROVALS, STATES
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.errors import Invalid
from rollcall.paging import LARGEST_PAGE
from rollcall.principal import Principal

MOST_ROWS = 500
HEAD = ("Session", "Who", "State", "Planned", "Took place", "Code", "Summary", "Notes", "Files")
WIDTHS = (40, 32, 26, 34, 34, 32, 55, 12, 12)
MARGIN = 10.0
LONGEST_SUMMARY = 300
"""Letters; the files for programs have all of it."""


def lines_of(
    lists: Lists, directory: Directory, actor: Principal, wanted: Wanted
) -> list[Sequence[str]]:
    """A line for each session that is wanted and that the actor may see, latest first.

    Raises `NotFound`, `Invalid`, also for more than five hundred, which nobody prints.
    """
    found: list[Completion] = []
    after: str | None = None
    while True:
        page = lists.list(actor, wanted, LARGEST_PAGE, after)
        found += page.items
        after = page.next
        if len(found) > MOST_ROWS:
            raise Invalid(
                f"A PDF has {MOST_ROWS} sessions at most: filter them, or take CSV or XLSX.",
                {"format": f"pdf has {MOST_ROWS} rows at most"},
            )
        if after is None:
            break
    names = directory.names({one.employee_id for one in found})
    return [
        _cells(one, names.get(one.employee_id, one.employee_id), actor.timezone) for one in found
    ]


def sessions_pdf(lines: Sequence[Sequence[str]], timezone: str, now: datetime) -> bytes:
    """The pages with these lines; no call to the database, about four milliseconds a line."""
    pdf = new_paper("Scheduled sessions", now, wide=True, margin=MARGIN)
    write(pdf, "Scheduled sessions", LARGE, PURPLE)
    made = f"{now.astimezone(zone(timezone)):%Y-%m-%d %H:%M}"
    write(pdf, f"{len(lines)}, {made}. Times are in {timezone}.", SMALL, GREY)
    pdf.ln(3)
    pdf.set_text_color(*BLACK)
    pdf.set_draw_color(*GREY)
    pdf.set_line_width(0.1)
    with pdf.table(
        col_widths=WIDTHS,
        text_align="LEFT",
        line_height=SMALL * 0.5,
        padding=1,
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="", color=GREY),
    ) as table:
        for line in (HEAD, *lines):
            table.row(line)
    return bytes(pdf.output())


def _cells(one: Completion, name: str, timezone: str) -> Sequence[str]:
    state = [STATES[one.status], APPROVALS[one.approval]]
    return [
        one.title,
        f"{name} ({one.employee_id})",
        ", ".join(word for word in state if word),
        _period(one.starts_at, one.ends_at, timezone),
        _period(one.actual_start, one.actual_end, timezone),
        one.completion_code or "",
        shorten(one.notes or one.cancel_reason or "", LONGEST_SUMMARY, placeholder=" …"),
        str(one.note_count),
        str(one.attachment_count),
    ]


def _period(starts: datetime | None, ends: datetime | None, timezone: str) -> str:
    if starts is None or ends is None:
        return ""
    begun, ended = (moment.astimezone(zone(timezone)) for moment in (starts, ends))
    return f"{begun:%Y-%m-%d %H:%M} – {ended:%H:%M}"
