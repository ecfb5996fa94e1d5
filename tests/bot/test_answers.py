"""What is seen at once to be well formed is what the schema allows, however odd an answer is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

from bot.speedups import answers

KINDS = [one["properties"]["event"]["const"] for one in EVENT_SCHEMA["oneOf"]]
VALUES: list[Any] = [
    None, True, False, 0, 1, -1.5, "", "text", "slot", "followup", [], {}, [None], {"name": "a"},
    ["text"], {"event": "slot"}, [{}], [{"event": "undo"}], 10**30, float("nan"),
]  # fmt: skip
KEYS = ["event", "name", "value", "timestamp", "metadata", "policy", "confidence", "entities"]
KEYS += ["events", "responses", "text", "parse_data", "hide_rule_turn", "action_text"]
# What rasa-sdk sends of each event that the actions use.
SENT = {
    "events": [
        {"event": "slot", "timestamp": None, "name": "answer", "value": None},
        {"event": "slot", "timestamp": 12.5, "name": "pending", "value": {"a": [1]}},
        {"event": "followup", "timestamp": None, "name": "registration_form"},
        {"event": "active_loop", "timestamp": None, "name": None},
    ],
    "responses": [{"text": "Saved.", "buttons": [], "custom": {"type": "receipt"}, "image": None}],
}


def accepted(answer: Any) -> bool:
    return next(answers._validator().iter_errors(answer), None) is None


def odd_answers(number: int) -> Iterator[Any]:
    """Answers with one to three changes anywhere in them, and events of any kind."""
    chance = random.Random(11)  # noqa: S311 - for examples, not for secrets
    for _ in range(number):
        answer = json.loads(json.dumps(SENT))
        if chance.random() < 0.5:
            event = {"event": chance.choice(KINDS), "timestamp": None}
            event.update((chance.choice(KEYS), chance.choice(VALUES)) for _ in range(2))
            answer["events"].append(event)
        for _ in range(chance.randint(0, 3)):
            change(chance, answer)
        yield answer


def change(chance: random.Random, answer: Any) -> None:
    at = answer
    while chance.random() < 0.8:
        inner = [one for one in (at.values() if isinstance(at, dict) else at) if one]
        inner = [one for one in inner if isinstance(one, (dict, list))]
        if not inner:
            break
        at = chance.choice(inner)
    value = chance.choice(VALUES)
    if isinstance(at, list):
        at.insert(chance.randint(0, len(at)), value)
    elif at and chance.random() < 0.3:
        del at[chance.choice(list(at))]
    else:
        at[chance.choice(KEYS)] = value


def test_nothing_is_let_in_that_the_schema_refuses() -> None:
    seen = {True: 0, False: 0}
    for answer in odd_answers(1500):
        allowed = accepted(answer)
        seen[allowed] += 1
        if answers.plainly_well_formed(answer):
            assert allowed, answer
    assert min(seen.values()) > 200


@pytest.mark.parametrize("answer", VALUES)
def test_neither_is_what_is_no_answer(answer: Any) -> None:
    assert accepted(answer) or not answers.plainly_well_formed(answer)


def test_what_the_actions_send_is_seen_at_once() -> None:
    assert answers.plainly_well_formed(SENT)
    assert answers.plainly_well_formed({"events": [], "responses": []})
    assert RemoteAction.action_response_format_spec()["properties"]["events"]["items"] is (
        EVENT_SCHEMA
    )


@pytest.mark.parametrize("kind", [*KINDS, "no_such_event", ""])
def test_every_kind_of_event_is_judged_as_the_schema_does(kind: str) -> None:
    whole = {"event": kind, "name": "a", "value": 1, "entities": [{"entity": "a", "value": 1}]}
    for event in (whole, {"event": kind}, {**whole, "timestamp": True}, {**whole, "metadata": []}):
        answer = {"events": [event]}
        if answers.plainly_well_formed(answer):
            assert accepted(answer)
        elif accepted(answer):
            assert kind in ("user", "action", "entities")
