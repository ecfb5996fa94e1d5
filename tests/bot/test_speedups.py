"""What replaces a piece of Rasa answers what that piece answers."""

from __future__ import annotations

import copy
import logging
from itertools import islice
from typing import Any

import numpy as np
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.common import all_subclasses
from sklearn.feature_extraction.text import CountVectorizer

from bot import speedups
from bot.evaluation import held_out
from bot.nlu.intents import WeightedRegressionClassifier
from bot.speedups import (
    answers,
    domains,
    event_types,
    graph,
    ngrams,
    states,
    trackers,
)
from tests.bot.conversations import conversations, state

SENTENCES = [*dict.fromkeys(one.text for one in held_out())][::4]
STRANGE = ["😀", "…", "a", "x" * 300, "EMP001", "Ünïcödé wörds", "1 2 3", "/", "\u200b"]

SLOT = {"event": "slot", "name": "answer", "value": None, "timestamp": None}
ANSWERS: list[Any] = [
    {"events": [], "responses": []},
    {"events": [SLOT], "responses": [{"text": "Saved."}]},
    {"events": [{"event": "followup", "name": "task_form"}, SLOT], "responses": []},
    {"events": [{"event": "active_loop", "name": None}]},
    {},
    {"events": [{"event": "no_such_event"}], "responses": []},
    {"events": [{"event": "slot", "value": 1}], "responses": []},
    {"events": [{"name": "slot"}], "responses": []},
    {"events": "none", "responses": []},
    {"events": None},
    {"events": [], "responses": ["text"]},
    {"responses": {}},
    [],
    None,
    "text",
]


@pytest.fixture(scope="module")
def domain(processor: MessageProcessor) -> Domain:
    return processor.domain


def outcome(call: Any, *args: Any) -> Any:
    """What a call answers, or the kind and words of what it raises."""
    try:
        return call(*args)
    except Exception as error:
        return type(error), str(error), getattr(error, "message", None)


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_verdict_on_an_action_s_answer_is_rasas(answer: Any) -> None:
    action = RemoteAction("action_greet", None)
    stock = outcome(RemoteAction._validate_action_result, action, answer)
    assert outcome(answers._validate_action_result, action, answer) == stock


def test_events_have_the_class_that_rasa_finds() -> None:
    names = [one.type_name for one in all_subclasses(Event)]
    assert len(names) > 20
    for name in [*names, *names, "topic"]:
        assert event_types.resolve_by_type(name) is Event.resolve_by_type(name)
    assert event_types.resolve_by_type("nothing", SlotSet) is SlotSet
    for name in ("nothing", ""):
        assert outcome(event_types.resolve_by_type, name) == outcome(Event.resolve_by_type, name)


def test_a_copy_knows_what_rasas_copy_knows(domain: Domain) -> None:
    for tracker in conversations(domain, 300):
        assert state(trackers.copy(tracker)) == state(tracker.copy())


def test_a_copy_leaves_its_original_alone(domain: Domain) -> None:
    for tracker in conversations(domain, 50):
        before = state(tracker.copy())
        copied = trackers.copy(tracker)
        for other in islice(conversations(domain, 5, seed=3), 5):
            for event in other.events:
                copied.update(event, domain)
        assert state(tracker.copy()) == before


@pytest.mark.parametrize("form_name", ["registration_form", "task_form"])
def test_a_form_looks_ahead_as_rasas_does(domain: Domain, form_name: str) -> None:
    form = FormAction(form_name, None)
    more = [SlotSet("answer", "Acme"), SlotSet("requested_slot", None)]
    for tracker in conversations(domain, 150, seed=11):
        stock = form._temporary_tracker(tracker, more, domain)
        ours = trackers._temporary_tracker(form, tracker, more, domain)
        assert _without_times(state(ours)) == _without_times(state(stock))


def _without_times(known: dict[str, Any]) -> dict[str, Any]:
    return {**known, "events": [(type(one), str(one)) for one in known["events"]]}


ONLY_IN_RULES = {"rule_only_slots": ["requested_slot"], "rule_only_loops": ["task_form"]}


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("rule_only", [None, ONLY_IN_RULES])
def test_policies_see_the_same_states(
    domain: Domain, hidden: bool, rule_only: dict[str, Any] | None
) -> None:
    for tracker in conversations(domain, 60, seed=13):
        for omitted in (False, True):
            arguments = (domain, tracker, omitted, hidden, rule_only)
            for _ in range(2):  # what a policy takes away from one answer is in the next
                stock = Domain.states_for_tracker_history(*arguments)
                ours = states.states_for_tracker_history(*arguments)
                assert ours == stock
                for state_ in ours:
                    state_.get("user", {}).pop("text", None)
                    state_.pop("active_loop", None)


def test_every_sentence_is_read_alike(processor: MessageProcessor) -> None:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    for text in (*SENTENCES[:60], *STRANGE):
        inputs = {"__message__": [_message(text)], "__tracker__": None}
        [stock] = runner.run(inputs, [processor.model_metadata.nlu_target]).values()
        inputs = {"__message__": [_message(text)], "__tracker__": None}
        [ours] = graph.run(runner, inputs, [processor.model_metadata.nlu_target]).values()
        assert ours[0].as_dict(True) == stock[0].as_dict(True)


def test_a_graph_refuses_what_rasas_refuses(processor: MessageProcessor) -> None:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    target = processor.model_metadata.nlu_target
    clash = {"__message__": target}
    for inputs, targets in ((None, [target]), (clash, [target]), ({}, ["no_such_node"])):
        stock = outcome(runner.run, inputs, targets)
        assert outcome(graph.run, runner, inputs, targets)[0] is stock[0]
    with pytest.raises(GraphRunError):
        graph.run(runner, clash, [target])


def test_the_same_action_is_predicted(processor: MessageProcessor, domain: Domain) -> None:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    target = processor.model_metadata.core_target
    for tracker in conversations(domain, 60, seed=5):
        inputs = {"__tracker__": tracker}
        stock = runner.run(inputs, [target])[target]
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Domain, "states_for_tracker_history", states.states_for_tracker_history)
            ours = graph.run(runner, inputs, [target])[target]
        assert ours == stock


@pytest.fixture(scope="module")
def counters(processor: MessageProcessor) -> list[CountVectorsFeaturizer]:
    found = _components(processor, CountVectorsFeaturizer)
    assert len(found) == 2
    return found


def _components(processor: MessageProcessor, kind: type) -> list[Any]:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    nodes = runner._instantiated_nodes.values()
    return [one._component for one in nodes if isinstance(one._component, kind)]


def test_the_same_n_grams_are_counted(counters: list[CountVectorsFeaturizer]) -> None:
    for text in (*SENTENCES, *STRANGE):
        for counter in counters:
            for words in (text.split(), [text], []):
                stock = counter._create_features(TEXT, [words])
                ours = ngrams._create_features(counter, TEXT, [words])
                for [one], [other] in zip(ours, stock, strict=True):
                    assert _same(one, other), text
    assert ngrams._create_features(counters[0], "no attribute", [["a"]]) == ([None], [None])


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return (
        type(one) is type(other)
        and one.shape == other.shape
        and one.dtype == other.dtype
        and one.row.tolist() == other.row.tolist()
        and one.col.tolist() == other.col.tolist()
        and one.data.tolist() == other.data.tolist()
        and vars(one).keys() == vars(other).keys()
        and one.maxprint == other.maxprint
        and [one.row.dtype, one.col.dtype] == [other.row.dtype, other.col.dtype]
    )


ANALYZERS: list[dict[str, Any]] = [
    {"analyzer": "word"},
    {"analyzer": "word", "min_ngram": 1, "max_ngram": 2},
    {"analyzer": "char", "min_ngram": 1, "max_ngram": 3},
    {"analyzer": "char_wb", "min_ngram": 2, "max_ngram": 5, "lowercase": False},
    {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 2, "strip_accents": "unicode"},
]


@pytest.mark.parametrize("chosen", ANALYZERS)
def test_n_grams_of_every_kind_are_counted_alike(
    counters: list[CountVectorsFeaturizer], chosen: dict[str, Any]
) -> None:
    counter = copy.copy(counters[0])
    config = {**counter.get_default_config(), **chosen}
    texts = [*SENTENCES[:40], *STRANGE, "ΟΔΟΣ ΣΟΦΟΣ Σ", "to be or not to be"]
    fitted = CountVectorizer(
        analyzer=config["analyzer"],
        ngram_range=(config["min_ngram"], config["max_ngram"]),
        lowercase=config["lowercase"],
        strip_accents=config["strip_accents"],
    ).fit(texts)
    counter.vectorizers = {TEXT: fitted}
    for text in texts:
        stock = counter._create_features(TEXT, [text.split()])
        ours = ngrams._create_features(counter, TEXT, [text.split()])
        for [one], [other] in zip(ours, stock, strict=True):
            assert _same(one, other), text


def test_intents_score_as_scikit_learn_has_it(processor: MessageProcessor) -> None:
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    [classifier] = _components(processor, WeightedRegressionClassifier)
    assert len(classifier.clf.classes_) > 20
    before = "run_bot.nlu.sentences.SentenceFeaturizer3"
    for text in (*SENTENCES, *STRANGE):
        inputs = {"__message__": [_message(text)], "__tracker__": None}
        [[message]] = runner.run(inputs, [before]).values()
        stock, ours = (Message({TEXT: text}, features=message.features) for _ in range(2))
        LogisticRegressionClassifier.process(classifier, [stock])
        classifier.process([ours])
        _assert_alike(ours.get("intent_ranking"), stock.get("intent_ranking"))
        assert ours.get("intent")["name"] == stock.get("intent")["name"]
        assert ours.as_dict(True).keys() == stock.as_dict(True).keys()


def _assert_alike(ours: list[dict[str, Any]], stock: list[dict[str, Any]]) -> None:
    assert [one["name"] for one in ours] == [one["name"] for one in stock]
    confidences = ([one["confidence"] for one in ranking] for ranking in (ours, stock))
    np.testing.assert_allclose(*confidences, rtol=1e-9, atol=1e-15)


def _message(text: str) -> Any:
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415

    return UserMessage(text)


def test_a_domain_is_as_empty_as_it_was(domain: Domain) -> None:
    for one in (domain, domain, Domain.empty()):
        assert domains.is_empty(one) == one.is_empty()


def test_another_rasa_runs_as_it_was_shipped(caplog: pytest.LogCaptureFixture) -> None:
    before = RemoteAction._validate_action_result, DialogueStateTracker.copy, DaskGraphRunner.run
    with caplog.at_level(logging.WARNING):
        assert speedups.apply("3.6.22") is False
    after = RemoteAction._validate_action_result, DialogueStateTracker.copy, DaskGraphRunner.run
    assert after == before
    [warning] = [one for one in caplog.records if one.name == "bot.speedups"]
    assert "3.6.22" in warning.getMessage()


def test_the_events_that_count_are_those_that_rasa_counts(domain: Domain) -> None:
    for tracker in conversations(domain, 200, seed=31):
        told = DialogueStateTracker(tracker.sender_id, domain.slots)
        for event in tracker.events:
            told.update(event, domain)
            found = trackers.applied_events(told)
            assert list(map(id, found)) == list(map(id, told.applied_events()))
            found.clear()  # what somebody does with the answer is in no other one


def test_states_stay_the_same_while_a_conversation_goes_on(domain: Domain) -> None:
    for tracker in conversations(domain, 60, seed=37):
        told = DialogueStateTracker(tracker.sender_id, domain.slots)
        for event in tracker.events:
            told.update(event, domain)
            stock = Domain.states_for_tracker_history(domain, told)
            assert states.states_for_tracker_history(domain, told) == stock
