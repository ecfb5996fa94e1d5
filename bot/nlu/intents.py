"""The classifier of intents: logistic regression over weighted n-grams and the sentence's vector.

Rasa's own classifier counts n-grams as they come: a sentence of twenty words is then twenty times
as loud as its vector, and `the` as loud as `undo`. Here the counts are weighted as is usual in
retrieval (tf-idf with 1 + log tf, rows of length 1, see scikit-learn's `TfidfTransformer`), so that
n-grams and vector speak equally loud in every sentence. Measured across writers who did not know
each other's sentences: docs/nlu-report.md.

A sentence is scored by itself, without the matrices that scikit-learn makes of many: only the fifty
n-grams that are in it count. The numbers are scikit-learn's to the last digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfTransformer

_FILE = "classifier.npz"
_OLD_FILE = "classifier.skops"  # of models that were trained before


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WeightedRegressionClassifier(LogisticRegressionClassifier):
    """Rasa's classifier with tf-idf in front and the strength of its regularisation to choose."""

    def __init__(
        self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf.set_params(C=self.config["inverse_regularisation"])
        self._weights = TfidfTransformer(sublinear_tf=True)
        self._idf = np.empty(0)
        # What an n-gram or a number of the vector says for each intent, a row each.
        self._coefficients = np.empty((0, 0))
        self._names: list[str] = []

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
            if (folder / _OLD_FILE).is_file():
                from skops.io import load  # noqa: PLC0415 - takes seconds, for old models only

                component._weights.idf_, component.clf = load(folder / _OLD_FILE)
            else:
                # Nothing but arrays of numbers and names: a model is a file like any other.
                arrays = np.load(folder / _FILE, allow_pickle=False)
                component._weights.idf_ = arrays["idf"]
                component.clf.coef_ = arrays["coefficients"].T
                component.clf.intercept_ = arrays["intercept"]
                component.clf.classes_ = arrays["intents"]
        component._lay_out()
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weights of n-grams, then the intents."""
        self._weights.fit(_counts(training_data.intent_examples))
        resource = super().train(training_data)
        self._lay_out()
        return resource

    def persist(self) -> None:
        """Write weights and classifier into the model."""
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(
                folder / _FILE,
                idf=self._weights.idf_,
                coefficients=np.ascontiguousarray(self.clf.coef_.T),
                intercept=self.clf.intercept_,
                intents=np.array([str(one) for one in self.clf.classes_]),
            )

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `intent` and `intent_ranking` to each message."""
        longest = self.config["ranking_length"]
        for message in messages:
            confidences = _softmax(self._scores(message))
            best = np.argsort(-confidences, kind="stable")[: longest if longest > 0 else None]
            scored = zip(best.tolist(), confidences[best].tolist(), strict=True)
            ranking = [{"name": self._names[one], "confidence": score} for one, score in scored]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _scores(self, message: Message) -> np.ndarray:
        """What each intent scores, in the order of `clf.classes_`."""
        columns, counts, vectors, start = [], [], [], 0
        for one in message.features:
            if one.attribute != TEXT or one.type != FEATURE_TYPE_SENTENCE:
                continue
            if one.is_sparse():
                columns.append(one.features.col + start)
                counts.append(one.features.data)
                start += one.features.shape[1]
            else:
                vectors.append(one.features[0])
        places = np.concatenate(columns)
        weights = (np.log(np.concatenate(counts)) + 1) * self._idf[places]
        length = np.sqrt(weights @ weights)
        scores = weights / (length or 1) @ self._coefficients[places]
        vector = np.concatenate(vectors).astype(np.float64)
        found: np.ndarray = self.clf.intercept_ + scores + vector @ self._coefficients[start:]
        # Of two intents scikit-learn scores the second, against nothing.
        return found if found.size > 1 else np.array([0.0, found[0]])

    def _lay_out(self) -> None:
        """Keep what a sentence is scored with in the order in which it is read."""
        self._idf = self._weights.idf_
        self._coefficients = np.ascontiguousarray(self.clf.coef_.T)
        self.clf.coef_ = self._coefficients.T  # the same numbers, not a second copy
        self._names = [str(one) for one in self.clf.classes_]

    def _create_X(self, messages: list[Message]) -> csr_matrix:  # noqa: N802 (Rasa's name)
        return hstack([self._weights.transform(_counts(messages)), _vectors(messages)]).tocsr()


def _softmax(scores: np.ndarray) -> np.ndarray:
    """What scikit-learn's `softmax` makes of one row, without the checks of its arguments."""
    powers = np.exp(scores - scores.max())
    found: np.ndarray = powers / powers.sum()
    return found


def _counts(messages: list[Message]) -> csr_matrix:
    """The n-grams of each message, words and characters side by side."""
    return vstack([message.get_sparse_features(TEXT)[1].features for message in messages]).tocsr()


def _vectors(messages: list[Message]) -> csr_matrix:
    """The sentence's vector of each message, times its scale."""
    return vstack(
        [csr_matrix(message.get_dense_features(TEXT)[1].features) for message in messages]
    )
