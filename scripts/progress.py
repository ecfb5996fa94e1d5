"""Steps of set-up on the console: what is being done, how long it took, where its log is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".tools" / "logs"
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
GREEN, RED, DIM, PLAIN = ("\033[32m", "\033[31m", "\033[2m", "\033[0m") if COLOUR else ("",) * 4
TELL_AGAIN_SECONDS = 20
LINES_OF_LOG = 15


class Failed(Exception):
    """Set-up can't go on; the message says what to do."""


class Step:
    """One step: `with Step("uv") as step: step.doing("installing uv")`."""

    def __init__(self, name):
        self.name = name
        self.note = ""
        self.log = LOGS / (name.replace(" ", "-") + ".log")
        self.current = ""
        self.told = 0.0

    def __enter__(self):
        self.started = time.monotonic()
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        return self

    def __exit__(self, kind, error, trace):
        mark = "{}✗{}".format(RED, PLAIN) if kind else "{}✓{}".format(GREEN, PLAIN)
        took = "{:6.1f} s".format(time.monotonic() - self.started)
        note = "{}{}{}".format(DIM, self.note, PLAIN) if self.note else ""
        self._line("  {} {:<16} {}  {}".format(mark, self.name, took, note), last=True)

    def up_to_date(self, what=""):
        self.note = "up to date" + (" ({})".format(what) if what else "")

    def doing(self, what):
        """Say what is being done now."""
        self.current = what
        self.told = 0.0
        self.note = what
        self._line("  · {:<16} {} …".format(self.name, what), last=not COLOUR)

    def still(self, seconds):
        """Called while a command runs, several times a second."""
        if COLOUR:
            wheel = "◐◓◑◒"[int(seconds * 4) % 4]
            text = "  {} {:<16} {:6.1f} s  {} …"
            self._line(text.format(wheel, self.name, seconds, self.current), last=False)
        elif seconds - self.told >= TELL_AGAIN_SECONDS:
            self.told = seconds
            self._line("  · {:<16} {} … {:.0f} s".format(self.name, self.current, seconds), True)

    def _line(self, text, last):
        sys.stdout.write(("\r\033[K" if COLOUR else "") + text + ("\n" if last else ""))
        sys.stdout.flush()


def run(step, command, cwd=ROOT, env=None):
    """Run a command of `step` in `cwd`; its output goes to the step's log. Raises `Failed`."""
    environment = dict(os.environ if env is None else env)
    # An activated environment must not decide where ours are made.
    for name in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONHOME", "PYTHONPATH"):
        environment.pop(name, None)
    with step.log.open("ab") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=str(cwd),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        started = time.monotonic()
        try:
            while True:
                try:
                    code = process.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    step.still(time.monotonic() - started)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code != 0:
        lines = step.log.read_text("utf-8", "replace").strip().splitlines()[-LINES_OF_LOG:]
        tail = "\n".join("    " + line for line in lines)
        raise Failed(
            "{}\n{}: {} failed (exit code {}); all of it is in {}".format(
                tail, step.name, Path(str(command[0])).name, code, step.log.relative_to(ROOT)
            )
        )
