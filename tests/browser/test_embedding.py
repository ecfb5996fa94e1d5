"""The chat on somebody else's pages: one tag, tokens instead of cookies, nothing left behind."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Newcomer
from tests.browser.intranet import Intranet
from tests.browser.visitor import ANSWER_WITHIN, PHONE, Visitor

STORED = "() => ({...localStorage, ...sessionStorage})"
REFUSED = "has been blocked by CORS policy"


def open_launcher(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Chat with Rollcall").click()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()


def sign_in(visitor: Visitor, employee_id: str) -> None:
    visitor.say(f"I am employee {employee_id}")
    visitor.type_passphrase(visitor.site.passphrases[employee_id])
    granted = visitor.page.locator(".message.bot").filter(has_text="Access Granted")
    expect(granted).to_be_visible(timeout=ANSWER_WITHIN)


def test_one_tag_brings_the_chat_to_another_site(newcomer: Newcomer, other_site: Intranet) -> None:
    visitor = newcomer()
    open_launcher(visitor.page, f"{other_site.allowed}/launcher")
    sign_in(visitor, "EMP004")
    visitor.say("who am I")
    visitor.expect_reply("EMP004")
    assert visitor.context.cookies() == []
    assert visitor.page.evaluate(STORED) == {}
    link = visitor.page.get_by_role("link", name="Open the dashboard")
    assert str(link.get_attribute("href")).startswith(f"{other_site.rollcall}/dashboard")
    visitor.page.keyboard.press("Escape")
    launcher = visitor.page.get_by_role("button", name="Chat with Rollcall")
    expect(launcher).to_be_focused()
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()


def test_a_reload_keeps_the_session_and_leaves_no_token_behind(
    newcomer: Newcomer, other_site: Intranet
) -> None:
    visitor = newcomer()
    visitor.page.goto(f"{other_site.allowed}/component")
    sign_in(visitor, "EMP005")
    for again in (visitor.page.reload, visitor.page.get_by_role("link").first.click):
        again()
        expect(visitor.page.locator(".message.own")).not_to_have_count(0)
        assert visitor.page.evaluate(STORED) == {}
        visitor.say("who am I")
        visitor.expect_reply("EMP005")
    copy = visitor.context.new_page()
    copy.goto(f"{other_site.allowed}/component")
    expect(copy.get_by_role("heading", name="Hello, this is Rollcall")).to_be_visible()
    visitor.say("sign out")
    visitor.expect_reply("signed out")
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="Hello, this is Rollcall")).to_be_visible()


def test_a_guests_conversation_goes_on_without_a_cookie(
    newcomer: Newcomer, other_site: Intranet
) -> None:
    visitor = newcomer()
    visitor.page.goto(f"{other_site.allowed}/component")
    visitor.say("help")
    visitor.say("hello")
    visitor.page.reload()
    expect(visitor.page.locator(".message.own")).to_have_count(2)
    assert visitor.context.cookies() == []


def test_being_signed_in_to_rollcall_itself_gives_another_site_nothing(
    newcomer: Newcomer, other_site: Intranet
) -> None:
    visitor = newcomer()
    visitor.enter("EMP001")
    visitor.page.goto(f"{other_site.allowed}/component")
    visitor.say("my tasks")
    visitor.expect_reply("sign in first")
    tried: Any = visitor.page.evaluate(
        """async url => {
            const ask = credentials =>
                fetch(url + "/api/auth/me", {credentials}).then(r => r.status, () => 0);
            return [await ask("include"), await ask("omit")];
        }""",
        other_site.rollcall,
    )
    assert tried == [0, 401]
    visitor.complaints = [
        one for one in visitor.complaints if REFUSED not in one and "Failed to load" not in one
    ]


def test_a_site_that_is_not_named_gets_no_answer(newcomer: Newcomer, other_site: Intranet) -> None:
    visitor = newcomer()
    visitor.page.goto(f"{other_site.stranger}/launcher")
    expect(visitor.page.get_by_role("heading", name="Intranet")).to_be_visible()
    reached = visitor.page.evaluate(
        """url => fetch(url + "/api/auth/login", {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({employee_id: "EMP001", passphrase: "any"}),
        }).then(() => true, () => false)""",
        other_site.rollcall,
    )
    assert reached is False
    expect(visitor.page.get_by_role("button", name="Chat with Rollcall")).to_have_count(0)
    assert any(REFUSED in one for one in visitor.complaints)
    visitor.complaints = []


def test_a_frame_shows_the_chat_on_a_named_site_and_nothing_else_may_be_framed(
    newcomer: Newcomer, other_site: Intranet
) -> None:
    visitor = newcomer()
    visitor.page.goto(f"{other_site.allowed}/frame")
    frame = visitor.page.frame_locator("iframe")
    frame.get_by_label("Message", exact=True).fill("I am employee EMP006")
    frame.get_by_label("Message", exact=True).press("Enter")
    frame.get_by_label("Passphrase", exact=True).fill(visitor.site.passphrases["EMP006"])
    frame.get_by_role("button", name="Sign in", exact=True).click()
    granted = frame.locator(".message.bot").filter(has_text="Access Granted")
    expect(granted).to_be_visible(timeout=ANSWER_WITHIN)
    assert visitor.context.cookies() == []
    for address in (f"{other_site.stranger}/frame", f"{other_site.allowed}/page-in-frame"):
        visitor.complaints.clear()
        visitor.page.goto(address)
        expect(frame.get_by_label("Message", exact=True)).to_have_count(0)
        assert any("frame-ancestors" in one for one in visitor.complaints)
    visitor.complaints.clear()


def test_the_open_launcher_is_accessible_and_fits_a_phone(
    newcomer: Newcomer, other_site: Intranet
) -> None:
    visitor = newcomer(viewport=PHONE)
    open_launcher(visitor.page, f"{other_site.allowed}/launcher")
    expect(visitor.page.get_by_role("heading", name="Hello, this is Rollcall")).to_be_visible()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert visitor.violations() == []
