"""Questions as an admin, a manager and an employee type them; the answer is counted in the
database by itself and has to be the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rollcall import Rollcall
from tests.assistant import Conversation
from tests.conversations.history.conftest import Days, Document, Meant

TIMES = {"registrations": "timestamp", "tasks": "created_at", "sessions": "login_time",
         "activities": "at"}  # fmt: skip
TEAM = {"EMP002", "EMP004"}
OPEN = {"pending", "in_progress"}
Span = Callable[[Days], tuple[date, date]]


@dataclass(frozen=True)
class Row:
    """What somebody asks, and what of the record it is about."""

    part: str
    says: str
    subject: str = "registrations"
    who: str | set[str] | None = None
    type: str | set[str] | None = None
    when: Span | None = None
    field: str | None = None
    status: set[str] | None = None
    priority: str | None = None
    group: str | None = None
    contains: str = ""

    def meant(self, days: Days) -> Meant:
        """Whether a document is one of those that are asked about."""
        since, until = self.when(days) if self.when else (date.min, date.max)
        field = self.field or TIMES[self.subject]

        def meant(document: Document) -> bool:
            moment = document.get(field)
            kind = document.get("registration_type", "").removesuffix("_registration")
            return (
                _is(document.get("employee_id"), self.who)
                and _is(kind, self.type)
                and _is(document.get("status"), self.status)
                and _is(document.get("priority"), self.priority)
                and (self.when is None or (moment is not None and since <= moment.date() < until))
            )

        return meant


def _is(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return True
    return value in wanted if isinstance(wanted, set) else value == wanted


def late_now(days: Days) -> tuple[date, date]:
    return date(2000, 1, 1), days.today if datetime.now(UTC).hour < 12 else days.today + _DAY


_DAY = timedelta(days=1)
LATE = {"field": "due_date", "status": OPEN, "when": late_now}
TOMORROW = {"field": "due_date", "status": OPEN,
            "when": lambda days: (days.today + _DAY, days.today + 2 * _DAY)}  # fmt: skip

ROWS = [
    # The issue's own words
    Row("admin", "How many suppliers did EMP002 register last week?", who="EMP002",
        type="supplier", when=Days.last_week, contains="Mona Lindqvist (EMP002) registered"),
    Row("admin", "who has overdue high priority tasks", "tasks", priority="high",
        group="employee", **LATE),
    Row("admin", "compare registrations this month with last month by type",
        when=Days.this_month, group="type", contains="last month ("),
    # Admin: terse, wordy, British, second language, in a hurry
    Row("admin", "all registrations"),
    Row("admin", "suppliers last week", type="supplier", when=Days.last_week),
    Row("admin", "how many visitors this month", type="visitor", when=Days.this_month),
    Row("admin", "registrations by type", group="type"),
    Row("admin", "registrations per person last week", when=Days.last_week, group="employee"),
    Row("admin", "registrations by department", group="department"),
    Row("admin", "How many registrations were there per week last month?",
        when=Days.last_month, group="week"),
    Row("admin", "what has erika registered since last month", who="EMP004",
        when=lambda days: (days.last_month()[0], days.today + _DAY)),
    Row("admin", "Could you please tell me how many suppliers Erika Musterfrau registered last "
        "week?", who="EMP004", type="supplier", when=Days.last_week),
    Row("admin", "I'd like to know which of my colleagues has registered the most suppliers "
        "since the beginning of last month, if that's all right", type="supplier",
        when=lambda days: (days.last_month()[0], days.today + _DAY), group="employee"),
    Row("admin", "For the report that I have to hand in tomorrow I would need to know how many "
        "suppliers and visitors were registered by everybody in the course of this year",
        type={"supplier", "visitor"}, when=Days.this_year),
    Row("admin", "please to show me all the suppliers what we have registered last week",
        type="supplier", when=Days.last_week),
    Row("admin", "i need know how many people has registered visitor yesterday",
        type="visitor", when=Days.yesterday),
    Row("admin", "how meny supliers did erika regster lats week", who="EMP004",
        type="supplier", when=Days.last_week),
    Row("admin", "registrations of oscar outside", who="EMP005"),
    Row("admin", "Oscar's registrations in the last 60 days", who="EMP005",
        when=lambda days: days.last(60)),
    Row("admin", "compare EMP004 and EMP005", who={"EMP004", "EMP005"}, group="employee"),
    Row("admin", "registrations without suppliers", type={"training", "visitor", "equipment"}),
    Row("admin", "suppliers and trainings of the last 90 days", type={"supplier", "training"},
        when=lambda days: days.last(90)),
    Row("admin", "suppliers the week before last", type="supplier", when=Days.week_before_last),
    Row("admin", "any tasks overdue for more than a week?", "tasks", field="due_date",
        status=OPEN, when=lambda days: (date(2000, 1, 1), days.today - 6 * _DAY)),
    Row("admin", "show overdue tasks per person", "tasks", group="employee", **LATE),
    Row("admin", "which tasks did EMP004 finish last week", "tasks", who="EMP004",
        status={"completed"}, field="completed_at", when=Days.last_week),
    Row("admin", "who finished tasks last week?", "tasks", status={"completed"},
        field="completed_at", when=Days.last_week, group="employee"),
    Row("admin", "how many sign-ins did EMP005 have last week", "sessions", who="EMP005",
        when=Days.last_week),
    Row("admin", "number of sessions per day last week", "sessions", when=Days.last_week,
        group="day"),
    Row("admin", "what did Erika do yesterday", "activities", who="EMP004", when=Days.yesterday),
    Row("admin", "what happened yesterday?", "activities", when=Days.yesterday),
    # Manager: the team is whom they look after
    Row("manager", "registrations of my team last week", who=TEAM, when=Days.last_week),
    Row("manager", "what has my team registered this year", who=TEAM, when=Days.this_year),
    Row("manager", "who in my team has overdue tasks", "tasks", who=TEAM, group="employee",
        **LATE),
    Row("manager", "how many suppliers did EMP004 register last week", who="EMP004",
        type="supplier", when=Days.last_week),
    Row("manager", "compare Erika with EMP002 last week", who=TEAM, when=Days.last_week,
        group="employee"),
    Row("manager", "trainings last month", who=TEAM, type="training", when=Days.last_month),
    Row("manager", "total registrations by month this year", who=TEAM, when=Days.this_year,
        group="month"),
    Row("manager", "Erika's sessions last week", "sessions", who="EMP004", when=Days.last_week),
    Row("manager", "my registrations", who="EMP002"),
    # Employee: their own, whatever they ask
    Row("employee", "my registrations", who="EMP004"),
    Row("employee", "what did I register last week", who="EMP004", when=Days.last_week),
    Row("employee", "how many suppliers have I registered last week", who="EMP004",
        type="supplier", when=Days.last_week),
    Row("employee", "suppliers last week", who="EMP004", type="supplier", when=Days.last_week),
    Row("employee", "my history of yesterday", "activities", who="EMP004", when=Days.yesterday),
    Row("employee", "how many tasks did I finish last week", "tasks", who="EMP004",
        status={"completed"}, field="completed_at", when=Days.last_week),
    Row("employee", "how many suppliers are there", who="EMP004", type="supplier"),
    Row("employee", "who has registered suppliers", who="EMP004", type="supplier",
        group="employee", contains="your own records only"),
    Row("employee", "Do you know how often I signed in last week?", "sessions", who="EMP004",
        when=Days.last_week),
    Row("employee", "visitors i registered last week pls", who="EMP004", type="visitor",
        when=Days.last_week),
]  # fmt: skip


def counted(custom: dict[str, Any]) -> int:
    """How many things an answer tells of: the total, or the sum of its groups."""
    groups = [row["count"] for row in custom["rows"] if "count" in row]
    return sum(groups) if groups else custom["total"]


@pytest.mark.parametrize("row", ROWS, ids=[f"{one.part}: {one.says[:60]}" for one in ROWS])
def test_answer_counts_what_the_record_holds(
    request: pytest.FixtureRequest,
    story: None,
    days: Days,
    holds: Callable[[str, Meant], int],
    row: Row,
) -> None:
    asker: Conversation = request.getfixturevalue(row.part)
    reply = asker.talk(row.says)
    custom = reply.custom
    right = holds(row.subject, row.meant(days))
    assert custom["type"] == "table", reply.text
    assert counted(custom) == right, reply.text
    assert custom["query"]["subject"] == row.subject
    assert custom["query"].get("group_by") == row.group
    assert custom["url"].startswith("/dashboard?subject=")
    assert custom["chips"]
    assert row.contains in reply.text
    first = reply.text.split("\n")[0]
    # Singular and plural as they should be, and a number that is no other.
    assert not re.search(r"\b1 \w+s\b", first), first
    if not row.group:
        assert str(right or "no") in first.lower(), first


def test_tasks_due_tomorrow_are_listed_by_their_due_date(
    admin: Conversation, manager: Conversation, story: None, holds: Callable[[str, Meant], int],
    days: Days,
) -> None:  # fmt: skip
    row = Row("manager", "", "tasks", who="EMP004", **TOMORROW)
    reply = manager.talk("which tasks of Erika are due tomorrow?")
    assert "1 open task due tomorrow" in reply.text
    assert "Renew the first aid kit" in reply.text
    assert holds("tasks", row.meant(days)) == 1
    everyones = Row("admin", "", "tasks", **TOMORROW)
    reply = admin.talk("how many tasks of the whole company are due tomorrow")
    assert f"{holds('tasks', everyones.meant(days))} open tasks due tomorrow" in reply.text


def test_what_is_overdue_for_more_than_a_week_is_no_comparison(
    admin: Conversation, story: None
) -> None:
    reply = admin.talk("tasks overdue for more than a week")
    assert "overdue for more than a week" in reply.text
    assert "against" not in reply.text
    assert "compared" not in " ".join(reply.custom["chips"])


def test_who_has_not_signed_in_is_named(admin: Conversation, story: None, roll: Rollcall) -> None:
    reply = admin.talk("who didn't sign in last week?")
    there = {
        one["employee_id"]
        for one in roll.database.collection("user_sessions").find({})
        if Days(datetime.now(UTC).date()).last_week()[0]
        <= one["login_time"].date()
        < Days(datetime.now(UTC).date()).week
    }
    everybody = {one["_id"] for one in roll.database.collection("employees").find({})}
    named = {row["who"].split("(")[1].rstrip(")") for row in reply.custom["rows"]}
    assert named == everybody - there
    assert reply.text.startswith(f"{len(named)} people have no sessions last week")


def test_who_registered_a_company_is_found_by_its_name(admin: Conversation, story: None) -> None:
    reply = admin.talk("who registered Tagus Catering?")
    assert [row["label"] for row in reply.custom["rows"]] == ["Oscar Outside (EMP005)"]
    assert "1 person has 1 registration called “Tagus Catering”" in reply.text


def test_visitors_are_expected_on_the_day_they_come(
    admin: Conversation, story: None, roll: Rollcall, days: Days
) -> None:
    reply = admin.talk("which visitors are expected today?")
    coming = [
        one
        for one in roll.database.collection("visitor_registration").find({})
        if one["data"]["arrival"].date() == days.today
    ]
    assert reply.custom["total"] == len(coming) == 1
    assert reply.custom["rows"][0]["title"] == "Ingrid Dahl"


def test_two_periods_are_compared(
    admin: Conversation, story: None, days: Days, holds: Callable[[str, Meant], int]
) -> None:
    reply = admin.talk("compare registrations last week with the week before last")
    now = holds("registrations", Row("admin", "", when=Days.last_week).meant(days))
    before = holds("registrations", Row("admin", "", when=Days.week_before_last).meant(days))
    assert f"There were {now} registrations last week, against {before}" in reply.text
    assert f"({now - before} more)" in reply.text


def test_how_long_somebody_was_signed_in_is_added_up(
    admin: Conversation, story: None, roll: Rollcall, days: Days
) -> None:
    since, until = days.last_week()
    spent = [
        (one.get("ended_at") or one["last_activity"]) - one["login_time"]
        for one in roll.database.collection("user_sessions").find({"employee_id": "EMP004"})
        if since <= one["login_time"].date() < until
    ]
    minutes = round(sum(one.total_seconds() for one in spent) / 60)
    reply = admin.talk("how long was Erika signed in last week?")
    assert f"signed in last week for {minutes} minutes in all" in reply.text
    assert f"({len(spent)} sessions)" in reply.text


def test_file_of_a_refined_question_changes_nothing_on_the_record(
    admin: Conversation, story: None
) -> None:
    reply = admin.talk("all registrations", "by type", "only suppliers", "as csv")
    assert "CSV file is ready" in reply.text
