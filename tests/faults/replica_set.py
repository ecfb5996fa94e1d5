"""A replica set of three on this machine, whose primary can be made to step down."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.storage.mongod import REPLICA_SET, find_mongod, mongod_command
from tests.faults.running import wait_until

MEMBERS = 3


class ReplicaSet:
    """A running replica set."""

    def __init__(self, ports: list[int]) -> None:
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
        self.uri = f"mongodb://{hosts}/?replicaSet={REPLICA_SET}"
        self._client: MongoClient[dict[str, Any]] = MongoClient(self.uri)

    def primary(self) -> tuple[str, int] | None:
        """Where the primary is; None while there is none."""
        with contextlib.suppress(PyMongoError):
            self._client.admin.command("ping")
            return self._client.primary
        return None

    def step_down(self) -> None:
        """Make the primary a secondary; returns when another one has taken its place."""
        before = wait_until(self.primary, "there is a primary")
        # The primary hangs up on everybody while it steps down.
        with contextlib.suppress(PyMongoError):
            self._client.admin.command("replSetStepDown", 60, secondaryCatchUpPeriodSecs=10)
        wait_until(lambda: self.primary() not in (None, before), "another member is primary")

    def close(self) -> None:
        self._client.close()


@contextlib.contextmanager
def replica_set(folder: Path) -> Iterator[ReplicaSet]:
    """Three members with their files in `folder`; all are gone afterwards."""
    ports: list[int] = []
    processes = []
    program = find_mongod(folder)
    with contextlib.ExitStack() as stack:
        for number in range(MEMBERS):
            ports.append(free_port(ports))
            dbpath = folder / f"member-{number}"
            dbpath.mkdir(parents=True)
            log = stack.enter_context(dbpath.with_suffix(".log").open("ab"))
            command = mongod_command(program, dbpath, ports[-1], test_commands=False)
            process = subprocess.Popen(
                tied(command), stdout=log, stderr=log, env=tied_environment()
            )
            processes.append(process)
            stack.callback(process.wait)
            stack.callback(process.kill)
        members = [{"_id": n, "host": f"127.0.0.1:{port}"} for n, port in enumerate(ports)]
        wait_until(lambda: _initiated(ports[0], members), "the replica set is initiated")
        found = ReplicaSet(ports)
        stack.callback(found.close)
        wait_until(found.primary, "a primary was elected")
        yield found


def _initiated(port: int, members: list[dict[str, Any]]) -> bool:
    client: MongoClient[dict[str, Any]] = MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=1000
    )
    with client, contextlib.suppress(PyMongoError):
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return True
    return False
