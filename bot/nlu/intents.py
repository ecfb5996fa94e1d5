"""The classifier of intents: logistic regression over weighted n-grams and the sentence's vector.

Rasa's own classifier counts n-grams as they come: a sentence of twenty words is then twenty times
as loud as its vector, and `the` as loud as `undo`. Here the counts are weighted as is usual in
retrieval (tf-idf with 1 + log tf, rows of length 1, see scikit-learn's `TfidfTransformer`), so that
n-grams and vector speak equally loud in every sentence. Measured across writers who did not know
each other's sentences: docs/nlu-report.md.
"""

from __future__ import annotations

from typing import Any

import skops.io
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfTransformer

_FILE = "classifier.skops"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WeightedRegressionClassifier(LogisticRegressionClassifier):
    """Rasa's classifier with tf-idf in front and the strength of its regularisation to choose."""

    def __init__(
        self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf.set_params(C=self.config["inverse_regularisation"])
        self._weights = TfidfTransformer(sublinear_tf=True)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`inverse_regularisation`: scikit-learn's `C`; higher fits the examples more closely."""
        return {
            **LogisticRegressionClassifier.get_default_config(),
            "inverse_regularisation": 10.0,
        }

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WeightedRegressionClassifier:
        """The classifier as it was trained."""
        component = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            # Nothing but scikit-learn's own types is trusted: a model is a file like any other.
            component._weights.idf_, component.clf = skops.io.load(folder / _FILE)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weights of n-grams, then the intents."""
        self._weights.fit(_counts(training_data.intent_examples))
        return super().train(training_data)

    def persist(self) -> None:
        """Write weights and classifier into the model."""
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump((self._weights.idf_, self.clf), folder / _FILE)

    def _create_X(self, messages: list[Message]) -> csr_matrix:  # noqa: N802 (Rasa's name)
        return hstack([self._weights.transform(_counts(messages)), _vectors(messages)]).tocsr()


def _counts(messages: list[Message]) -> csr_matrix:
    """The n-grams of each message, words and characters side by side."""
    return vstack([message.get_sparse_features(TEXT)[1].features for message in messages]).tocsr()


def _vectors(messages: list[Message]) -> csr_matrix:
    """The sentence's vector of each message, times its scale."""
    return vstack(
        [csr_matrix(message.get_dense_features(TEXT)[1].features) for message in messages]
    )
