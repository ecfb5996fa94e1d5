"""Admin pages: people and their accounts, API tokens; by keyboard, on a phone, for axe too."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Newcomer
from tests.browser.test_account import WORDS, hire
from tests.browser.visitor import PHONE, Visitor

ADMIN_LINK = "/admin/people"


def admin_at(newcomer: Newcomer, path: str, **options: object) -> Visitor:
    visitor: Visitor = newcomer(**options)
    visitor.enter("EMP001")
    visitor.open(path)
    return visitor


def code_shown(page: Page) -> str:
    """The secret in the dialog; then it is noted and gone."""
    dialog = page.get_by_role("dialog").last
    secret = dialog.locator("output").inner_text()
    page.keyboard.press("Escape")  # must not lose it
    expect(dialog.locator("output")).to_have_text(secret)
    dialog.get_by_role("button", name="I have noted it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert secret not in page.content()
    return secret


def step(page: Page, person: str, name: str, confirm: str) -> None:
    """Open somebody's dialog, choose a step and confirm it."""
    page.get_by_role("button", name=f"Manage {person}").click()
    page.get_by_role("button", name=name).click()
    page.get_by_role("dialog").last.get_by_role("button", name=confirm).click()


def test_a_person_is_added_and_their_code_is_shown_once(newcomer: Newcomer) -> None:
    admin = admin_at(newcomer, "/admin/people")
    page = admin.page
    page.get_by_role("button", name="Add a person").click()
    expect(page.get_by_label("Employee ID", exact=True)).to_be_focused()
    page.keyboard.type("emp041")
    page.get_by_label("Name", exact=True).fill("Zoë Ünal")
    page.get_by_label("Manager").fill("EMP999")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Manager")).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Zoë Ünal")
    page.get_by_label("Manager").fill("EMP002")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A code for Zoë Ünal")).to_be_visible()
    link = page.get_by_role("link", name="activate?employee_id")
    expect(link).to_have_attribute("href", f"{admin.site.url}/activate?employee_id=EMP041")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    code = code_shown(page)
    assert page.evaluate("navigator.clipboard.readText()") == code
    expect(page.locator("tbody tr").filter(has_text="Zoë Ünal")).to_contain_text("Mona Lindqvist")
    body = {"employee_id": "EMP041", "code": code, "passphrase": WORDS}
    assert newcomer().context.request.post("/api/auth/activate", data=body).ok
    admin.complaints = [one for one in admin.complaints if "status of 422" not in one]


def test_people_are_searched_without_their_accents(newcomer: Newcomer) -> None:
    page = admin_at(newcomer, "/admin/people").page
    page.get_by_label("Search people").fill("felix")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Félix Moreau")
    page.get_by_label("Search people").fill("nobody at all")
    expect(page.get_by_text("Nobody is found for “nobody at all”")).to_be_visible()


def test_an_account_is_changed_reset_closed_and_opened_again(newcomer: Newcomer) -> None:
    admin = admin_at(newcomer, "/admin/people")
    employee_id = hire(newcomer_admin(newcomer))
    name, page = f"Nora {employee_id}", admin.page
    found = page.locator("tbody tr").filter(has_text=name)
    expect(found).to_be_visible()  # by itself: somebody else added them

    page.get_by_role("button", name=f"Manage {name}").click()
    page.get_by_label("Role", exact=True).select_option("manager")
    page.get_by_label("Branch").fill("Lisbon")
    page.get_by_role("button", name="Save").click()
    expect(found).to_contain_text("Manager")
    expect(found).to_contain_text("Lisbon")
    expect(page.get_by_role("button", name=f"Manage {name}")).to_be_focused()

    theirs = newcomer()
    theirs.enter(employee_id)
    step(page, name, "End all sessions", "End all sessions")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert not theirs.context.request.get("/api/auth/me").ok

    theirs.enter(employee_id)
    step(page, name, "Reset the passphrase", "Reset it")
    first = code_shown(page)
    assert not theirs.context.request.get("/api/auth/me").ok

    step(page, name, "Close the account", "Close it")
    expect(found).to_contain_text("Closed")
    body = {"employee_id": employee_id, "code": first, "passphrase": WORDS}
    assert not theirs.context.request.post("/api/auth/activate", data=body).ok

    step(page, name, "Open the account again", "Open it again")
    second = code_shown(page)
    expect(found).to_contain_text("Open")
    assert theirs.context.request.post("/api/auth/activate", data={**body, "code": second}).ok


def newcomer_admin(newcomer: Newcomer) -> Visitor:
    """An admin in another browser."""
    visitor: Visitor = newcomer()
    visitor.enter("EMP001")
    return visitor


def test_an_api_token_is_made_used_and_revoked(newcomer: Newcomer) -> None:
    admin, program = admin_at(newcomer, "/admin/api-tokens"), newcomer()
    page = admin.page
    page.get_by_role("button", name="Make a token").click()
    page.get_by_label("Name", exact=True).fill("Reader")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("dialog")).to_contain_text("Choose at least one scope.")
    page.get_by_label("See people").check()
    page.get_by_role("button", name="Make the token").click()
    bearer = {"Authorization": f"Bearer {code_shown(page)}"}
    token = page.locator("tbody tr").filter(has_text="Reader")
    expect(token).to_contain_text("people.read")
    assert program.context.request.get("/api/v1/people", headers=bearer).ok
    assert program.context.request.get("/api/v1/tasks", headers=bearer).status == 403
    token.get_by_role("button", name="Revoke Reader").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(token).to_contain_text("Revoked")
    assert program.context.request.get("/api/v1/people", headers=bearer).status == 401


@pytest.mark.parametrize(("employee", "links"), [("EMP001", 1), ("EMP002", 0), ("EMP004", 0)])
def test_the_navigation_follows_who_is_signed_in(
    newcomer: Newcomer, employee: str, links: int
) -> None:
    visitor = newcomer()
    visitor.open("/")
    admin = visitor.page.get_by_role("link", name="Admin", exact=True)
    expect(admin).to_have_count(0)
    visitor.say(f"I am employee {employee}")
    visitor.type_passphrase(visitor.site.passphrases[employee])
    expect(visitor.page.locator("[data-account]")).to_contain_text(employee)
    expect(admin).to_have_count(links)
    answer = visitor.page.goto(ADMIN_LINK)
    assert answer is not None
    assert answer.status == (200 if links else 404)
    visitor.complaints = [one for one in visitor.complaints if "status of 404" not in one]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 860}], ids=["phone", "desk"])
def test_the_dialogs_are_accessible_and_fit(
    newcomer: Newcomer, theme: str, viewport: dict[str, int]
) -> None:
    visitor = admin_at(
        newcomer, "/admin/people", color_scheme=theme, viewport=viewport, reduced_motion="reduce"
    )
    page = visitor.page
    page.get_by_role("button", name="Manage Erika Hoffmann").click()
    assert visitor.violations() == []
    page.get_by_role("button", name="Close the account").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Manage Erika Hoffmann")).to_be_focused()
    visitor.open("/admin/api-tokens")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_label("See people")).to_be_visible()
    assert visitor.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
