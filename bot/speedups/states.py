"""The states that policies predict from, worked out once.

Each policy, and the policy of rules twice, tells the whole conversation to an empty tracker again
to see the state before each action. What differs between them is only what they leave out; and the
next prediction goes on where the last one ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from operator import is_
from typing import Any

from rasa.shared.core.constants import ACTIVE_LOOP, PREVIOUS_ACTION, SLOTS, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


def apply() -> None:
    """Let states be worked out this way."""
    Domain.states_for_tracker_history = states_for_tracker_history


@dataclass(frozen=True)
class Moment:
    """A conversation just before an action, or after the last event."""

    message: UserUttered | None
    """What was said last. How it counts is decided later, so it is looked at anew each time."""
    others: dict[str, Any]
    """Slots, last action and open form, as parts of a state."""
    last_action: dict[str, Any]
    hidden: bool
    forced: bool
    """A follow-up, or a form that goes on: whether it is hidden is what it was before."""


def states_for_tracker_history(
    self: Domain,
    tracker: DialogueStateTracker,
    omit_unset_slots: bool = False,
    ignore_rule_only_turns: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """The state before each action of the conversation, and the one that it is in."""
    states: list[State] = []
    learned_action: dict[str, Any] = {}
    hidden = False
    told = _told(self, tracker, omit_unset_slots)
    for moment in told.all:
        if ignore_rule_only_turns:
            # The last action that isn't hidden stands before those that follow hidden ones.
            if not hidden:
                learned_action = moment.last_action
            if not moment.forced:
                hidden = moment.hidden
            if hidden:
                continue
        # Policies take away from states what they don't look at.
        state = {USER: dict(told.said(moment.message))}
        state.update((kind, dict(part)) for kind, part in moment.others.items())
        if ignore_rule_only_turns:
            self._remove_rule_only_features(state, rule_only_data)
            if states:
                self._substitute_rule_only_user_input(state, states[-1])
            if learned_action:
                state[PREVIOUS_ACTION] = learned_action
        states.append(self._clean_state(state))
    return states


@dataclass(frozen=True)
class _Said:
    """As much of a tracker as the part of a state that is about what was said needs."""

    latest_message: UserUttered | None


class _Told:
    """A conversation told to an empty tracker, up to where it was told last."""

    def __init__(self, domain: Domain, tracker: DialogueStateTracker, omit: bool) -> None:
        self.domain, self.omit = domain, omit
        self.moments: list[Moment] = []
        self.all: list[Moment] = []
        self.at: tuple[int, Event | None] | None = None
        self._tracker = tracker.init_copy()
        self._events: list[Event] = []
        self._said: dict[tuple[Any, ...], tuple[UserUttered | None, dict[str, Any]]] = {}

    def went_on(self, events: list[Event]) -> bool:
        """Whether what was told is how `events` begin."""
        return len(self._events) <= len(events) and all(map(is_, self._events, events))

    def tell(self, events: list[Event]) -> None:
        """Tell the rest of `events`."""
        for event in islice(events, len(self._events), None):
            if isinstance(event, ActionExecuted):
                self.moments.append(self._moment(event.hide_rule_turn))
            self._tracker.events.append(event)
            event.apply_to(self._tracker)
        self._events = events
        self.all = [*self.moments, self._moment(False)]

    def said(self, message: UserUttered | None) -> dict[str, Any]:
        """The part of a state that is about a message."""
        # What is decided about a message later changes how it counts.
        entities = len(message.entities) if message else 0
        how = id(message), entities, message and message.use_text_for_featurization
        if how not in self._said:
            # With the message, so that no other one is ever taken for it.
            self._said[how] = message, self.domain._get_user_sub_state(_Said(message))
        return self._said[how][1]

    def _moment(self, hidden: bool) -> Moment:
        now = self._tracker
        last_action = self.domain._get_prev_action_sub_state(now) or {}
        return Moment(
            message=now.latest_message,
            others={
                SLOTS: self.domain._get_slots_sub_state(now, omit_unset_slots=self.omit),
                PREVIOUS_ACTION: last_action,
                ACTIVE_LOOP: self.domain._get_active_loop_sub_state(now),
            },
            last_action=last_action,
            hidden=hidden,
            forced=bool(now.followup_action) or now.latest_action_name == now.active_loop_name,
        )


def _told(domain: Domain, tracker: DialogueStateTracker, omit_unset_slots: bool) -> _Told:
    told: _Told | None = tracker.__dict__.get("_told")
    if told is None or told.domain is not domain or told.omit != omit_unset_slots:
        told = _Told(domain, tracker, omit_unset_slots)
    length, last = len(tracker.events), tracker.events[-1] if tracker.events else None
    if told.at is None or told.at[0] != length or told.at[1] is not last:
        events = tracker.applied_events()
        if not told.went_on(events):
            # A form that goes on takes back what was said since it ran.
            told = _Told(domain, tracker, omit_unset_slots)
        told.tell(events)
        told.at = length, last
    tracker.__dict__["_told"] = told
    return told
