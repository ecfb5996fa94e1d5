"""Rules found by the state they begin with, and states left alone where a form goes on.

For each prediction, once for words and once for intents, Rasa holds every rule against the
conversation, reading it from its text. Which action stood before and which intent was said leaves
two or three of a hundred. And where an open form goes on, or listens, that is decided before any
rule: the policies need not work out states that nobody looks at.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    PREVIOUS_ACTION,
    SHOULD_NOT_BE_SET,
    USER,
)
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

Begins = tuple[Any, Any]  # the action before and the intent; None where a rule asks for no certain

_stock_find = RulePolicy._find_action_from_rules
_stock_predict = RulePolicy._predict
_stock_memory = MemoizationPolicy.predict_action_probabilities
_stock_recall = MemoizationPolicy._recall_states


def apply() -> None:
    """Let rules be found this way."""
    RulePolicy._get_possible_keys = _get_possible_keys
    RulePolicy._find_action_from_rules = _find_action_from_rules
    RulePolicy._predict = _predict
    MemoizationPolicy.predict_action_probabilities = predict_action_probabilities
    MemoizationPolicy._recall_states = _recall_states


@dataclass(frozen=True)
class Condition:
    """What a rule asks of one state: values that must be there, and some that must not."""

    begins: bool
    """Nothing was done before: a conversation begins with this state."""
    wanted: list[tuple[str, str, Any]]
    unwanted: list[tuple[str, str]]

    @classmethod
    def of(cls, state: State) -> Condition:
        """The condition that a state of a rule is."""
        wanted, unwanted = [], []
        for part, values in state.items():
            for name, value in values.items():
                if value == SHOULD_NOT_BE_SET:
                    unwanted.append((part, name))
                elif value:
                    # A tuple became a list in the rule's text.
                    known = tuple(value) if isinstance(value, list) else value
                    wanted.append((part, name, known))
        return cls(not state.get(PREVIOUS_ACTION), wanted, unwanted)

    def holds(self, state: State) -> bool:
        """Whether a conversation's state is as the rule asks."""
        begins = not state.get(PREVIOUS_ACTION)
        if self.begins or begins:
            return self.begins and begins
        for part, name, value in self.wanted:
            if state.get(part, {}).get(name) != value:
                return False
        for part, name in self.unwanted:
            found = state.get(part, {}).get(name)
            if found and found != SHOULD_NOT_BE_SET:
                return False
        return True

    def exactly(self, part: str, name: str) -> Any:
        """The value that is wanted in one place; None when any will do."""
        if self.begins:
            return None  # then nothing else is looked at
        return next((one[2] for one in self.wanted if one[:2] == (part, name)), None)


class Rules:
    """The rules of one lookup table, by the last of their states."""

    def __init__(self, lookup: dict[str, str]) -> None:
        self.lookup = lookup
        self.number = len(lookup)
        self._beginning: dict[Begins, list[tuple[str, list[Condition]]]] = defaultdict(list)
        for key in lookup:
            states = RulePolicy._rule_key_to_state(key)
            backwards = [Condition.of(one) for one in reversed(states)]
            last = backwards[0]
            begins = last.exactly(PREVIOUS_ACTION, ACTION_NAME), last.exactly(USER, INTENT)
            self._beginning[begins].append((key, backwards))
        self.without_intent = any(
            (action, None) in self._beginning for action in (ACTION_LISTEN_NAME, None)
        )
        """Whether a rule says what to do after some message of any intent, or none."""

    def found(self, states: list[State]) -> set[str]:
        """The rules that the states of a conversation allow."""
        if not states:
            return set(self.lookup)
        backwards = states[::-1]
        action = backwards[0].get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
        intent = backwards[0].get(USER, {}).get(INTENT)
        return {
            key
            for begins in {(action, intent), (action, None), (None, intent), (None, None)}
            for key, conditions in self._beginning.get(begins, ())
            if _hold(conditions, backwards)
        }


def _hold(conditions: Iterable[Condition], states: list[State]) -> bool:
    # A rule that is longer than the conversation, or shorter, is held against what both have.
    return all(one.holds(state) for one, state in zip(conditions, states, strict=False))


def _get_possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    """The keys of `lookup` that the states allow."""
    return _rules(self, lookup).found(states)


def _rules(self: RulePolicy, lookup: dict[str, str]) -> Rules:
    kept: dict[int, Rules] = self.__dict__.setdefault("_rules_by_state", {})
    rules = kept.get(id(lookup))
    # While it is trained a policy makes new tables, and takes rules out of them.
    if rules is None or rules.lookup is not lookup or rules.number != len(lookup):
        rules = kept[id(lookup)] = Rules(lookup)
    return rules


def _find_action_from_rules(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool,
) -> tuple[str | None, str | None, bool]:
    just_said = tracker.latest_action_name == ACTION_LISTEN_NAME and not tracker.active_loop_name
    # By its words, a message can only be meant by a rule that asks for no intent.
    by_words = use_text_for_last_user_input and just_said
    if by_words and not _rules(self, self.lookup[RULES]).without_intent:
        return None, None, False
    found: tuple[str | None, str | None, bool] = _stock_find(
        self, tracker, domain, use_text_for_last_user_input
    )
    return found


def _predict(
    self: RulePolicy, tracker: DialogueStateTracker, domain: Domain
) -> tuple[PolicyPrediction, str | None]:
    default, _ = self._find_action_from_default_actions(tracker)
    if default is None:
        action, source = self._find_action_from_loop_happy_path(tracker)
        if action is not None:
            # Neither words nor intent count: no other policy is heard (see below).
            tracker.__dict__["_goes_on"] = len(tracker.events), tracker.events[-1]
            probabilities = self._prediction_result(action, tracker, domain)
            return self._rule_prediction(probabilities, source, is_no_user_prediction=True), source
    found: tuple[PolicyPrediction, str | None] = _stock_predict(self, tracker, domain)
    return found


def predict_action_probabilities(
    self: MemoizationPolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    rule_only_data: dict[str, Any] | None = None,
    **others: Any,
) -> PolicyPrediction:
    """What is remembered of the conversation; nothing where the rules have said that a form goes
    on, which the ensemble puts above anything that is remembered."""
    length, last = tracker.__dict__.get("_goes_on", (0, None))
    if length == len(tracker.events) > 0 and last is tracker.events[-1]:
        return self._prediction(self._default_predictions(domain))
    found: PolicyPrediction = _stock_memory(self, tracker, domain, rule_only_data, **others)
    return found


def _recall_states(self: MemoizationPolicy, states: list[State]) -> str | None:
    """The action that followed these states in a story. Its table is read once; Rasa packs the
    states of each prediction as the table's are packed."""
    if not states or not self.config["enable_feature_string_compression"]:
        plain: str | None = _stock_recall(self, states)
        return plain
    lookup, number, unpacked = self.__dict__.get("_unpacked", (None, 0, {}))
    if lookup is not self.lookup or number != len(self.lookup):
        unpacked = {_unpacked(key): action for key, action in self.lookup.items()}
        self.__dict__["_unpacked"] = self.lookup, len(self.lookup), unpacked
    found: str | None = unpacked.get(json.dumps(states, sort_keys=True).replace('"', ""))
    return found


def _unpacked(key: str) -> str:
    return zlib.decompress(base64.b64decode(key)).decode()
