"""Duckling behind a wall: in a process of its own, with a time limit.

Its grammar tries every way of joining what may belong together, so that its time grows by a
factor with each word: ten weekdays in a row, 70 characters, take half a minute, and so does "from
Monday 1 June 2026 at 9:00 to Friday 5 June 2026 at 17:00". Nothing can stop it from inside. Here
the process is ended after a second, and another one reads the next text.
"""

import atexit
import json
import os
import re
import select
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rollcall.errors import Invalid

READ_SECONDS = 1.0
START_SECONDS = 20.0
FULL = 8
"""So many pieces of a date in one text and Duckling may take long."""
_PROGRAM = Path(__file__).with_name("date_process.py")
_PIECE = re.compile(
    r"\d+|\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tod|"
    r"tom|yes|next|last|this|week|month|year|day|hour|noon|mid|morn|after|even|night)",
    re.IGNORECASE,
)
_SECOND_HALF = re.compile(r"\s(?:to|until|till|through|-|–)\s.*", re.IGNORECASE | re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class _TooLong(Exception):
    """The process did not answer in time and was ended."""


class DateReader:
    """Reads dates in a process of its own; one text after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, text: str, wall: datetime) -> list[dict[str, Any]]:
        """What Duckling finds in `text` at `wall`, the person's clock put as UTC.

        Raises `Invalid` when it takes too long.
        """
        plain = _UNPRINTABLE.sub(" ", text)
        if len(_PIECE.findall(plain)) > FULL:
            # Of "from … to …" only the beginning is asked for.
            plain = _SECOND_HALF.sub("", plain)
        question = json.dumps([plain, int(wall.timestamp())]).encode() + b"\n"
        with self._lock:
            try:
                found: list[dict[str, Any]] = self._ask(question)
            except (_TooLong, OSError, ValueError) as error:
                self.close()
                raise Invalid(
                    "I can't make out which day that is. Say one, for example: next Friday at 3pm."
                ) from error
        return found

    def close(self) -> None:
        """End the process; the next text starts another."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.communicate()

    def _ask(self, question: bytes) -> Any:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                [sys.executable, str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What it says when it fails quotes what people typed.
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
            self._line(self._process, START_SECONDS)
        assert self._process.stdin is not None  # noqa: S101 (a pipe, see above)
        self._process.stdin.write(question)
        return self._line(self._process, READ_SECONDS)

    @staticmethod
    def _line(process: subprocess.Popen[bytes], seconds: float) -> Any:
        assert process.stdout is not None  # noqa: S101
        descriptor = process.stdout.fileno()
        deadline = time.monotonic() + seconds
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise _TooLong
            piece = os.read(descriptor, 65536)
            if not piece:
                raise OSError("the process has ended")
            line += piece
        return json.loads(line)


READER = DateReader()
"""The reader of this process. After a fork each process has to have its own, and has: it is made
at the first text."""
atexit.register(READER.close)
