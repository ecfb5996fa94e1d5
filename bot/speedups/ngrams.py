"""The n-grams of one sentence, counted without the machinery for a collection of texts.

For each sentence, and again for its words, Rasa has scikit-learn build an analyzer, check the
vocabulary and fill arrays that grow; counting some fifty n-grams is the least of it. Here they are
counted once, for the words, of which the sentence has the sum.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from scipy.sparse import coo_matrix
from scipy.sparse._base import MAXPRINT
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
        counted = [_counted(vectorizer, one) for one in tokens]
        words.append(_matrix(vectorizer, counted) if tokens else None)
        if not tokens or attribute not in DENSE_FEATURIZABLE_ATTRIBUTES:
            sentences.append(None)
        elif _within_words(vectorizer):
            together = Counter[int]()
            for one in counted:
                together.update(one)
            sentences.append(_matrix(vectorizer, [together]))
        else:
            sentences.append(_matrix(vectorizer, [_counted(vectorizer, " ".join(tokens))]))
    return words, sentences


def _within_words(vectorizer: CountVectorizer) -> bool:
    """Whether no n-gram is of two words: those of a sentence are then those of its words."""
    if vectorizer.tokenizer is not None or vectorizer.preprocessor is not None:
        return False
    single = vectorizer.ngram_range == (1, 1) and vectorizer.stop_words is None
    return vectorizer.analyzer == "char_wb" or (vectorizer.analyzer == "word" and single)


def _counted(vectorizer: CountVectorizer, text: str) -> Counter[int]:
    known = vectorizer.__dict__
    if "_analyze" not in known:
        vectorizer._validate_vocabulary()
        known["_analyze"] = vectorizer.build_analyzer()
    analyze, vocabulary = known["_analyze"], vectorizer.vocabulary_
    return Counter([vocabulary[gram] for gram in analyze(text) if gram in vocabulary])


def _matrix(vectorizer: CountVectorizer, rows: list[Counter[int]]) -> coo_matrix:
    columns = [sorted(counted) for counted in rows]
    sizes = [len(one) for one in columns]
    flat = list(chain.from_iterable(columns))
    if vectorizer.binary:
        counts = [1] * len(flat)
    else:
        every = zip(rows, columns, strict=True)
        counts = [counted[column] for counted, found in every for column in found]
    # As the constructor leaves it, after checks of what is known here.
    made: coo_matrix = object.__new__(coo_matrix)
    made.__dict__.update(
        _shape=(len(rows), len(vectorizer.vocabulary_)),
        maxprint=MAXPRINT,
        row=np.repeat(np.arange(len(rows), dtype=np.int32), sizes),
        col=np.array(flat, dtype=np.int32),
        data=np.array(counts, dtype=vectorizer.dtype),
        has_canonical_format=False,
    )
    return made
