"""One's own account: the devices one is signed in on, and the passphrase."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.test_sign_in import expect_failures
from tests.browser.visitor import PHONE, Site, Visitor

WORDS = "four calm words here"


@pytest.fixture
def somebody(newcomer: Newcomer, site: Site) -> str:
    """The id of somebody new who has a passphrase: WORDS."""
    admin = newcomer()
    admin.enter("EMP001")
    return hire(admin)


def hire(admin: Visitor) -> str:
    """Add somebody with the next free id and let them choose WORDS."""
    taken = {one["employee_id"] for one in admin.api("GET", "/api/v1/people?limit=200")["items"]}
    employee_id = next(f"NEW{n}" for n in range(100, 1_000) if f"NEW{n}" not in taken)
    person = {"employee_id": employee_id, "name": f"Nora {employee_id}"}
    code = admin.api("POST", "/api/v1/people", person)["activation_code"]
    body = {"employee_id": employee_id, "code": code, "passphrase": WORDS}
    assert admin.context.request.post("/api/auth/activate", data=body).ok
    admin.site.passphrases[employee_id] = WORDS
    return employee_id


def test_devices_are_seen_and_signed_out_one_by_one_or_all(
    newcomer: Newcomer, somebody: str
) -> None:
    here, phone, tablet = newcomer(), newcomer(), newcomer()
    for visitor in (phone, tablet, here):
        visitor.enter(somebody)
    here.open("/account")
    devices = here.page.locator("[data-part=devices] li")
    before = devices.count()
    assert before >= 3
    own = devices.filter(has_text="This device")
    expect(own).to_have_count(1)
    expect(own).to_contain_text("Chrome on Linux")
    expect(own).to_contain_text("127.0.0.1")
    phone.open("/")
    phone_device = devices.filter(has_not_text="This device").last
    phone_device.get_by_role("button").click()
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    expect(devices).to_have_count(before)
    phone_device.get_by_role("button").click()
    dialog.get_by_role("button", name="Sign out").click()
    expect(dialog).to_have_count(0)
    expect(devices).to_have_count(before - 1)
    here.page.get_by_role("button", name=re.compile("Sign out (all|the other)")).click()
    dialog.get_by_role("button", name="Sign out the others").click()
    expect(devices).to_have_count(1)
    # The page that is open elsewhere notices by itself.
    expect(phone.page.locator("[data-account]")).to_have_text("Not signed in")
    assert not tablet.context.request.get("/api/auth/me").ok
    assert here.context.request.get("/api/auth/me").ok


def test_a_new_device_appears_while_one_looks(newcomer: Newcomer, somebody: str) -> None:
    here, other = newcomer(), newcomer()
    here.enter(somebody)
    here.open("/account")
    devices = here.page.locator("[data-part=devices] li")
    before = devices.count()
    other.enter(somebody)
    expect(devices).to_have_count(before + 1)


def test_the_passphrase_is_changed_and_the_other_devices_are_out(
    newcomer: Newcomer, somebody: str
) -> None:
    visitor, other = newcomer(), newcomer()
    visitor.enter(somebody)
    other.enter(somebody)
    visitor.open("/account")
    page = visitor.page
    old = page.get_by_label("Present passphrase", exact=True)
    new = page.get_by_label("New passphrase", exact=True)
    expect(old).to_have_attribute("autocomplete", "current-password")
    expect(new).to_have_attribute("autocomplete", "new-password")
    old.fill(WORDS)

    new.fill("short")
    expect(page.get_by_text("At least 8 characters.")).to_be_visible()
    new.fill("password1")
    expect(page.get_by_text("15 characters or more are better")).to_be_visible()
    page.get_by_role("button", name="Change passphrase").click()
    problem = page.locator("[data-part=passphrase] [role=alert]")
    expect(problem).not_to_be_empty()
    expect(new).to_have_attribute("aria-invalid", "")
    expect(new).to_be_focused()
    expect(new).to_have_value("password1")
    expect(old).to_have_value(WORDS)

    page.evaluate("navigator.clipboard.writeText('eleven loud geese fly')")
    new.fill("")
    new.press("Control+v")
    expect(new).to_have_value("eleven loud geese fly")
    page.get_by_role("button", name="Show new passphrase").click()
    expect(new).to_have_attribute("type", "text")
    expect(page.get_by_text("A good length.")).to_be_visible()
    page.get_by_role("button", name="Change passphrase").click()
    expect(page.get_by_text("Your passphrase is changed.")).to_be_visible()
    expect(old).to_have_value("")
    assert not other.context.request.get("/api/auth/me").ok
    visitor.site.passphrases[somebody] = "eleven loud geese fly"
    other.enter(somebody)
    expect_failures(visitor, 422)


def test_a_wrong_present_passphrase_is_said_and_changes_nothing(
    newcomer: Newcomer, somebody: str
) -> None:
    visitor = newcomer()
    visitor.enter(somebody)
    visitor.open("/account")
    visitor.page.get_by_label("Present passphrase", exact=True).fill("not the right words")
    visitor.page.get_by_label("New passphrase", exact=True).fill("eleven loud geese fly")
    visitor.page.get_by_role("button", name="Change passphrase").click()
    expect(visitor.page.locator("[data-part=passphrase] [role=alert]")).not_to_be_empty()
    expect(visitor.page.locator("[data-account]")).to_contain_text(somebody)
    newcomer().enter(somebody)
    visitor.complaints = [one for one in visitor.complaints if "Failed to load" not in one]


def test_the_first_sign_in_has_a_page_of_its_own(newcomer: Newcomer) -> None:
    admin, visitor = newcomer(), newcomer(viewport=PHONE)
    admin.enter("EMP001")
    person = {"employee_id": "EMP031", "name": "Olga First"}
    code = admin.api("POST", "/api/v1/people", person)["activation_code"]
    visitor.open("/activate?employee_id=emp031")
    page = visitor.page
    expect(page.get_by_label("Activation code")).to_be_focused()
    expect(page.get_by_label("Activation code")).to_have_attribute("autocomplete", "one-time-code")
    page.get_by_label("Activation code").fill(code.lower())
    page.get_by_label("New passphrase", exact=True).fill(WORDS)
    page.get_by_role("button", name="Set passphrase and sign in").click()
    page.wait_for_url("**/")
    expect(page.locator("[data-account]")).to_contain_text("Olga First")


def test_the_account_page_asks_who_is_there(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.open("/account")
    expect(visitor.page.locator("[data-account-page]")).to_be_hidden()
    visitor.page.get_by_label("Employee ID").fill("EMP003")
    visitor.type_passphrase(visitor.site.passphrases["EMP003"])
    expect(visitor.page.locator("[data-part=facts]")).to_contain_text("Félix Moreau")
