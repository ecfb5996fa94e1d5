"""Errors: one shape on every route, the right status, and nothing leaks."""

import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from rollcall import Rollcall
from rollcall.log_lines import JsonLines
from tests.api.conftest import Caller, error_of
from web.bodies import TakesForms
from web.services import Services

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OPEN = {"/alive", "/health", "/api-status", "/api/openapi.json", "/integrations/zoom/webhook"}
"""Beside the pages, which are empty until the API fills them."""
# Without these a call asks for nothing.
TRACKER = ("/api/session_completion.php", "/api/session_completion")
QUERIES = {("GET", path): "?action=list" for path in TRACKER}
QUERIES |= {("POST", path): "?action=create" for path in TRACKER}


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every method and an address of every route but the static files."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", "unknown")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path + QUERIES.get((method, path), ""), rule


def takes_forms(app: Flask, rule: Rule) -> bool:
    """Whether a route reads forms instead of JSON."""
    view = getattr(app.view_functions[rule.endpoint], "view_class", None)
    return isinstance(view, type) and issubclass(view, TakesForms)


def test_every_route_answers_a_bad_token_in_the_one_shape(app: Flask, cast: object) -> None:
    for method, path, rule in routes(app):
        if path in OPEN or rule.endpoint.startswith("pages."):
            continue
        headers = {"Authorization": "Bearer x.y.z"}
        response = app.test_client().open(path, method=method, headers=headers)
        assert response.status_code in (401, 422), (method, path)
        error_of(response)


def test_every_route_answers_a_wrong_method_in_the_one_shape(app: Flask) -> None:
    for _, path, rule in routes(app):
        response = app.test_client().open(path, method="PUT")
        assert response.status_code == 405, path
        assert error_of(response)["code"] == "method_not_allowed"
        allowed = {one.strip() for one in response.headers["Allow"].split(",")}
        assert allowed >= (rule.methods or set())


BAD_BODIES = [
    (b"{", "application/json", 400, "malformed"),
    (b"\xff\xfe", "application/json", 400, "malformed"),
    (b"[" * 100_000, "application/json", 400, "malformed"),
    (b'{"x": ' * 50_000, "application/json", 400, "malformed"),
    (b'{"x": "\\udfff"}', "application/json", 400, "malformed"),
    (b"a=b", "application/x-www-form-urlencoded", 415, "unsupported_type"),
    (b"x" * 1_048_577, "application/json", 413, "too_large"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), BAD_BODIES)
def test_every_route_refuses_a_bad_body_alike(
    app: Flask, admin: Caller, body: bytes, kind: str, status: int, code: str
) -> None:
    for method, path, rule in routes(app):
        if method == "GET" or takes_forms(app, rule):
            continue
        response = admin(method, path, data=body, content_type=kind)
        assert (response.status_code, error_of(response)["code"]) == (status, code), path


def test_a_route_that_takes_forms_refuses_json_and_what_is_too_large(
    app: Flask, admin: Caller
) -> None:
    tried = 0
    for method, path, rule in routes(app):
        if method == "GET" or not takes_forms(app, rule):
            continue
        refused = admin(method, path, data=b"{}", content_type="application/json")
        assert (refused.status_code, error_of(refused)["code"]) == (415, "unsupported_type")
        large = {"CONTENT_LENGTH": str(110 * 1024 * 1024)}
        refused = admin(method, path, environ_overrides=large)
        assert (refused.status_code, error_of(refused)["code"]) == (413, "too_large")
        tried += 1
    assert tried == 3


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null"])
def test_a_body_that_is_no_object_is_a_field_error(admin: Caller, body: bytes) -> None:
    response = admin("POST", "/api/v1/tasks", data=body, content_type="application/json")
    assert response.status_code == 422
    assert error_of(response)["fields"]


def test_every_route_works_with_and_without_a_trailing_slash(app: Flask, admin: Caller) -> None:
    for method, path, _ in routes(app):
        if method != "GET" or path in ("/", "/health", "/api-status"):
            continue
        address, mark, query = path.partition("?")
        slashed = f"{address}/{mark}{query}"
        assert admin.get(path).status_code == admin.get(slashed).status_code, path


def test_storage_away_answers_503_everywhere(app: Flask, admin: Caller, roll: Rollcall) -> None:
    server = roll.database.raw.client.admin
    failure = {
        "failCommands": ["find", "update", "aggregate", "findAndModify", "insert"],
        "closeConnection": True,
        "appName": "rollcall",
    }
    server.command("configureFailPoint", "failCommand", mode="alwaysOn", data=failure)
    try:
        for method, path, rule in routes(app):
            if path in OPEN or rule.endpoint.startswith("pages.") or method != "GET":
                continue
            response = admin.get(path)
            assert response.status_code == 503, path
            assert error_of(response)["code"] == "storage_unavailable"
    finally:
        server.command("configureFailPoint", "failCommand", mode="off")


def test_an_unknown_address_answers_json_to_programs_and_a_page_to_people(guest: Caller) -> None:
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        response = guest.get("/nowhere", headers=accept)
        assert response.status_code == 404
        assert error_of(response)["code"] == "not_found"
    response = guest.get("/nowhere", headers=HTML)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "There is no such page" in response.text
    assert error_of(guest.get("/api/nowhere", headers=HTML))["code"] == "not_found"


def test_an_unforeseen_error_tells_only_its_number(
    app: Flask, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/breaks")
    def breaks() -> str:
        raise LookupError("the passphrase of EMP004 is swordfish")

    with caplog.at_level(logging.ERROR, "rollcall.web"):
        response = app.test_client().get("/breaks")
        page = app.test_client().get("/breaks", headers=HTML)
    assert response.status_code == page.status_code == 500
    error = error_of(response)
    assert error["code"] == "internal"
    assert response.headers["X-Request-Id"] in error["message"]
    assert "swordfish" not in response.text + page.text
    line = json.loads(JsonLines().format(caplog.records[0]))
    assert line["error"] == "LookupError"
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert "swordfish" not in json.dumps(line)
