"""Asking something else in the middle of a form, and coming back."""

from rollcall import Rollcall
from tests.assistant import Conversation


def test_question_in_between_is_answered_and_the_form_asks_again(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme")
    reply = employee.talk("what are my tasks?")
    assert "You have no open tasks." in reply.text
    assert reply.custom["field"] == "contact_name"
    assert employee.talk("Jane Doe").custom["field"] == "email"
    assert employee.answers() == {"company_name": "Acme", "contact_name": "Jane Doe"}


def test_help_in_between_keeps_the_form(employee: Conversation) -> None:
    employee.say("register a supplier")
    reply = employee.talk("help")
    assert reply.custom["field"] == "company_name"
    assert employee.answers() == {}


def test_why_is_explained_and_the_question_stands(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    reply = employee.talk("why do you need that?")
    assert "Orders are sent there" in reply.text
    assert reply.custom["field"] == "email"
    assert "email" not in employee.answers()


def test_progress_is_shown_on_request(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme")
    reply = employee.talk("what do you have so far?")
    assert "Company name: Acme" in reply.text
    assert employee.answers() == {"company_name": "Acme"}


def test_other_form_parks_the_first_and_both_can_be_finished(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme")
    reply = employee.say("register equipment instead")
    assert reply.custom["registration_type"] == "equipment"
    employee.play("Dell Latitude", "SN-1234", "skip", "skip", "skip", "yes")
    assert roll.database.collection("equipment_registration").count_documents({}) == 1
    reply = employee.say("continue my supplier")
    assert reply.custom["field"] == "contact_name"
    employee.play("Jane Doe", "jane@acme.com", "skip", "goods", "yes")
    assert roll.database.collection("supplier_registration").count_documents({}) == 1
