"""Answers that can't be right."""

from rollcall import Rollcall
from tests.assistant import Conversation


def test_invalid_email_is_explained_and_nothing_is_lost(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    reply = employee.talk("jane(at)acme")
    assert "email" not in employee.answers()
    assert "not a valid e-mail address" in reply.text
    assert "For example orders@acme.com" in reply.text
    assert employee.talk("jane@acme.com").custom["field"] == "phone"
    assert employee.answers()["email"] == "jane@acme.com"


def test_three_wrong_answers_offer_a_way_out(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    employee.talk("jane(at)acme", "jane at acme")
    assert "cancel" in employee.talk("jane#acme").text
    assert employee.answers() == {"company_name": "Acme", "contact_name": "Jane Doe"}


def test_duplicate_supplier_is_told_and_the_form_goes_on(
    employee: Conversation, roll: Rollcall
) -> None:
    supplier = ("Acme", "Jane Doe", "jane@acme.com", "skip", "goods", "yes")
    employee.play("register a supplier", *supplier)
    employee.say("register a supplier")
    reply = employee.talk("ACME")
    assert "already registered" in reply.text
    assert reply.custom["field"] == "company_name"
    assert employee.say("Acme Two").custom["field"] == "contact_name"


def test_required_question_can_not_be_skipped(employee: Conversation) -> None:
    employee.say("register a supplier")
    assert "can't be skipped" in employee.talk("skip").text
    assert employee.answers() == {}


def test_unknown_person_is_told(manager: Conversation) -> None:
    assert "can't find EMP999" in manager.talk("assign 'Paint' to EMP999").text


def test_past_due_date_is_asked_back(employee: Conversation) -> None:
    assert "past" in employee.talk("assign 'Paint the wall' to me, due 2020-01-01").text


def test_id_as_an_answer_is_an_answer_and_no_sign_in(manager: Conversation) -> None:
    manager.play("create a task", "Paint the wall")
    reply = manager.talk("EMP005")
    assert "can't find EMP005" in reply.text
    assert reply.custom["field"] == "assignee"
    assert "assignee" not in manager.answers()


def test_date_is_no_amount(employee: Conversation) -> None:
    employee.play("register equipment", "Dell Latitude", "SN-1", "skip", "skip")
    assert "need an amount" in employee.talk("31 December 2027").text


def test_way_out_after_three_wrong_answers_can_be_pressed(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    first = employee.say("jane(at)acme")
    assert "Later" not in first.buttons
    third = employee.play("jane at acme", "jane#acme")
    assert {"Later", "Cancel"} <= set(third.buttons)
    assert "continue my supplier" in employee.press("Later", third).text
    [draft] = roll.drafts.list(employee.actor)  # type: ignore[arg-type]
    assert draft.answers["contact_name"] == "Jane Doe"


def test_misspelled_choice_is_asked_back_and_taken_on_a_yes(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe", "jane@acme.com", "skip")
    assert "Did you mean Software?" in employee.say("sofware").text
    assert employee.say("no").custom["field"] == "category"
    employee.play("servces", "yes", "yes")
    [document] = roll.database.collection("supplier_registration").find({})
    assert document["data"]["category"] == "services"


def test_misspelled_person_is_asked_back(manager: Conversation, roll: Rollcall) -> None:
    manager.play("register a visitor", "Tom Brown", "skip")
    assert "Did you mean Erika Musterfrau (EMP004)?" in manager.say("Erika Mustermann").text
    assert manager.say("yes").custom["field"] == "arrival"
    [draft] = roll.drafts.list(manager.actor)  # type: ignore[arg-type]
    assert draft.answers["host"] == "EMP004"


def test_question_is_no_answer_to_a_question_after_a_day(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a visitor", "Tom Brown", "skip", "me")
    reply = employee.say("what is the weather like tomorrow")
    assert reply.custom["field"] == "arrival"
    assert "tasks" in employee.say("what tasks do I have today?").text
    [draft] = roll.drafts.list(employee.actor)  # type: ignore[arg-type]
    assert "arrival" not in draft.answers


def test_day_in_the_past_is_asked_back_and_the_good_one_kept(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a visitor", "Tom Brown", "skip", "me", "2037-03-02 at 10am")
    reply = employee.say("the arrival is yesterday")
    assert "in the past" in reply.text
    assert "I keep arrival Monday, 2 March 2037, 10:00" in reply.text
    employee.play("2037-03-03 at 11:30", "no", "yes")
    [document] = roll.database.collection("visitor_registration").find({})
    assert document["data"]["arrival"].isoformat() == "2037-03-03T10:30:00+00:00"


def test_insult_is_not_stored_and_the_form_goes_on(employee: Conversation, roll: Rollcall) -> None:
    employee.say("register a supplier")
    assert employee.say("you are stupid").custom["field"] == "company_name"
    assert employee.say("Acme").custom["field"] == "contact_name"
    [draft] = roll.drafts.list(employee.actor)  # type: ignore[arg-type]
    assert draft.answers == {"company_name": "Acme"}


def test_not_having_one_skips_what_is_optional_and_does_nothing_else(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe", "jane@acme.com")
    assert employee.say("i dont have one").custom["field"] == "category"
    employee.play("goods", "yes")
    [document] = roll.database.collection("supplier_registration").find({})
    assert "phone" not in document["data"]
