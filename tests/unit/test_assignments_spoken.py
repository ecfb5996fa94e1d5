"""Reading who is to do what out of one sentence."""

from datetime import UTC, datetime

import pytest

from rollcall.directory import Employee
from rollcall.errors import Invalid
from rollcall.forms.kinds import Context
from rollcall.principal import Role
from rollcall.spoken.assignments import read_assignments

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)  # a Wednesday
FRIDAY = "2026-03-06"


def person(identity: str, name: str) -> Employee:
    """Somebody with this id and name."""
    return Employee(
        identity, name, Role.EMPLOYEE, None, None, None, None, "UTC", "active", NOW
    )  # fmt: skip


PEOPLE = [
    person("EMP002", "Mona Lindqvist"),
    person("EMP004", "Erika Musterfrau"),
    person("EMP005", "Oscar Outside"),
    person("EMP007", "Tom Weber"),
    person("EMP008", "Tom Baker"),
]
CONTEXT = Context(NOW, people=PEOPLE, me="EMP002")

Row = tuple[str | None, tuple[str, ...], str | None, str | None]


def read(text: str) -> list[Row]:
    """Title, ids, priority and day of each item."""
    return [
        (
            one.title,
            tuple(identity for who in one.people for identity in who.ids),
            one.priority,
            one.due_date.date().isoformat() if one.due_date else None,
        )
        for one in read_assignments(text, PEOPLE, CONTEXT).items
    ]


SENTENCES: list[tuple[str, list[Row]]] = [
    (
        "assign 'Complete security training' to EMP004, high, due Friday",
        [("Complete security training", ("EMP004",), "high", FRIDAY)],
    ),
    (
        "assign 'Stocktaking' to Erika and Oscar, high, due Friday",
        [("Stocktaking", ("EMP004", "EMP005"), "high", FRIDAY)],
    ),
    (
        "assign 'A' to Erika, 'B' to Oscar due Friday",
        [("A", ("EMP004",), None, None), ("B", ("EMP005",), None, FRIDAY)],
    ),
    ("assing stocktaking to erika", [("Stocktaking", ("EMP004",), None, None)]),
    (
        "create a task for Oscar: call the bank by Friday, urgent",
        [("Call the bank", ("EMP005",), "urgent", FRIDAY)],
    ),
    (
        "Tasks for Erika: order paper; call the bank",
        [("Order paper", ("EMP004",), None, None), ("Call the bank", ("EMP004",), None, None)],
    ),
    ("remind me to call mum tomorrow", [("Call mum", ("EMP002",), None, "2026-03-05")]),
    ("erika should order chairs by friday", [("Order chairs", ("EMP004",), None, FRIDAY)]),
    ("add 'Buy milk' to my list", [("Buy milk", ("EMP002",), None, None)]),
    ("tell erika to clean the kitchen asap", [("Clean the kitchen", ("EMP004",), "urgent", None)]),
    ("new task: water the plants", [("Water the plants", (), None, None)]),
    ("I need to create a new task", [(None, (), None, None)]),
]


@pytest.mark.parametrize(("text", "rows"), SENTENCES)
def test_tasks_people_priority_and_day_are_read(text: str, rows: list[Row]) -> None:
    assert read(text) == rows


def test_name_of_two_people_is_both_and_of_nobody_is_none() -> None:
    assert read("assign 'Stocktaking' to Tom")[0][1] == ("EMP007", "EMP008")
    stranger = read_assignments("assign 'Stocktaking' to Zaphod", PEOPLE, CONTEXT).items[0].people
    assert [(one.words, one.ids) for one in stranger] == [("Zaphod", ())]


def test_what_is_not_understood_is_said_back() -> None:
    reading = read_assignments("assign 'Paint' to Erika, quarterly recurring", PEOPLE, CONTEXT)
    assert reading.unread == ("quarterly recurring",)


def test_deadline_in_the_past_is_refused() -> None:
    with pytest.raises(Invalid, match="past"):
        read("assign 'Paint' to Erika, due 2020-01-01")
