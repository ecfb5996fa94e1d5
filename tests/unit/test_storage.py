"""Storage: when MongoDB is away every call says so soon, and goes on when it is back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rollcall import Principal, Role, Rollcall, Settings
from rollcall.chat_session import Chatter
from rollcall.errors import StorageUnavailable
from rollcall.operation.ports import free_port
from rollcall.people import NewEmployee
from rollcall.principal import SYSTEM
from rollcall.storage.database import Database
from rollcall.storage.mongod import EmbeddedMongod, embedded_uri
from rollcall.tasks import NewTask
from rollcall.turn_counts import TurnCounts
from tests.answering import keep_an_answer
from tests.conftest import StandingClock

SOON = 12
"""Seconds: five to look for a server, once more for a retried write, and some to spare."""
ADMIN = Principal("EMP001", "Admin User", Role.ADMIN, "session_EMP001_1_00000000")
GUEST_CHATTER = Chatter(Principal.guest(), "somebody")
TASK = NewTask("Order chairs", "EMP001")


@pytest.fixture
def away() -> Iterator[Database]:
    """A database where nobody listens."""
    database = Database(embedded_uri(free_port()), "rollcall")
    yield database
    database.close()


def test_nobody_there_is_said_soon(away: Database) -> None:
    started = time.monotonic()
    with pytest.raises(StorageUnavailable, match="can't be reached"):
        away.ping()
    assert time.monotonic() - started < SOON


def test_making_the_domain_needs_no_server(
    away: Database, settings: Settings, clock: StandingClock
) -> None:
    roll = Rollcall(settings, away, "pepper", clock)
    with pytest.raises(StorageUnavailable):
        roll.sessions.authenticate("session_EMP001_1_00000000")


def test_server_that_dies_is_away_for_every_call_and_then_back(
    tmp_path: Path, settings: Settings, clock: StandingClock
) -> None:
    port = free_port()
    server = EmbeddedMongod(tmp_path / "db", port)
    server.start()
    database = Database(embedded_uri(port), "rollcall")
    try:
        roll = Rollcall(settings, database, "pepper", clock)
        roll.migrate()
        employee, _ = roll.people.add(SYSTEM, NewEmployee("EMP001", "Admin User", Role.ADMIN))
        session = roll.sessions.open(employee)
        task = roll.tasks.assign(ADMIN, TASK, "key-1")
        server.kill()
        calls: list[Callable[[], object]] = [
            lambda: roll.sessions.authenticate(session.session_id),
            lambda: roll.tasks.assign(ADMIN, TASK, "key-2"),
            lambda: roll.activities.list(ADMIN),
            lambda: roll.credentials.check("EMP001", "whatever", "192.0.2.1"),
            lambda: next(roll.activities.tail()),
        ]
        for call in calls:
            started = time.monotonic()
            with pytest.raises(StorageUnavailable):
                call()
            assert time.monotonic() - started < SOON
        server = EmbeddedMongod(tmp_path / "db", port)
        server.start()
        assert roll.tasks.get(ADMIN, task.task_id) == task
        assert roll.tasks.assign(ADMIN, TASK, "key-1") == task
        roll.tasks.assign(ADMIN, TASK, "key-2")
        assert database.collection("user_tasks").count_documents({}) == 2
    finally:
        database.close()
        server.stop()


def test_what_was_acknowledged_survives_a_power_cut(
    tmp_path: Path, settings: Settings, clock: StandingClock
) -> None:
    port = free_port()
    with EmbeddedMongod(tmp_path / "db", port) as server:
        database = Database(embedded_uri(port), "rollcall")
        roll = Rollcall(settings, database, "pepper", clock)
        roll.migrate()
        roll.people.add(SYSTEM, NewEmployee("EMP001", "Admin User", Role.ADMIN))
        ids = {roll.tasks.assign(ADMIN, TASK).task_id for _ in range(20)}
        server.kill()
        database.close()
    with EmbeddedMongod(tmp_path / "db", port):
        database = Database(embedded_uri(port), "rollcall")
        assert {str(one["_id"]) for one in database.collection("user_tasks").find()} == ids
        database.close()


def test_what_was_counted_ahead_of_an_answer_is_as_safe_as_the_answer(
    tmp_path: Path, settings: Settings, clock: StandingClock
) -> None:
    port = free_port()
    with EmbeddedMongod(tmp_path / "db", port) as server:
        database = Database(embedded_uri(port), "rollcall")
        roll = Rollcall(settings, database, "pepper", clock)
        roll.migrate()
        for _ in range(20):
            roll.chat_sessions.count_turn(GUEST_CHATTER, 0.1)
            keep_an_answer(roll, counts=True)
        server.kill()
        database.close()
    with EmbeddedMongod(tmp_path / "db", port):
        database = Database(embedded_uri(port), "rollcall")
        [session] = database.collection("chat_sessions").find()
        assert session["messages"] == database.collection("turns").count_documents({}) == 20
        assert TurnCounts(database).settle() == 20
        database.close()


def test_work_that_fails_undoes_all_of_it(database: Database) -> None:
    things = database.collection("things")
    things.insert_one({"n": 0})

    def work(transaction: object) -> None:
        things.insert_one({"n": 1}, session=transaction)  # type: ignore[arg-type]
        things.delete_one({"n": 0}, session=transaction)  # type: ignore[arg-type]
        raise LookupError("no")

    with pytest.raises(LookupError):
        database.transact(work)
    assert [one["n"] for one in things.find()] == [0]


def test_times_come_back_aware_and_as_they_went(database: Database, clock: StandingClock) -> None:
    database.collection("things").insert_one({"at": clock()})
    found = database.collection("things").find_one()
    assert found is not None
    assert found["at"] == clock()
    assert found["at"].tzinfo is not None
