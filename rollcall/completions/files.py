"""Files of a session, in GridFS: streamed in, checked, listed only when whole, counted when read.

A row in `uploads` stands for content that no attachment refers to: it is written before the first
byte and taken away in the transaction that makes the attachment, so that whatever happens in
between, the sweep knows what to remove.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import BinaryIO

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.attachments.content import MISSING, Content, Contents, as_file, in_pieces
from rollcall.attachments.names import safe_name
from rollcall.attachments.types import (
    HEAD,
    FileType,
    accepted_head,
    accepted_name,
    check_whole,
)
from rollcall.clock import Clock
from rollcall.completions.access import Access
from rollcall.completions.attachment import (
    Attachment,
    Download,
    Upload,
    build_attachment,
    read_description,
)
from rollcall.completions.evidence import Evidence
from rollcall.directory import Directory
from rollcall.errors import Conflict, Forbidden, NotFound, RollcallError, TooLarge
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

LARGEST_FILE = 100 * 1024 * 1024
MOST_FILES = 100
ABANDONED_AFTER = timedelta(hours=2)
MEGABYTE = 1024 * 1024


class Files(Evidence[Attachment]):
    """Takes files in, hands them out, deletes and sweeps them."""

    name = "attachment"
    collection = "session_attachments"
    missing = MISSING

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        access: Access,
        clock: Clock,
        quota: int,
    ) -> None:
        super().__init__(database, directory, activities, access, clock)
        self._uploads = database.collection("uploads")
        self._downloads = database.collection("attachment_downloads")
        self._contents = Contents(database, clock)
        self._quota = quota

    def list(
        self, actor: Principal, completion_id: str, limit: int = 200, after: str | None = None
    ) -> Page[Attachment]:
        """Files of a session that the actor may see, newest first."""
        session = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        query = {"completion_id": session["_id"], "deleted": False}
        return read_page(self._collection, query, "at", build_attachment, limit, after)

    def add(
        self, actor: Principal, completion_id: str, upload: Upload, key: str | None = None
    ) -> Attachment:
        """Take a file in. It is read in pieces and never held in memory.

        Raises `NotFound`, `UnsupportedType`, `TooLarge`, `Conflict` when the session has a hundred
        files; then nothing stays of it.
        """
        session = self._access.allowed(actor, completion_id, Permission.WRITE_COMPLETIONS)
        name = safe_name(upload.name)
        promised = accepted_name(name)
        description = read_description(upload.description)
        room = self._room(str(actor.employee_id), session)
        identity = ObjectId()
        with storage_errors():
            self._uploads.insert_one(
                {"_id": identity, "employee_id": actor.employee_id, "at": self._clock()}
            )
        with ExitStack() as otherwise:
            # However this ends, also by a client that goes away: what isn't kept is removed.
            otherwise.callback(self._discard, identity)
            size, digest = self._store(identity, name, promised, upload.content, room)
            document: Document = {
                "_id": identity,
                "completion_id": session["_id"],
                "employee_id": actor.employee_id,
                "name": name,
                "description": description,
                "media_type": promised.media_type,
                "size": size,
                "sha256": digest,
                "at": self._clock(),
                "downloads": 0,
                "deleted": False,
            }
            kept = self._record(actor, session, document, key)
            # When the same upload is repeated the first one counts, not this.
            if kept.attachment_id == str(identity):
                otherwise.pop_all()
        return kept

    def check(self, actor: Principal, completion_id: str) -> None:
        """Whether the actor may add a file to a session now, before a byte of it is read.

        Raises `NotFound`, `TooLarge`, `Conflict`.
        """
        session = self._access.allowed(actor, completion_id, Permission.WRITE_COMPLETIONS)
        self._room(str(actor.employee_id), session)

    def get(self, actor: Principal, attachment_id: str) -> Attachment:
        """What is known of a file. Raises `NotFound`."""
        document, _ = self._live(actor, attachment_id, Permission.READ_COMPLETIONS)
        return build_attachment(document)

    def open(self, actor: Principal, attachment_id: str) -> tuple[Attachment, Content]:
        """A file and its content, not counted. Raises `NotFound`."""
        document, _ = self._live(actor, attachment_id, Permission.READ_COMPLETIONS)
        return build_attachment(document), self._contents.open(document["_id"])

    def download(self, actor: Principal, attachment_id: str) -> tuple[Attachment, Content]:
        """A file and its content, counted and noted as taken by the actor. Raises `NotFound`."""
        found = self.open(actor, attachment_id)
        self.taken(actor, [found[0]])
        return found

    def open_all(
        self, actor: Principal, completion_id: str
    ) -> Sequence[tuple[Attachment, Content]]:
        """All files of a session with their contents, oldest first; not counted."""
        found = self.list(actor, completion_id).items[::-1]
        return [(one, self._contents.open(ObjectId(one.attachment_id))) for one in found]

    def taken(self, actor: Principal, attachments: Sequence[Attachment]) -> None:
        """Count files that the actor could open as downloaded, and note by whom."""
        if not attachments:
            return
        identities = [ObjectId(one.attachment_id) for one in attachments]
        now = self._clock()
        with storage_errors():
            self._collection.update_many({"_id": {"$in": identities}}, {"$inc": {"downloads": 1}})
            self._downloads.insert_many(
                [
                    {"attachment_id": one, "employee_id": actor.employee_id, "at": now}
                    for one in identities
                ]
            )

    def downloads(
        self, actor: Principal, attachment_id: str, limit: int = 50, after: str | None = None
    ) -> Page[Download]:
        """Who took a file, newest first; for who may change the session."""
        document, _ = self._live(actor, attachment_id, Permission.WRITE_COMPLETIONS)
        query = {"attachment_id": document["_id"]}
        return read_page(
            self._downloads, query, "at", lambda one: Download(one["employee_id"], one["at"]),
            limit, after,
        )  # fmt: skip

    def delete(self, actor: Principal, attachment_id: str, key: str | None = None) -> Attachment:
        """Delete a file; the record keeps its name and hash, the content goes.

        Raises `NotFound`, and `Forbidden` for who may only see it.
        """
        document, session = self._live(actor, attachment_id, Permission.READ_COMPLETIONS)
        try:
            self._access.allowed(actor, str(session["_id"]), Permission.WRITE_COMPLETIONS)
        except NotFound as error:
            raise Forbidden("Only whose session it is can delete its files.") from error

        def change(transaction: Transaction) -> tuple[Attachment, Entry]:
            result = self._collection.update_one(
                {"_id": document["_id"], "deleted": False},
                {"$set": {"deleted": True}},
                session=transaction,
            )
            if not result.modified_count:
                raise NotFound(MISSING)
            self._access.count(transaction, session["_id"], "attachments", -1)
            self._uploads.insert_one(
                {"_id": document["_id"], "employee_id": actor.employee_id, "at": self._clock()},
                session=transaction,
            )
            return build_attachment(document), self._entry("deleted", document, session)

        deleted = self._activities.write(
            actor, key, change, self._first("attachment.deleted", attachment_id)
        )
        self._discard(document["_id"])
        return deleted

    def sweep(self) -> int:
        """Remove content that nothing refers to, two hours after it came; returns how much. The
        worker's job."""
        with storage_errors():
            abandoned = self._uploads.find({"at": {"$lte": self._clock() - ABANDONED_AFTER}})
            identities = [one["_id"] for one in abandoned.limit(500)]
        for identity in identities:
            self._discard(identity)
        return len(identities)

    def _room(self, employee_id: str, session: Document) -> int:
        """How many bytes more the person may store. Raises `Conflict`, `TooLarge`."""
        if session["counts"]["attachments"] >= MOST_FILES:
            raise Conflict(f"“{session['title']}” has {MOST_FILES} files already.")
        with storage_errors():
            rows: Sequence[Document] = [
                *self._collection.aggregate(
                    [
                        {"$match": {"employee_id": employee_id, "deleted": False}},
                        {"$group": {"_id": None, "size": {"$sum": "$size"}}},
                    ]
                )
            ]
        left = self._quota - (rows[0]["size"] if rows else 0)
        if left <= 0:
            raise TooLarge(
                f"Your files take all of the {self._quota // MEGABYTE:,} MB that you have. Delete "
                "some that nobody needs, or ask an admin."
            )
        return left

    def _store(
        self, identity: ObjectId, name: str, promised: FileType, content: BinaryIO, room: int
    ) -> tuple[int, str]:
        """Stream the content in and check it; its size and SHA-256."""
        digest = hashlib.sha256()

        def checked() -> Iterator[bytes]:
            size = 0
            for piece in in_pieces(content):
                if not size:
                    accepted_head(promised, piece[:HEAD])
                size += len(piece)
                if size > LARGEST_FILE:
                    raise TooLarge(
                        f"A file can have {LARGEST_FILE // MEGABYTE} MB at most.",
                        {"file": "is too large"},
                    )
                if size > room:
                    raise TooLarge(
                        f"That file doesn't fit: {room / MEGABYTE:,.1f} MB are left for you.",
                        {"file": "is too large"},
                    )
                digest.update(piece)
                yield piece
            if not size:
                accepted_head(promised, b"")

        size = self._contents.write(identity, name, checked())
        with storage_errors(), self._contents.open(identity) as stored:
            check_whole(promised, as_file(stored))
        return size, digest.hexdigest()

    def _record(
        self, actor: Principal, session: Document, document: Document, key: str | None
    ) -> Attachment:
        def change(transaction: Transaction) -> tuple[Attachment, Entry]:
            self._collection.insert_one(document, session=transaction)
            self._access.count(transaction, session["_id"], "attachments", 1)
            self._uploads.delete_one({"_id": document["_id"]}, session=transaction)
            return build_attachment(document), self._entry("added", document, session)

        return self._activities.write(actor, key, change, self._first("attachment.added"))

    def _discard(self, identity: ObjectId) -> None:
        """Remove content that nothing refers to, as far as MongoDB answers; else the sweep does."""
        try:
            with storage_errors():
                live = self._collection.find_one({"_id": identity, "deleted": False}, {"_id": 1})
                if live is None:
                    self._contents.delete(identity)
                self._uploads.delete_one({"_id": identity})
        except RollcallError:
            return

    def _shown(self, document: Document) -> Attachment:
        return build_attachment(document)
