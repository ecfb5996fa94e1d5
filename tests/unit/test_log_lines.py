"""Logs are written together, but nothing of importance waits and nothing is lost at the end."""

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rollcall.log_lines import Gathered, JsonLines
from rollcall.settings import ROOT


class Written(io.StringIO):
    """What was written, how often, and a sign for who waits."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0
        self.happened = threading.Event()

    def write(self, text: str) -> int:
        length = super().write(text)
        self.times += 1
        self.happened.set()
        return length


@pytest.fixture
def written() -> Written:
    return Written()


@contextmanager
def logging_to(written: Written, seconds: float) -> Iterator[logging.Logger]:
    handler = Gathered(written, seconds)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("gathered", logging.INFO)
    logger.addHandler(handler)
    yield logger
    handler.close()


def said(written: Written) -> list[str]:
    return [json.loads(line)["message"] for line in written.getvalue().splitlines()]


def test_lines_wait_for_each_other(written: Written) -> None:
    with logging_to(written, 3600) as log:
        for number in range(20):
            log.info("turn %s", number)
        assert written.times == 0
        log.handlers[0].flush()
        assert written.times == 1
    assert said(written) == [f"turn {number}" for number in range(20)]


def test_lines_are_written_without_anything_that_follows(written: Written) -> None:
    with logging_to(written, 0.01) as log:
        for number in range(3):
            written.happened.clear()
            log.info("turn %s", number)
            assert written.happened.wait(30)
    assert said(written) == ["turn 0", "turn 1", "turn 2"]


def test_warning_is_written_at_once_behind_what_was_said_before(written: Written) -> None:
    with logging_to(written, 3600) as log:
        log.info("turn")
        log.warning("beware")
        assert said(written) == ["turn", "beware"]


def test_nothing_is_lost_when_the_process_ends() -> None:
    program = (
        "import logging; from rollcall.log_lines import log_as_json; log_as_json('INFO');"
        "logging.getLogger('rollcall.x').info('last words')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stderr)["message"] == "last words"


def test_line_says_when_in_utc_to_the_millisecond() -> None:
    record = logging.makeLogRecord({"msg": "x", "created": 1_795_000_000.0625, "msecs": 62.5})
    assert json.loads(JsonLines().format(record))["at"] == "2026-11-18T11:06:40.062+00:00"
