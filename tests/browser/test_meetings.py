"""Meetings in the browser: two people see each other come and go, codes, waiting, the report."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from rollcall.clock import iso
from rollcall.meetings.zoom_events import signed
from rollcall.settings import ROOT
from tests.browser.conftest import ZOOM_SECRET, Newcomer
from tests.browser.visitor import PHONE, Visitor

SOON = 5_000  # ms: by itself, without a reload
QUIET = ("status of 404", "status of 409", "status of 422")


def host_of(newcomer: Newcomer, employee: str, **new: Any) -> tuple[Visitor, dict[str, Any]]:
    """Somebody on the page of a meeting that they have set up, and the meeting."""
    host: Visitor = newcomer()
    host.enter(employee)
    meeting = host.api("POST", "/api/v1/meetings", {"title": "Retro", **new})
    host.open(f"/meetings/{meeting['id']}")
    return host, meeting


def here(visitor: Visitor) -> Locator:
    """The names of who is in the meeting, as this browser shows them."""
    return visitor.page.locator(".here .name")


def forgive(visitor: Visitor) -> None:
    """A refusal that the test wanted is in the console too."""
    visitor.complaints = [
        one for one in visitor.complaints if not any(status in one for status in QUIET)
    ]


def axe_says_nothing(visitor: Visitor) -> None:
    assert visitor.violations() == []


def test_two_browsers_in_one_meeting_see_each_other_come_and_go(newcomer: Newcomer) -> None:
    erika: Visitor = newcomer()
    erika.enter("EMP004")
    erika.open("/meetings")
    erika.page.get_by_role("button", name="Set up a meeting").click()
    erika.page.get_by_label("Title").fill("Fête de l’équipe")
    erika.page.get_by_role("button", name="Set it up").click()
    expect(erika.page.get_by_role("heading", level=1)).to_have_text("Fête de l’équipe")
    expect(here(erika)).to_have_text(["Erika Hoffmann"])
    expect(erika.page.locator("[data-live]")).to_have_text("Live")
    erika.page.evaluate("window.neverReloaded = true")
    code = erika.page.locator("[data-part=code] .join-code").inner_text()

    tomas: Visitor = newcomer(viewport=PHONE, has_touch=True)
    tomas.enter("EMP005")
    tomas.open("/meetings")
    tomas.page.get_by_label("Join by code").fill(code.lower())
    tomas.page.get_by_label("Join by code").press("Enter")
    tomas.page.get_by_role("button", name="Join").press("Enter")
    expect(here(tomas)).to_have_text(["Erika Hoffmann", "Tomás Oliveira"])
    expect(here(erika)).to_have_text(["Erika Hoffmann", "Tomás Oliveira"], timeout=SOON)
    expect(erika.page.locator("[data-part=spoken]")).to_have_text("Tomás Oliveira came.")
    expect(tomas.page.locator("[data-live]")).to_have_text("Live")
    axe_says_nothing(erika)
    axe_says_nothing(tomas)

    erika.page.get_by_role("button", name="Leave").click()
    expect(erika.page.locator(".own-status")).to_contain_text("You have left.")
    expect(here(tomas)).to_have_text(["Tomás Oliveira"], timeout=SOON)
    tomas.page.get_by_role("button", name="Leave").tap()
    expect(here(erika)).to_have_count(0, timeout=SOON)
    expect(erika.page.locator("[data-part=spoken]")).to_have_text("Tomás Oliveira left.")
    assert erika.page.evaluate("window.neverReloaded") is True


def test_a_qr_code_holds_the_link_and_who_opens_it_signs_in_and_is_in(newcomer: Newcomer) -> None:
    host, meeting = host_of(newcomer, "EMP002")
    code = str(meeting["code"])
    link = host.page.locator("[data-part=code] .join-link").get_attribute("href")
    assert link == f"{host.site.url}/join/{code}"
    assert read_qr(host) == link

    guest: Visitor = newcomer(viewport=PHONE, has_touch=True)
    guest.open(f"/join/{code}")
    expect(guest.page.get_by_text(f"join the meeting {code[:3]} {code[3:]}")).to_be_visible()
    guest.page.get_by_label("Employee ID").fill("EMP005")
    guest.type_passphrase(guest.site.passphrases["EMP005"])
    expect(guest.page.get_by_role("heading", name="Retro")).to_be_visible()
    axe_says_nothing(guest)
    guest.page.get_by_role("button", name="Join").tap()
    expect(here(guest)).to_have_text(["Tomás Oliveira"])
    expect(here(host)).to_have_text(["Tomás Oliveira"], timeout=SOON)


def read_qr(visitor: Visitor) -> str:
    """What a camera reads in the picture on the page: it is decoded, not taken from the sources."""
    picture = visitor.page.locator("[data-part=code] svg.qr")
    expect(picture).to_be_visible()
    path = str(picture.locator("path").get_attribute("d"))
    size = int(str(picture.get_attribute("viewBox")).split()[2])
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    scale = 8
    image = bytearray()
    for y in range(size * scale):
        for x in range(size * scale):
            shade = 0 if (x // scale, y // scale) in dark else 255
            image += bytes((shade, shade, shade, 255))
    return decoded(bytes(image), size * scale)


def decoded(image: bytes, side: int) -> str:
    """The text of a QR code in a square RGBA picture, by the decoder of the npm package."""
    script = (
        "import decode from 'qr/decode.js';"
        "const side = Number(process.argv[1]); const chunks = [];"
        "for await (const chunk of process.stdin) chunks.push(chunk);"
        "const data = new Uint8Array(Buffer.concat(chunks));"
        "console.log(decode({ width: side, height: side, data }));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, str(side)],
        cwd=ROOT, input=image, check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


def test_a_code_that_has_expired_says_so_and_what_to_do(newcomer: Newcomer) -> None:
    host, meeting = host_of(newcomer, "EMP002")
    visitor: Visitor = newcomer(viewport=PHONE, has_touch=True)
    visitor.enter("EMP005")
    host.page.get_by_role("button", name="Renew the code").click()
    host.page.get_by_role("button", name="Renew it").click()
    fresh = host.page.locator("[data-part=code] .join-code")
    shown = f"{meeting['code'][:3]} {meeting['code'][3:]}"
    expect(fresh).not_to_have_text(shown)
    renewed = fresh.inner_text()

    visitor.open(f"/join/{meeting['code']}")
    expect(visitor.page.get_by_role("heading", name=f"{shown} opens no meeting")).to_be_visible()
    expect(visitor.page.get_by_text("Ask the host for the code they show now")).to_be_visible()
    axe_says_nothing(visitor)
    visitor.page.get_by_label("Join by code").fill(f"see {visitor.site.url}/join/{renewed[:3]}")
    visitor.page.get_by_role("button", name="Join").tap()
    expect(visitor.page.get_by_role("alert").filter(has_text="six letters")).to_be_visible()
    visitor.page.get_by_label("Join by code").fill(renewed)
    visitor.page.get_by_role("button", name="Join").tap()
    expect(visitor.page.get_by_role("heading", name="Retro")).to_be_visible()

    host.page.get_by_role("button", name="End for all").click()
    host.page.get_by_role("button", name="End it for all").click()
    expect(host.page.locator(".own-status")).to_contain_text("is over: the host ended it.")
    visitor.page.get_by_role("button", name="Join").tap()
    expect(visitor.page.get_by_role("alert").filter(has_text="is over")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="This code has expired")).to_be_visible()
    axe_says_nothing(visitor)
    forgive(visitor)


def test_the_host_lets_people_in_from_the_waiting_room(newcomer: Newcomer) -> None:
    host, meeting = host_of(newcomer, "EMP002", waiting_room=True)
    aisha, grace = newcomer(), newcomer()
    for visitor, employee in ((aisha, "EMP006"), (grace, "EMP008")):
        visitor.enter(employee)
        visitor.open(f"/join/{meeting['code']}")
        visitor.page.get_by_role("button", name="Join").click()
        expect(visitor.page.get_by_role("heading", name="Waiting for the host")).to_be_visible()
    axe_says_nothing(aisha)
    expect(host.page.get_by_role("button", name="Refuse Grace O'Neill")).to_be_visible(timeout=SOON)
    axe_says_nothing(host)
    host.page.get_by_role("button", name="Let in Aisha Rahman").click()
    expect(here(aisha)).to_have_text(["Aisha Rahman"], timeout=SOON)
    host.page.get_by_role("button", name="Refuse Grace O'Neill").click()
    expect(grace.page.get_by_text("The host did not let you in")).to_be_visible(timeout=SOON)
    expect(host.page.locator("[data-waiting]")).to_be_hidden()
    expect(here(host)).to_have_text(["Aisha Rahman"])


def test_the_changing_digits_are_asked_for_and_a_link_can_carry_them(newcomer: Newcomer) -> None:
    host, meeting = host_of(newcomer, "EMP002", rotating=True)
    visitor: Visitor = newcomer()
    visitor.enter("EMP005")
    visitor.open(f"/join/{meeting['code']}")
    digits = visitor.page.get_by_label("The six digits on the host’s screen")
    expect(digits).to_be_focused()
    digits.fill("000000")
    digits.press("Enter")
    expect(visitor.page.get_by_role("alert")).to_contain_text("not the ones on the host's screen")
    shown = host.page.locator("[data-part=code] .digits")
    expect(shown).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    visitor.open("/meetings")
    visitor.open(f"/join/{meeting['code']}#{shown.inner_text().replace(' ', '')}")
    visitor.page.get_by_role("button", name="Join").click()
    expect(here(visitor)).to_have_text(["Tomás Oliveira"])
    forgive(visitor)


def zoom_call(admin: Visitor, number: str, names: list[str]) -> dict[str, Any]:
    """A meeting in Zoom in which people came under names of their own."""
    meeting: dict[str, Any] = admin.api(
        "POST", "/api/v1/meetings", {"title": "Call", "external_id": number, "invited": ["EMP003"]}
    )
    for index, name in enumerate(names):
        event = {
            "event": "meeting.participant_joined",
            "payload": {
                "object": {
                    "id": number, "uuid": f"{number}==", "topic": "Call",
                    "participant": {
                        "user_id": str(index), "user_name": name, "email": "",
                        "participant_uuid": f"p{index}", "join_time": iso(datetime.now(UTC)),
                    },
                }
            },
        }  # fmt: skip
        body, headers = signed(ZOOM_SECRET, event, datetime.now(UTC))
        answer = admin.context.request.post(
            "/integrations/zoom/webhook",
            data=body,
            headers={**headers, "Content-Type": "application/json"},
        )
        assert answer.ok, answer.text()
    return meeting


def test_who_was_not_recognised_is_decided_and_taken_back(newcomer: Newcomer) -> None:
    evil = "<img src=x onerror=alert(1)> \u202ereversed"
    admin: Visitor = newcomer()
    admin.enter("EMP001")
    meeting = zoom_call(admin, "91234567801", ["Tommy O.", evil, "Moreau Felix"])
    admin.open(f"/meetings/{meeting['id']}/attendance")
    page = admin.page
    rows = page.locator("[data-part=people] tbody tr")
    expect(rows.filter(has_text="<img src=x onerror=alert(1)> reversed")).to_be_visible()
    assert page.locator("main img").count() == 0
    expect(rows.filter(has_text="Félix Moreau")).to_contain_text("Recognised by name")
    page.get_by_label("Recognised").select_option("no")
    expect(rows).to_have_count(2)
    assert page.url.endswith("?recognised=no")
    axe_says_nothing(admin)

    page.get_by_role("button", name="Say who Tommy O. is").click()
    page.get_by_label("Somebody of the company").fill("tomas")
    axe_says_nothing(admin)
    page.get_by_role("button", name="It’s them (Tomás Oliveira)").click()
    expect(rows).to_have_count(1)
    page.go_back()
    linked = rows.filter(has_text="Tomás Oliveira")
    expect(linked).to_contain_text("came as “Tommy O.”")
    linked.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Not them").click()
    page.get_by_role("button", name="Take it back").click()
    expect(rows.filter(has_text="Tommy O.")).to_contain_text("Not recognised")


def test_the_report_is_a_picture_a_table_files_and_paper(newcomer: Newcomer) -> None:
    host, meeting = host_of(newcomer, "EMP002", invited=["EMP006"])
    guest: Visitor = newcomer()
    guest.enter("EMP005")
    guest.api("POST", f"/api/v1/meetings/{meeting['code']}/join", {})
    guest.api("POST", f"/api/v1/meetings/{meeting['id']}/leave", {})
    guest.api("POST", f"/api/v1/meetings/{meeting['code']}/join", {})
    host.page.get_by_role("link", name="Attendance", exact=True).click()
    page = host.page
    rows = page.locator("[data-part=people] tbody tr")
    expect(rows.filter(has_text="Tomás Oliveira")).to_contain_text("in 2 parts")
    expect(rows.filter(has_text="Aisha Rahman")).to_contain_text("Absent")
    expect(page.locator(".span-chart rect.span")).to_have_count(2)
    picture = page.get_by_role("img", name=re.compile("1 person, 1 still there"))
    expect(picture).to_be_visible()
    page.get_by_text("Show the times").click()
    expect(page.locator(".spans tbody tr")).to_have_count(2)
    page.get_by_label("Status").select_option("absent")
    expect(rows).to_have_count(2)  # and the host, who has only set it up
    page.get_by_label("Find").fill("RAHMAN")
    expect(rows).to_have_count(1)
    axe_says_nothing(host)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Aisha Rahman,EMP006,")
    page.emulate_media(media="print")
    for unwanted in ("banner", "navigation"):
        expect(page.get_by_role(unwanted)).to_have_count(0)
    expect(page.get_by_role("table", name="Attendance")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_people_are_put_on_the_list_and_find_the_meeting_among_theirs(
    newcomer: Newcomer,
) -> None:
    host, _ = host_of(newcomer, "EMP002", title="Budget round")
    invited: Visitor = newcomer()
    invited.enter("EMP006")
    invited.open("/")
    today = invited.page.locator("[data-part=meetings]")
    expect(today.get_by_role("link", name="Budget round")).to_have_count(0)
    host.page.get_by_role("button", name="Invite people").click()
    host.page.get_by_role("button", name="Put them on the list").click()
    expect(host.page.get_by_role("alert").filter(has_text="at least one person")).to_be_visible()
    host.page.get_by_label("Aisha Rahman").check()
    axe_says_nothing(host)
    host.page.get_by_role("button", name="Put them on the list").click()
    expect(host.page.get_by_role("dialog")).to_have_count(0)
    today.get_by_role("link", name="Budget round").click(timeout=SOON)
    expect(invited.page.get_by_role("heading", level=1)).to_have_text("Budget round")
    expect(invited.page.locator(".own-status")).to_contain_text("You are not in this meeting.")


def test_somebody_in_a_meeting_sees_only_their_own_times(newcomer: Newcomer) -> None:
    host, meeting = host_of(newcomer, "EMP002")
    host.api("POST", f"/api/v1/meetings/{meeting['id']}/join", {})
    guest: Visitor = newcomer()
    guest.enter("EMP005")
    guest.api("POST", f"/api/v1/meetings/{meeting['code']}/join", {})
    guest.open(f"/meetings/{meeting['id']}/attendance")
    expect(guest.page.locator("[data-part=people] tbody tr")).to_have_count(1)
    guest.open(f"/meetings/{meeting['id']}")
    expect(guest.page.locator(".span-name")).to_have_count(1)
    expect(here(guest)).to_have_count(2)
    expect(guest.page.locator("[data-host]")).to_be_hidden()
    outsider: Visitor = newcomer()
    outsider.enter("EMP007")
    outsider.open(f"/meetings/{meeting['id']}")
    expect(outsider.page.get_by_text("There is no such meeting for you")).to_be_visible()
    forgive(outsider)


def test_the_admins_board_follows_what_goes_on(newcomer: Newcomer) -> None:
    admin: Visitor = newcomer()
    admin.enter("EMP001")
    admin.open("/admin/meetings")
    card = admin.page.locator(".board li").filter(has_text="Board talk")
    host, meeting = host_of(newcomer, "EMP007", title="Board talk")
    expect(card.locator(".figure")).to_have_text("0", timeout=SOON)
    host.page.get_by_role("button", name="Join").click()
    expect(card.locator(".figure")).to_have_text("1", timeout=SOON)
    host.api("POST", f"/api/v1/meetings/{meeting['id']}/end", {})
    expect(card).to_have_count(0, timeout=SOON)
    over = admin.page.locator("[data-part=over] tbody tr").filter(has_text="Board talk")
    expect(over).to_be_visible()


def test_a_planned_meeting_is_among_those_to_come_and_can_be_called_off(
    newcomer: Newcomer,
) -> None:
    host: Visitor = newcomer()
    host.enter("EMP003")
    host.open("/meetings?when=upcoming")
    expect(host.page.get_by_text("Nothing is planned after today.")).to_be_visible()
    host.page.get_by_role("button", name="Set up a meeting").click()
    axe_says_nothing(host)
    host.page.get_by_label("Title").fill("Prüfung")
    host.page.get_by_label("When").select_option("later")
    host.page.get_by_label("Begins").fill("2037-05-04T09:30")
    host.page.get_by_label("Lasts").select_option("90")
    host.page.get_by_role("button", name="Set it up").click()
    expect(host.page.get_by_role("heading", level=1)).to_have_text("Prüfung")
    expect(host.page.locator(".meeting-facts")).to_contain_text("4 May 2037, 09:30 – 11:00")
    host.open("/meetings?when=upcoming")
    host.page.get_by_role("link", name="Prüfung").click()
    host.page.get_by_role("button", name="Call it off").click()
    host.page.get_by_role("dialog").get_by_role("button", name="Call it off").click()
    expect(host.page.locator(".own-status")).to_contain_text("“Prüfung” was called off.")


def test_the_host_changes_what_was_set_up_and_others_see_it_by_themselves(
    newcomer: Newcomer,
) -> None:
    begins = (datetime.now(UTC) + timedelta(days=2)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    mona, meeting = host_of(
        newcomer, "EMP002", starts_at=iso(begins), ends_at=iso(begins + timedelta(hours=1)),
        invited=["EMP004"],
    )  # fmt: skip
    erika: Visitor = newcomer()
    erika.enter("EMP004")
    erika.open(f"/meetings/{meeting['id']}")
    expect(erika.page.locator("[data-live]")).to_have_text("Live")
    expect(erika.page.get_by_role("button", name="Change", exact=True)).to_have_count(0)

    mona.page.get_by_role("button", name="Change", exact=True).click()
    dialog = mona.page.get_by_role("dialog")
    axe_says_nothing(mona)
    ends = dialog.get_by_label("Ends").input_value()
    dialog.get_by_label("Title").fill("Look back, together")
    shown = datetime.fromisoformat(dialog.get_by_label("Begins").input_value())
    day_after = shown + timedelta(days=1)
    dialog.get_by_label("Begins").fill(f"{day_after:%Y-%m-%dT%H:%M}")
    expect(dialog.get_by_label("Ends")).not_to_have_value(ends)  # It keeps its length.
    dialog.get_by_label("Ends").fill("2001-01-01T10:00")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("end before it begins")
    expect(dialog.get_by_label("Title")).to_have_value("Look back, together")
    dialog.get_by_label("Ends").fill(f"{day_after + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    dialog.get_by_label("Waiting room").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(mona.page.get_by_role("heading", level=1)).to_have_text("Look back, together")
    expect(erika.page.get_by_role("heading", level=1)).to_have_text(
        "Look back, together", timeout=SOON
    )
    after = mona.api("GET", f"/api/v1/meetings/{meeting['id']}")
    assert after["starts_at"] == iso(begins + timedelta(days=1))
    assert after["ends_at"] == iso(begins + timedelta(days=1, hours=2))
    assert (after["waiting_room"], after["rotating"]) == (True, False)
    forgive(mona)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_of_a_meeting_is_cut_off(newcomer: Newcomer, theme: str) -> None:
    host, meeting = host_of(newcomer, "EMP002", title="Ü" * 120, rotating=True)
    host.api("POST", f"/api/v1/meetings/{meeting['id']}/join", {})
    phone: Visitor = newcomer(viewport=PHONE, has_touch=True, color_scheme=theme)
    phone.enter("EMP002")
    for path in ("", "/attendance"):
        phone.open(f"/meetings/{meeting['id']}{path}")
        expect(phone.page.locator(".span-chart")).to_be_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        axe_says_nothing(phone)
    phone.open(f"/meetings/{meeting['id']}")
    phone.page.get_by_role("button", name="Show it large").tap()
    expect(phone.page.get_by_role("dialog").locator("svg.qr")).to_be_visible()
    axe_says_nothing(phone)
