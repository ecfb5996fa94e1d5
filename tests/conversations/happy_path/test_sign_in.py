"""Signing in and out by chat."""

import re

from rollcall import Rollcall
from rollcall.errors import SessionEnded
from tests.assistant import Conversation
from tests.cast import Cast


def test_claiming_an_id_opens_the_passphrase_field(guest: Conversation) -> None:
    reply = guest.talk("Hi, I am employee EMP001")
    assert reply.custom == {"type": "sign_in", "employee_id": "EMP001"}
    assert "passphrase" in reply.text


def test_signed_in_person_is_granted_access_in_the_promised_words(admin: Conversation) -> None:
    reply = admin.talk("Hi, I am employee EMP001")
    assert reply.text.startswith(
        "Access Granted - Session Active\nWelcome, Admin User (admin)\nEmployee ID: EMP001\n"
    )
    session_id = reply.customs[0]["session_id"]
    assert re.fullmatch(r"session_EMP001_\d{10}_[0-9a-f]{8}", session_id)
    assert session_id == admin.conversation_id
    assert reply.customs[0]["dashboard_url"] == "/dashboard?employee_id=EMP001"


def test_brief_at_sign_in_tells_open_tasks(employee: Conversation) -> None:
    employee.say("assign 'Order chairs' to me")
    assert "You have 1 open task." in employee.talk("I am employee EMP004").text


def test_greeting_a_stranger_asks_who_they_are(guest: Conversation) -> None:
    assert "employee EMP001" in guest.talk("good morning").text


def test_who_am_i_names_the_person_and_the_session(employee: Conversation) -> None:
    reply = employee.talk("who am I?")
    assert "Erika Musterfrau" in reply.text
    assert employee.conversation_id in reply.text


def test_sign_out_ends_the_session(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    reply = employee.say("sign out please")
    assert reply.custom == {"type": "signed_out"}
    session = roll.sessions.get(cast.admin, employee.conversation_id)
    assert session.session_status == "ended"
    try:
        roll.sessions.authenticate(employee.conversation_id)
    except SessionEnded:
        return
    raise AssertionError("the session is still alive")


def test_my_sessions_lists_the_sign_ins(employee: Conversation, roll: Rollcall) -> None:
    reply = employee.talk("show my sessions")
    sessions = roll.database.collection("user_sessions").count_documents({"employee_id": "EMP004"})
    assert sessions == reply.custom["total"] == 1
    assert "You have 1 session" in reply.text
    assert reply.custom["rows"][0]["session_id"] == employee.conversation_id


def test_help_lists_what_this_person_can_register(
    employee: Conversation, manager: Conversation
) -> None:
    assert "contract" not in employee.talk("what can you do?").text
    assert "contract" in manager.talk("help").text


def test_brief_tells_what_others_did_since_last_time(
    manager: Conversation, employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    employee.say("sign out")
    manager.say("assign 'Stocktaking' to EMP004")
    person = roll.directory.find("EMP004")
    assert person is not None
    session = roll.sessions.open(person)
    again = Conversation(employee.assistant, roll, roll.sessions.authenticate(session.session_id))
    brief = again.say("Hi, I am employee EMP004").text
    assert "Mona Lindqvist assigned “Stocktaking” to Erika Musterfrau" in brief


def test_asking_for_a_person_gives_the_manager_a_task(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    reply = employee.say("I want to talk to a human")
    assert "Mona Lindqvist will get in touch" in reply.text
    task = roll.tasks.list(cast.manager, "EMP002").items[0]
    assert task.title == "Help Erika Musterfrau (EMP004) in person"
    assert task.assigned_by == "EMP004"
