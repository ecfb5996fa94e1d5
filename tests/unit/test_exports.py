"""Files of answers, read back as a spreadsheet program reads them."""

import csv
import io
import zipfile
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from rollcall import Rollcall
from rollcall.exports import export, file_name, in_file
from rollcall.history_query import HistoryQuery
from tests.cast import Cast

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = [
    '=HYPERLINK("http://evil.example","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)",
    "\uff1d1+1", "  =1+1",
]  # fmt: skip


def register(roll: Rollcall, cast: Cast, item: str, serial: str) -> None:
    roll.registrations.create(cast.employee, "equipment", {"item": item, "serial_number": serial})


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(roll: Rollcall, cast: Cast, text: str) -> None:
    register(roll, cast, text, "S1")
    answer = roll.history.ask(cast.employee, HistoryQuery())
    [row] = csv_rows(export(answer, "csv"))[1:]
    kept = roll.registrations.list(cast.employee, None, None, 1).items[0].data["item"]
    assert row[3] == f"'{kept}"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_xlsx_is_a_formula(roll: Rollcall, cast: Cast, text: str) -> None:
    register(roll, cast, text, "S1")
    content = export(roll.history.ask(cast.employee, HistoryQuery()), "xlsx")
    sheet, strings = opened(content)
    assert not list(sheet.iter(f"{SHEET}f"))
    kept = roll.registrations.list(cast.employee, None, None, 1).items[0].data["item"]
    assert kept in strings


def opened(content: bytes) -> tuple[ET.Element, list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  (our own)
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
    return sheet, [one.text or "" for one in shared.iter(f"{SHEET}t")]


def test_figures_of_an_xlsx_can_be_summed(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Drill", "S1")
    answer = roll.history.ask(cast.employee, HistoryQuery(group_by="type", measure="count"))
    sheet, _ = opened(export(answer, "xlsx"))
    cell = next(one for one in sheet.iter(f"{SHEET}c") if one.get("r") == "B2")
    assert cell.get("t") in (None, "n")
    assert cell.findtext(f"{SHEET}v") == "1"


def test_times_of_a_csv_are_those_of_who_asked(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Drill", "S1")
    answer = roll.history.ask(cast.employee, HistoryQuery())
    [row] = csv_rows(export(answer, "csv", "Europe/Berlin"))[1:]
    assert row[0] == "2026-03-02T10:00:00+01:00"
    assert datetime.fromisoformat(row[0]) == roll.clock()


def test_accents_survive(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Größe Ø æ – “x”", "S1")
    content = export(roll.history.ask(cast.employee, HistoryQuery()), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert csv_rows(content)[1][3] == "Größe Ø æ – “x”"


@pytest.mark.parametrize("measure", ["count", "compare", "duration"])
def test_a_number_alone_is_exported_as_what_it_counted(measure: str) -> None:
    assert in_file(HistoryQuery("tasks", measure=measure)).measure == "list"
    grouped = HistoryQuery("tasks", measure=measure, group_by="employee")
    assert in_file(grouped) == grouped


def test_file_says_what_is_in_it() -> None:
    query = HistoryQuery(type="supplier", employee_id="EMP002", period="last week")
    assert file_name(query, "csv") == "rollcall-supplier-emp002-last-week.csv"
    odd = HistoryQuery("tasks", period='x"; filename=../../etc/passwd')
    assert file_name(odd, "xlsx") == "rollcall-tasks-x-filename-etc-passwd.xlsx"
