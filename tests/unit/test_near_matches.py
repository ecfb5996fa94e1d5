"""What is only near a choice or a name is asked back, never taken without a word."""

from typing import Any

import pytest

from rollcall import Rollcall
from rollcall.errors import Invalid, Unsure
from rollcall.forms.draft import Event, Guess, Utterance
from rollcall.forms.kinds import read
from tests.cast import Cast
from tests.forms import CONTEXT, CONTRACT, asking, play, say

KIND, OWNER = CONTRACT.field("kind"), CONTRACT.field("owner")


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (KIND, "software", "software"),
        (KIND, "  SOFTWARE!", "software"),
        (KIND, "licences please", "software"),
        (KIND, "I think it's services", "services"),
        (OWNER, "Erika", "EMP004"),
        (OWNER, "erika muller", "EMP004"),
        (OWNER, "Müller", "EMP004"),
        (OWNER, "E. Müller", "EMP004"),
        (OWNER, "it should be Félix Ångström", "EMP003"),
        (OWNER, "felix angstrom", "EMP003"),
        (OWNER, "Anna Schmitz", "EMP008"),
        (OWNER, "emp003", "EMP003"),
        (OWNER, "me", "EMP002"),
    ],
)
def test_exact_or_but_for_accents_is_taken_at_once(field: Any, text: str, value: str) -> None:
    assert read(field, text, CONTEXT) == value


@pytest.mark.parametrize(
    ("field", "text", "value", "shown"),
    [
        (KIND, "sofware", "software", "Software"),
        (KIND, "servces please", "services", "Services"),
        (KIND, "cleaning services", "services", "Services"),
        (OWNER, "Erica", "EMP004", "Erika Müller (EMP004)"),
        (OWNER, "Erika Muler", "EMP004", "Erika Müller (EMP004)"),
        (OWNER, "feliks angström", "EMP003", "Félix Ångström (EMP003)"),
    ],
)
def test_near_is_a_guess(field: Any, text: str, value: str, shown: str) -> None:
    with pytest.raises(Unsure) as unsure:
        read(field, text, CONTEXT)
    assert unsure.value.guess == value
    assert unsure.value.message == f"Did you mean {shown}?"
    assert unsure.value.fields == {field.name: unsure.value.message}


@pytest.mark.parametrize(
    "text", ["not goods", "goods or software", "zebra", "everything but goods"]
)
def test_what_may_be_several_or_none_is_no_guess(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(KIND, text, CONTEXT)
    assert not isinstance(refused.value, Unsure)
    assert "Goods, Services, Software or Other" in refused.value.message


def test_two_people_of_a_name_are_both_named() -> None:
    with pytest.raises(Invalid, match=r"Anna Schmidt \(EMP007\) or Anna Schmitz \(EMP008\)"):
        read(OWNER, "Anna", CONTEXT)


def test_a_guess_is_asked_and_nothing_taken() -> None:
    outcome = say(asking("kind"), "sofware")
    assert outcome.problem == "Did you mean Software?"
    assert outcome.event is Event.QUESTION
    assert outcome.draft.guess == Guess("kind", "software")
    assert "kind" not in outcome.draft.answers


@pytest.mark.parametrize("text", ["yes", "Yeah!", "ok", "correct"])
def test_yes_takes_the_guess(text: str) -> None:
    draft = say(asking("kind"), "sofware").draft
    outcome = say(draft, text, "affirm")
    assert outcome.draft.answers["kind"] == "software"
    assert (outcome.draft.asking, outcome.draft.guess) == ("owner", None)


def test_pressing_yes_takes_the_guess() -> None:
    draft = say(asking("owner"), "Erica").draft
    assert say(draft, "", "affirm", pressed=True).draft.answers["owner"] == "EMP004"


def test_no_asks_again() -> None:
    outcome = say(say(asking("kind"), "sofware").draft, "no", "deny")
    assert (outcome.draft.asking, outcome.draft.guess) == ("kind", None)
    assert "kind" not in outcome.draft.answers
    assert outcome.notes == ("Then which one?",)


@pytest.mark.parametrize("text", ["goods", "no, goods", "nope goods"])
def test_another_answer_replaces_the_guess(text: str) -> None:
    outcome = play(asking("kind"), "sofware", text)
    assert outcome.draft.answers["kind"] == "goods"
    assert outcome.draft.guess is None


def test_another_near_answer_is_asked_back_in_its_place() -> None:
    outcome = play(asking("kind"), "sofware", "goodz")
    assert outcome.draft.guess == Guess("kind", "goods")


def test_a_command_goes_before_the_guess() -> None:
    draft = say(asking("kind"), "sofware").draft
    assert say(draft, "go back", "go_back").draft.asking == "phone"


def test_a_near_correction_is_asked_back_and_the_old_value_kept() -> None:
    draft = asking("cost")
    outcome = say(draft, "the category is sofware")
    assert outcome.problem == "Did you mean Software?"
    assert outcome.draft.answers["kind"] == "services"
    after = say(outcome.draft, "yes", "affirm")
    assert after.draft.answers["kind"] == "software"
    assert after.draft.asking == "cost"


def test_a_guess_survives_a_restart(roll: Rollcall, cast: Cast) -> None:
    draft = roll.drafts.begin_registration(cast.employee, "supplier", "supplier Acme").draft
    for text in ("Jane Doe", "jane@acme.com", "+44 20 7946 0018", "sofware"):
        draft = roll.drafts.respond(cast.employee, draft, Utterance(text)).outcome.draft
    kept = roll.drafts.get(cast.employee, draft.draft_id)
    assert kept is not None
    assert kept.guess == Guess("category", "software")
    after = roll.drafts.respond(cast.employee, kept, Utterance("yes", "affirm")).outcome
    assert after.event is Event.SUMMARY
    assert after.draft.answers["category"] == "software"


def test_programs_and_tables_are_told_what_was_probably_meant(roll: Rollcall, cast: Cast) -> None:
    data = {"company_name": "Acme", "contact_name": "Jo Doe", "email": "a@b.com"}
    with pytest.raises(Invalid) as refused:
        roll.registrations.create(cast.employee, "supplier", {**data, "category": "sofware"})
    assert refused.value.fields == {"category": "Did you mean Software?"}
    table = "Company name;Contact person;E-mail;Category\nAcme;Jo Doe;a@b.com;sofware"
    row = roll.drafts.begin_table(cast.employee, table).draft.rows[0]
    assert row.problems == {"category": "Did you mean Software?"}


@pytest.mark.parametrize("text", ["next fryday", "on Tuseday"])
def test_misspelled_day_is_asked_back(text: str) -> None:
    outcome = say(asking("start"), text)
    assert "start" not in outcome.draft.answers
    assert (outcome.problem or "").startswith("Did you mean ")
    assert "start" in say(outcome.draft, "yes").draft.answers
