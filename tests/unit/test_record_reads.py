"""What questions, dashboards and lists make MongoDB read: by an index, in its order, no more of it
than is answered. Looked up in the server's own profile of a company that has worked for a year."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.company import Company
from bench.filling import fill
from rollcall import Principal, Rollcall, Settings
from rollcall.history_query import HistoryQuery
from rollcall.storage.database import Database, Document

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ACTIVITIES = 12_000
WEEK, MONTH, YEAR = timedelta(days=7), timedelta(days=30), timedelta(days=365)
PARTS = ("admin", "branch_admin", "manager", "employee")
ASKING = Company(ACTIVITIES, NOW, 1).parts()
FACTOR, SLACK = 4, 30
"""A team is half of this company, so to walk through all in order of time costs twice as much."""


@pytest.fixture(scope="module")
def company(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rollcall]:
    database = Database(mongodb_uri, f"company_{secrets.token_hex(6)}")
    home = tmp_path_factory.mktemp("home")
    roll = Rollcall(Settings(home=home, demo=False), database, "pepper", clock=lambda: NOW)
    roll.migrate()
    fill(database, ACTIVITIES, NOW, 1, lambda what, done, whole: None)
    roll.migrate()
    roll.figure_builder.rebuild()
    yield roll
    database.drop()
    database.close()


@pytest.fixture(params=PARTS)
def actor(request: pytest.FixtureRequest, company: Rollcall) -> Principal:
    """Each of those who see everybody, their branch, their team and themselves."""
    employee = company.directory.find(getattr(ASKING, request.param))
    assert employee is not None
    zone = company.sessions.timezone_of(employee)
    return Principal(employee.employee_id, employee.name, employee.role, None,
                     employee.department, employee.branch, employee.manager_id, zone)  # fmt: skip


def profile(company: Rollcall, act: Callable[[], object]) -> list[Document]:
    """What the server did for `act`: its reads, each with what it cost."""
    raw = company.database.raw
    raw.command("profile", 0)
    raw.drop_collection("system.profile")
    raw.command("profile", 2)
    try:
        act()
    finally:
        raw.command("profile", 0)
    reads = {"op": {"$in": ["query", "command", "getmore"]}, "planSummary": {"$exists": True}}
    return [
        one
        for one in raw["system.profile"].find(reads)
        if not one["ns"].endswith((".employees", ".system.profile", ".figure_builds"))
    ]


def hold(reads: list[Document], *, counted: bool = False) -> None:
    """By an index; and unless it is `counted`, no more is read, or sorted, than is answered."""
    assert reads
    for one in reads:
        shown = (one["ns"], one["planSummary"], one["docsExamined"], one.get("command"))
        assert "COLLSCAN" not in one["planSummary"], shown
        if not counted and "aggregate" not in one["command"]:
            answered = FACTOR * one["nreturned"] + SLACK
            assert one["docsExamined"] <= answered, shown
            assert not one.get("hasSortStage") or one["keysExamined"] <= answered, shown


def since(length: timedelta) -> dict[str, Any]:
    return {"since": NOW - length, "until": NOW}


LISTS = [
    HistoryQuery(), HistoryQuery(**since(WEEK)), HistoryQuery(type="supplier"),
    HistoryQuery(type="-visitor", **since(MONTH)),
    HistoryQuery(type="visitor", dated="planned", since=NOW),
    HistoryQuery("tasks"), HistoryQuery("tasks", status="open"),
    HistoryQuery("tasks", status="completed"),
    HistoryQuery("tasks", status="completed", **since(MONTH)),
    HistoryQuery("tasks", priority="urgent"), HistoryQuery("tasks", **since(WEEK)),
    HistoryQuery("tasks", dated="due", since=NOW, until=NOW + WEEK),
    HistoryQuery("tasks", status="overdue", dated="due", until=NOW - WEEK),
    HistoryQuery("sessions"), HistoryQuery("sessions", status="active"),
    HistoryQuery("sessions", status="expired", **since(MONTH)),
    HistoryQuery("activities"), HistoryQuery("activities", **since(MONTH)),
]  # fmt: skip


@pytest.mark.parametrize("query", LISTS, ids=lambda one: "-".join(one.params().values())[:60])
def test_lists_read_what_they_show(
    company: Rollcall, actor: Principal, query: HistoryQuery
) -> None:
    hold(profile(company, lambda: company.history.ask(actor, query)))


COUNTS = [
    *(HistoryQuery(subject, measure="count") for subject in ("tasks", "sessions", "activities")),
    HistoryQuery(measure="count", group_by="type", **since(YEAR)),
    HistoryQuery("activities", measure="count", group_by="month", **since(YEAR)),
    HistoryQuery("activities", measure="count", group_by="day", **since(MONTH)),
    HistoryQuery("activities", measure="count", group_by="employee", **since(YEAR)),
    HistoryQuery("tasks", measure="duration", group_by="employee"),
    HistoryQuery("sessions", measure="duration", **since(YEAR)),
    HistoryQuery("tasks", measure="compare", group_by="priority", **since(MONTH)),
    HistoryQuery(measure="missing", **since(MONTH)),
]


@pytest.mark.parametrize("query", COUNTS, ids=lambda one: "-".join(one.params().values())[:60])
def test_counts_read_figures_and_the_edges_of_periods(
    company: Rollcall, actor: Principal, query: HistoryQuery
) -> None:
    reads = profile(company, lambda: company.history.ask(actor, query))
    hold(reads, counted=True)
    record = sum(one["docsExamined"] for one in reads if not one["ns"].endswith(".figures"))
    assert record < ACTIVITIES / 4


def test_dashboard_and_its_lists_read_what_they_show(company: Rollcall, actor: Principal) -> None:
    reads = profile(company, lambda: company.dashboard.statistics(actor))
    hold(reads, counted=True)
    own = str(actor.employee_id)
    session_id = company.sessions.list(actor, own, limit=1).items[0].session_id
    for act in (
        lambda: company.dashboard.session(actor, session_id),
        lambda: company.dashboard.user_sessions(actor, own, 50),
        lambda: company.sessions.list(actor),
        lambda: company.activities.list(actor),
        lambda: company.activities.list(actor, kind="meeting.ended"),
        lambda: company.activities.list(actor, own, kind="session.opened"),
        lambda: company.tasks.list(actor),
        lambda: company.tasks.list(actor, status="open"),
        lambda: company.registrations.list(actor),
        lambda: company.registrations.list(actor, type_name="supplier"),
        lambda: company.completions.list(actor),
    ):
        hold(profile(company, act))


def test_later_pages_read_no_more_than_the_first(company: Rollcall, actor: Principal) -> None:
    after = None
    for _ in range(4):
        page = company.activities.list(actor, limit=20, after=after)
        after = page.next
    hold(profile(company, lambda: company.activities.list(actor, limit=20, after=after)))


def test_sealing_looks_only_at_what_waits(company: Rollcall) -> None:
    reads = profile(company, company.audit.seal)
    assert all(one["keysExamined"] < SLACK for one in reads)
