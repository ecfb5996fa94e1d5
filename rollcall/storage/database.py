"""The connection to MongoDB, and the one helper for transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any, TypeVar

import bson
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database as MongoDatabase
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteError,
)
from pymongo.read_concern import ReadConcern

from rollcall.errors import StorageUnavailable

Document = dict[str, Any]
Transaction = ClientSession
Moment = ClientSession
"""A session whose reads all see what was there at one moment."""
T = TypeVar("T")

SNAPSHOT_TOO_OLD, SNAPSHOT_UNAVAILABLE = 239, 246
"""The latter when a collection was just made or changed its schema."""
SNAPSHOT_TRIES = 5

DUPLICATE = 11000
_SAFE = WriteConcern(w="majority", j=True, wtimeout=10000)
_AWAY = (AutoReconnect, ConnectionFailure, ServerSelectionTimeoutError, ExecutionTimeout)
CODEC = bson.CodecOptions(document_class=dict, tz_aware=True, tzinfo=UTC)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn "MongoDB is away" into `StorageUnavailable`; everything else passes."""
    try:
        yield
    except _AWAY as error:
        raise StorageUnavailable from error


class Database:
    """One MongoDB database with majority and journal write concern on every write."""

    def __init__(self, uri: str, name: str) -> None:
        self._client: MongoClient[Document] = MongoClient(
            uri,
            tz_aware=True,
            tzinfo=UTC,
            appname="rollcall",
            connect=False,
            serverSelectionTimeoutMS=5000,
            socketTimeoutMS=20000,
        )
        self.name = name
        self._database: MongoDatabase[Document] = self._client.get_database(
            name,
            write_concern=_SAFE,
            read_concern=ReadConcern("majority"),
        )

    @property
    def raw(self) -> MongoDatabase[Document]:
        """The pymongo database, for schema and administration."""
        return self._database

    def collection(self, name: str) -> Collection[Document]:
        """A collection by name."""
        return self._database[name]

    def ahead(self, name: str) -> Collection[Document]:
        """The same collection for writes that are made ahead of one that is waited for.

        A write here is acknowledged as soon as the primary has it. Whatever a majority acknowledges
        later comes after it in the log that the others copy and on the same disks, so then it is
        safe too: a turn waits for the disks once, with its answer. A primary that fails between the
        two may take it along: this is for what may be missing then, such as a count or a button.
        """
        return self._database.get_collection(name, write_concern=WriteConcern(w=1))

    def update_in_election(
        self, name: str, query: Document, update: Document, *, upsert: bool = False
    ) -> str | None:
        """Update one document and wait for the majority, like everything in `collection`; answers
        the id of the election that made the member primary which did it, None when that is unknown.

        What other processes wrote ahead in the same election (`ahead`) is safe then as well.
        Raises `DuplicateKeyError`.
        """
        command = {
            "update": name,
            "updates": [{"q": query, "u": update, "upsert": upsert}],
            "writeConcern": _SAFE.document,
        }
        try:
            reply = self._database.command(command)
        except AutoReconnect:
            reply = None
        if reply is None or "writeConcernError" in reply:
            # Once more, as the driver does it; what became of the first try nobody knows.
            self._database[name].update_one(query, update, upsert=upsert)
            return None
        for error in reply.get("writeErrors", ()):
            kind = DuplicateKeyError if error["code"] == DUPLICATE else WriteError
            raise kind(error["errmsg"], error["code"], error)
        return str(reply["electionId"]) if "electionId" in reply else None

    def ping(self) -> str:
        """Check that a primary answers; returns the server's version.

        Raises `StorageUnavailable`.
        """
        with storage_errors():
            self._client.admin.command("ping", read_preference=ReadPreference.PRIMARY)
            return str(self._client.server_info()["version"])

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction and return what it returns.

        `work` may run more than once (transient errors are retried by the driver), so it must
        not have effects outside the transaction. Raises `StorageUnavailable` when MongoDB is
        away; errors of `work` pass through and undo everything it wrote.
        """
        with storage_errors(), self._client.start_session() as session:
            return session.with_transaction(
                work,
                read_concern=ReadConcern("snapshot"),
                write_concern=_SAFE,
            )

    def at_one_moment(self, work: Callable[[Moment], T]) -> T:
        """Run `work`, whose reads with the session it is given all see the same moment.

        `work` only reads, and may run more than once. Raises `StorageUnavailable`.
        """
        for last in (*[False] * (SNAPSHOT_TRIES - 1), True):
            try:
                with storage_errors(), self._client.start_session(snapshot=True) as session:
                    return work(session)
            except OperationFailure as error:
                if last or error.code != SNAPSHOT_UNAVAILABLE:
                    raise
        raise StorageUnavailable

    def drop(self) -> None:
        """Delete the whole database. Only tests and `make clean` have a use for it."""
        self._client.drop_database(self.name)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


__all__ = ["Database", "Document", "PyMongoError", "Transaction", "storage_errors"]
