"""Rasa's message processor, except that a failed turn fails.

As shipped, Rasa logs an exception of an action and goes on as if the action had run, and it
replaces a tracker store that fails by an empty one in memory. Both would acknowledge something
that never happened. Here the turn raises and nothing of it is saved, so that the conversation
stands where it stood and the same sentence can be said again.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

_LOCK_POLL = 0.05  # seconds between looks at a conversation that is busy; Rasa's own is one second


class TurnFailed(Exception):
    """An action raised during the turn. Nothing of the turn was saved."""


class StrictProcessor(MessageProcessor):
    """A message processor that raises what an action raises."""

    async def play(self, message: UserMessage) -> DialogueStateTracker:
        """Play one turn and save it; answers the conversation after it."""
        tracker = await self.log_message(message, should_save_tracker=False)
        tracker = await self.run_action_extract_slots(message.output_channel, tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return tracker

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


async def play(agent: Agent, message: UserMessage) -> DialogueStateTracker:
    """Play `message` when the conversation is free; answers the conversation after the turn."""
    make_strict(agent)
    async with agent.lock_store.lock(message.sender_id, wait_time_in_seconds=_LOCK_POLL):
        return await agent.processor.play(message)  # type: ignore[union-attr]


def last_turn(tracker: DialogueStateTracker) -> tuple[UserUttered | None, list[str]]:
    """The last message of a conversation and the names of the actions that ran after it."""
    actions: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return event, actions[::-1]
        if isinstance(event, ActionExecuted) and event.action_name not in (
            None,
            ACTION_LISTEN_NAME,
            ACTION_SESSION_START_NAME,
        ):
            actions.append(event.action_name)
    return None, actions[::-1]
