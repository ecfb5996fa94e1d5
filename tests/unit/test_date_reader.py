"""The process that reads dates: what takes too long is refused, and the next text is read."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import psutil
import pytest

from rollcall.date_reader import DateReader
from rollcall.dates import find_when
from rollcall.errors import Invalid
from rollcall.settings import ROOT
from tests.conftest import MONDAY
from tests.faults.running import wait_until

ENDLESS = [
    "friday " * 10,
    "in 2 days " * 60,
    "the day after " * 40 + "tomorrow",
    "at 3:00 " * 30,
    "last week of " * 40,
]


@pytest.mark.parametrize("text", ENDLESS)
def test_what_would_take_minutes_is_refused_soon_and_the_next_text_is_read(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid, match="Say one, for example"):
        find_when(text, MONDAY, "UTC")
    assert time.monotonic() - began < 10
    found = find_when("tomorrow", MONDAY, "UTC")
    assert found
    assert found.day.isoformat() == "2026-03-03"


def test_a_long_span_is_read_by_where_it_begins() -> None:
    text = "from Monday 1 June 2026 at 9:00 to Friday 5 June 2026 at 17:00"
    found = find_when(text, MONDAY, "Europe/Berlin")
    assert found
    assert found.at() == datetime(2026, 6, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\n", "\ud800", "\x7f"])
def test_what_nobody_can_print_is_a_blank(mark: str) -> None:
    found = find_when(f"due{mark}tomorrow{mark}", MONDAY, "UTC")
    assert found
    assert found.day.isoformat() == "2026-03-03"


def test_a_process_that_was_killed_is_replaced() -> None:
    reader = DateReader()
    assert reader.read("tomorrow", MONDAY)
    [child] = psutil.Process().children()[-1:]
    child.kill()
    child.wait(10)
    assert reader.read("tomorrow", MONDAY)
    reader.close()
    assert reader.read("tomorrow", MONDAY)
    reader.close()


def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "import os, psutil; from datetime import datetime, UTC\n"
        "from rollcall.date_reader import READER\n"
        "READER.read('tomorrow', datetime.now(UTC))\n"
        "print(psutil.Process().children()[0].pid, flush=True); os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, check=True
    )
    pid = int(done.stdout)

    def gone() -> bool:
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE

    wait_until(gone, "the reader has ended", 20)
