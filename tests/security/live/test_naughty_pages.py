"""The big list of naughty strings on every page that shows what people typed: no script runs."""

from collections.abc import Iterator
from datetime import time, timedelta
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response

from rollcall import RollcallError
from rollcall.api_tokens import NewApiToken
from rollcall.clock import system_clock
from rollcall.completions.attachment import Upload
from rollcall.completions.model import NewCompletion
from rollcall.meetings import NewMeeting
from rollcall.people import NewEmployee
from rollcall.tasks import NewTask
from tests.browser.visitor import Site, Visitor
from tests.samples import pdf
from tests.security.live.conftest import PASSPHRASE, Target
from tests.security.naughty import naughty_strings

STRINGS = naughty_strings()
BATCH = 125
SHOWN_SECONDS = 60
FILLED = (
    "user_tasks", "incident_registration", "session_activities", "turns", "api_tokens",
    "session_completions", "session_notes",
)  # fmt: skip
# Whatever a string of the list would call, were it run.
TRAP = """
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt']) {
  window[name] = (what) => { window.ran.push(`${name}: ${what}`); };
}
"""


class Witness:
    """An admin in front of a browser, who notices every script that isn't ours."""

    def __init__(self, browser: Browser, target: Target) -> None:
        site = Site(target.url, dict.fromkeys(("EMP001", "EMP004"), PASSPHRASE))
        self.visitor = Visitor(browser, site)
        self.page: Page = self.visitor.page
        self.failures: list[str] = []
        self.page.add_init_script(TRAP)
        self.page.on("dialog", self._dialog)
        self.page.on("response", self._answered)

    def look(self, path: str) -> None:
        """Open a page, wait until it is filled; nothing has run and nothing has failed."""
        self.visitor.open(path)
        assert self.page.evaluate("window.ran") == [], path
        foreign = self.page.evaluate(
            "[...document.querySelectorAll('script')].filter("
            "one => !one.src.startsWith(location.origin + '/static/')).length"
        )
        assert foreign == 0, path
        assert self.failures == [], path
        assert self.visitor.complaints == [], path

    def _dialog(self, dialog: Any) -> None:
        self.failures.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.failures.append(f"{response.status}: {response.url}")


@pytest.fixture
def witness(browser: Browser, target: Target) -> Iterator[Witness]:
    found = Witness(browser, target)
    found.visitor.enter("EMP001")
    yield found
    found.visitor.close()


def typed_everywhere(target: Target, texts: list[str]) -> list[str]:
    """Put the strings wherever the domain takes them; the addresses of pages of their own."""
    roll, admin = target.roll, target.cast.admin
    pages = []
    soon = system_clock() + timedelta(days=1)
    for number, text in enumerate(texts):
        named = NewEmployee(
            f"NAU{number:03}", text, department=text, branch=text, manager_id="EMP001"
        )
        for put in (
            lambda named=named: roll.people.add(admin, named),
            lambda text=text: roll.api_tokens.create(admin, NewApiToken(text, ["people.change"])),
            lambda text=text: roll.tasks.assign(admin, NewTask(text, "EMP001")),
            lambda text=text: roll.registrations.create(
                admin, "incident", {"summary": text, "place": text, "happened_at": "2026-03-01",
                                    "severity": "minor", "injured": "no"}
            ),
            lambda text=text: pages.append(
                roll.meetings.create(admin, NewMeeting(text, starts_at=soon)).meeting_id
            ),
        ):  # fmt: skip
            try:
                put()
            except RollcallError:
                continue
    return [f"/meetings/{one}" for one in pages]


def typed_into_sessions(target: Target, texts: list[str]) -> list[str]:
    """Scheduled sessions called like the strings, and all of them as notes and the like on the
    first; the addresses of their pages."""
    roll, admin = target.roll, target.cast.admin
    day, begins, ends = system_clock().date(), time(9, 30), time(10, 45)
    first = roll.completions.create(admin, NewCompletion("Welding", day, begins, ends))
    made = [first.completion_id]
    for text in texts:
        for put in (
            lambda text=text: roll.notes.add(admin, made[0], text),
            lambda text=text: roll.files.add(
                admin, made[0], Upload(f"{text}.pdf", BytesIO(pdf()), text)
            ),
            lambda text=text: made.append(
                roll.completions.create(admin, NewCompletion(text, day, begins, ends)).completion_id
            ),
        ):
            try:
                put()
            except RollcallError:
                continue
    return [f"/sessions/{one}" for one in made]


def said_in_the_chat(target: Target, texts: list[str], session_id: str) -> None:
    """Turns in which somebody says the strings and the assistant says them back."""
    roll = target.roll
    for number, text in enumerate(texts):
        turn = f"naughty-{number}-{abs(hash(text))}"
        roll.turns.begin(turn, session_id, session_id, "EMP001", text)
        reply = {
            "text": text,
            "buttons": [{"title": text, "payload": "button_x"}],
            "custom": {
                "type": "table",
                "columns": [{"name": "typed", "label": text}],
                "rows": [{"typed": text}],
                "total": 1,
                "query": {},
                "url": "/dashboard",
                "chips": [text],
            },
        }
        roll.turns.finish(turn, [reply], "greet", 1.0, ["action_greet"], 1)


@pytest.mark.parametrize("first", range(0, len(STRINGS), BATCH))
def test_no_string_runs_as_a_script_on_any_page_that_shows_it(
    witness: Witness, target: Target, first: int
) -> None:
    texts = STRINGS[first : first + BATCH]
    for collection in FILLED:
        target.roll.database.collection(collection).delete_many({})
    target.roll.database.collection("employees").delete_many({"employee_id": {"$regex": "^NAU"}})
    meetings = typed_everywhere(target, texts)
    sessions = typed_into_sessions(target, texts)
    session_id = witness.visitor.api("GET", "/api/auth/me")["session_id"]
    said_in_the_chat(target, texts, session_id)
    for path in ("/", "/dashboard", "/dashboard?employee_id=EMP001", "/meetings",
                 "/admin/meetings", "/admin/people", "/admin/api-tokens", "/account",
                 "/sessions", "/admin/sessions", sessions[0], *sessions[1::50],
                 *meetings[::25]):  # fmt: skip
        witness.look(path)
    witness.visitor.open("/")
    assert witness.page.locator(".message").count() > 0
