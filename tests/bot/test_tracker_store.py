"""Conversations in MongoDB: what is read back leads on as if everything had been read."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from bson.tz_util import utc
from pymongo.errors import PyMongoError
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore, MongoTrackerStore, TrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.lock_store import ConversationLocks
from bot.processor import Played, StrictProcessor, play
from bot.tracker_store import COLLECTION, WINDOW, ConversationMoved, ConversationStore, Saved

LISTEN = "action_listen"
PLAIN = ["greet", "thanks", "list_tasks", "query_history", "help", "who_am_i", "nlu_fallback"]
IN_FORM = ["answer", "answer", "answer", "ask", "finish", "cancel_loop"]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    async def limited() -> Any:
        return await asyncio.wait_for(work, 60)

    return asyncio.run(limited())


def turn(agent: Agent, said: UserMessage) -> Any:
    """Play a message and wait until the conversation is given back."""

    async def played() -> Played:
        try:
            return await play(agent, said)
        finally:
            await agent.lock_store.settle()

    return run(played())


@pytest.fixture
def store(mongodb_uri: str, database: Any, processor: MessageProcessor) -> ConversationStore:
    return ConversationStore(processor.domain, mongodb_uri, database.name)


@pytest.fixture
def stock(mongodb_uri: str, database: Any, processor: MessageProcessor) -> MongoTrackerStore:
    return MongoTrackerStore(processor.domain, mongodb_uri, database.name)


@pytest.fixture
def agent(
    processor: MessageProcessor, store: ConversationStore, mongodb_uri: str, database: Any
) -> Iterator[Agent]:
    """The model with our stores, wrapped as Rasa wraps them; nobody runs custom actions."""
    locks = ConversationLocks(EndpointConfig(mongodb_uri, db=database.name))
    agent = Agent(domain=processor.domain, tracker_store=store, lock_store=locks)
    before = (processor.__class__, processor.tracker_store, processor.nlg)
    agent.processor = processor
    processor.nlg = agent.nlg
    yield agent
    processor.__class__, processor.tracker_store, processor.nlg = before


@contextmanager
def failing(database: Any, command: str, **how: Any) -> Iterator[None]:
    """Until the block ends MongoDB fails every `command` of ours, or as `how` says."""
    fault = {"failCommands": [command], "appName": "rollcall-bot", **(how or {"errorCode": 8})}
    admin = database.client.admin
    admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=fault)
    try:
        yield
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")


def said(text: str, intent: str, **more: Any) -> UserUttered:
    reading = {"name": intent, "confidence": 0.9}
    data = {"text": text, "intent": reading, "entities": [], "intent_ranking": [reading]}
    return UserUttered(text, reading, [], data, **more)


def message(text: str, sender: str = "somebody", message_id: str = "m1") -> UserMessage:
    return UserMessage(text, CollectingOutputChannel(), sender, message_id=message_id)


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What a conversation knows, without how long it is."""
    loop = tracker.active_loop
    trigger = (loop.trigger_message or {}) if loop else {}
    latest = tracker.latest_message
    return {
        "slots": {name: slot.value for name, slot in tracker.slots.items()},
        "loop": loop and (loop.name, loop.is_interrupted, loop.rejected),
        "trigger": (trigger.get("text"), trigger.get("intent")),
        "action": tracker.latest_action,
        "message": latest and (latest.text, latest.intent, latest.entities),
        "bot": tracker.latest_bot_utterance.text,
        "followup": tracker.followup_action,
        "paused": tracker.is_paused(),
    }


def contents(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The events, without when they were told."""
    return [{**one.as_dict(), "timestamp": None} for one in tracker.events]


class Talk:
    """One conversation in both stores, led by what the real policies predict."""

    def __init__(self, processor: MessageProcessor, stores: list[TrackerStore], seed: int) -> None:
        self.processor, self.stores = processor, stores
        self.chance = random.Random(seed)  # noqa: S311 - for examples, not for secrets
        self.form: str | None = None
        self.turns = 0
        self.lengths: list[int] = []

    async def turn(self) -> None:
        """One more turn in both; they must be in the same state and predict the same."""
        trackers = [
            await one.get_or_create_tracker("talk", append_action_listen=False)
            for one in self.stores
        ]
        self.turns += 1
        if self.turns == 1:
            self.tell(trackers, [ActionExecuted("action_session_start"), ActionExecuted(LISTEN)])
        kind, intent = self.next()
        self.tell(trackers, [said(f"sentence {self.turns}", intent, message_id=str(self.turns))])
        action = None
        while action != LISTEN:
            first, second = (self.predict(one) for one in trackers)
            assert first == second, f"turn {self.turns}"
            action, prediction = first[0], self.predicted
            if action == self.form and kind == "ask" and trackers[0].latest_action_name == LISTEN:
                self.tell(trackers, [ActionExecutionRejected(action, "RulePolicy", 1.0)])
                continue
            self.tell(trackers, [*prediction.events, ActionExecuted(action, "RulePolicy", 1.0)])
            self.tell(trackers, self.done(action, kind))
            kind = "done"
        for one, tracker in zip(self.stores, trackers, strict=True):
            await one.save(tracker)
        self.lengths = [len(one.events) for one in trackers]
        assert state(trackers[0]) == state(trackers[1]), f"turn {self.turns}"

    def next(self) -> tuple[str, str]:
        if self.form is None:
            if self.chance.random() < 0.25:
                return "open", "register"
            return "plain", self.chance.choice(PLAIN)
        kind = self.chance.choice(IN_FORM)
        return kind, "list_tasks" if kind == "ask" else "nlu_fallback"

    def predict(self, tracker: DialogueStateTracker) -> tuple[str, list[float]]:
        action, self.predicted = self.processor.predict_next_with_tracker_if_should(tracker)
        return action.name(), [round(float(one), 6) for one in self.predicted.probabilities]

    def done(self, action: str, kind: str) -> list[Event]:
        if action == LISTEN:
            return []
        events: list[Event] = [BotUttered(f"{action} {self.turns}")]
        if kind == "open":
            self.form = "registration_form"
            return [*events, SlotSet("draft_id", f"draft {self.turns}"), FollowupAction(self.form)]
        if action != self.form:
            return [*events, SlotSet("pending", {"turn_id": str(self.turns)})]
        if kind in ("finish", "cancel_loop"):
            self.form = None
            closed = [ActiveLoop(None), SlotSet("requested_slot", None)]
            return [*events, *closed, SlotSet("draft_id", None)]
        return [*events, ActiveLoop(action), SlotSet("requested_slot", "answer")]

    @staticmethod
    def tell(trackers: list[DialogueStateTracker], events: list[Event]) -> None:
        for tracker in trackers:
            for event in events:
                tracker.update(event)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_long_conversation_leads_on_as_with_rasas_own_store(
    processor: MessageProcessor, store: ConversationStore, stock: MongoTrackerStore, seed: int
) -> None:
    talk = Talk(processor, [stock, store], seed)

    async def turns() -> None:
        for _ in range(60):
            await talk.turn()
            remembered, read = store.recall("talk"), await store.retrieve("talk")
            assert remembered is not None
            assert read is not None
            assert contents(remembered) == contents(read)
            assert (remembered.turn, remembered.before) == (read.turn, read.before)
            assert state(remembered) == state(read)

    run(turns())
    assert talk.lengths[0] > 5 * talk.lengths[1]


def test_a_turn_reads_the_same_whether_it_is_the_tenth_or_the_two_hundredth(
    processor: MessageProcessor, store: ConversationStore, database: Any
) -> None:
    async def turn() -> None:
        tracker = await store.get_or_create_tracker("talk", append_action_listen=False)
        for event in (said("hello", "greet"), BotUttered("Hello."), ActionExecuted(LISTEN)):
            tracker.update(event)
        await store.save(tracker)

    async def turns(number: int) -> int:
        for _ in range(number):
            await turn()
        return len((await store.retrieve("talk")).events)

    assert run(turns(10)) == run(turns(190))
    query = {"_id": {"$gte": {"conversation": "talk", "turn": 0}}}
    plan = database[COLLECTION].find(query).sort("_id", -1).limit(WINDOW).explain()
    assert plan["executionStats"]["totalDocsExamined"] == WINDOW
    assert database[COLLECTION].count_documents({}) == 200


def test_a_slot_a_form_and_a_pause_outlive_the_turns_that_are_read(
    store: ConversationStore,
) -> None:
    async def play_on() -> DialogueStateTracker:
        first = await store.create_tracker("talk", append_action_listen=False)
        opened: list[Event] = [
            ActionExecuted(LISTEN), said("register a supplier", "register"),
            ActionExecuted("registration_form"), ActiveLoop("registration_form"),
            SlotSet("draft_id", "draft 1"), ConversationPaused(), ActionExecuted(LISTEN),
        ]  # fmt: skip
        for event in opened:
            first.update(event)
        await store.save(first)
        for _ in range(3 * WINDOW):
            tracker = await store.retrieve("talk")
            tracker.update(said("Acme", "nlu_fallback"))
            tracker.update(ActionExecuted(LISTEN))
            await store.save(tracker)
        return await store.retrieve("talk")

    tracker = run(play_on())
    assert tracker.get_slot("draft_id") == "draft 1"
    assert tracker.active_loop_name == "registration_form"
    assert tracker.active_loop.trigger_message["text"] == "register a supplier"
    assert tracker.is_paused()
    again = tracker.copy()
    assert state(again) == state(tracker)


def test_of_two_servers_that_play_the_same_turn_one_saves(store: ConversationStore) -> None:
    async def both() -> list[str]:
        trackers = [await store.create_tracker("talk", False) for _ in range(2)]
        for number, tracker in enumerate(trackers):
            tracker.update(said(f"server {number}", "greet"))
        await store.save(trackers[0])
        with pytest.raises(ConversationMoved):
            await store.save(trackers[1])
        kept = await store.retrieve("talk")
        return [one.text for one in kept.events if isinstance(one, UserUttered)]

    assert run(both()) == ["server 0"]


def test_who_was_fenced_off_cannot_save_and_the_new_owner_can(store: ConversationStore) -> None:
    async def take_over() -> list[str]:
        before = await store.create_tracker("talk", False)
        before.update(said("first", "greet"))
        await store.save(before)
        slow = await store.retrieve("talk")
        slow.update(said("slow", "greet"))
        await store.fence("talk")
        with pytest.raises(ConversationMoved):
            await store.save(slow)
        owner = await store.retrieve("talk")
        owner.update(said("new owner", "greet"))
        await store.save(owner)
        kept = await store.retrieve("talk")
        return [one.text for one in kept.events if isinstance(one, UserUttered)]

    assert run(take_over()) == ["first", "new owner"]


def test_a_new_conversation_that_was_fenced_begins_as_a_new_one(store: ConversationStore) -> None:
    async def begun() -> DialogueStateTracker:
        await store.fence("talk")
        return await store.get_or_create_tracker("talk", append_action_listen=False)

    assert not run(begun()).applied_events()


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


@pytest.fixture
def other(processor: MessageProcessor, agent: Agent, mongodb_uri: str, database: Any) -> Agent:
    """Another server with the same model."""
    theirs = ConversationStore(processor.domain, mongodb_uri, database.name)
    locks = ConversationLocks(EndpointConfig(mongodb_uri, db=database.name))
    other = Agent(domain=processor.domain, tracker_store=theirs, lock_store=locks)
    other.processor = processor
    return other


def heard(store: ConversationStore) -> list[str | None]:
    """The ids of the messages in the conversation."""
    kept = run(store.retrieve("somebody"))
    return [one.message_id for one in kept.events if isinstance(one, UserUttered)]


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


def test_a_turn_that_had_come_through_before_the_connection_broke_is_saved(
    store: ConversationStore,
) -> None:
    def turn_of(text: str) -> RawBSONDocument:
        key = {"conversation": "talk", "turn": 1}
        at = datetime(2026, 3, 2, tzinfo=utc)
        events = [{"event": "user", "text": text}]
        document = {"_id": key, "at": at, "expires_at": at, "before": {}, "events": events}
        return RawBSONDocument(bson.encode(document))

    store._insert(turn_of("hello"))
    store._insert(turn_of("hello"))
    with pytest.raises(ConversationMoved):
        store._insert(turn_of("good evening"))


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


def test_other_work_goes_on_while_mongodb_takes_its_time(
    store: ConversationStore, database: Any
) -> None:
    async def both() -> list[str]:
        done: list[str] = []

        async def read() -> None:
            await store.retrieve("talk")
            done.append("read")

        reading = asyncio.create_task(read())
        for _ in range(10):
            await asyncio.sleep(0.001)
        done.append("other work")
        await reading
        return done

    with failing(database, "find", blockConnection=True, blockTimeMS=2000):
        assert run(both()) == ["other work", "read"]


def test_the_signature_of_a_turn_is_not_kept(
    agent: Agent, store: ConversationStore, database: Any
) -> None:
    async def turns() -> None:
        for number in range(WINDOW + 2):
            said_now = message("/thanks", message_id=str(number))
            said_now.metadata = {"turn": "a signed token", "command": False}
            await play(agent, said_now)

    run(turns())
    kept = json.dumps(list(database[COLLECTION].find()), default=str)
    assert "a signed token" not in kept
    assert "command" in kept


def test_words_of_a_guest_that_nobody_understood_are_not_kept(
    store: ConversationStore, database: Any
) -> None:
    async def turn(sender: str) -> None:
        tracker = await store.create_tracker(sender, append_action_listen=False)
        tracker.update(said("correct horse battery", "nlu_fallback"))
        await store.save(tracker)

    run(turn("guest_1"))
    run(turn("session_1"))
    kept = {one["_id"]["conversation"]: json.dumps(one, default=str)
            for one in database[COLLECTION].find()}  # fmt: skip
    assert "horse" not in kept["guest_1"]
    assert "horse" in kept["session_1"]


def test_rasa_makes_it_from_its_endpoints(mongodb_uri: str, database: Any) -> None:
    endpoint = EndpointConfig(
        mongodb_uri, type="bot.tracker_store.ConversationStore", db=database.name
    )
    assert isinstance(TrackerStore.create(endpoint), ConversationStore)
