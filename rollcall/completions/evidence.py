"""What notes and files have in common: they belong to a session, and its rules are theirs."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.completions.access import Access
from rollcall.directory import Directory
from rollcall.errors import NotFound
from rollcall.paging import object_id
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, storage_errors

T = TypeVar("T")


class Evidence(ABC, Generic[T]):
    """Finds what belongs to sessions, and answers repeated calls with what the first one made."""

    name: ClassVar[str]
    """What activities call it: note, attachment."""
    collection: ClassVar[str]
    missing: ClassVar[str]

    def __init__(
        self,
        database: Database,
        directory: Directory,
        activities: Activities,
        access: Access,
        clock: Clock,
    ) -> None:
        self._collection = database.collection(self.collection)
        self._directory = directory
        self._activities = activities
        self._access = access
        self._clock = clock

    @abstractmethod
    def _shown(self, document: Document) -> T:
        """What a document describes."""

    def _live(
        self, actor: Principal, text: str, permission: Permission
    ) -> tuple[Document, Document]:
        """What has the id `text` and was not deleted, and the session that it belongs to, if
        `permission` covers that. Raises `NotFound`."""
        identity = object_id(text, self.missing)
        with storage_errors():
            document = self._collection.find_one({"_id": identity, "deleted": False})
        try:
            session = self._access.allowed(
                actor, str(document["completion_id"]) if document else "", permission
            )
        except NotFound as error:
            raise NotFound(self.missing) from error
        if document is None:
            raise NotFound(self.missing)
        return document, session

    def _first(self, kind: str, identity: str | None = None) -> Callable[[Activity], T]:
        """How a repeated call is answered: with what the first one was about, as it is now."""

        def answer(first: Activity) -> T:
            found = ObjectId(first.answers(kind, identity).subject.id)
            with storage_errors():
                document = self._collection.find_one({"_id": found})
            if document is None:
                raise NotFound(self.missing)
            return self._shown(document)

        return answer

    def _entry(self, verb: str, document: Document, session: Document) -> Entry:
        """The entry of the record that says what was done to it."""
        data = {"title": session["title"], "completion": str(session["_id"])}
        subject = Subject(self.name, str(document["_id"]))
        return Entry(f"{self.name}.{verb}", subject, data, (session["employee_id"],))
