"""The core API to scheduled sessions: views, filters, what one may do, proposals, receipts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rollcall import Rollcall
from rollcall.meetings import Arrival, NewMeeting
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.conftest import StandingClock

URL = "/api/v1/completions"
LESSON = {
    "title": "Welding basics",
    "scheduled_date": "2026-03-01",
    "scheduled_start_time": "10:30",
    "scheduled_end_time": "11:45",
}
PLAN = {
    "title": "Welding, group A",
    "weekdays": [0, 2],
    "start_time": "08:00",
    "end_time": "09:00",
    "first_day": "2026-03-02",
    "last_day": "2026-07-31",
    "holidays": ["2026-04-06"],
    "needs_approval": True,
}
TIMES = {"actual_start_time": "10:35", "actual_end_time": "11:50"}


@pytest.fixture
def lesson(employee: Caller) -> str:
    return str(employee.post(URL, LESSON).get_json()["id"])


def items(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = caller.get(f"{URL}?{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_the_three_views(employee: Caller) -> None:
    made = [
        employee.post(URL, {**LESSON, "scheduled_date": day}).get_json()["id"]
        for day in ("2026-03-04", "2026-03-01", "2026-03-03")
    ]
    fourth, first, third = made
    employee.post(f"{URL}/{first}/complete", TIMES)
    employee.post(f"{URL}/{fourth}/cancel", {"reason": "Power cut"})
    assert [one["id"] for one in items(employee, "view=upcoming")] == [third]
    assert [one["id"] for one in items(employee, "view=completed")] == [first]
    assert [one["id"] for one in items(employee, "view=history")] == [fourth, third, first]


def test_upcoming_pages_begin_with_the_earliest(employee: Caller) -> None:
    for day in (5, 3, 4):
        employee.post(URL, {**LESSON, "scheduled_date": f"2026-03-0{day}"})
    first = employee.get(f"{URL}?view=upcoming&limit=2").get_json()
    rest = employee.get(f"{URL}?view=upcoming&limit=2&after={first['next']}").get_json()
    days = [one["scheduled_date"] for one in first["items"] + rest["items"]]
    assert days == ["2026-03-03", "2026-03-04", "2026-03-05"]
    assert rest["next"] is None


def test_filters_find_by_words_batch_state_and_time(employee: Caller, lesson: str) -> None:
    batch = employee.post("/api/v1/batches", PLAN).get_json()["id"]
    employee.post(f"{URL}/{lesson}/complete", {**TIMES, "completion_code": "WELD.1"})
    assert [one["id"] for one in items(employee, "q=weld.1")] == [lesson]
    assert items(employee, "q=weld11") == []
    assert len(items(employee, f"batch_id={batch}&limit=200")) == 17
    first = items(employee, f"batch_id={batch}&until=2026-03-03T00:00:00Z")[0]["id"]
    assert items(employee, "approval=waiting") == []
    employee.post(f"{URL}/{first}/complete",
                  {"actual_start_time": "08:00", "actual_end_time": "09:00"})  # fmt: skip
    assert [one["id"] for one in items(employee, "approval=waiting")] == [first]
    assert items(employee, "missed=true") == []


def test_it_says_what_each_may_do(employee: Caller, manager: Caller, lesson: str) -> None:
    own = employee.get(f"{URL}/{lesson}").get_json()
    assert set(own["may"]) == {"note", "attach", "change", "complete", "cancel"}
    assert own["employee_name"] == "Erika Musterfrau"
    assert manager.get(f"{URL}/{lesson}").get_json()["may"] == ["note"]
    batch = employee.post("/api/v1/batches", PLAN).get_json()["id"]
    occurrences = employee.get(f"/api/v1/batches/{batch}/occurrences").get_json()["items"]
    waiting = occurrences[0]["id"]
    employee.post(f"{URL}/{waiting}/complete",
                  {"actual_start_time": "08:00", "actual_end_time": "09:00"})  # fmt: skip
    assert manager.get(f"{URL}/{waiting}").get_json()["may"] == ["note", "approve"]
    assert "approve" not in employee.get(f"{URL}/{waiting}").get_json()["may"]
    assert manager.post(f"{URL}/{waiting}/approve").get_json()["approval"] == "approved"


def test_a_moved_session_keeps_where_it_was_and_its_versions(employee: Caller, lesson: str) -> None:
    moved = employee.patch(f"{URL}/{lesson}", {"scheduled_date": "2026-03-04"}).get_json()
    assert (moved["scheduled_date"], moved["moved_from"]) == (
        "2026-03-04",
        "2026-03-01T09:30:00.000Z",
    )
    [version] = employee.get(f"{URL}/{lesson}/versions").get_json()["items"]
    assert version["before"]["starts_at"] == "2026-03-01T09:30:00.000Z"
    assert version["name"] == "Erika Musterfrau"


def test_times_are_proposed_from_attendance(
    roll: Rollcall, cast: Cast, employee: Caller, lesson: str
) -> None:
    planned = employee.get(f"{URL}/{lesson}/proposal").get_json()
    assert (planned["actual_start_time"], planned["source"]) == ("10:30", "schedule")
    then = StandingClock(datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
    past = roll.at_clock(then)
    meeting = past.meetings.create(cast.employee, NewMeeting("Welding"))
    then.forward(minutes=34)
    interval = past.attendances.join(cast.employee, Arrival(str(meeting.code)))
    then.forward(minutes=70)
    past.attendances.leave(cast.employee, interval.session_id)
    seen = employee.get(f"{URL}/{lesson}/proposal").get_json()
    assert (seen["actual_start_time"], seen["actual_end_time"]) == ("10:34", "11:44")
    assert seen["source"] == "attendance"


def test_of_two_who_complete_one_is_told_that_the_other_was_faster(
    employee: Caller, admin: Caller, lesson: str
) -> None:
    code = admin.get(f"{URL}/new-code").get_json()["completion_code"]
    first = admin.post(f"{URL}/{lesson}/complete", {**TIMES, "completion_code": code})
    second = employee.post(f"{URL}/{lesson}/complete", {**TIMES, "completion_code": "MINE-1"})
    assert (first.status_code, second.status_code) == (200, 409)
    assert code in error_of(second)["message"]


def test_anybody_verifies_a_receipt_by_its_code(
    employee: Caller, outsider: Caller, guest: Caller, lesson: str
) -> None:
    assert employee.get(f"{URL}/{lesson}/receipt").status_code == 409
    employee.post(f"{URL}/{lesson}/complete", {**TIMES, "notes": "Topics 1 to 3"})
    receipt = employee.get(f"{URL}/{lesson}/receipt").get_json()
    seen = outsider.get(f"/api/v1/receipts/{receipt['code'].lower()}").get_json()
    assert seen == receipt
    assert (seen["valid"], seen["name"]) == (True, "Erika Musterfrau")
    assert "Topics" not in str(seen)
    employee.patch(f"{URL}/{lesson}", {"notes": "Topics 1 to 4"})
    after = outsider.get(f"/api/v1/receipts/{receipt['code']}").get_json()
    assert (after["valid"], after["changed"]) == (False, ["summary_sha256"])
    assert outsider.get("/api/v1/receipts/RC-2222-2222-2").status_code == 404
    assert guest.get(f"/api/v1/receipts/{receipt['code']}").status_code == 401


def test_this_and_following_over_http(employee: Caller) -> None:
    batch = employee.post("/api/v1/batches", PLAN).get_json()["id"]
    later = {**PLAN, "weekdays": [3], "first_day": "2026-04-01", "day": "2026-04-01"}
    follower = employee.post(f"/api/v1/batches/{batch}/change", later).get_json()
    assert follower["follows"] == batch
    answer = employee.get(f"/api/v1/batches/{follower['id']}/occurrences?until=2026-05-10")
    body = answer.get_json()
    assert [one["scheduled_date"] for one in body["items"]][:2] == ["2026-04-02", "2026-04-09"]
    assert body["days_after"] == ["2026-05-07"]
    ended = employee.post(f"/api/v1/batches/{follower['id']}/end", {"day": "2026-04-09"})
    assert ended.get_json()["last_day"] == "2026-04-08"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"scheduled_end_time": "10:30"}, "scheduled_end_time"),
        ({"scheduled_date": "2026-02-30"}, "scheduled_date"),
    ],
)
def test_a_plan_that_can_not_be_names_the_field(
    employee: Caller, change: dict[str, str], field: str
) -> None:
    answer = employee.post(URL, {**LESSON, **change})
    assert answer.status_code == 422
    assert field in error_of(answer)["fields"]


def test_a_session_is_put_into_ones_own_batch_only(employee: Caller, outsider: Caller) -> None:
    batch = employee.post("/api/v1/batches", PLAN).get_json()["id"]
    assert employee.post(URL, {**LESSON, "batch_id": batch}).status_code == 201
    assert outsider.post(URL, {**LESSON, "batch_id": batch}).status_code == 404


def test_a_note_is_changed_by_its_author_only(
    employee: Caller, manager: Caller, admin: Caller, lesson: str
) -> None:
    note = manager.post(f"{URL}/{lesson}/notes", {"note_text": "Well done @emp004"}).get_json()
    assert note["mentions"] == ["EMP004"]
    change = {"note_text": "Well done", "note_type": "achievement"}
    assert admin.patch(f"/api/v1/notes/{note['id']}", change).status_code == 403
    changed = manager.patch(f"/api/v1/notes/{note['id']}", change).get_json()
    assert (changed["note_text"], changed["note_type"]) == ("Well done", "achievement")
    [listed] = employee.get(f"{URL}/{lesson}/notes").get_json()["items"]
    assert listed["id"] == note["id"]


def test_figures_and_files_have_what_the_same_filters_list(
    employee: Caller, manager: Caller, outsider: Caller, lesson: str, clock: StandingClock
) -> None:
    risky = employee.post(URL, {**LESSON, "title": "=1+1, Prüfung"}).get_json()["id"]
    told = {**TIMES, "completion_code": "GROUP-A/2026", "notes": "All passed."}
    employee.post(f"{URL}/{risky}/complete", told)
    employee.post(f"{URL}/{lesson}/cancel", {"reason": "flooded"})
    figures = manager.get(f"{URL}/figures").get_json()
    assert figures == {
        "total": 2, "pending": 0, "completed": 1, "cancelled": 1, "missed": 0, "waiting": 0,
        "minutes": 75,
    }  # fmt: skip
    assert manager.get(f"{URL}/figures?status=completed").get_json()["total"] == 1
    assert outsider.get(f"{URL}/figures").get_json()["total"] == 0
    answer = manager.get(f"{URL}/file?status=completed")
    head, *rows = answer.data.decode("utf-8-sig").splitlines()
    assert head.startswith("Session,Who,Employee ID,State")
    assert len(rows) == 1
    assert rows[0].startswith('"\'=1+1, Prüfung",Erika Musterfrau,EMP004,Completed')
    assert "GROUP-A/2026,All passed." in rows[0]
    assert "sessions-" in answer.headers["Content-Disposition"]
    assert manager.get(f"{URL}/file?format=xlsx").data.startswith(b"PK")
    paper = manager.get(f"{URL}/file?format=pdf&status=completed")
    assert paper.content_type == "application/pdf"
    assert paper.data.startswith(b"%PDF-")
    assert error_of(manager.get(f"{URL}/file?format=exe"))["code"] == "invalid"


def test_figures_come_by_week_also_the_empty_ones_and_on_the_readers_clocks(
    employee: Caller, outsider: Caller, lesson: str
) -> None:
    employee.post(f"{URL}/{lesson}/complete", TIMES)
    # Sunday evening in Berlin, where it is Monday in half of the world.
    employee.post(URL, {**LESSON, "scheduled_date": "2026-03-29", "scheduled_start_time": "23:30",
                        "scheduled_end_time": "23:50"})  # fmt: skip
    period = "since=2026-02-23T00:00:00%2B01:00&until=2026-04-06T00:00:00%2B02:00"
    weeks = employee.get(f"{URL}/series?{period}").get_json()
    assert [(one["day"], one["completed"], one["pending"], one["minutes"])
            for one in weeks["points"]] == [
        ("2026-02-23", 1, 0, 75), ("2026-03-02", 0, 0, 0), ("2026-03-09", 0, 0, 0),
        ("2026-03-16", 0, 0, 0), ("2026-03-23", 0, 1, 0), ("2026-03-30", 0, 0, 0),
    ]  # fmt: skip
    days = employee.get(f"{URL}/series?{period}&step=day").get_json()["points"]
    assert [one["day"] for one in days if one["total"]] == ["2026-03-01", "2026-03-29"]
    usual = employee.get(f"{URL}/series").get_json()
    assert len(usual["points"]) == 17
    assert sum(one["total"] for one in outsider.get(f"{URL}/series").get_json()["points"]) == 0
    endless = "since=1990-01-01T00:00:00Z"
    assert error_of(employee.get(f"{URL}/series?{endless}"))["code"] == "invalid"


def test_a_code_with_a_slash_has_a_receipt_too(employee: Caller, lesson: str) -> None:
    employee.post(f"{URL}/{lesson}/complete", {**TIMES, "completion_code": "GROUP-A/2026-11"})
    employee.get(f"{URL}/{lesson}/receipt")
    assert employee.get("/api/v1/receipts/GROUP-A%2F2026-11").get_json()["valid"] is True
