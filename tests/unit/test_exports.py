"""Files of answers, read back as a spreadsheet program reads them."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from rollcall import Principal, Rollcall, exports
from rollcall.errors import NotFound
from rollcall.exports import export, file_name, in_file
from rollcall.history_query import HistoryQuery
from tests.cast import Cast
from tests.conftest import StandingClock

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = [
    '=HYPERLINK("http://evil.example","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)",
    "\uff1d1+1", "  =1+1",
]  # fmt: skip


def register(roll: Rollcall, cast: Cast, item: str, serial: str) -> None:
    roll.registrations.create(cast.employee, "equipment", {"item": item, "serial_number": serial})


def file_of(
    roll: Rollcall, actor: Principal, query: HistoryQuery, file_format: str, timezone: str = "UTC"
) -> bytes:
    return b"".join(export(*roll.history.ask_whole(actor, query), file_format, timezone))


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(roll: Rollcall, cast: Cast, text: str) -> None:
    register(roll, cast, text, "S1")
    [row] = csv_rows(file_of(roll, cast.employee, HistoryQuery(), "csv"))[1:]
    kept = roll.registrations.list(cast.employee, None, None, 1).items[0].data["item"]
    assert row[3] == f"'{kept}"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_xlsx_is_a_formula(roll: Rollcall, cast: Cast, text: str) -> None:
    register(roll, cast, text, "S1")
    content = file_of(roll, cast.employee, HistoryQuery(), "xlsx")
    sheet, strings = opened(content)
    assert not list(sheet.iter(f"{SHEET}f"))
    kept = roll.registrations.list(cast.employee, None, None, 1).items[0].data["item"]
    assert kept in strings


def opened(content: bytes) -> tuple[ET.Element, list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  (our own)
    return sheet, [one.text or "" for one in sheet.iter(f"{SHEET}t")]


def test_figures_of_an_xlsx_can_be_summed(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Drill", "S1")
    query = HistoryQuery(group_by="type", measure="count")
    sheet, _ = opened(file_of(roll, cast.employee, query, "xlsx"))
    cell = next(one for one in sheet.iter(f"{SHEET}c") if one.get("r") == "B2")
    assert cell.get("t") in (None, "n")
    assert cell.findtext(f"{SHEET}v") == "1"


def test_times_of_a_csv_are_those_of_who_asked(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Drill", "S1")
    content = file_of(roll, cast.employee, HistoryQuery(), "csv", "Europe/Berlin")
    [row] = csv_rows(content)[1:]
    assert row[0] == "2026-03-02T10:00:00+01:00"
    assert datetime.fromisoformat(row[0]) == roll.clock()


def test_accents_survive(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Größe Ø æ – “x”", "S1")
    content = file_of(roll, cast.employee, HistoryQuery(), "csv")
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


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_file_holds_every_row_newest_first_over_all_types(
    roll: Rollcall, cast: Cast, clock: StandingClock, file_format: str
) -> None:
    """More rows than are read at once, from two collections in turn."""
    documents: dict[str, list[dict[str, Any]]] = {"equipment": [], "visitor": []}
    for number in range(1300):
        kind, title = [("equipment", "item"), ("visitor", "visitor_name")][number % 2]
        clock.forward(minutes=1)
        documents[kind].append(
            {
                "registration_type": f"{kind}_registration", "employee_id": "EMP004",
                "session_id": None, "timestamp": clock(), "status": "active",
                "key": f"k{number}", "data": {title: f"Thing {number}"},
            }
        )  # fmt: skip
    for kind, some in documents.items():
        collection = roll.database.collection(f"{kind}_registration")
        collection.insert_many(some, bypass_document_validation=True)
    content = file_of(roll, cast.employee, HistoryQuery(), file_format)
    if file_format == "csv":
        titles = [row[3] for row in csv_rows(content)[1:]]
    else:
        titles = [one for one in opened(content)[1] if one.startswith("Thing")]
    assert titles == [f"Thing {number}" for number in reversed(range(1300))]


def test_rows_beyond_the_end_of_a_sheet_go_on_the_next(
    roll: Rollcall, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SHEET_ROWS", 2)
    for number in range(3):
        register(roll, cast, f"Drill {number}", f"S{number}")
    content = file_of(roll, cast.employee, HistoryQuery(), "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(f"xl/worksheets/sheet{one}.xml").decode() for one in (1, 2)]
    assert [one.count("<row ") for one in sheets] == [3, 2]
    assert "Registered" in sheets[1]


def test_every_day_of_a_year_is_a_line_of_the_file(roll: Rollcall, cast: Cast) -> None:
    register(roll, cast, "Drill", "S1")
    query = HistoryQuery(
        group_by="day", measure="count",
        since=datetime(2025, 1, 1, tzinfo=UTC), until=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert len(csv_rows(file_of(roll, cast.manager, query, "csv"))) == 1 + 365


def test_whole_answer_is_refused_before_its_first_row(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(NotFound):
        roll.history.ask_whole(cast.employee, HistoryQuery(employee_id="EMP005"))
