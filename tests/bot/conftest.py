"""These tests need Rasa; in the environment of the application they are left out.

Nothing of the speed-ups is applied here: what Rasa ships and what replaces it stand side by side.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pymongo.database import Database
    from rasa.core.agent import Agent
    from rasa.core.processor import MessageProcessor

    from bot.tracker_store import ConversationStore

collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]

ROOT = Path(__file__).resolve().parents[2]
# The environment of the application knows how to start one.
START_MONGOD = """
import sys
from pathlib import Path
from rollcall.storage.mongod import EmbeddedMongod

with EmbeddedMongod(Path(sys.argv[1]), test_commands=True) as server:
    print(server.uri, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="session")
def processor() -> MessageProcessor:
    """The trained model as Rasa loads it."""
    from rasa.core.agent import Agent  # noqa: PLC0415 - not in the other environment

    from bot.evaluation import current_model  # noqa: PLC0415

    loaded = Agent.load(str(current_model())).processor
    assert loaded is not None
    return loaded


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real one-node replica set that lives as long as this test process."""
    given = os.environ.get("ROLLCALL_TEST_MONGODB_URI")
    if given:
        yield given
        return
    command = [str(ROOT / ".venv/bin/python"), "-c", START_MONGOD]
    server = subprocess.Popen(
        [*command, str(tmp_path_factory.mktemp("mongod") / "db")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield server.stdout.readline().strip()
    finally:
        server.stdin.close()
        server.wait(30)


@pytest.fixture
def database(mongodb_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """A database that has never been used."""
    from pymongo import MongoClient  # noqa: PLC0415

    with MongoClient(mongodb_uri) as client:
        name = f"bot_{secrets.token_hex(6)}"
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def store(mongodb_uri: str, database: Any, processor: MessageProcessor) -> ConversationStore:
    """A server's tracker store."""
    from bot.tracker_store import ConversationStore  # noqa: PLC0415

    return ConversationStore(processor.domain, mongodb_uri, database.name)


@pytest.fixture
def agent(
    processor: MessageProcessor, store: ConversationStore, mongodb_uri: str, database: Any
) -> Iterator[Agent]:
    """The model with our stores, wrapped as Rasa wraps them; nobody runs custom actions."""
    before = (processor.__class__, processor.tracker_store, processor.nlg)
    agent = _agent(processor, store, mongodb_uri, database.name)
    processor.nlg = agent.nlg
    yield agent
    processor.__class__, processor.tracker_store, processor.nlg = before


@pytest.fixture
def other(processor: MessageProcessor, agent: Agent, mongodb_uri: str, database: Any) -> Agent:
    """Another server with the same model."""
    from bot.tracker_store import ConversationStore  # noqa: PLC0415

    theirs = ConversationStore(processor.domain, mongodb_uri, database.name)
    return _agent(processor, theirs, mongodb_uri, database.name)


def _agent(processor: MessageProcessor, store: ConversationStore, uri: str, database: str) -> Agent:
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.utils.endpoints import EndpointConfig  # noqa: PLC0415

    from bot.lock_store import ConversationLocks  # noqa: PLC0415

    locks = ConversationLocks(EndpointConfig(uri, db=database))
    agent = Agent(domain=processor.domain, tracker_store=store, lock_store=locks)
    agent.processor = processor
    return agent
