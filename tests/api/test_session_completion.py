"""Seed 002's interface: forms in, what its clients read out."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from rollcall import Rollcall
from tests.api.conftest import Caller, error_of, sign_in
from tests.cast import Cast
from tests.samples import pdf, picture

URL = "/api/session_completion.php?action="
LESSON = {
    "title": "Welding basics",
    "scheduled_date": "2026-03-01",
    "scheduled_start_time": "09:30",
    "scheduled_end_time": "10:45",
}
WENT = {
    "actual_start_time": "09:30",
    "actual_end_time": "10:45",
    "completion_code": "BATCH-001-DEC19",
    "notes": "Covered Topics 1-3, Quiz scheduled for next session",
}


def act(caller: Caller, action: str, form: dict[str, Any], status: int = 200) -> Any:
    answer = caller("POST", URL + action, data=form, content_type="multipart/form-data")
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def created(caller: Caller) -> str:
    return str(act(caller, "create", LESSON, 201)["id"])


def test_a_session_from_creation_to_deleted_evidence(employee: Caller) -> None:
    identity = created(employee)
    [coming] = employee.get(URL + "occurrences").get_json()["data"]
    assert (coming["id"], coming["scheduled_start_time"]) == (identity, "09:30")
    done = act(employee, "complete", {"id": identity, **WENT})
    assert (done["success"], done["message"]) == (True, "Session completed successfully")
    assert done["data"]["completion_code"] == "BATCH-001-DEC19"
    assert employee.get(URL + "occurrences").get_json()["data"] == []
    note = {"completion_id": identity, "note_text": "Great participation today!",
            "note_type": "achievement"}  # fmt: skip
    note_id = act(employee, "add_note", note, 201)["id"]
    upload = {"completion_id": identity, "file": (io.BytesIO(pdf()), "plan.pdf"),
              "description": "Class recording - Session 1"}  # fmt: skip
    file = act(employee, "upload_attachment", upload, 201)["data"]
    whole = employee.get(f"{URL}get&id={identity}").get_json()["data"]
    assert (whole["actual_end_time"], whole["status"]) == ("10:45", "completed")
    [noted] = whole["notes_list"]
    assert (noted["note_type"], noted["author"]) == ("achievement", "Erika Musterfrau")
    [kept] = whole["attachments"]
    assert (kept["file_name"], kept["description"]) == ("plan.pdf", "Class recording - Session 1")
    assert employee.get(kept["download_url"]).data == pdf()
    assert act(employee, "delete_note", {"id": note_id})["success"]
    assert act(employee, "delete_attachment", {"id": file["id"]})["success"]
    after = employee.get(f"{URL}get&id={identity}").get_json()["data"]
    assert (after["notes_list"], after["attachments"]) == ([], [])
    assert employee.get(file["download_url"]).status_code == 404


def test_an_empty_field_of_a_form_changes_nothing(employee: Caller) -> None:
    identity = created(employee)
    form = {"id": identity, "title": "", "scheduled_date": "2026-03-04",
            "scheduled_start_time": "", "actual_start_time": ""}  # fmt: skip
    moved = act(employee, "update", form)["data"]
    assert (moved["title"], moved["scheduled_date"]) == ("Welding basics", "2026-03-04")
    assert moved["scheduled_start_time"] == "09:30"


def test_a_urlencoded_form_and_the_address_without_php_do_the_same(employee: Caller) -> None:
    answer = employee("POST", "/api/session_completion/?action=create", data=LESSON)
    assert answer.status_code == 201
    assert answer.get_json()["data"]["title"] == "Welding basics"


@pytest.mark.parametrize(
    ("action", "form", "field"),
    [
        ("create", {**LESSON, "scheduled_date": "31.02.2026"}, "scheduled_date"),
        ("create", {**LESSON, "scheduled_start_time": "25:00"}, "scheduled_start_time"),
        ("create", {name: LESSON[name] for name in LESSON if name != "title"}, "title"),
        ("complete", {"id": "{id}", "actual_start_time": "09:30"}, "actual_end_time"),
        ("add_note", {"completion_id": "{id}", "note_text": "x", "note_type": "gossip"},
         "note_type"),
        ("upload_attachment", {"completion_id": "{id}"}, "file"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(
    employee: Caller, action: str, form: dict[str, str], field: str
) -> None:
    identity = created(employee)
    filled = {name: value.replace("{id}", identity) for name, value in form.items()}
    answer = employee("POST", URL + action, data=filled)
    assert answer.status_code == 422
    assert field in error_of(answer)["fields"]


def test_reading_by_post_writing_by_get_and_other_actions_are_refused(employee: Caller) -> None:
    assert employee("POST", URL + "list").status_code == 405
    assert employee.get(URL + "create").status_code == 405
    for answer in (employee.get(URL + "drop_table"), employee.get("/api/session_completion.php")):
        assert answer.status_code == 422
        assert "action" in error_of(answer)["fields"]


def test_json_and_half_a_form_are_refused(employee: Caller) -> None:
    assert employee.post(URL + "create", LESSON).status_code == 415
    broken = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nWeld'
    answer = employee("POST", URL + "create", data=broken,
                      content_type="multipart/form-data; boundary=x")  # fmt: skip
    assert answer.status_code == 400
    assert "broke off" in error_of(answer)["message"]


def test_a_browser_needs_its_csrf_token_before_its_form_is_read(
    browser: FlaskClient, cast: Cast, roll: Rollcall
) -> None:
    csrf = sign_in(browser).get_json()["csrf_token"]
    refused = browser.post(URL + "create", data=LESSON)
    assert refused.status_code == 403
    assert roll.completions.list(cast.employee).items == []
    headers = {"X-CSRF-Token": csrf}
    assert browser.post(URL + "create", data=LESSON, headers=headers).status_code == 201
    foreign = {**headers, "Origin": "https://evil.example"}
    assert browser.post(URL + "create", data=LESSON, headers=foreign).status_code == 403


def test_the_list_is_ones_own_unless_somebody_else_is_asked_for(
    employee: Caller, manager: Caller, outsider: Caller
) -> None:
    identity = created(employee)
    assert manager.get(URL + "list").get_json()["data"] == []
    [theirs] = manager.get(URL + "list&employee_id=EMP004").get_json()["data"]
    assert theirs["id"] == identity
    assert outsider.get(URL + "list&employee_id=EMP004").status_code == 404


def test_a_repeated_upload_is_kept_once(employee: Caller) -> None:
    identity = created(employee)
    ids = set()
    for _ in range(2):
        form = {"completion_id": identity, "file": (io.BytesIO(picture("PNG")), "board.png")}
        answer = employee("POST", URL + "upload_attachment", data=form,
                          headers={"Idempotency-Key": "upload-1"})  # fmt: skip
        ids.add(answer.get_json()["id"])
    assert len(ids) == 1
    assert len(employee.get(f"{URL}get&id={identity}").get_json()["data"]["attachments"]) == 1
