"""Rasa's message processor, except that a failed turn fails.

As shipped, Rasa logs an exception of an action and goes on as if the action had run, and it
replaces a tracker store that fails by an empty one in memory. Both would acknowledge something
that never happened. Here the turn raises and nothing of it is saved, so that the conversation
stands where it stood and the same sentence can be said again.

A message that comes again under its id is answered what it was answered the first time, by
whichever server it reaches.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_servers import ActionServers
from bot.lock_store import ConversationLocks
from bot.tracker_store import ConversationStore, Saved

_LOCK_POLL = 0.05  # seconds between looks, for a lock store that leaves them to its caller
_NO_ANSWERS = (None, ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME)


@dataclass(frozen=True)
class Played:
    """What became of a message: how it was read, which actions ran, what was answered."""

    intent: dict[str, Any] = field(default_factory=dict)
    entities: list[dict[str, Any]] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    saved: Saved | None = field(default=None, compare=False)
    """How it was written, None when a majority has it."""


class TurnFailed(Exception):
    """An action raised during the turn. Nothing of the turn was saved."""


class StrictProcessor(MessageProcessor):
    """A message processor that raises what an action raises."""

    async def play(
        self, message: UserMessage, tracker: DialogueStateTracker | None = None
    ) -> Played:
        """Play one turn of the conversation in `tracker`, by default as it is in the store, and
        save it, unless it was played before."""
        channel = message.output_channel
        tracker = tracker or await self.get_tracker(message.sender_id)
        before = turn_of(tracker, message.message_id)
        if before is not None:
            for said in before.replies:
                await channel.send_response(message.sender_id, {**said})
            if isinstance(self.tracker_store, ConversationStore):
                # Whoever is answered now may have heard nothing the first time.
                await self.tracker_store.confirm(message.sender_id, message.message_id)
            return before
        await self._update_tracker_session(tracker, channel, message.metadata)
        await self._handle_message_with_tracker(message, tracker)
        tracker = await self.run_action_extract_slots(channel, tracker)
        await self._run_prediction_loop(channel, tracker)
        await self.save_tracker(tracker)
        played = turn_of(tracker, message.message_id) or Played()
        return replace(played, saved=getattr(tracker, "written", None))

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        run = action.run
        errors: list[Exception] = []

        async def watched(*args: Any, **kwargs: Any) -> list[Event]:
            try:
                return await run(*args, **kwargs)
            except ActionExecutionRejection:
                raise  # not a failure: how a form says that the message was not for it
            except Exception as error:
                errors.append(error)
                raise

        action.run = watched  # type: ignore[method-assign]
        again = await super()._run_action(action, tracker, output_channel, nlg, prediction)
        if errors:
            raise TurnFailed(action.name()) from errors[0]
        return again


def make_strict(agent: Agent) -> None:
    """Take the swallowing parts out of a loaded agent; a second call changes nothing."""
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store = agent.tracker_store._tracker_store
    if agent.processor is not None:
        # the class is exchanged, not the object: making a new one would load the model again
        agent.processor.__class__ = StrictProcessor
        agent.processor.tracker_store = agent.tracker_store
    if agent.action_endpoint is not None and not isinstance(agent.action_endpoint, ActionServers):
        agent.action_endpoint = ActionServers(agent.action_endpoint)
    if agent.processor is not None:
        agent.processor.action_endpoint = agent.action_endpoint


async def play(agent: Agent, message: UserMessage) -> Played:
    """Play `message` when the conversation is free."""
    make_strict(agent)
    locks, store = agent.lock_store, agent.tracker_store
    if not isinstance(locks, ConversationLocks) or not isinstance(store, ConversationStore):
        async with locks.lock(message.sender_id, wait_time_in_seconds=_LOCK_POLL):
            return await agent.processor.play(message)  # type: ignore[union-attr]
    remembered = store.remembered(message.sender_id)
    last = remembered.turn if remembered else None
    async with locks.lock(message.sender_id, turn=last) as held:
        if held.taken_over:
            await store.fence(message.sender_id)
            await locks.fenced(held)
        same = remembered is not None and (held.turn, held.election) == astuple(remembered)
        tracker = store.recall(message.sender_id) if same else None
        # Until it is saved nobody knows how far the conversation is, nor when it was only repeated.
        store.forget(message.sender_id)
        held.turn = None
        played = await agent.processor.play(message, tracker)  # type: ignore[union-attr]
        held.turn = played.saved.turn if played.saved else None
        return played


def turn_of(tracker: DialogueStateTracker, message_id: str | None) -> Played | None:
    """What became of a message; None when it is not in the conversation."""
    played: Played | None = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if played is not None:
                break
            if message_id is not None and event.message_id == message_id:
                played = Played(event.intent, event.entities)
        elif played is None:
            continue
        elif isinstance(event, BotUttered):
            played.replies.append(event.message())
        elif isinstance(event, ActionExecuted) and event.action_name not in _NO_ANSWERS:
            played.actions.append(event.action_name)
    return played
