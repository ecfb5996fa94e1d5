"""Changing one's mind about a task right after it was given, begun or finished."""

from typing import Any

import pytest

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast


def the_task(roll: Rollcall) -> dict[str, Any]:
    """The only task on record."""
    (document,) = roll.database.collection("user_tasks").find({})
    return document


def test_deadline_is_corrected_right_after_assigning(manager: Conversation, roll: Rollcall) -> None:
    manager.say("assign 'Stocktaking' to Erika, high, due 2027-03-05")
    reply = manager.say("actually make that 8 March 2027")
    assert "Changed: Stocktaking" in reply.text
    assert "Monday, 8 March 2027" in reply.text
    task = the_task(roll)
    assert task["due_date"].date().isoformat() == "2027-03-08"
    assert task["priority"] == "high"


def test_person_is_corrected_right_after_assigning(manager: Conversation, roll: Rollcall) -> None:
    manager.say("assign 'Stocktaking' to Erika")
    assert "now goes to you" in manager.say("no, to me").text
    assert the_task(roll)["employee_id"] == "EMP002"
    kinds = [one.kind for one in roll.activities.list(manager.actor).items[:2]]  # type: ignore[arg-type]
    assert kinds == ["task.updated", "task.assigned"]


def test_task_made_in_the_form_is_corrected_as_well(employee: Conversation, roll: Rollcall) -> None:
    employee.play("I need to create a new task", "Paint the wall", "me", "low", "2027-03-01", "yes")
    assert "urgent" in employee.say("oh, make it urgent").text
    assert the_task(roll)["priority"] == "urgent"


@pytest.mark.parametrize(
    "text",
    [
        "it isn't done yet",
        "i havent finishd it",
        "no the stocktaking is not finished",
        "I'll finish it tomorrow",
        "don't finish the stocktaking",
        "is the stocktaking done?",
    ],
)
def test_what_is_not_done_is_not_finished(
    employee: Conversation, roll: Rollcall, cast: Cast, text: str
) -> None:
    roll.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    employee.play("my tasks", "start the stocktaking")
    reply = employee.say(text)
    assert "Done:" not in reply.text
    assert the_task(roll)["status"] == "in_progress"
    assert roll.activities.list(cast.employee, kind="task.completed").items == []


def test_finished_by_mistake_is_opened_again_after_a_yes(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("assign 'Stocktaking' to me", "start the stocktaking", "i finished it")
    asked = employee.say("oh wait, it isn't done")
    assert "Shall I open it again?" in asked.text
    assert the_task(roll)["status"] == "completed"
    assert "in progress again" in employee.press("Yes", asked).text
    assert the_task(roll)["status"] == "in_progress"


def test_task_of_somebody_else_is_only_for_the_giver_to_cancel(
    manager: Conversation, employee: Conversation, roll: Rollcall
) -> None:
    manager.say("assign 'Stocktaking' to Erika")
    assert "only they can cancel it" in employee.say("cancel the stocktaking").text
    assert the_task(roll)["status"] == "pending"
    assert "Cancelled: “Stocktaking”" in manager.say("cancel erika's stocktaking").text
    assert the_task(roll)["status"] == "cancelled"


def test_what_was_cancelled_by_mistake_is_opened_again(
    manager: Conversation, roll: Rollcall
) -> None:
    manager.play("assign 'Stocktaking' to Erika", "cancel the stocktaking")
    assert the_task(roll)["status"] == "cancelled"
    assert "pending again" in manager.say("sorry, reopen it").text
    assert the_task(roll)["status"] == "pending"


def test_no_it_is_not_right_after_finishing_asks_to_open_it_again(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("assign 'Stocktaking' to me", "finish the stocktaking")
    assert "Shall I open it again?" in employee.say("no it isnt").text
    employee.say("yes")
    assert the_task(roll)["status"] == "pending"


def test_change_within_a_form_never_touches_the_task_from_before(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.say("assign 'Stocktaking' to me, low")
    employee.play("I need to create a new task", "Paint the wall", "me", "skip", "skip")
    reply = employee.say("no wait, make it urgent")
    assert reply.custom["type"] == "form_summary"
    assert the_task(roll)["priority"] == "low"


def test_new_name_and_day_are_said_as_people_say_them(
    manager: Conversation, roll: Rollcall
) -> None:
    manager.say("assign 'Order paper' to Erika, due 2027-03-05")
    manager.say("wait, 8 March 2027 is better")
    assert "Order A4 paper" in manager.say("and call it Order A4 paper").text
    task = the_task(roll)
    assert task["due_date"].date().isoformat() == "2027-03-08"
    assert task["title"] == "Order A4 paper"


def test_unknown_person_beside_a_known_one_stops_it_all(
    manager: Conversation, roll: Rollcall
) -> None:
    assert "can't find oscar" in manager.say("assign 'Stocktaking' to erika and oscar").text
    assert roll.database.collection("user_tasks").count_documents({}) == 0
