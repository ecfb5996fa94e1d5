"""The published JavaScript of the session tracker runs unchanged: complete, upload, add a note."""

import hashlib
from datetime import date, time

from rollcall import Rollcall
from rollcall.completions.model import NewCompletion
from tests.cast import Cast
from tests.realtime.conftest import RunningWeb
from tests.realtime.node import run_client
from tests.samples import mp4

PUBLISHED = "api/session_completion.php"
# What the page around the published code has: a file field, and a helper that posts forms.
STEPS = """
const bytes = Uint8Array.from(Buffer.from('%(file)s', 'hex'));
const fileInput = { files: [new File([bytes], 'Class recording.mp4', { type: 'video/mp4' })] };
const noted = [];
const CRUD = {
  post: async (address, body) => {
    const answer = await fetch(address, { method: 'POST', credentials: 'same-origin', body });
    noted.push({ status: answer.status, body: await answer.json() });
  },
};
const completed = await complete('%(id)s');
const uploaded = await upload('%(id)s', fileInput);
await addNote('%(id)s', CRUD);
const again = await complete('%(id)s');
const seen = async (answer) => ({ status: answer.status, body: await answer.json() });
return {
  completed: await seen(completed), uploaded: await seen(uploaded), noted, again: await seen(again),
};
"""


def test_the_three_published_calls_do_what_they_say(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    new = NewCompletion("Batch 001", date(2026, 3, 2), time(9, 30), time(10, 30))
    identity = roll.completions.create(cast.faculty, new).completion_id
    content = mp4()
    result = run_client(
        "session_tracking.js",
        PUBLISHED,
        f"{web.url}/api/session_completion.php",
        STEPS % {"id": identity, "file": content.hex()},
        web.token(cast.faculty),
    )["result"]
    completed, uploaded, [noted] = result["completed"], result["uploaded"], result["noted"]
    assert (completed["status"], completed["body"]["success"]) == (200, True)
    assert completed["body"]["data"]["completion_code"] == "BATCH-001-DEC19"
    assert (uploaded["status"], uploaded["body"]["success"]) == (201, True)
    assert (noted["status"], noted["body"]["success"]) == (201, True)
    assert result["again"]["status"] == 409
    assert "BATCH-001-DEC19" in result["again"]["body"]["error"]["message"]

    session = roll.completions.get(cast.faculty, identity)
    shown = session.public()
    assert (shown["actual_start_time"], shown["actual_end_time"]) == ("09:30", "10:45")
    assert session.notes == "Covered Topics 1-3, Quiz scheduled for next session"
    [file] = roll.files.list(cast.faculty, identity).items
    assert (file.name, file.description) == ("Class recording.mp4", "Class recording - Session 1")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    [note] = roll.notes.list(cast.faculty, identity).items
    assert (note.note_text, note.note_type) == ("Great participation today!", "achievement")
