"""Somebody in front of a browser: opens pages, signs in, talks to the assistant."""

import json
import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from rollcall.settings import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 860}
ANSWER_WITHIN = 15_000  # ms: the first turn after a start can be slow on a busy machine
TROUBLE = {"error", "warning"}


@dataclass(frozen=True)
class Site:
    """A running instance: its address and its demo accounts' passphrases."""

    url: str
    passphrases: dict[str, str]


class Visitor:
    """One browser window with cookies of its own. What its console complains of is kept."""

    def __init__(self, browser: Browser, site: Site, **options: Any) -> None:
        self.site = site
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=site.url,
            **{"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Berlin", **options},
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._complained)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def close(self) -> None:
        self.context.close()

    def open(self, path: str) -> None:
        """Go to a page and wait until what it fetches is there."""
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        expect(self.page.locator("[aria-busy]")).to_have_count(0, timeout=ANSWER_WITHIN)

    def enter(self, employee_id: str) -> None:
        """Be signed in, without going through a form."""
        answer = self.context.request.post(
            "/api/auth/login",
            data={"employee_id": employee_id, "passphrase": self.site.passphrases[employee_id]},
        )
        assert answer.ok, answer.text()

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API with this browser's cookies."""
        cookies = {one["name"]: one["value"] for one in self.context.cookies()}
        answer = self.context.request.fetch(
            path,
            method=method,
            data=None if body is None else json.dumps(body),
            headers={
                "X-CSRF-Token": cookies.get("rollcall_csrf", ""),
                "Content-Type": "application/json",
            },
        )
        assert answer.ok, answer.text()
        return answer.json()

    @property
    def message_box(self) -> Locator:
        return self.page.get_by_label("Message", exact=True)

    @property
    def last_reply(self) -> Locator:
        return self.page.locator(".message.bot").last

    def say(self, text: str) -> None:
        """Type a message, send it and wait for the answer."""
        self.message_box.fill(text)
        with self._answered():
            self.message_box.press("Enter")

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a quick reply of the last answer and wait for what follows."""
        with self._answered():
            self.last_reply.get_by_role("button", name=name, exact=True).click()

    def expect_reply(self, text: str | re.Pattern[str]) -> None:
        """The last answer contains `text`."""
        expect(self.last_reply).to_contain_text(text, timeout=ANSWER_WITHIN)

    def type_passphrase(self, passphrase: str) -> None:
        """Fill in the masked field and send it."""
        self.page.get_by_label("Passphrase", exact=True).fill(passphrase)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def violations(self) -> list[str]:
        """What axe finds wrong with the page as it is now, shadow roots included."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", STANDARDS
        )
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def _answered(self) -> Any:
        return self.page.expect_response(
            lambda response: response.url.endswith("/chat"), timeout=ANSWER_WITHIN
        )

    def _complained(self, message: Any) -> None:
        if message.type in TROUBLE:
            self.complaints.append(f"{message.type}: {message.text}")
