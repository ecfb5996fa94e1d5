"""The scores of one sentence, worked out without building matrices for it.

The classifier of intents was written for many sentences at once: to score a single one it joins
four sparse matrices, and multiplies with its coefficients laid out the wrong way round, which
copies them all each time. Of a sentence only some fifty n-grams count; here nothing else is
touched. The numbers agree with scikit-learn's to the last digits.
"""

from __future__ import annotations

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from sklearn.linear_model import LogisticRegression
from sklearn.utils.extmath import softmax

from bot.nlu.intents import WeightedRegressionClassifier

_stock = WeightedRegressionClassifier.process
_LEAST_CLASSES = 3  # with two classes scikit-learn has scores for one only


def apply() -> None:
    """Let intents be scored this way."""
    WeightedRegressionClassifier.process = process


def process(self: WeightedRegressionClassifier, messages: list[Message]) -> list[Message]:
    """Add `intent` and `intent_ranking` to each message."""
    classifier = self.clf
    if len(classifier.classes_) < _LEAST_CLASSES:
        return _stock(self, messages)
    for message in messages:
        confidences = softmax(_scores(classifier, _idf(self), message))[0]
        ranking = sorted(
            (
                {"name": name, "confidence": confidence}
                for name, confidence in zip(classifier.classes_, confidences, strict=True)
            ),
            key=lambda one: -one["confidence"],
        )
        longest = self.config["ranking_length"]
        message.set("intent", ranking[0], add_to_output=True)
        message.set(
            "intent_ranking", ranking[:longest] if longest > 0 else ranking, add_to_output=True
        )
    return messages


def _idf(component: WeightedRegressionClassifier) -> np.ndarray:
    # scikit-learn sums a matrix up whenever it is asked for these.
    if "_idf" not in component.__dict__:
        component.__dict__["_idf"] = component._weights.idf_
    weights: np.ndarray = component.__dict__["_idf"]
    return weights


def _scores(classifier: LogisticRegression, idf: np.ndarray, message: Message) -> np.ndarray:
    """What each class scores, shape (1, classes)."""
    coefficients = classifier.coef_.T
    if not coefficients.flags.c_contiguous:
        # Laid out by feature from now on. It is the same matrix: no second copy stays.
        coefficients = np.ascontiguousarray(coefficients)
        classifier.coef_ = coefficients.T
    sparse, dense = [], []
    for one in message.features:
        if one.attribute == TEXT and one.type == FEATURE_TYPE_SENTENCE:
            (sparse if one.is_sparse() else dense).append(one.features)
    columns, counts, start = [], [], 0
    for matrix in sparse:
        columns.append(matrix.col + start)
        counts.append(matrix.data)
        start += matrix.shape[1]
    places = np.concatenate(columns)
    weights = (np.log(np.concatenate(counts)) + 1) * idf[places]
    length = np.sqrt(weights @ weights)
    scores = classifier.intercept_ + (weights / (length or 1)) @ coefficients[places]
    scores += np.concatenate(dense, axis=-1)[0].astype(np.float64) @ coefficients[start:]
    return scores[np.newaxis, :]
