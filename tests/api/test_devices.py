"""One's devices: where one is signed in, and how to end that; browsers that are known."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rollcall import Rollcall
from tests.api.conftest import PASSPHRASE, error_of, sign_in
from tests.api.test_auth import csrf
from tests.cast import Cast
from web.devices import describe

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_device_is_described_for_its_owner(browser: FlaskClient) -> None:
    body = {"employee_id": "EMP004", "passphrase": PASSPHRASE}
    session_id = browser.post(
        "/api/auth/login", json=body, headers={"User-Agent": FIREFOX},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    ).get_json()["session_id"]  # fmt: skip
    [device] = [
        one
        for one in browser.get("/api/auth/devices").get_json()["devices"]
        if one["session_id"] == session_id
    ]
    assert device == {
        "session_id": session_id,
        "device": "Firefox on Linux",
        "address": "192.0.2.7",
        "channel": "web",
        "login_time": "2026-03-02T09:00:00.000Z",
        "last_activity": "2026-03-02T09:00:00.000Z",
        "expires_at": "2026-03-02T09:30:00.000Z",
        "current": True,
    }


def test_address_is_shown_to_nobody_else(browser: FlaskClient, roll: Rollcall, cast: Cast) -> None:
    session_id = sign_in(browser).get_json()["session_id"]
    assert roll.sessions.get(cast.manager, session_id).address == "127.0.0.1"
    assert "address" not in roll.sessions.get(cast.manager, session_id).public()


def test_all_others_are_ended_at_once(
    app: Flask, browser: FlaskClient, roll: Rollcall, cast: Cast
) -> None:
    other = app.test_client()
    sign_in(other)
    sign_in(browser)
    answer = browser.delete("/api/auth/devices", headers=csrf(browser))
    # The cast has a session of EMP004 too.
    assert answer.get_json() == {"success": True, "ended": 2}
    assert error_of(other.get("/api/auth/me"))["code"] == "session_ended"
    assert other.post("/api/auth/refresh", json={}, headers=csrf(other)).status_code == 401
    assert browser.get("/api/auth/me").status_code == 200
    assert [one["current"] for one in browser.get("/api/auth/devices").get_json()["devices"]] == [
        True
    ]
    assert roll.sessions.authenticate(str(cast.manager.session_id))
    assert browser.delete("/api/auth/devices", headers=csrf(browser)).get_json()["ended"] == 0


def test_changing_the_passphrase_ends_the_others_unless_told_not_to(
    app: Flask, browser: FlaskClient
) -> None:
    other = app.test_client()
    sign_in(other)
    sign_in(browser)
    change = {"old": PASSPHRASE, "new": "a wholly different one", "end_others": False}
    answer = browser.post("/api/auth/passphrase", json=change, headers=csrf(browser))
    assert answer.get_json() == {"success": True, "ended": 0}
    assert other.get("/api/auth/me").status_code == 200
    change = {"old": "a wholly different one", "new": "and one more of them"}
    answer = browser.post("/api/auth/passphrase", json=change, headers=csrf(browser))
    assert answer.get_json()["ended"] == 2
    assert other.get("/api/auth/me").status_code == 401
    assert browser.get("/api/auth/me").status_code == 200


def test_common_passphrase_is_refused_with_the_field(browser: FlaskClient) -> None:
    sign_in(browser)
    change = {"old": PASSPHRASE, "new": "password123"}
    answer = browser.post("/api/auth/passphrase", json=change, headers=csrf(browser))
    assert answer.status_code == 422
    assert list(error_of(answer)["fields"]) == ["passphrase"]


def test_browser_that_is_known_gets_in_while_the_account_is_locked(
    app: Flask, browser: FlaskClient
) -> None:
    sign_in(browser)
    browser.post("/api/auth/logout", headers=csrf(browser))
    stranger = app.test_client()
    for _ in range(10):
        assert sign_in(stranger, "wrong wrong").status_code == 401
    assert sign_in(stranger).status_code == 429
    assert sign_in(app.test_client()).status_code == 429
    assert sign_in(browser).status_code == 200


def test_cookie_that_makes_a_browser_known_is_out_of_reach_of_scripts(
    browser: FlaskClient,
) -> None:
    lines = sign_in(browser).headers.getlist("Set-Cookie")
    [device] = [line for line in lines if line.startswith("rollcall_device=")]
    assert "HttpOnly" in device
    assert "SameSite=Strict" in device
    assert "EMP004" not in device


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/138.0.0.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/18.5 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) "
         "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
         "Samsung Internet on Android"),
        ("curl/8.5.0", "curl"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("", "Unknown device"),
        (None, "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
        ("Mozilla/5.0", "Unknown device"),
    ],
)  # fmt: skip
def test_browsers_are_named_as_their_owners_know_them(user_agent: str | None, words: str) -> None:
    assert describe(user_agent) == words
