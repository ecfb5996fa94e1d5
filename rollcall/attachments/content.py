"""The content of files, in GridFS: https://www.mongodb.com/docs/manual/core/gridfs/

The driver reads; pieces are written here, because its writer first collects up to 48 MB of them in
memory.
"""

from collections.abc import Iterator
from typing import BinaryIO, cast

from bson import Binary, ObjectId
from gridfs import GridFSBucket, GridOut, NoFile

from rollcall.clock import Clock
from rollcall.errors import NotFound
from rollcall.storage.database import Database, storage_errors

BUCKET = "attachments"
PIECE = 256 * 1024
MISSING = "There is no such file."


class Contents:
    """Writes, opens and deletes contents by id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._files = database.collection(f"{BUCKET}.files")
        self._chunks = database.collection(f"{BUCKET}.chunks")
        self._bucket = GridFSBucket(database.raw, BUCKET)
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

    def open(self, identity: ObjectId) -> GridOut:
        """The content, to be read and sought in. Raises `NotFound`."""
        with storage_errors():
            try:
                return self._bucket.open_download_stream(identity)
            except NoFile as error:
                raise NotFound(MISSING) from error

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


def as_file(content: GridOut) -> BinaryIO:
    """A content as libraries that read files take it."""
    return cast(BinaryIO, content)
