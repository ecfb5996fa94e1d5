"""`make bench`: Rollcall against a stock Rasa assistant, in turn, on this machine, in one run.

    .venv/bin/python -m bench [--rounds N] [--quick]

Prints tables and writes every figure to results/bench.json. The exit status is 0 when all goals
are reached, 1 when one is missed, 2 when an assistant answered wrongly or did not start: then there
are no figures. A run that is stopped shows the rounds that were whole. docs/performance.md says
what is measured and how.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.compare import QUICK, Plan, Round, Starter, measure
from bench.report import status, tables
from bench.rollcall_side import running_rollcall
from bench.stock_model import stock_model
from bench.stock_side import running_stock
from bench.talk import WrongAnswer
from rollcall.operation.parts import current_model
from rollcall.settings import ROOT

ROUNDS = 3
SIDES: dict[str, Starter] = {"Rollcall": running_rollcall, "stock": running_stock}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Rollcall against Rasa.")
    parser.add_argument("--rounds", type=int, help="how often each side is measured")
    parser.add_argument(
        "--quick", action="store_true", help="one short round to turn 100, for trying"
    )
    options = parser.parse_args()
    rounds = options.rounds if options.rounds is not None else 1 if options.quick else ROUNDS
    if rounds < 1:
        parser.error("--rounds has to be 1 or more")
    plan = QUICK if options.quick else Plan()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found: dict[str, list[Round]] = {name: [] for name in SIDES}
    print(heading(rounds), flush=True)
    try:
        stock_model()
        for number in range(1, rounds + 1):
            for name, start in SIDES.items():
                tell = teller(f"round {number} of {rounds}, {name}")
                found[name].append(measure(start, plan, tell))
    except (WrongAnswer, TimeoutError) as error:
        print(f"no figures: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        whole = len(found["stock"])
        print(f"\nstopped; whole rounds: {whole}")
        if whole:
            print(tables(found["Rollcall"][:whole], found["stock"]))
        return 130
    ours, stock = found.values()
    print(f"\n{tables(ours, stock)}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    kept: dict[str, Any] = {"heading": heading(rounds)}
    kept |= {name: [one.public() for one in each] for name, each in found.items()}
    (results / "bench.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return status(ours, stock)


def heading(rounds: int) -> str:
    """When, what and where."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit or 'unknown'}, rounds: {rounds}, "
        f"{os.cpu_count()} cores, {platform.machine()}, load before {load:.1f}, "
        f"{current_model().name}"
    )


def teller(prefix: str) -> Callable[[str], None]:
    """Says how far it is, with the seconds since it began."""
    began = time.monotonic()
    return lambda text: print(f"{prefix} [{time.monotonic() - began:3.0f} s] {text}", flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
