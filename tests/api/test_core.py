"""The core API: every noun, for those who may and those who may not."""

from typing import Any

import pytest

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.conftest import StandingClock

SUPPLIER = {
    "company_name": "Acme Supplies",
    "contact_name": "Jane Doe",
    "email": "jane@acme.com",
    "category": "goods",
}
PERSON = {"employee_id": "EMP010", "name": "Nova Newcomer"}
PAGED = [
    "/api/v1/people",
    "/api/v1/sessions",
    "/api/v1/registrations",
    "/api/v1/tasks",
    "/api/v1/activities",
]
READABLE = [*PAGED, "/api/v1/registration-types", "/api/v1/drafts", "/api/v1/statistics"]
QUESTIONS = ["/api/v1/history", "/api/v1/exports"]


@pytest.fixture
def task_id(roll: Rollcall, cast: Cast) -> str:
    """A task of EMP004."""
    return roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004")).task_id


@pytest.fixture
def registration_id(roll: Rollcall, cast: Cast) -> str:
    """A supplier that EMP004 registered."""
    return roll.registrations.create(cast.employee, "supplier", SUPPLIER).document_id


@pytest.fixture
def owned(cast: Cast, task_id: str, registration_id: str) -> list[str]:
    """Addresses of what belongs to EMP004."""
    session_id = cast.employee.session_id
    return [
        "/api/v1/people/EMP004",
        f"/api/v1/sessions/{session_id}",
        f"/api/v1/registrations/{registration_id}",
        f"/api/v1/tasks/{task_id}",
        f"/api/dashboard/{session_id}",
        "/api/user-sessions/EMP004",
        "/api/v1/sessions?employee_id=EMP004",
        "/api/v1/registrations?employee_id=EMP004",
        "/api/v1/registrations?employee_id=EMP004&type=supplier",
        "/api/v1/tasks?assignee=EMP004",
        "/api/v1/activities?employee_id=EMP004",
        "/api/v1/statistics?employee_id=EMP004",
        "/api/v1/history?employee_id=EMP004",
        "/api/v1/exports?employee_id=EMP004",
    ]


def test_one_reads_ones_own(employee: Caller, owned: list[str]) -> None:
    assert {path: employee.get(path).status_code for path in owned} == dict.fromkeys(owned, 200)


def test_manager_and_admin_read_it_too(manager: Caller, admin: Caller, owned: list[str]) -> None:
    for reader in (manager, admin):
        assert {path: reader.get(path).status_code for path in owned} == dict.fromkeys(owned, 200)


def test_it_is_not_there_for_a_colleague(
    outsider: Caller, everybody: dict[str, Caller], owned: list[str]
) -> None:
    for reader in (outsider, everybody["faculty"]):
        for path in owned:
            response = reader.get(path)
            assert response.status_code == 404, path
            assert error_of(response)["code"] == "not_found"


def test_what_does_not_exist_answers_as_what_one_may_not_see(
    employee: Caller, outsider: Caller, task_id: str, registration_id: str, cast: Cast
) -> None:
    pairs = [
        (f"/api/v1/tasks/{task_id}", f"/api/v1/tasks/{'0' * 24}"),
        (f"/api/v1/registrations/{registration_id}", f"/api/v1/registrations/{'0' * 24}"),
        (f"/api/v1/sessions/{cast.employee.session_id}", "/api/v1/sessions/session_EMP004_1_0"),
        ("/api/v1/people/EMP004", "/api/v1/people/EMP999"),
        ("/api/user-sessions/EMP004", "/api/user-sessions/EMP999"),
    ]
    for hidden, missing in pairs:
        assert outsider.get(hidden).get_json() == outsider.get(missing).get_json(), hidden


def test_a_guest_reads_nothing(guest: Caller, owned: list[str]) -> None:
    for path in [*owned, *READABLE, *QUESTIONS]:
        response = guest.get(path)
        assert response.status_code == 401, path
        assert error_of(response)["code"] == "unauthenticated"


def test_a_guest_writes_nothing(guest: Caller, task_id: str, registration_id: str) -> None:
    calls = [
        ("POST", "/api/v1/people", PERSON),
        ("POST", "/api/v1/registrations", {"type": "supplier", "data": SUPPLIER}),
        ("POST", f"/api/v1/registrations/{registration_id}/undo", None),
        ("POST", "/api/v1/tasks", {"title": "x", "assignee": "EMP004"}),
        ("PATCH", f"/api/v1/tasks/{task_id}", {"status": "completed"}),
        ("POST", "/api/auth/logout", None),
        ("POST", "/api/auth/passphrase", {"old": "x", "new": "y"}),
        ("DELETE", "/api/auth/devices/session_EMP004_1_0", None),
    ]
    for method, path, body in calls:
        assert guest(method, path, json=body).status_code == 401, path


def test_lists_show_what_the_caller_may_see(
    employee: Caller, manager: Caller, outsider: Caller, admin: Caller, task_id: str
) -> None:
    def titles(reader: Caller) -> list[str]:
        return [one["title"] for one in reader.get("/api/v1/tasks").get_json()["items"]]

    assert titles(employee) == titles(manager) == titles(admin) == ["Order chairs"]
    assert titles(outsider) == []


@pytest.mark.parametrize("path", READABLE)
def test_a_list_has_items_and_says_what_follows(admin: Caller, path: str) -> None:
    response = admin.get(path)
    assert response.status_code == 200
    if path != "/api/v1/statistics":
        assert set(response.get_json()) >= {"items", "next"}


def test_pages_follow_each_other_without_gap_or_repeat(
    employee: Caller, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    for number in range(5):
        roll.tasks.assign(cast.manager, NewTask(f"Task {number}", "EMP004"))
    seen: list[str] = []
    after = ""
    while True:
        page = employee.get(f"/api/v1/tasks?limit=2{after}").get_json()
        seen += [one["title"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [f"Task {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "after=nonsense", "after=" + "x" * 400]
)
def test_a_bad_page_is_a_field_error(admin: Caller, path: str, query: str) -> None:
    response = admin.get(f"{path}?{query}")
    assert response.status_code == 422
    assert error_of(response)["fields"].keys() == {query.partition("=")[0]}


def test_an_answer_has_every_field_that_the_domain_gives(
    admin: Caller, roll: Rollcall, cast: Cast, task_id: str, registration_id: str
) -> None:
    activity = roll.activities.list(cast.admin).items[0].public()
    form = roll.registrations.types(cast.admin)[0].public()
    session = roll.sessions.get(cast.admin, str(cast.admin.session_id)).public()
    task = roll.tasks.get(cast.admin, task_id).public()
    registration = roll.registrations.get(cast.admin, registration_id).public()
    person = roll.people.get(cast.admin, "EMP004").public()
    answers: list[tuple[str, dict[str, Any]]] = [
        (f"/api/v1/tasks/{task_id}", task),
        (f"/api/v1/registrations/{registration_id}", registration),
        (f"/api/v1/sessions/{cast.admin.session_id}", session),
        ("/api/v1/people/EMP004", person),
    ]
    for path, expected in answers:
        assert admin.get(path).get_json() == expected
    assert admin.get("/api/v1/activities").get_json()["items"][0] == activity
    assert admin.get("/api/v1/registration-types").get_json()["items"][0] == form


def test_an_unfinished_form_is_among_the_drafts(
    employee: Caller, outsider: Caller, roll: Rollcall, cast: Cast
) -> None:
    outcome = roll.drafts.begin_registration(cast.employee, "supplier", "register supplier Acme")
    [draft] = employee.get("/api/v1/drafts").get_json()["items"]
    assert draft == roll.drafts.public(cast.employee, outcome.draft)
    assert outsider.get("/api/v1/drafts").get_json()["items"] == []


def test_registering_answers_the_registration(employee: Caller) -> None:
    body = {"type": "supplier", "data": SUPPLIER}
    response = employee.post("/api/v1/registrations", body)
    assert response.status_code == 201
    made = response.get_json()
    assert made["registration_type"] == made["collection"] == "supplier_registration"
    assert made["employee_id"] == "EMP004"
    assert made["data"]["email"] == "jane@acme.com"


def test_a_repeated_key_answers_the_first_registration(employee: Caller, admin: Caller) -> None:
    body = {"type": "supplier", "data": SUPPLIER}
    key = {"Idempotency-Key": "one-and-the-same"}
    first = employee.post("/api/v1/registrations", body, headers=key)
    again = employee.post("/api/v1/registrations", body, headers=key)
    assert again.status_code == 201
    assert again.get_json() == first.get_json()
    assert len(admin.get("/api/v1/registrations").get_json()["items"]) == 1


def test_the_same_key_of_another_person_is_another_key(
    employee: Caller, outsider: Caller, admin: Caller
) -> None:
    key = {"Idempotency-Key": "one-and-the-same"}
    for number, caller in enumerate((employee, outsider)):
        data = {**SUPPLIER, "company_name": f"Acme {number}", "email": f"j{number}@acme.com"}
        body = {"type": "supplier", "data": data}
        assert caller.post("/api/v1/registrations", body, headers=key).status_code == 201
    assert len(admin.get("/api/v1/registrations").get_json()["items"]) == 2


def test_a_duplicate_supplier_is_a_conflict_that_names_the_field(employee: Caller) -> None:
    body = {"type": "supplier", "data": SUPPLIER}
    employee.post("/api/v1/registrations", body)
    response = employee.post("/api/v1/registrations", body)
    assert response.status_code == 409
    error = error_of(response)
    assert error["code"] == "duplicate"
    assert error["fields"]


def test_wrong_fields_are_all_named(employee: Caller) -> None:
    data = {**SUPPLIER, "email": "jane@acme", "colour": "red"}
    del data["contact_name"]
    response = employee.post("/api/v1/registrations", {"type": "supplier", "data": data})
    assert response.status_code == 422
    assert error_of(response)["fields"].keys() == {"email", "colour", "contact_name"}


@pytest.mark.parametrize("value", [{"$gt": ""}, ["a"], [], {}, 10**30, {"amount": {}}])
def test_a_value_that_is_no_text_is_a_field_error(employee: Caller, value: Any) -> None:
    data = {**SUPPLIER, "email": value}
    response = employee.post("/api/v1/registrations", {"type": "supplier", "data": data})
    assert response.status_code == 422
    assert "email" in error_of(response)["fields"]


def test_an_unknown_type_is_not_found(employee: Caller) -> None:
    response = employee.post("/api/v1/registrations", {"type": "spaceship", "data": {}})
    assert response.status_code == 404


def test_ones_own_registration_is_taken_back_within_ten_minutes(
    employee: Caller, registration_id: str, clock: StandingClock
) -> None:
    path = f"/api/v1/registrations/{registration_id}/undo"
    assert employee.post(path).get_json()["status"] == "undone"
    assert employee.post(path).status_code == 409


def test_nobody_else_takes_it_back(outsider: Caller, manager: Caller, registration_id: str) -> None:
    path = f"/api/v1/registrations/{registration_id}/undo"
    assert outsider.post(path).status_code == 404
    assert manager.post(path).status_code == 403


def test_a_task_goes_from_assigned_to_finished(employee: Caller, manager: Caller) -> None:
    body = {
        "title": "Complete security training",
        "assignee": "EMP004",
        "priority": "high",
        "due_date": "2026-03-06T17:00:00Z",
    }
    made = manager.post("/api/v1/tasks", body)
    assert made.status_code == 201
    assert made.get_json()["due_date"] == "2026-03-06T17:00:00.000Z"
    path = f"/api/v1/tasks/{made.get_json()['id']}"
    assert employee.patch(path, {"status": "in_progress"}).get_json()["status"] == "in_progress"
    assert manager.patch(path, {"priority": "urgent"}).get_json()["priority"] == "urgent"
    assert employee.patch(path, {"status": "completed"}).get_json()["status"] == "completed"
    response = employee.patch(path, {"status": "completed"})
    assert response.status_code == 409
    assert error_of(response)["code"] == "conflict"


def test_a_task_is_handed_on_and_cancelled(employee: Caller, manager: Caller, task_id: str) -> None:
    path = f"/api/v1/tasks/{task_id}"
    assert employee.patch(path, {"status": "cancelled"}).status_code == 403
    handed_on = manager.patch(path, {"assignee": "EMP002"}).get_json()
    assert (handed_on["assignee"], handed_on["status"]) == ("EMP002", "pending")
    assert employee.get(path).status_code == 404
    assert manager.patch(path, {"status": "cancelled"}).get_json()["status"] == "cancelled"
    assert manager.patch(path, {"status": "completed"}).status_code == 409


def test_a_repeated_key_assigns_once(manager: Caller) -> None:
    body = {"title": "Order chairs", "assignee": "EMP004"}
    key = {"Idempotency-Key": "one-and-the-same"}
    ids = {manager.post("/api/v1/tasks", body, headers=key).get_json()["id"] for _ in range(3)}
    assert len(ids) == 1


def test_one_cannot_give_tasks_to_people_one_has_no_say_over(
    employee: Caller, manager: Caller
) -> None:
    for caller in (employee, manager):
        response = caller.post("/api/v1/tasks", {"title": "x", "assignee": "EMP005"})
        assert response.status_code == 404


def test_one_cannot_touch_the_task_of_another(outsider: Caller, task_id: str) -> None:
    for change in ({"status": "completed"}, {"priority": "low"}):
        assert outsider.patch(f"/api/v1/tasks/{task_id}", change).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "deleted"}, "status"),
        ({"priority": "highest"}, "priority"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"due_date": "tomorrow"}, "due_date"),
        ({"due_date": "0001-01-01T00:00:00+14:00"}, "due_date"),
        ({"due_date": "9999-12-31T23:59:59-12:00"}, "due_date"),
        ({"owner": "EMP005"}, "owner"),
        ({"status": {"$ne": "x"}}, "status"),
    ],
)
def test_a_wrong_change_names_the_field(
    employee: Caller, task_id: str, change: dict[str, Any], field: str
) -> None:
    response = employee.patch(f"/api/v1/tasks/{task_id}", change)
    assert response.status_code == 422
    assert field in error_of(response)["fields"]


@pytest.mark.parametrize("change", [{}, {"status": "completed", "priority": "low"}])
def test_a_change_of_nothing_or_of_two_kinds_is_refused(
    employee: Caller, task_id: str, change: dict[str, Any]
) -> None:
    assert employee.patch(f"/api/v1/tasks/{task_id}", change).status_code == 422


def test_an_admin_adds_somebody_who_activates_the_account(admin: Caller, guest: Caller) -> None:
    response = admin.post("/api/v1/people", {**PERSON, "role": "manager"})
    assert response.status_code == 201
    made = response.get_json()
    assert made["role"] == "manager"
    body = {
        "employee_id": "EMP010",
        "code": made["activation_code"],
        "passphrase": "correct horse battery staple",
    }
    assert guest.post("/api/auth/activate", body).status_code == 200


def test_only_an_admin_adds_people(everybody: dict[str, Caller]) -> None:
    for part in ("employee", "faculty", "manager", "outsider"):
        response = everybody[part].post("/api/v1/people", PERSON)
        assert response.status_code == 403, part


def test_an_id_that_is_taken_is_a_conflict(admin: Caller) -> None:
    response = admin.post("/api/v1/people", {**PERSON, "employee_id": "EMP004"})
    assert response.status_code == 409


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize(
    "query",
    ["since=0001-01-01T00:00:00%2B14:00", "until=yesterday", "subject=secrets", "group_by=$x"],
)
def test_a_question_that_cannot_be_understood_names_the_field(
    admin: Caller, path: str, query: str
) -> None:
    response = admin.get(f"{path}?{query}")
    assert response.status_code == 422
    assert error_of(response)["fields"].keys() == {query.partition("=")[0]}


def test_statistics_count_what_the_caller_may_see(
    employee: Caller, outsider: Caller, task_id: str, registration_id: str
) -> None:
    totals = employee.get("/api/v1/statistics").get_json()["totals"]
    assert totals["registrations"] == totals["tasks_pending"] == 1
    totals = outsider.get("/api/v1/statistics").get_json()["totals"]
    assert totals["registrations"] == totals["tasks_pending"] == 0


@pytest.mark.parametrize("key", ["x" * 201, "naïve"])
def test_an_odd_idempotency_key_is_refused_or_taken_but_breaks_nothing(
    manager: Caller, key: str
) -> None:
    body = {"title": "Order chairs", "assignee": "EMP004"}
    response = manager.post("/api/v1/tasks", body, headers={"Idempotency-Key": key})
    assert response.status_code in (201, 422)
