"""Words to queries, by table. Saturday, 21 November 2026 in Berlin; the manager asks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rollcall.catalogue import Catalogue
from rollcall.directory import Employee
from rollcall.history_query import HistoryQuery
from rollcall.principal import Principal, Role
from rollcall.questions import Asking, read_question

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MANAGER = Principal("EMP002", "Mona Lindqvist", Role.MANAGER, "s", timezone="Europe/Berlin")


def person(employee_id: str, name: str) -> Employee:
    return Employee(employee_id, name, Role.EMPLOYEE, None, None, None, None, None, "active", NOW)


ASKING = Asking(
    actor=MANAGER,
    now=NOW,
    people=[person("EMP002", "Mona Lindqvist"), person("EMP004", "Erika Musterfrau")],
    catalogue=Catalogue(),
)

TABLE = [
    ("my registrations", {"employee_id": "EMP002"}),
    ("show all registrations", {}),
    ("registrations of EMP004", {"employee_id": "EMP004"}),
    ("what did Erika Musterfrau register this month", {"employee_id": "EMP004",
                                                       "period": "this month"}),
    ("how many suppliers did EMP002 register last week?",
     {"type": "supplier", "employee_id": "EMP002", "period": "last week", "measure": "count"}),
    ("who has overdue high priority tasks",
     {"subject": "tasks", "status": "overdue", "priority": "high", "group_by": "employee"}),
    ("compare registrations this month with last month by type",
     {"period": "this month", "measure": "compare", "group_by": "type"}),
    ("how long was EMP004 signed in yesterday",
     {"subject": "sessions", "employee_id": "EMP004", "period": "yesterday",
      "measure": "duration"}),
    ("tasks completed by EMP004 in October",
     {"subject": "tasks", "status": "completed", "employee_id": "EMP004",
      "period": "in October 2026"}),
    ("how many trainings per month this year",
     {"type": "training", "measure": "count", "group_by": "month", "period": "this year"}),
    ("what happened today", {"subject": "activities", "period": "today"}),
    ("my open tasks", {"subject": "tasks", "status": "open", "employee_id": "EMP002"}),
    ("list visitors since Monday", {"type": "visitor", "period": "since 2026-11-16"}),
    ("sessions of my team in the last 7 days",
     {"subject": "sessions", "period": "the last 7 days"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_question_is_read(words: str, expected: dict[str, str]) -> None:
    query = read_question(words, ASKING)
    found = {name: value for name, value in query.params().items()
             if name not in ("since", "until")}  # fmt: skip
    assert found == {"subject": "registrations", "measure": "list", **expected}


FOLLOW_UPS = [
    ("only trainings", {"type": "training", "employee_id": "EMP004", "period": "last week"}),
    ("and for EMP002?", {"type": "supplier", "employee_id": "EMP002", "period": "last week"}),
    ("only this month", {"type": "supplier", "employee_id": "EMP004", "period": "this month"}),
    ("by type", {"type": "supplier", "employee_id": "EMP004", "group_by": "type"}),
    ("as a spreadsheet", {"type": "supplier", "employee_id": "EMP004", "period": "last week"}),
    ("compared with the week before", {"measure": "compare", "type": "supplier"}),
]


@pytest.mark.parametrize(("words", "expected"), FOLLOW_UPS, ids=[row[0] for row in FOLLOW_UPS])
def test_follow_up_refines_the_last_question(words: str, expected: dict[str, str]) -> None:
    first = read_question("how many suppliers did EMP004 register last week", ASKING)
    query = read_question(words, ASKING, first.params()).params()
    assert {name: query.get(name) for name in expected} == expected


def test_employee_asking_about_nobody_asks_about_themselves() -> None:
    employee = replace(ASKING, actor=replace(MANAGER, role=Role.EMPLOYEE, employee_id="EMP004"))
    assert read_question("registrations last week", employee).employee_id == "EMP004"


def test_query_goes_through_an_address_unchanged() -> None:
    query = read_question("how many suppliers did EMP002 register last week?", ASKING)
    assert HistoryQuery.from_params(query.params()).params() == query.params()


def test_week_before_ends_where_the_week_begins() -> None:
    query = read_question("registrations last week", ASKING)
    assert query.before().until == query.since
    assert query.since is not None
    assert query.since.isoformat() == "2026-11-09T00:00:00+01:00"


def test_month_is_compared_with_the_whole_month_before() -> None:
    before = read_question("compare registrations this month with last month", ASKING).before()
    assert before.since is not None
    assert before.until is not None
    assert (before.since.date().isoformat(), before.until.date().isoformat()) == (
        "2026-10-01",
        "2026-11-01",
    )
