"""The sentence's vector, worked out or remembered."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu import sentences
from bot.nlu.sentences import SentenceEncoder, encoder

SAID = ["yes", "my registrations", "Register a supplier", "register a supplier", "", " ", "😀"]


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> SentenceEncoder:
    """An encoder that remembers nothing yet; the model is that of the process."""
    made = object.__new__(SentenceEncoder)
    made.__dict__.update(encoder().__dict__)
    made._remembered = type(made._remembered)()
    return made


def test_a_remembered_vector_is_the_one_that_is_worked_out(fresh: SentenceEncoder) -> None:
    first = [fresh.encode(text).copy() for text in SAID]
    for text, before in zip([*SAID, *SAID], [*first, *first], strict=True):
        assert np.array_equal(fresh.encode(text), before)
        assert np.array_equal(fresh._worked_out(text), before)
    assert not np.array_equal(first[2], first[0])
    assert fresh.encode("yes") is fresh.encode("yes")


def test_nobody_changes_what_is_remembered(fresh: SentenceEncoder) -> None:
    with pytest.raises(ValueError, match="read-only"):
        fresh.encode("yes")[0] = 1


def test_only_the_sentences_said_last_are_remembered_and_none_in_words(
    fresh: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "REMEMBERED", 3)
    for text in ("a", "b", "c", "a", "d"):
        fresh.encode(text)
    asked: list[str] = []
    monkeypatch.setattr(fresh, "_worked_out", lambda text: asked.append(text) or np.zeros(1))
    for text in ("a", "c", "d", "b"):
        fresh.encode(text)
    assert asked == ["b"]
    assert all(len(name) == 16 for name in fresh._remembered)
