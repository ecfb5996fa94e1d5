"""Lists of tasks in the chat: what is pressing first, a page at a time."""

from datetime import timedelta

from rollcall import Rollcall
from rollcall.task_records import Assign
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast


def give(roll: Rollcall, cast: Cast, count: int) -> None:
    """Give the employee `count` tasks: Errand 1, Errand 2, …, due in this order."""
    now = roll.clock()
    roll.tasks.together(
        cast.manager,
        [
            Assign(NewTask(f"Errand {number}", "EMP004", due_date=now + timedelta(days=number)))
            for number in range(1, count + 1)
        ],
    )


def test_long_list_goes_on_with_more(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    give(roll, cast, 23)
    first = employee.say("my tasks")
    assert "You have 23 open tasks" in first.text
    assert "10. Errand 10 (" in first.text
    assert "Errand 11" not in first.text
    assert "13 more. Say “more”" in first.text
    second = employee.press("More", first)
    assert "Tasks 11 to 20 of 23" in second.text
    assert next(one["title"] for one in second.custom["items"]) == "Errand 11"
    assert "Tasks 21 to 23 of 23" in employee.say("show me the rest").text
    assert "That was all" in employee.say("more").text


def test_numbers_count_over_all_pages(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    give(roll, cast, 12)
    employee.play("my tasks", "more")
    assert "“Errand 12” is completed" in employee.say("finish task 12").text
    done = roll.database.collection("user_tasks").find({"status": "completed"})
    assert [one["title"] for one in done] == ["Errand 12"]


def test_what_is_due_first_stands_first(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.employee, NewTask("Some day", "EMP004", "urgent"))
    give(roll, cast, 2)
    titles = [one["title"] for one in employee.say("my tasks").custom["items"]]
    assert titles == ["Errand 1", "Errand 2", "Some day"]


def test_list_is_narrowed_by_priority_and_state(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.tasks.assign(cast.employee, NewTask("Fix the lift", "EMP004", "urgent"))
    give(roll, cast, 2)
    reply = employee.say("show my urgent tasks")
    assert [one["title"] for one in reply.custom["items"]] == ["Fix the lift"]
    assert "1 open urgent-priority task" in reply.text


def test_name_with_another_number_is_another_task(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    give(roll, cast, 12)
    employee.say("finish Errand 1")
    assert "no open task like" in employee.say("finish errand 1").text
    states = [one["status"] for one in roll.database.collection("user_tasks").find({})]
    assert states.count("completed") == 1


def test_how_a_task_stands_is_told_also_when_it_is_over(
    manager: Conversation, employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    give(roll, cast, 1)
    employee.say("finish errand 1")
    assert "completed" in manager.say("did Erika finish Errand 1?").text
