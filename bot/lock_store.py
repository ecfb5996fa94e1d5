"""Whose turn it is in a conversation, kept in MongoDB: any number of Rasa servers take their turns.

A document of `conversation_locks` is the queue of one conversation. Who comes in puts a ticket at
its end and has the lock when the ticket is the first. A ticket is good for `LEASE` seconds and is
renewed while its owner waits or works; the next who looks takes out those that have run out, and so
the conversation of a server that was killed is free again. Whoever has the lock after that learns
it (`Held.taken_over`), keeps the owner before from saving (`ConversationStore.fence`) and says so.

Who waits looks again after 5 ms, then less and less often, every 100 ms at the most; within one
process the next is woken when the lock becomes free. Looking is enough, because two turns of one
conversation at once are rare, and a change stream would tell later: only when a majority knows.

Most often nobody is there and nobody lapsed: then coming in is one small write, which also says
whether the turn that the server remembers is still the last (`Held.turn`). Leaving is another, for
which nobody waits.

Times are the server's, not this machine's. Tickets need not survive a primary that fails, so they
are written without waiting for other members: two owners could then be, of whom one can save.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import AutoReconnect, PyMongoError, WriteError
from pymongo.write_concern import WriteConcern
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from bot.mongo import Document, connection

COLLECTION = "conversation_locks"
LEASE = 15.0  # seconds
_FIRST_LOOK, _LAST_LOOK, _LESS_OFTEN = 0.005, 0.1, 1.5

logger = logging.getLogger(__name__)


@dataclass
class Held:
    """The lock on a conversation. `taken_over` says that somebody's lease has run out before.

    `turn` is the number of the last turn that was saved, None when nobody knows. Whoever has the
    lock puts there what is right when it is given back; a turn that fails leaves nobody knowing.
    `election` is the one in which `turn` was found to be the last, None when that is unknown.
    """

    conversation_id: str
    ticket: ObjectId
    taken_over: bool
    turn: int | None
    election: str | None = None


class ConversationLocks(LockStore):
    """The lock store. `lease` is in seconds; `now` answers an aggregation expression for the time,
    by default that of the server's clock."""

    def __init__(
        self,
        endpoint_config: EndpointConfig,
        lease: float = LEASE,
        now: Callable[[], Any] = lambda: "$$NOW",
    ) -> None:
        self._mongo = connection(endpoint_config.url, endpoint_config.kwargs["db"])
        self._queues = self._mongo.collection(COLLECTION, WriteConcern(w=1))
        self._lease = lease
        self._now = now
        self._woken: dict[str, set[asyncio.Event]] = {}
        self._looking: dict[ObjectId, asyncio.Future[Any]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float | None = None,
        wait_time_in_seconds: float | None = None,
        turn: int | None = None,
    ) -> AsyncGenerator[Held, None]:
        """Wait for one's turn and have it until the block ends. `turn` is the number of the last
        turn that the caller remembers.

        How long a lock lives and how often to look is the store's business, so Rasa's wishes for
        both are not heard. Raises what pymongo raises.
        """
        ticket = ObjectId()
        saved: int | None = None
        try:
            held = await self._enter(conversation_id, ticket, turn)
            renewing = asyncio.create_task(self._renew(conversation_id, ticket))
            try:
                yield held
            finally:
                renewing.cancel()
            saved = held.turn
        finally:
            # Nobody waits for it, least of all who fails or is cancelled.
            leaving = asyncio.create_task(self._leave(conversation_id, ticket, saved))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def settle(self) -> None:
        """Wait until everything that was locked here is given back."""
        await asyncio.gather(*self._leaving)

    async def fenced(self, held: Held) -> None:
        """Note that whoever had the lock before can't save any more."""
        query = {"_id": held.conversation_id, "queue.0.ticket": held.ticket}
        await self._mongo.run(lambda: self._queues.update_one(query, {"$set": {"lapsed": False}}))

    async def _enter(self, conversation: str, ticket: ObjectId, turn: int | None) -> Held:
        looking = asyncio.ensure_future(self._walk_in(conversation, ticket, turn))
        self._looking[ticket] = looking
        came_in, election = await asyncio.shield(looking)
        if came_in:
            return Held(conversation, ticket, taken_over=False, turn=turn, election=election)
        queue = await self._wait(conversation, ticket)
        lapsed = bool(queue["lapsed"])
        return Held(conversation, ticket, lapsed, turn=None if lapsed else queue.get("turn"))

    async def _walk_in(
        self, conversation: str, ticket: ObjectId, turn: int | None
    ) -> tuple[bool, str | None]:
        """Come in where nobody is, and in which election; False when somebody is, or the last turn
        is another."""
        nobody: Document = {"_id": conversation, "queue": [], "lapsed": False}
        if turn is not None:
            nobody["turn"] = turn
        now = self._now()
        mine = {"ticket": ticket, "until": {"$add": [now, int(self._lease * 1000)]}}
        steps = [{"$set": {"queue": [mine], "at": now}}]
        return await self._mongo.run(lambda: self._update(nobody, steps))

    async def _wait(self, conversation: str, ticket: ObjectId) -> Document:
        woken = asyncio.Event()
        waiting = self._woken.setdefault(conversation, set())
        waiting.add(woken)
        pause = _FIRST_LOOK
        try:
            while True:
                looking = asyncio.ensure_future(self._look(conversation, ticket))
                self._looking[ticket] = looking
                queue = await asyncio.shield(looking)
                if queue["queue"][0]["ticket"] == ticket:
                    return queue
                await _first_of(woken, pause)
                woken.clear()
                pause = min(pause * _LESS_OFTEN, _LAST_LOOK)
        finally:
            waiting.discard(woken)
            if not waiting:
                self._woken.pop(conversation, None)

    async def _look(self, conversation: str, ticket: ObjectId) -> Document:
        """Come in, or stay in; the queue with whoever is still there."""
        now = self._now()
        mine = {"$eq": ["$$one.ticket", ticket]}
        there = {"$or": [mine, {"$gt": ["$$one.until", now]}]}
        queue = {"$ifNull": ["$queue", []]}
        until = {"$add": [now, int(self._lease * 1000)]}
        # Half a lease before it ends, so that a look that changes nothing writes nothing.
        soon = {"$add": [now, int(self._lease * 500)]}
        renewed = {
            "$cond": [{"$and": [mine, {"$lt": ["$$one.until", soon]}]}, until, "$$one.until"]
        }
        steps = [
            {"$set": {"left": {"$filter": {"input": queue, "as": "one", "cond": there}}}},
            {
                "$set": {
                    "lapsed": {
                        "$or": [
                            {"$ifNull": ["$lapsed", False]},
                            {"$lt": [{"$size": "$left"}, {"$size": queue}]},
                        ]
                    },
                    "queue": {
                        "$cond": [
                            {"$in": [ticket, "$left.ticket"]},
                            {
                                "$map": {
                                    "input": "$left",
                                    "as": "one",
                                    "in": {"ticket": "$$one.ticket", "until": renewed},
                                }
                            },
                            {"$concatArrays": ["$left", [{"ticket": ticket, "until": until}]]},
                        ]
                    },
                    "at": {"$cond": [{"$in": [ticket, "$left.ticket"]}, "$at", now]},
                }
            },
            {"$unset": "left"},
        ]
        found: Document = await self._mongo.run(
            lambda: self._queues.find_one_and_update(
                {"_id": conversation}, steps, upsert=True, return_document=ReturnDocument.AFTER
            )
        )
        return found

    async def _renew(self, conversation: str, ticket: ObjectId) -> None:
        """Prolong the lease as long as the turn takes. One that was lost is not asked for again:
        its owner learns it when it saves."""
        query = {"_id": conversation, "queue.ticket": ticket}
        while True:
            await asyncio.sleep(self._lease / 4)
            try:
                await self._mongo.run(lambda: self._queues.update_one(query, self._renewal(ticket)))
            except PyMongoError as error:
                logger.warning("a lock could not be renewed: %s", type(error).__name__)

    def _renewal(self, ticket: ObjectId) -> list[Document]:
        now = self._now()
        until = {"$add": [now, int(self._lease * 1000)]}
        mine = {
            "$cond": [
                {"$eq": ["$$one.ticket", ticket]},
                {"ticket": ticket, "until": until},
                "$$one",
            ]
        }
        queue = {"$map": {"input": "$queue", "as": "one", "in": mine}}
        return [{"$set": {"queue": queue, "at": now}}]

    async def _leave(self, conversation: str, ticket: ObjectId, turn: int | None) -> None:
        """Give the ticket back, after the last look, which may just be putting it in."""
        # Its failure, if it failed, was told to whoever waited for it.
        await asyncio.gather(self._looking.pop(ticket), return_exceptions=True)
        query = {"_id": conversation, "queue.ticket": ticket}
        change: Document = {"$pull": {"queue": {"ticket": ticket}}}
        change |= {"$unset": {"turn": ""}} if turn is None else {"$set": {"turn": turn}}
        try:
            await self._mongo.run(lambda: self._update(query, change))
        except PyMongoError as error:
            logger.warning("a lock is left to run out: %s", type(error).__name__)
        for one in self._woken.get(conversation, ()):
            one.set()

    def _update(
        self, query: Document, change: Document | list[Document]
    ) -> tuple[bool, str | None]:
        """Change a queue: whether there was one, and the election of the primary that did it."""
        updates = [{"q": query, "u": change}]
        command = {"update": COLLECTION, "updates": updates, "writeConcern": {"w": 1}}
        try:
            reply = self._mongo.command(command)
        except AutoReconnect:
            # A second time does no harm: who is in already doesn't come in again.
            reply = self._mongo.command(command)
        for error in reply.get("writeErrors", ()):
            raise WriteError(error["errmsg"], error["code"], error)
        election = str(reply["electionId"]) if "electionId" in reply else None
        return bool(reply["n"]), election


async def _first_of(woken: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except asyncio.TimeoutError:
        return
