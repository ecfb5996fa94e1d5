"""How a conversation about a form goes, as pure functions: nothing here is stored."""

from dataclasses import replace
from typing import Any

import pytest

from rollcall.forms.dialogue import begin
from rollcall.forms.dialogue import respond as reply_to
from rollcall.forms.draft import Draft, Event, Outcome, Utterance
from rollcall.forms.kinds import Context
from rollcall.forms.spec import EVERYONE, Choice, Field, Form
from rollcall.forms.steps import position, progress
from tests.conftest import MONDAY

FORM = Form(
    name="supplier",
    label="supplier",
    plural="suppliers",
    description="",
    synonyms=("vendor",),
    who=EVERYONE,
    title_field="company",
    fields=(
        Field("company", "Company", "text", "Which company?", why="Orders name it.", unique=True),
        Field("email", "E-mail", "email", "Which address?", help="Like a@b.com.",
              synonyms=("mail", "email")),
        Field("phone", "Phone", "phone", "Which number?", synonyms=("number",), optional=True),
        Field("level", "Level", "choice", "Which level?",
              choices=(Choice("low", "Low"), Choice("high", "High"))),
    ),
)  # fmt: skip
CONTEXT = Context(MONDAY)
NEW = Draft("0" * 24, "EMP004", "registration", "supplier", "key-1", MONDAY)
ANSWERS = {"company": "Acme", "email": "jane@acme.com", "phone": "+12025550102", "level": "low"}
AT_SUMMARY = replace(NEW, answers=ANSWERS)


def _free(_: str, __: dict[str, Any]) -> bool:
    return False


def _acme_is_taken(name: str, answers: dict[str, Any]) -> bool:
    return name == "company" and answers["company"] == "Acme"


def _asking(name: str) -> Draft:
    """A draft at the question `name`, with the answers before it."""
    names = [one.name for one in FORM.fields]
    before = names[: names.index(name)]
    return replace(NEW, asking=name, answers={one: ANSWERS[one] for one in before})


def respond(draft: Draft, text: str, intent: str | None = None, **more: Any) -> Outcome:
    return reply_to(draft, FORM, Utterance(text, intent, **more), CONTEXT, _free)


def test_it_begins_with_the_first_question() -> None:
    outcome = begin(NEW, FORM, "register a supplier", CONTEXT, _free)
    assert (outcome.event, outcome.draft.asking) == (Event.QUESTION, "company")
    assert outcome.draft.answers == {}


def test_opening_sentence_fills_what_it_says() -> None:
    text = "register supplier Acme Ltd, jane@acme.com, phone: +1 202 555 0102"
    outcome = begin(NEW, FORM, text, CONTEXT, _free)
    assert outcome.draft.answers == {
        "company": "Acme Ltd", "email": "jane@acme.com", "phone": "+12025550102",
    }  # fmt: skip
    assert outcome.draft.asking == "level"
    assert any("Acme Ltd" in note for note in outcome.notes)


def test_what_is_named_in_the_opening_sentence_ends_at_a_comma_if_need_be() -> None:
    outcome = begin(NEW, FORM, "new supplier, level: high, mail jane@acme.com", CONTEXT, _free)
    assert outcome.draft.answers == {"level": "high", "email": "jane@acme.com"}


def test_opening_sentence_with_everything_leads_to_the_summary() -> None:
    text = "register supplier Acme, mail: jane@acme.com, phone: +1 202 555 0102, level: high"
    outcome = begin(NEW, FORM, text, CONTEXT, _free)
    assert (outcome.event, outcome.draft.asking) == (Event.SUMMARY, None)


def test_opening_sentence_with_a_taken_value_says_so_and_asks() -> None:
    outcome = begin(NEW, FORM, "register supplier Acme", CONTEXT, _acme_is_taken)
    assert outcome.draft.asking == "company"
    assert "A supplier with the company Acme is already registered." in outcome.notes


def test_answer_leads_to_the_next_question() -> None:
    outcome = respond(_asking("company"), "Acme")
    assert outcome.draft.answers == {"company": "Acme"}
    assert (outcome.event, outcome.draft.asking) == (Event.QUESTION, "email")


def test_last_answer_leads_to_the_summary() -> None:
    outcome = respond(_asking("level"), "low")
    assert (outcome.event, outcome.draft.asking) == (Event.SUMMARY, None)
    assert outcome.draft.answers == ANSWERS


def test_answer_may_look_like_an_intent() -> None:
    assert respond(_asking("company"), "Hello Ltd", "greet").draft.answers["company"] == "Hello Ltd"


def test_wrong_answer_is_explained_and_asked_again() -> None:
    outcome = respond(_asking("email"), "at acme")
    assert outcome.draft.asking == "email"
    assert outcome.draft.wrong == 1
    assert outcome.problem is not None
    assert "name@company.com" in outcome.problem
    assert outcome.draft.answers == {"company": "Acme"}


def test_third_wrong_answer_shows_the_way_out() -> None:
    draft = _asking("phone")
    notes = []
    for _ in range(3):
        outcome = respond(draft, "at acme")
        draft = outcome.draft
        notes.append(outcome.way_out)
    assert notes[:2] == [None, None]
    assert notes[2] == "You can also “skip” it, say “later” to go on another time, or “cancel”."


def test_right_answer_forgets_the_wrong_ones() -> None:
    draft = replace(_asking("email"), wrong=2)
    assert respond(draft, "jane@acme.com").draft.wrong == 0


def test_taken_value_is_refused_at_once() -> None:
    outcome = reply_to(_asking("company"), FORM, Utterance("Acme"), CONTEXT, _acme_is_taken)
    assert outcome.problem == "A supplier with the company Acme is already registered."
    assert outcome.draft.asking == "company"


@pytest.mark.parametrize("text", ["yes", "No!", "ok", "nope"])
def test_bare_yes_or_no_is_no_answer(text: str) -> None:
    outcome = respond(_asking("company"), text, "affirm")
    assert outcome.problem == "I need the answer itself here."


def test_no_skips_what_is_optional() -> None:
    outcome = respond(_asking("phone"), "no", "deny")
    assert (outcome.draft.asking, outcome.draft.skipped) == ("level", ("phone",))


def test_skipping_what_is_needed_is_refused() -> None:
    outcome = respond(_asking("email"), "skip", "skip")
    assert outcome.problem == "E-mail can't be skipped."
    assert outcome.draft.asking == "email"


def test_going_back_shows_what_was_said() -> None:
    outcome = respond(_asking("phone"), "back", "go_back")
    assert outcome.draft.asking == "email"
    assert outcome.notes == ("You said jane@acme.com.",)
    assert outcome.draft.answers["email"] == "jane@acme.com"


def test_going_back_from_the_first_question_stays() -> None:
    outcome = respond(_asking("company"), "back", "go_back")
    assert (outcome.draft.asking, outcome.notes) == ("company", ("This is the first question.",))


def test_going_back_from_the_summary_is_the_last_question() -> None:
    assert respond(AT_SUMMARY, "back", "go_back").draft.asking == "level"


def test_after_going_back_the_rest_is_not_asked_again() -> None:
    draft = respond(respond(AT_SUMMARY, "back", "go_back").draft, "back", "go_back").draft
    assert draft.asking == "phone"
    outcome = respond(draft, "+1 202 555 0199")
    assert outcome.event is Event.SUMMARY
    assert outcome.draft.answers["phone"] == "+12025550199"


def test_skipped_question_can_be_gone_back_to() -> None:
    skipped = respond(_asking("phone"), "skip", "skip").draft
    draft = respond(skipped, "back", "go_back").draft
    assert (draft.asking, draft.skipped) == ("phone", ())


@pytest.mark.parametrize(
    ("name", "reason"),
    [("company", "Company: Orders name it."), ("email", "E-mail: Like a@b.com."),
     ("level", "Level: It is part of every supplier.")],
)  # fmt: skip
def test_why_is_answered_and_the_question_stays(name: str, reason: str) -> None:
    outcome = respond(_asking(name), "why?", "ask_why")
    assert (outcome.draft.asking, outcome.notes) == (name, (reason,))


def test_progress_lists_what_is_there_and_what_is_missing() -> None:
    draft = _asking("phone")
    assert progress(draft, FORM, CONTEXT) == (
        "Company: Acme\nE-mail: jane@acme.com\nStill missing: level."
    )
    assert respond(draft, "show it", "show_progress").draft == draft
    assert position(draft, FORM) == (3, 4)
    assert position(AT_SUMMARY, FORM) == (4, 4)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("no, the phone is +1 202 555 0199", "phone", "+12025550199"),
        ("the mail should be joe@acme.com", "email", "joe@acme.com"),
        ("change the level to high", "level", "high"),
        ("company: Acme Inc", "company", "Acme Inc"),
        ("sorry, actually the e-mail is joe@acme.com.", "email", "joe@acme.com"),
    ],
)
@pytest.mark.parametrize("draft", [AT_SUMMARY, _asking("level")], ids=["summary", "question"])
def test_any_answer_can_be_corrected_at_any_moment(
    draft: Draft, text: str, name: str, value: str
) -> None:
    outcome = respond(draft, text)
    assert outcome.draft.answers[name] == value
    assert outcome.problem is None


def test_several_are_corrected_in_one_sentence() -> None:
    outcome = respond(AT_SUMMARY, "the phone is +1 202 555 0199 and the level is high")
    assert outcome.draft.answers == {**ANSWERS, "phone": "+12025550199", "level": "high"}
    assert outcome.event is Event.SUMMARY
    assert outcome.notes == ("Phone is now +1 202-555-0199.", "Level is now High.")


def test_wrong_correction_keeps_the_old_value() -> None:
    outcome = respond(AT_SUMMARY, "the phone is zebra")
    assert outcome.draft.answers == ANSWERS
    assert (outcome.event, outcome.draft.asking) == (Event.QUESTION, "phone")
    assert "I keep phone +1 202-555-0102 until you tell me another." in outcome.notes


def test_half_wrong_correction_takes_the_other_half() -> None:
    outcome = respond(AT_SUMMARY, "the phone is zebra and the level is high")
    assert outcome.draft.answers == {**ANSWERS, "level": "high"}
    assert outcome.problem is not None


def test_correction_to_a_taken_value_is_refused() -> None:
    draft = replace(AT_SUMMARY, answers={**ANSWERS, "company": "Other"})
    outcome = reply_to(draft, FORM, Utterance("the company is Acme"), CONTEXT, _acme_is_taken)
    assert outcome.draft.answers["company"] == "Other"
    assert outcome.problem is not None


def test_correcting_during_a_question_returns_to_it() -> None:
    outcome = respond(_asking("level"), "the mail is joe@acme.com")
    assert (outcome.event, outcome.draft.asking) == (Event.QUESTION, "level")


def test_naming_a_field_asks_for_it_again() -> None:
    for text in ("change the phone", "phone", "the number"):
        outcome = respond(AT_SUMMARY, text)
        assert (outcome.event, outcome.draft.asking) == (Event.QUESTION, "phone"), text


def test_yes_at_the_summary_confirms() -> None:
    assert respond(AT_SUMMARY, "yes", "affirm").event is Event.CONFIRMED


def test_no_at_the_summary_asks_what_to_change() -> None:
    outcome = respond(AT_SUMMARY, "no", "deny")
    assert outcome.event is Event.SUMMARY
    assert outcome.notes[0].startswith("What should I change?")
    assert outcome.draft == AT_SUMMARY


def test_anything_else_at_the_summary_loses_nothing() -> None:
    outcome = respond(AT_SUMMARY, "the weather is nice", "nlu_fallback")
    assert (outcome.event, outcome.draft) == (Event.SUMMARY, AT_SUMMARY)


@pytest.mark.parametrize(
    ("intent", "event", "state"),
    [("cancel", Event.CANCELLED, "cancelled"), ("park", Event.PARKED, "parked")],
)
@pytest.mark.parametrize("draft", [AT_SUMMARY, _asking("email")], ids=["summary", "question"])
def test_it_can_be_left_at_any_moment(draft: Draft, intent: str, event: Event, state: str) -> None:
    outcome = respond(draft, intent, intent)
    assert (outcome.event, outcome.draft.state) == (event, state)
    assert outcome.draft.answers == draft.answers
