"""The classifier of intents: trained, kept and loaded, it says what it said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.evaluation import held_out
from bot.nlu.intents import WeightedRegressionClassifier

CONFIG = {**WeightedRegressionClassifier.get_default_config(), "max_iter": 100, "tol": 0.001}
RESOURCE = Resource("classifier")


@pytest.fixture(scope="module")
def examples(processor: MessageProcessor) -> list[Message]:
    """Sentences of six intents, with their features and what is meant."""
    runner = processor.graph_runner
    assert isinstance(runner, DaskGraphRunner)
    wanted = sorted({one.intent for one in held_out()})[:6]
    found = []
    for one in [one for one in held_out() if one.intent in wanted][:90]:
        inputs = {"__message__": [UserMessage(one.text)], "__tracker__": None}
        [[read]] = runner.run(inputs, ["run_bot.nlu.sentences.SentenceFeaturizer3"]).values()
        found.append(Message({TEXT: one.text, INTENT: one.intent}, features=read.features))
    return found


def trained(folder: Path, examples: list[Message]) -> WeightedRegressionClassifier:
    storage = LocalModelStorage(folder)
    component = WeightedRegressionClassifier(CONFIG, "classifier", storage, RESOURCE)
    component.train(TrainingData(examples))
    return component


def said(component: LogisticRegressionClassifier, examples: list[Message]) -> list[Any]:
    messages = [Message({TEXT: one.get(TEXT)}, features=one.features) for one in examples]
    return [one.get("intent_ranking") for one in component.process(messages)]


@pytest.mark.parametrize("intents", [6, 2])
def test_a_classifier_comes_out_of_its_model_as_it_went_in(
    tmp_path: Path, examples: list[Message], intents: int
) -> None:
    kept = sorted({one.get(INTENT) for one in examples})[:intents]
    chosen = [one for one in examples if one.get(INTENT) in kept]
    before = trained(tmp_path, chosen)
    context = ExecutionContext(GraphSchema({}), node_name="classifier")
    after = WeightedRegressionClassifier.load(
        CONFIG, LocalModelStorage(tmp_path), RESOURCE, context
    )
    assert said(after, examples) == said(before, examples)
    # and that is what scikit-learn makes of the same numbers
    ours = np.array([[one["confidence"] for one in ranking] for ranking in said(after, chosen)])
    stock = np.sort(before.clf.predict_proba(before._create_X(chosen)))[:, ::-1]
    np.testing.assert_allclose(ours, stock[:, : ours.shape[1]], rtol=1e-9, atol=1e-15)
    right = [
        ranking[0]["name"] == one.get(INTENT)
        for ranking, one in zip(said(after, chosen), chosen, strict=True)
    ]
    assert sum(right) / len(right) > 0.9


def test_a_model_is_arrays_and_nothing_that_could_run(
    tmp_path: Path, examples: list[Message]
) -> None:
    trained(tmp_path, examples)
    [file] = [one for one in tmp_path.rglob("*") if one.is_file()]
    with np.load(file, allow_pickle=False) as arrays:
        assert {one.dtype.kind for one in arrays.values()} <= {"f", "U"}
