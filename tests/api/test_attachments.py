"""Files over HTTP: what is taken, what is refused, how they come out again."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from rollcall import Rollcall
from rollcall.attachments.content import BUCKET
from rollcall.attachments.names import LONGEST
from tests.api.conftest import Caller, error_of
from tests.samples import BAD, EICAR, GOOD, WORD, archive, office, pdf, picture

SESSION = {
    "title": "Welding basics",
    "scheduled_date": "2026-03-01",
    "scheduled_start_time": "09:30",
    "scheduled_end_time": "10:45",
}


@pytest.fixture
def lesson(employee: Caller) -> str:
    return str(employee.post("/api/v1/completions", SESSION).get_json()["id"])


def upload(
    caller: Caller, lesson: str, name: str, content: bytes, kind: str | None = None, **more: Any
) -> TestResponse:
    """What a form with a file field sends."""
    file = FileStorage(io.BytesIO(content), name, content_type=kind)
    return caller("POST", f"/api/v1/completions/{lesson}/attachments", data={"file": file}, **more)


def upload_raw(caller: Caller, lesson: str, name: str | None, content: bytes) -> TestResponse:
    """The same file as the body itself."""
    query = {"file_name": name} if name is not None else {}
    return caller("POST", f"/api/v1/completions/{lesson}/attachments", data=content,
                  query_string=query, content_type="application/octet-stream")  # fmt: skip


def kept(caller: Caller, lesson: str, name: str = "plan.pdf", content: bytes | None = None) -> Any:
    answer = upload(caller, lesson, name, pdf() if content is None else content)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def listed(caller: Caller, lesson: str) -> list[dict[str, Any]]:
    answer = caller.get(f"/api/v1/completions/{lesson}/attachments").get_json()
    found: list[dict[str, Any]] = answer["items"]
    return found


def stored(roll: Rollcall) -> int:
    """How many documents there are of any content, whole or not."""
    names = (f"{BUCKET}.files", f"{BUCKET}.chunks", "session_attachments", "uploads")
    return sum(roll.database.collection(name).count_documents({}) for name in names)


@pytest.mark.parametrize("name", GOOD)
def test_an_accepted_file_comes_out_as_it_went_in(
    employee: Caller, manager: Caller, lesson: str, name: str
) -> None:
    file = kept(employee, lesson, name, GOOD[name])
    assert file["sha256"] == hashlib.sha256(GOOD[name]).hexdigest()
    answer = manager.get(file["download_url"])
    assert answer.data == GOOD[name]
    assert answer.mimetype == file["mime_type"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


MORE_BAD = {
    **BAD,
    "a picture with scripts called PNG": ("logo.png", b"<svg onload='alert(1)'/>"),
    "a test virus in a document": (
        "plan.docx", office(WORD, {"eicar.com": EICAR, "run.exe": EICAR}),
    ),
    "a zip in a zip": ("plan.docx", archive({"a.zip": archive({"b.zip": b"PK"})})),
    "a page with the type of a picture": ("photo.gif", b"<html><script>alert(1)</script>"),
    "two extensions": ("plan.pdf.exe", b"MZ"),
    "an extension hidden by a NUL": ("run.exe\x00.pdf", b"MZ"),
    "an extension hidden by direction": ("fdp.\u202eexe", b"MZ"),
    "only an extension": (".pdf", b"MZ"),
}  # fmt: skip


@pytest.mark.parametrize("what", MORE_BAD)
def test_what_could_harm_is_refused_with_the_reason_and_nothing_stays(
    roll: Rollcall, employee: Caller, lesson: str, what: str
) -> None:
    name, content = MORE_BAD[what]
    for answer in (
        upload(employee, lesson, name, content, "application/pdf"),
        upload_raw(employee, lesson, name, content),
    ):
        error = error_of(answer)
        if "\x00" in name and answer.status_code == 422:
            # In an address a control character is no name at all.
            assert "file_name" in error["fields"]
            continue
        assert (answer.status_code, error["code"]) == (415, "unsupported_type")
        assert error["message"].endswith(".")
    assert listed(employee, lesson) == []
    assert stored(roll) == 0


TRAVERSAL = [
    "../../../etc/passwd.pdf",
    "..\\..\\windows\\system32\\plan.pdf",
    "/etc/shadow.pdf",
    "C:\\Windows\\plan.pdf",
    "....//....//plan.pdf",
    "%2e%2e%2f%2e%2e%2fplan.pdf",
    "..%c0%af..%c0%afplan.pdf",
    "\\\\server\\share\\plan.pdf",
    "plan/../../plan.pdf",
    "~/plan.pdf",
]
ODD = [
    "a\x00b.pdf",
    "photo\u202efdp.pdf",
    "x" * 300 + ".pdf",
    "Prüfung – Lösung №3.pdf",
    "計画.pdf",
    'a";filename="b.exe.pdf',
    "line\r\nSet-Cookie: a=b.pdf",
    "con.pdf",
    " .pdf.pdf",
    "100%.pdf",
    "naïve;quote'd.pdf",
    "🦊.pdf",
]


@pytest.mark.parametrize("name", TRAVERSAL + ODD)
def test_a_name_loses_its_tricks_and_its_header_is_one_line(
    employee: Caller, lesson: str, name: str
) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.replace("\\", "\\\\").replace('"', '\\"').replace("\r\n", "%0D%0A").encode()
        + b'"\r\n\r\n' + pdf() + b"\r\n--x--\r\n"
    )  # fmt: skip
    answer = employee("POST", f"/api/v1/completions/{lesson}/attachments", data=body,
                      content_type="multipart/form-data; boundary=x")  # fmt: skip
    assert answer.status_code == 201, answer.get_json()
    file = answer.get_json()
    given = file["file_name"]
    assert given.endswith(".pdf")
    assert len(given) <= LONGEST
    assert given.isprintable()
    assert not set(given) & set('/\\:"<>|?*')
    assert not given.startswith(".")
    got = employee.get(file["download_url"])
    assert got.data == pdf()
    kind, options = parse_options_header(got.headers["Content-Disposition"])
    assert (kind, options["filename"]) == ("attachment", given)
    assert got.headers["Content-Disposition"].isascii()
    assert "Set-Cookie" not in got.headers


def test_what_the_client_says_of_the_type_is_ignored(employee: Caller, lesson: str) -> None:
    file = upload(employee, lesson, "plan.pdf", pdf(), "text/html").get_json()
    assert file["mime_type"] == "application/pdf"
    assert employee.get(file["download_url"]).mimetype == "application/pdf"


def test_a_form_needs_one_file_and_a_body_a_name(
    roll: Rollcall, employee: Caller, lesson: str
) -> None:
    url = f"/api/v1/completions/{lesson}/attachments"
    two = [(io.BytesIO(pdf()), "a.pdf"), (io.BytesIO(pdf()), "b.pdf")]
    for data in ({"description": "none"}, {"file": two}, {"file": (io.BytesIO(pdf()), "")}):
        answer = employee("POST", url, data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "file" in error_of(answer)["fields"]
    answer = upload_raw(employee, lesson, None, pdf())
    assert answer.status_code == 422
    assert "file_name" in error_of(answer)["fields"]
    assert stored(roll) == 0


def test_a_body_that_is_the_file_itself_is_kept(employee: Caller, lesson: str) -> None:
    answer = upload_raw(employee, lesson, "Prüfung.pdf", pdf())
    assert answer.status_code == 201
    assert answer.get_json()["file_name"] == "Prüfung.pdf"
    assert employee.get(answer.get_json()["download_url"]).data == pdf()


def test_who_may_not_add_a_file_is_told_before_it_is_read(
    manager: Caller, outsider: Caller, guest: Caller, lesson: str
) -> None:
    class Untouched(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def tell(self) -> int:
            return 0

        def seek(self, *_: int) -> int:
            return 0

        def readinto(self, _: Any) -> int:
            raise AssertionError("the body was read")

    url = f"/api/v1/completions/{lesson}/attachments?file_name=a.pdf"
    for caller, status in ((manager, 404), (outsider, 404), (guest, 401)):
        answer = caller("POST", url, input_stream=Untouched(), content_length=9999,
                        content_type="application/pdf")  # fmt: skip
        assert answer.status_code == status


def test_the_quota_of_a_person_holds(employee: Caller, lesson: str, roll: Rollcall) -> None:
    kept(employee, lesson)
    roll.database.collection("session_attachments").update_one(
        {}, {"$set": {"size": roll.settings.quota_megabytes * 1024 * 1024 - 10}}
    )
    answer = upload(employee, lesson, "more.pdf", pdf())
    assert answer.status_code == 413
    assert "fit" in error_of(answer)["message"]


@pytest.fixture
def video(employee: Caller, lesson: str) -> Any:
    """A PDF of some length; to ranges it makes no difference what it is."""
    content = pdf()[:-5] + b"x" * 600_000 + pdf()[-6:]
    return upload_raw(employee, lesson, "long.pdf", content).get_json()


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=300000-300099", 300_000, 300_100),
        ("bytes=262140-262150", 262_140, 262_151),
        ("bytes=600000-", 600_000, None),
        ("bytes=-7", -7, None),
        ("bytes=0-99999999", 0, None),
    ],
)
def test_a_range_is_answered_with_just_that(
    employee: Caller, video: Any, asked: str, begin: int, end: int | None
) -> None:
    whole = employee.get(video["download_url"]).data
    answer = employee.get(video["download_url"], headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == whole[begin:end]
    first = begin if begin >= 0 else len(whole) + begin
    last = first + len(answer.data) - 1
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_ranges_that_can_not_be_and_several_at_once(employee: Caller, video: Any) -> None:
    size = video["file_size"]
    beyond = employee.get(video["download_url"], headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{size}"
    assert error_of(beyond)["code"] == "range_not_satisfiable"
    for asked in ("bytes=0-1,5-6", "pages=1-2"):
        answer = employee.get(video["download_url"], headers={"Range": asked})
        assert (answer.status_code, len(answer.data)) == (200, size), asked


def test_a_range_of_another_version_gets_the_whole_file(employee: Caller, video: Any) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert employee.get(video["download_url"], headers=headers).status_code == 200
    headers["If-Range"] = f'"{video["sha256"]}"'
    assert employee.get(video["download_url"], headers=headers).status_code == 206


def test_downloads_are_counted_once_however_a_player_fetches(
    employee: Caller, manager: Caller, outsider: Caller, video: Any
) -> None:
    url = video["download_url"]
    manager.get(url)
    for asked in ("bytes=0-", "bytes=1000-2000", "bytes=-5"):
        manager.get(url, headers={"Range": asked})
    manager("HEAD", url)
    assert manager.get(url, headers={"If-None-Match": f'"{video["sha256"]}"'}).status_code == 304
    assert outsider.get(url).status_code == 404
    about = f"/api/v1/attachments/{video['id']}"
    assert employee.get(about).get_json()["downloads"] == 2
    takers = employee.get(f"{about}/downloads").get_json()["items"]
    assert [one["name"] for one in takers] == ["Mona Lindqvist"] * 2


def test_a_preview_shows_pictures_and_pdf_and_counts_nothing(employee: Caller, lesson: str) -> None:
    for name in ("photo.png", "minutes.pdf"):
        file = kept(employee, lesson, name, GOOD[name])
        answer = employee.get(f"/api/v1/attachments/{file['id']}/preview")
        assert answer.headers["Content-Disposition"].startswith("inline;")
        assert answer.data == GOOD[name]
        about = employee.get(f"/api/v1/attachments/{file['id']}").get_json()
        assert (about["downloads"], about["previewed"]) == (0, True)
    document = kept(employee, lesson, "plan.docx", GOOD["plan.docx"])
    assert employee.get(f"/api/v1/attachments/{document['id']}/preview").status_code == 404


def test_all_files_come_as_one_zip_with_names_of_their_own(
    employee: Caller, manager: Caller, lesson: str
) -> None:
    contents = [pdf(), picture("PNG"), pdf() + b"\n"]
    for name, content in zip(("Plan.pdf", "Tafel – 1.png", "plan.pdf"), contents, strict=True):
        kept(employee, lesson, name, content)
    answer = manager.get(f"/api/v1/completions/{lesson}/attachments.zip")
    assert answer.mimetype == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert 'filename="Welding basics.zip"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.testzip() is None
        assert found.namelist() == ["Plan.pdf", "Tafel – 1.png", "plan (2).pdf"]
        assert [found.read(name) for name in found.namelist()] == contents
    assert [one["downloads"] for one in listed(employee, lesson)] == [1, 1, 1]


def test_a_session_without_files_has_an_empty_zip(employee: Caller, lesson: str) -> None:
    answer = employee.get(f"/api/v1/completions/{lesson}/attachments.zip")
    assert answer.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(answer.data)).namelist() == []


def test_a_deleted_file_is_gone_with_its_content(
    roll: Rollcall, employee: Caller, manager: Caller, lesson: str
) -> None:
    file = kept(employee, lesson)
    about = f"/api/v1/attachments/{file['id']}"
    assert manager("DELETE", about).status_code == 403
    assert employee("DELETE", about).status_code == 200
    for path in (about, f"{about}/content", f"{about}/preview"):
        assert employee.get(path).status_code == 404
    assert listed(employee, lesson) == []
    assert roll.database.collection(f"{BUCKET}.chunks").count_documents({}) == 0


def test_a_file_of_a_few_bytes_is_kept(employee: Caller, lesson: str) -> None:
    content = b"%PDF-1.4\n%%EOF\n"
    assert upload_raw(employee, lesson, "tiny.pdf", content).status_code == 201
    assert [one["file_size"] for one in listed(employee, lesson)] == [len(content)]
