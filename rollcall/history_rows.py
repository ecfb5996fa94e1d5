"""The rows of an answer, one after the other as they are read: an answer may have a million."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from rollcall.forms.spec import Form
from rollcall.history_filter import TIME_FIELDS, planned_field, time_field
from rollcall.history_query import HistoryQuery
from rollcall.storage.database import Database, Document, storage_errors

ALL_ROWS = 0
AT_ONCE = 500
"""Rows that are made together: the names of their people are looked up once for all of them."""

Names = Callable[[Iterable[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Source:
    """A collection that is asked, with the type of the registrations it holds."""

    collection: str
    form: Form | None = None


def rows_of(
    database: Database,
    query: HistoryQuery,
    asked: Sequence[tuple[Source, Document]],
    names: Names,
    most: int = ALL_ROWS,
    *,
    few: bool = False,
) -> Iterator[dict[str, Any]]:
    """At most `most` rows of the sources, each with the filter it is asked with, in order of time.

    `names` says the names of people by id. Where there are `few` rows, such as one person's, all
    sources are read at once. Raises `StorageUnavailable` while rows are taken.
    """
    coming = query.dated is not None  # what is to come: the next first
    with storage_errors():
        if few and most and len(asked) > 1:
            streams = _together(database, query, asked, most)
        else:
            streams = [_documents(database, query, *one, most) for one in asked]
        merged = heapq.merge(*streams, key=lambda one: one[0], reverse=not coming)
        rest = islice(merged, most) if most else merged
        while some := list(islice(rest, AT_ONCE)):
            known = names({one["employee_id"] for _, _, one in some} - {None})
            for _, form, one in some:
                yield _row(query, form, one, known)


def _documents(
    database: Database, query: HistoryQuery, source: Source, asked: Document, most: int
) -> Iterator[tuple[str, Form | None, Document]]:
    field = time_field(query, source.form)
    direction = 1 if query.dated else -1
    found = database.collection(source.collection).find(asked, allow_disk_use=True)
    with found.sort([(field, direction), ("_id", direction)]).limit(most) as cursor:
        for one in cursor:
            yield _sort_key(one, field), source.form, one


def _together(
    database: Database, query: HistoryQuery, asked: Sequence[tuple[Source, Document]], most: int
) -> list[Iterator[tuple[str, Form | None, Document]]]:
    """The same from every source, asked for in one call: a call costs more than a few rows."""
    direction = 1 if query.dated else -1

    def stages(number: int) -> list[Document]:
        source, match = asked[number]
        order = {time_field(query, source.form): direction, "_id": direction}
        return [{"$match": match}, {"$sort": order}, {"$limit": most}, {"$set": {"from": number}}]

    pipeline = stages(0)
    for number in range(1, len(asked)):
        others = {"coll": asked[number][0].collection, "pipeline": stages(number)}
        pipeline.append({"$unionWith": others})
    streams: list[list[tuple[str, Form | None, Document]]] = [[] for _ in asked]
    for one in database.collection(asked[0][0].collection).aggregate(pipeline):
        number = one.pop("from")
        form = asked[number][0].form
        streams[number].append((_sort_key(one, time_field(query, form)), form, one))
    return [iter(one) for one in streams]


def _row(
    query: HistoryQuery, form: Form | None, one: Document, names: Mapping[str, str]
) -> dict[str, Any]:
    who = one["employee_id"] or ""
    row: dict[str, Any] = {
        "when": one[TIME_FIELDS[query.subject]],
        "who": f"{names[who]} ({who})" if who in names else who,
        "id": str(one["_id"]),
    }
    if form is not None:
        title = str(one["data"].get(form.title_field, ""))
        planned = {"planned": one["data"].get(planned_field(form))} if query.dated else {}
        return {**row, "type": form.label, "title": title, **planned}
    match query.subject:
        case "tasks":
            return {
                **row,
                "title": one["title"],
                "priority": one["priority"],
                "status": one["status"].replace("_", " "),
                "due": one.get("due_date"),
                "completed": one.get("completed_at"),
            }
        case "sessions":
            minutes = round(_length(one).total_seconds() / 60, 1)
            return {**row, "status": one["session_status"], "minutes": minutes}
    return {**row, "kind": one["kind"].replace(".", " ").replace("_", " ")}


def _sort_key(document: Document, field: str) -> str:
    """A time of a document, comparable with days that are kept as text."""
    value: Any = document
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value.isoformat() if isinstance(value, datetime) else str(value or "")


def _length(session: Document) -> timedelta:
    end: datetime = session.get("ended_at") or session["last_activity"]
    length: timedelta = end - session["login_time"]
    return length
