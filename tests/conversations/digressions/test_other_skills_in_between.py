"""Another skill in the middle of a form: it does its work, and the form loses nothing."""

import pytest

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast

HALF = ("register a supplier", "Acme", "Jane Doe")
HELD = {"company_name": "Acme", "contact_name": "Jane Doe"}


@pytest.mark.parametrize(
    ("says", "answered"),
    [
        ("how many suppliers did I register last week?", "You registered no suppliers last week"),
        ("who am I?", "Erika Musterfrau"),
        ("show my sessions", "You have 1 session"),
        ("what can you do?", "Here is what you can say"),
    ],
)
def test_question_in_between_changes_neither_the_record_nor_the_form(
    employee: Conversation, says: str, answered: str
) -> None:
    employee.play(*HALF)
    reply = employee.talk(says)
    assert answered in reply.text
    assert reply.custom["field"] == "email"
    assert employee.answers() == HELD
    employee.play("jane@acme.com", "skip", "goods", "yes")
    assert [one["company_name"] for one in employee.saved("supplier")] == ["Acme"]


def test_task_is_finished_in_between(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004"))
    employee.play(*HALF)
    reply = employee.say("finish the stocktaking")
    assert "“Stocktaking” is completed" in reply.text
    assert [one["status"] for one in employee.tasks()] == ["completed"]
    assert employee.saved("supplier") == []
    assert employee.answers() == HELD
    assert employee.talk("jane@acme.com").custom["field"] == "phone"


def test_refused_question_in_between_tells_nothing_and_keeps_the_form(
    employee: Conversation,
) -> None:
    employee.play(*HALF)
    hidden = employee.talk("show the registrations of EMP005")
    nobody = employee.talk("show the registrations of EMP777")
    assert "I don't know that employee." in hidden.text
    assert hidden.text == nobody.text
    assert hidden.custom["field"] == "email"
    assert employee.answers() == HELD
