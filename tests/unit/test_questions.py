"""Words to queries, by table. Saturday, 21 November 2026 in Berlin; the manager asks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rollcall.catalogue import Catalogue
from rollcall.dates import zone
from rollcall.directory import Employee
from rollcall.errors import Invalid, NotFound
from rollcall.history_query import HistoryQuery
from rollcall.principal import Principal, Role
from rollcall.questions import Asking, read_question, surely_asks

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"
MANAGER = Principal("EMP002", "Mona Lindqvist", Role.MANAGER, "s", timezone=BERLIN)


def person(employee_id: str, name: str) -> Employee:
    return Employee(employee_id, name, Role.EMPLOYEE, None, None, None, None, None, "active", NOW)


ASKING = Asking(
    actor=MANAGER,
    now=NOW,
    people=[
        person("EMP002", "Mona Lindqvist"),
        person("EMP003", "Félix Moreau"),
        person("EMP004", "Erika Musterfrau"),
        person("EMP007", "Jun Watanabe"),
        person("EMP009", "Grace O'Neill"),
    ],
    catalogue=Catalogue(),
)
MOMENTS = ("since", "until", "against_since", "against_until")


def read(words: str, previous: dict[str, str] | None = None) -> dict[str, str]:
    """The parameters that `words` mean, without the moments and what is so unless it is said."""
    params = read_question(words, ASKING, previous).params()
    usual = {"subject": "registrations", "measure": "list"}
    return {
        name: value
        for name, value in params.items()
        if name not in MOMENTS and usual.get(name) != value
    }


TABLE: list[tuple[str, dict[str, str]]] = [
    # The issue's own words
    ("How many suppliers did EMP002 register last week?",
     {"type": "supplier", "employee_id": "EMP002", "period": "last week", "measure": "count"}),
    ("who has overdue high priority tasks",
     {"subject": "tasks", "status": "overdue", "priority": "high", "group_by": "employee"}),
    ("compare registrations this month with last month by type",
     {"period": "this month", "against": "last month", "measure": "compare", "group_by": "type"}),
    # Whose
    ("my registrations", {"employee_id": "EMP002"}),
    ("show me all registrations", {}),
    ("show all registrations", {}),
    ("could you give me the registrations of EMP004 please", {"employee_id": "EMP004"}),
    ("registrations of emp-004", {"employee_id": "EMP004"}),
    ("registrations of emp 004", {"employee_id": "EMP004"}),
    ("what did Erika Musterfrau register this month",
     {"employee_id": "EMP004", "period": "this month"}),
    ("what did erika register this month", {"employee_id": "EMP004", "period": "this month"}),
    ("Erika's registrations", {"employee_id": "EMP004"}),
    ("Félix's registrations", {"employee_id": "EMP003"}),
    ("registrations by felix moreau", {"employee_id": "EMP003"}),
    ("registrations of Erica Musterfrau", {"employee_id": "EMP004"}),
    ("what did Grace O'Neill register", {"employee_id": "EMP009"}),
    ("registrations of Jun in jun", {"employee_id": "EMP007", "period": "in June 2026"}),
    ("registrations of erika and mona", {"employee_id": "EMP004,EMP002"}),
    ("registrations without EMP004", {"employee_id": "-EMP004"}),
    ("registrations of my team last week", {"period": "last week"}),
    ("what have I registered", {"employee_id": "EMP002"}),
    # Which
    ("how many trainings and visitors were registered in October",
     {"type": "training,visitor", "period": "in October 2026", "measure": "count"}),
    ("registrations without visitors", {"type": "-visitor"}),
    ("registrations by department", {"group_by": "department"}),
    ("who registered Acme Supplies?", {"title": "Acme Supplies", "group_by": "employee"}),
    ("who registered acme", {"title": "acme", "group_by": "employee"}),
    ("is Acme already registered", {"title": "Acme"}),
    ("find the supplier Acme", {"title": "Acme", "type": "supplier"}),
    ("did EMP004 register Globex last week",
     {"title": "Globex", "employee_id": "EMP004", "period": "last week"}),
    ("how many suppplierss last week",
     {"type": "supplier", "period": "last week", "measure": "count"}),
    # Tasks
    ("my open tasks", {"subject": "tasks", "status": "open", "employee_id": "EMP002"}),
    ("tasks due tomorrow",
     {"subject": "tasks", "dated": "due", "period": "tomorrow", "status": "open"}),
    ("tasks due next monday",
     {"subject": "tasks", "dated": "due", "period": "on Monday, 23 November", "status": "open"}),
    ("tasks for next week",
     {"subject": "tasks", "dated": "due", "period": "next week", "status": "open"}),
    ("tasks overdue for more than a week",
     {"subject": "tasks", "status": "overdue", "dated": "due",
      "period": "for more than a week"}),
    ("overdue tasks of erika since monday",
     {"subject": "tasks", "status": "overdue", "dated": "due", "employee_id": "EMP004",
      "period": "since 16 November"}),
    ("tasks open for more than 10 days",
     {"subject": "tasks", "status": "open", "period": "for more than 10 days"}),
    ("tasks completed by EMP004 in October",
     {"subject": "tasks", "status": "completed", "employee_id": "EMP004",
      "period": "in October 2026"}),
    ("which tasks has erika not finished yet",
     {"subject": "tasks", "status": "open", "employee_id": "EMP004"}),
    ("who finished the most tasks last month",
     {"subject": "tasks", "status": "completed", "group_by": "employee", "period": "last month"}),
    ("who has no open tasks", {"subject": "tasks", "status": "open", "measure": "missing"}),
    ("what is late", {"subject": "tasks", "status": "overdue"}),
    ("show overdue tasks per person",
     {"subject": "tasks", "status": "overdue", "group_by": "employee"}),
    ("average time to complete a task",
     {"subject": "tasks", "status": "completed", "measure": "duration"}),
    # Sessions
    ("how long was EMP004 signed in yesterday",
     {"subject": "sessions", "employee_id": "EMP004", "period": "yesterday",
      "measure": "duration"}),
    ("sessions of my team in the last 7 days",
     {"subject": "sessions", "period": "in the last 7 days"}),
    ("who is signed in right now",
     {"subject": "sessions", "status": "active", "group_by": "employee"}),
    ("who hasn't signed in this week",
     {"subject": "sessions", "period": "this week", "measure": "missing"}),
    ("number of logins per day this week",
     {"subject": "sessions", "group_by": "day", "measure": "count", "period": "this week"}),
    # Activities
    ("what happened today", {"subject": "activities", "period": "today"}),
    ("what did Erika do yesterday",
     {"subject": "activities", "employee_id": "EMP004", "period": "yesterday"}),
    ("my history", {"subject": "activities", "employee_id": "EMP002"}),
    ("statistics for this month",
     {"subject": "activities", "period": "this month", "measure": "count", "group_by": "type"}),
    # Comparisons and groups
    ("compare May with June",
     {"period": "in May 2026", "against": "in June 2026", "measure": "compare"}),
    ("compare suppliers with last quarter",
     {"type": "supplier", "period": "this quarter", "against": "last quarter",
      "measure": "compare"}),
    ("did we register more suppliers than last month",
     {"type": "supplier", "period": "this month", "against": "last month",
      "measure": "compare"}),
    ("compare EMP003 and EMP004",
     {"employee_id": "EMP003,EMP004", "measure": "count", "group_by": "employee"}),
    ("compare Erika with Mona this month",
     {"employee_id": "EMP004,EMP002", "measure": "count", "group_by": "employee",
      "period": "this month"}),
    ("compare suppliers and visitors this year",
     {"type": "supplier,visitor", "measure": "count", "group_by": "type",
      "period": "this year"}),
    ("how many trainings per month this year",
     {"type": "training", "measure": "count", "group_by": "month", "period": "this year"}),
    ("monthly visitors this year",
     {"type": "visitor", "group_by": "month", "period": "this year"}),
    ("which day had the most registrations", {"group_by": "day"}),
    ("top registering employees", {"group_by": "employee"}),
    # Plans
    ("which visitors do we expect tomorrow",
     {"type": "visitor", "dated": "planned", "period": "tomorrow"}),
    ("visitors coming next week",
     {"type": "visitor", "dated": "planned", "period": "next week"}),
    ("upcoming trainings", {"type": "training", "dated": "planned", "period": "from now on"}),
    ("which visitors were here yesterday",
     {"type": "visitor", "dated": "planned", "period": "yesterday"}),
    # Wordy, British, second language, in a hurry
    ("could you please tell me how many of the suppliers that were registered during the last "
     "month had been registered by Erika Musterfrau from operations",
     {"type": "supplier", "employee_id": "EMP004", "period": "in the last month",
      "measure": "count"}),
    ("I would like to know which of my colleagues in the operations department has registered "
     "the most visitors since the beginning of this month",
     {"type": "visitor", "group_by": "employee", "period": "since 1 November"}),
    ("please to show me all the suppliers what we have registered since two weeks ago",
     {"type": "supplier", "period": "since 2 November"}),
    ("i need know how many people has registered visitor today",
     {"type": "visitor", "period": "today", "measure": "count"}),
    ("suppliers mona lst week",
     {"type": "supplier", "employee_id": "EMP002", "period": "last week"}),
    ("how meny visitors yesturday", {"type": "visitor", "period": "yesterday"}),
    ("registrations 24.12.2025", {"period": "on 24 December 2025"}),
    ("list visitors since Monday", {"type": "visitor", "period": "since 16 November"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), TABLE, ids=[row[0][:70] for row in TABLE])
def test_question_is_read(words: str, expected: dict[str, str]) -> None:
    assert read(words) == expected


FIRST = "how many suppliers did EMP004 register last week"
ASKED = {"type": "supplier", "employee_id": "EMP004", "period": "last week", "measure": "count"}
FOLLOW_UPS: list[tuple[str, dict[str, str | None]]] = [
    ("only trainings", {"type": "training"}),
    ("and for EMP002?", {"employee_id": "EMP002"}),
    ("and for mona?", {"employee_id": "EMP002"}),
    ("EMP003?", {"employee_id": "EMP003"}),
    ("and everyone?", {"employee_id": None}),
    ("only mine", {"employee_id": "EMP002"}),
    ("only this month", {"period": "this month"}),
    ("since monday", {"period": "since 16 November"}),
    ("only since Monday", {"period": "since 16 November"}),
    ("the week before last", {"period": "the week before last"}),
    ("and in Q1?", {"period": "in Q1 2026"}),
    ("for all time", {"period": None}),
    ("by type", {"group_by": "type"}),
    ("per day", {"group_by": "day"}),
    ("without visitors", {"type": "-visitor"}),
    ("all types", {"type": None}),
    ("as a spreadsheet", {}),
    ("as a list", {"measure": None}),
    ("show them", {"measure": None}),
    ("compared with the week before", {"measure": "compare"}),
    ("compare with October", {"measure": "compare", "against": "in October 2026"}),
    ("and her tasks?", {"subject": "tasks", "type": None}),
    ("how long was she signed in", {"subject": "sessions", "type": None, "period": None,
                                    "measure": "duration"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "changed"), FOLLOW_UPS, ids=[row[0] for row in FOLLOW_UPS])
def test_follow_up_refines_the_last_question(words: str, changed: dict[str, str | None]) -> None:
    before = read_question(FIRST, ASKING).params()
    expected = {name: value for name, value in {**ASKED, **changed}.items() if value}
    assert read(words, before) == expected


def test_new_question_forgets_the_one_before() -> None:
    before = read_question(FIRST, ASKING).params()
    assert read("who has overdue high priority tasks", before) == {
        "subject": "tasks", "status": "overdue", "priority": "high", "group_by": "employee",
    }  # fmt: skip


def test_employee_asking_about_nobody_asks_about_themselves() -> None:
    employee = replace(ASKING, actor=replace(MANAGER, role=Role.EMPLOYEE, employee_id="EMP004"))
    assert read_question("registrations last week", employee).employee_id == "EMP004"


@pytest.mark.parametrize(
    "words",
    ["registrations of Oscar Outside", "what did oscar do", "Oscar's tasks", "and for oscar?",
     "compare Erika with Oscar", "how many did Erika Outside register"],
)  # fmt: skip
def test_name_of_nobody_one_may_ask_about_is_refused(words: str) -> None:
    with pytest.raises(NotFound, match="I don't know that employee"):
        read_question(words, ASKING)


def test_name_that_two_people_bear_is_asked_back() -> None:
    two = replace(ASKING, people=[*ASKING.people, person("EMP010", "Erika Berg")])
    with pytest.raises(Invalid, match=r"Erika Berg \(EMP010\) or Erika Musterfrau \(EMP004\)"):
        read_question("registrations of Erika", two)
    assert read_question("registrations of Erika Berg", two).employee_id == "EMP010"


def test_pronoun_that_stands_for_nobody_is_asked_back() -> None:
    with pytest.raises(Invalid, match="Whom do you mean"):
        read_question("her registrations", ASKING)


@pytest.mark.parametrize(
    "words",
    ["tasks for onboarding", "is there a supplier for cleaning", "registrations by type",
     "list of registrations of March", "show the operations department's registrations"],
)  # fmt: skip
def test_words_that_are_nobodys_name_are_no_names(words: str) -> None:
    assert read_question(words, ASKING).employee_id is None


@pytest.mark.parametrize(
    ("words", "after_a_question", "surely"),
    [
        ("registrations of Peter Parker", False, True),
        ("show us the registrations made in q3", False, True),
        ("how many visitors", False, True),
        ("since monday", True, True),
        ("since monday", False, False),
        ("year to date", True, True),
        ("and for Oscar Outside?", True, True),
        ("what about erika", True, True),
        ("all types", True, True),
        ("and everyone?", True, True),
        ("all types", False, False),
        ("what a lovely day", True, False),
        ("tell me a joke", True, False),
        ("how many planets are there", False, False),
    ],
)
def test_what_can_only_be_a_question_is_known(
    words: str, after_a_question: bool, surely: bool
) -> None:
    assert surely_asks(words, ASKING, after_a_question) is surely


@pytest.mark.parametrize("words", [row[0] for row in TABLE])
def test_query_goes_through_an_address_unchanged(words: str) -> None:
    query = read_question(words, ASKING)
    assert HistoryQuery.from_params(query.params()).params() == query.params()


BEFORE = [
    ("registrations last week", "2026-11-02", "2026-11-09"),
    ("compare registrations this month", "2026-10-01", "2026-11-01"),
    ("registrations in Q1", "2025-10-01", "2026-01-01"),
    ("registrations this year", "2025-01-01", "2026-01-01"),
    ("registrations year to date", "2025-01-01", "2025-11-22"),
    ("registrations today", "2026-11-20", "2026-11-21"),
    ("registrations in the last 7 days", "2026-11-08", "2026-11-15"),
    ("registrations in March", "2026-02-01", "2026-03-01"),
    ("compare May with September", "2026-09-01", "2026-10-01"),
]


@pytest.mark.parametrize(("words", "since", "until"), BEFORE, ids=[row[0] for row in BEFORE])
@pytest.mark.parametrize("address", [False, True])
def test_period_before_is_of_whole_days_and_months_in_ones_own_time_zone(
    words: str, since: str, until: str, address: bool
) -> None:
    query = read_question(words, ASKING)
    if address:  # where moments are UTC
        query = HistoryQuery.from_params(query.params())
    before = query.before(BERLIN)
    assert before is not None
    assert before.since is not None
    assert before.until is not None
    local = [one.astimezone(zone(BERLIN)) for one in (before.since, before.until)]
    assert [one.strftime("%Y-%m-%d %H:%M") for one in local] == [f"{since} 00:00", f"{until} 00:00"]


def test_without_a_period_there_is_none_before() -> None:
    assert HistoryQuery(measure="compare").before(BERLIN) is None
