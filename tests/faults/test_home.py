"""The home: keys, ports and the embedded server, also after something went wrong."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from rollcall import Settings
from rollcall.operation.home import Home, OperationError, connection_uri
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.storage.mongod import EmbeddedMongod
from tests.faults.running import wait_until


def settings_of(tmp_path: Path, **more: object) -> Settings:
    return Settings.model_validate({"home": tmp_path / "home", "port": free_port(), **more})


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    home = Home(settings_of(tmp_path)).prepare()
    first = home.secrets
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600
    assert Home(home.settings).prepare().secrets == first
    assert first.turn_key not in repr(first)


def test_ports_stay_unless_somebody_took_them(tmp_path: Path) -> None:
    home = Home(settings_of(tmp_path)).prepare()
    first = home.choose_ports()
    assert home.choose_ports() == first
    other = Home(settings_of(tmp_path / "other")).prepare()
    with EmbeddedMongod(tmp_path / "db", first.mongod):
        second = home.choose_ports()
        assert other.choose_ports().mongod != first.mongod
    assert second.mongod != first.mongod
    assert (second.rasa, second.actions) == (first.rasa, first.actions)


def test_a_second_holder_of_the_lock_is_refused(tmp_path: Path) -> None:
    home = Home(settings_of(tmp_path)).prepare()
    with (
        home.lock(),
        pytest.raises(OperationError, match="already running"),
        Home(home.settings).lock(),
    ):
        pass
    with home.lock():
        assert str(os.getpid()) in (home.path / "lock").read_text()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("mongodb://h", "mongodb://h/?w=majority&journal=true&"),
        ("mongodb://h/?w=2", "mongodb://h/?w=2&journal=true&"),
        ("mongodb://a:b%40@h,i/?replicaSet=x", "mongodb://a:b%40@h,i/?replicaSet=x&w=majority&"),
    ],
)
def test_what_a_mongodb_uri_leaves_open_is_completed(
    tmp_path: Path, given: str, expected: str
) -> None:
    assert connection_uri(settings_of(tmp_path, mongodb_uri=given)).startswith(expected)


def test_the_embedded_server_keeps_its_data_on_another_port_and_after_a_kill(
    tmp_path: Path,
) -> None:
    with EmbeddedMongod(tmp_path / "db") as server:
        with MongoClient[dict[str, object]](server.uri) as client:
            client.x.y.insert_one({"_id": 1})
        server.kill()
        server.start()
        with MongoClient[dict[str, object]](server.uri) as client:
            assert client.x.y.count_documents({}) == 1
    with (
        EmbeddedMongod(tmp_path / "db", free_port([server.port])) as moved,
        MongoClient[dict[str, object]](moved.uri) as client,
    ):
        assert moved.port != server.port
        client.x.y.insert_one({"_id": 2})
        assert client.x.y.count_documents({}) == 2


def test_a_tied_program_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    # A pipe held open by the program tells when it is gone, without asking for its id.
    read, write = os.pipe()
    script = (
        "import os, subprocess, sys\n"
        "subprocess.Popen(sys.argv[1:], close_fds=False, stdout=subprocess.DEVNULL)\n"
        "sys.stdin.read()\n"
    )
    lives = f"import os, signal; os.write({write}, b'.'); signal.pause()"
    command = tied([sys.executable, "-c", lives])
    environment = {
        name: value for name, value in tied_environment().items() if name != "ROLLCALL_TIED_TO"
    }
    parent = subprocess.Popen(
        [sys.executable, "-c", script, *command],
        pass_fds=(write,),
        stdin=subprocess.PIPE,
        env=environment,
    )
    os.close(write)
    assert os.read(read, 1) == b"."
    parent.kill()
    parent.wait()
    assert parent.stdin is not None
    parent.stdin.close()
    os.set_blocking(read, False)

    def closed() -> bool:
        try:
            return os.read(read, 1) == b""
        except BlockingIOError:
            return False

    wait_until(closed, "the tied program is gone", 10)
    os.close(read)
