"""Files given in the chat go to the session that the talk is about."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.test_sessions import arrived, axe_says_nothing, files, plan
from tests.samples import pdf

__all__ = ["files"]

DROP = """(chat, name) => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-1.4\\n%%EOF\\n"], name, {type: "application/pdf"}));
  for (const type of ["dragover", "drop"]) {
    chat.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
  }
}"""


def test_files_chosen_or_dropped_go_to_the_session_in_question(
    newcomer: Newcomer, files: Path
) -> None:
    erika = arrived(newcomer, "EMP004")
    session = plan(erika, "Welding basics")
    erika.open("/")
    chat = erika.page.locator("rollcall-chat")
    chat.evaluate(DROP, "Too early.pdf")
    expect(chat.get_by_text("Which session are the files for?")).to_be_visible()

    erika.say("add a note to Welding basics: the gas bottle is empty")
    card = chat.get_by_role("region", name="Files for Welding basics")
    expect(card).to_be_visible()
    (files / "Plan.pdf").write_bytes(pdf())
    with erika.page.expect_file_chooser() as chooser:
        card.get_by_role("button", name="Add files").click()
    chooser.value.set_files([files / "Plan.pdf"])
    expect(card.get_by_text("One file is kept.")).to_be_visible()
    chat.evaluate(DROP, "Sketch.pdf")
    expect(card.get_by_text("2 files are kept.")).to_be_visible()
    axe_says_nothing(erika)
    kept = erika.api("GET", f"/api/v1/completions/{session['id']}/attachments")["items"]
    assert {one["file_name"] for one in kept} == {"Plan.pdf", "Sketch.pdf"}
