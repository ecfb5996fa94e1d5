"""A question back, help that fits, a person: in this order, and only as long as it takes."""

from rollcall import Rollcall
from tests.assistant import Conversation
from tests.cast import Cast

NONSENSE = ("fnord grzk blub", "blah zorp with quux", "foo bar baz qux")


def test_three_times_not_understood_offers_a_person_who_gets_what_was_said(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    first, second, third = (employee.say(one) for one in NONSENSE)
    assert first.buttons
    assert "Talk to a person" in second.buttons
    assert "Mona Lindqvist" in third.text
    assert len({first.text, second.text, third.text}) == 3
    assert roll.tasks.list(cast.manager, "EMP002").items == []
    assert "will get in touch" in employee.press("Yes, please", third).text
    (task,) = roll.tasks.list(cast.manager, "EMP002").items
    assert task.title == "Help Erika Musterfrau (EMP004) in person"
    assert task.assigned_by == "EMP004"


def test_no_to_a_person_asks_nobody(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    employee.play(*NONSENSE)
    assert "other words" in employee.say("no thanks").text
    assert roll.tasks.list(cast.manager, "EMP002").items == []


def test_what_is_understood_in_between_begins_the_count_anew(employee: Conversation) -> None:
    employee.talk(*NONSENSE[:2])
    employee.talk("my tasks")
    assert "Mona" not in employee.talk(NONSENSE[2]).text


def test_help_fits_the_moment(employee: Conversation) -> None:
    employee.say("assign 'Stocktaking' to me")
    employee.talk(NONSENSE[0])
    reply = employee.talk(NONSENSE[1])
    assert "start Stocktaking" in reply.text
    assert "undo" in reply.text
    assert "1 open task" in employee.press("My tasks", reply).text


def test_person_can_be_asked_for_right_away_with_the_transcript(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    assert employee.actor is not None
    roll.turns.begin("t1", employee.conversation_id, employee.conversation_id, "EMP004", "hello")
    roll.turns.finish("t1", [{"text": "Hello, Erika."}], "greet", 1.0, ["action_greet"], 1)
    assert "will get in touch" in employee.say("I want to talk to a human").text
    (task,) = roll.tasks.list(cast.manager, "EMP002").items
    assert task.description is not None
    assert "> hello\nHello, Erika." in task.description


def test_stranger_who_wants_a_person_hears_how_to_get_in(guest: Conversation) -> None:
    assert "administrator" in guest.talk("I want to talk to a human").text
