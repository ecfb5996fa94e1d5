"""Conversations in MongoDB: what is read back leads on as if everything had been read."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import datetime
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from bson.tz_util import utc
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import MongoTrackerStore, TrackerStore
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

from bot.processor import play
from bot.tracker_store import COLLECTION, WINDOW, ConversationMoved, ConversationStore
from tests.bot.playing import failing, message, run, said

LISTEN = "action_listen"
PLAIN = ["greet", "thanks", "list_tasks", "query_history", "help", "who_am_i", "nlu_fallback"]
IN_FORM = ["answer", "answer", "answer", "ask", "finish", "cancel_loop"]


@pytest.fixture
def stock(mongodb_uri: str, database: Any, processor: MessageProcessor) -> MongoTrackerStore:
    return MongoTrackerStore(processor.domain, mongodb_uri, database.name)


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
