"""Whether a sentence answers what the assistant asked just before."""

from typing import Any

import pytest

from actions.pending import Pending, is_refusal, reading_of


def pending(kind: str, **more: Any) -> Pending:
    """A question about "finish the training"."""
    values: dict[str, Any] = {
        "turn_id": "t1",
        "action": "action_complete_task",
        "words": "finish the training",
        "intent": "complete_task",
    }
    return Pending(kind=kind, **{**values, **more})


TASKS = [["1", "Training for drivers"], ["2", "Training for the office"]]
READINGS = [["list_tasks", "My tasks"], ["register", "Register something"]]


@pytest.mark.parametrize("text", ["yes", "Yes, please", "ok do it", "👍", "sure!"])
def test_yes_is_agreed(text: str) -> None:
    reading = reading_of(pending("yes"), text, "nlu_fallback")
    assert reading is not None
    assert (reading.words, reading.action) == ("finish the training", "action_complete_task")


@pytest.mark.parametrize("text", ["?!", "yes but only the first", "my tasks", "..."])
def test_anything_else_is_not(text: str) -> None:
    assert reading_of(pending("yes"), text, "affirm") is None


@pytest.mark.parametrize("text", ["no", "No thanks", "neither", "none of them", "leave it"])
def test_no_is_refused(text: str) -> None:
    assert is_refusal(text, None)


@pytest.mark.parametrize("text", ["cancel the stocktaking", "?!?!", "don't finish task 2"])
def test_request_or_nothing_at_all_is_no_refusal(text: str) -> None:
    assert not is_refusal(text, "deny")


@pytest.mark.parametrize(
    ("text", "named"),
    [("2", "#2"), ("the first one", "#1"), ("the office", "#2"), ("both", "#1,#2")],
)
def test_task_is_chosen_by_place_or_title(text: str, named: str) -> None:
    reading = reading_of(pending("which", options=TASKS), text, "nlu_fallback")
    assert reading is not None
    assert reading.named == named


def test_reading_is_chosen_by_button_or_place_and_keeps_the_words() -> None:
    asked = pending("missed", options=READINGS, words="things to do")
    by_button = reading_of(asked, "", "list_tasks")
    by_place = reading_of(asked, "the second one", "nlu_fallback")
    assert by_button is not None
    assert by_place is not None
    assert (by_button.action, by_button.words) == ("action_list_tasks", "things to do")
    assert (by_place.action, by_place.intent) == ("action_register", "register")
    assert reading_of(asked, "my sessions", "list_sessions") is None


@pytest.mark.parametrize("text", ["more", "show me more please", "next page", "the rest", "go on"])
def test_more_goes_on_with_a_list(text: str) -> None:
    assert reading_of(pending("page"), text, "nlu_fallback") is not None


def test_only_the_turn_right_after_can_answer() -> None:
    kept = pending("yes").event()["value"]
    assert Pending.read(kept, "t1") == pending("yes")
    assert Pending.read(kept, "t2") is None
    assert Pending.read(kept, None) is None
