"""What sentences say about scheduled sessions."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from rollcall.completions.model import Completion, build_completion, new_document
from rollcall.completions.times import period_on
from rollcall.errors import Invalid
from rollcall.forms.completion_form import FILE
from rollcall.forms.corrections import corrections_in
from rollcall.forms.spec import load_form
from rollcall.spoken.clock import read_said
from rollcall.spoken.sessions import (
    note_in,
    note_type_in,
    reason_in,
    sessions_meant,
    told_in,
)

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday, 16:00 in Berlin
TODAY = date(2026, 3, 4)


def session(title: str, day: date, starts: time, minutes: int = 60) -> Completion:
    ends = (datetime.combine(day, starts) + timedelta(minutes=minutes)).time()
    period = period_on(day, starts, ends, "Europe/Berlin")
    document = new_document("EMP004", title, "Europe/Berlin", period, NOW)
    return build_completion({**document, "_id": title})


SESSIONS = [
    session("Welding basics", TODAY, time(9)),
    session("Welding, group B", TODAY, time(14, 30)),
    session("First aid", TODAY - timedelta(days=1), time(9)),
    session("Crane licence", TODAY + timedelta(days=1), time(9, 30)),
    session("Safety talk", TODAY + timedelta(days=2), time(15)),
]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("complete my 9 o'clock session", ["Welding basics", "First aid"]),
        ("complete today's 9 o'clock session", ["Welding basics"]),
        ("complete my 2:30 session", ["Welding, group B"]),
        ("complete the 2:30pm class", ["Welding, group B"]),
        ("complete my 2 o'clock session", ["Welding, group B"]),
        ("close the session at half past two", ["Welding, group B"]),
        ("complete yesterday's session", ["First aid"]),
        ("finish the first aid class", ["First aid"]),
        ("complete the welding basics session", ["Welding basics"]),
        ("complete this morning's lesson", ["Welding basics"]),
        ("complete my afternoon session today", ["Welding, group B"]),
        ("add a note to my last session", ["Welding, group B"]),
        ("cancel my next session", ["Crane licence"]),
        ("show my upcoming sessions", ["Crane licence", "Safety talk"]),
        ("what are my next classes", ["Crane licence", "Safety talk"]),
        ("cancel Friday's session", ["Safety talk"]),
        ("cancel tomorrow's class", ["Crane licence"]),
        ("complete my 7 o'clock session", []),
    ],
)
def test_it_finds_the_session_that_is_meant(text: str, meant: list[str]) -> None:
    found, named = sessions_meant(text, SESSIONS, NOW)
    assert named
    assert [one.title for one in found] == meant


def test_words_that_say_nothing_about_which_one_leave_all(text: str = "complete it") -> None:
    found, named = sessions_meant(text, SESSIONS, NOW)
    assert (len(found), named) == (len(SESSIONS), False)


@pytest.mark.parametrize(
    ("text", "starts", "ends", "notes", "code"),
    [
        ("complete my 9 o'clock session, it ran till 10:45, covered topics 1 to 3",
         None, time(10, 45), "Covered topics 1 to 3", None),
        ("the session ran from 9:05 to 10:15", time(9, 5), time(10, 15), None, None),
        ("my class started at 9 and ended at quarter to eleven", time(9), time(10, 45), None, None),
        ("complete session, code BATCH-001-DEC19, notes: quiz next week",
         None, None, "Quiz next week", "BATCH-001-DEC19"),
        ("my session is over", None, None, None, None),
        ("finished the class at 10, we discussed safety from A to Z",
         None, None, "Discussed safety from A to Z", None),
    ],
)  # fmt: skip
def test_it_reads_how_a_session_went(
    text: str, starts: time | None, ends: time | None, notes: str | None, code: str | None
) -> None:
    told = told_in(text)
    assert (told.starts_at(time(9)), told.ends_at(time(10, 30))) == (starts, ends)
    assert (told.notes, told.code) == (notes, code)


def test_a_bare_hour_is_the_one_that_is_nearer_to_the_plan() -> None:
    told = told_in("it ran from 1 till 2")
    assert (told.starts_at(time(13)), told.ends_at(time(14))) == (time(13), time(14))
    assert told.ends_at(time(2)) == time(2)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("10:45", time(10, 45)),
        ("it ended at 10.45", time(10, 45)),
        ("9", time(9)),
        ("at 3", time(15)),
        ("3 pm", time(15)),
        ("3 a.m.", time(3)),
        ("noon", time(12)),
        ("12", time(12)),
        ("12 am", time(0)),
        ("half past nine", time(9, 30)),
        ("a quarter to eleven", time(10, 45)),
        ("no, at 11 o'clock", time(11)),
        ("21:15", time(21, 15)),
    ],
)
def test_it_reads_a_time_of_day(text: str, at: time) -> None:
    assert read_said(text) == at


@pytest.mark.parametrize("text", ["soon", "25:00", "9:75", "tomorrow", "13 pm", "", "9 to 10"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_said(text)


def test_reasons_and_notes_are_told_from_what_they_are_about() -> None:
    assert reason_in("cancel my 3pm session because I am ill") == (
        "cancel my 3pm session",
        "I am ill",
    )
    assert reason_in("cancel my session") == ("cancel my session", "")
    head, text = note_in("add an issue note to my 9:30 session: the projector: broken")
    assert (text, note_type_in(head)) == ("the projector: broken", "issue")
    assert note_in("note that two people were missing")[1] == "two people were missing"
    assert note_in("add a note to my 9:30 session")[1] == ""
    assert note_type_in("add a follow-up note") == "follow-up"
    assert note_type_in("add a note") == "general"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("no, it ended at 11", {"actual_end_time": "11"}),
        ("it ran till 11:05, not 10:45", {"actual_end_time": "11:05"}),
        ("actually we started at 9:10", {"actual_start_time": "9:10"}),
        ("the end is half past ten", {"actual_end_time": "half past ten"}),
        ("yes", {}),
    ],
)
def test_times_are_corrected_in_the_words_they_were_told_in(
    text: str, changed: dict[str, str]
) -> None:
    assert corrections_in(load_form(FILE), text) == changed
