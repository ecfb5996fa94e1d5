"""`rollcall up`: start the parts in order, watch them, stop them in reverse order.

supervisord starts again what dies. This watches from outside: a part that no longer answers is
killed (and so started again), and supervisord itself is started again when it is gone.
"""

import importlib.metadata
import shutil
import time
from types import FrameType

from pymongo.errors import PyMongoError

from rollcall.operation.checks import check_own_mongodb, check_parts, check_production
from rollcall.operation.console import UpConsole
from rollcall.operation.home import Home, OperationError, write_privately
from rollcall.operation.logs import complaint
from rollcall.operation.parts import (
    NotReady,
    Part,
    checking_client,
    current_model,
    environment_of,
    parts_of,
    reachable,
)
from rollcall.operation.record import prepare_record
from rollcall.operation.stopping import Stopping, listen
from rollcall.operation.supervisord import State, Supervisord, SupervisordAway, kill_group
from rollcall.settings import Settings
from rollcall.storage.mongod import MongodFailed, make_primary

LOOK_SECONDS = 0.1
WATCH_SECONDS = 1.0
CHECK_EVERY_SECONDS = 5.0
SUPERVISORD_SECONDS = 30
FULL_DISK_MEGABYTES = 50
DOWN = ("FATAL", "EXITED", "STOPPED", "UNKNOWN")


class Stop(Exception):
    """Someone asked us to end."""


class Watched:
    """A part under watch: its process, since when it fails, whether it is ready."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.pid = 0
        self.ready = False
        self.since = time.monotonic()
        self.checked = 0.0


class Instance:
    """One running Rollcall."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = Home(settings)
        self.console = UpConsole()
        self.parts: dict[str, Part] = {}
        self.supervisord = Supervisord(self.home, [])
        self._stopping = Stopping()
        self._started: dict[str, float] = {}
        self._log_sizes: dict[str, int] = {}

    def run(self) -> None:
        """Run until Ctrl-C or SIGTERM. Raises `OperationError` when it can't start."""
        listen(self._on_signal)
        check_production(self.settings, self.home)
        check_parts(self.settings)
        self.home.prepare()
        with self.home.lock():
            self.console.title(importlib.metadata.version("rollcall"), str(self.home.path))
            check_own_mongodb(self.settings)
            self._end_leftovers()
            serves = not self.settings.parts or "web" in self.settings.parts
            self.home.choose_ports(for_web=serves)
            self._remember_model()
            with checking_client(self.settings) as database:
                parts = parts_of(self.home, database)
                self.parts = {part.name: part for part in parts}
                self.supervisord = Supervisord(self.home, [part.program for part in parts])
                self._run()

    def _run(self) -> None:
        try:
            self._bring_up()
            self._watch()
        except Stop:
            self.console.stopping()
        except SupervisordAway as error:
            raise OperationError(f"supervisord does not answer ({error})") from error
        finally:
            self._take_down()

    # --- Starting -----------------------------------------------------------------------------

    def _bring_up(self) -> None:
        self._start_supervisord()
        if "mongod" in self.parts:
            self._start("mongod")
            self._wait_for(["mongod"])
        # Rasa takes longest, and does not need the record to be prepared.
        if "rasa" in self.parts:
            self._start("rasa")
        began = time.monotonic()
        record = prepare_record(self.settings, self.home)
        self.console.ready("record", time.monotonic() - began, record.note)
        others = [name for name in self.parts if name not in ("mongod", "rasa")]
        for name in others:
            self._start(name)
        self._wait_for([name for name in self.parts if name != "mongod"])
        host = reachable(self.settings.host)
        shown = f"[{host}]" if ":" in host else host
        if record.accounts:
            self.console.demo_accounts(record.accounts, str(self.home.demo_accounts_file))
        self.console.address(f"http://{shown}:{self.settings.port}", str(self.home.logs))

    def _start_supervisord(self) -> None:
        self.supervisord.start(environment_of(self.home))
        deadline = time.monotonic() + SUPERVISORD_SECONDS
        while True:
            try:
                self.supervisord.states()
                return
            except SupervisordAway as error:
                if not self.supervisord.alive or time.monotonic() > deadline:
                    log = self.home.logs / "supervisord.err"
                    raise OperationError(
                        f"supervisord did not start ({complaint(log) or error}); see {log}"
                    ) from error
            self._pause(LOOK_SECONDS)

    def _start(self, name: str) -> None:
        self._started[name] = time.monotonic()
        log = self.home.logs / f"{name}.log"
        self._log_sizes[name] = log.stat().st_size if log.exists() else 0
        self.supervisord.start_program(name)

    def _wait_for(self, names: list[str]) -> None:
        """Wait until each part works. Raises `OperationError` when one can't be started."""
        waiting = list(names)
        with self.console.waiting(waiting):
            while waiting:
                states = self.supervisord.states()
                for name in list(waiting):
                    taken = time.monotonic() - self._started[name]
                    problem = self._problem(self.parts[name], states[name])
                    if problem is None:
                        waiting.remove(name)
                        self.console.ready(name, taken)
                    elif self._hopeless(name, states[name], taken):
                        raise OperationError(self._failure(name, problem))
                self._pause(LOOK_SECONDS)

    def _problem(self, part: Part, state: State) -> str | None:
        """What keeps a part from working; None when it works."""
        if state.name not in ("STARTING", "RUNNING"):
            return f"it is {state.name.lower()}"
        try:
            if part.name == "mongod":
                make_primary(self.home.ports.mongod)
            part.check(state)
        except (NotReady, PyMongoError, MongodFailed) as error:
            return str(error)
        return None

    def _hopeless(self, name: str, state: State, seconds: float) -> bool:
        if name == "mongod" and state.name == "BACKOFF":
            return True  # what it refuses once, such as damaged files, it refuses again
        return state.name in DOWN or seconds > self.parts[name].start_seconds

    def _failure(self, name: str, problem: str) -> str:
        log = self.home.logs / f"{name}.log"
        said = (complaint(log, self._log_sizes[name]) or problem)[:300]
        if self._disk_is_full():
            said = "the disk is full"
        elif name == "mongod":
            said = f"it refuses the database in {self.home.db} ({said}); restore a backup of it"
        return f"{name} can't be started: {said}; see {log}"

    def _remember_model(self) -> None:
        write_privately(self.home.model_file, {"file": current_model().name})

    def _end_leftovers(self) -> None:
        if self.supervisord.end_leftovers():
            self.console.note("the run before was killed; its parts have ended now")

    # --- Watching -----------------------------------------------------------------------------

    def _watch(self) -> None:
        watched = [Watched(part) for part in self.parts.values()]
        for each in watched:
            each.ready = True
        while True:
            try:
                states = self.supervisord.states()
                for each in watched:
                    self._look_at(each, states[each.part.name])
            except SupervisordAway as error:
                self.console.note(f"supervisord is gone ({error}); starting everything again")
                for each in watched:
                    each.pid, each.ready = 0, False
                self._revive()
            self._pause(WATCH_SECONDS)

    def _look_at(self, watched: Watched, state: State) -> None:
        part, now = watched.part, time.monotonic()
        if state.pid != watched.pid:
            if watched.pid:
                full = "the disk is full; " if self._disk_is_full() else ""
                self.console.note(f"{part.name} has ended; {full}starting it again")
                watched.ready = False
            watched.pid, watched.since = state.pid, now
        if state.name in DOWN:
            self.supervisord.start_program(part.name)
            return
        if watched.ready and now - watched.checked < CHECK_EVERY_SECONDS:
            return
        watched.checked = now
        problem = self._problem(part, state)
        if problem is None:
            if not watched.ready:
                self.console.ready(part.name, max(0.0, time.time() - state.started), "again")
            watched.ready, watched.since = True, now
            return
        patience = part.patience if watched.ready else part.start_seconds
        if now - watched.since > patience and state.pid:
            self.console.note(f"{part.name} does not answer ({problem[:100]}); killing it")
            kill_group(state.pid)
            watched.since = now

    def _revive(self) -> None:
        """Start supervisord and all parts again, as often as it takes."""
        self.supervisord.kill()
        try:
            self._start_supervisord()
            for name in self.parts:
                self._start(name)
        except (OperationError, SupervisordAway) as error:
            self.console.note(f"that failed ({error}); trying again")

    # --- Stopping -----------------------------------------------------------------------------

    def _take_down(self) -> None:
        began = time.monotonic()
        try:
            for name in reversed(self.parts):
                self.supervisord.stop_program(name)
                self._wait_until_ended(name)
        except SupervisordAway:
            pass  # what is left ends with supervisord
        self.supervisord.end()
        self.console.stopped(time.monotonic() - began)

    def _wait_until_ended(self, name: str) -> None:
        # supervisord kills it after its time to stop; this only outlasts that.
        deadline = time.monotonic() + self.parts[name].program.stop_seconds + 10
        while self.supervisord.states()[name].pid and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    # --- Helpers ------------------------------------------------------------------------------

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping.asked:
            self.supervisord.kill_at_once()  # asked twice: whoever asks wants it now
        self._stopping.ask()

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Stop

    def _disk_is_full(self) -> bool:
        return shutil.disk_usage(self.home.path).free < FULL_DISK_MEGABYTES * 2**20
