"""Receipts to print, and on the command line."""

from datetime import date, time

import pytest
from click.testing import CliRunner

from rollcall import Rollcall, Settings
from rollcall.cli import cli
from rollcall.completions.model import Ending, NewCompletion
from rollcall.completions.receipt_pdf import receipt_pdf
from rollcall.completions.receipts import Receipt
from rollcall.meetings import Arrival, NewMeeting
from tests.cast import Cast
from tests.conftest import StandingClock

TITLE = "Schweißen für Anfänger – Łódź, группа Б"


@pytest.fixture
def receipt(roll: Rollcall, cast: Cast, clock: StandingClock) -> Receipt:
    new = NewCompletion(TITLE, date(2026, 3, 2), time(10), time(11))
    session = roll.completions.create(cast.employee, new)
    meeting = roll.meetings.create(cast.employee, NewMeeting("Welding"))
    interval = roll.attendances.join(cast.employee, Arrival(str(meeting.code)))
    clock.forward(minutes=55)
    roll.attendances.leave(cast.employee, interval.session_id)
    roll.completions.complete(cast.employee, session.completion_id, Ending("10:00", "10:55"))
    return roll.receipts.issue(cast.employee, session.completion_id)


def test_a_receipt_says_when_its_owner_was_in_a_meeting(receipt: Receipt) -> None:
    assert receipt.content["attendance"] == [
        "2026-03-02T09:00:00.000Z",
        "2026-03-02T09:55:00.000Z",
    ]


def test_the_page_to_print_is_a_pdf_and_the_same_each_time(receipt: Receipt) -> None:
    url = f"http://127.0.0.1:5001/receipts/{receipt.code}"
    page = receipt_pdf(receipt, url)
    assert page.startswith(b"%PDF-")
    assert page.rstrip().endswith(b"%%EOF")
    assert receipt_pdf(receipt, url) == page
    assert receipt_pdf(receipt, f"{url}?x") != page


def test_a_page_with_many_files_goes_on(receipt: Receipt) -> None:
    files = [{"sha256": "a" * 64, "size": 1}] * 100
    many = Receipt(
        receipt.code, {**receipt.content, "files": files}, receipt.sha256,
        receipt.issued_at, receipt.name, ("files",),
    )  # fmt: skip
    assert receipt_pdf(many, "http://127.0.0.1:5001/").count(b"/Type /Page\n") > 1


def test_the_command_verifies_a_code(
    mongodb_uri: str, shared_test_database: object, roll: Rollcall, cast: Cast, receipt: Receipt,
    settings: Settings,
) -> None:  # fmt: skip
    here = settings.model_copy(update={"mongodb_uri": mongodb_uri, "database": roll.database.name})

    def run(code: str) -> tuple[int, str]:
        ended = CliRunner().invoke(cli.commands["verify"], [code], obj=here)
        return ended.exit_code, ended.output + str(ended.exception or "")

    code, output = run(receipt.code.lower())
    assert code == 0, output
    assert TITLE in output
    assert "Erika Musterfrau (EMP004)" in output
    assert receipt.sha256 in output
    roll.notes.add(cast.employee, receipt.content["completion_id"], "One thing more")
    code, output = run(receipt.code)
    assert code == 1
    assert "notes changed since" in output
    code, output = run("RC-2222-2222-2")
    assert code != 0
