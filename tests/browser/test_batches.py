"""Weekly batches and the charts of sessions and of the chat, in the browser."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import PHONE, Visitor

WEEK = timedelta(days=7)


def arrived(newcomer: Newcomer, employee: str, **options: Any) -> Visitor:
    visitor: Visitor = newcomer(**options)
    visitor.enter(employee)
    return visitor


def monday(weeks: int = 1) -> datetime:
    """A Monday to come."""
    today = datetime.now(UTC)
    return today - timedelta(days=today.weekday()) + weeks * WEEK


def day(moment: datetime) -> str:
    return moment.date().isoformat()


def batch_of(visitor: Visitor, title: str, **more: Any) -> dict[str, Any]:
    body = {
        "title": title, "weekdays": [0], "start_time": "09:00", "end_time": "10:00",
        "first_day": day(monday()), "last_day": day(monday(4)), **more,
    }  # fmt: skip
    made: dict[str, Any] = visitor.api("POST", "/api/v1/batches", body)
    return made


def ahead(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-part=ahead] li")


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


def test_a_batch_is_set_up_and_its_sessions_are_seen_ahead(newcomer: Newcomer) -> None:
    tomas = arrived(newcomer, "EMP005")
    tomas.open("/sessions")
    page = tomas.page
    page.get_by_role("link", name="Weekly batches").click()
    expect(page.get_by_text("You have no weekly batch yet.")).to_be_visible()
    page.get_by_role("button", name="Set up a batch").click()
    box = dialog(tomas)
    box.get_by_label("Title").fill("Schweißen, Gruppe A")
    box.get_by_role("button", name="Set it up").click()
    expect(box.get_by_role("alert")).to_contain_text("Some fields are wrong")
    expect(box.get_by_role("group", name="Days")).to_contain_text("at least one day")
    # What was typed is there again after the dialog was closed.
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Set up a batch").click()
    expect(box.get_by_label("Title")).to_have_value("Schweißen, Gruppe A")
    for name in ("Monday", "Wednesday"):
        box.get_by_label(name).check()
    box.get_by_label("Time zone").select_option("America/New_York")
    box.get_by_label("First day").fill(day(monday()))
    box.get_by_label("Last day").fill(day(monday(3)))
    box.get_by_label("Days off").fill(day(monday(2)))
    box.get_by_role("button", name="Add this day off").click()
    expect(box.get_by_role("button", name=re.compile("^Remove Mon"))).to_be_visible()
    assert tomas.violations() == []
    box.get_by_role("button", name="Set it up").click()
    page.wait_for_url(re.compile("/sessions/batches/[0-9a-f]{24}$"))
    expect(ahead(tomas)).to_have_count(4)
    expect(page.locator("[data-part=facts]")).to_contain_text("America/New York")
    assert tomas.violations() == []
    tomas.complaints = [one for one in tomas.complaints if "422" not in one]


def test_one_session_is_moved_or_called_off_and_following_ones_change(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    batch = batch_of(erika, "Crane licence")
    erika.open(f"/sessions/batches/{batch['id']}")
    page = erika.page
    expect(ahead(erika)).to_have_count(4)
    ahead(erika).nth(0).get_by_role("button", name=re.compile("^Change")).click()
    dialog(erika).get_by_label("Begins").fill("14:00")
    dialog(erika).get_by_label("Ends").fill("15:30")
    dialog(erika).get_by_role("button", name="Save").click()
    expect(ahead(erika).nth(0)).to_contain_text("First planned for")
    ahead(erika).nth(1).get_by_role("button", name=re.compile("^Call off")).click()
    dialog(erika).get_by_label("Why").fill("The crane is being repaired.")
    dialog(erika).get_by_role("button", name="Call it off").click()
    expect(ahead(erika).nth(1)).to_contain_text("The crane is being repaired.")
    ahead(erika).nth(2).get_by_role("button", name=re.compile("^This and following")).click()
    box = dialog(erika)
    box.get_by_label("Monday").uncheck()
    box.get_by_label("Thursday").check()
    assert erika.violations() == []
    box.get_by_role("button", name="Change them").click()
    page.wait_for_url(lambda url: not url.endswith(batch["id"]))
    expect(page.locator("[data-part=facts]")).to_contain_text("Before that")
    expect(ahead(erika)).to_have_count(1)
    page.locator("[data-part=facts] a").click()
    expect(ahead(erika)).to_have_count(2)
    expect(page.locator("[data-part=facts]")).to_contain_text("After that")
    page.get_by_role("button", name="End it").click()
    dialog(erika).get_by_role("button", name="End it").click()
    # What was moved and what was called off by hand stays.
    expect(ahead(erika)).to_have_count(2)


def test_an_admin_sets_up_a_batch_for_its_host(newcomer: Newcomer) -> None:
    admin = arrived(newcomer, "EMP001")
    admin.open("/sessions/batches")
    admin.page.get_by_role("button", name="Set up a batch").click()
    box = dialog(admin)
    box.get_by_label("Title").fill("Night shift handover")
    box.get_by_label("Host").select_option("EMP008")
    box.get_by_label("Sunday").check()
    box.get_by_role("button", name="Set it up").click()
    admin.page.wait_for_url(re.compile("/sessions/batches/[0-9a-f]{24}$"))
    expect(admin.page.locator("[data-part=facts]")).to_contain_text("Grace O'Neill")
    grace = arrived(newcomer, "EMP008")
    grace.open("/sessions/batches")
    expect(grace.page.get_by_role("link", name="Night shift handover")).to_be_visible()


def test_what_a_note_said_before_is_seen(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    session = erika.api("POST", "/api/v1/completions", {
        "title": "First aid", "scheduled_date": day(monday()), "scheduled_start_time": "09:00",
        "scheduled_end_time": "10:00"})  # fmt: skip
    notes = f"/api/v1/completions/{session['id']}/notes"
    note = erika.api("POST", notes, {"note_text": "Bring ten bandages"})
    erika.api("PATCH", f"/api/v1/notes/{note['id']}", {"note_text": "Bring twelve bandages"})
    erika.open(f"/sessions/{session['id']}")
    erika.page.get_by_text("What it said before").click()
    expect(erika.page.locator(".earlier")).to_contain_text("Bring ten bandages")
    expect(erika.page.locator(".earlier")).to_contain_text("Erika Hoffmann changed it")
    assert erika.violations() == []


def test_admins_see_the_chat_over_time_and_filter_its_sessions(newcomer: Newcomer) -> None:
    admin = arrived(newcomer, "EMP001")
    admin.open("/admin/chat")
    page = admin.page
    charts = page.locator("figure.chart")
    expect(charts).to_have_count(4)
    expect(charts.nth(0)).to_contain_text("Chat sessions an hour")
    expect(charts.locator("canvas").first).to_be_visible()
    assert admin.violations() == []
    page.get_by_label("Charts of the last").select_option(label="30 days, by day")
    expect(charts.nth(0)).to_contain_text("Chat sessions a day")
    charts.nth(2).get_by_text("Show the figures").click()
    figures = charts.nth(2).get_by_role("table")
    expect(figures).to_contain_text("p95")
    expect(figures).to_contain_text(" ms")
    page.get_by_label("Who").select_option(label="Félix Moreau · EMP003")
    expect(page.locator("tbody tr").filter(has_text="EMP003").first).to_be_visible()
    expect(page.locator("[data-part=sessions] tr").filter(has_text="EMP004")).to_have_count(0)
    assert "employee_id=EMP003&period=30d" in page.url
    page.reload()
    expect(page.get_by_label("Who")).to_have_value("EMP003")


def test_sessions_held_are_charted_by_week(newcomer: Newcomer) -> None:
    admin = arrived(newcomer, "EMP001")
    admin.open("/admin/sessions?employee_id=EMP003")
    charts = admin.page.locator("figure.chart")
    expect(charts).to_have_count(2)
    charts.nth(0).get_by_text("Show the figures").click()
    heads = charts.nth(0).get_by_role("table").get_by_role("columnheader")
    expect(heads).to_have_text(["Week from", "Completed", "Open", "Called off"])
    assert admin.violations() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_of_batches_charts_and_the_navigation_is_cut_off(
    newcomer: Newcomer, theme: str
) -> None:
    phone = arrived(newcomer, "EMP001", viewport=PHONE, has_touch=True, color_scheme=theme)
    batch = batch_of(phone, "W" * 80)
    for path in ("/admin/chat", "/admin/sessions", "/sessions/batches",
                 f"/sessions/batches/{batch['id']}"):  # fmt: skip
        phone.open(path)
        assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert phone.violations() == []
        links = phone.page.locator(".main-nav a:visible")
        boxes = [links.nth(at).bounding_box() for at in range(links.count())]
        assert len(boxes) == 6
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
                   for box in boxes)  # fmt: skip
    phone.page.get_by_role("button", name="Change the plan").tap()
    expect(dialog(phone).get_by_label("Title")).to_be_visible()
    assert phone.violations() == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
