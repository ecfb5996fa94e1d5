"""Keyset paging: lists are read in pages that stay right while rows are added."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from bson import ObjectId
from bson.errors import InvalidId
from pymongo.collection import Collection

from rollcall.errors import Invalid, NotFound
from rollcall.storage.database import Document, storage_errors

LARGEST_PAGE = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, newest first, and the cursor of the next page (None on the last)."""

    items: list[T]
    next: str | None


def _encode(moment: datetime, identity: Any) -> str:
    kind = "o" if isinstance(identity, ObjectId) else "s"
    raw = json.dumps([int(moment.timestamp() * 1000), kind, str(identity)])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        milliseconds, kind, identity = json.loads(base64.urlsafe_b64decode(padded))
        moment = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        # A lone surrogate is text to JSON, but none that a query could carry.
        str(identity).encode()
        return moment, ObjectId(identity) if kind == "o" else str(identity)
    except (
        binascii.Error,
        InvalidId,
        OSError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise Invalid(
            "This page doesn't exist. Start again without `after`.",
            {"after": "not a cursor that this list gave out"},
        ) from error


def read_page(
    collection: Collection[Document],
    query: Mapping[str, Any],
    time_field: str,
    build: Callable[[Document], T],
    limit: int = 50,
    after: str | None = None,
    *,
    oldest_first: bool = False,
) -> Page[T]:
    """The newest `limit` documents that match (or the oldest), or those after the cursor `after`.

    `time_field` orders them (ties by `_id`) and should end the index that serves `query`.
    Raises `Invalid` for a limit outside 1 to 200 or a cursor that isn't one.
    """
    if not 1 <= limit <= LARGEST_PAGE:
        raise Invalid(
            f"A page has 1 to {LARGEST_PAGE} items.", {"limit": f"1 to {LARGEST_PAGE}, please"}
        )
    conditions = [dict(query)]
    beyond, order = ("$gt", 1) if oldest_first else ("$lt", -1)
    if after is not None:
        moment, identity = _decode(after)
        # The first of them bounds the index; the second alone would not keep its order.
        conditions.append({time_field: {f"{beyond}e": moment}})
        conditions.append({"$or": [{time_field: {beyond: moment}}, {"_id": {beyond: identity}}]})
    with storage_errors():
        found = list(
            collection.find({"$and": conditions} if after else conditions[0])
            .sort([(time_field, order), ("_id", order)])
            .limit(limit + 1)
        )
    more = len(found) > limit
    found = found[:limit]
    cursor = _encode(found[-1][time_field], found[-1]["_id"]) if more else None
    return Page([build(document) for document in found], cursor)


def object_id(text: str, missing: str) -> ObjectId:
    """The document id written in `text`. Raises `NotFound` with `missing` when it isn't one."""
    try:
        return ObjectId(text)
    except (InvalidId, TypeError) as error:
        raise NotFound(missing) from error
