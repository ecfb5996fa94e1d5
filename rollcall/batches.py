"""Many registrations of one type, saved or taken back all together or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.errors import Conflict, Duplicate, Invalid
from rollcall.figures.changes import between, of_registration
from rollcall.principal import Principal
from rollcall.registration import Registration
from rollcall.registrations import Registrations
from rollcall.storage.database import Database, Document, Transaction, storage_errors
from rollcall.storage.schema import registration_collection


class Batches:
    """Writes registrations in one transaction, with one activity for each."""

    def __init__(
        self, database: Database, registrations: Registrations, activities: Activities
    ) -> None:
        self._database = database
        self._registrations = registrations
        self._activities = activities

    def create(
        self, actor: Principal, type_name: str, rows: Sequence[Mapping[str, Any]], key: str
    ) -> list[Registration]:
        """Save all `rows` or none. `key` is the idempotency key, also the batch's name.

        Raises as `Registrations.create` does.
        """
        prepared = [self._registrations.prepare(actor, type_name, row) for row in rows]
        if not prepared:
            raise Invalid("There is no row to save.")

        def change(transaction: Transaction) -> tuple[list[Registration], Entry]:
            made = []
            entries = []
            for document in prepared:
                registration, entry = self._registrations.insert(
                    transaction, type_name, {**document, "batch": key}
                )
                entry.data["batch"] = key
                made.append(registration)
                entries.append(entry)
            for entry in entries[:-1]:
                self._activities.append(transaction, actor, entry)
            return made, entries[-1]

        try:
            return self._activities.write(
                actor, key, change, lambda first: self._first(first, type_name, key)
            )
        except DuplicateKeyError as error:
            raise Duplicate(
                "One of the rows is already registered, so none was saved. Please check them."
            ) from error

    def undo(self, actor: Principal, last: Activity, key: str | None = None) -> int:
        """Take back the whole batch that `last` belongs to; returns how many.

        Raises `Conflict` when part of it was taken back already.
        """
        batch, type_name = last.data["batch"], last.data["type"]
        documents = self._documents(type_name, batch)
        collection = self._database.collection(registration_collection(type_name))

        def change(transaction: Transaction) -> tuple[int, Entry]:
            result = collection.update_many(
                {"batch": batch, "employee_id": actor.employee_id, "status": "active"},
                {"$set": {"status": "undone"}, "$unset": {"unique_keys": ""}},
                session=transaction,
            )
            if result.modified_count != len(documents):
                raise Conflict("A part of it was taken back already.")
            entries = [
                Entry(
                    "registration.undone",
                    Subject("registration", str(one["_id"])),
                    dict(last.data),
                    counted=between(of_registration, one, None),
                )
                for one in documents
            ]
            for entry in entries[:-1]:
                self._activities.append(transaction, actor, entry)
            return len(documents), entries[-1]

        def first(earlier: Activity) -> int:
            earlier.answers("registration.undone")
            return len(documents)

        return self._activities.write(actor, key, change, first)

    def _documents(self, type_name: str, batch: str) -> list[Document]:
        collection = self._database.collection(registration_collection(type_name))
        with storage_errors():
            return list(collection.find({"batch": batch}, {"data": 0}))

    def _first(self, first: Activity, type_name: str, key: str) -> list[Registration]:
        first.answers("registration.created")
        return list(
            self._registrations.load(
                [(type_name, str(one["_id"])) for one in self._documents(type_name, key)]
            )
        )
