"""When it isn't clear what is meant."""

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.assistant import Conversation, on_record
from tests.cast import Cast


def test_two_tasks_that_fit_are_offered_as_buttons(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    for title in ("Security training for drivers", "Security training for office staff"):
        roll.tasks.assign(cast.employee, NewTask(title, "EMP004"))
    reply = employee.talk("I finished the security training")
    assert "Which task shall I finish?" in reply.text
    done = employee.press("Security training for drivers", reply)
    assert "“Security training for drivers” is completed" in done.text
    assert {one["title"]: one["status"] for one in employee.tasks()} == {
        "Security training for drivers": "completed",
        "Security training for office staff": "pending",
    }


def test_gibberish_is_answered_with_suggestions(employee: Conversation) -> None:
    assert employee.talk("fnord grzk blub").buttons


def test_bare_yes_outside_a_form_says_that_nothing_is_open(employee: Conversation) -> None:
    assert "nothing open" in employee.talk("yes").text


def test_button_may_ask_for_one_type(employee: Conversation) -> None:
    employee.talk("my tasks")
    before = on_record(employee.roll)
    reply = employee.say('/query_history{"registration_type": "suppliers"}', kind="button")
    assert "You have no suppliers" in reply.text
    assert on_record(employee.roll) == before
