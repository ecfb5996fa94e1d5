"""Files of sessions: taken in whole or not at all, counted, deleted, swept."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, time
from typing import BinaryIO

import pytest
from bson import ObjectId

from rollcall import Rollcall, Settings
from rollcall.attachments.content import BUCKET
from rollcall.completions.attachment import Upload
from rollcall.completions.files import LARGEST_FILE, MOST_FILES
from rollcall.completions.model import Completion, NewCompletion
from rollcall.errors import (
    Conflict,
    Forbidden,
    NotFound,
    StorageUnavailable,
    TooLarge,
    UnsupportedType,
)
from tests.cast import Cast
from tests.conftest import StandingClock
from tests.samples import BAD, GOOD, mpeg, pdf

MEGABYTE = 1024 * 1024


@pytest.fixture
def lesson(roll: Rollcall, cast: Cast) -> Completion:
    new = NewCompletion("Welding basics", date(2026, 3, 2), time(9, 30), time(10, 45))
    return roll.completions.create(cast.employee, new)


class Endless(io.RawIOBase):
    """A video of `size` bytes that is made as it is read; fails at `fails_at`."""

    def __init__(self, size: int, fails_at: int | None = None) -> None:
        self.left, self.fails_at, self.done = size, fails_at, 0
        self.head = mpeg()

    def read(self, size: int = -1) -> bytes:
        if self.fails_at is not None and self.done >= self.fails_at:
            raise ConnectionError("the client went away")
        take = min(self.left, size)
        piece = (self.head + bytes(take))[:take] if not self.done else bytes(take)
        self.left -= take
        self.done += take
        return piece


def video(size: int, fails_at: int | None = None) -> BinaryIO:
    return Endless(size, fails_at)  # type: ignore[return-value]


def add(roll: Rollcall, cast: Cast, lesson: Completion, name: str, content: bytes) -> str:
    upload = Upload(name, io.BytesIO(content), "a sample")
    return roll.files.add(cast.employee, lesson.completion_id, upload).attachment_id


def stored(roll: Rollcall) -> dict[str, int]:
    """How much is kept in each of the collections of files."""
    names = (f"{BUCKET}.files", f"{BUCKET}.chunks", "session_attachments", "uploads")
    return {name: roll.database.collection(name).count_documents({}) for name in names}


NOTHING = {f"{BUCKET}.files": 0, f"{BUCKET}.chunks": 0, "session_attachments": 0, "uploads": 0}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_comes_out_as_it_went_in(
    roll: Rollcall, cast: Cast, lesson: Completion, name: str
) -> None:
    identity = add(roll, cast, lesson, name, GOOD[name])
    attachment, content = roll.files.download(cast.manager, identity)
    assert content.read() == GOOD[name]
    assert attachment.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    assert attachment.size == len(GOOD[name])
    assert roll.completions.get(cast.employee, lesson.completion_id).attachment_count == 1


@pytest.mark.parametrize("what", BAD)
def test_of_a_refused_file_nothing_stays(
    roll: Rollcall, cast: Cast, lesson: Completion, what: str
) -> None:
    with pytest.raises(UnsupportedType):
        add(roll, cast, lesson, *BAD[what])
    assert stored(roll) == NOTHING
    assert roll.completions.get(cast.employee, lesson.completion_id).attachment_count == 0


def test_a_hundred_megabytes_are_taken_and_a_byte_more_is_not(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    identity = lesson.completion_id
    kept = roll.files.add(cast.employee, identity, Upload("a.mpg", video(LARGEST_FILE)))
    assert kept.size == LARGEST_FILE
    with pytest.raises(TooLarge):
        roll.files.add(cast.employee, identity, Upload("b.mpg", video(LARGEST_FILE + 1)))
    roll.files.delete(cast.employee, kept.attachment_id)
    assert stored(roll) == NOTHING | {"session_attachments": 1}


def test_an_upload_that_breaks_off_leaves_nothing(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    with pytest.raises(ConnectionError):
        roll.files.add(
            cast.employee, lesson.completion_id, Upload("a.mpg", video(4 * MEGABYTE, MEGABYTE))
        )
    assert stored(roll) == NOTHING


@pytest.fixture
def failing_inserts(roll: Rollcall) -> Iterator[None]:
    """MongoDB refuses to write attachments, as when its disk is full or it steps down."""
    admin = roll.database.raw.client.admin
    admin.command(
        "configureFailPoint", "failCommand", mode="alwaysOn",
        data={"failCommands": ["insert"], "closeConnection": True,
              "namespace": f"{roll.database.name}.session_attachments"},
    )  # fmt: skip
    yield
    admin.command("configureFailPoint", "failCommand", mode="off")


def test_a_file_that_can_not_be_recorded_is_not_kept(
    roll: Rollcall, cast: Cast, lesson: Completion, failing_inserts: None
) -> None:
    with pytest.raises(StorageUnavailable):
        add(roll, cast, lesson, "minutes.pdf", pdf())
    assert stored(roll) == NOTHING


def test_the_sweep_removes_what_a_killed_process_left(
    roll: Rollcall, cast: Cast, lesson: Completion, clock: StandingClock
) -> None:
    kept = add(roll, cast, lesson, "minutes.pdf", pdf())
    # What is there when a process dies between two pieces.
    half = ObjectId()
    roll.database.collection("uploads").insert_one(
        {"_id": half, "employee_id": "EMP004", "at": clock()}
    )
    roll.database.collection(f"{BUCKET}.chunks").insert_one(
        {"files_id": half, "n": 0, "data": mpeg()}
    )
    assert roll.files.sweep() == 0
    clock.forward(hours=2)
    assert roll.files.sweep() == 1
    assert stored(roll) == {
        f"{BUCKET}.files": 1, f"{BUCKET}.chunks": 1, "session_attachments": 1, "uploads": 0,
    }  # fmt: skip
    assert roll.files.download(cast.employee, kept)[1].read() == pdf()


def test_the_same_upload_twice_is_one_file(roll: Rollcall, cast: Cast, lesson: Completion) -> None:
    first, second = (
        roll.files.add(
            cast.employee, lesson.completion_id, Upload("a.pdf", io.BytesIO(pdf())), "upload-1"
        )
        for _ in range(2)
    )
    assert first == second
    assert stored(roll)[f"{BUCKET}.files"] == 1


def test_downloads_are_counted_and_listed(roll: Rollcall, cast: Cast, lesson: Completion) -> None:
    identity = add(roll, cast, lesson, "minutes.pdf", pdf())
    roll.files.open(cast.employee, identity)
    roll.files.download(cast.manager, identity)
    roll.files.download(cast.admin, identity)
    [listed] = roll.files.list(cast.employee, lesson.completion_id).items
    assert listed.downloads == 2
    taken = roll.files.downloads(cast.employee, identity).items
    assert {one.employee_id for one in taken} == {"EMP002", "EMP001"}


def test_whose_files_they_are(roll: Rollcall, cast: Cast, lesson: Completion) -> None:
    identity = add(roll, cast, lesson, "minutes.pdf", pdf())
    for call in (roll.files.download, roll.files.delete, roll.files.downloads):
        for actor in (cast.outsider, cast.faculty):
            with pytest.raises(NotFound):
                call(actor, identity)
            with pytest.raises(NotFound):
                call(actor, "0" * 24)
    with pytest.raises(NotFound):
        roll.files.add(cast.manager, lesson.completion_id, Upload("a.pdf", io.BytesIO(pdf())))
    with pytest.raises(Forbidden):
        roll.files.delete(cast.manager, identity)
    roll.files.delete(cast.admin, identity)
    with pytest.raises(NotFound):
        roll.files.download(cast.employee, identity)


def test_a_session_has_a_hundred_files_at_most(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    roll.database.collection("session_completions").update_one(
        {}, {"$set": {"counts.attachments": MOST_FILES}}
    )
    with pytest.raises(Conflict):
        add(roll, cast, lesson, "minutes.pdf", pdf())


class TestWithASmallQuota:
    """Everybody has room for one megabyte."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"quota_megabytes": 1})

    def test_what_does_not_fit_is_refused(
        self, roll: Rollcall, cast: Cast, lesson: Completion
    ) -> None:
        identity = lesson.completion_id
        first = roll.files.add(cast.employee, identity, Upload("a.mpg", video(MEGABYTE - 10)))
        with pytest.raises(TooLarge) as refused:
            roll.files.add(cast.employee, identity, Upload("b.mpg", video(4096)))
        assert "left for you" in refused.value.message
        roll.files.delete(cast.employee, first.attachment_id)
        assert roll.files.add(cast.employee, identity, Upload("b.mpg", video(4096))).size == 4096
