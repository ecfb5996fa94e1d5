"""Scheduled sessions in the browser: the tabs, completing one, notes, files, receipts."""

import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Newcomer
from tests.browser.visitor import PHONE, Visitor
from tests.samples import pdf, picture
from tests.uploading import MEGABYTE, video

SOON = 5_000  # ms: by itself, without a reload
QUIET = ("status of 404", "status of 409", "status of 415", "status of 422")
SLOW = 512 * 1024  # bytes a second: an upload that can be watched and stopped


def plan(visitor: Visitor, title: str, days: int = -1, **new: Any) -> dict[str, Any]:
    """A session of the visitor's own; days from today, yesterday if left out."""
    day = datetime.now(UTC).date() + timedelta(days=days)
    body = {
        "title": title,
        "scheduled_date": day.isoformat(),
        "scheduled_start_time": "09:30",
        "scheduled_end_time": "10:45",
        **new,
    }
    planned: dict[str, Any] = visitor.api("POST", "/api/v1/completions", body)
    return planned


def complete(visitor: Visitor, session: dict[str, Any], **ending: Any) -> dict[str, Any]:
    body = {"actual_start_time": "09:35", "actual_end_time": "10:50", **ending}
    done: dict[str, Any] = visitor.api(
        "POST", f"/api/v1/completions/{session['id']}/complete", body
    )
    return done


def arrived(newcomer: Newcomer, employee: str, **options: Any) -> Visitor:
    """Somebody who is signed in."""
    visitor: Visitor = newcomer(**options)
    visitor.enter(employee)
    return visitor


def forgive(visitor: Visitor) -> None:
    """A refusal that the test wanted is in the console too."""
    visitor.complaints = [
        one for one in visitor.complaints if not any(status in one for status in QUIET)
    ]


def axe_says_nothing(visitor: Visitor) -> None:
    assert visitor.violations() == []


def card(visitor: Visitor, title: str) -> Locator:
    return visitor.page.locator(".session-card").filter(has_text=title)


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


@pytest.fixture
def files() -> Iterator[Path]:
    """A picture, a PDF and ten megabytes of video, as somebody has them on their disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "Überblick – Gruppe A.png").write_bytes(picture("PNG", (320, 200)))
        (path / "Anwesenheit.pdf").write_bytes(pdf())
        (path / "recording.mpg").write_bytes(b"".join(video(10 * MEGABYTE)))
        yield path


def test_somebody_new_is_told_in_each_tab_that_there_is_nothing_yet(newcomer: Newcomer) -> None:
    jun = arrived(newcomer, "EMP007")
    jun.open("/sessions")
    expect(jun.page.get_by_text("Nothing is planned.")).to_be_visible()
    for tab, text in (("Completed", "not completed a session yet"), ("History", "No session of")):
        jun.page.get_by_role("link", name=tab, exact=True).click()
        expect(jun.page.get_by_text(text)).to_be_visible()
        axe_says_nothing(jun)


def test_a_session_goes_from_a_card_to_the_table_and_the_timeline(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    plan(erika, "Schweißen für Anfänger")
    plan(erika, "Still far away", 5)
    erika.open("/sessions")
    page = erika.page
    expect(page.get_by_role("heading", name="To be completed")).to_be_visible()
    expect(card(erika, "Still far away")).to_contain_text("To come")
    axe_says_nothing(erika)
    waiting = card(erika, "Schweißen für Anfänger")
    expect(waiting).to_contain_text("Yesterday, ")
    waiting.get_by_role("button", name="Complete").press("Enter")
    box = dialog(erika)
    expect(box).to_contain_text("as planned")
    axe_says_nothing(erika)
    box.get_by_role("button", name="Generate").click()
    code = box.get_by_label("Completion code")
    expect(code).to_have_value(re.compile(r"RC-\w{4}-\w{4}-\w"))
    made = code.input_value()
    box.get_by_label("Summary").fill("Covered topics 1 to 3.\nQuiz: nächste Woche.")
    box.get_by_role("button", name="Confirm and complete").click()
    expect(page.get_by_text(f"Its code is {made}")).to_be_visible()
    expect(waiting).to_have_count(0)

    page.get_by_role("link", name="Completed", exact=True).click()
    row = page.locator("tbody tr").filter(has_text="Schweißen für Anfänger")
    expect(row).to_contain_text(made)
    assert page.url.endswith("/sessions?view=completed")
    axe_says_nothing(erika)
    page.get_by_role("link", name="History", exact=True).click()
    event = page.locator(".timeline .event").filter(has_text="Schweißen für Anfänger")
    expect(event).to_contain_text("Completed")
    expect(event).to_contain_text("nächste Woche")
    axe_says_nothing(erika)
    page.go_back()
    expect(row).to_be_visible()
    page.get_by_label("Find").fill("no such words")
    expect(page.get_by_text("No session has these words")).to_be_visible()


def test_the_dialog_keeps_what_was_typed_when_something_is_wrong(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    complete(erika, plan(erika, "First of two"), completion_code="TAKEN-2026-11")
    session = plan(erika, "Second of two")
    erika.open("/sessions")
    press = card(erika, "Second of two").get_by_role("button", name="Complete")
    press.click()
    box = dialog(erika)
    began, ended = box.get_by_label("Began"), box.get_by_label("Ended")
    code, summary = box.get_by_label("Completion code"), box.get_by_label("Summary")
    day = began.input_value()[:10]
    began.fill(f"{day}T09:40")
    ended.fill(f"{day}T09:20")
    summary.fill("It began late.")
    confirm = box.get_by_role("button", name="Confirm and complete")
    confirm.click()
    expect(box.get_by_role("alert")).to_contain_text("ended before it began")
    expect(ended).to_be_focused()
    expect(ended).to_have_attribute("aria-invalid", "")
    axe_says_nothing(erika)
    ended.fill(f"{day}T10:55")
    code.fill("taken-2026-11")
    confirm.click()
    expect(box.get_by_role("alert")).to_contain_text("used before")
    expect(code).to_be_focused()
    erika.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    press.click()
    expect(summary).to_have_value("It began late.")
    expect(ended).to_have_value(f"{day}T10:55")
    code.fill("taken-2026-12")
    code.press("Enter")
    expect(box).to_have_count(0)
    kept = erika.api("GET", f"/api/v1/completions/{session['id']}")
    assert kept["completion_code"] == "TAKEN-2026-12"
    assert kept["notes"] == "It began late."
    forgive(erika)


def test_who_was_slower_is_told_that_it_is_completed_already(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "Twice at once")
    erika.open(f"/sessions/{session['id']}")
    erika.page.get_by_role("button", name="Complete", exact=True).click()
    admin = arrived(newcomer, "EMP001")
    complete(admin, session, completion_code="FIRST-COMES-1")
    dialog(erika).get_by_role("button", name="Confirm and complete").click()
    expect(dialog(erika).get_by_role("alert")).to_contain_text("FIRST-COMES-1")
    forgive(erika)


def test_times_are_those_of_the_reader_and_the_session_says_its_own(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    plan(erika, "Call with Tokyo", 3, timezone="Asia/Tokyo")
    erika.open("/sessions")
    expect(card(erika, "Call with Tokyo")).to_contain_text("09:30 – 10:45 in Asia/Tokyo")


def test_a_session_is_planned_moved_and_called_off(newcomer: Newcomer) -> None:
    felix = arrived(newcomer, "EMP003")
    felix.open("/sessions")
    page = felix.page
    page.get_by_role("button", name="Plan a session").click()
    axe_says_nothing(felix)
    dialog(felix).get_by_label("Title").fill("Prüfung")
    dialog(felix).get_by_label("Day").fill((date.today() + timedelta(days=4)).isoformat())
    dialog(felix).get_by_role("button", name="Plan it").click()
    card(felix, "Prüfung").get_by_role("link", name="Prüfung").click()
    page.get_by_role("button", name="Change the plan").click()
    dialog(felix).get_by_label("Begins").fill("08:15")
    dialog(felix).get_by_role("button", name="Save").click()
    expect(page.locator("[data-part=facts]")).to_contain_text("08:15 – 10:00")
    expect(page.locator("[data-part=versions]")).to_contain_text("Planned beginning was")
    page.get_by_role("button", name="Call it off").click()
    axe_says_nothing(felix)
    dialog(felix).get_by_label("Why").fill("Die Räume sind überschwemmt.")
    dialog(felix).get_by_role("button", name="Call it off").click()
    expect(page.locator("[data-part=state]")).to_contain_text("Called off")
    expect(page.locator("[data-part=facts]")).to_contain_text("überschwemmt")


def test_notes_of_four_kinds_are_written_edited_and_deleted(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "With notes")
    mona = arrived(newcomer, "EMP002")
    mona.open(f"/sessions/{session['id']}")
    erika.open(f"/sessions/{session['id']}")
    page = erika.page
    notes = page.locator(".note")
    for kind in ("General", "Follow-up", "Issue", "Achievement"):
        page.get_by_label("Note", exact=True).fill(f"<b>{kind}</b>\nÜber zwei Zeilen")
        page.get_by_label("Kind").select_option(label=kind)
        page.get_by_role("button", name="Add the note").click()
        expect(notes.first).to_contain_text(f"<b>{kind}</b>")
    expect(notes).to_have_count(4)
    axe_says_nothing(erika)
    expect(mona.page.locator(".note")).to_have_count(4, timeout=SOON)
    expect(mona.page.get_by_role("button", name="Edit")).to_have_count(0)

    notes.first.get_by_role("button", name="Edit").click()
    dialog(erika).get_by_label("Note", exact=True).fill("Everybody passed.")
    dialog(erika).get_by_role("button", name="Save").click()
    expect(notes.first).to_contain_text("Everybody passed.")
    expect(notes.first).to_contain_text("changed")
    notes.last.get_by_role("button", name="Delete").click()
    dialog(erika).get_by_role("button", name="Delete it").click()
    expect(notes).to_have_count(3)


def test_what_somebody_is_typing_survives_what_others_do(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "Busy")
    erika.open(f"/sessions/{session['id']}")
    erika.page.get_by_label("Note", exact=True).fill("Half a sent")
    mona = arrived(newcomer, "EMP002")
    mona.api("POST", f"/api/v1/completions/{session['id']}/notes", {"note_text": "From above"})
    expect(erika.page.locator(".note")).to_have_count(1, timeout=SOON)
    expect(erika.page.get_by_label("Note", exact=True)).to_have_value("Half a sent")


def test_several_files_go_up_at_once_and_come_back_shown_saved_and_zipped(
    newcomer: Newcomer, files: Path
) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "With files")
    erika.open(f"/sessions/{session['id']}")
    page = erika.page
    page.get_by_label("What the next files are").fill("Hand-out")
    page.get_by_label("Add files").set_input_files(
        [files / "Überblick – Gruppe A.png", files / "Anwesenheit.pdf"]
    )
    rows = page.locator(".attachments > li")
    expect(rows).to_have_count(2)
    expect(page.locator(".upload")).to_have_count(0)
    shown = rows.filter(has_text="Überblick – Gruppe A.png")
    expect(shown).to_contain_text("Hand-out")
    expect(shown).to_contain_text("Erika Hoffmann")
    axe_says_nothing(erika)

    shown.get_by_role("button", name="Show").click()
    image = dialog(erika).get_by_role("img", name="Überblick – Gruppe A.png")
    expect(image).to_be_visible()
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") == 320
    axe_says_nothing(erika)
    page.keyboard.press("Escape")
    preview = rows.filter(has_text="Anwesenheit.pdf").get_by_role("link", name="Show")
    expect(preview).to_have_attribute("target", "_blank")
    with page.expect_download() as saved:
        shown.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "Überblick – Gruppe A.png"
    assert saved.value.path().read_bytes() == (files / "Überblick – Gruppe A.png").read_bytes()
    with page.expect_download() as zipped:
        page.get_by_role("link", name="All 2 as a zip").click()
    assert zipped.value.path().read_bytes()[:2] == b"PK"
    page.reload()
    expect(shown).to_contain_text("downloaded 2 times")
    shown.get_by_role("button", name="Who took it").click()
    expect(dialog(erika).get_by_role("listitem")).to_have_count(2)
    axe_says_nothing(erika)
    page.keyboard.press("Escape")
    shown.get_by_role("button", name="Delete").click()
    dialog(erika).get_by_role("button", name="Delete it").click()
    expect(rows).to_have_count(1)


def test_an_upload_shows_its_progress_and_can_be_cancelled(newcomer: Newcomer, files: Path) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "Slow line")
    erika.open(f"/sessions/{session['id']}")
    page = erika.page
    line = erika.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    line.send("Network.emulateNetworkConditions", slow)
    page.get_by_label("Add files").set_input_files([files / "recording.mpg"])
    row = page.locator(".upload").filter(has_text="recording.mpg")
    bar = row.get_by_role("progressbar", name="recording.mpg, sent")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % of 10 MB"), timeout=15_000)
    assert 0 < float(bar.evaluate("one => one.value")) < 1
    axe_says_nothing(erika)
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("recording.mpg was cancelled")).to_be_attached()
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    path = f"/api/v1/completions/{session['id']}/attachments"
    assert erika.api("GET", path)["items"] == []

    page.get_by_label("Add files").set_input_files([files / "recording.mpg"])
    kept = page.locator(".attachments > li").filter(has_text="recording.mpg")
    expect(kept).to_be_visible(timeout=30_000)
    assert [one["file_size"] for one in erika.api("GET", path)["items"]] == [10 * MEGABYTE]


def test_a_file_that_is_refused_says_why_and_one_that_broke_off_can_be_tried_again(
    newcomer: Newcomer, files: Path
) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "Refusals")
    (files / "notes.exe").write_bytes(b"MZ")
    (files / "not a picture.png").write_bytes(pdf())
    (files / "empty.pdf").write_bytes(b"")
    erika.open(f"/sessions/{session['id']}")
    page = erika.page
    path = f"/api/v1/completions/{session['id']}/attachments"
    choose = page.get_by_label("Add files")
    names = ("notes.exe", "not a picture.png", "empty.pdf")
    choose.set_input_files([files / name for name in names])
    row = page.locator(".upload")
    for name, reason in zip(
        names, ("not accepted", "its content is something else", "empty"), strict=True
    ):
        expect(row.filter(has_text=name).get_by_role("alert")).to_contain_text(reason)
    axe_says_nothing(erika)
    for name in names:
        row.filter(has_text=name).get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)

    def cut(route: Route) -> None:
        route.abort("connectionreset")

    erika.context.route(f"**{path}?*file_name*", cut)
    choose.set_input_files([files / "Anwesenheit.pdf"])
    expect(row.get_by_role("alert")).to_contain_text("did not answer")
    erika.context.unroute(f"**{path}?*file_name*", cut)
    row.get_by_role("button", name="Try again").click()
    expect(page.locator(".attachments > li")).to_have_count(1)
    erika.complaints = [one for one in erika.complaints if "ERR_CONNECTION_RESET" not in one]
    forgive(erika)


def test_a_receipt_prints_and_anybody_can_verify_it_until_something_is_changed(
    newcomer: Newcomer,
) -> None:
    erika = arrived(newcomer, "EMP004")
    session = complete(erika, plan(erika, "Prüfung, Gruppe A"), notes="All passed.")
    code = session["completion_code"]
    erika.open(f"/sessions/{session['id']}")
    page = erika.page
    page.get_by_role("link", name="Receipt").click()
    expect(page.locator(".receipt .join-code")).to_have_text(code)
    link = f"{erika.site.url}/receipts/{code}"
    expect(page.get_by_role("img", name=f"QR code of {link}")).to_be_visible()
    axe_says_nothing(erika)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator(".receipt svg.qr")).to_be_visible()

    jun = arrived(newcomer, "EMP007")
    jun.open("/receipts")
    jun.page.get_by_label("Completion code").fill(f" {code.lower()} ")
    jun.page.get_by_role("button", name="Verify").click()
    expect(jun.page.locator(".verdict")).to_contain_text("Genuine")
    expect(jun.page.locator(".receipt")).to_contain_text("Erika Hoffmann (EMP004)")
    axe_says_nothing(jun)

    page.emulate_media(media="screen")
    page.get_by_role("link", name="The session").click()
    page.get_by_role("button", name="Correct").click()
    dialog(erika).get_by_label("Summary").fill("All but one passed.")
    dialog(erika).get_by_role("button", name="Save").click()
    expect(page.locator("[data-part=versions]")).to_contain_text("Summary was “All passed.”")
    jun.page.reload()
    expect(jun.page.locator(".verdict")).to_contain_text("changed since")
    expect(jun.page.locator(".verdict")).to_contain_text("the summary")
    jun.open("/receipts/RC-2222-2222-2")
    expect(jun.page.locator(".verdict.wrong")).to_be_visible()
    axe_says_nothing(jun)
    forgive(jun)


def test_somebody_elses_session_is_not_there(newcomer: Newcomer) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "Private")
    jun = arrived(newcomer, "EMP007")
    for path in (f"/sessions/{session['id']}", "/sessions/nonsense"):
        jun.open(path)
        expect(jun.page.get_by_text("There is no such session for you")).to_be_visible()
    forgive(jun)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_of_sessions_is_cut_off(
    newcomer: Newcomer, files: Path, theme: str
) -> None:
    phone = arrived(newcomer, "EMP006", viewport=PHONE, has_touch=True, color_scheme=theme)
    plan(phone, "Ü" * 150)
    session = complete(phone, plan(phone, "W" * 60), notes="long" * 80)
    path = f"/sessions/{session['id']}"
    for address in ("/sessions", "/sessions?view=completed", "/sessions?view=history", path):
        phone.open(address)
        assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        axe_says_nothing(phone)
    phone.page.get_by_label("Add files").set_input_files([files / "Anwesenheit.pdf"])
    expect(phone.page.locator(".attachments > li")).to_have_count(1)
    phone.open(f"{path}/receipt")
    expect(phone.page.locator(".receipt")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    axe_says_nothing(phone)
    phone.open("/sessions")
    phone.page.get_by_role("button", name="Complete Ü").first.tap()
    expect(dialog(phone).get_by_label("Began")).to_be_visible()
    axe_says_nothing(phone)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_managers_filter_all_staffs_sessions_approve_them_and_keep_them_as_files(
    newcomer: Newcomer,
) -> None:
    aisha = arrived(newcomer, "EMP006")
    today = datetime.now(UTC).date()
    batch = aisha.api(
        "POST",
        "/api/v1/batches",
        {
            "title": "Löten, Gruppe B", "weekdays": [*range(7)], "start_time": "00:01",
            "end_time": "00:02", "first_day": today.isoformat(), "needs_approval": True,
            "last_day": (today + timedelta(days=2)).isoformat(),
        },
    )  # fmt: skip
    made = aisha.api("GET", f"/api/v1/completions?batch_id={batch['id']}&view=upcoming")["items"]
    times = {"actual_start_time": "00:01", "actual_end_time": "00:02"}
    code = f"GROUP-B/{made[0]['id'][-8:].upper()}"
    complete(aisha, made[0], **times, completion_code=code)
    mona = arrived(newcomer, "EMP002")
    mona.open("/sessions")
    page = mona.page
    page.get_by_role("link", name="Sessions of my people").click()
    page.get_by_label("Who").select_option(label="Aisha Rahman · EMP006")
    page.get_by_label("Approval").select_option("waiting")
    page.get_by_label("From").fill((today - timedelta(days=1)).isoformat())
    rows = page.locator("[data-part=sessions] tbody tr")
    expect(rows).to_have_count(1)
    assert "employee_id=EMP006&approval=waiting&since=" in page.url
    expect(page.locator(".tile").filter(has_text="To approve")).to_contain_text("1")
    axe_says_nothing(mona)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith('"Löten, Gruppe B",Aisha Rahman,EMP006,Completed')
    page.reload()
    expect(page.get_by_label("Approval")).to_have_value("waiting")
    rows.get_by_role("link", name="Löten, Gruppe B").click()
    page.get_by_role("button", name="Approve").click()
    dialog(mona).get_by_role("button", name="Approve it").click()
    expect(page.locator("[data-part=state]")).to_contain_text("Approved")
    page.go_back()
    expect(page.get_by_text("No session fits these filters.")).to_be_visible()
    aisha.open(f"/sessions/{made[0]['id']}/receipt")
    aisha.page.locator(".receipt .join-link").click()
    aisha.page.wait_for_url(re.compile(rf"/receipts/{code.replace('/', '%2F')}$"))
    expect(aisha.page.locator(".verdict")).to_contain_text("Genuine")
