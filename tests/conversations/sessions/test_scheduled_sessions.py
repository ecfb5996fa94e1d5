"""Scheduled sessions in the chat: completed by the form, called off, noted on, listed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rollcall import Rollcall
from rollcall.clock import system_clock
from rollcall.completions.model import Completion, Ending, NewCompletion
from rollcall.meetings import Arrival, NewMeeting
from tests.assistant import Conversation
from tests.cast import Cast

BERLIN = ZoneInfo("Europe/Berlin")
YESTERDAY = (system_clock().astimezone(BERLIN) - timedelta(days=1)).date()
TOMORROW = (system_clock().astimezone(BERLIN) + timedelta(days=1)).date()


def plan(
    roll: Rollcall, cast: Cast, title: str, starts: str, ends: str, day: object = YESTERDAY
) -> Completion:
    begin, end = (datetime.strptime(one, "%H:%M").time() for one in (starts, ends))
    new = NewCompletion(title, day, begin, end)  # type: ignore[arg-type]
    return roll.completions.create(cast.employee, new)


@pytest.fixture
def welding(roll: Rollcall, cast: Cast) -> Completion:
    """Yesterday at nine."""
    return plan(roll, cast, "Welding basics", "09:00", "10:30")


@pytest.fixture
def first_aid(roll: Rollcall, cast: Cast) -> Completion:
    """Yesterday at half past two."""
    return plan(roll, cast, "First aid", "14:30", "15:30")


def on_record(roll: Rollcall, cast: Cast, session: Completion) -> Completion:
    return roll.completions.get(cast.employee, session.completion_id)


def test_one_sentence_says_how_it_went_and_a_yes_saves_it(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion, first_aid: Completion
) -> None:
    reply = employee.say("complete my 9 o'clock session, it ran till 10:45, covered topics 1 to 3")
    assert reply.custom["type"] == "form_summary"
    values = {one["name"]: one["value"] for one in reply.custom["fields"]}
    assert "Welding basics" in values["id"]
    assert (values["actual_start_time"], values["actual_end_time"]) == ("09:00", "10:45")
    assert values["notes"] == "Covered topics 1 to 3"
    assert on_record(roll, cast, welding).status == "pending"
    done = employee.say("yes")
    session = on_record(roll, cast, welding)
    assert session.status == "completed"
    assert session.public()["actual_end_time"] == "10:45"
    assert session.notes == "Covered topics 1 to 3"
    assert session.completion_code
    assert session.completion_code in done.text
    assert done.custom["completion_id"] == welding.completion_id
    assert on_record(roll, cast, first_aid).status == "pending"


def test_what_is_not_said_is_asked_for(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    asked = employee.say("complete my session")
    assert asked.custom["field"] == "actual_end_time"
    notes = employee.say("10:50")
    assert notes.custom["field"] == "notes"
    summary = employee.say("skip")
    assert summary.custom["type"] == "form_summary"
    employee.say("yes")
    shown = on_record(roll, cast, welding).public()
    assert (shown["actual_start_time"], shown["actual_end_time"]) == ("09:00", "10:50")
    assert shown["notes"] is None


def test_it_is_corrected_at_the_summary(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    employee.say("complete my 9 o'clock session, it ended at 10:45, covered topics 1 to 3")
    corrected = employee.say("no, it ended at 11")
    values = {one["name"]: one["value"] for one in corrected.custom["fields"]}
    assert values["actual_end_time"] == "11:00"
    employee.say("yes")
    assert on_record(roll, cast, welding).public()["actual_end_time"] == "11:00"


def test_of_several_it_asks_which_and_takes_a_button_or_a_number(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion, first_aid: Completion
) -> None:
    reply = employee.say("complete my session")
    assert "Which session do you mean?" in reply.text
    assert len(reply.custom["items"]) == 2
    title = next(one for one in reply.buttons if "Welding" in one)
    asked = employee.press(title, reply)
    assert asked.custom["field"] == "actual_end_time"
    employee.play("10:30", "Chapter one", "yes")
    assert on_record(roll, cast, welding).notes == "Chapter one"
    assert on_record(roll, cast, first_aid).status == "pending"


def test_times_come_from_attendance_where_somebody_was_in_a_meeting(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    now = welding.starts_at + timedelta(minutes=4)
    past = roll.at_clock(lambda: now)
    meeting = past.meetings.create(cast.employee, NewMeeting("Welding"))
    interval = past.attendances.join(cast.employee, Arrival(str(meeting.code)))
    now = welding.starts_at + timedelta(minutes=97)
    past.attendances.leave(cast.employee, interval.session_id)
    reply = employee.say("complete my 9 o'clock session")
    assert "began 09:04, ended 10:37" in reply.text


def test_a_time_that_can_not_be_is_asked_again_and_nothing_else_is_lost(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    employee.say("complete my 9 o'clock session, it ended at 8:15, covered topics 1 to 3")
    refused = employee.say("yes")
    assert "ended before it began" in refused.text
    employee.play("10:20", "yes")
    session = on_record(roll, cast, welding)
    assert (session.status, session.notes) == ("completed", "Covered topics 1 to 3")
    assert session.public()["actual_end_time"] == "10:20"


def test_who_is_second_is_told_that_it_is_completed_already(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    employee.say("complete my 9 o'clock session, it ran till 10:45, covered topics 1 to 3")
    ending = Ending("09:00", "10:30", "OFFICE-1")
    roll.completions.complete(cast.admin, welding.completion_id, ending)
    told = employee.say("yes")
    assert "OFFICE-1" in told.text
    assert on_record(roll, cast, welding).completion_code == "OFFICE-1"


def test_without_an_open_session_it_says_so(employee: Conversation) -> None:
    assert "no session to complete" in employee.say("complete my session").text


def test_cancelling_asks_and_keeps_the_reason(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    session = plan(roll, cast, "Crane licence", "15:00", "16:00", TOMORROW)
    asked = employee.say("cancel my 3pm session because I am ill")
    assert "Shall I cancel Crane licence" in asked.text
    assert on_record(roll, cast, session).status == "pending"
    assert "Cancelled: Crane licence" in employee.say("yes").text
    cancelled = on_record(roll, cast, session)
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "I am ill")
    assert on_record(roll, cast, welding).status == "pending"


def test_a_no_cancels_nothing(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    employee.play("cancel my 9 o'clock session", "no")
    assert on_record(roll, cast, welding).status == "pending"


def test_a_note_goes_to_the_session_that_is_named(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion, first_aid: Completion
) -> None:
    reply = employee.say("add an issue note to my 9 o'clock session: projector broken")
    assert "Welding basics" in reply.text
    [note] = roll.notes.list(cast.employee, welding.completion_id).items
    assert (note.note_text, note.note_type) == ("projector broken", "issue")
    assert roll.notes.list(cast.employee, first_aid.completion_id).items == []


def test_a_note_without_text_is_asked_for(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    assert "What shall I note" in employee.say("add a note to my last session").text
    employee.say("Two people were missing")
    [note] = roll.notes.list(cast.employee, welding.completion_id).items
    assert note.note_text == "Two people were missing"


def test_my_upcoming_sessions_are_the_scheduled_ones(
    employee: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    plan(roll, cast, "Crane licence", "15:00", "16:00", TOMORROW)
    reply = employee.say("show my upcoming sessions")
    titles = {one["title"] for one in reply.custom["items"]}
    assert "Crane licence" in titles
    assert "Crane licence" in reply.text
    roll.completions.complete(cast.employee, welding.completion_id, Ending("09:00", "10:00"))
    done = employee.say("show my completed sessions")
    assert [one["title"] for one in done.custom["items"]] == ["Welding basics"]


def test_more_of_my_sessions_goes_on_and_repeats_nothing(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    plan(roll, cast, "Crane licence", "15:00", "16:00", TOMORROW)
    owner = roll.people.get(cast.employee, "EMP004")
    for _ in range(12):
        roll.sessions.open(owner)
    first = employee.say("my sessions")
    assert "Crane licence" in first.text
    more = employee.say("more")
    assert more.text.startswith("Sessions 11 to 1")
    assert "Crane licence" not in more.text
    shown = [{row["session_id"] for row in one.custom["rows"]} for one in (first, more)]
    assert not shown[0] & shown[1]


def test_more_than_ten_scheduled_sessions_come_page_by_page(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    for hour in range(8, 20):
        plan(roll, cast, f"Lesson {hour}", f"{hour:02}:00", f"{hour:02}:45", TOMORROW)
    first = employee.say("show my upcoming sessions")
    assert [one["title"] for one in first.custom["items"]] == [
        f"Lesson {hour}" for hour in range(8, 18)
    ]
    assert "2 more" in first.text
    rest = employee.say("more")
    assert [one["title"] for one in rest.custom["items"]] == ["Lesson 18", "Lesson 19"]
    assert "That was all" in employee.say("more").text


def test_my_login_sessions_are_sign_ins(employee: Conversation, welding: Completion) -> None:
    reply = employee.say("show my login sessions")
    assert reply.custom["type"] == "table"
    assert "Welding" not in reply.text


def test_others_sessions_are_out_of_reach(
    outsider: Conversation, roll: Rollcall, cast: Cast, welding: Completion
) -> None:
    assert "no session to complete" in outsider.say("complete the welding session").text
    assert "Welding" not in outsider.say("show the scheduled sessions of EMP004").text
    assert on_record(roll, cast, welding).status == "pending"


def test_a_guest_signs_in_first(guest: Conversation) -> None:
    assert "sign in first" in guest.say("complete my session").text


@pytest.mark.parametrize(
    ("says", "shows"),
    [
        ("what is waiting for my approval?", "Sessions of my people"),
        ("approve the first one", "Sessions of my people"),
        ("show me everything you store about me", "my registrations"),
    ],
)
def test_what_only_the_pages_have_is_shown_the_way_to(
    manager: Conversation, says: str, shows: str
) -> None:
    assert shows in manager.talk(says).text
