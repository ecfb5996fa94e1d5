"""People, accounts and API tokens over HTTP."""

from collections.abc import Callable

import pytest
from flask import Flask

from rollcall import SYSTEM, Principal, Role, Rollcall
from rollcall.people import NewEmployee
from tests.api.conftest import PASSPHRASE, Caller, error_of
from tests.cast import Cast
from tests.conftest import StandingClock

GATE = {"name": "Gate", "scopes": ["tasks.read"], "employee_id": "EMP004", "days": 30}


@pytest.fixture
def program(app: Flask, admin: Caller) -> Caller:
    """A program that reads the tasks of EMP004."""
    token = admin.post("/api/v1/api-tokens", GATE).get_json()["token"]
    return Caller(app.test_client(), {"Authorization": f"Bearer {token}"})


def test_token_is_shown_once(admin: Caller) -> None:
    answer = admin.post("/api/v1/api-tokens", GATE)
    made = answer.get_json()
    assert answer.status_code == 201
    assert made["token"].startswith(made["prefix"])
    assert made["expires_at"] == "2026-04-01T09:00:00.000Z"
    [listed] = admin.get("/api/v1/api-tokens").get_json()["items"]
    assert listed == {name: value for name, value in made.items() if name != "token"}


def test_program_reads_what_its_scope_says_and_is_told_what_is_missing(program: Caller) -> None:
    assert program.get("/api/v1/tasks").status_code == 200
    assert program.get("/api/v1/tasks?assignee=EMP005").status_code == 404
    refused = program.get("/api/v1/registrations")
    assert refused.status_code == 403
    assert (
        error_of(refused)["message"] == "This API token doesn't have the scope registrations.read."
    )
    task = {"title": "Order chairs", "assignee": "EMP004"}
    assert program.post("/api/v1/tasks", task).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/auth/me", None),
        ("GET", "/api/auth/devices", None),
        ("DELETE", "/api/auth/devices", None),
        ("POST", "/api/auth/logout", None),
        ("POST", "/api/auth/passphrase", {"old": PASSPHRASE, "new": "another good one"}),
        ("POST", "/chat", {"message": "hello"}),
        ("GET", "/chat/history", None),
        ("GET", "/api/v1/drafts", None),
        ("GET", "/api/v1/api-tokens", None),
    ],
)
def test_what_belongs_to_one_person_takes_no_token(
    program: Caller, method: str, path: str, body: dict[str, str] | None
) -> None:
    answer = program(method, path, json=body)
    assert answer.status_code == 403
    assert error_of(answer)["code"] == "forbidden"


def test_token_in_a_cookie_is_none(app: Flask, program: Caller) -> None:
    browser = app.test_client()
    browser.set_cookie("rollcall_access", program.headers["Authorization"].split()[1])
    assert browser.get("/api/v1/tasks").status_code == 401


def test_withdrawn_token_is_refused_from_the_next_call_on(admin: Caller, program: Caller) -> None:
    [listed] = admin.get("/api/v1/api-tokens").get_json()["items"]
    revoked = admin("DELETE", f"/api/v1/api-tokens/{listed['id']}")
    assert revoked.get_json()["revoked_at"] is not None
    assert error_of(program.get("/api/v1/tasks"))["code"] == "invalid_token"


def test_scopes_are_explained_and_are_those_that_are_taken(admin: Caller) -> None:
    scopes = admin.get("/api/v1/api-tokens/scopes").get_json()["items"]
    assert all(one["means"] for one in scopes)
    every = {**GATE, "scopes": [one["scope"] for one in scopes]}
    assert admin.post("/api/v1/api-tokens", every).status_code == 201
    for scope in ("tokens.manage", "credentials.reset", "people.grant_admin", "everything"):
        answer = admin.post("/api/v1/api-tokens", {**GATE, "scopes": [scope]})
        assert (answer.status_code, list(error_of(answer)["fields"])) == (422, ["scopes"])


def test_reset_code_opens_the_account_once_more(
    app: Flask, admin: Caller, employee: Caller, cast: Cast
) -> None:
    answer = admin.post("/api/v1/people/EMP004/reset")
    assert answer.status_code == 200
    assert error_of(employee.get("/api/auth/me"))["code"] == "session_ended"
    body = {"employee_id": "EMP004", "code": answer.get_json()["activation_code"],
            "passphrase": "another good one"}  # fmt: skip
    assert app.test_client().post("/api/auth/activate", json=body).status_code == 200
    assert app.test_client().post("/api/auth/activate", json=body).status_code == 401


def test_account_is_closed_and_opened_again(admin: Caller, employee: Caller) -> None:
    assert admin.post("/api/v1/people/EMP004/deactivate").get_json()["status"] == "left"
    assert error_of(employee.get("/api/auth/me"))["code"] == "session_ended"
    answer = admin.post("/api/v1/people/EMP004/reactivate")
    assert set(answer.get_json()) == {"employee_id", "activation_code", "expires_at"}
    assert admin.get("/api/v1/people/EMP004").get_json()["status"] == "active"
    assert admin.post("/api/v1/people/EMP004/reactivate").status_code == 409


def test_role_that_is_changed_counts_at_once(admin: Caller, manager: Caller) -> None:
    assert manager.get("/api/v1/people/EMP004").status_code == 200
    answer = admin.patch("/api/v1/people/EMP002", {"role": "employee"})
    assert answer.get_json()["role"] == "employee"
    assert manager.get("/api/v1/people/EMP004").status_code == 404


def test_patch_changes_what_is_given_and_empties_with_null(admin: Caller) -> None:
    before = admin.get("/api/v1/people/EMP004").get_json()
    after = admin.patch("/api/v1/people/EMP004", {"name": "Erika Mann", "branch": None}).get_json()
    assert after == {**before, "name": "Erika Mann", "branch": None}
    for wrong in ({"name": None}, {"role": None}, {"role": "guest"}, {"status": "left"},
                  {"email": "no address"}, {"employee_id": "EMP009"}):  # fmt: skip
        assert admin.patch("/api/v1/people/EMP004", wrong).status_code == 422, wrong


BRANCH = {
    ("PATCH", "/api/v1/people/EMP004"): (200, 404),
    ("PATCH", "/api/v1/people/EMP001"): (403, 404),
    ("POST", "/api/v1/people/EMP001/reset"): (403, 404),
    ("POST", "/api/v1/people/EMP001/deactivate"): (403, 404),
    ("POST", "/api/v1/people/EMP004/reset"): (200, 404),
    ("POST", "/api/v1/people/EMP004/deactivate"): (200, 404),
    ("POST", "/api/v1/people/EMP004/reactivate"): (200, 404),
    ("GET", "/api/v1/people/EMP004"): (200, 404),
    ("GET", "/api/v1/sessions?employee_id=EMP004"): (200, 404),
    ("GET", "/api/v1/tasks?assignee=EMP004"): (200, 404),
    ("GET", "/api/v1/activities?employee_id=EMP004"): (200, 404),
    ("GET", "/api/v1/api-tokens"): (403, 403),
}


def test_branch_admin_has_the_branch_and_nothing_else(
    roll: Rollcall, cast: Cast, caller_for: Callable[[Principal], Caller]
) -> None:
    heads = []
    for number, branch in enumerate(("Berlin", "Lisbon")):
        new = NewEmployee(f"EMP02{number}", branch, Role.BRANCH_ADMIN, branch=branch)
        employee, _ = roll.people.add(SYSTEM, new)
        session = roll.sessions.open(employee)
        heads.append(caller_for(roll.sessions.authenticate(session.session_id)))
    for (method, path), expected in BRANCH.items():
        body = {"department": "Sales"} if method == "PATCH" else None
        found = tuple(head(method, path, json=body).status_code for head in heads)
        assert found == expected, (method, path)


def test_repeat_with_one_key_answers_the_first_result(admin: Caller, clock: StandingClock) -> None:
    for path, body in (("/api/v1/api-tokens", GATE), ("/api/v1/people/EMP004/reset", None)):
        headers = {"Idempotency-Key": "key-" + path}
        first = admin.post(path, body, headers=headers).get_json()
        clock.forward(seconds=30)
        assert admin.post(path, body, headers=headers).get_json() == first
