"""How well a trained model understands sentences it has never seen.

The sentences are in `tests/nlu/*.yml` and `tests/nlu/fresh/*.yml`, in Rasa's own format, written
apart from the training data; the fresh ones by somebody who had not seen it, nor any result.
A result counts as it leaves the pipeline: a sentence that the fallback refuses is not understood.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.utils.io import read_yaml_file

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "tests" / "nlu"
TRAINING = ROOT / "data" / "nlu"
BARE_ANSWERS = SENTENCES / "bare_answers.yml"
FRESH = SENTENCES / "fresh"

OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
REFUSED = frozenset({OUT_OF_SCOPE, FALLBACK})
HARMLESS = REFUSED | {"affirm", "deny"}  # what a bare answer in a form may be taken for
CLEAR = 0.8  # less than this interrupts no question for a text (actions/forms.py)

Span = tuple[str, int, int, str]  # entity, start, end, value

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEPT = re.compile(r"[\d@\"']")  # words that are an id, an address or a quotation get no typo
_EVERY = 3  # one typo in every third word
_LONG_ENOUGH = 3  # letters a word has to have to get one


class NoModel(Exception):
    """There is no trained model to look at."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and how it is meant."""

    text: str
    intent: str
    entities: frozenset[Span]


@dataclass(frozen=True)
class Reading:
    """How the model understood a sentence. `best` is its intent before the fallback refuses."""

    intent: str
    best: str
    confidence: float
    entities: frozenset[Span]


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one label, with the number of sentences that have it."""

    precision: float
    recall: float
    f1: float
    support: int


class Model:
    """A trained model that reads sentences."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._agent = Agent.load(str(path))

    def read(self, texts: Iterable[str]) -> list[Reading]:
        """The reading of each text."""
        return asyncio.run(self._read(list(texts)))

    async def _read(self, texts: list[str]) -> list[Reading]:
        return [_reading(await self._agent.parse_message(text)) for text in texts]


def current_model() -> Path:
    """The model that is to be run, or the newest one; raises NoModel."""
    models = ROOT / "models"
    pointer = models / "current.json"
    if pointer.is_file():
        path = models / json.loads(pointer.read_text("utf-8"))["file"]
        if path.is_file():
            return path
    found = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise NoModel("There is no model in models/: run `make train` first.")
    return found[-1]


def held_out() -> list[Sentence]:
    """All sentences of tests/nlu, the fresh ones too, in and out of scope, in a fixed order."""
    return [*_sentences(path for path in SENTENCES.glob("*.yml") if path != BARE_ANSWERS), *fresh()]


def fresh() -> list[Sentence]:
    """The sentences of tests/nlu/fresh, in and out of scope, in a fixed order."""
    return _sentences(FRESH.glob("*.yml"))


def training_sentences() -> list[Sentence]:
    """All sentences the model is trained on."""
    return _sentences(TRAINING.glob("*.yml"))


def bare_answers() -> list[str]:
    """Values people type into a form: no request in any of them."""
    return [str(one) for one in read_yaml_file(BARE_ANSWERS)["answers"]]


def interrupting(answers: list[str], readings: list[Reading]) -> list[tuple[str, Reading]]:
    """The bare answers that are taken for clear requests."""
    return [
        (answer, reading)
        for answer, reading in zip(answers, readings, strict=True)
        if reading.intent not in HARMLESS and reading.confidence >= CLEAR
    ]


def with_typos(text: str, dice: random.Random) -> str:
    """`text` with one typo in every third word, and in the last word of a shorter text."""
    words = text.split(" ")
    chosen = range(_EVERY - 1, len(words), _EVERY) if len(words) >= _EVERY else [len(words) - 1]
    for place in chosen:
        if len(words[place]) >= _LONG_ENOUGH and not _KEPT.search(words[place]):
            words[place] = _typo(words[place], dice)
    return " ".join(words)


def accuracy(sentences: list[Sentence], readings: list[Reading]) -> float:
    """Share of sentences whose intent was understood."""
    right = sum(s.intent == r.intent for s, r in zip(sentences, readings, strict=True))
    return right / len(sentences)


def refused(readings: list[Reading]) -> float:
    """Share of readings that are a refusal."""
    return sum(reading.intent in REFUSED for reading in readings) / len(readings)


def intent_scores(sentences: list[Sentence], readings: list[Reading]) -> dict[str, Score]:
    """Scores per intent, sorted by name. A refused sentence out of scope was understood."""
    pairs = [(s.intent, _label(s, r)) for s, r in zip(sentences, readings, strict=True)]
    meant, said, right = (
        Counter(meant for meant, _ in pairs),
        Counter(said for _, said in pairs),
        Counter(meant for meant, said in pairs if meant == said),
    )
    return {one: _score(right[one], said[one], meant[one]) for one in sorted(meant)}


def entity_scores(sentences: list[Sentence], readings: list[Reading]) -> dict[str, Score]:
    """Scores per entity over exact spans and values, and over all of them as "all"."""
    meant, said, right = Counter[str](), Counter[str](), Counter[str]()
    for sentence, reading in zip(sentences, readings, strict=True):
        for counter, spans in (
            (meant, sentence.entities),
            (said, reading.entities),
            (right, sentence.entities & reading.entities),
        ):
            counter.update(span[0] for span in spans)
            counter["all"] += len(spans)
    return {
        one: _score(right[one], said[one], meant[one]) for one in sorted(meant.keys() | said.keys())
    }


def confusions(
    sentences: list[Sentence], readings: list[Reading]
) -> list[tuple[Sentence, Reading]]:
    """Misread sentences with their readings, in the order of the sentences."""
    return [(s, r) for s, r in zip(sentences, readings, strict=True) if s.intent != _label(s, r)]


def _label(sentence: Sentence, reading: Reading) -> str:
    if sentence.intent == OUT_OF_SCOPE and reading.intent == FALLBACK:
        return OUT_OF_SCOPE
    return reading.intent


def _score(right: int, said: int, meant: int) -> Score:
    precision = right / said if said else 0.0
    recall = right / meant if meant else 0.0
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0, meant)


def _reading(parsed: dict[str, Any]) -> Reading:
    ranked = [one for one in parsed["intent_ranking"] if one["name"] != FALLBACK]
    return Reading(
        parsed["intent"]["name"],
        ranked[0]["name"],
        float(ranked[0]["confidence"]),
        _spans(parsed["entities"]),
    )


def _sentences(paths: Iterable[Path]) -> list[Sentence]:
    return [
        Sentence(one.get("text"), one.get("intent"), _spans(one.get("entities") or []))
        for path in sorted(paths)
        for one in load_data(str(path)).intent_examples
    ]


def _spans(entities: list[dict[str, Any]]) -> frozenset[Span]:
    return frozenset((one["entity"], one["start"], one["end"], one["value"]) for one in entities)


def _typo(word: str, dice: random.Random) -> str:
    place = dice.randrange(len(word))
    other = dice.choice(_LETTERS)
    swap = min(place, len(word) - 2)
    return dice.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + other + word[place:],
            word[:place] + other + word[place + 1 :],
            word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :],
        ]
    )
