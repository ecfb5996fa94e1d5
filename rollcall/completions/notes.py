"""Notes on a session: four kinds, changed and deleted with their history, mentions that notify."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollcall.activities import Activities
from rollcall.activity import Entry
from rollcall.clock import Clock, iso
from rollcall.completions.access import Access
from rollcall.completions.evidence import Evidence
from rollcall.directory import Directory
from rollcall.errors import Forbidden, Invalid, NotFound
from rollcall.paging import Page, read_page
from rollcall.permissions import Permission, Scope, covers, scope
from rollcall.principal import Principal
from rollcall.storage.completions_schema import NOTE_TYPES
from rollcall.storage.database import Database, Document, Transaction

LONGEST_NOTE = 4000
_MENTION = re.compile(r"@([A-Za-z]{2,6}\d{3,8})\b")


@dataclass(frozen=True)
class Note:
    """A note. `mentions` are employee ids; the name is looked up at reading."""

    note_id: str
    completion_id: str
    employee_id: str
    author: str | None
    note_text: str
    note_type: str
    mentions: tuple[str, ...]
    at: datetime
    changed_at: datetime | None

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "id": self.note_id,
            "completion_id": self.completion_id,
            "employee_id": self.employee_id,
            "author": self.author,
            "note_text": self.note_text,
            "note_type": self.note_type,
            "mentions": [*self.mentions],
            "created_at": iso(self.at),
            "changed_at": iso(self.changed_at),
        }


@dataclass(frozen=True)
class NoteVersion:
    """What a note said until a change at `at`, and who changed it."""

    at: datetime
    employee_id: str
    name: str | None
    note_text: str
    note_type: str

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "at": iso(self.at),
            "employee_id": self.employee_id,
            "name": self.name,
            "note_text": self.note_text,
            "note_type": self.note_type,
        }


class Notes(Evidence[Note]):
    """Adds, changes, deletes and lists notes on sessions."""

    name = "note"
    collection = "session_notes"
    missing = "There is no such note."

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        access: Access,
        clock: Clock,
    ) -> None:
        super().__init__(database, directory, activities, access, clock)
        self._versions = database.collection("note_versions")
        self._notifications = database.collection("notifications")

    def list(
        self, actor: Principal, completion_id: str, limit: int = 50, after: str | None = None
    ) -> Page[Note]:
        """Notes on a session that the actor may see, newest first."""
        session = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        query = {"completion_id": session["_id"], "deleted": False}
        page = read_page(self._collection, query, "at", lambda one: one, limit, after)
        names = self._directory.names({one["employee_id"] for one in page.items})
        return Page([_build(one, names) for one in page.items], page.next)

    def add(
        self,
        actor: Principal,
        completion_id: str,
        text: str,
        note_type: str = "general",
        key: str | None = None,
    ) -> Note:
        """Note something on a session that the actor may see; tells those who are mentioned.

        Somebody is mentioned as @EMP004. Who may not see the session is not told. Raises
        `NotFound`, `Invalid`.
        """
        session = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        document: Document = {
            "completion_id": session["_id"],
            "employee_id": str(actor.employee_id),
            "note_text": _text(text),
            "note_type": _type(note_type),
            "mentions": self._mentioned(text, session),
            "at": self._clock(),
            "changed_at": None,
            "deleted": False,
        }

        def change(transaction: Transaction) -> tuple[Note, Entry]:
            fresh = dict(document)
            self._collection.insert_one(fresh, session=transaction)
            self._access.count(transaction, session["_id"], "notes", 1)
            self._notify(transaction, actor, fresh)
            return self._shown(fresh), self._entry("added", fresh, session)

        return self._activities.write(actor, key, change, self._first("note.added"))

    def change(
        self,
        actor: Principal,
        note_id: str,
        text: str,
        note_type: str | None = None,
        key: str | None = None,
    ) -> Note:
        """Change one's own note; what it said before is kept."""
        document, session = self._own(actor, note_id)
        values = {
            "note_text": _text(text),
            "note_type": _type(note_type or document["note_type"]),
            "mentions": self._mentioned(text, session),
            "changed_at": self._clock(),
        }

        def change(transaction: Transaction) -> tuple[Note, Entry]:
            self._keep(transaction, actor, document)
            self._set(transaction, document, values)
            after = {**document, **values}
            new = [one for one in after["mentions"] if one not in document["mentions"]]
            self._notify(transaction, actor, {**after, "mentions": new})
            return self._shown(after), self._entry("changed", after, session)

        return self._activities.write(actor, key, change, self._first("note.changed", note_id))

    def versions(
        self, actor: Principal, note_id: str, limit: int = 50, after: str | None = None
    ) -> Page[NoteVersion]:
        """What a note said before each change, newest first, for whoever may see it.

        Raises `NotFound`.
        """
        note, _ = self._live(actor, note_id, Permission.READ_COMPLETIONS)
        page = read_page(self._versions, {"note_id": note["_id"]}, "at", dict, limit, after)
        names = self._directory.names({one["by"] for one in page.items})
        found = [
            NoteVersion(
                one["at"], one["by"], names.get(one["by"]), one["note_text"], one["note_type"]
            )
            for one in page.items
        ]
        return Page(found, page.next)

    def delete(self, actor: Principal, note_id: str, key: str | None = None) -> Note:
        """Delete one's own note, or as an admin anybody's; the record keeps that it was there."""
        document, session = self._own(actor, note_id, or_admin=True)

        def change(transaction: Transaction) -> tuple[Note, Entry]:
            self._keep(transaction, actor, document)
            self._set(transaction, document, {"deleted": True})
            self._access.count(transaction, session["_id"], "notes", -1)
            return self._shown(document), self._entry("deleted", document, session)

        return self._activities.write(actor, key, change, self._first("note.deleted", note_id))

    def _own(
        self, actor: Principal, note_id: str, *, or_admin: bool = False
    ) -> tuple[Document, Document]:
        """A note and its session; the actor wrote it, or (where that is enough) is an admin."""
        document, session = self._live(actor, note_id, Permission.READ_COMPLETIONS)
        everybodys = or_admin and scope(actor, Permission.WRITE_COMPLETIONS) is Scope.ALL
        if document["employee_id"] != actor.employee_id and not everybodys:
            raise Forbidden("Only who wrote a note can change it.")
        return document, session

    def _mentioned(self, text: str, session: Document) -> Sequence[str]:
        """Employees named with @ who may see the session."""
        found = []
        for employee_id in dict.fromkeys(one.upper() for one in _MENTION.findall(text)):
            employee = self._directory.find(employee_id)
            owner = self._directory.find(session["employee_id"])
            if employee is None or owner is None or employee.status != "active":
                continue
            reader = Principal(
                employee.employee_id, employee.name, employee.role, branch=employee.branch
            )
            if covers(reader, Permission.READ_COMPLETIONS, owner):
                found.append(employee_id)
        return found

    def _notify(self, transaction: Transaction, actor: Principal, note: Document) -> None:
        told = [one for one in note["mentions"] if one != actor.employee_id]
        if told:
            self._notifications.insert_many(
                [
                    {
                        "employee_id": one,
                        "at": self._clock(),
                        "kind": "note.mention",
                        "subject": {"type": "completion", "id": str(note["completion_id"])},
                        "read_at": None,
                    }
                    for one in told
                ],
                session=transaction,
            )

    def _keep(self, transaction: Transaction, actor: Principal, document: Document) -> None:
        self._versions.insert_one(
            {
                "note_id": document["_id"],
                "at": self._clock(),
                "by": actor.employee_id,
                "note_text": document["note_text"],
                "note_type": document["note_type"],
            },
            session=transaction,
        )

    def _set(self, transaction: Transaction, document: Document, values: Document) -> None:
        result = self._collection.update_one(
            {"_id": document["_id"], "deleted": False}, {"$set": values}, session=transaction
        )
        if not result.matched_count:
            raise NotFound(self.missing)

    def _shown(self, document: Document) -> Note:
        return _build(document, self._directory.names([document["employee_id"]]))


def _text(text: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > LONGEST_NOTE:
        raise Invalid(
            "A note needs some text.", {"note_text": f"1 to {LONGEST_NOTE} characters, please"}
        )
    return plain


def _type(note_type: str) -> str:
    if note_type not in NOTE_TYPES:
        raise Invalid(
            "There is no such kind of note.", {"note_type": f"one of {', '.join(NOTE_TYPES)}"}
        )
    return note_type


def _build(document: Document, names: dict[str, str]) -> Note:
    return Note(
        note_id=str(document["_id"]),
        completion_id=str(document["completion_id"]),
        employee_id=document["employee_id"],
        author=names.get(document["employee_id"]),
        note_text=document["note_text"],
        note_type=document["note_type"],
        mentions=tuple(document["mentions"]),
        at=document["at"],
        changed_at=document["changed_at"],
    )
