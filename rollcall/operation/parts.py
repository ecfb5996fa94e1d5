"""The parts of a running instance: how each is started and how one sees that it works."""

import http.client
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from rollcall.operation.home import Home, OperationError, connection_uri, without_credentials
from rollcall.operation.servers import action_servers
from rollcall.operation.supervisord import Program, State
from rollcall.settings import ROOT, Settings
from rollcall.storage.mongod import MongodMissing, find_mongod, mongod_command

CHECK_SECONDS = 3
HEARTBEAT_SECONDS = 30
MODELS = ROOT / "models"
DOOR_HEADER = "X-Rollcall-Key"
"""Carries the key without which Rasa and the action server tell nobody anything."""
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"


class NotReady(Exception):
    """A part does not work yet, or no longer; the message says what it answered."""


@dataclass(frozen=True)
class Part:
    """One part of an instance.

    `check` raises `NotReady`; `start_seconds` is how long it may take to become ready, `patience`
    how long a part that was ready may fail its checks before it is taken for hung and killed.
    """

    program: Program
    check: Callable[[State], None]
    start_seconds: int
    patience: int

    @property
    def name(self) -> str:
        return self.program.name


def checking_client(settings: Settings, *, known: bool = True) -> MongoClient[dict[str, Any]]:
    """A client for health checks, which gives up soon. The caller closes it.

    One that isn't `known` comes without the user name and passphrase of the address.
    """
    uri = connection_uri(settings)
    return MongoClient(
        uri if known else without_credentials(uri),
        connect=False,
        tz_aware=True,
        tzinfo=UTC,
        serverSelectionTimeoutMS=CHECK_SECONDS * 1000,
        socketTimeoutMS=CHECK_SECONDS * 1000,
    )


def parts_of(home: Home, database: MongoClient[dict[str, Any]]) -> list[Part]:
    """The parts that run here, in the order in which they start. Raises `OperationError`."""
    settings, ports = home.settings, home.ports
    door = {DOOR_HEADER: home.secrets.action_key}
    python = sys.executable
    parts = [
        Part(
            Program("rasa", _rasa_command(home)),
            lambda _: _get("127.0.0.1", ports.rasa, "/webhooks/rollcall/", door),
            start_seconds=300,
            patience=45,
        ),
        Part(
            Program("actions", [python, "-m", "actions"]),
            lambda _: _get("127.0.0.1", ports.actions, "/health", door),
            start_seconds=120,
            patience=20,
        ),
        Part(
            Program(
                "web",
                [python, "-m", "gunicorn", "--config", "web/gunicorn.py", "web:create_app()"],
            ),
            lambda _: _get(reachable(settings.host), ports.web, "/alive"),
            start_seconds=120,
            patience=20,
        ),
        Part(
            Program("worker", [python, "-m", "rollcall.cli", "worker"]),
            lambda state: _heartbeat(database, settings, state),
            start_seconds=120,
            patience=60,
        ),
    ]
    if settings.parts:
        parts = [one for one in parts if one.name in settings.parts]
    if settings.mongodb_uri is None:
        parts.insert(0, _mongod(home, database))
    return parts


def environment_of(home: Home) -> dict[str, str]:
    """What every part of an instance finds in its environment."""
    settings, secrets = home.settings, home.secrets
    values = {
        f"ROLLCALL_{name.upper()}": _as_text(value)
        for name, value in settings.model_dump(exclude={"mongodb_uri"}, exclude_none=True).items()
    }
    if settings.mongodb_uri is not None:
        values["MONGODB_URI"] = settings.mongodb_uri
    return {
        **os.environ,
        **values,
        "ROLLCALL_HOME": str(home.path),
        # Parts run in another folder than the command that starts them.
        "ROLLCALL_REGISTRATION_TYPES": str(settings.type_folders[-1]),
        "ROLLCALL_TURN_KEY": secrets.turn_key,
        "ROLLCALL_ACTION_KEY": secrets.action_key,
        "ROLLCALL_ACTIONS_URL": " ".join(f"{url}/webhook" for url in action_servers(home)),
        "ROLLCALL_MONGODB_URI": connection_uri(settings),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
    }


def _as_text(value: object) -> str:
    """A setting as a variable of the environment holds it."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(int(value) if isinstance(value, bool) else value)


def reachable(host: str) -> str:
    """The address under which a server bound to `host` is found from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def current_model() -> Path:
    """The model to run: the one that set-up chose, else the newest. Raises `OperationError`."""
    try:
        chosen = MODELS / str(json.loads((MODELS / "current.json").read_text("utf-8"))["file"])
    except (OSError, ValueError, KeyError, TypeError):
        trained = MODELS.glob("*.tar.gz")
        chosen = max(trained, key=lambda file: file.stat().st_mtime, default=MODELS / "none")
    if not chosen.is_file():
        raise OperationError("there is no trained model in models/: run `make train`")
    return chosen


def _mongod(home: Home, database: MongoClient[dict[str, Any]]) -> Part:
    try:
        program = find_mongod(home.path)
    except MongodMissing as error:
        raise OperationError(str(error)) from error
    command = mongod_command(program, home.db, home.ports.mongod, test_commands=False)

    def check(_: State) -> None:
        try:
            database.admin.command("ping")
        except PyMongoError as error:
            raise NotReady(str(error)) from error

    # A large database that lost power replays its journal before it answers.
    return Part(Program("mongod", command, stop_seconds=30), check, start_seconds=300, patience=30)


def _rasa_command(home: Home) -> list[str]:
    if not BOT_PYTHON.exists():
        raise OperationError("the bot's environment is missing: run `make setup`")
    command = [str(BOT_PYTHON), "-m", "bot", "run", "--interface", "127.0.0.1"]
    command += ["--port", str(home.ports.rasa), "--model", str(current_model())]
    return [*command, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]


def _get(host: str, port: int, path: str, headers: dict[str, str] | None = None) -> None:
    connection = http.client.HTTPConnection(host, port, timeout=CHECK_SECONDS)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise NotReady(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise NotReady(f"{path} answers {answer.status}")


def _heartbeat(database: MongoClient[dict[str, Any]], settings: Settings, state: State) -> None:
    try:
        beat = database[settings.database].heartbeats.find_one({"_id": "worker"})
    except PyMongoError as error:
        raise NotReady(str(error)) from error
    oldest = datetime.now(UTC) - timedelta(seconds=HEARTBEAT_SECONDS)
    oldest = max(oldest, datetime.fromtimestamp(state.started, UTC))
    if beat is None or beat["at"] < oldest:
        raise NotReady("it has written no heartbeat")
