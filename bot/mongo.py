"""The connection to MongoDB of this process, used without holding up the event loop.

pymongo waits for its answers, so every call runs in a thread of a pool that is ours alone: calls
that wait for a primary to be elected must not keep Rasa's own threads busy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timezone
from functools import cache
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.write_concern import WriteConcern

Document = dict[str, Any]
T = TypeVar("T")
_THREADS = 32


class Mongo:
    """One database. What is written to its collections is on the disks of a majority."""

    def __init__(self, uri: str, database: str) -> None:
        self._client: MongoClient[Document] = MongoClient(
            uri, appname="rollcall-bot", connect=False, tz_aware=True, tzinfo=timezone.utc
        )
        self._database = self._client[database]
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="mongo")

    def collection(self, name: str, concern: WriteConcern | None = None) -> Collection[Document]:
        """A collection; `concern` where less than the address of the database says is enough."""
        return self._database.get_collection(name, write_concern=concern)

    def command(self, command: Document) -> Document:
        """Run a command once, in the calling thread; its whole answer. Raises what pymongo raises,
        but not for `writeErrors` in the answer."""
        answer: Document = self._database.command(command)
        return answer

    async def run(self, call: Callable[[], T]) -> T:
        """What `call` answers, which is made in a thread. One that is under way can't be called
        back: it takes effect even when nobody waits for it any more."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


@cache
def connection(uri: str, database: str) -> Mongo:
    """The one connection of this process to a database."""
    return Mongo(uri, database)
