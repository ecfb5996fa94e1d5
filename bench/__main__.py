"""`make bench`: how long a turn takes, as ratios to the same server's cheapest answer.

Starts an instance of its own in a temporary home, plays the README's conversation over HTTP, and
prints the median and 95th percentile by kind of turn beside what `GET /alive` takes in the same
run, so that figures from different machines can be compared. Memory is resident set size.
"""

import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from rollcall.operation.ports import free_port
from rollcall.settings import ROOT

ROUNDS = 20
START_SECONDS = 300
FORM = ["Acme {n} Ltd", "Jane Doe", "jane{n}@acme.example", "skip", "goods"]


@contextlib.contextmanager
def instance() -> Iterator[tuple[str, Path, int]]:
    """A running Rollcall: its address, home and process id."""
    home = Path(tempfile.mkdtemp(prefix="rollcall-bench-"))
    port = free_port()
    environment = {**os.environ, "ROLLCALL_HOME": str(home), "ROLLCALL_PORT": str(port)}
    command = [str(ROOT / ".venv" / "bin" / "rollcall"), "up"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{base}/health").status_code == httpx.codes.OK:
                    break
            time.sleep(0.5)
        else:
            raise SystemExit("the instance did not start")
        yield base, home, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def timed(call: Callable[[], httpx.Response]) -> float:
    """Milliseconds of a call that must succeed."""
    started = time.perf_counter()
    call().raise_for_status()
    return (time.perf_counter() - started) * 1000


def measure(base: str, home: Path) -> dict[str, list[float]]:
    """Milliseconds by kind of request."""
    accounts = json.loads((home / "demo-accounts.json").read_text("utf-8"))
    with httpx.Client(base_url=base, timeout=60) as client:
        account = {name: accounts[3][name] for name in ("employee_id", "passphrase")}
        login = client.post("/api/auth/login", json=account).raise_for_status().json()
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {login['access_token']}"

        def say(text: str) -> float:
            return timed(lambda: client.post("/chat", json={"message": text}))

        say("hello")
        taken: dict[str, list[float]] = {
            "GET /alive": [],
            "plain turn": [],
            "form start": [],
            "form turn": [],
            "form save": [],
            "dashboard": [],
        }
        for number in range(ROUNDS):
            taken["GET /alive"].append(timed(lambda: client.get("/alive")))
            taken["plain turn"].append(say("my tasks"))
            taken["form start"].append(say("register a supplier"))
            taken["form turn"] += [say(text.format(n=number)) for text in FORM]
            taken["form save"].append(say("yes"))
            taken["dashboard"].append(timed(lambda: client.get("/api/v1/statistics")))
    return taken


def memory(pid: int) -> dict[str, float]:
    """Megabytes by kind of process below `pid`."""
    found: dict[str, float] = {}
    names = {"rasa": "rasa", "actions": "actions", "gunicorn": "web", "mongod": "mongod",
             "worker": "worker"}  # fmt: skip
    for process in psutil.Process(pid).children(recursive=True):
        line = " ".join(process.cmdline())
        name = next((label for word, label in names.items() if word in line), None)
        if name:
            found[name] = found.get(name, 0.0) + process.memory_info().rss / 2**20
    return found


def main() -> int:
    """Measure and print."""
    console = Console()
    with instance() as (base, home, pid):
        taken = measure(base, home)
        megabytes = memory(pid)
    cheapest = statistics.median(taken["GET /alive"])
    table = Table("request", "n", "p50 ms", "p95 ms", "x GET /alive")
    for kind, values in taken.items():
        middle = statistics.median(values)
        high = statistics.quantiles(values, n=20)[-1]
        table.add_row(
            kind, str(len(values)), f"{middle:.1f}", f"{high:.1f}", f"{middle / cheapest:.1f}"
        )
    console.print(table)
    sizes = Table("process", "RSS MB")
    for name, size in sorted(megabytes.items()):
        sizes.add_row(name, f"{size:.0f}")
    console.print(sizes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
