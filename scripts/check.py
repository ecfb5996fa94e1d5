"""Run the tests or the linters, one suite after the other, and sum up.

    python3 scripts/check.py test|lint

All suites run even when one fails; the exit code is 0 only if all passed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "tests"
APP = [".venv/bin/python", "-m"]
BOT = ["bot/.venv/bin/python", "-m"]
# These start the whole system or measure time: they run alone, one after the other.
WHOLE_SYSTEM = ("tests/realtime", "tests/security/live", "tests/browser", "tests/faults")
# Browsers and processes share the machine with whatever else runs there: one of these tests that
# fails gets a second try, and the summary names it (RERUN), so that it can be looked into.
SECOND_TRY = ("--reruns", "1", "-rR")
# These run inside Rasa's environment, where the root's conftest and settings mean nothing.
IN_BOT = ("tests/nlu", "tests/bot")


def main():
    commands = {"test": test_suites, "lint": lint_suites}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    os.chdir(str(ROOT))
    RESULTS.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, command in commands[sys.argv[1]]():
        print("\n== {}: {}".format(name, " ".join(command)), flush=True)
        started = time.monotonic()
        report = RESULTS / (name.replace(" ", "-") + ".xml")
        if report.exists():
            report.unlink()
        try:
            code = subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode
        except KeyboardInterrupt:
            return 130
        rows.append((name, code, counted(report), time.monotonic() - started))
    print("\nSummary")
    for name, code, counts, seconds in rows:
        verdict = "ok" if code == 0 else "FAILED"
        print("  {:<14} {:<7} {:6.1f} s  {}".format(name, verdict, seconds, closing(counts)))
    failed = [name for name, code, _, _ in rows if code != 0]
    totals = {each: sum(counts[each] for _, _, counts, _ in rows) for each in KINDS}
    if any(totals.values()):
        # A suite can fail without a test that fails: it could not even start.
        totals["failed"] = max(totals["failed"], len(failed))
        print("\n" + closing(totals))
    return 1 if failed else 0


KINDS = ("passed", "failed", "skipped")


def test_suites():
    aside = [folder for folder in (*WHOLE_SYSTEM, *IN_BOT) if Path(folder).is_dir()]
    parallel = ["-n", "2", "--dist", "loadfile", *("--ignore=" + folder for folder in aside)]
    yield "app", [*APP, "pytest", "-q", *parallel, junit("app"), "tests"]
    whole = [folder for folder in WHOLE_SYSTEM if Path(folder).is_dir()]
    if whole:
        yield "whole system", [*APP, "pytest", "-q", *SECOND_TRY, junit("whole system"), *whole]
    for folder in IN_BOT:
        if Path(folder).is_dir():
            name = Path(folder).name
            yield name, [*BOT, "pytest", "-q", junit(name), folder]


def lint_suites():
    yield "ruff check", [*APP, "ruff", "check", "."]
    yield "ruff format", [*APP, "ruff", "format", "--check", "."]
    yield "mypy", [*APP, "mypy"]


def junit(name):
    return "--junitxml={}".format(RESULTS / (name.replace(" ", "-") + ".xml"))


def counted(report):
    """Numbers of passed, failed and skipped tests from pytest's report; zeros without one."""
    try:
        suites = ElementTree.parse(str(report)).getroot().findall("testsuite")
    except (OSError, ElementTree.ParseError):
        return dict.fromkeys(KINDS, 0)
    tests, failures, errors, skipped = (
        sum(int(suite.get(each, 0)) for suite in suites)
        for each in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return {"passed": tests - failed - skipped, "failed": failed, "skipped": skipped}


def closing(counts):
    """Such as "12 passed, 0 failed"; empty when nothing was counted."""
    if not any(counts.values()):
        return ""
    skipped = ", {skipped} skipped".format(**counts) if counts["skipped"] else ""
    return "{passed} passed, {failed} failed".format(**counts) + skipped


if __name__ == "__main__":
    sys.exit(main())
