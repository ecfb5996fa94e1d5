"""Signing in and out over HTTP."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rollcall import Rollcall, Settings, access_tokens
from rollcall.operation.home import Home
from rollcall.people import NewEmployee
from tests.api.conftest import PASSPHRASE, Caller, error_of, sign_in
from tests.cast import Cast
from tests.conftest import StandingClock
from web import create_app
from web.services import Services


def csrf(browser: FlaskClient) -> dict[str, str]:
    cookie = browser.get_cookie("rollcall_csrf")
    assert cookie is not None
    return {"X-CSRF-Token": cookie.decoded_value}


def test_signing_in_answers_tokens_and_sets_cookies(browser: FlaskClient) -> None:
    response = sign_in(browser)
    body = response.get_json()
    assert response.status_code == 200
    assert body["success"] is True
    assert body["session_id"].startswith("session_EMP004_")
    assert body["employee"]["name"] == "Erika Musterfrau"
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 600
    cookies = {line.split("=")[0]: line for line in response.headers.getlist("Set-Cookie")}
    assert "HttpOnly" in cookies["rollcall_access"]
    assert "HttpOnly" in cookies["rollcall_refresh"]
    assert "Path=/api/auth" in cookies["rollcall_refresh"]
    assert "HttpOnly" not in cookies["rollcall_csrf"]
    assert all("SameSite" in line for name, line in cookies.items())


def test_the_access_token_is_good_as_bearer(app: Flask, browser: FlaskClient) -> None:
    token = sign_in(browser).get_json()["access_token"]
    response = app.test_client().get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert response.get_json()["employee"]["employee_id"] == "EMP004"


def test_me_says_when_token_and_session_end(browser: FlaskClient) -> None:
    sign_in(browser)
    body = browser.get("/api/auth/me").get_json()
    assert body["expires_at"] == "2026-03-02T09:10:00.000Z"
    assert body["session_expires_at"] == "2026-03-02T09:30:00.000Z"


@pytest.mark.parametrize("employee_id", ["EMP004", "EMP999", "nobody", "x" * 40])
def test_a_wrong_passphrase_and_an_unknown_id_answer_alike(
    browser: FlaskClient, employee_id: str
) -> None:
    body = {"employee_id": employee_id, "passphrase": "something else"}
    response = browser.post("/api/auth/login", json=body)
    assert response.status_code == 401
    assert error_of(response)["code"] == "invalid_credentials"


def test_ten_wrong_tries_lock_with_retry_after(browser: FlaskClient) -> None:
    for _ in range(10):
        assert sign_in(browser, "wrong wrong").status_code == 401
    response = sign_in(browser)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert error_of(response)["code"] == "too_many_attempts"


def test_an_unsafe_call_with_cookies_needs_the_csrf_header(browser: FlaskClient) -> None:
    sign_in(browser)
    task = {"title": "Order chairs", "assignee": "EMP004"}
    response = browser.post("/api/v1/tasks", json=task)
    assert response.status_code == 403
    wrong = {"X-CSRF-Token": csrf(browser)["X-CSRF-Token"][:-1] + "!"}
    assert browser.post("/api/v1/tasks", json=task, headers=wrong).status_code == 403
    assert browser.post("/api/v1/tasks", json=task, headers=csrf(browser)).status_code == 201


def test_the_csrf_token_of_another_session_is_refused(app: Flask, browser: FlaskClient) -> None:
    other = app.test_client()
    sign_in(other)
    sign_in(browser)
    response = browser.post("/api/auth/logout", headers=csrf(other))
    assert response.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://localhost"])
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/refresh", "/chat"])
def test_a_foreign_origin_is_refused(browser: FlaskClient, origin: str, path: str) -> None:
    bodies = {
        "/api/auth/login": {"employee_id": "EMP004", "passphrase": PASSPHRASE},
        "/api/auth/refresh": {},
        "/chat": {"message": "hello"},
    }
    response = browser.post(path, json=bodies[path], headers={"Origin": origin})
    assert response.status_code == 403
    assert error_of(response)["code"] == "forbidden"


def test_our_own_origin_is_accepted(browser: FlaskClient) -> None:
    body = {"employee_id": "EMP004", "passphrase": PASSPHRASE}
    headers = {"Origin": "http://localhost"}
    assert browser.post("/api/auth/login", json=body, headers=headers).status_code == 200


def test_a_form_post_cannot_sign_in(browser: FlaskClient) -> None:
    body = {"employee_id": "EMP004", "passphrase": PASSPHRASE}
    response = browser.post("/api/auth/login", data=body)
    assert response.status_code == 415


def test_refreshing_with_cookies_gives_new_tokens(browser: FlaskClient) -> None:
    first = sign_in(browser).get_json()
    response = browser.post("/api/auth/refresh", json={}, headers=csrf(browser))
    body = response.get_json()
    assert response.status_code == 200
    assert body["session_id"] == first["session_id"]
    assert body["refresh_token"] != first["refresh_token"]


def test_refreshing_with_cookies_needs_the_csrf_header(browser: FlaskClient) -> None:
    sign_in(browser)
    assert browser.post("/api/auth/refresh", json={}).status_code == 403


def test_refreshing_with_the_token_in_the_body_needs_no_cookie(
    app: Flask, browser: FlaskClient
) -> None:
    token = sign_in(browser).get_json()["refresh_token"]
    response = app.test_client().post("/api/auth/refresh", json={"refresh_token": token})
    assert response.status_code == 200


def test_a_refresh_token_used_twice_ends_the_session(
    app: Flask, browser: FlaskClient, clock: StandingClock
) -> None:
    signed_in = sign_in(browser).get_json()
    program = app.test_client()
    token = {"refresh_token": signed_in["refresh_token"]}
    fresh = program.post("/api/auth/refresh", json=token).get_json()
    clock.forward(minutes=1)
    assert app.test_client().post("/api/auth/refresh", json=token).status_code == 401
    bearer = {"Authorization": f"Bearer {fresh['access_token']}"}
    response = app.test_client().get("/api/auth/me", headers=bearer)
    assert error_of(response)["code"] == "session_ended"


def test_an_expired_access_token_is_refused_and_can_be_renewed(
    browser: FlaskClient, clock: StandingClock
) -> None:
    sign_in(browser)
    clock.forward(minutes=11)
    response = browser.get("/api/auth/me")
    assert response.status_code == 401
    assert error_of(response)["code"] == "invalid_token"
    assert browser.post("/api/auth/refresh", json={}, headers=csrf(browser)).status_code == 200
    assert browser.get("/api/auth/me").status_code == 200


def test_a_failed_refresh_drops_the_cookies_of_a_session_that_is_over(
    browser: FlaskClient, clock: StandingClock, roll: Rollcall
) -> None:
    sign_in(browser)
    clock.forward(minutes=31)
    roll.sessions.expire()
    assert browser.post("/api/auth/refresh", json={}, headers=csrf(browser)).status_code == 401
    assert browser.get_cookie("rollcall_access") is None
    assert browser.get_cookie("rollcall_csrf") is None
    assert browser.get("/chat/history").status_code == 200


def test_the_slower_of_two_tabs_that_refresh_does_not_sign_the_browser_out(
    browser: FlaskClient,
) -> None:
    sign_in(browser)
    spent = browser.get_cookie("rollcall_refresh", path="/api/auth")
    assert spent is not None
    header = csrf(browser)
    assert browser.post("/api/auth/refresh", json={}, headers=header).status_code == 200
    browser.set_cookie("rollcall_refresh", spent.value, path="/api/auth")
    assert browser.post("/api/auth/refresh", json={}, headers=header).status_code == 401
    assert browser.get("/api/auth/me").status_code == 200


def test_signing_out_ends_the_session_and_its_tokens(browser: FlaskClient, app: Flask) -> None:
    body = sign_in(browser).get_json()
    assert browser.post("/api/auth/logout", headers=csrf(browser)).status_code == 200
    assert browser.get_cookie("rollcall_access") is None
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    response = app.test_client().get("/api/auth/me", headers=bearer)
    assert response.status_code == 401
    assert error_of(response)["code"] == "session_ended"
    token = {"refresh_token": body["refresh_token"]}
    assert app.test_client().post("/api/auth/refresh", json=token).status_code == 401


def test_a_session_ended_elsewhere_is_dead_at_once(
    app: Flask, browser: FlaskClient, roll: Rollcall, cast: Cast
) -> None:
    session_id = sign_in(browser).get_json()["session_id"]
    assert browser.get("/api/auth/me").status_code == 200
    elsewhere = roll.at_clock(roll.clock)
    elsewhere.sessions.end(cast.employee, session_id)
    assert error_of(browser.get("/api/auth/me"))["code"] == "session_ended"


def test_one_sees_and_ends_ones_own_devices(browser: FlaskClient, cast: Cast) -> None:
    session_id = sign_in(browser).get_json()["session_id"]
    devices = browser.get("/api/auth/devices").get_json()["devices"]
    assert {one["session_id"]: one["current"] for one in devices} == {
        session_id: True,
        cast.employee.session_id: False,
    }
    path = f"/api/auth/devices/{cast.employee.session_id}"
    assert browser.delete(path, headers=csrf(browser)).status_code == 200
    assert len(browser.get("/api/auth/devices").get_json()["devices"]) == 1


def test_one_cannot_end_the_device_of_somebody_else(employee: Caller, cast: Cast) -> None:
    response = employee("DELETE", f"/api/auth/devices/{cast.outsider.session_id}")
    assert response.status_code == 404


def test_an_activation_code_is_traded_for_a_passphrase_once(
    app: Flask, roll: Rollcall, cast: Cast
) -> None:
    _, code = roll.people.add(cast.admin, NewEmployee("EMP010", "Nova Newcomer"))
    body = {"employee_id": "EMP010", "code": code.lower(), "passphrase": PASSPHRASE}
    response = app.test_client().post("/api/auth/activate", json=body)
    assert response.status_code == 200
    assert response.get_json()["session_id"].startswith("session_EMP010_")
    assert app.test_client().post("/api/auth/activate", json=body).status_code == 401


def test_a_passphrase_that_is_too_short_is_a_field_error(
    app: Flask, roll: Rollcall, cast: Cast
) -> None:
    _, code = roll.people.add(cast.admin, NewEmployee("EMP010", "Nova Newcomer"))
    body = {"employee_id": "EMP010", "code": code, "passphrase": "short"}
    response = app.test_client().post("/api/auth/activate", json=body)
    assert response.status_code == 422
    assert "passphrase" in error_of(response)["fields"]


def test_the_passphrase_is_changed_by_who_knows_the_old_one(browser: FlaskClient) -> None:
    sign_in(browser)
    new = "a wholly different passphrase"
    wrong = {"old": "not it at all", "new": new}
    response = browser.post("/api/auth/passphrase", json=wrong, headers=csrf(browser))
    assert response.status_code == 401
    right = {"old": PASSPHRASE, "new": new}
    response = browser.post("/api/auth/passphrase", json=right, headers=csrf(browser))
    assert response.status_code == 200
    assert sign_in(browser).status_code == 401
    assert sign_in(browser, new).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer " + "a" * 5000, "Bearer é"]
)
def test_a_bad_authorization_header_is_refused(app: Flask, header: str) -> None:
    response = app.test_client().get("/api/auth/me", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert error_of(response)["code"] == "invalid_token"


def test_a_token_that_names_another_person_than_its_session_is_refused(
    app: Flask, services: Services, cast: Cast
) -> None:
    key, now = services.secrets.access_key, services.roll.clock()
    token = access_tokens.issue("EMP001", str(cast.employee.session_id), key, now)
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/auth/me", headers=bearer).status_code == 401


def test_a_token_signed_with_another_key_is_refused(
    app: Flask, services: Services, cast: Cast
) -> None:
    now = services.roll.clock() - timedelta(minutes=1)
    token = access_tokens.issue(
        "EMP004", str(cast.employee.session_id), services.secrets.turn_key, now
    )
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/auth/me", headers=bearer).status_code == 401


def test_behind_tls_cookies_are_secure_and_bound_to_the_host(
    roll: Rollcall, settings: Settings, browser: FlaskClient
) -> None:
    app = create_app(settings.model_copy(update={"behind_tls": True}), roll)
    response = sign_in(app.test_client())
    cookies = response.headers.getlist("Set-Cookie")
    assert {line.split("=")[0] for line in cookies} == {
        "__Host-rollcall_access",
        "__Secure-rollcall_refresh",
        "__Host-rollcall_csrf",
        "__Host-rollcall_device",
        "__Host-rollcall_guest",
    }
    assert all("Secure" in line.split("; ") for line in cookies)
    assert response.headers["Strict-Transport-Security"]


def test_behind_tls_tries_are_counted_by_the_visitors_address(
    roll: Rollcall, settings: Settings, browser: FlaskClient
) -> None:
    Home(settings).prepare()
    app = create_app(settings.model_copy(update={"behind_tls": True}), roll)
    # Not an id at all, so that only the address is counted.
    wrong = {"employee_id": "nobody", "passphrase": "wrong"}
    for _ in range(11):
        answer = app.test_client().post(
            "/api/auth/login", json=wrong, headers={"X-Forwarded-For": "203.0.113.9"}
        )
    assert answer.status_code == 429
    other = app.test_client().post(
        "/api/auth/login", json=wrong, headers={"X-Forwarded-For": "203.0.113.10"}
    )
    assert other.status_code == 401
