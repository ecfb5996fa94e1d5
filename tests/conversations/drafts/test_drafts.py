"""Forms that are left and found again."""

from rollcall import Rollcall
from tests.assistant import Conversation
from tests.cast import Cast


def test_parked_form_is_continued_where_it_was(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme")
    assert "continue my supplier" in employee.say("let's do this later").text
    reply = employee.say("continue my supplier")
    assert reply.custom["field"] == "contact_name"


def test_form_survives_sign_out_and_another_device(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    employee.play("register a supplier", "Acme", "sign out")
    person = roll.directory.find("EMP004")
    assert person is not None
    session = roll.sessions.open(person)
    elsewhere = Conversation(
        employee.assistant, roll, roll.sessions.authenticate(session.session_id)
    )
    assert "supplier" in elsewhere.say("I am employee EMP004").text
    reply = elsewhere.say("continue")
    assert reply.custom["field"] == "contact_name"


def test_nothing_to_continue_is_said(employee: Conversation) -> None:
    assert "no unfinished form" in employee.say("continue my form").text
