"""Copies of a conversation made from its state instead of by telling its events again.

Before each action Rasa copies the tracker, and around each form it makes two more, all by applying
every event since the beginning to an empty one. The state that comes out is the state that the
original is in, except for a follow-up action that has been taken already: that one is worked out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from rasa.core.actions.forms import FormAction
from rasa.shared.constants import DEFAULT_SENDER_ID
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    StoryExported,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

_stock_copy = DialogueStateTracker.copy
_stock_temporary = FormAction._temporary_tracker

# After these, or with them, telling the events again does more than the state says.
_UNUSUAL = (ActionReverted, Restarted, StoryExported, UserUtteranceReverted)


def apply() -> None:
    """Let trackers be copied this way."""
    DialogueStateTracker.copy = copy
    FormAction._temporary_tracker = _temporary_tracker


def copy(self: DialogueStateTracker) -> DialogueStateTracker:
    """A duplicate that shares the events and nothing else."""
    if _is_unusual(self):
        return _stock_copy(self)
    return _in_the_state_of(self, deque(self.events, self._max_event_history))


def _temporary_tracker(
    self: FormAction,
    current_tracker: DialogueStateTracker,
    additional_events: list[Event],
    domain: Domain,
) -> DialogueStateTracker:
    """The conversation as it would be with `additional_events`, for validation by an action."""
    if _is_unusual(current_tracker):
        return _stock_temporary(self, current_tracker, additional_events, domain)
    tracker = _in_the_state_of(current_tracker, deque(current_tracker.events))
    tracker.is_rule_tracker = False
    tracker.update(SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(current_tracker)))
    tracker.update(ActionExecuted(self.name()))
    for one in additional_events:
        tracker.update(one)
    return tracker


def _is_unusual(tracker: DialogueStateTracker) -> bool:
    """Whether the events by themselves tell something else than the state."""
    forgets = tracker._max_event_history is not None
    return forgets or any(isinstance(one, _UNUSUAL) for one in tracker.events)


def _in_the_state_of(tracker: DialogueStateTracker, events: deque[Event]) -> DialogueStateTracker:
    found = DialogueStateTracker(
        tracker.sender_id or DEFAULT_SENDER_ID,
        tracker.slots.values(),
        events.maxlen,
        is_rule_tracker=tracker.is_rule_tracker,
    )
    for name, slot in tracker.slots.items():
        found.slots[name].__dict__.update(slot.__dict__)
    found.events = events
    found._paused = tracker._paused
    found.latest_action = tracker.latest_action
    found.latest_message = tracker.latest_message
    found.latest_bot_utterance = tracker.latest_bot_utterance
    found.active_loop = replace(tracker.active_loop) if tracker.active_loop else None
    found.followup_action = _followup_action(events)
    return found


def _followup_action(events: deque[Event]) -> str | None:
    """What is to be done next after `events` alone."""
    for one in reversed(events):
        if isinstance(one, FollowupAction):
            name: str | None = one.action_name
            return name
        if isinstance(one, (ActionExecuted, UserUttered)):
            return None
        if isinstance(one, SessionStarted):
            break
    return str(ACTION_LISTEN_NAME)
