"""Uploads to the real web server: at the limit and beyond, in pieces, slow, many, broken off."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from rollcall import Principal, Rollcall
from rollcall.attachments.content import BUCKET
from rollcall.completions.files import LARGEST_FILE
from rollcall.completions.model import Completion
from tests.cast import Cast
from tests.realtime.conftest import RunningWeb
from tests.samples import mpeg, pdf
from tests.uploading import MEGABYTE, planned, slow_upload, video


@pytest.fixture
def lesson(roll: Rollcall, cast: Cast) -> Completion:
    return planned(roll, cast.employee)


def post(web: RunningWeb, actor: Principal, lesson: Completion, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {web.token(actor)}", **options.pop("headers", {})}
    url = f"{web.url}/api/v1/completions/{lesson.completion_id}/attachments"
    return httpx.post(url, headers=headers, timeout=120, **options)


def stored(roll: Rollcall) -> dict[str, int]:
    names = (f"{BUCKET}.files", f"{BUCKET}.chunks", "session_attachments", "uploads")
    return {name: roll.database.collection(name).count_documents({}) for name in names}


NOTHING = {f"{BUCKET}.files": 0, f"{BUCKET}.chunks": 0, "session_attachments": 0, "uploads": 0}


def wait_for(roll: Rollcall, expected: dict[str, int]) -> None:
    pause = threading.Event()
    for _ in range(300):
        if stored(roll) == expected:
            return
        pause.wait(0.1)
    assert stored(roll) == expected


def test_exactly_a_hundred_megabytes_are_kept_and_come_back_whole(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    headers = {"Content-Type": "video/mpeg", "Content-Length": str(LARGEST_FILE)}
    answer = post(web, cast.employee, lesson, headers=headers, params={"file_name": "a.mpg"},
                  content=video(LARGEST_FILE))  # fmt: skip
    assert answer.status_code == 201
    digest = hashlib.sha256()
    for piece in video(LARGEST_FILE):
        digest.update(piece)
    assert answer.json()["sha256"] == digest.hexdigest()
    headers = {"Authorization": f"Bearer {web.token(cast.manager)}"}
    got, size = hashlib.sha256(), 0
    with httpx.stream("GET", web.url + answer.json()["download_url"], headers=headers) as stream:
        assert int(stream.headers["Content-Length"]) == LARGEST_FILE
        for piece in stream.iter_bytes():
            got.update(piece)
            size += len(piece)
    assert (size, got.hexdigest()) == (LARGEST_FILE, digest.hexdigest())


@pytest.mark.parametrize("announced", [True, False])
def test_a_hundred_and_one_megabytes_are_too_many_announced_or_not(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion, announced: bool
) -> None:
    size = LARGEST_FILE + MEGABYTE
    headers = {"Content-Type": "video/mpeg"} | ({"Content-Length": str(size)} if announced else {})
    answer = post(web, cast.employee, lesson, headers=headers, params={"file_name": "a.mpg"},
                  content=video(size))  # fmt: skip
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"
    assert stored(roll) == NOTHING


def test_a_form_beyond_the_limit_is_too_large(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mpg"\r\n\r\n',
        *video(LARGEST_FILE + 2 * MEGABYTE),
        b"\r\n--x--\r\n",
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for length in ({}, {"Content-Length": str(sum(map(len, form)))}):
        answer = post(web, cast.employee, lesson, headers=kind | length, content=iter(form))
        assert answer.status_code == 413
    assert stored(roll) == NOTHING


def test_a_body_that_names_no_length_is_kept(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    answer = post(web, cast.employee, lesson, headers={"Content-Type": "video/mpeg"},
                  params={"file_name": "a.mpg"}, content=video(3 * MEGABYTE + 7))  # fmt: skip
    assert answer.status_code == 201
    assert answer.json()["file_size"] == 3 * MEGABYTE + 7
    assert answer.request.headers["Transfer-Encoding"] == "chunked"


def test_a_slow_upload_keeps_nobody_waiting_and_arrives(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    content = b"".join(video(MEGABYTE))
    token = web.token(cast.employee)
    with slow_upload(web.url, token, lesson.completion_id, "a.mpg", len(content)) as upload:
        for begin in range(0, 20_000, 1000):
            upload.send(content[begin : begin + 1000])
            others = httpx.get(f"{web.url}/alive", timeout=5)
            assert others.status_code == httpx.codes.OK
        upload.send(content[20_000:])
        status, body = upload.answer()
    assert (status, body["sha256"]) == (201, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("sent", [0, 10, 300_000, 900_000])
def test_an_upload_that_breaks_off_leaves_nothing_and_can_be_sent_again(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion, sent: int
) -> None:
    content = b"".join(video(MEGABYTE))
    token = web.token(cast.employee)
    with slow_upload(web.url, token, lesson.completion_id, "a.mpg", len(content)) as upload:
        upload.send(content[:sent])
    wait_for(roll, NOTHING)
    assert roll.files.list(cast.employee, lesson.completion_id).items == []
    again = post(web, cast.employee, lesson, headers={"Content-Type": "video/mpeg"},
                 params={"file_name": "a.mpg"}, content=content)  # fmt: skip
    assert again.status_code == 201


def test_a_form_that_breaks_off_leaves_nothing(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    whole = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mpg"\r\n\r\n' + mpeg()
    answer = post(web, cast.employee, lesson, content=whole,
                  headers={"Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    assert answer.status_code == 400
    assert stored(roll) == NOTHING


def test_twenty_at_once_are_all_kept(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    contents = {f"plan {number}.pdf": pdf() + bytes([number]) * 400_000 + b"\n%%EOF\n"
                for number in range(20)}  # fmt: skip

    def send(name: str) -> int:
        files = {"file": (name, contents[name])}
        return post(web, cast.employee, lesson, files=files).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(send, contents)) == {201}
    items = roll.files.list(cast.employee, lesson.completion_id).items
    assert {one.name: one.sha256 for one in items} == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }
    assert roll.completions.get(cast.employee, lesson.completion_id).attachment_count == 20
    assert stored(roll)["uploads"] == 0


def test_the_same_upload_twice_at_once_is_kept_once(
    web: RunningWeb, roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    def send(_: int) -> Any:
        return post(web, cast.employee, lesson, files={"file": ("plan.pdf", pdf())},
                    headers={"Idempotency-Key": "the-same"}).json()  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        ids = {one["id"] for one in pool.map(send, range(4))}
    assert len(ids) == 1
    assert len(roll.files.list(cast.employee, lesson.completion_id).items) == 1
    wait_for(roll, {f"{BUCKET}.files": 1, f"{BUCKET}.chunks": 1, "session_attachments": 1,
                    "uploads": 0})  # fmt: skip
