"""The chat on other sites: who may read what, and that cookies never count there."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from rollcall import Settings
from tests.api.conftest import PASSPHRASE, Caller, error_of, sign_in
from web.embedding import GUEST_HEADER, ROUTES

INTRANET = "https://intranet.example.com"
STRANGER = "https://evil.example.com"
CREDENTIALS = {"employee_id": "EMP004", "passphrase": PASSPHRASE}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance that one other site may embed."""
    return Settings(home=tmp_path / "home", demo=False, embed_origins=(INTRANET,))


def preflight(browser: FlaskClient, path: str, origin: str, method: str = "POST") -> dict[str, str]:
    """The CORS headers of the answer to a browser's question."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = browser.open(path, method="OPTIONS", headers=headers).headers
    return {name: value for name, value in answer if name.startswith("Access-Control-")}


@pytest.mark.parametrize(("path", "method"), ROUTES.items())
def test_an_allowed_site_may_ask_what_the_component_needs(
    browser: FlaskClient, path: str, method: str
) -> None:
    allowed = preflight(browser, path, INTRANET, method)
    assert allowed["Access-Control-Allow-Origin"] == INTRANET
    assert method in allowed["Access-Control-Allow-Methods"]
    assert "Authorization" in allowed["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in allowed


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("origin", [STRANGER, "null", f"{INTRANET}.evil.example", INTRANET.upper()])
def test_another_site_may_not(browser: FlaskClient, path: str, origin: str) -> None:
    assert preflight(browser, path, origin) == {}


@pytest.mark.parametrize(
    "path", ["/api/v1/people", "/api/auth/devices", "/api/auth/passphrase", "/api/openapi.json"]
)
def test_what_the_component_does_not_need_stays_closed(browser: FlaskClient, path: str) -> None:
    assert preflight(browser, path, INTRANET) == {}


def test_an_answer_to_an_allowed_site_is_readable_there_an_error_too(browser: FlaskClient) -> None:
    answer = browser.get("/api/auth/me", headers={"Origin": INTRANET})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == INTRANET
    assert "Origin" in answer.headers["Vary"]
    plain = browser.get("/api/auth/me")
    assert "Access-Control-Allow-Origin" not in plain.headers
    assert "Origin" in plain.headers["Vary"]


def test_a_sign_in_on_another_site_gives_tokens_and_no_cookie(browser: FlaskClient) -> None:
    answer = browser.post("/api/auth/login", json=CREDENTIALS, headers={"Origin": INTRANET})
    body = answer.get_json()
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    bearer = {"Authorization": f"Bearer {body['access_token']}", "Origin": INTRANET}
    assert browser.get("/api/auth/me", headers=bearer).status_code == 200
    fresh = browser.post(
        "/api/auth/refresh",
        json={"refresh_token": body["refresh_token"]},
        headers={"Origin": INTRANET},
    )
    assert fresh.status_code == 200
    assert "Set-Cookie" not in fresh.headers


def test_a_sign_in_from_a_site_that_is_not_allowed_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/api/auth/login", json=CREDENTIALS, headers={"Origin": STRANGER})
    assert answer.status_code == 403
    assert error_of(answer)["code"] == "forbidden"


def test_the_cookies_of_the_browser_do_not_count_on_another_site(browser: FlaskClient) -> None:
    token = sign_in(browser).get_json()["csrf_token"]
    assert browser.get("/api/auth/me").status_code == 200
    headers = {"Origin": INTRANET, "X-CSRF-Token": token}
    assert browser.get("/api/auth/me", headers=headers).status_code == 401
    assert browser.post("/api/auth/refresh", json={}, headers=headers).status_code == 401
    assert browser.post("/api/auth/logout", headers=headers).status_code == 401
    assert browser.get("/api/auth/me").status_code == 200


def test_a_guest_on_another_site_finds_the_conversation_by_a_header(guest: Caller) -> None:
    """Nobody answers the message here, but the conversation has its name by then."""
    new = guest.get("/chat/history", headers={"Origin": INTRANET, GUEST_HEADER: "new"})
    assert new.status_code == 200
    assert "Set-Cookie" not in new.headers
    forged = guest.get("/chat/history", headers={GUEST_HEADER: "guest_0123.forged"})
    assert forged.get_json()["turns"] == []


def test_only_the_page_made_for_it_may_be_framed_and_only_by_allowed_sites(guest: Caller) -> None:
    assert f"frame-ancestors {INTRANET}" in guest.get("/embed").headers["Content-Security-Policy"]
    for path in ("/", "/dashboard", "/api/docs", "/alive", "/embedded"):
        policy = guest.get(path).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
