"""The brief at sign-in: what is due, what happens today, what waits, what is new."""

from datetime import timedelta

from rollcall import Rollcall
from rollcall.meetings.model import NewMeeting
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast


def test_brief_names_what_is_overdue_due_and_on_today(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    now = roll.clock()
    yesterday = roll.at_clock(lambda: now - timedelta(days=2))
    late = NewTask("Stocktaking", "EMP004", "high", now - timedelta(days=1))
    yesterday.tasks.assign(cast.manager, late)
    roll.tasks.assign(cast.employee, NewTask("Order chairs", "EMP004"))
    roll.meetings.create(cast.manager, NewMeeting("Briefing", invited=("EMP004",)))
    reply = employee.say("Hi, I am employee EMP004")
    assert "You have 2 open tasks, 1 overdue." in reply.text
    assert "• Stocktaking: high, overdue since" in reply.text
    assert "Today: “Briefing” (on now)." in reply.text
    assert [one["title"] for one in reply.custom["items"]] == ["Stocktaking"]
    assert "1. Stocktaking" in employee.press("My tasks", reply).text


def test_brief_offers_to_go_on_with_a_form(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme Ltd", "continue later")
    reply = employee.talk("Hi, I am employee EMP004")
    assert "Waiting to be finished: supplier Acme Ltd. Say “continue”." in reply.text
    assert employee.press("Continue the supplier Acme Ltd", reply).custom["field"] == "contact_name"


def test_nothing_to_tell_is_not_told(outsider: Conversation) -> None:
    reply = outsider.talk("Hi, I am employee EMP005")
    assert reply.text.endswith(outsider.conversation_id)
