"""A page says with each call whether somebody is there, so that a forgotten one is signed out."""

from tests.browser.conftest import Newcomer
from tests.browser.visitor import Visitor


def said(viewer: Visitor, title: str) -> str | None:
    """What the page says of itself when it fetches again after something has happened."""
    with viewer.page.expect_request(lambda request: "/api/v1/" in request.url) as fetched:
        viewer.api("POST", "/api/v1/tasks", {"title": title, "assignee": "EMP004"})
    return fetched.value.headers.get("x-user-active")


def test_a_page_that_fetches_by_itself_says_so(newcomer: Newcomer) -> None:
    viewer = newcomer()
    viewer.enter("EMP004")
    viewer.open("/dashboard")
    assert said(viewer, "Nobody has touched the page yet") == "0"
    viewer.page.keyboard.press("Shift")
    assert said(viewer, "Somebody did") == "1"
    viewer.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 61_000; }")
    assert said(viewer, "More than a minute ago") == "0"
    viewer.page.mouse.wheel(0, 100)
    assert said(viewer, "Reading on") == "1"


def test_who_reads_for_long_is_reported(newcomer: Newcomer) -> None:
    viewer = newcomer()
    viewer.enter("EMP004")
    viewer.open("/dashboard")
    viewer.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 301_000; }")
    with viewer.page.expect_request("**/api/auth/me") as reported:
        viewer.page.mouse.wheel(0, 100)
    assert reported.value.headers["x-user-active"] == "1"
