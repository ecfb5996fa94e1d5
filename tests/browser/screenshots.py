"""Takes the README's pictures from a running demo company: `python -m tests.browser.screenshots`.

Writes docs/screenshot-chat.png, docs/screenshot-dashboard.png and docs/screenshot-attendance.png.
"""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from rollcall.settings import ROOT
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.visitor import Site, Visitor
from tests.faults.running import running

FOLDER = ROOT / "docs"
SIZE = {"width": 1280, "height": 800}
TALL = {"width": 1280, "height": 1060}


def main() -> None:
    """Start an instance, play a short scene, take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "home") as instance,
        sync_playwright() as playwright,
    ):
        accounts = json.loads((instance.home / "demo-accounts.json").read_text(encoding="utf-8"))
        passphrases = {one["employee_id"]: one["passphrase"] for one in accounts}
        site = Site(f"http://127.0.0.1:{instance.port}", passphrases)
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        visitor = Visitor(chromium, site, viewport=SIZE, reduced_motion="reduce")
        take_chat(visitor)
        take_dashboard(visitor)
        take_attendance(visitor)
        visitor.close()
        chromium.close()


def take_chat(visitor: Visitor) -> None:
    """A supplier, about to be saved."""
    visitor.open("/")
    visitor.say("Hi, I am employee EMP001")
    visitor.type_passphrase(visitor.site.passphrases["EMP001"])
    expect(visitor.page.locator(".session-card")).to_be_visible()
    visitor.say("assign 'Complete security training' to me, high, due Friday")
    visitor.say("register supplier Northlight Paper Ltd, contact orders@northlight.example.com")
    visitor.say("Jane Doe")
    visitor.press("Skip")
    visitor.press("Goods")
    expect(visitor.page.locator(".summary-card")).to_be_visible()
    visitor.message_box.blur()
    visitor.page.screenshot(path=FOLDER / "screenshot-chat.png")
    visitor.press("Save")


def take_dashboard(visitor: Visitor) -> None:
    """The whole company at a glance."""
    visitor.open("/dashboard?employee_id=all")
    expect(visitor.page.locator(".chart canvas")).to_have_count(3)
    visitor.page.screenshot(path=FOLDER / "screenshot-dashboard.png")


def take_attendance(visitor: Visitor) -> None:
    """Who was in the demo company's last meeting, and when."""
    visitor.page.set_viewport_size(TALL)
    visitor.open("/meetings?when=past&whose=all")
    visitor.page.locator(".meeting-rows a").first.click()
    expect(visitor.page.locator(".span-chart")).to_be_visible()
    visitor.page.screenshot(path=FOLDER / "screenshot-attendance.png")


if __name__ == "__main__":
    main()
