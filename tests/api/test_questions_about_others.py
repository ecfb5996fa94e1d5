"""Every question the API and the dashboard's address can ask about somebody whom the caller may
not see gets the answer, to the byte, that it gets about somebody who doesn't exist."""

from itertools import product

import pytest

from rollcall import Rollcall
from rollcall.history_query import GROUPS, MEASURES, SUBJECTS
from rollcall.tasks import NewTask
from tests.api.conftest import Caller, error_of
from tests.cast import Cast

HIDDEN, NOBODY = "EMP005", "EMP777"
QUESTIONS = [
    *(f"/api/v1/history?subject={one}&measure={how}" for one, how in product(SUBJECTS, MEASURES)),
    *(f"/api/v1/history?subject={one}&measure=count&group_by=day" for one in SUBJECTS),
    "/api/v1/history?group_by=type&measure=compare&since=2026-01-01T00:00:00Z"
    "&until=2026-02-01T00:00:00Z",
    "/api/v1/history?type=supplier",
    "/api/v1/history?title=Acme",
    "/api/v1/history?dated=planned",
    "/api/v1/history?subject=tasks&status=overdue&priority=high",
    *(f"/api/v1/exports?subject={one}&format=csv" for one in SUBJECTS),
    *(f"/api/v1/exports?subject={one}&format=xlsx" for one in SUBJECTS),
]
LISTS = [
    "/api/v1/registrations?employee_id={}",
    "/api/v1/tasks?assignee={}",
    "/api/v1/sessions?employee_id={}",
    "/api/v1/activities?employee_id={}",
    "/api/v1/statistics?employee_id={}",
    "/api/v1/people/{}",
    "/api/user-sessions/{}",
]


@pytest.fixture
def hidden(roll: Rollcall, cast: Cast) -> str:
    """The outsider, with something of everything."""
    data = {"item": "Drill", "serial_number": "S1"}
    roll.registrations.create(cast.outsider, "equipment", data)
    roll.tasks.assign(cast.outsider, NewTask("Water the plants", HIDDEN))
    return HIDDEN


def bytes_about(caller: Caller, path: str, who: str) -> tuple[int, bytes, str | None]:
    answer = caller.get(path)
    body = answer.data.replace(who.encode(), b"...")
    return answer.status_code, body, answer.headers.get("Content-Disposition")


def assert_same(caller: Caller, path: str) -> None:
    about = [bytes_about(caller, path.format(one), one) for one in (HIDDEN, NOBODY)]
    assert about[0] == about[1]
    assert about[0][0] == 404, about[0]


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize("part", ["employee", "manager"])
def test_hidden_and_unknown_are_one_to_a_question(
    everybody: dict[str, Caller], hidden: str, part: str, path: str
) -> None:
    for who in ("{}", "EMP004,{}", "-{}"):
        assert_same(everybody[part], f"{path}&employee_id={who}")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("part", ["employee", "manager"])
def test_hidden_and_unknown_are_one_to_a_list(
    everybody: dict[str, Caller], hidden: str, part: str, path: str
) -> None:
    assert_same(everybody[part], path)


def test_refusal_says_no_more_than_that(employee: Caller, hidden: str) -> None:
    answer = employee.get(f"/api/v1/history?employee_id={hidden}")
    assert error_of(answer) == {
        "code": "not_found",
        "message": "I don't know that employee.",
        "fields": {},
    }


@pytest.mark.parametrize("search", ["employee_id={}", "subject=tasks&employee_id={}"])
def test_dashboard_page_is_the_same_for_everyone_it_may_be_about(
    employee: Caller, hidden: str, search: str
) -> None:
    pages = {
        bytes_about(employee, f"/dashboard?{search.format(who)}", who)[:2]
        for who in (hidden, NOBODY)
    }
    assert len(pages) == 1


@pytest.mark.parametrize("group_by", GROUPS)
def test_groups_hold_nobody_who_is_hidden(
    manager: Caller, admin: Caller, hidden: str, group_by: str
) -> None:
    path = f"/api/v1/history?group_by={group_by}&measure=count"
    if group_by == "priority":
        path = f"/api/v1/history?subject=tasks&measure=count&group_by={group_by}"
    assert manager.get(path).get_json()["total"] == 0
    assert admin.get(path).get_json()["total"] == 1


def test_refused_question_leaves_the_record_alone(
    everybody: dict[str, Caller], roll: Rollcall, hidden: str
) -> None:
    activities = roll.database.collection("session_activities")
    before = activities.count_documents({})
    for path in QUESTIONS:
        everybody["employee"].get(f"{path}&employee_id={hidden}")
    assert activities.count_documents({}) == before
