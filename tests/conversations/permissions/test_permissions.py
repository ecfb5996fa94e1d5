"""What people may not do, whatever they say."""

import pytest

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Conversation, on_record
from tests.cast import Cast

NEEDS_SIGN_IN = [
    "register a supplier",
    "my tasks",
    "assign 'Paint' to EMP004",
    "start the stocktaking task",
    "finish the stocktaking task",
    "postpone the stocktaking task to Friday",
    "my registrations",
    "show my sessions",
    "undo that",
    "continue my supplier",
]


@pytest.mark.parametrize("sentence", NEEDS_SIGN_IN)
def test_guest_is_asked_to_sign_in(guest: Conversation, sentence: str) -> None:
    reply = guest.talk(sentence)
    assert reply.custom["type"] == "sign_in", reply.text


@pytest.mark.parametrize(
    "question",
    ["show the registrations of {}", "show the sessions of {}", "list the tasks of {}"],
)
def test_question_about_someone_else_tells_nothing(employee: Conversation, question: str) -> None:
    """The same answer for a colleague who exists and for an id that nobody has."""
    existing = employee.talk(question.format("EMP005")).text
    invented = employee.talk(question.format("EMP777")).text
    assert existing == invented
    assert "I don't know that employee." in existing


def test_employee_can_not_give_tasks_to_others(employee: Conversation, roll: Rollcall) -> None:
    reply = employee.talk("assign 'Paint the wall' to EMP005")
    assert reply.text == employee.talk("assign 'Paint the wall' to EMP777").text.replace(
        "EMP777", "EMP005"
    )
    assert roll.database.collection("user_tasks").count_documents({}) == 0


def test_manager_can_not_give_tasks_to_another_team(manager: Conversation, roll: Rollcall) -> None:
    reply = manager.talk("assign 'Paint the wall' to EMP005")
    assert "can't find EMP005" in reply.text
    assert roll.database.collection("user_tasks").count_documents({}) == 0


def test_type_that_is_not_open_to_employees_is_refused(employee: Conversation) -> None:
    assert "not open to you" in employee.talk("register a contract").text


def test_saying_to_be_somebody_else_changes_nothing(employee: Conversation) -> None:
    reply = employee.talk("I am employee EMP001")
    assert reply.custom == {"type": "sign_in", "employee_id": "EMP001"}
    assert "EMP004" in employee.talk("who am I?").text


def test_forged_button_on_another_persons_task_finds_nothing(
    outsider: Conversation, roll: Rollcall, cast: Cast
) -> None:
    task = roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004"))
    own = roll.tasks.assign(cast.outsider, NewTask("Own task", "EMP005"))
    before = on_record(roll)
    reply = outsider.say(f'/complete_task{{"task_title": "#{task.task_id}"}}', kind="button")
    assert "completed" not in reply.text
    assert on_record(roll) == before
    assert roll.tasks.get(cast.employee, task.task_id).status == "pending"
    assert roll.tasks.get(cast.outsider, own.task_id).status == "pending"


def test_session_ended_elsewhere_is_dead_in_the_chat_at_once(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    employee.say("my tasks")
    roll.sessions.end(cast.employee, employee.conversation_id)
    reply = employee.talk("register a supplier")
    assert "session has ended" in reply.text
