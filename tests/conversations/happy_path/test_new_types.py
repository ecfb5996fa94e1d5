"""A registration type that is added while everything runs: one file, no training, no restart."""

import threading
import time
from collections.abc import Iterator

import pytest

from rollcall import Rollcall
from tests.assistant import Assistant, Conversation, Reply

KEY_CARD = """\
name: key_card
label: key card
plural: key cards
synonyms: [badge]
title_field: number
fields:
  - name: number
    label: Card number
    kind: text
    prompt: Which number is on the card?
    unique: true
  - name: holder
    label: Holder
    kind: employee
    prompt: Who gets it?
    cues: [for]
  - name: valid_until
    label: Valid until
    kind: date
    prompt: Until when is it valid?
    future: true
    optional: true
"""


@pytest.fixture
def key_cards(assistant: Assistant) -> Iterator[None]:
    """The type key card, added to the running assistant."""
    file = assistant.types / "key_card.yml"
    file.write_text(KEY_CARD)
    yield
    file.unlink()


def begun(somebody: Conversation, sentence: str, within: float = 60) -> Reply:
    """The first question of the form that a sentence begins once its type is known."""
    pause, end = threading.Event(), time.monotonic() + within
    while time.monotonic() < end:
        reply = somebody.say(sentence)
        if reply.customs and reply.custom.get("registration_type") == "key_card":
            return reply
        pause.wait(0.5)
    raise AssertionError(f"no form within {within} s: {reply.text}")


@pytest.mark.usefixtures("key_cards")
def test_new_type_is_registered_within_a_minute_like_every_other(
    employee: Conversation, roll: Rollcall
) -> None:
    assert begun(employee, "register a badge for Erika Musterfrau").custom["field"] == "number"
    assert employee.say("K-77").custom["field"] == "valid_until"
    employee.say("what are my tasks?")
    assert "Card number is now K-78" in employee.say("sorry, the card number is K-78").text
    employee.say("later")
    assert employee.say("continue my key card").custom["field"] == "valid_until"
    employee.play("skip", "yes")
    [document] = roll.database.collection("key_card_registration").find({})
    assert document["data"] == {"number": "K-78", "holder": "EMP004"}
    [activity] = roll.activities.list(employee.actor, kind="registration.created").items  # type: ignore[arg-type]
    assert activity.data["label"] == "key card"
    again = begun(employee, "register a badge")
    assert again.custom["field"] == "number"
    assert "already registered" in employee.say("k-78").text
