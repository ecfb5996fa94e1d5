"""Locks on conversations: two servers, one conversation, one at a time and in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from bson.tz_util import utc
from pymongo.errors import PyMongoError
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from bot.lock_store import COLLECTION, LEASE, ConversationLocks

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=utc)


class Clock:
    """The server's clock, which only moves when a test moves it."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def endpoint(mongodb_uri: str, database: Any) -> EndpointConfig:
    return EndpointConfig(mongodb_uri, type="bot.lock_store.ConversationLocks", db=database.name)


@pytest.fixture
def queues(database: Any) -> Any:
    return database[COLLECTION]


async def until(condition: Callable[[], Any]) -> None:
    while not await asyncio.to_thread(condition):
        await asyncio.sleep(0.005)


def run(work: Awaitable[Any], seconds: float = 60) -> Any:
    async def limited() -> Any:
        return await asyncio.wait_for(work, seconds)

    return asyncio.run(limited())


def waiting(queues: Any, number: int) -> Callable[[], bool]:
    """Whether so many are in the queue."""

    def look() -> bool:
        found = queues.find_one({"_id": "one"})
        return found is not None and len(found["queue"]) == number

    return look


def test_rasa_makes_it_from_its_endpoints(endpoint: EndpointConfig) -> None:
    assert isinstance(LockStore.create(endpoint), ConversationLocks)


def test_two_servers_never_have_the_same_conversation(endpoint: EndpointConfig) -> None:
    servers = [ConversationLocks(endpoint), ConversationLocks(endpoint)]
    inside: list[int] = []
    seen: list[int] = []

    async def turn(number: int) -> None:
        async with servers[number % 2].lock("one"):
            inside.append(number)
            await asyncio.sleep(0)
            seen.append(len(inside))
            inside.remove(number)

    async def turns() -> None:
        await asyncio.gather(*(turn(number) for number in range(24)))

    run(turns())
    assert seen == [1] * 24


def test_whoever_comes_first_is_served_first(endpoint: EndpointConfig, queues: Any) -> None:
    servers = [ConversationLocks(endpoint), ConversationLocks(endpoint)]
    served: list[int] = []

    async def turn(number: int) -> None:
        async with servers[number % 2].lock("one"):
            served.append(number)

    async def turns() -> None:
        async with servers[0].lock("one"):
            tasks = []
            for number in range(6):
                tasks.append(asyncio.create_task(turn(number)))
                await until(waiting(queues, number + 2))
        await asyncio.gather(*tasks)

    run(turns())
    assert served == list(range(6))


def test_other_conversations_go_on(endpoint: EndpointConfig) -> None:
    locks = ConversationLocks(endpoint)

    async def both() -> str:
        async with locks.lock("one"), locks.lock("other") as held:
            return held.conversation_id

    assert run(both()) == "other"


def test_a_killed_server_frees_its_conversation(
    endpoint: EndpointConfig, clock: Clock, queues: Any
) -> None:
    killed, other = ConversationLocks(endpoint, now=clock), ConversationLocks(endpoint, now=clock)

    async def take_over() -> bool:
        # Its ticket is all that a killed server leaves.
        await killed._look("one", ObjectId())

        async def turn() -> bool:
            async with other.lock("one") as held:
                return held.taken_over

        waits = asyncio.create_task(turn())
        await until(waiting(queues, 2))
        clock.now += timedelta(seconds=LEASE - 1)
        await other._look("one", ObjectId())
        assert not waits.done()
        clock.now += timedelta(seconds=2)
        return await waits

    assert run(take_over()) is True


def test_that_somebody_lapsed_is_told_until_it_was_seen_to(
    endpoint: EndpointConfig, clock: Clock
) -> None:
    locks = ConversationLocks(endpoint, now=clock)

    async def told() -> list[bool]:
        await locks._look("one", ObjectId())
        clock.now += timedelta(seconds=LEASE + 1)
        async with locks.lock("one") as first:
            pass  # it ended before it could see to it
        async with locks.lock("one") as second:
            await locks.fenced(second)
        async with locks.lock("one") as third:
            pass
        return [first.taken_over, second.taken_over, third.taken_over]

    assert run(told()) == [True, True, False]


def test_who_comes_in_learns_which_turn_was_saved_last(
    endpoint: EndpointConfig, queues: Any
) -> None:
    one, other = ConversationLocks(endpoint), ConversationLocks(endpoint)

    async def turn(locks: ConversationLocks, remembered: int | None, saved: int | None) -> Any:
        async with locks.lock("one", turn=remembered) as held:
            told = held.turn
            held.turn = saved
        await locks.settle()
        return told

    async def turns() -> list[int | None]:
        return [
            await turn(one, None, 1),
            await turn(one, 1, 2),
            await turn(other, None, 3),
            await turn(one, 2, 4),
            await turn(one, 4, None),
            await turn(one, 4, 5),
        ]

    # None of those who remember nothing: they read the conversation anyway.
    assert run(turns()) == [None, 1, None, 3, 4, None]


def test_who_comes_in_learns_in_which_election_the_turn_was_the_last(
    endpoint: EndpointConfig, database: Any
) -> None:
    locks = ConversationLocks(endpoint)
    reply = database.command({"insert": "things", "documents": [{}]})

    async def turns() -> list[str | None]:
        elections = []
        for remembered in (None, 7, 6):
            async with locks.lock("one", turn=remembered) as held:
                elections.append(held.election)
                held.turn = 7
            await locks.settle()
        return elections

    # The first makes the queue, the third remembers another turn: nothing is said to them.
    assert run(turns()) == [None, str(reply["electionId"]), None]


def test_a_turn_that_fails_leaves_nobody_knowing_which_was_saved_last(
    endpoint: EndpointConfig, queues: Any
) -> None:
    locks = ConversationLocks(endpoint)

    async def turns() -> int | None:
        async with locks.lock("one") as held:
            held.turn = 7
        with pytest.raises(ValueError, match="broken"):
            async with locks.lock("one", turn=7):
                raise ValueError("broken")
        async with locks.lock("one", turn=7) as held:
            return held.turn

    assert run(turns()) is None


def test_a_lease_is_renewed_while_a_turn_takes(endpoint: EndpointConfig, queues: Any) -> None:
    locks = ConversationLocks(endpoint, lease=2)

    def ends() -> datetime:
        return queues.find_one({"_id": "one"})["queue"][0]["until"]

    async def long_turn() -> None:
        async with locks.lock("one"):
            first = await asyncio.to_thread(ends)
            await until(lambda: ends() > first)

    run(long_turn())


def test_who_gives_up_waiting_leaves_the_queue(endpoint: EndpointConfig, queues: Any) -> None:
    locks = ConversationLocks(endpoint)

    async def turn() -> None:
        async with locks.lock("one"):
            raise AssertionError("it was not its turn")

    async def given_up() -> None:
        async with locks.lock("one"):
            waits = asyncio.create_task(turn())
            await until(waiting(queues, 2))
            waits.cancel()
            await until(waiting(queues, 1))
            # One that had no time to come in does not come in afterwards either.
            late = asyncio.create_task(turn())
            await asyncio.sleep(0)
            late.cancel()
            await asyncio.gather(waits, late, return_exceptions=True)
        await until(waiting(queues, 0))

    run(given_up())


def test_a_turn_that_fails_gives_the_conversation_back(
    endpoint: EndpointConfig, queues: Any
) -> None:
    locks = ConversationLocks(endpoint)

    async def fail() -> None:
        with pytest.raises(ValueError, match="broken"):
            async with locks.lock("one"):
                raise ValueError("broken")
        await until(waiting(queues, 0))

    run(fail())


def test_without_mongodb_nobody_has_a_lock(endpoint: EndpointConfig, database: Any) -> None:
    locks = ConversationLocks(endpoint)
    fault = {"failCommands": ["findAndModify"], "errorCode": 8, "appName": "rollcall-bot"}
    admin = database.client.admin

    async def turn() -> None:
        async with locks.lock("one"):
            raise AssertionError("it has no lock")

    admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=fault)
    try:
        with pytest.raises(PyMongoError):
            run(turn())
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")
