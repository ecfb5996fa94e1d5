"""Files of a session, in GridFS: streamed in, checked, listed only when whole, counted when read.

A row in `uploads` stands for content that no attachment refers to: it is written before the first
byte and taken away in the transaction that makes the attachment, so that whatever happens in
between, the sweep knows what to remove.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from bson import ObjectId
from gridfs import GridOut

from rollcall.activities import Activities, Activity, Entry, Subject
from rollcall.attachments.content import MISSING, Contents, as_file, in_pieces
from rollcall.attachments.names import safe_name
from rollcall.attachments.types import (
    BY_MEDIA_TYPE,
    HEAD,
    FileType,
    accepted_head,
    accepted_name,
    check_whole,
)
from rollcall.clock import Clock, iso
from rollcall.completions.access import Access
from rollcall.directory import Directory
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound, RollcallError, TooLarge
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

LARGEST_FILE = 100 * 1024 * 1024
MOST_FILES = 100
LONGEST_DESCRIPTION = 500
ABANDONED_AFTER = timedelta(hours=2)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file on its way in. `content` is read once, from where it stands."""

    name: str
    content: BinaryIO
    description: str | None = None


@dataclass(frozen=True)
class Attachment:
    """A file of a session. `size` in bytes; `sha256` of the content, in hex."""

    attachment_id: str
    completion_id: str
    employee_id: str
    name: str
    description: str | None
    media_type: str
    size: int
    sha256: str
    at: datetime
    downloads: int

    @property
    def previewed(self) -> bool:
        """Whether a browser can show it."""
        return BY_MEDIA_TYPE[self.media_type].previewed

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.attachment_id,
            "completion_id": self.completion_id,
            "employee_id": self.employee_id,
            "file_name": self.name,
            "description": self.description,
            "mime_type": self.media_type,
            "file_size": self.size,
            "sha256": self.sha256,
            "uploaded_at": iso(self.at),
            "downloads": self.downloads,
            "previewed": self.previewed,
        }


@dataclass(frozen=True)
class Download:
    """Who took a file, and when."""

    employee_id: str
    at: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"employee_id": self.employee_id, "at": iso(self.at)}


class Files:
    """Takes files in, hands them out, deletes and sweeps them."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        access: Access,
        clock: Clock,
        quota: int,
    ) -> None:
        self._collection = database.collection("session_attachments")
        self._uploads = database.collection("uploads")
        self._downloads = database.collection("attachment_downloads")
        self._contents = Contents(database, clock)
        self._directory = directory
        self._activities = activities
        self._access = access
        self._clock = clock
        self._quota = quota

    def list(
        self, actor: Principal, completion_id: str, limit: int = 200, after: str | None = None
    ) -> Page[Attachment]:
        """Files of a session that the actor may see, newest first."""
        session = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        query = {"completion_id": session["_id"], "deleted": False}
        return read_page(self._collection, query, "at", _build, limit, after)

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
        description = _description(upload.description)
        room = self._room(str(actor.employee_id), session)
        identity = ObjectId()
        with storage_errors():
            self._uploads.insert_one(
                {"_id": identity, "employee_id": actor.employee_id, "at": self._clock()}
            )
        try:
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
        except BaseException:
            self._discard(identity)
            raise
        if kept.attachment_id != str(identity):
            # The same upload was repeated: the first one counts.
            self._discard(identity)
        return kept

    def open(self, actor: Principal, attachment_id: str) -> tuple[Attachment, GridOut]:
        """A file and its content, for a preview. Raises `NotFound`."""
        document, _ = self._allowed(actor, attachment_id, Permission.READ_COMPLETIONS)
        return _build(document), self._contents.open(document["_id"])

    def download(self, actor: Principal, attachment_id: str) -> tuple[Attachment, GridOut]:
        """A file and its content, counted and noted as taken by the actor. Raises `NotFound`."""
        found = self.open(actor, attachment_id)
        with storage_errors():
            identity = ObjectId(attachment_id)
            self._collection.update_one({"_id": identity}, {"$inc": {"downloads": 1}})
            self._downloads.insert_one(
                {"attachment_id": identity, "employee_id": actor.employee_id, "at": self._clock()}
            )
        return found

    def downloads(
        self, actor: Principal, attachment_id: str, limit: int = 50, after: str | None = None
    ) -> Page[Download]:
        """Who took a file, newest first; for who may change the session."""
        document, _ = self._allowed(actor, attachment_id, Permission.WRITE_COMPLETIONS)
        query = {"attachment_id": document["_id"]}
        return read_page(
            self._downloads, query, "at", lambda one: Download(one["employee_id"], one["at"]),
            limit, after,
        )  # fmt: skip

    def delete(self, actor: Principal, attachment_id: str, key: str | None = None) -> Attachment:
        """Delete a file; the record keeps its name and hash, the content goes.

        Raises `NotFound`, and `Forbidden` for who may only see it.
        """
        document, session = self._allowed(actor, attachment_id, Permission.READ_COMPLETIONS)
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
            return _build(document), _entry("attachment.deleted", document, session)

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
            return _build(document), _entry("attachment.added", document, session)

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

    def _allowed(
        self, actor: Principal, attachment_id: str, permission: Permission
    ) -> tuple[Document, Document]:
        identity = object_id(attachment_id, MISSING)
        with storage_errors():
            document = self._collection.find_one({"_id": identity, "deleted": False})
        try:
            session = self._access.allowed(
                actor, str(document["completion_id"]) if document else "", permission
            )
        except NotFound as error:
            raise NotFound(MISSING) from error
        if document is None:
            raise NotFound(MISSING)
        return document, session

    def _first(
        self, kind: str, attachment_id: str | None = None
    ) -> Callable[[Activity], Attachment]:
        def answer(first: Activity) -> Attachment:
            identity = ObjectId(first.answers(kind, attachment_id).subject.id)
            with storage_errors():
                document = self._collection.find_one({"_id": identity})
            if document is None:
                raise NotFound(MISSING)
            return _build(document)

        return answer


def _entry(kind: str, document: Document, session: Document) -> Entry:
    data = {"title": session["title"], "completion": str(session["_id"])}
    return Entry(kind, Subject("attachment", str(document["_id"])), data, (session["employee_id"],))


def _description(text: str | None) -> str | None:
    plain = " ".join((text or "").split())
    if len(plain) > LONGEST_DESCRIPTION:
        raise Invalid(
            "That description is too long.",
            {"description": f"{LONGEST_DESCRIPTION} characters at most"},
        )
    return plain or None


def _build(document: Document) -> Attachment:
    return Attachment(
        attachment_id=str(document["_id"]),
        completion_id=str(document["completion_id"]),
        employee_id=document["employee_id"],
        name=document["name"],
        description=document["description"],
        media_type=document["media_type"],
        size=document["size"],
        sha256=document["sha256"],
        at=document["at"],
        downloads=document["downloads"],
    )
