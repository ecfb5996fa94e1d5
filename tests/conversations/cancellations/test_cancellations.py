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
    employee.press("Cancel", summary)
    assert roll.database.collection("supplier_registration").count_documents({}) == 0


def test_cancel_without_a_form_says_that_nothing_is_open(employee: Conversation) -> None:
    assert "nothing open" in employee.say("cancel that").text
