"""Several answers in one sentence in the middle of a form."""

from dataclasses import replace

import pytest

from rollcall.forms.draft import Event
from tests.forms import ANSWERS, asking, say

PHONE = "+44 20 7946 0018"


@pytest.mark.parametrize(
    "text",
    [
        f"Jane Doe, jane@acme.com, {PHONE}",
        f"Jane Doe; {PHONE}; jane@acme.com",
        f"Jane Doe jane@acme.com {PHONE}",
        f"Jane Doe, e-mail jane@acme.com and phone {PHONE}",
        f"it's Jane Doe, mail: jane@acme.com, number: {PHONE}",
    ],
)
def test_name_address_and_number_fill_three_fields(text: str) -> None:
    outcome = say(asking("contact"), text)
    wanted = {name: ANSWERS[name] for name in ("title", "contact", "email", "phone")}
    assert outcome.draft.answers == wanted
    assert outcome.draft.asking == "kind"
    assert set(outcome.notes) == {"E-mail: jane@acme.com.", "Phone: +44 20 7946 0018."}


def test_all_that_is_left_in_one_go_leads_to_the_summary() -> None:
    text = (
        f"Jane Doe, jane@acme.com, {PHONE}, services, Erika Müller, from 1 April 2026, "
        "until 31 May 2026, 300 EUR"
    )
    outcome = say(asking("contact"), text)
    assert outcome.draft.answers == ANSWERS
    assert outcome.event is Event.SUMMARY


def test_order_is_free() -> None:
    outcome = say(asking("contact"), "jane@acme.com, Jane Doe")
    assert outcome.draft.answers["contact"] == "Jane Doe"
    assert outcome.draft.answers["email"] == "jane@acme.com"


def test_answer_to_another_question_is_taken_and_the_question_stands() -> None:
    outcome = say(asking("contact"), "jane@acme.com")
    assert "contact" not in outcome.draft.answers
    assert outcome.draft.answers["email"] == "jane@acme.com"
    assert (outcome.draft.asking, outcome.problem) == ("contact", None)


def test_a_period_answers_start_and_end() -> None:
    for text in ("1 April 2026 to 31 May 2026", "from 1 April 2026 until 31 May 2026"):
        outcome = say(asking("start"), text)
        assert outcome.draft.answers["start"] == "2026-04-01"
        assert outcome.draft.answers["end"] == "2026-05-31"


@pytest.mark.parametrize(
    "title",
    ["Cleaning, gardening & more", "Acme, Inc.", "Smith, Jones and Sons", "Goods, Services",
     "Room 12, second floor", "Oil; gas"],
)  # fmt: skip
def test_a_comma_alone_does_not_cut_a_text(title: str) -> None:
    outcome = say(asking("title"), title)
    assert outcome.draft.answers == {"title": title}


def test_a_text_keeps_its_comma_beside_other_answers() -> None:
    outcome = say(asking("title"), "Acme, Inc., jane@acme.com")
    assert outcome.draft.answers["title"] == "Acme, Inc."
    assert outcome.draft.answers["email"] == "jane@acme.com"


def test_an_answered_field_is_not_overwritten_in_passing() -> None:
    outcome = say(asking("phone"), f"{PHONE}, other@acme.com")
    assert outcome.draft.answers["email"] == "jane@acme.com"
    assert outcome.draft.answers["phone"] == ANSWERS["phone"]
    assert "I keep e-mail jane@acme.com; say “the e-mail is …” to change it." in outcome.notes


def test_an_answered_field_that_is_named_is_changed_and_told() -> None:
    outcome = say(asking("phone"), f"{PHONE}, e-mail: other@acme.com")
    assert outcome.draft.answers["email"] == "other@acme.com"
    assert "E-mail is now other@acme.com, no longer jane@acme.com." in outcome.notes


def test_what_can_not_be_placed_is_told() -> None:
    outcome = say(asking("email"), f"jane@acme.com, {PHONE}, best before noon")
    assert outcome.draft.answers["email"] == "jane@acme.com"
    assert any("I could not place “best before noon”" in note for note in outcome.notes)


def test_wrong_answer_among_right_ones_is_asked_again() -> None:
    outcome = say(asking("contact"), "R2D2, jane@acme.com")
    assert "contact" not in outcome.draft.answers
    assert outcome.draft.answers["email"] == "jane@acme.com"
    assert outcome.draft.asking == "contact"
    assert outcome.problem is not None


def test_skipped_field_is_filled_when_it_is_said_after_all() -> None:
    draft = replace(asking("kind"), answers={"title": "X"}, skipped=("phone",), asking="contact")
    outcome = say(draft, f"Jane Doe, {PHONE}")
    assert outcome.draft.answers["phone"] == ANSWERS["phone"]
    assert outcome.draft.skipped == ()


def test_comma_within_a_number_parts_nothing() -> None:
    outcome = say(asking("owner"), "me, 1.500,50 EUR")
    assert outcome.draft.answers["owner"] == "EMP002"
    assert outcome.draft.answers["cost"] == {"amount": "1500.50", "currency": "EUR"}


def test_skipped_question_is_not_filled_by_a_mistake() -> None:
    draft = replace(asking("cost"), skipped=("end",), answers={"title": "Cleaning"})
    assert "end" not in say(draft, "31 December 2027").draft.answers
