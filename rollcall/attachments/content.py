"""The content of files, in GridFS: https://www.mongodb.com/docs/manual/core/gridfs/

Kept as the driver keeps them, so that its tools can read them, but written and read a piece at a
time: the driver's writer collects up to 48 MB in memory, its reader fetches 16 MB ahead.
"""

import errno
import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from bson import Binary, ObjectId
from pymongo.collection import Collection
from typing_extensions import Buffer

from rollcall.clock import Clock
from rollcall.errors import NotFound
from rollcall.storage.database import Database, Document, storage_errors

BUCKET = "attachments"
PIECE = 256 * 1024
MISSING = "There is no such file."


class Content(io.RawIOBase):
    """A content on record. A read gives what is left of one piece at most; `as_file` gives all
    that is asked for. Raises `NotFound` when it is deleted meanwhile."""

    def __init__(self, chunks: Collection[Document], identity: ObjectId, length: int) -> None:
        self._chunks = chunks
        self._identity = identity
        self.length = length
        self._at = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.length}[whence]
        if begin + offset < 0:
            # As a file of the system says it: zipfile looks for 22 bytes where there may be fewer.
            raise OSError(errno.EINVAL, "before the beginning of the content")
        self._at = begin + offset
        return self._at

    def readinto(self, buffer: Buffer, /) -> int:
        if self._at >= self.length:
            return 0
        number, offset = divmod(self._at, PIECE)
        view = memoryview(buffer).cast("B")
        part = self._load(number)[offset : offset + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _load(self, number: int) -> bytes:
        if number != self._number:
            with storage_errors():
                found = self._chunks.find_one({"files_id": self._identity, "n": number})
            if found is None:
                raise NotFound(MISSING)
            self._number, self._piece = number, found["data"]
        return self._piece


class Contents:
    """Writes, opens and deletes contents by id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._files = database.collection(f"{BUCKET}.files")
        self._chunks = database.collection(f"{BUCKET}.chunks")
        self._clock = clock

    def write(self, identity: ObjectId, name: str, pieces: Iterator[bytes]) -> int:
        """Store `pieces` (each of `PIECE` bytes but the last) as they come; the size in bytes.

        Nothing can be opened before all of it is there. What `pieces` raises passes through.
        """
        size = 0
        for number, piece in enumerate(pieces):
            with storage_errors():
                self._chunks.insert_one({"files_id": identity, "n": number, "data": Binary(piece)})
            size += len(piece)
        with storage_errors():
            self._files.insert_one(
                {
                    "_id": identity,
                    "length": size,
                    "chunkSize": PIECE,
                    "uploadDate": self._clock(),
                    "filename": name,
                }
            )
        return size

    def open(self, identity: ObjectId) -> "Content":
        """The content, to be read and sought in. Raises `NotFound`."""
        with storage_errors():
            found = self._files.find_one({"_id": identity})
        if found is None:
            raise NotFound(MISSING)
        return Content(self._chunks, identity, found["length"])

    def delete(self, identity: ObjectId) -> None:
        """Remove the content, also one that was never complete."""
        with storage_errors():
            self._files.delete_one({"_id": identity})
            self._chunks.delete_many({"files_id": identity})


def in_pieces(content: BinaryIO) -> Iterator[bytes]:
    """What `content` gives, `PIECE` bytes at a time: a connection may give less than asked for."""
    while piece := content.read(PIECE):
        while len(piece) < PIECE and (more := content.read(PIECE - len(piece))):
            piece += more
        yield piece


def as_file(content: Content) -> BinaryIO:
    """A content as libraries that read files take it."""
    return cast(BinaryIO, io.BufferedReader(content, PIECE))
