"""Turns are played once, from memory or the store, whatever fails and whichever server plays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from pymongo.errors import PyMongoError
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import (
    UserUttered,
)

from bot.processor import Played, StrictProcessor, play
from bot.tracker_store import COLLECTION, ConversationMoved, ConversationStore, Saved
from tests.bot.playing import failing, heard, message, run, said, turn


def test_a_turn_after_a_lapsed_lock_is_fenced(agent: Agent, store: ConversationStore) -> None:
    async def turns() -> None:
        await play(agent, message("/thanks"))
        slow = await store.retrieve("somebody")
        slow.update(said("slow", "greet"))
        locks = agent.lock_store
        await locks._look("somebody", "a ticket of before")
        locks._lease = -1  # what is written from here on has lapsed already
        await locks._mongo.run(
            lambda: locks._queues.update_one({}, locks._renewal("a ticket of before"))
        )
        locks._lease = 15
        await play(agent, message("/goodbye", message_id="m2"))
        with pytest.raises(ConversationMoved):
            await store.save(slow)

    run(turns())


def test_a_turn_is_played_from_memory_unless_another_server_went_on(
    agent: Agent, other: Agent, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    stock = ConversationStore._read

    async def noting(self: ConversationStore, conversation: str, **how: Any) -> Any:
        read.append("mine" if self is store else "theirs")
        return await stock(self, conversation, **how)

    monkeypatch.setattr(ConversationStore, "_read", noting)
    reads = []
    for number, server in enumerate((agent, agent, other, other, agent, agent)):
        turn(server, message("/thanks", message_id=f"m{number}"))
        reads.append(list(read))
        read.clear()
    assert reads == [["mine"], [], ["theirs"], [], ["mine"], []]
    kept = run(store.retrieve("somebody"))
    said = [one.message_id for one in kept.events if isinstance(one, UserUttered)]
    assert said == ["m2", "m3", "m4", "m5"]


def test_a_server_that_repeats_an_answer_of_another_one_knows_that_it_was_behind(
    agent: Agent, other: Agent, store: ConversationStore
) -> None:
    turn(agent, message("/thanks", message_id="m1"))
    turn(other, message("/goodbye", message_id="m2"))
    assert turn(agent, message("/goodbye", message_id="m2")).actions == ["utter_goodbye"]
    turn(agent, message("/thanks", message_id="m3"))
    assert heard(store) == ["m1", "m2", "m3"]


def test_a_turn_of_an_election_before_is_read_again(
    agent: Agent, store: ConversationStore, database: Any
) -> None:
    """A failing primary may have lost it, and another server played another turn of its number."""
    turn(agent, message("/thanks", message_id="m1"))
    saved, turns = store._remembered["somebody"]
    store._remembered["somebody"] = replace(saved, election="before"), turns
    first = database[COLLECTION].find_one({"_id.turn": 1})
    first["events"] = [{**one, "message_id": "m2"} for one in first["events"]]
    database[COLLECTION].replace_one({"_id": first["_id"]}, first)
    turn(agent, message("/goodbye", message_id="m3"))
    assert heard(store) == ["m2", "m3"]


def test_a_turn_tells_by_which_primary_it_was_written(agent: Agent, database: Any) -> None:
    reply = database.command({"insert": "things", "documents": [{}]})
    played = turn(agent, message("/thanks"))
    assert played.saved == Saved(1, str(reply["electionId"]))
    # Who is answered a second time need not look after it: a majority has it.
    assert turn(agent, message("/thanks")).saved is None


def test_a_turn_that_a_failing_primary_lost_is_played_again(
    agent: Agent, store: ConversationStore, database: Any
) -> None:
    turn(agent, message("/goodbye", message_id="m1"))
    turn(agent, message("/thanks", message_id="m2"))
    database[COLLECTION].delete_one({"_id.turn": 2})
    with pytest.raises(ConversationMoved):
        turn(agent, message("/thanks", message_id="m2"))
    assert turn(agent, message("/thanks", message_id="m2")).actions == ["utter_thanks"]
    kept = run(store.retrieve("somebody"))
    assert [one.message_id for one in kept.events if isinstance(one, UserUttered)] == ["m1", "m2"]


def test_a_turn_is_written_when_the_connection_breaks(agent: Agent, database: Any) -> None:
    turn(agent, message("/goodbye", message_id="m1"))
    fault = {"failCommands": ["insert"], "appName": "rollcall-bot", "closeConnection": True}
    admin = database.client.admin
    admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=fault)
    try:
        assert turn(agent, message("/thanks", message_id="m2")).saved is None
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")
    assert database[COLLECTION].count_documents({}) == 2


def test_after_a_turn_that_failed_the_conversation_is_read_again(
    agent: Agent, store: ConversationStore, database: Any
) -> None:
    turn(agent, message("/thanks"))
    with failing(database, "insert"), pytest.raises(PyMongoError):
        turn(agent, message("/goodbye", message_id="m2"))
    assert store.remembered("somebody") is None
    assert turn(agent, message("/goodbye", message_id="m2")).actions == ["utter_goodbye"]


def test_the_same_message_is_one_turn(agent: Agent, database: Any) -> None:
    async def twice() -> list[Played]:
        first, again = message("/thanks"), message("/thanks")
        played = [await play(agent, first), await play(agent, again)]
        texts = [[one["text"] for one in each.output_channel.messages] for each in (first, again)]
        assert texts[0] == texts[1] != []
        return played

    first, again = run(twice())
    assert first == again
    assert first.actions == ["utter_thanks"]
    assert database[COLLECTION].count_documents({}) == 1


def test_the_same_message_at_two_servers_at_once_is_one_turn(agent: Agent, database: Any) -> None:
    async def both() -> list[Played]:
        return await asyncio.gather(*(play(agent, message("/thanks")) for _ in range(4)))

    played = run(both())
    assert all(one == played[0] for one in played)
    assert database[COLLECTION].count_documents({}) == 1


@pytest.mark.parametrize("command", ["find", "insert"])
def test_a_conversation_that_cannot_be_read_or_written_fails_the_turn(
    agent: Agent, store: ConversationStore, database: Any, command: str
) -> None:
    assert isinstance(agent.tracker_store, FailSafeTrackerStore)
    turn(agent, message("/thanks"))
    before = list(database[COLLECTION].find())
    store.forget("somebody")
    with failing(database, command), pytest.raises(PyMongoError):
        turn(agent, message("/goodbye", message_id="m2"))
    assert list(database[COLLECTION].find()) == before
    assert turn(agent, message("/goodbye", message_id="m2")).actions == ["utter_goodbye"]
    assert isinstance(agent.processor, StrictProcessor)
