"""ROLLCALL_HOME: the folder with everything one instance keeps outside MongoDB.

db/                  the embedded server's files
logs/                one log for each part
secrets.json         four keys, made once, readable by their owner only
ports.json           which part listens where
demo-accounts.json   passphrases of the demo company
"""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TextIO
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from rollcall.operation.ports import bind_error, free_port, is_free
from rollcall.settings import ROOT, Settings
from rollcall.storage.mongod import OPTIONS, embedded_uri

KEY_BYTES = 32
# A random key of 32 bytes has far more different bytes than this; one typed by hand has not.
FEWEST_DIFFERENT_BYTES = 12
# Journal and first files of an empty database take 200 MB.
LEAST_FREE_MEGABYTES = 400
# The options of the URI that hold for every server, the user's own included.
SERVER_OPTIONS = ("w", "journal", "retryWrites", "serverSelectionTimeoutMS", "socketTimeoutMS")


class OperationError(Exception):
    """Rollcall can't run like this. The message is one line and says what to do."""


@dataclass(frozen=True)
class Secrets:
    """Keys of one instance, 32 random bytes each, in hexadecimal.

    `access_keys_before` maps access keys that were replaced to the ISO time until which they
    still verify.
    """

    access_key: str = field(repr=False)
    turn_key: str = field(repr=False)
    action_key: str = field(repr=False)
    refresh_pepper: str = field(repr=False)
    access_keys_before: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def generate(cls) -> Self:
        access, turn, action, pepper = (secrets.token_hex(KEY_BYTES) for _ in range(4))
        return cls(access, turn, action, pepper)

    def __post_init__(self) -> None:
        keys = asdict(self)
        for key, until in keys.pop("access_keys_before").items():
            keys[f"the key until {until}"] = key
            if datetime.fromisoformat(until).tzinfo is None:
                raise ValueError(f"{until} has no time zone")
        for name, value in keys.items():
            raw = bytes.fromhex(value)
            if len(raw) != KEY_BYTES or len(set(raw)) < FEWEST_DIFFERENT_BYTES:
                raise ValueError(f"{name} is not {KEY_BYTES} random bytes")


@dataclass(frozen=True)
class Ports:
    """Where each part listens; all but `web` on 127.0.0.1 only."""

    web: int
    mongod: int
    rasa: int
    actions: int

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if type(value) is not int or not 0 < value < 2**16:
                raise ValueError(f"{name} is not a port number")


class Home:
    """The folder of one instance. `prepare()` makes it; the properties read what is in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # A relative path means the same from wherever a command is started.
        self.path = ROOT / settings.home.expanduser()
        self.db = self.path / "db"
        self.logs = self.path / "logs"
        self.secrets_file = self.path / "secrets.json"
        self.ports_file = self.path / "ports.json"
        self.model_file = self.path / "model.json"
        self.demo_accounts_file = self.path / "demo-accounts.json"

    def prepare(self) -> Self:
        """Create what is missing and check what is there. Raises `OperationError`."""
        with self._writing():
            if self.path.exists() and not self.path.is_dir():
                raise OperationError(f"ROLLCALL_HOME {self.path} is not a folder")
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            for folder in (self.db, self.logs):
                if folder.exists() and not folder.is_dir():
                    raise OperationError(f"{folder} is not a folder: the home is damaged")
                folder.mkdir(exist_ok=True, mode=0o700)
            for folder in (self.path, self.db, self.logs):
                if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
            self._check_space()
            if not self.secrets_file.exists():
                write_privately(self.secrets_file, asdict(Secrets.generate()))
            self.secrets_file.chmod(0o600)
        _ = self.secrets
        return self

    @property
    def secrets(self) -> Secrets:
        """The keys. Raises `OperationError` when the file is missing or damaged."""
        try:
            return Secrets(**_read(self.secrets_file))
        except (OSError, ValueError, TypeError) as error:
            raise OperationError(
                f"{self.secrets_file} is damaged ({_reason(error)}): restore it from a backup, or "
                "delete it and everyone signs in anew"
            ) from error

    def write_secrets(self, changed: Secrets) -> None:
        """Replace the keys. Raises `OperationError`."""
        with self._writing():
            write_privately(self.secrets_file, asdict(changed))

    @property
    def ports(self) -> Ports:
        """The ports of this instance. Raises `OperationError` when no `rollcall up` wrote them."""
        if not self.ports_file.exists():
            raise OperationError(f"{self.path} was never started: run `make run` first")
        try:
            return Ports(**_read(self.ports_file))
        except (OSError, ValueError, TypeError) as error:
            raise OperationError(
                f"{self.ports_file} is damaged ({_reason(error)}): delete it, new ports are chosen"
            ) from error

    def choose_ports(self, *, for_web: bool = True) -> Ports:
        """Keep the ports of last time where they are free, choose others where not; write them.

        `for_web` says that the web server is about to start. Raises `OperationError` when its
        port is taken then.
        """
        web = self.settings.port
        problem = bind_error(web, self.settings.host) if for_web else None
        if problem is not None:
            raise OperationError(_web_port_problem(web, self.settings.host, problem))
        before = asdict(self.ports) if self.ports_file.exists() else {}
        chosen = {"web": web}
        for name in ("mongod", "rasa", "actions"):
            port = before.get(name, 0)
            taken = chosen.values()
            if not port or port in taken or not is_free(port):
                port = free_port(tuple(taken))
            chosen[name] = port
        ports = Ports(**chosen)
        with self._writing():
            write_privately(self.ports_file, asdict(ports))
        return ports

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Held by the one `rollcall up` of this home. Raises `OperationError` when it is taken."""
        with self._writing():
            file = (self.path / "lock").open("a+", encoding="ascii")
        with file:
            self._take(file)
            yield

    def _take(self, file: TextIO) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "?"
            raise OperationError(
                f"Rollcall is already running in {self.path} (process {holder}): stop it, or "
                "choose another folder with ROLLCALL_HOME"
            ) from None
        with self._writing():
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()

    def _check_space(self) -> None:
        megabytes = shutil.disk_usage(self.path).free // 2**20
        if megabytes < LEAST_FREE_MEGABYTES:
            raise OperationError(
                f"the disk is full: {megabytes} MB are left for {self.path}, at least "
                f"{LEAST_FREE_MEGABYTES} MB are needed"
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = error.filename or self.path
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise OperationError(f"the disk is full: {place} can't be written") from error
            raise OperationError(
                f"{place}: {error.strerror}; choose another folder with ROLLCALL_HOME"
            ) from error


def connection_uri(settings: Settings) -> str:
    """The address of MongoDB: `MONGODB_URI`, else the embedded server's of this home.

    What `MONGODB_URI` leaves open is completed so that an acknowledged write is on the disks of
    a majority and no call waits for ever. Raises `OperationError` when neither exists.
    """
    if settings.mongodb_uri is None:
        return embedded_uri(Home(settings).ports.mongod)
    parts = urlsplit(settings.mongodb_uri)
    if parts.scheme not in ("mongodb", "mongodb+srv"):
        raise OperationError(
            "MONGODB_URI can't be understood: it begins with mongodb:// or mongodb+srv://"
        )
    given = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    options = [parts.query] if parts.query else []
    for name, value in parse_qsl(OPTIONS):
        if name in SERVER_OPTIONS and name.lower() not in given:
            options.append(f"{name}={value}")
    return urlunsplit(parts._replace(path=parts.path or "/", query="&".join(options)))


def without_credentials(uri: str) -> str:
    """The address of MongoDB as a stranger would use it."""
    parts = urlsplit(uri)
    options = parse_qsl(parts.query, keep_blank_values=True)
    kept = [f"{name}={value}" for name, value in options if not name.lower().startswith("auth")]
    hosts = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=hosts, query="&".join(kept)))


def _web_port_problem(port: int, host: str, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"port {port} is in use: stop what listens there, or choose another port with "
            f"ROLLCALL_PORT={port + 1 if port < 2**16 - 1 else port - 1}"
        )
    if problem.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} is for administrators: choose another, such as ROLLCALL_PORT=5001"
    return f"ROLLCALL_HOST {host} is not an address of this machine ({problem.strerror})"


def write_privately(file: Path, content: Any) -> None:
    """Write JSON so that only its owner reads it, and so that it is there whole or not at all."""
    partial = file.with_name(file.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)


def _read(file: Path) -> dict[str, Any]:
    content = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it does not hold a JSON object")
    return content


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or "unreadable"
    if isinstance(error, json.JSONDecodeError):
        return "not JSON"
    if isinstance(error, TypeError):
        return "its fields are not the expected ones"
    return str(error)
