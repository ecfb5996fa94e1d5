"""How soon an instance of its own is ready and how fast it answers guests, in half a minute.

    .venv/bin/python -m bench.alone

Prints a table and writes the same to results/alone.json. Nothing of a running instance is used.
`make bench` compares with stock Rasa and takes minutes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.settings import ROOT

START_SECONDS = 300
WARM_UP = 10
TURNS = 200
TALKERS = 4
SENTENCES = ("hello", "what can you do", "thanks", "I need a human")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder, running(folder) as url:
        began = time.monotonic()
        wait_until_healthy(url)
        ready = time.monotonic() - began
        talk(url, WARM_UP)
        alone = talk(url, TURNS)
        began = time.monotonic()
        with ThreadPoolExecutor(TALKERS) as pool:
            together = [
                seconds
                for part in pool.map(lambda _: talk(url, TURNS // TALKERS), range(TALKERS))
                for seconds in part
            ]
        rate = len(together) / (time.monotonic() - began)
    figures = {
        "ready_seconds": round(ready, 1),
        "turn_p50_ms": milliseconds(alone, 50),
        "turn_p95_ms": milliseconds(alone, 95),
        f"turn_p95_ms_with_{TALKERS}_talking": milliseconds(together, 95),
        f"turns_per_second_with_{TALKERS}_talking": round(rate, 1),
        "turns": len(alone) + len(together),
    }
    for name, value in figures.items():
        print(f"{name:<34} {value:>8}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    (results / "alone.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


@contextmanager
def running(folder: str) -> Iterator[str]:
    """The address of an instance that is starting in `folder` and ends with the block."""
    port = free_port()
    home = Path(folder) / "home"
    environment = tied_environment() | {
        "ROLLCALL_HOME": str(home),
        "ROLLCALL_PORT": str(port),
        # All talkers are guests at one address, and faster than people.
        "ROLLCALL_GUEST_CHAT_PER_MINUTE": "0",
        "ROLLCALL_GUESTS_PER_MINUTE": "0",
    }
    environment.pop("MONGODB_URI", None)
    process = subprocess.Popen(
        tied([sys.executable, "-m", "rollcall.cli", "up"]),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_until_healthy(url: str) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        pause.wait(0.2)
    sys.exit(f"it was not ready within {START_SECONDS} s")


def talk(url: str, turns: int) -> list[float]:
    """Seconds that each of `turns` turns of one guest took, from request to answer."""
    taken = []
    with httpx.Client(base_url=url, timeout=30) as client:
        for number in range(turns):
            message = {"message": SENTENCES[number % len(SENTENCES)], "message_id": str(uuid4())}
            began = time.monotonic()
            answer = client.post("/chat", json=message)
            taken.append(time.monotonic() - began)
            answer.raise_for_status()
    return taken


def milliseconds(seconds: list[float], percentile: int) -> float:
    return round(statistics.quantiles(seconds, n=100)[percentile - 1] * 1000, 1)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
