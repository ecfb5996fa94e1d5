"""`rollcall doctor`: each check can fail, says what to do, and is content when all is well."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from rollcall import Rollcall, Settings, __version__
from rollcall.cli import cli
from rollcall.clock import system_clock
from rollcall.operation.doctor import at_rest
from rollcall.operation.doctor.database import record
from rollcall.operation.doctor.findings import Check, Deployment, Finding, State
from rollcall.operation.home import Home, write_privately
from rollcall.operation.ports import free_port
from rollcall.settings import ROOT
from tests.conftest import UNLIMITED

LIMITS = dict.fromkeys(UNLIMITED, 100)


@pytest.fixture
def home(settings: Settings) -> Home:
    """The folder of an instance that has been started once."""
    home = Home(settings).prepare()
    home.choose_ports(for_web=False)
    return home


def only(check: Check, settings: Settings) -> Finding:
    [found] = list(check(Deployment(settings)))
    assert bool(found.todo) == (found.state is not State.OK), found
    return found


# --- At rest ----------------------------------------------------------------------------------


def test_a_fresh_home_is_well(home: Home, settings: Settings) -> None:
    for check in (at_rest.files, at_rest.secrets, at_rest.transport, at_rest.environment):
        assert only(check, settings).state is State.OK


@pytest.mark.parametrize("name", ["", "db", "logs", "secrets.json", "demo-accounts.json"])
def test_what_others_can_open_is_found(home: Home, settings: Settings, name: str) -> None:
    path = home.path / name
    if name == "demo-accounts.json":
        write_privately(path, [])
    path.chmod(path.stat().st_mode | 0o040)
    found = only(at_rest.files, settings)
    assert found.state is State.FAILED
    assert str(path) in found.seen
    assert f"chmod {'700' if path.is_dir() else '600'} {path}" in found.todo


def test_a_link_in_place_of_the_secrets_is_found(
    home: Home, settings: Settings, tmp_path: Path
) -> None:
    home.secrets_file.rename(tmp_path / "elsewhere.json")
    home.secrets_file.symlink_to(tmp_path / "elsewhere.json")
    assert "is a link" in only(at_rest.files, settings).seen


def test_a_home_that_is_not_there_is_found(settings: Settings) -> None:
    assert only(at_rest.files, settings).state is State.FAILED
    assert only(at_rest.secrets, settings).state is State.FAILED


def weak(keys: dict[str, Any]) -> None:
    keys["turn_key"] = "00" * 32


def short(keys: dict[str, Any]) -> None:
    keys["action_key"] = keys["action_key"][:32]


def shared(keys: dict[str, Any]) -> None:
    keys["turn_key"] = keys["access_key"]


@pytest.mark.parametrize("spoil", [weak, short, shared])
def test_secrets_that_are_not_strong_are_found(
    home: Home, settings: Settings, spoil: Callable[[dict[str, Any]], None]
) -> None:
    keys = asdict(home.secrets)
    spoil(keys)
    write_privately(home.secrets_file, keys)
    assert only(at_rest.secrets, settings).state is State.FAILED


def test_a_zoom_secret_that_one_can_guess_is_found(home: Home, settings: Settings) -> None:
    with_zoom = settings.model_copy(update={"zoom_secret": SecretStr("zoom")})
    found = only(at_rest.secrets, with_zoom)
    assert (found.state, "ROLLCALL_ZOOM_SECRET" in found.seen) == (State.FAILED, True)
    long_enough = settings.model_copy(update={"zoom_secret": SecretStr("x" * 22)})
    assert only(at_rest.secrets, long_enough).state is State.OK


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.OK),
        ({"host": "0.0.0.0"}, State.FAILED),  # noqa: S104
        ({"env": "production"}, State.FAILED),
        ({"env": "production", "behind_tls": True}, State.OK),
    ],
)
def test_passphrases_in_the_open_are_found(
    settings: Settings, changes: dict[str, Any], state: State
) -> None:
    found = only(at_rest.transport, settings.model_copy(update=changes))
    assert found.state is state
    assert not found.todo or "ROLLCALL_" in found.todo


def test_a_way_around_the_proxy_is_a_warning(settings: Settings) -> None:
    open_host = settings.model_copy(update={"host": "::", "behind_tls": True})
    states = [one.state for one in at_rest.transport(Deployment(open_host))]
    assert states == [State.OK, State.WARNING]


@pytest.mark.parametrize(
    "changes",
    [
        {"env": "development"},
        {"embed_origins": ("https://a.example", "http://localhost")},
        {"api_per_minute": 0},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_settings_that_suit_no_production_are_found(
    home: Home, settings: Settings, changes: dict[str, Any]
) -> None:
    proper = {"env": "production", "behind_tls": True, **LIMITS}
    assert only(at_rest.environment, settings.model_copy(update=proper)).state is State.OK
    found = only(at_rest.environment, settings.model_copy(update={**proper, **changes}))
    assert found.state is State.FAILED


def test_demo_accounts_in_production_are_found(home: Home, settings: Settings) -> None:
    write_privately(home.demo_accounts_file, [])
    proper = {"env": "production", "behind_tls": True, **LIMITS}
    found = only(at_rest.environment, settings.model_copy(update=proper))
    assert (found.state, "demo" in found.seen) == (State.FAILED, True)


# --- Record -----------------------------------------------------------------------------------


@pytest.fixture
def served(settings: Settings, roll: Rollcall, mongodb_uri: str) -> Settings:
    """Settings that name the record of this test."""
    changes = {"mongodb_uri": mongodb_uri, "database": roll.database.name}
    return settings.model_copy(update=changes)


def examined(settings: Settings, **options: Any) -> dict[str, Finding]:
    return {one.check: one for one in record(Deployment(settings), **options)}


def beat(roll: Rollcall, **changes: Any) -> None:
    fresh = {"at": system_clock(), "version": __version__, **changes}
    roll.database.collection("heartbeats").replace_one({"_id": "worker"}, fresh, upsert=True)


def test_a_record_in_use_is_well(served: Settings, roll: Rollcall) -> None:
    beat(roll)
    found = examined(served)
    assert {name for name, one in found.items() if one.state is State.OK} == {
        "database", "clock", "schema", "worker"
    }  # fmt: skip
    # The server of these tests has no accounts.
    assert found["accounts"].state is State.WARNING


def test_a_database_that_does_not_answer_is_found(settings: Settings) -> None:
    nobody = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200"
    found = examined(settings.model_copy(update={"mongodb_uri": nobody}))
    assert found["database"].state is State.FAILED


def test_a_database_without_accounts_is_wrong_in_production(served: Settings) -> None:
    found = examined(served.model_copy(update={"env": "production"}))["accounts"]
    assert (found.state, "MONGODB_URI" in found.todo) == (State.FAILED, True)


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_clock_that_is_wrong_is_found(served: Settings, seconds: int) -> None:
    found = examined(served, clock=lambda: system_clock() + timedelta(seconds=seconds))["clock"]
    assert (found.state, "NTP" in found.todo) == (State.FAILED, True)
    assert ("ahead of" if seconds < 0 else "behind") in found.seen


def test_a_schema_of_another_version_is_found(served: Settings, roll: Rollcall) -> None:
    migrations = roll.database.collection("migrations")
    migrations.insert_one({"_id": 999, "name": "of the future", "at": system_clock()})
    assert "999" in examined(served)["schema"].seen
    migrations.delete_many({})
    found = examined(served)["schema"]
    assert (found.state, "rollcall up" in found.todo) == (State.FAILED, True)


def test_a_demo_company_in_production_is_found(served: Settings, roll: Rollcall) -> None:
    roll.database.collection("migrations").insert_one(
        {"_id": "demo", "name": "demo company", "at": system_clock()}
    )
    in_production = served.model_copy(update={"env": "production"})
    schema = [one for one in record(Deployment(in_production)) if one.check == "schema"]
    assert [one.state for one in schema] == [State.OK, State.FAILED]


def test_a_worker_that_is_away_or_old_is_found(served: Settings, roll: Rollcall) -> None:
    assert examined(served)["worker"].state is State.WARNING
    beat(roll, at=system_clock() - timedelta(minutes=5))
    assert examined(served)["worker"].state is State.WARNING
    beat(roll, version="0.0.1")
    assert examined(served)["worker"].state is State.FAILED


# --- The command ------------------------------------------------------------------------------


def test_the_command_says_what_to_do_and_fails(
    home: Home, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_HOME", str(settings.home))
    monkeypatch.delenv("MONGODB_URI", raising=False)
    well = CliRunner().invoke(cli, ["doctor"])
    assert well.exit_code == 0, well.output
    assert "0 failed" in well.output
    home.secrets_file.chmod(0o644)
    ill = CliRunner().invoke(cli, ["doctor"])
    assert ill.exit_code == 1
    assert f"→ chmod 600 {home.secrets_file}" in ill.output


def test_every_check_is_documented(served: Settings, home: Home) -> None:
    described = (ROOT / "docs" / "commands.md").read_text("utf-8")
    table = described.partition("## rollcall doctor")[2]
    named = {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")}
    known = {"files", "secrets", "TLS", "settings", "ports", "doors", "versions", "model"}
    assert named - {"check"} == known | set(examined(served))
