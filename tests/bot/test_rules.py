"""Rules that are found by a state, and policies that are spared, predict what Rasa predicts."""

from __future__ import annotations

import ast
import inspect
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.actions import action
from rasa.core.policies import rule_policy
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.rule_policy import (
    RULES,
    RULES_FOR_LOOP_UNHAPPY_PATH,
    RulePolicy,
)
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.speedups import actions, debug_lines, graph, rules
from tests.bot.conversations import conversations


@pytest.fixture(scope="module")
def domain(processor: MessageProcessor) -> Domain:
    return processor.domain


def policy(processor: MessageProcessor, kind: type) -> Any:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    [found] = [one for one in runner._instantiated_nodes.values() if type(one._component) is kind]
    return found._component


def copied(original: Any) -> Any:
    """The same policy, which may be changed."""
    made = object.__new__(type(original))
    made.__dict__.update(original.__dict__)
    return made


def states_of(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain) -> Iterator[Any]:
    for words in (False, True):
        states = policy._prediction_states(
            tracker, domain, words, rule_only_data=policy._get_rule_only_data()
        )
        yield from (states, states[-2:], states[-1:], [])


def test_the_same_rules_are_found(processor: MessageProcessor, domain: Domain) -> None:
    stock = policy(processor, RulePolicy)
    ours = copied(stock)
    found = 0
    for tracker in conversations(domain, 150, seed=17):
        for states in states_of(stock, tracker, domain):
            for table in (stock.lookup[RULES], stock.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]):
                keys = stock._get_possible_keys(table, states)
                assert rules._get_possible_keys(ours, table, states) == keys
                found += len(keys) < len(table)
    assert found > 500


ODD_STATES: list[list[State]] = [
    [{}],
    [{"user": {"intent": "greet"}}],
    [{}, {"user": {"intent": "greet"}, "prev_action": {"action_name": "action_listen"}}],
    [{"slots": {"answer": (1.0,)}, "prev_action": {"action_name": "action_listen"}}],
    [{"slots": {"answer": ()}, "active_loop": {"name": None}, "prev_action": {"action_name": "a"}}],
    [{"active_loop": {"name": "should_not_be_set"}, "prev_action": {"action_text": "Hello."}}],
]


def test_every_kind_of_condition_counts(processor: MessageProcessor) -> None:
    stock = policy(processor, RulePolicy)
    ours = copied(stock)
    keys = [
        '[{"user": {"intent": "greet"}}]',
        '[{}, {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}]',
        '[{"prev_action": {"action_name": "action_listen"}, "slots": {"answer": [1.0]}}]',
        '[{"prev_action": {"action_name": "a"}, "slots": {"answer": "should_not_be_set"}}]',
        '[{"active_loop": {"name": "should_not_be_set"}, "prev_action": {"action_name": "a"}}]',
        '[{"prev_action": {"action_text": "Hello."}}]',
        "[{}]",
    ]
    table = dict.fromkeys(keys, "action_listen")
    for states in ODD_STATES:
        expected = stock._get_possible_keys(table, states)
        assert rules._get_possible_keys(ours, table, states) == expected
    assert any(stock._get_possible_keys(table, states) for states in ODD_STATES)


def test_a_table_that_lost_a_rule_is_read_anew(processor: MessageProcessor) -> None:
    ours = copied(policy(processor, RulePolicy))
    table = dict(ours.lookup[RULES])
    states = [{"user": {"intent": "greet"}, "prev_action": {"action_name": "action_listen"}}]
    [found] = rules._get_possible_keys(ours, table, states)
    del table[found]
    assert rules._get_possible_keys(ours, table, states) == set()


def test_rules_predict_as_they_did(processor: MessageProcessor, domain: Domain) -> None:
    stock = policy(processor, RulePolicy)
    with pytest.MonkeyPatch.context() as patched:
        for tracker in conversations(domain, 150, seed=19):
            expected = RulePolicy._predict(stock, tracker, domain)
            patched.setattr(RulePolicy, "_get_possible_keys", rules._get_possible_keys)
            patched.setattr(RulePolicy, "_find_action_from_rules", rules._find_action_from_rules)
            assert rules._predict(stock, tracker, domain) == expected
            patched.undo()


def test_rules_about_words_are_still_followed(processor: MessageProcessor, domain: Domain) -> None:
    stock = copied(policy(processor, RulePolicy))
    before = '"prev_action": {"action_name": "action_listen"}'
    for rule in (f"[{{{before}}}]", f'[{{{before}, "user": {{"text": "sentence 0"}}}}]'):
        stock.lookup = {**stock.lookup, RULES: {**stock.lookup[RULES], rule: "action_help"}}
        ours = copied(stock)
        found = set()
        for tracker in conversations(domain, 60, seed=47):
            expected = stock._find_action_from_rules(tracker, domain, True)
            assert rules._find_action_from_rules(ours, tracker, domain, True) == expected
            found.add(expected[0])
        assert "action_help" in found


def test_the_policies_together_predict_as_they_did(
    processor: MessageProcessor, domain: Domain
) -> None:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    target = processor.model_metadata.core_target
    [memory] = [
        one
        for one in runner._instantiated_nodes.values()
        if type(one._component) is MemoizationPolicy
    ]
    spared = 0
    for tracker in conversations(domain, 150, seed=23):
        stock = runner.run({"__tracker__": tracker}, [target])[target]
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(RulePolicy, "_predict", rules._predict)
            patched.setattr(RulePolicy, "_get_possible_keys", rules._get_possible_keys)
            patched.setattr(RulePolicy, "_find_action_from_rules", rules._find_action_from_rules)
            patched.setattr(MemoizationPolicy, "_recall_states", rules._recall_states)
            patched.setattr(memory, "_fn", rules.predict_action_probabilities)
            ours = graph.run(runner, {"__tracker__": tracker}, [target])[target]
        assert ours == stock
        spared += "_goes_on" in tracker.__dict__
    assert spared > 10


def test_stories_are_remembered_as_they_were(processor: MessageProcessor, domain: Domain) -> None:
    known = copied(policy(processor, MemoizationPolicy))
    assert known.lookup
    every = [
        known._prediction_states(tracker, domain) for tracker in conversations(domain, 60, seed=29)
    ]
    known.lookup = {
        **known.lookup,
        **{known._create_feature_key(one): f"action_{at}" for at, one in enumerate(every[::2])},
    }
    for states in [*every, [], None]:
        assert rules._recall_states(known, states) == known._recall_states(states)
    assert rules._recall_states(known, every[0]) is not None


def test_lines_for_debugging_are_made_for_those_who_read_them() -> None:
    said = [{"user": {"intent": "greet"}}]
    logger = logging.getLogger(rule_policy.__name__)
    before = logger.level
    try:
        logger.setLevel(logging.DEBUG)
        made = debug_lines.Copies.deepcopy(said)
        assert made == said
        assert made[0] is not said[0]
        assert debug_lines.format_tracker_states(said) == RulePolicy.format_tracker_states(said)
        for other in debug_lines.MODULES:
            logging.getLogger(other.__name__).setLevel(logging.INFO)
        assert debug_lines.Copies.deepcopy(said) is said
        assert debug_lines.format_tracker_states(said) == ""
    finally:
        for other in debug_lines.MODULES:
            logging.getLogger(other.__name__).setLevel(logging.NOTSET)
        logger.setLevel(before)


def test_copies_are_spared_only_where_a_line_would_be_made() -> None:
    for module in debug_lines.MODULES:
        tree = ast.parse(inspect.getsource(module))
        lines = [
            one
            for one in ast.walk(tree)
            if isinstance(one, ast.Call) and ast.unparse(one.func) == "structlogger.debug"
        ]
        in_lines = [one for line in lines for one in ast.walk(line) if is_copy(one)]
        assert in_lines
        assert len(in_lines) == len([one for one in ast.walk(tree) if is_copy(one)])


def is_copy(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "copy"


def test_the_same_action_is_made(domain: Domain) -> None:
    endpoint = EndpointConfig("http://127.0.0.1")
    overriding = Domain.from_dict(
        {
            "actions": ["action_listen", "action_back", "action_own", "form_b", "utter_own"],
            "forms": {"form_a": {"required_slots": []}, "form_b": {"required_slots": []}},
            "responses": {"utter_a": [{"text": "a"}]},
        }
    )
    for one in (domain, overriding, Domain.empty()):
        for name in (*one.action_names_or_texts, "no_such_action", ""):
            for calling in (endpoint, None):
                expected = made(action.action_for_name_or_text, name, one, calling)
                assert made(actions.action_for_name_or_text, name, one, calling) == expected
    first, second = (
        actions.action_for_name_or_text("action_listen", domain, None) for _ in range(2)
    )
    assert first is not second


def made(make: Any, *args: Any) -> Any:
    try:
        found = make(*args)
    except Exception as error:
        return type(error), str(error)
    return type(found), vars(found), found.name()
