"""The states that policies predict from, worked out once a prediction.

Each policy, and the policy of rules twice, tells the whole conversation to an empty tracker again
to see the state before each action. What differs between them is only what they leave out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker


def apply() -> None:
    """Let states be worked out this way."""
    Domain.states_for_tracker_history = states_for_tracker_history


@dataclass(frozen=True)
class Moment:
    """A conversation just before an action, or after the last event."""

    state: State
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
    for moment in _moments(self, tracker, omit_unset_slots):
        if ignore_rule_only_turns:
            # The last action that isn't hidden stands before those that follow hidden ones.
            if not hidden:
                learned_action = moment.last_action
            if not moment.forced:
                hidden = moment.hidden
            if hidden:
                continue
        # Policies take away from states what they don't look at.
        state = {kind: dict(part) for kind, part in moment.state.items()}
        if ignore_rule_only_turns:
            self._remove_rule_only_features(state, rule_only_data)
            if states:
                self._substitute_rule_only_user_input(state, states[-1])
            if learned_action:
                state[PREVIOUS_ACTION] = learned_action
        states.append(self._clean_state(state))
    return states


def _moments(domain: Domain, tracker: DialogueStateTracker, omit_unset_slots: bool) -> list[Moment]:
    # What is told later changes the end of the conversation, never what is in the middle.
    length, last = len(tracker.events), tracker.events[-1] if tracker.events else None
    kept = tracker.__dict__.get("_moments")
    if kept is not None:
        moments: list[Moment]
        for_domain, for_length, for_last, omitting, moments = kept
        same = for_domain is domain and for_last is last
        if same and (for_length, omitting) == (length, omit_unset_slots):
            return moments
    moments = [
        Moment(
            state=domain.get_active_state(before, omit_unset_slots=omit_unset_slots),
            last_action=domain._get_prev_action_sub_state(before) or {},
            hidden=hidden,
            forced=bool(before.followup_action)
            or before.latest_action_name == before.active_loop_name,
        )
        for before, hidden in tracker.generate_all_prior_trackers()
    ]
    tracker.__dict__["_moments"] = (domain, length, last, omit_unset_slots, moments)
    return moments
