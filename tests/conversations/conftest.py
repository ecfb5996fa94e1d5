"""One real assistant for all conversations; a clean record and a fresh cast for each."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollcall import Rollcall, Settings
from rollcall.storage.database import Database
from tests.assistant import Assistant, Conversation, assert_sound, running_assistant
from tests.cast import Cast, admit
from tests.conftest import empty


@pytest.fixture(scope="session")
def shared_database(mongodb_uri: str) -> Iterator[Database]:
    """The database that the running assistant uses."""
    database = Database(mongodb_uri, f"talk_{secrets.token_hex(6)}")
    yield database
    database.drop()
    database.close()


@pytest.fixture(scope="session")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str, shared_database: Database
) -> Iterator[Assistant]:
    """Rasa with the trained model and the action server."""
    folder: Path = tmp_path_factory.mktemp("assistant")
    with running_assistant(folder, mongodb_uri, shared_database.name) as running:
        yield running


@pytest.fixture
def roll(shared_database: Database, tmp_path: Path) -> Rollcall:
    """The domain on the assistant's database, emptied; by the real clock, as the assistant."""
    settings = Settings(home=tmp_path / "home", demo=False)
    roll = Rollcall(settings, shared_database, refresh_pepper="pepper")
    empty(shared_database)
    roll.migrate()
    return roll


@pytest.fixture(autouse=True)
def sound(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever was said: nothing is on record that no activity tells of."""
    roll = request.getfixturevalue("roll") if "roll" in request.fixturenames else None
    yield
    if roll is not None:
        assert_sound(roll)


@pytest.fixture
def cast(roll: Rollcall) -> Cast:
    """The six, with sessions of their own."""
    return admit(roll)


@pytest.fixture
def guest(assistant: Assistant, roll: Rollcall) -> Conversation:
    """Somebody who is not signed in."""
    return Conversation(assistant, roll)


@pytest.fixture
def admin(assistant: Assistant, roll: Rollcall, cast: Cast) -> Conversation:
    """EMP001, Admin User."""
    return Conversation(assistant, roll, cast.admin)


@pytest.fixture
def manager(assistant: Assistant, roll: Rollcall, cast: Cast) -> Conversation:
    """EMP002, whom EMP004 reports to."""
    return Conversation(assistant, roll, cast.manager)


@pytest.fixture
def employee(assistant: Assistant, roll: Rollcall, cast: Cast) -> Conversation:
    """EMP004."""
    return Conversation(assistant, roll, cast.employee)


@pytest.fixture
def outsider(assistant: Assistant, roll: Rollcall, cast: Cast) -> Conversation:
    """EMP005, of another team."""
    return Conversation(assistant, roll, cast.outsider)
