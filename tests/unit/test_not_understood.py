"""What is answered when a sentence wasn't understood, whatever the model makes of it."""

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.not_understood import Fallback
from actions.pending import Pending
from actions.turn import Answer, Asked
from rollcall import Principal, Rollcall
from rollcall.tasks import NewTask
from rollcall.turn_tokens import Turn
from tests.cast import Cast

KEY = "0123456789abcdef" * 4


def asked(actor: Principal, text: str, **more: Any) -> Asked:
    """A sentence that the classifier has two readings of, neither sure."""
    turn = Turn("t1", "c1", "text", actor.session_id, actor.employee_id)
    values: dict[str, Any] = {
        "turn": turn,
        "actor": actor,
        "text": text,
        "intent": "nlu_fallback",
        "confidence": 0.3,
        "entities": {},
        "ranking": ["list_tasks", "register", "help"],
        "draft_id": None,
        "last_question": None,
        "just_said": True,
    }
    return Asked(**{**values, **more})


def answer_to(roll: Rollcall, said: Asked) -> tuple[str, list[str], dict[str, Any]]:
    """The text, the titles of the buttons, and what is kept for the next turn."""
    dispatcher = CollectingDispatcher()
    (kept,) = Fallback(roll, KEY).act(said, Answer(dispatcher))
    (message,) = dispatcher.messages
    return message["text"], [one["title"] for one in message["buttons"]], kept["value"]


def after(kept: dict[str, Any]) -> Pending:
    """What is pending in the turn after."""
    found = Pending.read(kept, "t1")
    assert found is not None
    return found


def test_the_two_likeliest_readings_are_asked_about_first(roll: Rollcall, cast: Cast) -> None:
    text, buttons, kept = answer_to(roll, asked(cast.employee, "things to do or so"))
    assert "“My tasks” or “Register something”" in text
    assert buttons == ["My tasks", "Register something", "Help"]
    assert [one for one, _ in kept["options"]] == ["list_tasks", "register"]
    assert kept["words"] == "things to do or so"


def test_then_comes_help_that_fits_the_moment(roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    roll.drafts.begin_registration(cast.employee, "supplier", "jane@acme.com")
    *_, kept = answer_to(roll, asked(cast.employee, "things"))
    said = asked(cast.employee, "stuff", pending=after(kept))
    text, buttons, _ = answer_to(roll, said)
    assert "go on with your supplier" in text
    assert "start Stocktaking" in text
    assert "“undo”: Erika Musterfrau assigned “Stocktaking”" in text
    assert "Talk to a person" in buttons


def test_then_a_person_is_offered_by_name(roll: Rollcall, cast: Cast) -> None:
    *_, kept = answer_to(roll, asked(cast.employee, "things"))
    *_, kept = answer_to(roll, asked(cast.employee, "stuff", pending=after(kept)))
    text, buttons, kept = answer_to(roll, asked(cast.employee, "bits", pending=after(kept)))
    assert "Mona Lindqvist" in text
    assert buttons[:2] == ["Yes, please", "No"]
    assert (kept["action"], kept["kind"]) == ("action_human", "yes")


def test_no_to_both_readings_brings_help(roll: Rollcall, cast: Cast) -> None:
    *_, kept = answer_to(roll, asked(cast.employee, "things"))
    said = asked(cast.employee, "neither", pending=after(kept))
    assert "right now" in answer_to(roll, said)[0].lower()


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_wording_varies(roll: Rollcall, cast: Cast, intent: str) -> None:
    said: list[str] = []
    for _ in range(4):
        now = asked(cast.employee, "things", intent=intent, said=tuple(reversed(said)))
        said.append(answer_to(roll, now)[0])
    assert len(set(said[:3])) == 3
    assert said[3] == said[0]


def test_what_nobody_understood_is_not_kept_for_later(roll: Rollcall, cast: Cast) -> None:
    *_, kept = answer_to(roll, asked(cast.guest, "correct horse battery"))
    assert "horse" not in str(kept)


def test_stranger_is_told_where_a_passphrase_belongs(roll: Rollcall, cast: Cast) -> None:
    text, _, _ = answer_to(roll, asked(cast.guest, "correct horse battery"))
    assert "masked field" in text


def test_forgotten_passphrase_is_answered(roll: Rollcall, cast: Cast) -> None:
    text, _, _ = answer_to(roll, asked(cast.guest, "I forgot my password"))
    assert "administrator can reset" in text
