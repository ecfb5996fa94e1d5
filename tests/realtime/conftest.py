"""A real gunicorn with a real change stream; each test has the record for itself."""

import contextlib
import queue
import secrets
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engineio
import httpx
import pytest
import socketio

from rollcall import SYSTEM, Principal, Rollcall, Settings, access_tokens
from rollcall.activity import Entry, Subject
from rollcall.clock import Clock, system_clock
from rollcall.operation.home import Home
from rollcall.operation.parts import environment_of, parts_of
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.settings import ROOT
from rollcall.storage.database import Database
from tests.cast import Cast, admit

KEPT = ("migrations", "chain_heads")
START_SECONDS = 60
SOON = 10.0
"""Seconds; it takes milliseconds, but the machine may be busy."""


@dataclass
class RunningWeb:
    """A web server that answers."""

    url: str
    access_key: str
    pepper: str
    process: subprocess.Popen[bytes]
    log: Path

    def token(self, actor: Principal) -> str:
        """An access token of somebody."""
        assert actor.employee_id
        assert actor.session_id
        return access_tokens.issue(
            actor.employee_id, actor.session_id, self.access_key, system_clock()
        )


class InOrder(engineio.Client):
    """Takes one message after the other. The library begins a thread for each, and on a busy
    machine a later one may be first."""

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        return super()._trigger_event(event, *args, **{**options, "run_async": False})


class Client(socketio.Client):
    """A client of Socket.IO that hears things in the order in which they were sent."""

    def _engineio_client_class(self) -> type[engineio.Client]:
        return InOrder


class Listener:
    """A client of the feed that keeps what it hears."""

    def __init__(self, origin: str | None = None) -> None:
        options = {"origin": origin} if origin else {}
        self.client = Client(reconnection=False, websocket_extra_options=options)
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.ended: queue.Queue[str] = queue.Queue()
        self.client.on("activity", self.heard.put)
        self.client.on("resync", lambda _: self.heard.put({"resync": True}))
        self.client.on("session_ended", lambda data: self.ended.put(data["session_id"]))

    def next(self) -> dict[str, Any]:
        """The next activity."""
        return self.heard.get(timeout=SOON)

    def until(self, marker: str) -> list[str]:
        """The titles of what was heard until the one called `marker`."""
        titles: list[str] = []
        while not titles or titles[-1] != marker:
            titles.append(str(self.next()["data"].get("title")))
        return titles


@contextlib.contextmanager
def listening(
    web: RunningWeb, actor: Principal, transport: str = "websocket", after: str | None = None
) -> Iterator[Listener]:
    """A client of somebody; with `after` one that comes back and heard of that activity last."""
    listener = Listener()
    auth = {"token": web.token(actor), **({"after": after} if after else {})}
    listener.client.connect(web.url, auth=auth, transports=[transport], wait_timeout=SOON)
    try:
        yield listener
    finally:
        listener.client.disconnect()


def all_told(web: RunningWeb, roll: Rollcall, admin: Principal) -> None:
    """Wait until the server has told all that is on record: who connects afterwards hears only
    what is new, also when the machine is busy and the server behind."""
    marker = secrets.token_hex(8)
    with listening(web, admin) as witness:
        roll.activities.record(SYSTEM, [Entry("address.locked", Subject("address", marker))])
        while witness.next()["subject"]["id"] != marker:
            pass


@contextlib.contextmanager
def running_web(folder: Path, mongodb_uri: str, database: str) -> Iterator[RunningWeb]:
    """The web server as `rollcall up` starts it, on a free port."""
    settings = Settings(
        home=folder, port=free_port(()), mongodb_uri=mongodb_uri, database=database, demo=False
    )
    home = Home(settings).prepare()
    home.choose_ports()
    [part] = [one for one in parts_of(home, None) if one.name == "web"]  # type: ignore[arg-type]
    environment = {**environment_of(home), **tied_environment()}
    log = home.logs / "web.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            tied(part.program.command), cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        running = RunningWeb(
            f"http://127.0.0.1:{settings.port}",
            home.secrets.access_key,
            home.secrets.refresh_pepper,
            process,
            log,
        )
        wait_until_alive(running)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def wait_until_alive(web: RunningWeb) -> None:
    """Wait for the server to answer; fails the test when it never does."""
    pause = threading.Event()
    for _ in range(START_SECONDS * 5):
        assert web.process.poll() is None, web.log.read_text()
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{web.url}/alive", timeout=2).status_code == httpx.codes.OK:
                return
        pause.wait(0.2)
    raise AssertionError(f"the web server never answered: {web.log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def shared_database(mongodb_uri: str) -> Iterator[Database]:
    """The database that the running server uses."""
    database = Database(mongodb_uri, f"live_{secrets.token_hex(6)}")
    yield database
    database.drop()
    database.close()


@pytest.fixture
def clock() -> Clock:
    """The real time, as in the server."""
    return system_clock


@pytest.fixture
def roll(shared_database: Database, clock: Clock, settings: Settings) -> Rollcall:
    """The domain on the server's database, emptied."""
    roll = Rollcall(settings, shared_database, refresh_pepper="pepper", clock=clock)
    roll.migrate()
    for name in shared_database.raw.list_collection_names():
        if name not in KEPT and not name.startswith("system."):
            shared_database.collection(name).delete_many({})
    return roll


@pytest.fixture
def cast(roll: Rollcall, web: RunningWeb) -> Cast:
    """The six, with sessions of their own. That they were admitted is told already."""
    cast = admit(roll)
    all_told(web, roll, cast.admin)
    return cast


@pytest.fixture(scope="session")
def web(
    tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str, shared_database: Database
) -> Iterator[RunningWeb]:
    """The running server."""
    folder = tmp_path_factory.mktemp("web")
    with running_web(folder, mongodb_uri, shared_database.name) as running:
        yield running
