"""A real `rollcall up` in a home of its own, and ways to hurt it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from rollcall.operation.ports import free_port
from rollcall.settings import ROOT

START_SECONDS = 180
# What tells a part's command line from the others'.
MARKS = {
    "mongod": "--replSet",
    "rasa": "--credentials",
    "actions": "actions",
    "web": "web:create_app()",
    "worker": "worker",
}


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Look again and again until `condition` is true; returns its value."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not: {what}")
        pause.wait(0.1)


def clean_environment(home: Path, port: int, **more: str) -> dict[str, str]:
    """This process's environment without anything that sets up Rollcall, then our own."""
    ours = ("ROLLCALL_", "MONGODB_URI")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "ROLLCALL_HOME": str(home), "ROLLCALL_PORT": str(port), **more}


def rollcall(
    *arguments: str, home: Path, port: int, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "rollcall.cli", *arguments],
        cwd=ROOT,
        env=clean_environment(home, port, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Running:
    """One `rollcall up`, its processes and a browserless visitor."""

    def __init__(self, home: Path, port: int | None = None, **more: str) -> None:
        self.home = home
        self.port = port or free_port()
        self.output = home.with_name(home.name + ".out")
        # A new connection each time: one to a process that was killed meanwhile is no use.
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rollcall.cli", "up"],
                cwd=ROOT,
                env=clean_environment(home, self.port, **more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_healthy(self, seconds: float = START_SECONDS) -> None:
        def healthy() -> bool:
            assert self.process.poll() is None, self.output.read_text()
            return self.health() == httpx.codes.OK

        wait_until(healthy, "GET /health answers 200", seconds)

    def health(self) -> int:
        """The status of GET /health; 0 when nobody answers."""
        try:
            return self.client.get("/health").status_code
        except httpx.TransportError:
            return 0

    def say(self, message: str) -> httpx.Response:
        """One chat turn, always by the same guest."""
        return self.client.post("/chat", json={"message": message})

    def supervisord(self) -> psutil.Process:
        """The supervisord that looks after the parts now."""
        return next(
            child
            for child in psutil.Process(self.process.pid).children()
            if "supervisor.supervisord" in child.cmdline()
        )

    def parts(self) -> dict[str, psutil.Process]:
        """The process of every part that is running now."""
        found = {}
        try:
            for child in self.supervisord().children():
                command = child.cmdline()
                # Until it has become the part itself it is the wrapper that ties it to its parent.
                if any(word.endswith("tied.py") for word in command):
                    continue
                found.update({name: child for name, mark in MARKS.items() if mark in command})
        except (psutil.Error, StopIteration):
            return {}
        return found

    def everything(self) -> list[psutil.Process]:
        """All processes of this instance."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(90)
        self.client.close()
        return code


@contextmanager
def running(home: Path, **more: str) -> Iterator[Running]:
    """A healthy instance that ends with the block; `more` are settings of its environment."""
    instance = Running(home, **more)
    try:
        instance.wait_until_healthy()
        yield instance
    finally:
        instance.stop()


def none_left(processes: list[psutil.Process]) -> bool:
    """Whether all of them are gone; one that ended and was not collected counts as gone."""

    def gone(process: psutil.Process) -> bool:
        try:
            return process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return all(gone(process) for process in processes)
