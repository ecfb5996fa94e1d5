"""Giving, taking and finishing tasks."""

from rollcall import Rollcall
from tests.assistant import Conversation
from tests.cast import Cast


def test_manager_assigns_a_task_in_one_sentence(
    manager: Conversation, roll: Rollcall, cast: Cast
) -> None:
    reply = manager.say("assign 'Complete security training' to EMP004, high, due 2027-03-01")
    assert "Assigned “Complete security training” to Erika Musterfrau (EMP004)" in reply.text
    document = roll.database.collection("user_tasks").find_one({})
    assert document is not None
    assert document["employee_id"] == "EMP004"
    assert document["assigned_by"] == "EMP002"
    assert document["priority"] == "high"
    assert document["status"] == "pending"
    assert document["session_id"] == manager.conversation_id
    assert document["due_date"].isoformat() == "2027-03-01T23:59:59+00:00"
    assert roll.activities.list(cast.employee, kind="task.assigned").items


def test_task_goes_from_pending_over_started_to_completed(
    manager: Conversation, employee: Conversation, roll: Rollcall
) -> None:
    manager.say("assign 'Complete security training' to EMP004")
    listed = employee.say("what are my tasks?")
    assert "1. Complete security training (medium, pending)" in listed.text
    started = employee.say("start the security training")
    assert started.custom["items"][0]["status"] == "in_progress"
    done = employee.press("Finish it", started)
    assert "completed" in done.text
    document = roll.database.collection("user_tasks").find_one({})
    assert document is not None
    assert document["status"] == "completed"
    assert document["started_at"]
    assert document["completed_at"]


def test_missing_parts_of_a_task_are_asked_for(employee: Conversation, roll: Rollcall) -> None:
    reply = employee.say("I need to create a new task")
    assert reply.custom["registration_type"] == "task"
    employee.play("Paint the wall", "me", "urgent", "2027-03-01")
    assert "Assigned “Paint the wall”" in employee.say("yes").text
    document = roll.database.collection("user_tasks").find_one({})
    assert document is not None
    assert (document["title"], document["priority"]) == ("Paint the wall", "urgent")


def test_person_is_found_by_name(manager: Conversation, roll: Rollcall) -> None:
    reply = manager.say("assign 'Stocktaking' to Erika Musterfrau")
    assert "Erika Musterfrau (EMP004)" in reply.text
    document = roll.database.collection("user_tasks").find_one({})
    assert document is not None
    assert document["employee_id"] == "EMP004"


def test_task_can_be_postponed(employee: Conversation, roll: Rollcall) -> None:
    employee.say("assign 'Stocktaking' to me, due 2027-03-01")
    reply = employee.say("postpone the stocktaking to 2027-04-05")
    assert "Monday, 5 April 2027" in reply.text
    [task] = employee.tasks()
    assert task["due_date"].date().isoformat() == "2027-04-05"


def test_manager_sees_the_tasks_of_a_person_by_first_name_and_of_the_team(
    manager: Conversation, roll: Rollcall, cast: Cast
) -> None:
    manager.say("assign 'Stocktaking' to EMP004")
    assert (
        "Erika Musterfrau (EMP004) has 1 open task"
        in manager.talk("show me the tasks of erika").text
    )
    team = manager.talk("show all open tasks of my team").text
    assert "Your people have 1 open task" in team
    assert "Stocktaking" in team
