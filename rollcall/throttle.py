"""Counting, in MongoDB: how often something was tried, so that limits hold over all processes.

A counter is counted up within a window that begins with its first use. One that is locked, after
too many failures, stays so for a window, the next time for two, then four, up to `longest`; a day
without a lock makes it forget. A count that is lost when a primary fails does no harm, so these
writes don't wait for the majority.
"""

import ipaddress
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import DuplicateKeyError

from rollcall.clock import Clock
from rollcall.errors import SlowDown, StorageUnavailable, TooManyAttempts
from rollcall.storage.database import Database, Document, storage_errors

FORGET_AFTER = timedelta(days=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NETWORK_BITS = 64


@dataclass(frozen=True)
class Limit:
    """At most `most` in `window`; locks grow up to `longest`. A `most` of 0 limits nothing."""

    most: int
    window: timedelta
    longest: timedelta = timedelta(hours=4)


def network_of(address: str) -> str:
    """What is counted for an IP address: itself, or for IPv6 the /64 that one customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
        found = found.ipv4_mapped
    return str(found)


class Throttle:
    """The counters."""

    def __init__(self, database: Database, clock: Clock) -> None:
        collection = database.collection("rate_limits")
        self._counters = collection.with_options(write_concern=WriteConcern(w=1))
        self._clock = clock

    def take(self, counter: str, limit: Limit, error: type[SlowDown] = TooManyAttempts) -> int:
        """Use up one of `limit`; answers which one it was in this window.

        Raises `error` when there is none left. Parallel calls get different numbers.
        """
        if not limit.most:
            return 0
        now = self._clock()
        after = self._counted(counter, now, now + limit.window)
        if after["count"] > limit.most:
            raise error(max(1, math.ceil((after["expires_at"] - now).total_seconds())))
        return int(after["count"])

    def give_back(self, counter: str) -> None:
        """One taken in vain."""
        with storage_errors():
            self._counters.update_one(
                {"_id": counter, "count": {"$gt": 0}}, {"$inc": {"count": -1}}
            )

    def lock(self, counter: str, limit: Limit) -> None:
        """What was left is used up: closed for a window, or longer than last time."""
        now = self._clock()
        longer = {"$multiply": [_milliseconds(limit.window), {"$pow": [2, "$level"]}]}
        until = {"$add": [now, {"$min": [longer, _milliseconds(limit.longest)]}]}
        with storage_errors():
            self._counters.update_one(
                {"_id": counter},
                [
                    {"$set": {"expires_at": until, "level": {"$add": ["$level", 1]}}},
                    {"$set": {"forget_at": {"$add": ["$expires_at", _milliseconds(FORGET_AFTER)]}}},
                ],
            )

    def forget(self, counter: str) -> None:
        """Start anew."""
        with storage_errors():
            self._counters.delete_one({"_id": counter})

    def _counted(self, counter: str, now: datetime, until: datetime) -> Document:
        begins = {"$lte": [{"$ifNull": ["$expires_at", _LONG_AGO]}, now]}
        forgotten = {"$lte": [{"$ifNull": ["$forget_at", _LONG_AGO]}, now]}
        steps: list[Document] = [
            {"$set": {"begins": begins, "level": {"$cond": [forgotten, 0, "$level"]}}},
            {
                "$set": {
                    "count": {"$cond": ["$begins", 1, {"$add": ["$count", 1]}]},
                    "expires_at": {"$cond": ["$begins", until, "$expires_at"]},
                    "forget_at": {
                        "$cond": ["$begins", {"$max": ["$forget_at", until]}, "$forget_at"]
                    },
                }
            },
            {"$unset": "begins"},
        ]
        for _ in range(3):
            try:
                with storage_errors():
                    after = self._counters.find_one_and_update(
                        {"_id": counter}, steps, upsert=True, return_document=ReturnDocument.AFTER
                    )
            except DuplicateKeyError:  # Two made the counter at the same time.
                continue
            if after is not None:
                return after
        raise StorageUnavailable


def _milliseconds(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
