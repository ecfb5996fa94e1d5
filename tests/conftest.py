"""What every test may use: a real mongod, a fresh database, a clock that stands, the cast."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pymongo import MongoClient

from rollcall import Rollcall, Settings
from rollcall.storage.database import Database
from rollcall.storage.mongod import EmbeddedMongod
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.cast import Cast, admit

UNLIMITED = {
    "api_per_minute": 0,
    "address_per_minute": 0,
    "chat_per_minute": 0,
    "guest_chat_per_minute": 0,
    "guests_per_minute": 0,
}
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class StandingClock:
    """A clock that only moves when a test moves it."""

    now: datetime = field(default=MONDAY)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        """Move on by a `timedelta(**duration)`."""
        self.now += timedelta(**duration)


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real one-node replica set that lives as long as this test process."""
    given = os.environ.get("ROLLCALL_TEST_MONGODB_URI")
    if given:
        yield given
        return
    with EmbeddedMongod(tmp_path_factory.mktemp("mongod"), test_commands=True) as server:
        with MongoClient[dict[str, object]](server.uri) as client:
            # The server's own clock is ahead of the one that tests set: what has a time to live
            # would vanish under them.
            client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
        yield server.uri


@pytest.fixture(scope="session")
def shared_test_database(mongodb_uri: str) -> Iterator[Database]:
    """The database of this test process. One for all tests: each new one opens some hundred
    files, which stay open for a while after it was dropped."""
    database = Database(mongodb_uri, f"test_{secrets.token_hex(6)}")
    yield database
    database.drop()
    database.close()


@pytest.fixture
def database(shared_test_database: Database) -> Database:
    """A database without a single document."""
    empty(shared_test_database)
    return shared_test_database


@pytest.fixture
def new_database(mongodb_uri: str) -> Iterator[Database]:
    """A database that has never been used, for tests of how one is set up."""
    database = Database(mongodb_uri, f"new_{secrets.token_hex(6)}")
    yield database
    database.drop()
    database.close()


def empty(database: Database) -> None:
    """Delete all documents; collections, validators and indexes stay."""
    for name in database.raw.list_collection_names():
        if not name.startswith("system."):
            database.collection(name).delete_many({})


@pytest.fixture
def clock() -> StandingClock:
    """Monday, 2 March 2026, 09:00 UTC."""
    return StandingClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an instance in a folder of its own; nothing from the environment.

    Without limits: a clock that stands makes a minute of a whole test.
    """
    return Settings(home=tmp_path / "home", demo=False, **UNLIMITED)


@pytest.fixture
def roll(database: Database, clock: StandingClock, settings: Settings) -> Rollcall:
    """The domain on an empty, migrated database."""
    roll = Rollcall(settings, database, refresh_pepper="pepper", clock=clock)
    roll.migrate()
    return roll


@pytest.fixture
def cast(roll: Rollcall) -> Cast:
    """The six everybody is tested with, each with a session of their own."""
    return admit(roll)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests, because a process can drive Playwright once only.

    Each visitor has its own cookies.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()
