"""Changing answers in people's own words: by field, by what was said, or leaving one out."""

from dataclasses import replace
from typing import Any

import pytest

from rollcall.forms.corrections import corrections_in
from rollcall.forms.draft import Event
from tests.forms import ANSWERS, AT_SUMMARY, CONTRACT, asking, say

EUR_250 = {"amount": "250.00", "currency": "EUR"}

CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("no, the phone is +1 202 555 0199", {"phone": "+12025550199"}),
    ("the e-mail is wrong, it should be joe@acme.com", {"email": "joe@acme.com"}),
    ("wrong e-mail, it's joe@acme.com", {"email": "joe@acme.com"}),
    ("the contact is not Jane Doe, it's Joe Roe", {"contact": "Joe Roe"}),
    ("the contact is Joe Roe, not Jane Doe", {"contact": "Joe Roe"}),
    ("change the cost from 300 to 250 EUR", {"cost": EUR_250}),
    ("make the cost 250 EUR", {"cost": EUR_250}),
    ("put 250 EUR as the cost", {"cost": EUR_250}),
    ("yes but change the category to goods", {"kind": "goods"}),
    ("the title is called Gardening", {"title": "Gardening"}),
    ("Joe Roe, not Jane Doe", {"contact": "Joe Roe"}),
    ("not Jane Doe but Joe Roe", {"contact": "Joe Roe"}),
    ("replace Jane with Joan", {"contact": "Joan Doe"}),
    ("it's Joan, not Jane", {"contact": "Joan Doe"}),
    ("change Cleaning to Gardening", {"title": "Gardening"}),
    ("sorry, I meant 250 EUR", {"cost": EUR_250}),
    ("make it 250 EUR", {"cost": EUR_250}),
    ("actually it's goods", {"kind": "goods"}),
    ("it should be joe@acme.com", {"email": "joe@acme.com"}),
    ("actually Mona Lindqvist", {"owner": "EMP002"}),
    ("the phone is +1 202 555 0199 and the category is goods",
     {"phone": "+12025550199", "kind": "goods"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values"), CHANGES, ids=[one for one, _ in CHANGES])
def test_answers_change_at_the_summary(text: str, values: dict[str, Any]) -> None:
    outcome = say(AT_SUMMARY, text, "correct")
    assert outcome.draft.answers == {**ANSWERS, **values}
    assert outcome.event is Event.SUMMARY
    assert all(f"{CONTRACT.field(name).label} is now" in " ".join(outcome.notes) for name in values)


@pytest.mark.parametrize(
    "text", ["the e-mail is wrong", "wrong e-mail", "the e-mail isn't right", "change the e-mail",
             "that's the wrong e-mail"]
)  # fmt: skip
def test_a_field_that_is_only_called_wrong_is_asked_again(text: str) -> None:
    outcome = say(AT_SUMMARY, text, "correct")
    assert outcome.draft.asking == "email"
    assert outcome.draft.answers["email"] == "jane@acme.com"


def test_what_was_meant_is_the_last_answer_in_the_middle_of_a_form() -> None:
    outcome = say(asking("email"), "sorry, I meant Joe Roe", "correct")
    assert outcome.draft.answers["contact"] == "Joe Roe"
    assert outcome.draft.asking == "email"


def test_a_swap_of_what_was_never_said_is_an_answer() -> None:
    outcome = say(asking("title"), "Coffee, not tea")
    assert outcome.draft.answers == {"title": "Coffee, not tea"}


def test_what_is_optional_can_be_left_out_again() -> None:
    outcome = say(AT_SUMMARY, "remove the phone number", "correct")
    outcome = say(outcome.draft, "remove the phone", "correct")
    assert "phone" not in outcome.draft.answers
    assert outcome.event is Event.SUMMARY


def test_what_is_needed_can_not_be_left_out() -> None:
    outcome = say(AT_SUMMARY, "delete the e-mail", "correct")
    assert outcome.draft.answers == ANSWERS
    assert outcome.draft.asking == "email"


@pytest.mark.parametrize(
    "text",
    ["what is the weather like", "who is that", "when is lunch", "where is the canteen"],
)
def test_questions_are_no_corrections(text: str) -> None:
    form = replace(
        CONTRACT,
        fields=tuple(
            replace(one, synonyms=(*one.synonyms, "what", "who", "when", "where"))
            if one.name == "title"
            else one
            for one in CONTRACT.fields
        ),
    )
    assert corrections_in(form, text) == {}


def test_wrong_change_keeps_the_good_value() -> None:
    outcome = say(AT_SUMMARY, "make the cost zebra", "correct")
    assert outcome.draft.answers == ANSWERS
    assert outcome.draft.asking == "cost"
    assert "I keep cost 300.00 EUR until you tell me another." in outcome.notes


def test_at_the_summary_what_nobody_has_given_yet_can_be_meant_too() -> None:
    answers = {name: value for name, value in ANSWERS.items() if name != "cost"}
    outcome = say(replace(AT_SUMMARY, answers=answers), "make it 250 EUR")
    assert outcome.draft.answers == {**answers, "cost": EUR_250}
