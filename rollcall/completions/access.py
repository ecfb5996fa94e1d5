"""Who may see and change a scheduled session: its owner and who stands above them."""

from collections.abc import Sequence

from bson import ObjectId
from pymongo.collection import Collection

from rollcall.completions.model import MISSING, Completion
from rollcall.directory import Directory, Employee
from rollcall.errors import NotFound
from rollcall.paging import object_id
from rollcall.permissions import Nobody, Permission, covers, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors


def owned(
    collection: Collection[Document],
    directory: Directory,
    actor: Principal,
    text: str,
    permission: Permission,
    missing: str,
) -> Document:
    """The document with the id `text` that is some employee's, if `permission` covers them.

    Raises `NotFound` with the words of `missing`, `Unauthenticated`.
    """
    identity = object_id(text, missing)
    with storage_errors():
        document = collection.find_one({"_id": identity})
    owner_id = document["employee_id"] if document else ""
    owner = directory.find(owner_id) if owner_id else None
    require(actor, permission, owner or Nobody(owner_id), missing)
    if document is None:
        raise NotFound(missing)
    return document


class Access:
    """Finds sessions on behalf of somebody. What they may not know of isn't there."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self.collection = database.collection("session_completions")
        self._directory = directory

    def allowed(self, actor: Principal, completion_id: str, permission: Permission) -> Document:
        """The document, if `permission` covers it. Raises `NotFound`, `Unauthenticated`."""
        return owned(self.collection, self._directory, actor, completion_id, permission, MISSING)

    def count(
        self, transaction: Transaction, completion_id: ObjectId, counter: str, by: int
    ) -> None:
        """Add to a counter of a session, which everybody who adds or removes something writes."""
        self.collection.update_one(
            {"_id": completion_id}, {"$inc": {f"counts.{counter}": by}}, session=transaction
        )

    def may(self, actor: Principal, sessions: Sequence[Completion]) -> dict[str, Sequence[str]]:
        """What the actor may do with sessions that they may see, by the sessions' ids: complete,
        change, cancel, attach (files), note, approve."""
        owners = self._directory.of_ids(one.employee_id for one in sessions)
        return {
            one.completion_id: self._may(actor, one, owners.get(one.employee_id))
            for one in sessions
        }

    @staticmethod
    def _may(actor: Principal, session: Completion, owner: Employee | None) -> Sequence[str]:
        whose = owner or Nobody(session.employee_id)
        found = ["note"]
        if covers(actor, Permission.WRITE_COMPLETIONS, whose):
            found.append("attach")
            found += ["change"] if session.status != "cancelled" else []
            found += ["complete", "cancel"] if session.status == "pending" else []
        waits = (session.status, session.approval) == ("completed", "waiting")
        others = session.employee_id != actor.employee_id
        if waits and others and covers(actor, Permission.APPROVE_COMPLETIONS, whose):
            found.append("approve")
        return found
