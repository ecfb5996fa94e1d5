"""The chat component on its own: keyboard, trouble on the line, long conversations."""

import json

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import ANSWER_WITHIN


def hold(route: Route, held: list[Route]) -> None:
    held.append(route)


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def test_the_keyboard_alone_is_enough(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.open("/")
    page = visitor.page
    keys(page, "Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    suggestion = page.get_by_role("button", name="Hi, I am employee EMP001")
    for _ in range(12):
        if suggestion.evaluate("element => element.getRootNode().activeElement === element"):
            break
        keys(page, "Tab")
    keys(page, "Enter")
    visitor.expect_reply("passphrase of EMP001")
    page.keyboard.type(visitor.site.passphrases["EMP001"])
    keys(page, "Enter")
    granted = page.locator(".message.bot").filter(has_text="Access Granted")
    expect(granted).to_be_visible(timeout=ANSWER_WITHIN)
    expect(visitor.message_box).to_be_focused()
    page.keyboard.type("one line")
    keys(page, "Shift+Enter")
    page.keyboard.type("and another")
    keys(page, "Enter")
    expect(visitor.message_box).to_have_value("")
    expect(page.locator(".message.own").last).to_contain_text("one line\nand another")
    expect(page.locator(".message.bot")).not_to_have_count(1)
    keys(page, "ArrowUp")
    expect(visitor.message_box).to_have_value("one line\nand another")


def test_a_message_that_failed_is_kept_and_sent_again_once(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP005")
    visitor.open("/")
    sent: list[str] = []

    def answer_lost(route: Route) -> None:
        """The first try reaches the server, but its answer never comes back."""
        sent.append(json.loads(route.request.post_data or "{}")["message_id"])
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/chat", answer_lost)
    visitor.message_box.fill("Assign 'Only once' to me, low")
    visitor.message_box.press("Enter")
    failed = visitor.page.locator(".message.own.failed")
    expect(failed).to_contain_text("Only once")
    failed.get_by_role("button", name="Try again").click()
    visitor.expect_reply("Assigned “Only once”")
    expect(visitor.page.locator(".message.own")).to_have_count(1)
    assert sent[0] == sent[1]
    titles = [one["title"] for one in visitor.api("GET", "/api/v1/tasks?assignee=EMP005")["items"]]
    assert titles.count("Only once") == 1
    visitor.complaints = [one for one in visitor.complaints if "ERR_FAILED" not in one]


def test_what_is_said_offline_goes_out_when_back(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.open("/")
    expect(visitor.message_box).to_be_visible()
    visitor.context.set_offline(True)
    expect(visitor.page.get_by_role("status").filter(has_text="You are offline")).to_be_visible()
    visitor.message_box.fill("help")
    visitor.message_box.press("Enter")
    expect(visitor.page.locator(".message.own.failed")).to_be_visible()
    visitor.context.set_offline(False)
    visitor.expect_reply("Sign in first")
    expect(visitor.page.locator(".message.own.failed")).to_have_count(0)
    visitor.complaints = [one for one in visitor.complaints if "DISCONNECTED" not in one]


def test_what_is_typed_while_an_answer_is_awaited_is_sent_after_it(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP006")
    visitor.open("/")
    held: list[Route] = []
    visitor.page.route("**/chat", lambda route: hold(route, held), times=1)
    visitor.message_box.fill("who am I")
    visitor.message_box.press("Enter")
    visitor.message_box.fill("help")
    visitor.message_box.press("Enter")
    expect(visitor.page.locator(".message.own")).to_have_count(2)
    expect(visitor.page.get_by_role("status").filter(has_text="is typing")).to_have_count(1)
    held[0].continue_()
    visitor.expect_reply("Here is what you can say")
    expect(visitor.page.locator(".message.bot").first).to_contain_text("EMP006")


def test_the_counter_warns_before_the_limit_and_stops_at_it(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.open("/")
    send = visitor.page.get_by_role("button", name="Send")
    visitor.message_box.fill("x" * 790)
    expect(visitor.page.locator(".count")).to_be_empty()
    visitor.message_box.fill("x" * 990)
    expect(visitor.page.locator(".count")).to_have_text("10 characters left")
    visitor.message_box.fill("x" * 1_003)
    expect(visitor.page.locator(".count")).to_contain_text("3 characters too many")
    expect(send).to_be_disabled()
    expect(visitor.message_box).to_have_value("x" * 1_003)


def test_a_reader_further_up_is_told_of_new_messages(newcomer: Newcomer) -> None:
    visitor = newcomer(viewport={"width": 800, "height": 500})
    visitor.enter("EMP006")
    visitor.open("/")
    for text in ("help", "my registrations", "help"):
        visitor.say(text)
    log = visitor.page.get_by_role("log")
    pill = visitor.page.get_by_role("button", name="New messages")
    expect(pill).to_be_hidden()

    def scroll_up_first(route: Route) -> None:
        log.evaluate("log => { log.scrollTop = 0 }")
        route.continue_()

    visitor.page.route("**/chat", scroll_up_first)
    visitor.say("my tasks")
    expect(pill).to_be_visible()
    pill.click()
    expect(pill).to_be_hidden()
    assert log.evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight") < 2  # px


def test_html_in_a_title_is_shown_and_never_run(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP003")
    title = "<img src=x onerror=window.ran=1><b>bold</b>"
    visitor.api("POST", "/api/v1/tasks", {"title": title, "assignee": "EMP003"})
    visitor.open("/")
    visitor.say("my tasks")
    visitor.expect_reply(title)
    expect(visitor.page.locator("[data-part=tasks]")).to_contain_text(title)
    visitor.open("/dashboard")
    expect(visitor.page.locator("#tasks")).to_contain_text(title)
    expect(visitor.page.locator("#timeline")).to_contain_text(title)
    assert visitor.page.evaluate("window.ran") is None
