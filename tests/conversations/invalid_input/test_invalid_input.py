"""Answers that can't be right."""

from rollcall import Rollcall
from tests.assistant import Conversation


def test_invalid_email_is_explained_and_nothing_is_lost(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    reply = employee.say("jane(at)acme")
    assert "not a valid e-mail address" in reply.text
    assert "For example orders@acme.com" in reply.text
    assert employee.say("jane@acme.com").custom["field"] == "phone"


def test_three_wrong_answers_offer_a_way_out(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    employee.play("jane(at)acme", "jane at acme")
    assert "cancel" in employee.say("jane#acme").text


def test_duplicate_supplier_is_told_and_the_form_goes_on(
    employee: Conversation, roll: Rollcall
) -> None:
    supplier = ("Acme", "Jane Doe", "jane@acme.com", "skip", "goods", "yes")
    employee.play("register a supplier", *supplier)
    employee.say("register a supplier")
    reply = employee.say("ACME")
    assert "already registered" in reply.text
    assert reply.custom["field"] == "company_name"
    assert employee.say("Acme Two").custom["field"] == "contact_name"


def test_required_question_can_not_be_skipped(employee: Conversation) -> None:
    employee.say("register a supplier")
    assert "can't be skipped" in employee.say("skip").text


def test_unknown_person_is_told(manager: Conversation) -> None:
    assert "can't find EMP999" in manager.say("assign 'Paint' to EMP999").text


def test_past_due_date_is_asked_back(employee: Conversation) -> None:
    assert "past" in employee.say("assign 'Paint the wall' to me, due 2020-01-01").text


def test_id_as_an_answer_is_an_answer_and_no_sign_in(manager: Conversation) -> None:
    manager.play("create a task", "Paint the wall")
    reply = manager.say("EMP005")
    assert "can't find EMP005" in reply.text
    assert reply.custom["field"] == "assignee"


def test_date_is_no_amount(employee: Conversation) -> None:
    employee.play("register equipment", "Dell Latitude", "SN-1", "skip", "skip")
    assert "need an amount" in employee.say("31 December 2027").text
