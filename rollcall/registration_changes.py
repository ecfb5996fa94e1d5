"""Taking back and changing what was registered, while it is fresh.

Nothing on record is ever rewritten. Taking back is an inverse entry. A change is the inverse entry
of the old registration and a new one that `replaces` it, in one transaction; taking a change back
restores what was there before, again as a new registration. So the counts are right at every
moment and the history of a thing can be followed from one document to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.errors import Conflict, Forbidden
from rollcall.figures.changes import between, of_registration
from rollcall.paging import object_id
from rollcall.permissions import Permission, require
from rollcall.principal import Principal
from rollcall.registration import (
    MISSING,
    Registration,
    build_registration,
    unique_keys,
)
from rollcall.registrations import Registrations
from rollcall.storage.database import Database, Document, Transaction, storage_errors

TOO_LATE = "It is more than ten minutes old, so it can't be {} any more."


@dataclass(frozen=True)
class TakenBack:
    """The registration that is undone now, and what it had replaced, restored."""

    undone: Registration
    restored: Registration | None = None


class RegistrationChanges:
    """Takes back and changes registrations of one's own."""

    def __init__(
        self,
        database: Database,
        registrations: Registrations,
        activities: Activities,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registrations = registrations
        self._activities = activities
        self._clock = clock

    def undo(self, actor: Principal, document_id: str, key: str | None = None) -> TakenBack:
        """Take back one's own registration within ten minutes.

        Raises `NotFound`, and `Conflict` when it is too late or already undone.
        """
        found = self._own(actor, document_id, "take it back")
        before = self._before(found)

        def change(transaction: Transaction) -> tuple[TakenBack, Entry]:
            if found.status == "active":
                self._check_fresh(found, "taken back")
            entry = self._undone(transaction, found)
            if before is None:
                return TakenBack(found), entry
            restored, created = self._registrations.insert(transaction, found.type, before)
            self._activities.append(transaction, actor, created)
            return TakenBack(found, restored), entry

        def first(earlier: Activity) -> TakenBack:
            earlier.answers("registration.undone", document_id)
            return TakenBack(found)

        try:
            taken_back = self._activities.write(actor, key, change, first)
        except DuplicateKeyError as error:
            raise Conflict(
                "What was there before can't come back: the same was registered meanwhile."
            ) from error
        undone = self._registrations.get(actor, document_id, found.type)
        return TakenBack(undone, taken_back.restored)

    def changeable(self, actor: Principal, document_id: str) -> Registration:
        """One's own registration, when it can be changed now.

        Raises `NotFound`, and `Conflict` that says why it can't.
        """
        found = self._own(actor, document_id, "change it")
        if found.status != "active":
            raise Conflict("That was taken back, so there is nothing to change.")
        self._check_fresh(found, "changed")
        return found

    def replace(
        self, actor: Principal, document_id: str, data: Mapping[str, Any], key: str | None = None
    ) -> Registration:
        """Put a changed registration in the place of one's own of the last ten minutes.

        Raises as `Registrations.create` does, and `Conflict` when the old one is too old or was
        taken back.
        """
        found = self._own(actor, document_id, "change it")
        document = self._registrations.prepare(actor, found.type, data)
        document["replaces"] = document_id

        def change(transaction: Transaction) -> tuple[Registration, Entry]:
            if found.status == "active":
                self._check_fresh(found, "changed")
            inverse = self._undone(transaction, found)
            self._activities.append(transaction, actor, inverse)
            return self._registrations.insert(transaction, found.type, document)

        try:
            return self._activities.write(actor, key, change, self._registrations.first)
        except DuplicateKeyError as error:
            raise self._registrations.duplicate(found.type, document["data"]) from error

    def _own(self, actor: Principal, document_id: str, verb: str) -> Registration:
        require(actor, Permission.CREATE_REGISTRATIONS)
        found = self._registrations.get(actor, document_id)
        if found.employee_id != actor.employee_id:
            raise Forbidden(f"Only the person who registered it can {verb}.")
        return found

    def _check_fresh(self, found: Registration, done: str) -> None:
        if self._clock() > found.undo_until:
            raise Conflict(TOO_LATE.format(done))

    def _undone(self, transaction: Transaction, found: Registration) -> Entry:
        before = self._database.collection(found.collection).find_one_and_update(
            {"_id": object_id(found.document_id, MISSING), "status": "active"},
            {"$set": {"status": "undone"}, "$unset": {"unique_keys": ""}},
            session=transaction,
        )
        if before is None:
            raise Conflict("That was already taken back.")
        label = self._registrations.labels().get(found.type, found.type)
        return Entry(
            "registration.undone",
            Subject("registration", found.document_id),
            {"type": found.type, "label": label, "collection": found.collection},
            counted=between(of_registration, before, None),
        )

    def _before(self, found: Registration) -> Document | None:
        """The document that puts back what `found` has replaced, None when it is no change."""
        if found.replaces is None:
            return None
        with storage_errors():
            old = self._database.collection(found.collection).find_one(
                {"_id": object_id(found.replaces, MISSING)}
            )
        if old is None:
            return None
        earlier = build_registration(found.type, old)
        document: Document = {
            "registration_type": found.collection,
            "employee_id": earlier.employee_id,
            "session_id": found.session_id,
            "data": earlier.data,
            "timestamp": self._clock(),
            "status": "active",
        }
        if earlier.replaces:
            document["replaces"] = earlier.replaces
        unique = unique_keys(self._registrations.type_named(found.type), earlier.data)
        return {**document, "unique_keys": unique} if unique else document
