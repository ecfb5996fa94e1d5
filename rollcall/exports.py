"""Answers as files: CSV and XLSX, in which no cell is ever a formula.

A cell that begins with =, +, -, @, tab, carriage return or line feed would be computed by
spreadsheet programs (OWASP, CSV Injection), as would one behind the wide forms of these signs that
some keyboards type. In CSV it gets a leading apostrophe, in XLSX it is a string.
"""

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count, islice
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rollcall.dates import zone
from rollcall.errors import Invalid
from rollcall.history_query import BUT, HistoryAnswer, HistoryQuery, columns_of

AT_ONCE = 500
PIECE_BYTES = 65_536
COLUMN_WIDTH = 24
SHEET_ROWS = 1_048_575
"""What a sheet of an XLSX file holds below its heading (ECMA-376 has 2 to the power of 20)."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | float | datetime


def in_file(query: HistoryQuery) -> HistoryQuery:
    """The question whose answer a file holds: a number alone makes no table, its rows do."""
    plain = not query.group_by and query.measure not in ("list", "missing")
    return replace(query, measure="list") if plain else query


def file_name(query: HistoryQuery, file_format: str) -> str:
    """What the file is called: "rollcall-suppliers-last-week.csv"."""
    about = query.subject
    if query.type and not query.type.startswith(BUT):
        about = "-".join(query.types())
    words = f"{about} {query.employee_id or ''} {query.status or ''} {query.period or ''}"
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return f"rollcall-{plain}.{file_format}"


def export(
    answer: HistoryAnswer,
    rows: Iterable[Mapping[str, Any]],
    file_format: str,
    timezone: str = "UTC",
) -> Iterator[bytes]:
    """The groups of `answer`, or its `rows` where it has none, as a file of `file_format` ("csv"
    or "xlsx"), piece by piece: it may be larger than fits into memory.

    Moments are those of the IANA zone `timezone`. Raises `Invalid` for another format.
    """
    return pieces_of(*_table(answer, rows, timezone), file_format)


def file_of(head: Sequence[str], rows: Iterable[Sequence[Cell]], file_format: str) -> bytes:
    """A table as a file of `file_format` ("csv" or "xlsx").

    Raises `Invalid` for another format.
    """
    return b"".join(pieces_of(head, rows, file_format))


def pieces_of(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], file_format: str
) -> Iterator[bytes]:
    """As `file_of`, piece by piece."""
    if file_format == "csv":
        return _csv(head, rows)
    if file_format == "xlsx":
        return _xlsx(head, rows)
    raise Invalid("There is csv and xlsx.", {"format": "csv or xlsx"})


def _table(
    answer: HistoryAnswer, rows: Iterable[Mapping[str, Any]], timezone: str
) -> tuple[list[str], Iterable[list[Cell]]]:
    if answer.query.group_by and answer.query.measure != "missing":
        compared, timed = answer.before is not None, answer.minutes is not None
        head = [str(answer.query.group_by), "count"]
        head += [*(["before"] if compared else []), *(["minutes"] if timed else [])]
        return head, [
            [
                one.label,
                one.count,
                *([one.before or 0] if compared else []),
                *([one.minutes or 0.0] if timed else []),
            ]
            for one in answer.groups
        ]
    columns = columns_of(answer.query)
    return list(columns.values()), (
        [_cell(row.get(name), timezone) for name in columns] for row in rows
    )


def _cell(value: Any, timezone: str) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone(timezone)).replace(microsecond=0)
    return value if isinstance(value, int | float) else str(value)


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    # The byte order mark lets spreadsheet programs read accents right.
    yield b"\xef\xbb\xbf" + _csv_lines([[_harmless(one) for one in head]])
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield _csv_lines([_in_csv(one) for one in row] for row in some)


def _csv_lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _in_csv(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat()
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    """`text` so that no spreadsheet program computes it, also behind blanks."""
    first = unicodedata.normalize("NFKC", text[:1])
    computed = first.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS)
    return f"'{text}" if computed else text


def _xlsx(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    # Rows go to a file on disk at once instead of staying in memory.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryFile() as out:
        with xlsxwriter.Workbook(out, options) as book:
            bold = book.add_format({"bold": True})
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
            rest = iter(rows)
            # A sheet has an end: what is more goes on the next.
            for number in count(1):
                sheet = book.add_worksheet("Rollcall" if number == 1 else f"Rollcall {number}")
                sheet.freeze_panes(1, 0)
                sheet.set_column(0, len(head) - 1, COLUMN_WIDTH)
                for column, label in enumerate(head):
                    sheet.write_string(0, column, label, bold)
                line = 0
                for line, row in enumerate(islice(rest, SHEET_ROWS), 1):
                    for column, value in enumerate(row):
                        _write(sheet, line, column, value, moment)
                if line < SHEET_ROWS:
                    break
        out.seek(0)
        while piece := out.read(PIECE_BYTES):
            yield piece


def _write(sheet: Worksheet, line: int, column: int, value: Cell, moment: Format) -> None:
    if isinstance(value, datetime):
        # Spreadsheets know no time zones: it is the wall clock of who asked.
        sheet.write_datetime(line, column, value.replace(tzinfo=None), moment)
    elif isinstance(value, str):
        sheet.write_string(line, column, value)
    else:
        sheet.write_number(line, column, value)
