"""The sentences themselves: what is trained on, what is held out, and that the two do not meet."""

import re
from collections import Counter, defaultdict

import pytest
from rasa.shared.utils.io import read_yaml_file

from bot.evaluation import (
    OUT_OF_SCOPE,
    SENTENCES,
    TRAINING,
    bare_answers,
    held_out,
    training_sentences,
)

FILES = sorted([*TRAINING.glob("*.yml"), *SENTENCES.glob("*.yml")])


def plain(text: str) -> str:
    return re.sub(r"[^\w ]", "", text.lower()).strip() or text.strip()


@pytest.fixture(scope="module")
def intents() -> set[str]:
    listed = read_yaml_file(TRAINING.parent.parent / "domain.yml")["intents"]
    return {one if isinstance(one, str) else next(iter(one)) for one in listed}


def test_every_intent_of_the_domain_has_training_and_held_out_sentences(intents: set[str]) -> None:
    own = intents - {"nlu_fallback", "restart", "back", "session_start"}
    assert {one.intent for one in training_sentences()} == own
    assert {one.intent for one in held_out()} == own


def test_an_intent_has_at_least_35_training_sentences() -> None:
    counts = Counter(one.intent for one in training_sentences())
    assert {one: count for one, count in counts.items() if count < 35} == {}


def test_enough_sentences_are_held_out() -> None:
    counts = Counter(one.intent for one in held_out())
    assert min(counts.values()) >= 8
    assert sum(counts.values()) - counts[OUT_OF_SCOPE] >= 400
    assert counts[OUT_OF_SCOPE] >= 60
    assert len(bare_answers()) >= 100


def test_no_held_out_sentence_is_trained_on() -> None:
    trained = {plain(one.text) for one in training_sentences()}
    held = [one.text for one in held_out()] + bare_answers()
    assert [text for text in held if plain(text) in trained] == []


@pytest.mark.parametrize("sentences", [training_sentences, held_out])
def test_a_sentence_stands_once(sentences: object) -> None:
    places = defaultdict(list)
    for one in sentences():  # type: ignore[operator]
        places[plain(one.text)].append(one.intent)
    assert {text: where for text, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_sections_of_a_file_are_sorted(path: object) -> None:
    sections = [
        (kind, section[kind])
        for section in read_yaml_file(path).get("nlu", [])
        for kind in ("intent", "lookup")
        if kind in section
    ]
    assert sections == sorted(sections)


def test_training_and_held_out_files_have_the_same_skills() -> None:
    trained = {path.name for path in TRAINING.glob("*.yml")} - {"tables.yml"}
    held = {path.name for path in SENTENCES.glob("*.yml")} - {"bare_answers.yml"}
    assert trained == held
