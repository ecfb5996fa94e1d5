"""The n-grams of one sentence, counted without the machinery for a collection of texts.

For each sentence, and again for its words, Rasa has scikit-learn build an analyzer, check the
vocabulary and fill arrays that grow; counting some fifty n-grams is the least of it.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from scipy.sparse import coo_matrix
from sklearn.feature_extraction.text import CountVectorizer

Matrices = list[coo_matrix | None]


def apply() -> None:
    """Let n-grams be counted this way."""
    CountVectorsFeaturizer._create_features = _create_features


def _create_features(
    self: CountVectorsFeaturizer, attribute: str, all_tokens: list[list[str]]
) -> tuple[Matrices, Matrices]:
    """For each list of words a matrix with a row a word, and one with a row for all of them."""
    vectorizer = self.vectorizers.get(attribute)
    if not vectorizer:
        return [None], [None]
    words: Matrices = []
    sentences: Matrices = []
    for tokens in all_tokens:
        words.append(_counted(vectorizer, tokens) if tokens else None)
        whole = tokens and attribute in DENSE_FEATURIZABLE_ATTRIBUTES
        sentences.append(_counted(vectorizer, [" ".join(tokens)]) if whole else None)
    return words, sentences


def _counted(vectorizer: CountVectorizer, texts: list[str]) -> coo_matrix:
    known = vectorizer.__dict__
    if "_analyze" not in known:
        vectorizer._validate_vocabulary()
        known["_analyze"] = vectorizer.build_analyzer()
    analyze, vocabulary = known["_analyze"], vectorizer.vocabulary_
    rows: list[int] = []
    columns: list[int] = []
    counts: list[int] = []
    for row, text in enumerate(texts):
        found = Counter(vocabulary[gram] for gram in analyze(text) if gram in vocabulary)
        for column in sorted(found):
            rows.append(row)
            columns.append(column)
            counts.append(1 if vectorizer.binary else found[column])
    places = (np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32))
    shape = (len(texts), len(vocabulary))
    return coo_matrix((np.array(counts, dtype=vectorizer.dtype), places), shape=shape)
