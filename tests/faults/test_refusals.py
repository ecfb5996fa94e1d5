"""What can't work is refused with one line that says what to do, and an exit code of 1."""

import json
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from rollcall import Settings
from rollcall.operation import home as home_module
from rollcall.operation.home import Home, OperationError
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.storage.mongod import find_mongod
from tests.faults.running import rollcall, wait_until


def refusal(home: Path, port: int | None = None, **more: str) -> str:
    """What `rollcall up` says when it refuses to run."""
    ended = rollcall("up", home=home, port=port or free_port(), **more)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    return lines[0]


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(tmp_path / "home", port)
    assert f"port {port} is in use" in said
    assert "ROLLCALL_PORT" in said


def home_is_a_file(home: Path) -> None:
    home.write_text("")


def database_is_a_file(home: Path) -> None:
    home.mkdir()
    (home / "db").write_text("")


def secrets_are_no_json(home: Path) -> None:
    home.mkdir()
    (home / "secrets.json").write_text("{")


def secrets_are_not_random(home: Path) -> None:
    home.mkdir()
    names = ("access_key", "turn_key", "action_key", "refresh_pepper")
    (home / "secrets.json").write_text(json.dumps(dict.fromkeys(names, "00" * 32)))


def ports_are_damaged(home: Path) -> None:
    home.mkdir()
    (home / "ports.json").write_text('{"web": "x"}')


def mongod_refuses_the_files(home: Path) -> None:
    (home / "db").mkdir(parents=True)
    (home / "db" / "storage.bson").write_text("{")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (home_is_a_file, "is not a folder"),
        (database_is_a_file, "is not a folder"),
        (secrets_are_no_json, "secrets.json is damaged"),
        (secrets_are_not_random, "secrets.json is damaged"),
        (ports_are_damaged, "ports.json is damaged"),
        (mongod_refuses_the_files, "mongod can't be started"),
    ],
)
def test_a_damaged_home(tmp_path: Path, damage: Callable[[Path], None], named: str) -> None:
    home = tmp_path / "home"
    damage(home)
    assert named in refusal(home)


def test_an_unreachable_mongodb_uri_is_named_without_its_passphrase(tmp_path: Path) -> None:
    port = free_port()
    said = refusal(tmp_path / "home", MONGODB_URI=f"mongodb://me:hush@127.0.0.1:{port}/")
    assert f"no primary answers at 127.0.0.1:{port}" in said
    assert "hush" not in said


def test_a_mongodb_uri_that_is_none(tmp_path: Path) -> None:
    assert "MONGODB_URI can't be understood" in refusal(tmp_path / "home", MONGODB_URI="localhost")


def test_a_mongodb_that_is_no_replica_set(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "alone").mkdir()
    command = [str(find_mongod()), "--dbpath", str(tmp_path / "alone"), "--port", str(port)]
    alone = subprocess.Popen(
        tied([*command, "--bind_ip", "127.0.0.1", "--nounixsocket"]),
        stdout=subprocess.DEVNULL,
        env=tied_environment(),
    )
    uri = f"mongodb://127.0.0.1:{port}/"

    def answers() -> bool:
        with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=500) as client:
            try:
                client.admin.command("ping")
            except PyMongoError:
                return False
            return True

    try:
        wait_until(answers, "the lone mongod answers")
        assert "is not a replica set" in refusal(tmp_path / "home", MONGODB_URI=uri)
    finally:
        alone.terminate()
        alone.wait(30)


def test_production_without_tls_on_an_open_address(tmp_path: Path) -> None:
    production = {"ROLLCALL_ENV": "production", "ROLLCALL_HOST": "0.0.0.0"}  # noqa: S104
    assert "ROLLCALL_BEHIND_TLS" in refusal(tmp_path / "home", **production)


def test_production_with_demo_accounts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "demo-accounts.json").write_text("[]")
    assert "refuses demo accounts" in refusal(home, ROLLCALL_ENV="production")


def test_a_setting_that_is_no_number(tmp_path: Path) -> None:
    assert "ROLLCALL_IDLE_MINUTES" in refusal(tmp_path / "home", ROLLCALL_IDLE_MINUTES="soon")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_module, "LEAST_FREE_MEGABYTES", 10**12)
    with pytest.raises(OperationError, match="the disk is full"):
        Home(Settings(home=tmp_path / "home")).prepare()
