"""Not going through with it."""

from rollcall import Rollcall
from tests.assistant import Conversation


def test_cancelling_saves_nothing_and_leaves_the_form(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme")
    assert "not saved" in employee.say("cancel").text
    assert roll.database.collection("supplier_registration").count_documents({}) == 0
    assert "no open tasks" in employee.say("my tasks").text


def test_cancel_at_the_summary(employee: Conversation, roll: Rollcall) -> None:
    summary = employee.play(
        "register a supplier", "Acme", "Jane Doe", "jane@acme.com", "skip", "goods"
    )
    assert "not saved" in employee.press("Cancel", summary).text
    assert roll.database.collection("supplier_registration").count_documents({}) == 0


def test_cancel_without_a_form_says_that_nothing_is_open(employee: Conversation) -> None:
    assert "nothing open" in employee.talk("cancel that").text


def test_cancelled_form_comes_back_with_its_answers(employee: Conversation, roll: Rollcall) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe", "forget it")
    reply = employee.say("undo")
    assert "Back to the supplier Acme." in reply.text
    assert reply.custom["field"] == "email"
    employee.play("jane@acme.com", "skip", "goods", "yes")
    assert roll.database.collection("supplier_registration").count_documents({}) == 1


def test_company_that_is_called_like_a_command_is_registered(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Stop & Shop", "Jane Doe", "jane@shop.com", "skip")
    assert "Saved: supplier Stop & Shop" in employee.play("goods", "yes").text
    [document] = roll.database.collection("supplier_registration").find({})
    assert document["data"]["company_name"] == "Stop & Shop"


def test_table_is_cancelled_whole(employee: Conversation, roll: Rollcall) -> None:
    rows = "Company name;Contact;E-mail;Category\nAcme;Jane Doe;jane@acme.com;goods"
    roll.drafts.begin_table(employee.actor, rows)  # type: ignore[arg-type]
    employee.say("continue my supplier")
    assert "Cancelled" in employee.say("cancel").text
    assert roll.database.collection("supplier_registration").count_documents({}) == 0
