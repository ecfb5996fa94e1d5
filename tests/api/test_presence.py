"""What keeps a session alive: what a person does, not what a page does by itself."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rollcall import Rollcall
from tests.api.conftest import Caller, error_of, sign_in
from tests.api.test_auth import csrf
from tests.conftest import StandingClock


def ends(browser: FlaskClient) -> str:
    """When the browser's session ends; asking doesn't count."""
    headers = {"X-User-Active": "0"}
    return str(browser.get("/api/auth/me", headers=headers).get_json()["session_expires_at"])


@pytest.fixture
def later(browser: FlaskClient, clock: StandingClock) -> FlaskClient:
    """A browser that signed in five minutes ago."""
    sign_in(browser)
    clock.forward(minutes=5)
    return browser


BEFORE, AFTER = "2026-03-02T09:30:00.000Z", "2026-03-02T09:35:00.000Z"


@pytest.mark.parametrize("path", ["/api/v1/tasks", "/chat/history", "/api/auth/me",
                                  "/api/auth/devices", "/api/v1/statistics"])  # fmt: skip
def test_page_that_fetches_by_itself_is_no_sign_of_a_person(later: FlaskClient, path: str) -> None:
    assert later.get(path).status_code == 200
    assert later.get(path, headers={"X-User-Active": "0"}).status_code == 200
    assert ends(later) == BEFORE


def test_page_that_was_touched_is_a_sign(later: FlaskClient) -> None:
    later.get("/api/v1/tasks", headers={"X-User-Active": "1"})
    assert ends(later) == AFTER


@pytest.mark.parametrize("path", ["/", "/dashboard"])
def test_opening_a_page_is_a_sign(later: FlaskClient, path: str) -> None:
    later.get(path)
    assert ends(later) == AFTER


def test_following_a_link_to_a_file_is_a_sign(later: FlaskClient) -> None:
    later.get("/api/v1/exports", headers={"Sec-Fetch-Mode": "navigate"})
    assert ends(later) == AFTER


def test_writing_is_a_sign(later: FlaskClient) -> None:
    task = {"title": "Order chairs", "assignee": "EMP004"}
    assert later.post("/api/v1/tasks", json=task, headers=csrf(later)).status_code == 201
    assert ends(later) == AFTER


def test_refreshing_is_no_sign(later: FlaskClient) -> None:
    for header in ({}, {"X-User-Active": "1"}):
        headers = {**csrf(later), **header}
        assert later.post("/api/auth/refresh", json={}, headers=headers).status_code == 200
    assert ends(later) == BEFORE


@pytest.mark.parametrize(("header", "expected"), [({}, AFTER), ({"X-User-Active": "0"}, BEFORE)])
def test_call_of_a_program_is_a_sign_unless_it_says_no(
    app: Flask, browser: FlaskClient, clock: StandingClock, header: dict[str, str], expected: str
) -> None:
    token = sign_in(browser).get_json()["access_token"]
    clock.forward(minutes=5)
    program = Caller(app.test_client(), {"Authorization": f"Bearer {token}"})
    program.get("/api/v1/tasks", headers=header)
    assert ends(browser) == expected


def test_forgotten_page_is_signed_out_however_busy_it_is(
    browser: FlaskClient, clock: StandingClock
) -> None:
    sign_in(browser)
    for _ in range(29):
        clock.forward(minutes=1)
        browser.post("/api/auth/refresh", json={}, headers=csrf(browser))
        headers = {"X-User-Active": "0"}
        assert browser.get("/api/v1/statistics", headers=headers).status_code == 200
    clock.forward(minutes=1)
    refused = browser.post("/api/auth/refresh", json={}, headers=csrf(browser))
    assert error_of(refused)["code"] == "session_ended"


def test_nobody_stays_longer_than_twelve_hours(
    browser: FlaskClient, clock: StandingClock, roll: Rollcall
) -> None:
    sign_in(browser)
    active = {"X-User-Active": "1"}
    for _ in range(12 * 6 - 1):
        clock.forward(minutes=10)
        browser.post("/api/auth/refresh", json={}, headers=csrf(browser))
        assert browser.get("/api/auth/me", headers=active).status_code == 200
    clock.forward(minutes=10)
    refused = browser.post("/api/auth/refresh", json={}, headers=csrf(browser))
    assert error_of(refused)["code"] == "session_ended"
    assert roll.sessions.expire() >= 1
