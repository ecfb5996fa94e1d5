"""Every page for everyone: readable by screen readers, on a phone, in both themes, quietly."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import ANSWER_WITHIN, PHONE, Visitor

PAGES = {
    "chat": "/",
    "dashboard": "/dashboard",
    "account": "/account",
    "activate": "/activate",
    "people": "/admin/people",
    "api tokens": "/admin/api-tokens",
    "meetings": "/meetings",
    "sessions": "/sessions",
    "unknown session": "/sessions/000000000000000000000000",
    "session board": "/admin/sessions",
    "verify": "/receipts",
    "join": "/join",
    "unknown code": "/join/K7P2QX",
    "meeting board": "/admin/meetings",
    "docs": "/api/docs",
    "error": "/no-such-page",
}
THEMES = ("light", "dark")


def arrived(visitor: Visitor, page: str) -> None:
    """Open a page and wait for what its scripts draw."""
    visitor.open(PAGES[page])
    if page == "docs":
        expect(visitor.page.locator(".opblock").first).to_be_visible(timeout=ANSWER_WITHIN)
    if page in ("error", "unknown code", "unknown session"):
        visitor.complaints = [one for one in visitor.complaints if "status of 404" not in one]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("employee", [None, "EMP001"], ids=["signed out", "signed in"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(newcomer: Newcomer, page: str, employee: str | None, theme: str) -> None:
    visitor = newcomer(color_scheme=theme, reduced_motion="reduce")
    if employee:
        visitor.enter(employee)
    arrived(visitor, page)
    assert visitor.violations() == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_a_conversation(newcomer: Newcomer, theme: str) -> None:
    visitor = newcomer(color_scheme=theme, reduced_motion="reduce")
    visitor.open("/")
    visitor.say("I am employee EMP001")
    expect(visitor.page.get_by_label("Passphrase", exact=True)).to_be_visible()
    assert visitor.violations() == []
    visitor.type_passphrase(visitor.site.passphrases["EMP001"])
    granted = visitor.page.locator(".message.bot").filter(has_text="Access Granted")
    expect(granted).to_be_visible(timeout=ANSWER_WITHIN)
    for text in ("my sessions", "my tasks", "register a supplier", "Colour Ltd", "Jo Ray"):
        visitor.say(text)
    assert visitor.violations() == []
    visitor.say("cancel")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_details_of_a_session(newcomer: Newcomer, theme: str) -> None:
    visitor = newcomer(color_scheme=theme, reduced_motion="reduce")
    visitor.enter("EMP001")
    visitor.open("/dashboard?employee_id=all")
    visitor.page.locator(".session-row").last.click()
    expect(visitor.page.locator(".session-details:visible .facts")).to_be_visible()
    for summary in visitor.page.locator(".chart summary").all():
        summary.click()
    assert visitor.violations() == []


@pytest.mark.parametrize("employee", [None, "EMP001"], ids=["signed out", "signed in"])
@pytest.mark.parametrize("page", PAGES)
def test_a_phone_needs_no_sideways_scrolling(
    newcomer: Newcomer, page: str, employee: str | None
) -> None:
    visitor = newcomer(viewport=PHONE, has_touch=True)
    if employee:
        visitor.enter(employee)
    arrived(visitor, page)
    if page == "chat" and employee:
        visitor.say("my sessions")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_list_on_a_phone_begins_short_and_opens(newcomer: Newcomer) -> None:
    visitor = newcomer(viewport=PHONE, has_touch=True)
    visitor.enter("EMP001")
    visitor.open("/dashboard?employee_id=all")
    rows = visitor.page.locator("#tasks tbody tr:visible")
    expect(rows).to_have_count(6)
    visitor.page.get_by_role("button", name="Show more of tasks").tap()
    expect(rows).to_have_count(15)
    expect(visitor.page.get_by_role("button", name="Show more of tasks")).to_have_count(0)


def test_the_theme_that_was_chosen_is_kept(newcomer: Newcomer) -> None:
    visitor = newcomer(color_scheme="light")
    visitor.open("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = visitor.page.evaluate(ground)
    visitor.page.get_by_role("button", name="Use the dark theme").click()
    dark = visitor.page.evaluate(ground)
    assert dark != light
    visitor.open("/dashboard")
    assert visitor.page.evaluate(ground) == dark


def test_managers_look_at_their_people_and_employees_only_at_themselves(
    newcomer: Newcomer,
) -> None:
    manager, employee = newcomer(), newcomer()
    manager.enter("EMP002")
    manager.open("/dashboard")
    picker = manager.page.get_by_label("Whose record to show")
    expect(picker).to_contain_text("EMP004")
    with manager.page.expect_navigation():
        picker.select_option("EMP004")
    expect(manager.page.locator("[data-whose]")).to_have_text("Erika Hoffmann")
    employee.enter("EMP004")
    employee.open("/dashboard")
    expect(employee.page.get_by_label("Whose record to show")).to_have_count(0)
    employee.open("/dashboard?employee_id=EMP001")
    expect(employee.page.locator("[data-part=tiles]").get_by_role("alert")).to_be_visible()
    employee.complaints = [one for one in employee.complaints if "status of 404" not in one]
