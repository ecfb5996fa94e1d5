"""What a sentence says about a meeting, and how long things last."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rollcall.directory import Employee
from rollcall.errors import Invalid
from rollcall.forms.durations import duration_in, minutes_in, show_minutes, without_duration
from rollcall.meetings.spoken import (
    digits_in,
    guests_in,
    meeting_in,
    reference_in,
    surely_new,
)
from rollcall.principal import Role

PEOPLE = [
    Employee(employee_id, name, Role.EMPLOYEE, None, None, None, None, None, "active",
             datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    for employee_id, name in (
        ("EMP002", "Mona Lindqvist"), ("EMP004", "Erika Musterfrau"), ("EMP007", "Max Stone"),
    )
]  # fmt: skip
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (
            "set up a retro on Friday at 3 for an hour",
            {"title": "Retro", "starts_at": at(6, 15), "duration": 60},
        ),
        (
            "please schedule a budget review for tomorrow at 9:30, 45 minutes",
            {"title": "Budget review", "starts_at": at(3, 9, 30), "duration": 45},
        ),
        ("create a meeting", {}),
        ("can you set up a call with the team", {}),
        ("schedule a meeting called Sprint planning", {"title": "Sprint planning"}),
        (
            "plan 'Kick-off with Acme' on 5 March at 14:00",
            {"title": "Kick-off with Acme", "starts_at": at(5, 14)},
        ),
        ("start a meeting now", {"starts_at": None}),
        ("start an ad hoc stand-up now", {"title": "Stand-up", "starts_at": None}),
        # Which time on Friday is asked for.
        ("set up a retro on Friday", {"title": "Retro"}),
        ("arrange a workshop in two hours", {"title": "Workshop", "starts_at": at(2, 11)}),
    ],
)
def test_what_is_said_of_a_new_meeting(text: str, known: dict[str, Any]) -> None:
    assert meeting_in(text, NOW, "UTC") == known


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("set up a retro with Erika and Max on Friday at 3", "Erika and Max"),
        ("set up a retro on Friday at 3 with erika and EMP007", "erika and EMP007"),
        ("book a 30 minute catch up with Erika on Monday", "Erika"),
        ("schedule the demo for Max and Erika tomorrow at 9", "Max and Erika"),
        ("plan a workshop, invite Max and Bob", "Max and Bob"),
        ("set up a call with Zoe at 4", "Zoe"),  # Nobody one knows: that is asked back.
        ("set up a call with the team", None),
        ("create a meeting with a waiting room on Friday at 3 for an hour", None),
        ("plan 'Kick-off with Erika' on 5 March at 14:00", None),
        ("set up a call with finance on Friday", None),
        ("set up a retro for Friday at 3", None),
        ("set up a retro for 45 minutes", None),
    ],
)
def test_who_is_invited(text: str, guests: str | None) -> None:
    assert guests_in(text, PEOPLE, "EMP002") == guests


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("set up a retro on Friday at 3 for an hour", True),
        ("could you schedule the demo for tomorrow at 9:30", True),
        ("set up a supplier", False),
        ("register the training on Friday at 3", False),
        ("plan something", False),
    ],
)
def test_what_surely_sets_up_a_meeting(text: str, sure: bool) -> None:
    assert surely_new(text, NOW, "UTC") is sure


def test_times_are_those_of_the_person() -> None:
    known = meeting_in("set up a retro on Friday at 3pm", NOW, "Europe/Berlin")
    assert known["starts_at"] == at(6, 14)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("an hour", 60), ("1 hour", 60), ("half an hour", 30), ("90 minutes", 90), ("90min", 90),
        ("an hour and a half", 90), ("one and a half hours", 90), ("1.5 hours", 90),
        ("1,5 h", 90), ("2 hours and 15 minutes", 135), ("1h30", 90), ("two hours", 120),
        ("a quarter of an hour", 15), ("three quarters of an hour", 45),
        ("about 45 minutes please", 45), ("30", 30), ("2", 120),
    ],
)  # fmt: skip
def test_how_long_in_words(text: str, minutes: int) -> None:
    assert duration_in(text) == minutes


@pytest.mark.parametrize("text", ["soon", "0 minutes", "25 hours", "9 apples", "until it is over"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        duration_in(text)


def test_a_number_in_a_sentence_is_no_length() -> None:
    assert minutes_in("on Friday at 3 in room 12") is None


@pytest.mark.parametrize(
    ("minutes", "shown"), [(60, "1 hour"), (90, "1 hour 30 minutes"), (45, "45 minutes")]
)
def test_a_length_as_people_read_it(minutes: int, shown: str) -> None:
    assert show_minutes(minutes) == shown


def test_how_long_is_no_time_of_day_but_in_two_hours_is() -> None:
    assert without_duration("on Friday at 3 for two hours") == "on Friday at 3"
    assert without_duration("in two hours") == "in two hours"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("join K7P-2QX", "K7P2QX"),
        ("my code is k7p2qx thanks", "K7P2QX"),
        ("join 123 456 789", "123 456 789"),
        ("join the budget meeting", None),
        ("let me in at 10", None),
    ],
)
def test_codes_and_numbers_in_a_sentence(text: str, reference: str | None) -> None:
    assert reference_in(text) == reference


def test_the_digits_on_the_screen() -> None:
    assert digits_in("join with 123456 please") == "123456"
    assert digits_in("join the call") is None
