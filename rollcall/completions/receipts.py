"""Receipts: what was on record when a session was closed, under its code, for anyone to verify."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.clock import Clock, iso
from rollcall.completions.access import Access
from rollcall.completions.attendance import attended
from rollcall.completions.codes import read_code
from rollcall.completions.model import Completion, build_completion
from rollcall.directory import Directory
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.permissions import Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, storage_errors

MISSING = "No session was closed with that code."


@dataclass(frozen=True)
class Receipt:
    """What a receipt says, and whether the record still says the same.

    `content` has who, when and the SHA-256 of notes and files, never their text; `sha256` is over
    its canonical JSON (sorted keys, no blanks). `changed` names what differs today.
    """

    code: str
    content: dict[str, Any]
    sha256: str
    issued_at: datetime
    name: str | None
    changed: tuple[str, ...]

    @property
    def valid(self) -> bool:
        return not self.changed

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "code": self.code,
            "valid": self.valid,
            "changed": [*self.changed],
            "sha256": self.sha256,
            "issued_at": iso(self.issued_at),
            "name": self.name,
            **self.content,
        }


class Receipts:
    """Issues and verifies receipts."""

    def __init__(
        self, database: Database, directory: Directory, access: Access, clock: Clock
    ) -> None:
        self._collection = database.collection("receipts")
        self._notes = database.collection("session_notes")
        self._files = database.collection("session_attachments")
        self._attendances = database.collection("attendances")
        self._directory = directory
        self._access = access
        self._clock = clock

    def issue(self, actor: Principal, completion_id: str) -> Receipt:
        """The receipt of a completed session; made at the first call, the same ever after.

        Raises `NotFound`, `Conflict` for a session that isn't completed.
        """
        document = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        session = build_completion(document)
        if session.status != "completed" or session.completion_code is None:
            raise Conflict(f"“{session.title}” isn't completed yet; then there is a receipt.")
        content = self._content(session, document)
        receipt: Document = {
            "_id": session.completion_code,
            "completion_id": document["_id"],
            "sha256": digest_of(content),
            "content": content,
            "at": self._clock(),
        }
        with storage_errors(), suppress(DuplicateKeyError):
            self._collection.insert_one(receipt)
        return self.verify(actor, session.completion_code)

    def verify(self, actor: Principal, code: str) -> Receipt:
        """What the receipt under `code` says, for anybody signed in. Raises `NotFound`."""
        require(actor, Permission.VERIFY_RECEIPTS)
        try:
            plain = read_code(code)
        except Invalid as error:
            raise NotFound(error.message) from error
        with storage_errors():
            receipt = self._collection.find_one({"_id": plain})
            document = (
                self._access.collection.find_one({"_id": receipt["completion_id"]})
                if receipt
                else None
            )
        if receipt is None or document is None:
            raise NotFound(MISSING)
        today = self._content(build_completion(document), document)
        issued = receipt["content"]
        changed = {name for name in issued if issued[name] != today.get(name)}
        if digest_of(issued) != receipt["sha256"]:
            changed.add("receipt")
        names = self._directory.names([issued["employee_id"]])
        return Receipt(
            code=plain,
            content=issued,
            sha256=receipt["sha256"],
            issued_at=receipt["at"],
            name=names.get(issued["employee_id"]),
            changed=tuple(sorted(changed)),
        )

    def _content(self, session: Completion, document: Document) -> dict[str, Any]:
        """What a receipt of the session would say now."""
        seen = attended(self._attendances, session, None)
        of_session = {"completion_id": document["_id"], "deleted": False}
        with storage_errors():
            notes = [
                *self._notes.find(of_session, {"note_text": 1, "employee_id": 1}).sort("_id", 1)
            ]
            files = [*self._files.find(of_session, {"sha256": 1, "size": 1}).sort("_id", 1)]
        return {
            "completion_id": session.completion_id,
            "employee_id": session.employee_id,
            "title": session.title,
            "scheduled": [iso(session.starts_at), iso(session.ends_at)],
            "actual": [iso(session.actual_start), iso(session.actual_end)],
            "attendance": [iso(one) for one in seen] if seen else None,
            "completed_at": iso(session.completed_at),
            "summary_sha256": _sha256(session.notes or ""),
            "notes": [
                {"by": one["employee_id"], "sha256": _sha256(one["note_text"])} for one in notes
            ],
            "files": [{"sha256": one["sha256"], "size": one["size"]} for one in files],
        }


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a receipt's content, in hex."""
    return _sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
