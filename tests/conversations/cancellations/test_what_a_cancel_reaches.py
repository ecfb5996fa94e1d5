"""A cancel ends the form that is open, and nothing else."""

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast


def test_task_form_is_cancelled_and_nobody_has_a_task(employee: Conversation) -> None:
    employee.play("I need to create a new task", "Paint the wall", "me")
    assert "not saved" in employee.talk("never mind, cancel").text
    assert employee.tasks() == []


def test_parked_form_outlives_the_cancelling_of_another(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "register equipment instead", "Dell Latitude")
    assert "not saved" in employee.talk("cancel").text
    assert employee.talk("continue my supplier").custom["field"] == "contact_name"
    assert employee.answers() == {"company_name": "Acme"}
    employee.play("Jane Doe", "jane@acme.com", "skip", "goods", "yes")
    assert len(employee.saved("supplier")) == 1
    assert employee.saved("equipment") == []


def test_answers_of_a_cancelled_form_are_not_in_the_next(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe", "cancel")
    assert employee.talk("register a supplier").custom["field"] == "company_name"
    employee.play("Globex", "John Roe", "john@globex.com", "skip", "goods", "yes")
    [saved] = employee.saved("supplier")
    assert (saved["company_name"], saved["contact_name"]) == ("Globex", "John Roe")


def test_tasks_are_left_alone_by_the_cancelling_of_a_form(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004"))
    employee.play("my tasks", "register a supplier", "Acme")
    assert "not saved" in employee.talk("cancel").text
    assert [one["status"] for one in employee.tasks()] == ["pending"]
