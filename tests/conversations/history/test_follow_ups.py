"""One question after the other, each refining the last; and the same question asked of the API, of
the dashboard's address and as a file."""

import csv
import io
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from rollcall import Principal, Rollcall
from rollcall.history_query import HistoryQuery
from tests.assistant import Conversation, Reply
from tests.cast import Cast
from tests.conversations.history.conftest import Call, Days, Document, Meant
from tests.conversations.history.test_questions import TEAM, Row, counted

Holds = Callable[[str, Meant], int]


def query_of(reply: Reply) -> HistoryQuery:
    """What was asked, as the answer's card says it."""
    return HistoryQuery.from_params(reply.custom["query"])


def test_question_is_refined_to_a_type_then_asked_for_somebody_else(
    admin: Conversation, story: None, days: Days, holds: Holds
) -> None:
    for says, row in [
        ("How many suppliers did EMP002 register last week?",
         Row("", "", who="EMP002", type="supplier", when=Days.last_week)),
        ("only trainings", Row("", "", who="EMP002", type="training", when=Days.last_week)),
        ("and last month?", Row("", "", who="EMP002", type="training", when=Days.last_month)),
        ("and for EMP004?", Row("", "", who="EMP004", type="training", when=Days.last_month)),
        ("and for EMP003?", Row("", "", who="EMP003", type="training", when=Days.last_month)),
        ("all types", Row("", "", who="EMP003", when=Days.last_month)),
        ("and everyone?", Row("", "", when=Days.last_month)),
    ]:  # fmt: skip
        reply = admin.talk(says)
        assert reply.custom["total"] == holds("registrations", row.meant(days)), (says, reply.text)
        query = query_of(reply)
        assert (query.employee_id, query.type) == (row.who, row.type), says


def test_list_is_narrowed_grouped_and_listed_again(
    admin: Conversation, story: None, days: Days, holds: Holds
) -> None:
    everything = Row("", "")
    since = Row("", "", when=Days.last_week)
    suppliers = Row("", "", type="supplier", when=Days.last_week)
    for says, row, group in [
        ("all registrations", everything, None),
        ("only last week", since, None),
        ("by person", since, "employee"),
        ("only suppliers", suppliers, "employee"),
        ("list them", suppliers, None),
    ]:
        reply = admin.talk(says)
        assert counted(reply.custom) == holds("registrations", row.meant(days)), (says, reply.text)
        assert query_of(reply).group_by == group


def test_high_priority_tasks_that_are_overdue_are_told_by_person(
    admin: Conversation, story: None, roll: Rollcall
) -> None:
    reply = admin.talk("who has overdue high priority tasks")
    late: dict[str, int] = {}
    for task in admin.tasks():
        due = task.get("due_date")
        open_still = task["status"] in ("pending", "in_progress")
        if due and due < roll.clock() and open_still and task["priority"] == "high":
            late[task["employee_id"]] = late.get(task["employee_id"], 0) + 1
    assert late == {"EMP002": 1, "EMP004": 1}
    assert {row["label"]: row["count"] for row in reply.custom["rows"]} == {
        "Mona Lindqvist (EMP002)": 1,
        "Erika Musterfrau (EMP004)": 1,
    }
    assert "2 people have 2 overdue high-priority tasks" in reply.text


def test_months_are_compared_type_by_type(
    admin: Conversation, story: None, days: Days, holds: Holds
) -> None:
    reply = admin.talk("compare registrations this month with last month by type")
    names = {"suppliers": "supplier", "trainings": "training", "visitors": "visitor",
             "pieces of equipment": "equipment"}  # fmt: skip
    for row in reply.custom["rows"]:
        kind = names[row["label"]]
        now = Row("", "", type=kind, when=Days.this_month)
        before = Row("", "", type=kind, when=Days.last_month)
        assert row["count"] == holds("registrations", now.meant(days)), row
        assert row["before"] == holds("registrations", before.meant(days)), row
    assert [one["name"] for one in reply.custom["series"]] == ["now", "before"]


SAME = [
    "How many suppliers did EMP002 register last week?",
    "who has overdue high priority tasks",
    "compare registrations this month with last month by type",
    "registrations without suppliers last month",
    "which tasks did EMP004 finish last week",
    "how long was Erika signed in last week?",
    "who didn't sign in last week?",
    "what happened yesterday?",
    "which visitors are expected today?",
    "who registered Tagus Catering?",
]


@pytest.mark.parametrize("says", SAME)
def test_chat_dashboard_address_and_api_ask_the_same_query(
    admin: Conversation, story: None, cast: Cast, call: Call, says: str
) -> None:
    card = admin.talk(says).custom
    page, _, search = card["url"].partition("?")
    assert page == "/dashboard"
    asked = HistoryQuery.from_params(dict(parse_qsl(search)))
    assert asked == HistoryQuery.from_params(card["query"])
    assert call(cast.admin, card["url"]).status_code == 200
    answer = call(cast.admin, f"/api/v1/history?{search}").get_json()
    assert HistoryQuery.from_params(answer["query"]) == asked
    told = {one["label"]: one["count"] for one in answer["groups"]}
    if told:
        assert {row["label"]: row["count"] for row in card["rows"]} == told
    else:
        assert answer["total"] == card["total"]


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_answer_is_had_as_csv_on_request_and_holds_what_the_record_holds(
    admin: Conversation, story: None, cast: Cast, call: Call, days: Days, holds: Holds
) -> None:
    admin.talk("suppliers last week")
    reply = admin.talk("as csv please")
    row = Row("", "", type="supplier", when=Days.last_week)
    assert "CSV file is ready" in reply.text
    answer = call(cast.admin, reply.custom["url"])
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "rollcall-supplier-last-week.csv" in answer.headers["Content-Disposition"]
    lines = lines_of(answer.data)
    assert len(lines) - 1 == reply.custom["total"] == holds("registrations", row.meant(days))
    names = {line[lines[0].index("Name")] for line in lines[1:]}
    assert names == {"Keller Technik", "Lumen Electric", "Atlas Furniture", "Tagus Catering"}


def test_answer_is_had_as_a_spreadsheet_on_request(
    admin: Conversation, story: None, cast: Cast, call: Call
) -> None:
    reply = admin.talk("registrations by type", "as a spreadsheet")
    assert "XLSX file is ready" in reply.text
    answer = call(cast.admin, reply.custom["url"])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 5  # the heading and four types


def test_export_in_one_sentence_takes_what_it_names(
    manager: Conversation, story: None, cast: Cast, call: Call, days: Days, holds: Holds
) -> None:
    reply = manager.talk("export the registrations of my team last week as csv")
    row = Row("", "", who=TEAM, when=Days.last_week)
    answer = call(cast.manager, reply.custom["url"])
    assert len(lines_of(answer.data)) - 1 == holds("registrations", row.meant(days))


def test_formula_on_record_is_text_in_the_file(
    employee: Conversation, roll: Rollcall, cast: Cast, call: Call
) -> None:
    item: Document = {"item": "=1+1", "serial_number": "S1"}
    roll.registrations.create(cast.employee, "equipment", item)
    reply = employee.talk("my registrations", "as csv")
    [_, line] = lines_of(call(cast.employee, reply.custom["url"]).data)
    assert "'=1+1" in line
    assert employee.saved("equipment")[0]["item"] == "=1+1"


@pytest.mark.parametrize("says", SAME[:5])
def test_link_of_an_answer_tells_somebody_else_no_more_than_they_may_see(
    admin: Conversation, story: None, cast: Cast, call: Call, says: str
) -> None:
    search = urlsplit(admin.talk(says).custom["url"]).query
    other: Principal = cast.outsider
    answer = call(other, f"/api/v1/history?{search}")
    if "EMP00" in search:
        assert answer.status_code == 404
    else:
        assert "EMP002" not in answer.text
        assert "EMP004" not in answer.text
