"""The question in the dashboard's address, and a table pasted into the chat."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import ANSWER_WITHIN, PHONE, Visitor

A_SECOND = 1_000  # ms
LONG_AGO = "since=2001-01-01T00:00:00Z&until=2001-01-02T00:00:00Z"
EVERYONES_TASKS = "/dashboard?subject=tasks&group_by=priority&measure=count"
HEADING = "Company name\tContact\tE-mail\tCategory"
PASTED = f"""{HEADING}
Pasted One Ltd\tJane Doe\tone@pasted.example.com\tgoods

Pasted Two Ltd\tJohn Roe\ttwo(at)pasted\tsoftware
"""


def supplier(visitor: Visitor, company: str) -> None:
    """Register a supplier over the API."""
    data = {
        "company_name": company,
        "contact_name": "Jane Doe",
        "email": f"{company.split(maxsplit=1)[0].lower()}@questions.example.com",
        "category": "goods",
    }
    visitor.api("POST", "/api/v1/registrations", {"type": "supplier", "data": data})


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Answer")


def asked(page: Page) -> dict[str, str]:
    """What the page's address asks."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def in_berlin(route: Route) -> None:
    """Who is signed in lives in Berlin, whatever the demo company says."""
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "timezone": "Europe/Berlin"})


def test_an_address_that_asks_is_answered_with_chips_a_total_and_rows(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP003")
    supplier(visitor, "Asked For Ltd")
    visitor.open("/dashboard?subject=registrations&employee_id=EMP003&type=supplier&period=today")
    answer = panel(visitor.page)
    expect(answer.get_by_role("list", name="What was asked").get_by_role("listitem")).to_have_text(
        ["Suppliers", "Mine", "Today"]
    )
    total = visitor.api("GET", "/api/v1/history?employee_id=EMP003&type=supplier")["total"]
    expect(answer.locator(".answer-total .figure")).to_have_text(str(total))
    expect(answer.locator("tbody tr").first).to_contain_text("Asked For Ltd")
    expect(answer.get_by_label("Type", exact=True)).to_have_value("supplier")


def test_without_a_question_there_is_only_the_way_to_ask_one(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP004")
    visitor.open("/dashboard")
    page = visitor.page
    expect(panel(page)).to_have_count(0)
    page.get_by_role("button", name="Ask the record").click()
    expect(panel(page)).to_be_visible()
    expect(page.get_by_label("What", exact=True)).to_be_focused()
    assert asked(page)["subject"] == "registrations"
    assert asked(page)["employee_id"] == "EMP004"
    page.get_by_role("button", name="Close").click()
    expect(panel(page)).to_have_count(0)
    assert asked(page) == {}


def test_a_filter_changes_the_address_and_the_way_back_undoes_it(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP001")
    visitor.api("POST", "/api/v1/tasks", {"title": "Ask about me", "assignee": "EMP001"})
    visitor.open("/dashboard?subject=registrations&type=supplier&group_by=type&measure=count")
    page = visitor.page
    answer = panel(page)
    answer.get_by_label("What", exact=True).select_option("tasks")
    assert asked(page) == {"subject": "tasks", "measure": "count"}
    expect(answer.get_by_label("Type", exact=True)).to_be_hidden()
    answer.get_by_label("Answer as", exact=True).select_option("list")
    expect(answer.locator("tbody")).to_contain_text("Ask about me")
    answer.get_by_label("Status", exact=True).select_option("completed")
    expect(answer.locator("tbody")).not_to_contain_text("Ask about me")
    page.go_back()
    expect(answer.locator("tbody")).to_contain_text("Ask about me")
    expect(answer.get_by_label("Status", exact=True)).to_have_value("")
    page.go_back()
    page.go_back()
    expect(answer.get_by_label("Type", exact=True)).to_have_value("supplier")
    expect(answer.locator(".chart canvas")).to_have_count(1)


def test_dates_are_days_of_the_person_with_the_last_one_included(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP001")
    page = visitor.page
    page.route("**/api/auth/me", in_berlin)
    visitor.open("/dashboard?subject=tasks&period=last+week&measure=count")
    page.get_by_label("From", exact=True).fill("2026-03-28")
    page.get_by_label("To", exact=True).fill("2026-03-29")
    chips = panel(page).get_by_role("list", name="What was asked")
    expect(chips).to_contain_text("28 Mar to 29 Mar")
    expect(chips).not_to_contain_text("Last week")
    # Clocks go forward on 29 March 2026.
    assert asked(page)["since"] == "2026-03-27T23:00:00.000Z"
    assert asked(page)["until"] == "2026-03-29T22:00:00.000Z"
    page.reload()
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-03-28")
    expect(page.get_by_label("To", exact=True)).to_have_value("2026-03-29")


def test_a_comparison_has_the_total_before_and_the_figures_of_both(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP001")
    visitor.open(
        "/dashboard?subject=sessions&employee_id=EMP001&group_by=status&measure=compare"
        "&since=2026-01-01T00:00:00Z&until=2036-01-01T00:00:00Z"
    )
    answer = panel(visitor.page)
    expect(answer.locator(".answer-total")).to_contain_text("against 0 in the period before")
    answer.get_by_text("Show the figures").click()
    expect(answer.locator(".chart-table thead")).to_have_text(re.compile("Status.*Before.*Now"))
    ended = answer.locator(".chart-table tbody tr").filter(has_text="Ended")
    expect(ended).to_have_text(re.compile(r"Ended0\d+"))


def test_the_answer_is_live(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP005")
    visitor.open("/dashboard?subject=tasks&employee_id=EMP005&group_by=priority&measure=count")
    page = visitor.page
    expect(page.locator("[data-live]")).to_have_text("Live")
    total = panel(page).locator(".answer-total .figure, .empty")
    before = total.inner_text()
    count = int(before) if before.isdigit() else 0
    visitor.api("POST", "/api/v1/tasks", {"title": "Just now", "assignee": "EMP005"})
    expect(total).to_have_text(str(count + 1), timeout=A_SECOND)


def test_the_answer_is_saved_as_a_file_even_when_the_access_token_is_old(
    newcomer: Newcomer,
) -> None:
    visitor = newcomer()
    visitor.enter("EMP003")
    supplier(visitor, "Filed Ltd")
    visitor.open("/dashboard?subject=registrations&employee_id=EMP003")
    stale = [one for one in visitor.context.cookies() if one["name"] == "rollcall_access"]
    visitor.context.add_cookies([{**stale[0], "value": "expired"}])  # type: ignore[typeddict-item]
    with visitor.page.expect_download() as saved:
        panel(visitor.page).get_by_role("link", name="CSV").click()
    assert saved.value.suggested_filename == "rollcall-registrations-emp003.csv"
    assert "Filed Ltd" in saved.value.path().read_text(encoding="utf-8")
    xlsx = panel(visitor.page).get_by_role("link", name="XLSX")
    expect(xlsx).to_have_attribute("href", re.compile("format=xlsx.*employee_id=EMP003"))
    visitor.complaints = [one for one in visitor.complaints if "status of 401" not in one]


def test_an_answer_that_did_not_come_can_be_asked_for_again(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP006")
    failing = True

    def answer(route: Route) -> None:
        if failing:
            error = {"code": "unavailable", "message": "The record is busy.", "fields": {}}
            route.fulfill(status=503, json={"success": False, "error": error})
        else:
            route.continue_()

    visitor.page.route("**/api/v1/history?**", answer)
    visitor.open(f"/dashboard?subject=tasks&employee_id=EMP006&{LONG_AGO}")
    shown = panel(visitor.page)
    expect(shown.get_by_role("alert")).to_contain_text("The record is busy.")
    failing = False
    shown.get_by_role("button", name="Try again").click()
    expect(shown.locator(".empty")).to_contain_text("Nothing on the record answers this")
    visitor.complaints = [one for one in visitor.complaints if "status of 503" not in one]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_an_answer(newcomer: Newcomer, theme: str) -> None:
    visitor = newcomer(color_scheme=theme, reduced_motion="reduce")
    visitor.enter("EMP001")
    visitor.open(EVERYONES_TASKS)
    panel(visitor.page).get_by_text("Show the figures").click()
    assert visitor.violations() == []


@pytest.mark.parametrize("address", [EVERYONES_TASKS, "/dashboard?subject=sessions"])
def test_an_answer_fits_a_phone(newcomer: Newcomer, address: str) -> None:
    visitor = newcomer(viewport=PHONE, has_touch=True)
    visitor.enter("EMP001")
    visitor.open(address)
    expect(panel(visitor.page)).to_be_visible()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_spreadsheet_from_the_chat_is_a_download(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP003")
    visitor.open("/")
    visitor.say("my registrations")
    link = visitor.last_reply.get_by_role("link", name="Open on the dashboard")
    expect(link).to_be_visible()
    visitor.say("as a spreadsheet")
    link = visitor.last_reply.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with visitor.page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "rollcall-registrations-emp003.xlsx"


def paste(visitor: Visitor, text: str) -> None:
    """Put a text into the composer and send it."""
    visitor.message_box.fill(text)
    visitor.page.get_by_role("button", name="Send", exact=True).click()


def test_a_pasted_table_is_previewed_mended_and_saved(newcomer: Newcomer) -> None:
    visitor = newcomer(reduced_motion="reduce")
    visitor.enter("EMP007")
    visitor.open("/")
    paste(visitor, PASTED)
    expect(visitor.page.locator(".message.own")).to_have_text(
        re.compile("Pasted a table of 2 rows")
    )
    visitor.expect_reply("2 rows of suppliers, 1 ready")
    expect(visitor.message_box).to_have_value("")
    wrong = visitor.last_reply.locator("tbody tr").nth(1)
    expect(wrong).to_contain_text("two(at)pasted")
    expect(wrong.locator(".to-mend")).to_contain_text("not a valid e-mail")
    assert visitor.violations() == []
    expect(visitor.page.locator("[data-part=drafts]")).to_contain_text("upplier")
    visitor.say("row 2 e-mail is two@pasted.example.com")
    visitor.press("Save all")
    visitor.expect_reply("Saved: 2 suppliers")
    expect(visitor.page.locator("[data-part=registrations]")).to_contain_text("Pasted Two Ltd")


def test_a_table_may_be_longer_than_a_message(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP007")
    visitor.open("/")
    rows = [f"Long {at} Ltd\tJane Doe\tl{at}@long.example.com\tgoods" for at in range(40)]
    paste(visitor, "\n".join([HEADING, *rows]))
    visitor.expect_reply("40 rows of suppliers, 40 ready")
    visitor.press("Cancel")


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("a\tb\nc\td", True),
        ("a;b\n\n;d\n", True),
        ("a,b\r\nc,d", True),
        ("a\tb", False),
        ("a,b\nc;d", False),
        ("one line\nand another, with a comma", False),
        ("no\nseparator", False),
    ],
)
def test_what_looks_like_a_table_goes_to_the_drafts_and_all_else_to_the_chat(
    newcomer: Newcomer, text: str, table: bool
) -> None:
    visitor = newcomer()
    visitor.enter("EMP008")
    visitor.open("/")
    went: list[str] = []

    def keep(request: Request) -> None:
        if request.method == "POST":
            went.append(urlsplit(request.url).path)

    visitor.page.on("request", keep)
    refused = {"code": "invalid", "message": "What are these rows?", "fields": {}}
    visitor.page.route(
        "**/api/v1/drafts/table",
        lambda route: route.fulfill(status=422, json={"success": False, "error": refused}),
    )
    paste(visitor, text)
    expect(visitor.last_reply).to_be_visible()
    assert went == (["/api/v1/drafts/table"] if table else ["/chat"])
    visitor.complaints = [one for one in visitor.complaints if "status of 422" not in one]


def test_a_refused_table_is_explained_and_stays_where_it_was_typed(newcomer: Newcomer) -> None:
    visitor = newcomer(reduced_motion="reduce")
    visitor.enter("EMP008")
    visitor.open("/")
    words = "Good morning, dear all\nSee you at noon, I hope"
    paste(visitor, words)
    problem = visitor.page.locator(".message.bot.problem")
    expect(problem).to_contain_text("I can't tell what these rows are")
    expect(visitor.message_box).to_have_value(words)
    expect(visitor.message_box).to_be_editable()
    expect(visitor.page.locator(".message.own")).to_have_count(0)
    assert visitor.violations() == []
    visitor.page.get_by_role("button", name="Send it as a message").click()
    expect(visitor.page.locator(".message.own")).to_contain_text("Good morning, dear all")
    expect(visitor.message_box).to_have_value("")
    visitor.complaints = [one for one in visitor.complaints if "status of 422" not in one]


def test_a_table_of_nobody_asks_for_a_sign_in_and_waits(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.open("/")
    paste(visitor, PASTED)
    expect(visitor.page.locator(".message.bot.problem")).to_be_visible()
    visitor.page.get_by_label("Employee ID").fill("EMP007")
    visitor.type_passphrase(visitor.site.passphrases["EMP007"])
    granted = visitor.page.locator(".message.bot").filter(has_text="Access Granted")
    expect(granted).to_be_visible(timeout=ANSWER_WITHIN)
    expect(visitor.message_box).to_have_value(PASTED)
    visitor.complaints = [one for one in visitor.complaints if "status of 40" not in one]
