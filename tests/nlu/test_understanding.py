"""What the trained model understands of sentences it has never seen, and of its wrong ones."""

import random
from functools import cache

import pytest

from bot.evaluation import (
    OUT_OF_SCOPE,
    Model,
    Reading,
    Sentence,
    accuracy,
    bare_answers,
    confusions,
    current_model,
    entity_scores,
    fresh,
    held_out,
    interrupting,
    refused,
    with_typos,
)

SEED = 2026
IN_SCOPE = [one for one in held_out() if one.intent != OUT_OF_SCOPE]
OUTSIDE = [one for one in held_out() if one.intent == OUT_OF_SCOPE]
FRESH = [one for one in fresh() if one.intent != OUT_OF_SCOPE]
FIRST = [one for one in IN_SCOPE if one not in FRESH]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(current_model())


@cache
def read(model: Model, sentences: tuple[Sentence, ...]) -> list[Reading]:
    return model.read(one.text for one in sentences)


def misread(sentences: list[Sentence], readings: list[Reading]) -> str:
    return "\n".join(
        f"{s.text!r}: {s.intent}, not {r.best} ({r.confidence:.2f})"
        for s, r in confusions(sentences, readings)
    )


def test_97_percent_of_the_sentences_are_understood(model: Model) -> None:
    readings = read(model, tuple(FIRST))
    assert len(FIRST) >= 400
    assert accuracy(FIRST, readings) >= 0.97, misread(FIRST, readings)


def test_strangers_are_understood_nearly_as_well(model: Model) -> None:
    readings = read(model, tuple(FRESH))
    assert len(FRESH) >= 400
    assert accuracy(FRESH, readings) >= 0.96, misread(FRESH, readings)


def test_at_most_3_percent_of_the_sentences_are_refused(model: Model) -> None:
    assert refused(read(model, tuple(IN_SCOPE))) <= 0.03


def test_90_percent_of_what_is_out_of_scope_is_recognised(model: Model) -> None:
    readings = read(model, tuple(OUTSIDE))
    assert refused(readings) >= 0.90, misread(OUTSIDE, readings)


def test_entities_are_found_with_an_f1_of_95_percent(model: Model) -> None:
    scores = entity_scores(IN_SCOPE, read(model, tuple(IN_SCOPE)))
    assert scores["all"].f1 >= 0.95, scores


def test_90_percent_are_understood_with_typos(model: Model) -> None:
    print(f"seed {SEED}")  # noqa: T201 - shown when it fails
    dice = random.Random(SEED)  # noqa: S311 - typos, not secrets
    readings = model.read(with_typos(one.text, dice) for one in IN_SCOPE)
    assert accuracy(IN_SCOPE, readings) >= 0.90, misread(IN_SCOPE, readings)


def test_at_most_3_percent_of_bare_answers_are_taken_for_clear_requests(model: Model) -> None:
    answers = bare_answers()
    taken = interrupting(answers, model.read(answers))
    assert len(taken) / len(answers) <= 0.03, taken


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("Hi, I am employee EMP001", "sign_in", {"employee_id": "EMP001"}),
        ("register a supplier", "register", {"registration_type": "supplier"}),
        (
            "register supplier Acme, contact jane@acme.com",
            "register",
            {"registration_type": "supplier", "email": "jane@acme.com"},
        ),
        ("register a forklift", "register", {"registration_type": "forklift"}),
        ("my tasks", "list_tasks", {}),
        ("my registrations", "query_history", {}),
        ("my sessions", "list_sessions", {}),
        ("show my login sessions", "list_sessions", {}),
        ("continue my supplier", "continue_draft", {"registration_type": "supplier"}),
        ("complete task 2", "complete_task", {"number": "2"}),
        (
            "assign 'Complete security training' to EMP002, high, due Friday",
            "assign_task",
            {
                "task_title": "Complete security training",
                "employee_id": "EMP002",
                "priority": "high",
            },
        ),
        (
            "How many suppliers did EMP002 register last week?",
            "query_history",
            {"registration_type": "supplier", "employee_id": "EMP002"},
        ),
        ("no, the phone is 555 0102", "correct", {"phone": "555 0102"}),
        ("as a spreadsheet", "export", {"format": "xlsx"}),
    ],
)
def test_the_sentences_of_the_main_story(
    model: Model, text: str, intent: str, entities: dict[str, str]
) -> None:
    [reading] = model.read([text])
    assert reading.intent == intent
    assert {span[0]: span[3] for span in reading.entities} == entities


@pytest.mark.parametrize(
    "text",
    ["", "   ", "x" * 1000, "😀", "a" * 999 + "!", "\u202e\u0000", "?" * 500, "\n\n\n", "EMP"],
)
def test_no_text_breaks_the_pipeline(model: Model, text: str) -> None:
    [reading] = model.read([text])
    assert reading.intent
