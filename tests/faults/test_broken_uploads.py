"""kill -9 of the web server or of mongod during an upload: no half file is ever listed, and the
sweep removes what stayed."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import pytest
from pymongo.errors import PyMongoError

from rollcall import Rollcall, Settings
from rollcall.attachments.content import BUCKET
from rollcall.clock import system_clock
from rollcall.completions.files import ABANDONED_AFTER
from rollcall.completions.model import Completion
from rollcall.errors import StorageUnavailable
from rollcall.storage.database import Database
from rollcall.storage.mongod import EmbeddedMongod
from tests.cast import Cast, admit
from tests.faults.running import none_left, wait_until
from tests.realtime.conftest import RunningWeb, running_web
from tests.uploading import MEGABYTE, planned, slow_upload, video

SIZE, SENT = 8 * MEGABYTE, 3 * MEGABYTE
DATABASE = "uploads"


@dataclass
class Place:
    """A mongod of its own with a session in it, and the folder of a web server."""

    mongod: EmbeddedMongod
    roll: Rollcall
    cast: Cast
    lesson: Completion
    folder: Path

    def stored(self, name: str) -> int:
        try:
            return self.roll.database.collection(name).count_documents({})
        except PyMongoError:
            return -1

    def half_is_stored(self) -> bool:
        return self.stored(f"{BUCKET}.chunks") >= SENT // (256 * 1024) - 1

    def listed(self, web: RunningWeb) -> list[str]:
        """What the API lists."""
        answer = httpx.get(
            f"{web.url}/api/v1/completions/{self.lesson.completion_id}/attachments",
            headers={"Authorization": f"Bearer {web.token(self.cast.employee)}"},
            timeout=30,
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        return [one["file_name"] for one in answer.json()["items"]]

    def upload(self, web: RunningWeb) -> httpx.Response:
        return httpx.post(
            f"{web.url}/api/v1/completions/{self.lesson.completion_id}/attachments",
            params={"file_name": "again.mpg"},
            headers={
                "Authorization": f"Bearer {web.token(self.cast.employee)}",
                "Content-Type": "video/mpeg",
            },
            content=video(SIZE),
            timeout=60,
        )

    def assert_swept(self) -> None:
        """Two hours later nothing is left but what is listed."""
        later = system_clock() + ABANDONED_AFTER + timedelta(minutes=1)
        self.roll.at_clock(lambda: later).files.sweep()
        listed = self.roll.files.list(self.cast.employee, self.lesson.completion_id).items
        identities = {one.attachment_id for one in listed}
        chunks = self.roll.database.collection(f"{BUCKET}.chunks").distinct("files_id")
        assert {str(one) for one in chunks} == identities
        assert self.stored(f"{BUCKET}.files") == len(identities)
        assert self.stored("uploads") == 0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with EmbeddedMongod(tmp_path / "db") as mongod:
        settings = Settings(home=tmp_path / "home", demo=False)
        database = Database(mongod.uri, DATABASE)
        roll = Rollcall(settings, database, refresh_pepper="pepper", clock=system_clock)
        roll.migrate()
        cast = admit(roll)
        lesson = planned(roll, cast.employee)
        yield Place(mongod, roll, cast, lesson, tmp_path / "web")
        roll.close()


def test_the_web_server_dies_during_an_upload(place: Place) -> None:
    with running_web(place.folder, place.mongod.uri, DATABASE) as web:
        token = web.token(place.cast.employee)
        with slow_upload(web.url, token, place.lesson.completion_id, "half.mpg", SIZE) as upload:
            upload.send(b"".join(video(SENT)))
            wait_until(place.half_is_stored, "half of it is stored")
            process = psutil.Process(web.process.pid)
            family = [*process.children(recursive=True), process]
            for one in family:
                one.kill()
            wait_until(lambda: none_left(family[:-1]), "the web server is gone", 10)
    assert place.roll.files.list(place.cast.employee, place.lesson.completion_id).items == []
    assert place.stored("uploads") == 1
    with running_web(place.folder, place.mongod.uri, DATABASE) as web:
        assert place.listed(web) == []
        assert place.upload(web).status_code == httpx.codes.CREATED
        assert place.listed(web) == ["again.mpg"]
        place.assert_swept()
        assert place.listed(web) == ["again.mpg"]


def test_mongod_dies_during_an_upload(place: Place) -> None:
    with running_web(place.folder, place.mongod.uri, DATABASE) as web:
        token = web.token(place.cast.employee)
        content = b"".join(video(SIZE))
        with slow_upload(web.url, token, place.lesson.completion_id, "half.mpg", SIZE) as upload:
            upload.send(content[:SENT])
            wait_until(place.half_is_stored, "half of it is stored")
            place.mongod.kill()
            # The answer may come before all is sent.
            sender = threading.Thread(target=upload.send, args=(content[SENT:],), daemon=True)
            sender.start()
            status, body = upload.answer()
        assert (status, body["error"]["code"]) == (503, "storage_unavailable")
        sender.join(30)
        with pytest.raises(StorageUnavailable):
            place.roll.completions.get(place.cast.employee, place.lesson.completion_id)
        place.mongod.start()
        wait_until(lambda: place.stored("uploads") >= 0, "mongod answers")
        assert place.listed(web) == []
        answer = place.upload(web)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        assert place.listed(web) == ["again.mpg"]
        place.assert_swept()
        assert place.listed(web) == ["again.mpg"]
