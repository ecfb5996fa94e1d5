"""Our supervisord: its configuration, its start, and calls to it over its socket.

supervisord keeps the parts running; it starts again what dies. Order and health are not its
business but `instance.py`'s. Every part is tied to supervisord and supervisord to us (`tied.py`),
so nothing stays behind when either is killed.
"""

import contextlib
import http.client
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from rollcall.operation.home import Home
from rollcall.operation.tied import PARENT, tied
from rollcall.settings import ROOT

CALL_SECONDS = 10
# Fault codes of supervisor.xmlrpc.Faults.
ALREADY_STARTED, NOT_RUNNING = 60, 70
# A socket's address has 108 bytes, and supervisord appends its process id while it makes one.
LONGEST_SOCKET = 95
LOG_SIZE = "10MB"
OLD_LOGS = 3


class SupervisordAway(Exception):
    """supervisord does not answer."""


@dataclass(frozen=True)
class Program:
    """What supervisord is told about a part: `stop_seconds` is its time to end by itself."""

    name: str
    command: list[str]
    stop_seconds: int = 10


@dataclass(frozen=True)
class State:
    """How a program is: `name` as supervisord calls it (RUNNING, BACKOFF, …), pid 0 when none.

    `started` is Unix time.
    """

    name: str
    pid: int
    started: int


class Supervisord:
    """One supervisord process with the programs of one home."""

    def __init__(self, home: Home, programs: Iterable[Program]) -> None:
        self.home = home
        self.programs = list(programs)
        self.config = home.path / "supervisord.conf"
        self.pid_file = home.path / "supervisord.pid"
        self._runtime: Path | None = None
        self._socket = home.path / "supervisor.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it with `environment`, which its programs inherit; returns before it answers."""
        if len(os.fsencode(self._socket)) > LONGEST_SOCKET and self._runtime is None:
            self._runtime = Path(tempfile.mkdtemp(prefix="rollcall-"))
            self._socket = self._runtime / "supervisor.sock"
        self._socket.unlink(missing_ok=True)
        self.config.write_text(self._configuration(), encoding="utf-8")
        self.config.chmod(0o600)
        command = [
            sys.executable,
            "-P",
            "-m",
            "supervisor.supervisord",
            "-n",
            "-c",
            str(self.config),
        ]
        with (self.home.logs / "supervisord.err").open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                tied(command, signal.SIGTERM),
                cwd=self.home.path,
                env={**environment, PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                # Ctrl-C reaches the whole foreground group; the order of ending is ours.
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def states(self) -> dict[str, State]:
        """How every program is, by name. Raises `SupervisordAway`."""
        answer = self._call("getAllProcessInfo")
        return {
            each["name"]: State(each["statename"], each["pid"], each["start"]) for each in answer
        }

    def start_program(self, name: str) -> None:
        """Start a program unless it is running. Raises `SupervisordAway`."""
        self._call("startProcess", name, False)

    def stop_program(self, name: str) -> None:
        """Ask a program to end; it is killed when it takes too long. Does not wait."""
        self._call("stopProcess", name, False)

    def end(self, seconds: float = 60) -> None:
        """End supervisord, and with it whatever is still running."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._runtime is not None:
            shutil.rmtree(self._runtime, ignore_errors=True)
            self._runtime = None

    def kill(self) -> None:
        """End it at once; the tie ends its programs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def kill_at_once(self) -> None:
        """The same without waiting: fit for a signal handler."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def end_leftovers(self, seconds: float = 60) -> bool:
        """Wait for the supervisord of a run before that was killed; True if there was one."""
        try:
            process = psutil.Process(int(self.pid_file.read_text(encoding="ascii")))
            if str(self.config) not in process.cmdline():
                return False
            process.terminate()
            try:
                process.wait(seconds)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(seconds)
        except (OSError, ValueError, psutil.Error):
            return False
        return True

    def _call(self, method: str, *arguments: Any) -> Any:
        proxy = xmlrpc.client.ServerProxy(
            "http://supervisord/RPC2", transport=_UnixTransport(self._socket)
        )
        with proxy:
            try:
                return getattr(proxy.supervisor, method)(*arguments)
            except xmlrpc.client.Fault as fault:
                # A program that already is as wanted is no error.
                if fault.faultCode in (ALREADY_STARTED, NOT_RUNNING):
                    return None
                raise SupervisordAway(fault.faultString) from fault
            except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
                raise SupervisordAway(str(error)) from error

    def _configuration(self) -> str:
        # Files are named from the home, where supervisord starts: it reads names of logs twice,
        # and would stumble over a % in the path.
        lines = [
            "[unix_http_server]",
            f"file={_value(self._socket)}",
            "chmod=0600",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
            "[supervisord]",
            "logfile=logs/supervisord.log",
            f"pidfile={self.pid_file.name}",
            "logfile_maxbytes=1MB",
            "logfile_backups=1",
            "childlogdir=logs",
            "umask=077",
        ]
        if os.getuid() == 0:
            lines.append("user=root")
        for order, program in enumerate(self.programs, start=1):
            lines += [
                f"[program:{program.name}]",
                f"command={_value(shlex.join(tied(program.command)))}",
                f"directory={_value(ROOT)}",
                f"priority={order}",
                "autostart=false",
                "autorestart=true",
                "startsecs=1",
                "startretries=10",
                f"stopwaitsecs={program.stop_seconds}",
                "stopasgroup=true",
                "killasgroup=true",
                "redirect_stderr=true",
                f"stdout_logfile=logs/{program.name}.log",
                f"stdout_logfile_maxbytes={LOG_SIZE}",
                f"stdout_logfile_backups={OLD_LOGS}",
            ]
        return "\n".join(lines) + "\n"


def kill_group(pid: int) -> None:
    """Kill a program that hangs, with its children: supervisord gives each a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _value(text: Path | str) -> str:
    return str(text).replace("%", "%%")


class _UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over a socket in the file system, with a time limit."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = _UnixConnection(self._path)
        self._connection = (host, connection)  # where `close` looks for it
        return connection


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=CALL_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(CALL_SECONDS)
        try:
            self.sock.connect(str(self._path))
        except OSError:
            self.sock.close()
            raise
