"""The masked field: where the passphrase goes, and what happens when it is wrong."""

from playwright.sync_api import Request, expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import ANSWER_WITHIN, Visitor

WRONG = "not the right words"


def claim(visitor: Visitor, employee_id: str) -> None:
    visitor.open("/")
    visitor.say(f"I am employee {employee_id}")


def expect_access(visitor: Visitor) -> None:
    granted = visitor.page.locator(".message.bot").filter(has_text="Access Granted")
    expect(granted).to_be_visible(timeout=ANSWER_WITHIN)


def expect_failures(visitor: Visitor, status: int) -> None:
    """The browser notes each refused request in the console: here they are what is tested."""
    refused = [one for one in visitor.complaints if f"status of {status}" in one]
    assert refused
    visitor.complaints = [one for one in visitor.complaints if one not in refused]


def test_the_passphrase_never_enters_the_chat(newcomer: Newcomer) -> None:
    visitor = newcomer()
    sent: list[Request] = []

    def keep(request: Request) -> None:
        sent.append(request)

    visitor.page.on("request", keep)
    claim(visitor, "EMP004")
    field = visitor.page.get_by_label("Passphrase", exact=True)
    expect(field).to_have_attribute("type", "password")
    expect(field).to_be_focused()
    passphrase = visitor.site.passphrases["EMP004"]
    visitor.type_passphrase(passphrase)
    expect_access(visitor)
    carrying = {one.url for one in sent if passphrase in (one.post_data or "")}
    assert carrying == {f"{visitor.site.url}/api/auth/login"}
    assert passphrase not in visitor.page.content()


def test_a_wrong_passphrase_is_said_in_place_and_the_id_is_kept(newcomer: Newcomer) -> None:
    visitor = newcomer()
    claim(visitor, "EMP005")
    visitor.type_passphrase(WRONG)
    expect(visitor.page.get_by_role("alert").filter(has_text="don't match")).to_be_visible()
    expect(visitor.page.get_by_label("Employee ID")).to_have_value("EMP005")
    field = visitor.page.get_by_label("Passphrase", exact=True)
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    visitor.type_passphrase(visitor.site.passphrases["EMP005"])
    expect_access(visitor)
    expect_failures(visitor, 401)


def test_after_too_many_tries_it_says_when_to_come_back(newcomer: Newcomer) -> None:
    visitor = newcomer()
    claim(visitor, "EMP008")
    # Really trying too often would lock this address for all the other tests.
    error = {"code": "too_many_attempts", "message": "Too many tries.", "fields": {}}
    visitor.page.route(
        "**/api/auth/login",
        lambda route: route.fulfill(
            status=429, headers={"Retry-After": "840"}, json={"success": False, "error": error}
        ),
    )
    visitor.type_passphrase(WRONG)
    problem = visitor.page.get_by_role("alert").filter(has_text="Too many tries")
    expect(problem).to_contain_text("Try again in 14 minutes, at ")
    expect_failures(visitor, 429)


def test_an_activation_code_becomes_a_passphrase_of_ones_own(newcomer: Newcomer) -> None:
    admin = newcomer()
    admin.enter("EMP001")
    person = {"employee_id": "EMP020", "name": "Nora New", "role": "employee"}
    code = admin.api("POST", "/api/v1/people", person)["activation_code"]

    visitor = newcomer()
    claim(visitor, "EMP020")
    visitor.page.get_by_role("button", name="I have an activation code").click()
    visitor.page.get_by_label("Activation code").fill(code)
    visitor.page.get_by_label("New passphrase", exact=True).fill("four calm words here")
    visitor.page.get_by_role("button", name="Set passphrase and sign in").click()
    expect_access(visitor)


def test_the_dashboard_asks_who_is_there(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.open("/dashboard")
    expect(visitor.page.locator("[data-dashboard]")).to_be_hidden()
    visitor.page.get_by_label("Employee ID").fill("EMP003")
    visitor.type_passphrase(visitor.site.passphrases["EMP003"])
    expect(visitor.page.locator(".tile")).to_have_count(5)


def test_a_page_opened_with_an_old_access_token_renews_it(newcomer: Newcomer) -> None:
    visitor = newcomer()
    visitor.enter("EMP003")
    stale = [one for one in visitor.context.cookies() if one["name"] == "rollcall_access"]
    visitor.context.add_cookies([{**stale[0], "value": "expired"}])  # type: ignore[typeddict-item]
    visitor.open("/")
    expect(visitor.page.locator("[data-account]")).to_contain_text("EMP003")
    visitor.say("who am I")
    visitor.expect_reply("EMP003")
    expect_failures(visitor, 401)
