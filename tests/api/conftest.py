"""The real application over a real database; each of the cast as a client of it."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from rollcall import SYSTEM, Principal, Rollcall, Settings, access_tokens
from rollcall.operation.home import Home
from rollcall.storage.database import Database
from tests.cast import Cast
from tests.conftest import StandingClock
from web import create_app
from web.services import EXTENSION, Services

KEPT = ("migrations", "chain_heads")
PASSPHRASE = "correct horse battery staple"


@dataclass
class Caller:
    """A program that speaks to the API with somebody's Bearer token; a guest has none."""

    client: FlaskClient
    headers: dict[str, str]

    def __call__(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self("POST", path, json=body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> TestResponse:
        return self("PATCH", path, json=body, **options)


@pytest.fixture(scope="session")
def shared_database(mongodb_uri: str) -> Iterator[Database]:
    """One database for all these tests: to make one takes longer than most of them."""
    database = Database(mongodb_uri, f"api_{secrets.token_hex(6)}")
    yield database
    database.drop()
    database.close()


@pytest.fixture
def roll(shared_database: Database, clock: StandingClock, settings: Settings) -> Rollcall:
    """The domain on an emptied database."""
    roll = Rollcall(settings, shared_database, refresh_pepper="pepper", clock=clock)
    names = shared_database.raw.list_collection_names()
    if "migrations" not in names:
        roll.migrate()
    for name in names:
        if name not in KEPT and not name.startswith("system."):
            shared_database.collection(name).delete_many({})
    return roll


@pytest.fixture
def app(roll: Rollcall, settings: Settings) -> Iterator[Flask]:
    """The application. Nobody listens on the ports of its assistant and its action server."""
    home = Home(settings).prepare()
    home.choose_ports(for_web=False)
    app = create_app(settings, roll)
    yield app
    app.extensions[EXTENSION].assistant.close()


@pytest.fixture
def services(app: Flask) -> Services:
    """What requests use."""
    found: Services = app.extensions[EXTENSION]
    return found


@pytest.fixture
def caller_for(app: Flask, roll: Rollcall) -> Callable[[Principal], Caller]:
    """A client for any principal."""

    def make(actor: Principal) -> Caller:
        if actor.employee_id is None or actor.session_id is None:
            return Caller(app.test_client(), {})
        key = app.extensions[EXTENSION].secrets.access_key
        token = access_tokens.issue(actor.employee_id, actor.session_id, key, roll.clock())
        return Caller(app.test_client(), {"Authorization": f"Bearer {token}"})

    return make


@pytest.fixture
def everybody(cast: Cast, caller_for: Callable[[Principal], Caller]) -> dict[str, Caller]:
    """A client for each of the cast, by part."""
    return {part: caller_for(actor) for part, actor in cast.everyone().items()}


@pytest.fixture
def admin(everybody: dict[str, Caller]) -> Caller:
    """EMP001."""
    return everybody["admin"]


@pytest.fixture
def manager(everybody: dict[str, Caller]) -> Caller:
    """EMP002, whom EMP004 reports to."""
    return everybody["manager"]


@pytest.fixture
def employee(everybody: dict[str, Caller]) -> Caller:
    """EMP004."""
    return everybody["employee"]


@pytest.fixture
def outsider(everybody: dict[str, Caller]) -> Caller:
    """EMP005, of another team."""
    return everybody["outsider"]


@pytest.fixture
def guest(everybody: dict[str, Caller]) -> Caller:
    """Somebody who is not signed in."""
    return everybody["guest"]


@pytest.fixture
def browser(app: Flask, roll: Rollcall, cast: Cast) -> FlaskClient:
    """A browser of EMP004, who has a passphrase; not signed in yet."""
    roll.credentials.set(SYSTEM, "EMP004", PASSPHRASE)
    return app.test_client()


def sign_in(browser: FlaskClient, passphrase: str = PASSPHRASE) -> TestResponse:
    """What the sign-in form does."""
    body = {"employee_id": "EMP004", "passphrase": passphrase}
    return browser.post("/api/auth/login", json=body)


def error_of(response: TestResponse) -> dict[str, Any]:
    """The error in an answer, after a check of its shape."""
    body = response.get_json()
    assert set(body) >= {"success", "error"}
    assert body["success"] is False
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "fields"}
    assert isinstance(error["code"], str)
    assert isinstance(error["message"], str)
    assert error["message"]
    assert isinstance(error["fields"], dict)
    return error
