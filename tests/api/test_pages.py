"""Pages, headers and status, as a browser and a supervisor see them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rollcall import Rollcall
from tests.api.conftest import Caller, error_of, sign_in
from tests.cast import Cast

PAGES = [
    "/",
    "/dashboard",
    "/dashboard?employee_id=EMP004",
    "/account",
    "/activate?employee_id=EMP020",
    "/meetings",
    "/meetings/000000000000000000000000",
    "/meetings/123456789/attendance",
    "/sessions",
    "/sessions/batches",
    "/sessions/batches/000000000000000000000000",
    "/sessions/000000000000000000000000",
    "/sessions/000000000000000000000000/receipt",
    "/receipts",
    "/receipts/GROUP-A/2026-11",
    "/join",
    "/join/K7P2QX",
    "/api/docs",
]
ADMIN_PAGES = ["/admin/people", "/admin/api-tokens", "/admin/meetings", "/admin/sessions",
               "/admin/chat"]  # fmt: skip
LINK = re.compile(r'<a href="(/[^"]*)"[^>]*?( hidden)?>')


@pytest.mark.parametrize("path", [*PAGES, *ADMIN_PAGES])
def test_a_page_is_there_for_a_guest(guest: Caller, path: str) -> None:
    response = guest.get(path)
    assert response.status_code == 200
    assert "Not signed in" in response.text


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_a_page_names_who_is_signed_in_and_carries_the_csrf_token(
    browser: FlaskClient, path: str
) -> None:
    token = sign_in(browser).get_json()["csrf_token"]
    page = browser.get(path, headers={"Accept": "text/html"}).text
    assert "Erika Musterfrau" in page
    assert f'content="{token}"' in page


@pytest.mark.parametrize(
    ("part", "role", "found"),
    [
        ("admin", "admin", set(ADMIN_PAGES)),
        ("outsider", "branch_admin", {"/admin/people", "/admin/sessions"}),
        ("manager", "manager", {"/admin/sessions"}),
        ("employee", "employee", set()),
    ],
)
def test_the_navigation_shows_what_the_role_may_open_and_the_rest_is_not_there(
    roll: Rollcall,
    cast: Cast,
    everybody: dict[str, Caller],
    part: str,
    role: str,
    found: set[str],
) -> None:
    actor = cast.everyone()[part]
    if actor.role.value != role:
        roll.people.change(cast.admin, str(actor.employee_id), {"role": role})
    opened = {path for path in ADMIN_PAGES if everybody[part].get(path).status_code == 200}
    assert opened == found
    page = everybody[part].get(next(iter(sorted(found, reverse=True)), "/")).text
    shown = {href for href, hidden in LINK.findall(page) if not hidden}
    assert {path for path in shown if path.startswith("/admin")} == found


def test_a_page_is_there_for_somebody_whose_session_is_over(
    browser: FlaskClient, roll: Rollcall, clock: object
) -> None:
    session_id = sign_in(browser).get_json()["session_id"]
    roll.sessions.end(roll.sessions.authenticate(session_id), session_id)
    response = browser.get("/")
    assert response.status_code == 200
    assert "Not signed in" in response.text


@pytest.mark.parametrize("path", [*PAGES, *ADMIN_PAGES, "/nowhere"])
def test_a_page_keeps_to_its_own_content_policy(guest: Caller, path: str) -> None:
    response = guest.get(path, headers={"Accept": "text/html"})
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", response.text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", response.text)


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/alive", "/api/v1/tasks"])
def test_every_answer_has_the_security_headers(guest: Caller, path: str) -> None:
    headers = guest.get(path).headers
    policy = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws://localhost"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-Id"])


def test_a_host_name_cannot_write_into_the_content_policy(app: Flask) -> None:
    response = app.test_client().get("/alive", headers={"Host": "x;script-src *"})
    assert "script-src *" not in response.headers["Content-Security-Policy"]


def test_it_is_alive_as_soon_as_it_serves(guest: Caller) -> None:
    assert guest.get("/alive").status_code == 200


def test_it_is_not_healthy_without_the_assistant_and_says_so(guest: Caller) -> None:
    response = guest.get("/health")
    assert response.status_code == 503
    error = error_of(response)
    assert error["fields"].keys() == {"assistant", "actions"}
    assert "assistant" in error["message"]


def test_the_status_shows_every_part_with_its_version(guest: Caller) -> None:
    parts = guest.get("/api-status").get_json()["parts"]
    assert parts.keys() == {"web", "mongodb", "assistant", "actions", "worker"}
    assert parts["mongodb"]["status"] == "ok"
    assert re.match(r"\d+\.\d+", parts["mongodb"]["version"])
    assert parts["assistant"]["status"] == "down"
