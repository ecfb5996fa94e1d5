"""Whatever a client sends in any field of any call: never a 500, and never into a query."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.api.conftest import Caller, error_of
from tests.cast import Cast

NOT_TEXT: list[Any] = [
    {"$ne": ""},
    {"$gt": ""},
    {"$where": "sleep(5000)"},
    {"$regex": ".*"},
    ["EMP004"],
    [],
    {},
    7,
    True,
    1e308,
]
TEXT = [
    "",
    " ",
    "$ne",
    "{'$ne': ''}",
    '{"$gt": ""}',
    "a\x00b",
    "\x00",
    "\x1b[31m",
    "line\nline",
    "\u202egnp.exe",
    "\ufffe",
    "🦊" * 100,
    "ﷺ" * 200,
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "'; db.dropDatabase(); '",
    "{{7*7}}",
    "%s%n",
    "9" * 400,
    "x" * 5000,
    "a" * 900_000,
]
FINE = {
    "employee_id": "EMP004", "passphrase": "something long", "code": "AAAA-AAAA-AAAA",
    "old": "something long", "new": "something longer", "message": "hello", "name": "Nora New",
    "role": "employee", "type": "supplier", "assignee": "EMP004",
    "priority": "low", "text": "Company name\tE-mail\nAcme\tjane@acme.com", "data": {},
    "session_id": "0b8f2c1e-5a35-4d7c-9a41-f1f3a3a1c9de", "activity_type": "message_sent",
    "scopes": ["tasks.read"], "title": "Retro", "scheduled_date": "2026-03-01",
    "scheduled_start_time": "09:00", "scheduled_end_time": "10:00", "actual_start_time": "09:00",
    "actual_end_time": "10:00", "note_text": "Great!", "weekdays": [0], "start_time": "09:00",
    "end_time": "10:00", "first_day": "2026-03-01", "last_day": "2026-07-31", "day": "2026-03-09",
    "employee_ids": ["EMP004"], "student_id": 7, "first_name": "Sam", "last_name": "Lee",
    "meetingId": "123456789", "sessionId": "EMP004_1_1", "what": "employee",
}  # fmt: skip


class Ids(dict[str, str]):
    """Values for the places in a path; for others an id that nothing has."""

    def __missing__(self, name: str) -> str:
        return "0" * 24


def operations(guest: Caller) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Method, path, operation and the fields of its body, for every documented call."""
    document = guest.get("/api/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            operation.setdefault("parameters", []).extend(item.get("parameters", []))
            content = operation.get("requestBody", {}).get("content", {})
            reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            body = schemas.get(reference.rpartition("/")[2], {})
            yield method.upper(), path, operation, body


# What existing clients send more than is asked for is let pass there, and goes nowhere.
LENIENT = ("/api/user-sessions/", "/api/sessions/")
# A number of a meeting is also taken as a number.
NUMBERS_TOO = {"meetingId"}
PLACE = re.compile(r"\{\w+\}")


def base_of(body: dict[str, Any]) -> dict[str, Any]:
    """A body with everything that is required."""
    return {name: FINE[name] for name in body.get("required", [])}


def check(response: Any, what: object) -> None:
    """Answered, or refused in the one shape; 503 is the assistant that isn't there."""
    assert response.status_code < 500 or response.status_code == 503, what
    if response.status_code >= 400:
        error_of(response)


@pytest.fixture
def ids(roll: Rollcall, cast: Cast) -> dict[str, str]:
    """Something for every place in a path."""
    task = roll.tasks.assign(cast.admin, NewTask("Order chairs", "EMP004"))
    return Ids(
        task_id=task.task_id,
        session_id=str(cast.employee.session_id),
        employee_id="EMP004",
        token_id="0" * 12,
    )


def test_operators_and_objects_in_any_field_of_any_body_are_refused(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    tried = 0
    for method, path, _, body in operations(guest):
        for name, described in body.get("properties", {}).items():
            if described.get("type") != "string":
                continue
            for value in NOT_TEXT:
                if name in NUMBERS_TOO and isinstance(value, int | float):
                    continue
                sent = {**base_of(body), name: value}
                response = admin(method, path.format_map(ids), json=sent)
                what = (method, path, name, value)
                assert response.status_code == 422, what
                assert name in error_of(response)["fields"], what
                tried += 1
    assert tried > 200


def test_any_text_in_any_field_of_any_body_is_answered(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    for method, path, _, body in operations(guest):
        for name in body.get("properties", {}):
            for value in TEXT:
                sent = {**base_of(body), name: value}
                check(
                    admin(method, path.format_map(ids), json=sent), (method, path, name, value[:9])
                )


def test_fields_that_nobody_asked_for_are_named(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    for method, path, _, body in operations(guest):
        if not body or path.startswith(LENIENT):
            continue
        for name in ("$where", "_id", "data.email", "__proto__", "is_admin"):
            response = admin(method, path.format_map(ids), json={**base_of(body), name: "x"})
            assert response.status_code == 422, (method, path, name)
            assert name in error_of(response)["fields"]


def test_any_text_in_any_query_parameter_is_answered(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    tried = 0
    for method, path, operation, _ in operations(guest):
        for parameter in operation["parameters"]:
            if parameter.get("in") != "query":
                continue
            for value in TEXT[:-1]:
                query = f"{parameter['name']}={quote(value)}"
                response = admin(method, f"{path.format_map(ids)}?{query}")
                check(response, (method, path, query[:40]))
                tried += 1
    assert tried > 300


@pytest.mark.parametrize("operator", ["[$ne]", "[$gt]", "[$regex]", "[]", ".$ne"])
def test_operators_in_the_name_of_a_parameter_ask_for_nothing(
    employee: Caller, admin: Caller, cast: Cast, operator: str
) -> None:
    for name in ("employee_id", "assignee", "status", "type", "kind"):
        for path in ("tasks", "sessions", "activities", "registrations"):
            plain = employee.get(f"/api/v1/{path}").get_json()
            tricked = employee.get(f"/api/v1/{path}?{quote(name + operator)}=x").get_json()
            assert tricked == plain, (path, name)


def test_any_text_in_any_place_of_a_path_is_answered(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    for method, path, _, body in operations(guest):
        if "{" not in path:
            continue
        for value in [*TEXT[2:-2], "%00", "%2e%2e", "0" * 24]:
            address = PLACE.sub(quote(value, safe=""), path)
            response = admin(method, address, json=base_of(body) if body else None)
            check(response, (method, address[:60]))
            assert response.status_code in (404, 422), (method, address[:60])


@pytest.mark.parametrize(
    "header",
    ["Authorization", "X-CSRF-Token", "Idempotency-Key", "Origin", "User-Agent", "Accept",
     "Content-Type"],
)  # fmt: skip
def test_any_header_is_answered(admin: Caller, guest: Caller, cast: Cast, header: str) -> None:
    for value in ("", "x" * 5000, "Bearer " + "é", "{'$ne': ''}", "\x01", "Bearer a.b.c", "*/*"):
        for caller in (admin, guest):
            options = {"json": {"assignee": "EMP004"}}
            response = caller("POST", "/api/v1/tasks", headers={header: value}, **options)
            check(response, (header, value[:20]))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "0x10"])
def test_numbers_that_are_none_are_refused(employee: Caller, number: str) -> None:
    body = f'{{"type": "equipment", "data": {{"item": "x", "serial_number": {number}}}}}'
    response = employee("POST", "/api/v1/registrations", data=body, content_type="application/json")
    check(response, number)


@pytest.mark.parametrize("value", NOT_TEXT, ids=json.dumps)
def test_no_value_of_a_registration_is_an_object(
    employee: Caller, roll: Rollcall, value: Any
) -> None:
    data = {"company_name": value, "contact_name": value, "email": value, "category": value}
    response = employee.post("/api/v1/registrations", {"type": "supplier", "data": data})
    assert response.status_code == 422
    assert roll.database.collection("supplier_registration").count_documents({}) == 0


def test_sign_in_with_operators_is_no_sign_in(guest: Caller, cast: Cast) -> None:
    for employee_id in ({"$ne": ""}, {"$regex": "EMP.*"}, ["EMP001"]):
        for passphrase in ({"$ne": ""}, "x"):
            body = {"employee_id": employee_id, "passphrase": passphrase}
            assert guest.post("/api/auth/login", body).status_code == 422
