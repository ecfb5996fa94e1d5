"""Several tasks and several people in one sentence."""

from typing import Any

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast


def tasks_on_record(roll: Rollcall, **query: Any) -> dict[str, dict[str, Any]]:
    """The documents of tasks by title."""
    return {one["title"]: one for one in roll.database.collection("user_tasks").find(query)}


def test_two_tasks_for_two_people_are_assigned_at_once(
    manager: Conversation, roll: Rollcall
) -> None:
    reply = manager.say("assign 'Order paper' to erika and 'Call the bank' to me, due 2027-03-01")
    assert "Assigned 2 tasks" in reply.text
    tasks = tasks_on_record(roll)
    assert {title: one["employee_id"] for title, one in tasks.items()} == {
        "Order paper": "EMP004",
        "Call the bank": "EMP002",
    }


def test_more_than_three_are_shown_and_assigned_after_a_yes(
    manager: Conversation, roll: Rollcall
) -> None:
    asked = manager.say("assign 'Paint', 'Sweep', 'Polish' and 'Dust' to Erika")
    assert "Shall I assign these 4 tasks?" in asked.text
    assert tasks_on_record(roll) == {}
    assert "Assigned 4 tasks" in manager.say("yes").text
    assert len(tasks_on_record(roll, employee_id="EMP004")) == 4


def test_no_to_several_assigns_none(manager: Conversation, roll: Rollcall) -> None:
    manager.say("assign 'Paint', 'Sweep', 'Polish' and 'Dust' to Erika")
    assert "leave everything as it is" in manager.say("no").text
    assert tasks_on_record(roll) == {}


def test_tasks_are_finished_by_their_numbers_in_the_list(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    for title in ("Paint", "Sweep", "Polish"):
        roll.tasks.assign(cast.employee, NewTask(title, "EMP004"))
    listed = employee.say("my tasks").custom["items"]
    reply = employee.say("finish 1 and 3")
    assert "Done: 2 tasks" in reply.text
    assert "1 open task left" in reply.text.lower()
    states = {title: one["status"] for title, one in tasks_on_record(roll).items()}
    assert states == {
        listed[0]["title"]: "completed",
        listed[1]["title"]: "pending",
        listed[2]["title"]: "completed",
    }
