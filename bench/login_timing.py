"""Whether the time of a failed sign-in tells if an employee id exists.

    .venv/bin/python -m bench.login_timing

Signs in wrongly 500 times with ids that are known and 500 times with ids that nobody has, one
after the other in turn, and prints the medians and their difference (goal: under 10 ms). On a
MongoDB and a home of its own; each account and address is tried too rarely to be locked.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rollcall import SYSTEM, Rollcall, Settings
from rollcall.errors import InvalidCredentials
from rollcall.people import NewEmployee
from rollcall.settings import ROOT
from rollcall.storage.database import Database
from rollcall.storage.mongod import EmbeddedMongod

TRIES = 500
TRIES_AN_ACCOUNT = 9
GOAL_MILLISECONDS = 10.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
        path = Path(folder)
        with EmbeddedMongod(path / "db") as server:
            settings = Settings(home=path / "home", demo=False)
            roll = Rollcall(settings, Database(server.uri, "bench"), "pepper")
            roll.migrate()
            known, unknown = measure(roll)
            roll.close()
    figures = {
        "tries_of_each": TRIES,
        "known_id_median_ms": round(statistics.median(known), 2),
        "unknown_id_median_ms": round(statistics.median(unknown), 2),
        "known_id_p95_ms": round(statistics.quantiles(known, n=20)[-1], 2),
        "unknown_id_p95_ms": round(statistics.quantiles(unknown, n=20)[-1], 2),
    }
    difference = figures["known_id_median_ms"] - figures["unknown_id_median_ms"]
    figures["difference_of_medians_ms"] = round(abs(difference), 2)
    for name, value in figures.items():
        print(f"{name:<34} {value:>8}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    content = json.dumps(figures, indent=2) + "\n"
    (results / "login_timing.json").write_text(content, encoding="utf-8")
    return 0 if figures["difference_of_medians_ms"] < GOAL_MILLISECONDS else 1


def measure(roll: Rollcall) -> tuple[list[float], list[float]]:
    """Milliseconds of each failure with a known and with an unknown id."""
    accounts = TRIES // TRIES_AN_ACCOUNT + 1
    for number in range(accounts):
        employee_id = f"EMP{number:04}"
        roll.people.add(SYSTEM, NewEmployee(employee_id, f"Person {number}"))
        roll.credentials.set(SYSTEM, employee_id, "correct horse battery staple")
    taken: tuple[list[float], list[float]] = ([], [])
    failure(roll, "EMP0000", "192.0.2.1")
    for number in range(TRIES):
        account = number % accounts
        # In turn, and the one first that was second before: what disturbs hits both alike.
        for which in (0, 1) if number % 2 else (1, 0):
            employee_id = f"{('EMP', 'NOB')[which]}{account:04}"
            address = f"10.{which}.{number // 250}.{number % 250}"
            taken[which].append(failure(roll, employee_id, address))
    return taken


def failure(roll: Rollcall, employee_id: str, address: str) -> float:
    """Milliseconds until a wrong passphrase is refused."""
    began = time.perf_counter()
    try:
        roll.credentials.check(employee_id, "not the right one", address)
    except InvalidCredentials:
        return (time.perf_counter() - began) * 1000
    raise AssertionError("a wrong passphrase was accepted")


if __name__ == "__main__":
    sys.exit(main())
