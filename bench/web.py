"""A web server and a MongoDB of its own to measure, without the assistant."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from rollcall import Rollcall, Settings
from rollcall.operation.home import Home
from rollcall.operation.parts import environment_of
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.settings import ROOT
from rollcall.storage.mongod import EmbeddedMongod

START_SECONDS = 60
NO_LIMITS = {"api_per_minute": 0, "address_per_minute": 0}
"""One machine plays a thousand people."""


@dataclass
class BenchWeb:
    """What is measured."""

    url: str
    port: int
    roll: Rollcall
    access_key: str
    process: psutil.Process
    database: psutil.Process

    def workers(self) -> list[psutil.Process]:
        """The processes that serve; their parent only watches them."""
        return self.process.children()

    def megabytes(self) -> float:
        """Resident memory of the largest of them; there is one, unless gunicorn is told."""
        return max((one.memory_info().rss for one in self.workers()), default=0) / 2**20


@contextmanager
def bench_web(folder: Path, **settings: object) -> Iterator[BenchWeb]:
    """A migrated, empty instance that answers; all of it is gone afterwards."""
    with EmbeddedMongod(folder / "db") as server:
        chosen = Settings.model_validate(
            {
                "home": folder / "home", "port": free_port(), "mongodb_uri": server.uri,
                "database": "bench", "demo": False, **NO_LIMITS, **settings,
            }
        )  # fmt: skip
        home = Home(chosen).prepare()
        home.choose_ports()
        roll = Rollcall.open(chosen)
        roll.migrate()
        command = [sys.executable, "-m", "gunicorn", "--config", "web/gunicorn.py"]
        with (home.logs / "web.log").open("ab") as log:
            process = subprocess.Popen(
                tied([*command, "web:create_app()"]), cwd=ROOT, stdout=log, stderr=log,
                env={**environment_of(home), **tied_environment()},
            )  # fmt: skip
        url = f"http://127.0.0.1:{chosen.port}"
        try:
            wait_until_alive(url)
            watched, database = psutil.Process(process.pid), psutil.Process(server.pid)
            key = home.secrets.access_key
            yield BenchWeb(url, chosen.port, roll, key, watched, database)
        finally:
            process.terminate()
            process.wait(20)
            roll.close()


def wait_until_alive(url: str) -> None:
    """Wait for the web server; ends the program when it never answers."""
    pause = threading.Event()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/alive", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        pause.wait(0.1)
    sys.exit(f"it was not ready within {START_SECONDS} s (load {os.getloadavg()[0]:.1f})")
