"""The story of the product, as somebody who has just started it lives through it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer

SESSION_ID = re.compile(r"session_EMP001_\d+_[0-9a-f]{8}")


def test_a_newcomer_signs_in_registers_a_supplier_does_a_task_and_sees_it_all(
    newcomer: Newcomer,
) -> None:
    admin = newcomer()
    page = admin.page

    # Signs in: the chat asks, the passphrase goes into a masked field.
    admin.open("/")
    admin.say("Hi, I am employee EMP001")
    admin.expect_reply("passphrase of EMP001")
    admin.type_passphrase(admin.site.passphrases["EMP001"])
    granted = page.locator(".message.bot").filter(has_text="Access Granted - Session Active")
    expect(granted).to_contain_text("Welcome, Admin User (admin)")
    expect(granted).to_contain_text("Employee ID: EMP001")
    expect(granted.locator(".session-card")).to_contain_text(SESSION_ID)
    expect(page.locator("[data-account]")).to_contain_text("Admin User")
    expect(page.locator(".message.own")).to_have_count(1)

    # Registers a supplier, question by question.
    admin.say("register a supplier")
    admin.expect_reply("Step 1 of 5")
    admin.say("Northlight Paper Ltd")
    admin.say("Jane Doe")
    admin.say("orders@northlight.example.com")
    admin.expect_reply("optional")
    admin.press("Skip")
    admin.press("Goods")
    admin.expect_reply("Shall I save it?")
    expect(admin.last_reply.locator(".summary-card")).to_contain_text("Northlight Paper Ltd")
    admin.press("Save")
    expect(admin.last_reply.locator(".receipt-card")).to_contain_text("Northlight Paper Ltd")
    expect(page.locator("[data-part=registrations]")).to_contain_text("Northlight Paper Ltd")

    # Gets a task and finishes it.
    admin.say("Assign 'Count the chairs' to me, high, due Friday")
    admin.expect_reply("Assigned “Count the chairs” to you")
    expect(page.locator("[data-part=tasks]")).to_contain_text("Count the chairs")
    admin.say("my tasks")
    admin.press("Start “Count the chairs”")
    admin.expect_reply("Started")
    admin.press("Finish it")
    admin.expect_reply("is completed")
    expect(page.locator("[data-part=tasks]")).not_to_contain_text("Count the chairs")

    # Sees all of it on the dashboard.
    admin.open("/dashboard")
    expect(page.locator("#registrations tbody tr").first).to_contain_text("Northlight Paper Ltd")
    task = page.locator("#tasks tbody tr").filter(has_text="Count the chairs")
    expect(task).to_contain_text("Completed")
    timeline = page.locator("#timeline .event")
    expect(timeline.filter(has_text="registered a new supplier").first).to_be_visible()
    expect(timeline.filter(has_text="completed “Count the chairs”")).to_be_visible()
    session = page.locator(".session-row").first
    expect(session).to_contain_text("Active")
    session.click()
    details = page.locator(".session-details").first
    expect(details).to_contain_text("Northlight Paper Ltd")
    expect(details).to_contain_text("completed “Count the chairs”")
    expect(page.locator(".chart canvas")).to_have_count(3)


def test_what_was_said_is_there_after_a_reload(newcomer: Newcomer) -> None:
    employee = newcomer()
    employee.enter("EMP006")
    employee.open("/")
    employee.say("my registrations")
    employee.page.reload()
    expect(employee.page.locator(".message.own")).to_have_text(re.compile("my registrations"))
    expect(employee.last_reply.locator("table")).to_be_visible()


def test_a_form_goes_on_after_a_reload(newcomer: Newcomer) -> None:
    employee = newcomer()
    employee.enter("EMP007")
    employee.open("/")
    employee.say("register a supplier")
    employee.say("Halfway Ltd")
    employee.page.reload()
    employee.expect_reply("Step 2 of 5")
    employee.say("cancel")
    employee.expect_reply("not saved")


def test_signing_out_leaves_nothing_on_the_page(newcomer: Newcomer) -> None:
    employee = newcomer()
    employee.enter("EMP006")
    employee.open("/")
    employee.say("my tasks")
    employee.page.get_by_role("button", name="Sign out").click()
    expect(employee.page.locator("[data-account]")).to_have_text("Not signed in")
    expect(employee.page.locator(".message")).to_have_count(0)
    expect(employee.page.locator(".side-in")).to_be_hidden()
