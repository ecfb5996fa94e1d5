"""Counting, in MongoDB: how often something was tried, so that limits hold over all processes.

A counter is counted up within a window that begins with its first use. One that is locked, after
too many failures, stays so for a window, the next time for two, then four, up to `longest`; a day
without a lock makes it forget. A count that is lost when a primary fails does no harm, so these
writes don't wait for the majority.
"""

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import DuplicateKeyError

from rollcall.clock import Clock
from rollcall.errors import SlowDown, StorageUnavailable, TooManyAttempts
from rollcall.storage.database import Database, Document, storage_errors

FORGET_AFTER = timedelta(days=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NETWORK_BITS = 64
_DRAWN_AT_ONCE = 10
_DRAWS = 10
"""A window's worth is drawn in so many parts, or more."""
_MOST_DRAWN = 10_000


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


@dataclass
class _Drawn:
    """What this process may still use of a counter until its window ends."""

    left: int
    expires_at: datetime


class Throttle:
    """The counters."""

    def __init__(self, database: Database, clock: Clock) -> None:
        collection = database.collection("rate_limits")
        self._counters = collection.with_options(write_concern=WriteConcern(w=1))
        self._clock = clock
        self._drawn: OrderedDict[str, _Drawn] = OrderedDict()
        self._drawing = Lock()

    def take(self, counter: str, limit: Limit, error: type[SlowDown] = TooManyAttempts) -> int:
        """Use up one of `limit`; answers which one it was in this window.

        Raises `error` when there is none left. Parallel calls get different numbers.
        """
        if not limit.most:
            return 0
        now = self._clock()
        after = self._counted(counter, now, now + limit.window, 1)
        if after["count"] > limit.most:
            raise error(_seconds_until(after["expires_at"], now))
        return int(after["count"])

    def draw(self, counter: str, limit: Limit, error: type[SlowDown] = TooManyAttempts) -> None:
        """Use up one of `limit`, of which this process takes some at once from the counter, so that
        not every call has to ask for its own.

        Never more than `limit` for all processes together; what one of them has taken and not used
        by the end of the window is lost to the others: a tenth, ten at the most. Raises `error`
        when there is none left.
        """
        if not limit.most:
            return
        now = self._clock()
        if self._use_drawn(counter, now):
            return
        wanted = max(1, min(_DRAWN_AT_ONCE, limit.most // _DRAWS))
        after = self._counted(counter, now, now + limit.window, wanted)
        granted = min(wanted, limit.most - (after["count"] - wanted))
        if granted < 1:
            raise error(_seconds_until(after["expires_at"], now))
        self._keep(counter, granted - 1, after["expires_at"])

    def _use_drawn(self, counter: str, now: datetime) -> bool:
        with self._drawing:
            drawn = self._drawn.get(counter)
            if drawn is None or not drawn.left or drawn.expires_at <= now:
                return False
            drawn.left -= 1
            return True

    def _keep(self, counter: str, granted: int, expires_at: datetime) -> None:
        with self._drawing:
            # Of the same window when two asked at the same time.
            before = self._drawn.pop(counter, None)
            same = before is not None and before.expires_at == expires_at
            left = granted + (before.left if before and same else 0)
            self._drawn[counter] = _Drawn(left, expires_at)
            if len(self._drawn) > _MOST_DRAWN:
                self._drawn.popitem(last=False)

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

    def _counted(self, counter: str, now: datetime, until: datetime, more: int) -> Document:
        begins = {"$lte": [{"$ifNull": ["$expires_at", _LONG_AGO]}, now]}
        forgotten = {"$lte": [{"$ifNull": ["$forget_at", _LONG_AGO]}, now]}
        steps: list[Document] = [
            {"$set": {"begins": begins, "level": {"$cond": [forgotten, 0, "$level"]}}},
            {
                "$set": {
                    "count": {"$cond": ["$begins", more, {"$add": ["$count", more]}]},
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


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, math.ceil((moment - now).total_seconds()))


def _milliseconds(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
