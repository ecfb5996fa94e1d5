"""Meetings by chat: the answer and the record, and what is not for everybody."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rollcall import SYSTEM, Principal, Rollcall
from rollcall.clock import system_clock
from rollcall.meetings import Arrival, Meeting, NewMeeting
from rollcall.people import NewEmployee
from tests.assistant import Conversation
from tests.cast import Cast

BERLIN = ZoneInfo("Europe/Berlin")


def kept(roll: Rollcall) -> list[dict[str, Any]]:
    return list(roll.database.collection("meetings").find({}))


def states(roll: Rollcall, employee_id: str) -> list[str]:
    found = roll.database.collection("attendances").find({"employee_id": employee_id})
    return [one["state"] for one in found]


def live(roll: Rollcall, host: Principal, title: str = "Retro", **options: Any) -> Meeting:
    return roll.meetings.create(host, NewMeeting(title, **options))


def test_a_meeting_is_set_up_in_one_sentence_and_shown_before_it_is_saved(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    summary = employee.say("set up a retro on Friday at 3 for an hour")
    assert summary.custom["type"] == "form_summary"
    assert "Retro" in summary.text
    assert "15:00" in summary.text
    assert "1 hour" in summary.text
    assert kept(roll) == []
    reply = employee.say("yes")
    [document] = kept(roll)
    begins: datetime = document["starts_at"].astimezone(BERLIN)
    assert (begins.weekday(), begins.hour, begins.minute) == (4, 15, 0)
    assert document["ends_at"] - document["starts_at"] == timedelta(hours=1)
    assert (document["title"], document["host_id"]) == ("Retro", "EMP004")
    assert f"{document['code'][:3]}-{document['code'][3:]}" in reply.text
    [entry] = roll.activities.list(cast.admin, kind="meeting.created").items
    assert (entry.employee_id, entry.session_id) == ("EMP004", employee.conversation_id)


def test_what_is_missing_is_asked_and_what_is_wrong_corrected(
    employee: Conversation, roll: Rollcall
) -> None:
    asked = employee.say("schedule a meeting")
    assert asked.custom["field"] == "title"
    assert employee.say("Budget review").custom["field"] == "starts_at"
    again = employee.say("2027-03-05")
    assert again.custom["field"] == "starts_at"
    assert "At what time" in again.text
    assert employee.say("2027-03-05 at 14:00").custom["field"] == "duration"
    summary = employee.say("90 minutes")
    assert summary.custom["type"] == "form_summary"
    corrected = employee.say("no, it begins 2027-03-05 at 15:30")
    assert "15:30" in corrected.text
    employee.say("yes")
    [document] = kept(roll)
    assert document["starts_at"].astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == "2027-03-05 15:30"
    assert document["ends_at"] - document["starts_at"] == timedelta(minutes=90)


def test_a_meeting_for_now_is_live_and_can_be_cancelled_while_asked(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.say("start a new meeting called Stand-up now")
    employee.say("cancel")
    assert kept(roll) == []
    employee.say("start a new meeting called Stand-up now")
    reply = employee.say("yes")
    [document] = kept(roll)
    assert (document["status"], document["starts_at"]) == ("live", None)
    assert "open now" in reply.text


def invited(roll: Rollcall) -> set[str]:
    found = roll.database.collection("participants").find({"invited": True})
    return {one["employee_id"] for one in found}


def test_who_is_named_is_invited_after_it_was_shown(admin: Conversation, roll: Rollcall) -> None:
    summary = admin.say("set up a retro with Erika and Félix on Friday at 3 for an hour")
    assert summary.custom["type"] == "form_summary"
    assert "Erika Musterfrau, Félix Ångström" in summary.text
    assert kept(roll) == []
    admin.say("yes")
    [document] = kept(roll)
    assert (document["title"], document["host_id"]) == ("Retro", "EMP001")
    assert invited(roll) == {"EMP001", "EMP003", "EMP004"}


def test_a_name_that_several_have_is_asked_back_and_nothing_is_lost(
    admin: Conversation, roll: Rollcall
) -> None:
    for number, name in ((7, "Max Stone"), (8, "Max Berg")):
        roll.people.add(SYSTEM, NewEmployee(f"EMP00{number}", name))
    asked = admin.say("set up a retro with Erika and Max on Friday at 3 for an hour")
    assert asked.custom["field"] == "invited"
    assert "Max Berg (EMP008)" in asked.text
    assert "Max Stone (EMP007)" in asked.text
    summary = admin.say("Erika and EMP008")
    assert summary.custom["type"] == "form_summary"
    assert "15:00" in summary.text
    admin.say("yes")
    assert invited(roll) == {"EMP001", "EMP004", "EMP008"}


def test_somebody_one_may_not_invite_is_no_different_from_nobody(
    manager: Conversation, roll: Rollcall
) -> None:
    answers = set()
    for name in ("Oscar", "Zebulon"):
        asked = manager.say(f"set up a retro with Erika and {name} on Friday at 3 for an hour")
        answers.add(asked.text.replace(name, "…"))
    assert len(answers) == 1
    assert "can't find “…” among the people" in answers.pop()
    summary = manager.say("yes")
    assert "Erika Musterfrau" in summary.text
    manager.say("yes")
    assert invited(roll) == {"EMP002", "EMP004"}


def test_joining_by_code_seeing_who_is_here_and_leaving(
    employee: Conversation, outsider: Conversation, roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager)
    code = str(meeting.code)
    joined = employee.say(f"join meeting {code[:3]}-{code[3:].lower()}")
    assert "You are in “Retro”" in joined.text
    assert joined.custom["items"][0]["meeting_id"] == meeting.meeting_id
    also = outsider.say(f"join the meeting with code {code}")
    assert "Erika Musterfrau is here too" in also.text
    here = employee.say("who is here?")
    assert here.custom["here"] == ["Erika Musterfrau", "Oscar Outside"]
    assert "@" not in here.text
    left = employee.say("leave the meeting")
    assert "You have left “Retro”" in left.text
    assert states(roll, "EMP004") == ["left"]
    assert states(roll, "EMP005") == ["here"]
    assert outsider.say("who is in the meeting?").custom["here"] == ["Oscar Outside"]
    [entry] = roll.activities.list(cast.employee, kind="attendance.joined").items
    assert (entry.data["source"], entry.employee_id) == ("chat", "EMP004")


def test_without_a_code_the_meeting_one_is_invited_to_is_meant(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    live(roll, cast.manager, invited=("EMP004",))
    assert "You are in “Retro”" in employee.say("join the meeting").text
    assert states(roll, "EMP004") == ["here"]


def test_a_code_is_asked_for_and_one_that_is_wrong_is_said(
    outsider: Conversation, roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager)
    assert "join code" in outsider.say("join a meeting").text
    assert "You are in “Retro”" in outsider.say(str(meeting.code)).text
    assert "no such meeting" in outsider.say("join meeting BCD-F23").text
    assert states(roll, "EMP005") == ["here"]


def test_several_meetings_are_offered_as_buttons(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    live(roll, cast.manager, "Retro", invited=("EMP004",))
    live(roll, cast.manager, "Planning", invited=("EMP004",))
    reply = employee.say("join the meeting")
    assert set(reply.buttons) == {"Retro", "Planning"}
    assert "You are in “Planning”" in employee.press("Planning", reply).text
    assert states(roll, "EMP004") == ["here"]


def test_the_host_ends_it_for_all_and_others_do_not(
    manager: Conversation, employee: Conversation, outsider: Conversation, roll: Rollcall,
    cast: Cast,
) -> None:  # fmt: skip
    meeting = live(roll, cast.manager)
    for one in (cast.employee, cast.outsider):
        roll.attendances.join(one, Arrival(str(meeting.code)))
    refused = outsider.say(f"end the meeting {meeting.code} for everyone")
    assert "Only the host" in refused.text
    assert kept(roll)[0]["status"] == "live"
    assert "no meeting of yours" in employee.say("end the meeting for everyone").text
    ended = manager.say("end the meeting for everyone")
    assert "is over, for everybody" in ended.text
    assert kept(roll)[0]["status"] == "completed"
    assert states(roll, "EMP004") == states(roll, "EMP005") == ["left"]
    assert roll.activities.list(cast.admin, kind="meeting.ended").items[0].employee_id == "EMP002"


def test_of_others_meetings_nothing_is_listed_or_said(
    employee: Conversation, outsider: Conversation, admin: Conversation, roll: Rollcall, cast: Cast
) -> None:
    meeting = live(roll, cast.manager, "Pay talks", invited=("EMP004",))
    assert "Pay talks" in employee.say("show my meetings").text
    secret = outsider.say("show all meetings")
    assert "Pay talks" not in secret.text
    assert secret.custom["items"] == []
    refused = outsider.say(f"who is in the meeting {meeting.code}?")
    assert "Pay talks" not in refused.text
    assert "Nobody is in “Pay talks”" in employee.say(f"who is in the meeting {meeting.code}").text
    assert "Pay talks" in admin.say("show all meetings").text


def test_one_who_is_not_signed_in_is_asked_to(guest: Conversation, roll: Rollcall) -> None:
    for sentence in ("set up a retro on Friday at 3 for an hour", "join meeting BCD-F23"):
        assert "sign in first" in guest.say(sentence).text
    assert kept(roll) == []


def test_the_brief_mentions_todays_meetings(
    employee: Conversation, outsider: Conversation, roll: Rollcall, cast: Cast
) -> None:
    live(roll, cast.manager, "Retro", invited=("EMP004",))
    later = system_clock() + timedelta(days=9)
    live(roll, cast.manager, "Far away", starts_at=later, invited=("EMP004",))
    brief = employee.say("Hi, I am employee EMP004").text
    assert "Today: “Retro” (on now)." in brief
    assert "Far away" not in brief
    assert "Retro" not in outsider.say("Hi, I am employee EMP005").text


def test_a_meeting_that_is_asked_for_waits_while_something_else_is_asked(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    employee.say("schedule a meeting")
    employee.say("Budget review")
    interrupted = employee.say("what are my tasks?")
    assert "no open task" in interrupted.text
    assert interrupted.custom["field"] == "starts_at"
    employee.play("skip", "skip")
    employee.say("yes")
    assert [one["title"] for one in kept(roll)] == ["Budget review"]
