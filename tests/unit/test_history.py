"""Answers of the record against what was put on it. Monday, 2 March 2026, 09:00 UTC."""

from datetime import UTC, datetime, timedelta

import pytest

from rollcall import Principal, Rollcall
from rollcall.errors import Invalid, NotFound
from rollcall.history_query import HistoryQuery
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.conftest import StandingClock


def equipment(roll: Rollcall, actor: Principal, item: str) -> None:
    serial = {"item": item, "serial_number": f"S-{item}-{actor.employee_id}"}
    roll.registrations.create(actor, "equipment", serial)


def visitor(roll: Rollcall, actor: Principal, name: str, arrival: str) -> None:
    data = {"visitor_name": name, "company": "Siemens", "host": str(actor.employee_id),
            "arrival": arrival, "parking": "no"}  # fmt: skip
    roll.registrations.create(actor, "visitor", data)


def test_several_people_are_answered_side_by_side_also_who_has_none(
    roll: Rollcall, cast: Cast
) -> None:
    equipment(roll, cast.employee, "Drill")
    equipment(roll, cast.outsider, "Saw")
    query = HistoryQuery(employee_id="EMP004,EMP003", group_by="employee", measure="count")
    found = roll.history.ask(cast.admin, query)
    assert found.total == 1
    assert [(one.key, one.count) for one in found.groups] == [("EMP004", 1), ("EMP003", 0)]


def test_everybody_but_one(roll: Rollcall, cast: Cast) -> None:
    equipment(roll, cast.employee, "Drill")
    equipment(roll, cast.outsider, "Saw")
    found = roll.history.ask(cast.admin, HistoryQuery(employee_id="-EMP004"))
    assert [row["title"] for row in found.rows] == ["Saw"]


def test_all_types_but_one(roll: Rollcall, cast: Cast) -> None:
    equipment(roll, cast.employee, "Drill")
    visitor(roll, cast.employee, "Lena Schulz", "2026-03-03T10:00:00Z")
    found = roll.history.ask(cast.employee, HistoryQuery(type="-visitor"))
    assert [row["title"] for row in found.rows] == ["Drill"]


@pytest.mark.parametrize("who", ["EMP004,EMP005", "EMP005,EMP004", "-EMP005"])
def test_one_hidden_person_among_several_hides_the_answer(
    roll: Rollcall, cast: Cast, who: str
) -> None:
    with pytest.raises(NotFound, match="I don't know that employee"):
        roll.history.ask(cast.manager, HistoryQuery(employee_id=who))
    nobody = who.replace("EMP005", "EMP777")
    with pytest.raises(NotFound, match="I don't know that employee"):
        roll.history.ask(cast.manager, HistoryQuery(employee_id=nobody))


def test_name_is_looked_for_in_the_title_and_beside_it(roll: Rollcall, cast: Cast) -> None:
    visitor(roll, cast.employee, "Lena Schulz", "2026-03-03T10:00:00Z")
    visitor(roll, cast.employee, "Marco Rossi", "2026-03-03T10:00:00Z")
    by_name = roll.history.ask(cast.employee, HistoryQuery(title="lena"))
    by_company = roll.history.ask(cast.employee, HistoryQuery(title="SIEMENS"))
    assert (by_name.total, by_company.total) == (1, 2)


def test_name_is_no_pattern(roll: Rollcall, cast: Cast) -> None:
    equipment(roll, cast.employee, "Drill")
    assert roll.history.ask(cast.employee, HistoryQuery(title=".*")).total == 0


def test_planned_is_about_the_day_a_visitor_comes(roll: Rollcall, cast: Cast) -> None:
    visitor(roll, cast.employee, "Lena Schulz", "2026-03-03T10:00:00Z")
    visitor(roll, cast.employee, "Marco Rossi", "2026-03-05T10:00:00Z")
    equipment(roll, cast.employee, "Drill")
    tomorrow = datetime(2026, 3, 3, tzinfo=UTC)
    query = HistoryQuery(dated="planned", since=tomorrow, until=tomorrow + timedelta(days=1))
    found = roll.history.ask(cast.employee, query)
    assert [row["title"] for row in found.rows] == ["Lena Schulz"]
    assert found.public()["columns"][-1] == {"name": "planned", "label": "Planned for"}


def test_planned_finds_days_that_have_no_time(roll: Rollcall, cast: Cast) -> None:
    for day in ("2026-03-03", "2026-03-04"):
        data = {"course": f"First aid {day}", "participant": "EMP004", "date": day,
                "format": "online"}  # fmt: skip
        roll.registrations.create(cast.employee, "training", data)
    # Midnight in Berlin, where the employee lives, is the day before in UTC.
    since = datetime(2026, 3, 2, 23, tzinfo=UTC)
    query = HistoryQuery(dated="planned", since=since, until=since + timedelta(days=1))
    found = roll.history.ask(cast.employee, query)
    assert [row["title"] for row in found.rows] == ["First aid 2026-03-03"]


def test_due_is_about_the_due_date_and_the_next_comes_first(roll: Rollcall, cast: Cast) -> None:
    now = roll.clock()
    for title, days in (("Later", 9), ("Second", 3), ("First", 1)):
        due = now + timedelta(days=days)
        roll.tasks.assign(cast.manager, NewTask(title, "EMP004", "low", due))
    query = HistoryQuery("tasks", "EMP004", dated="due", until=now + timedelta(days=7))
    found = roll.history.ask(cast.manager, query)
    assert [row["title"] for row in found.rows] == ["First", "Second"]


def test_overdue_for_more_than_a_week_leaves_out_what_is_late_since_yesterday(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    now = clock()
    for title, days in (("Old", 1), ("New", 9)):
        due = now + timedelta(days=days)
        roll.tasks.assign(cast.manager, NewTask(title, "EMP004", "low", due))
    clock.forward(days=10)
    week_ago = clock() - timedelta(days=7)
    query = HistoryQuery("tasks", status="overdue", dated="due", until=week_ago)
    assert [row["title"] for row in roll.history.ask(cast.manager, query).rows] == ["Old"]
    both = roll.history.ask(cast.manager, HistoryQuery("tasks", status="overdue"))
    assert both.total == 2


def test_who_has_none_names_those_one_may_see(roll: Rollcall, cast: Cast) -> None:
    equipment(roll, cast.employee, "Drill")
    found = roll.history.ask(cast.manager, HistoryQuery(measure="missing"))
    assert [row["who"] for row in found.rows] == ["Mona Lindqvist (EMP002)"]
    assert found.total == 1


def test_departments_add_up_their_people(roll: Rollcall, cast: Cast) -> None:
    equipment(roll, cast.employee, "Drill")
    equipment(roll, cast.manager, "Saw")
    equipment(roll, cast.outsider, "Lamp")
    found = roll.history.ask(cast.admin, HistoryQuery(group_by="department", measure="count"))
    assert [(one.label, one.count) for one in found.groups] == [
        ("Operations", 2),
        ("no department", 1),
    ]


def test_days_without_anything_are_answered_too(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    equipment(roll, cast.employee, "Drill")
    since = datetime(2026, 2, 27, 23, tzinfo=UTC)  # Saturday's midnight in Berlin
    until = datetime(2026, 3, 8, 23, tzinfo=UTC)
    query = HistoryQuery(since=since, until=until, group_by="day", measure="count")
    found = roll.history.ask(cast.employee, query)
    assert [(one.label, one.count) for one in found.groups] == [
        ("Sat, 28 Feb 2026", 0),
        ("Sun, 1 Mar 2026", 0),
        ("Mon, 2 Mar 2026", 1),
    ]


def test_months_are_compared_first_day_with_first_day(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    equipment(roll, cast.manager, "Drill")
    clock.forward(days=31)  # 2 April
    equipment(roll, cast.manager, "Saw")
    equipment(roll, cast.manager, "Lamp")
    april, may = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    query = HistoryQuery(since=april, until=may, group_by="day", measure="compare")
    found = roll.history.ask(cast.manager, query)
    assert (found.total, found.before) == (2, 1)
    assert [(one.count, one.before) for one in found.groups] == [(0, 0), (2, 1)]


def test_a_period_that_was_named_is_compared_with(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    equipment(roll, cast.manager, "Drill")
    clock.forward(days=365)
    march = datetime(2027, 3, 1, tzinfo=UTC)
    query = HistoryQuery(
        since=march,
        until=march + timedelta(days=31),
        against_since=datetime(2026, 3, 1, tzinfo=UTC),
        against_until=datetime(2026, 4, 1, tzinfo=UTC),
        measure="compare",
    )
    found = roll.history.ask(cast.manager, query)
    assert (found.total, found.before) == (0, 1)


def test_how_long_counts_finished_tasks_only(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    done = roll.tasks.assign(cast.manager, NewTask("Paint", "EMP004"))
    roll.tasks.assign(cast.manager, NewTask("Sweep", "EMP004"))
    roll.tasks.start(cast.employee, done.task_id)
    clock.forward(minutes=90)
    roll.tasks.complete(cast.employee, done.task_id)
    query = HistoryQuery("tasks", "EMP004", measure="duration", group_by="employee")
    found = roll.history.ask(cast.manager, query)
    assert (found.total, found.minutes) == (1, 90.0)
    assert [(one.key, one.minutes) for one in found.groups] == [("EMP004", 90.0)]


def test_moments_too_far_away_are_refused() -> None:
    with pytest.raises(Invalid, match="between 1900 and 2900"):
        HistoryQuery(since=datetime(9998, 1, 1, tzinfo=UTC))
