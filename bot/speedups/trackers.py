"""Copies of a conversation made from its state instead of by telling its events again.

Before each action Rasa copies the tracker, and around each form it makes two more, all by applying
every event since the beginning to an empty one. The state that comes out is the state that the
original is in, except for a follow-up action that has been taken already: that one is worked out.

Which events count, after forms and reverts have taken some back, is asked several times a
prediction, and looked up by the classes of events, of which there are few.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from rasa.core.actions.forms import FormAction
from rasa.shared.constants import DEFAULT_SENDER_ID
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    StoryExported,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_stock_copy = DialogueStateTracker.copy
_stock_applied = DialogueStateTracker.applied_events
_stock_temporary = FormAction._temporary_tracker

# After these, or with them, telling the events again does more than the state says.
_UNUSUAL = (ActionReverted, Restarted, StoryExported, UserUtteranceReverted)
_OTHERS = (SessionStarted, ActionExecuted, ActionExecutionRejected, ActiveLoop, UserUttered)
_KINDS = (*_UNUSUAL, *_OTHERS)
_kinds: dict[type[Event], type[Event]] = {}


def apply() -> None:
    """Let trackers be copied this way."""
    DialogueStateTracker.copy = copy
    DialogueStateTracker.applied_events = applied_events
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
    return forgets or not _kinds_of(tracker.events).isdisjoint(_UNUSUAL)


def _kind(event: type[Event]) -> type[Event]:
    found = _kinds.get(event)
    if found is None:
        found = _kinds[event] = next((one for one in _KINDS if issubclass(event, one)), Event)
    return found


def _kinds_of(events: Iterable[Event]) -> set[type[Event]]:
    return set(map(_kind, set(map(type, events))))


def applied_events(self: DialogueStateTracker) -> list[Event]:
    """The events without those that were taken back."""
    length, last = len(self.events), self.events[-1] if self.events else None
    kept = self.__dict__.get("_applied")
    # What is told later changes the end of the conversation, never what is in the middle.
    if kept is None or kept[0] != length or kept[1] is not last:
        kept = self.__dict__["_applied"] = length, last, _applied(self)
    found: list[Event] = kept[2]
    return list(found)


def _applied(tracker: DialogueStateTracker) -> list[Event]:
    events = tracker.events
    kinds = _kinds_of(events)
    if not kinds.isdisjoint(_UNUSUAL):
        known: list[Event] = _stock_applied(tracker)
        return known
    if kinds.isdisjoint((ActiveLoop, SessionStarted)):
        return list(events)
    forms = {one.name for one in events if _kind(type(one)) is ActiveLoop and one.name}
    applied: list[Event] = []
    for event in events:
        kind = _kind(type(event))
        if kind is SessionStarted:
            applied = []
            continue
        if kind is ActionExecuted and event.action_name in forms and _goes_on(event, applied):
            tracker._undo_till_previous_loop_execution(event.action_name, applied)
        else:
            applied.append(event)
    return applied


def _goes_on(form: ActionExecuted, applied: list[Event]) -> bool:
    """Whether a form that runs has run before, and nothing came in between."""
    follows: str | None = None
    for event in reversed(applied):
        kind = _kind(type(event))
        if kind is ActionExecuted:
            if event.action_name == form.action_name:
                return True
            follows = event.action_name
        elif kind is ActiveLoop:
            if event.name is None:
                return False
        elif kind is ActionExecutionRejected:
            if event.action_name == form.action_name:
                return False
        elif kind is UserUttered and follows not in (None, form.action_name):
            return False
    return False


def _in_the_state_of(tracker: DialogueStateTracker, events: deque[Event]) -> DialogueStateTracker:
    found: DialogueStateTracker = object.__new__(DialogueStateTracker)
    found.__dict__.update(
        _max_event_history=events.maxlen,
        events=events,
        sender_id=tracker.sender_id or DEFAULT_SENDER_ID,
        slots={name: _duplicate(slot) for name, slot in tracker.slots.items()},
        sender_source=None,
        is_rule_tracker=tracker.is_rule_tracker,
        _paused=tracker._paused,
        followup_action=_followup_action(events),
        latest_action=tracker.latest_action,
        latest_message=tracker.latest_message,
        latest_bot_utterance=tracker.latest_bot_utterance,
        active_loop=replace(tracker.active_loop) if tracker.active_loop else None,
        model_id=None,
        assistant_id=None,
    )
    return found


def _duplicate(slot: Slot) -> Slot:
    """What `copy.copy` makes of a slot."""
    found: Slot = object.__new__(type(slot))
    found.__dict__.update(slot.__dict__)
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
