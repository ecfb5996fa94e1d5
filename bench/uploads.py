"""`make bench-uploads`: how much memory the web server takes for large files, in and out.

One upload of 100 MB, four at once, the same as forms, four downloads at once and a zip: each time
how far the resident memory of the web server's processes rose above what it was just before.
Prints a table, writes results/bench-uploads.json, and ends with 1 when anything took more than
50 MB. Nothing of a running instance is used.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from datetime import time as clock_time
from pathlib import Path

import httpx
import psutil

from rollcall import SYSTEM, Rollcall, Settings, access_tokens
from rollcall.clock import system_clock
from rollcall.completions.model import NewCompletion
from rollcall.operation.home import Home
from rollcall.operation.parts import environment_of, parts_of
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.people import NewEmployee
from rollcall.settings import ROOT
from rollcall.storage.mongod import EmbeddedMongod

MEGABYTE = 1024 * 1024
PIECE = 256 * 1024
SIZE = 100 * MEGABYTE
AT_ONCE = 4
GOAL_MEGABYTES = 50.0
SAMPLE_SECONDS = 0.02
START_SECONDS = 60
# A pack header (ISO/IEC 13818-1), then what no disk can make smaller.
HEAD = b"\x00\x00\x01\xba\x44\x00\x04\x00"
FILLING = os.urandom(PIECE)
BEFORE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="form.mpg"\r\n\r\n'
AFTER = b"\r\n--x--\r\n"


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder,
        EmbeddedMongod(Path(folder) / "db") as mongod,
    ):
        settings = Settings(
            home=Path(folder) / "home",
            port=free_port(),
            mongodb_uri=mongod.uri,
            demo=False,
            api_per_minute=0,
            address_per_minute=0,
        )
        home = Home(settings).prepare()
        home.choose_ports()
        with running_web(home) as process:
            figures = measure(Client(home), process)
    for name, value in figures.items():
        print(f"{name:<44} {value:>8}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    content = json.dumps(figures, indent=2) + "\n"
    (results / "bench-uploads.json").write_text(content, encoding="utf-8")
    most = max(value for name, value in figures.items() if name.endswith("_more_mb"))
    print(f"\nat most {most} MB more, goal {GOAL_MEGABYTES:.0f} MB")
    return 0 if most <= GOAL_MEGABYTES else 1


class Client:
    """Somebody with a session to add files to."""

    def __init__(self, home: Home) -> None:
        settings = home.settings
        self.url = f"http://127.0.0.1:{settings.port}"
        roll = Rollcall.open(settings)
        roll.migrate()
        employee, _ = roll.people.add(SYSTEM, NewEmployee("EMP001", "Erika Musterfrau"))
        session = roll.sessions.open(employee)
        actor = roll.sessions.authenticate(session.session_id)
        new = NewCompletion("Welding", date(2026, 3, 1), clock_time(9), clock_time(10))
        self.completion_id = roll.completions.create(actor, new).completion_id
        token = access_tokens.issue(
            employee.employee_id, session.session_id, home.secrets.access_key, system_clock()
        )
        self.headers = {"Authorization": f"Bearer {token}"}
        roll.close()

    @property
    def files(self) -> str:
        """Where files are added and listed."""
        return f"{self.url}/api/v1/completions/{self.completion_id}/attachments"

    def upload(self, size: int = SIZE) -> str:
        """Send a file as the body; the address of its content."""
        headers = {**self.headers, "Content-Type": "video/mpeg", "Content-Length": str(size)}
        return self._sent(headers, file_of(size), {"file_name": "body.mpg"})

    def upload_form(self, size: int = SIZE) -> str:
        """Send a file in a form; the address of its content."""
        length = str(len(BEFORE) + size + len(AFTER))
        kind = "multipart/form-data; boundary=x"
        headers = {**self.headers, "Content-Type": kind, "Content-Length": length}
        return self._sent(headers, form_of(size), {})

    def download(self, address: str) -> int:
        """Read a file and throw it away; its size."""
        with httpx.stream("GET", address, headers=self.headers, timeout=300) as answer:
            answer.raise_for_status()
            return sum(len(piece) for piece in answer.iter_raw(PIECE))

    def _sent(self, headers: dict[str, str], body: Iterator[bytes], query: dict[str, str]) -> str:
        answer = httpx.post(self.files, params=query, headers=headers, content=body, timeout=300)
        answer.raise_for_status()
        return self.url + str(answer.json()["download_url"])


def file_of(size: int) -> Iterator[bytes]:
    """An MPEG video of `size` bytes."""
    yield HEAD
    left = size - len(HEAD)
    while left > 0:
        yield FILLING[:left]
        left -= PIECE


def form_of(size: int) -> Iterator[bytes]:
    """A form with such a video."""
    yield BEFORE
    yield from file_of(size)
    yield AFTER


def measure(client: Client, process: psutil.Process) -> dict[str, float]:
    """Megabytes and seconds of each case."""
    # What every process needs once, whatever it is asked.
    addresses = [client.upload(MEGABYTE), client.upload_form(MEGABYTE)]
    for address in addresses:
        client.download(address)
    client.download(f"{client.files}.zip")
    figures: dict[str, float] = {"at_rest_mb": round(resident(process), 1)}
    made: list[str] = []

    def together(call: Callable[[], object]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for found in [pool.submit(call) for _ in range(AT_ONCE)]:
                found.result()

    cases: dict[str, Callable[[], object]] = {
        "one_upload": lambda: made.append(client.upload()),
        f"{AT_ONCE}_uploads_at_once": lambda: together(client.upload),
        "one_form": client.upload_form,
        f"{AT_ONCE}_forms_at_once": lambda: together(client.upload_form),
        f"{AT_ONCE}_downloads_at_once": lambda: together(lambda: client.download(made[0])),
        "zip_of_all": lambda: client.download(f"{client.files}.zip"),
    }
    for name, case in cases.items():
        more, seconds = rise(process, case)
        figures[f"{name}_more_mb"] = round(more, 1)
        figures[f"{name}_seconds"] = round(seconds, 1)
    figures["at_the_end_mb"] = round(resident(process), 1)
    return figures


def rise(process: psutil.Process, case: Callable[[], object]) -> tuple[float, float]:
    """How many megabytes resident memory rose at most during `case`, and how long that took."""
    before = highest = resident(process)
    done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(SAMPLE_SECONDS):
            highest = max(highest, resident(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    try:
        case()
    finally:
        taken = time.monotonic() - began
        done.set()
        watcher.join()
    return highest - before, taken


def resident(process: psutil.Process) -> float:
    """Megabytes of resident memory of a process and all below it."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in family) / MEGABYTE


@contextmanager
def running_web(home: Home) -> Iterator[psutil.Process]:
    """The web server alone, as `rollcall up` starts it."""
    [part] = [one for one in parts_of(home, None) if one.name == "web"]  # type: ignore[arg-type]
    with subprocess.Popen(
        tied(part.program.command),
        cwd=ROOT,
        env={**environment_of(home), **tied_environment()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            wait_until_alive(f"http://127.0.0.1:{home.settings.port}")
            yield psutil.Process(started.pid)
        finally:
            started.terminate()


def wait_until_alive(url: str) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 5):
        try:
            if httpx.get(f"{url}/alive", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        pause.wait(0.2)
    sys.exit(f"the web server was not ready within {START_SECONDS} s")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
