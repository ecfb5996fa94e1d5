"""Answers as files: CSV and XLSX, in which no cell is ever a formula.

A cell that begins with =, +, -, @, tab or carriage return would be computed by spreadsheet
programs (OWASP, CSV Injection); in CSV it gets a leading apostrophe, in XLSX it is a string.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from rollcall.clock import iso
from rollcall.errors import Invalid
from rollcall.history_query import COLUMNS, HistoryAnswer

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(answer: HistoryAnswer, file_format: str) -> bytes:
    """The answer's rows, or its groups, as a file of `file_format` ("csv" or "xlsx").

    Raises `Invalid` for another format.
    """
    return file_of(*_table(answer), file_format)


def file_of(head: Sequence[str], rows: Iterable[Sequence[str]], file_format: str) -> bytes:
    """A table as a file of `file_format` ("csv" or "xlsx").

    Raises `Invalid` for another format.
    """
    if file_format == "csv":
        return _csv(head, rows)
    if file_format == "xlsx":
        return _xlsx(head, rows)
    raise Invalid("There is csv and xlsx.", {"format": "csv or xlsx"})


def _table(answer: HistoryAnswer) -> tuple[list[str], list[list[str]]]:
    if answer.groups:
        compared = answer.query.measure == "compare"
        head = [str(answer.query.group_by), "count", *(["before"] if compared else [])]
        return head, [
            [one.label, str(one.count), *([str(one.before or 0)] if compared else [])]
            for one in answer.groups
        ]
    columns = COLUMNS[answer.query.subject]
    return list(columns.values()), [
        [_text(row.get(name)) for name in columns] for row in answer.rows
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return iso(value) or "" if hasattr(value, "astimezone") else str(value)


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow(["'" + one if one.startswith(DANGEROUS) else one for one in row])
    # The byte order mark lets spreadsheet programs read accents right.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Rollcall")
        bold = book.add_format({"bold": True})
        for column, label in enumerate(head):
            sheet.write_string(0, column, label, bold)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()
