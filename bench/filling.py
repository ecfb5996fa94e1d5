"""Puts a company into a database, quickly."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from pymongo import WriteConcern

from bench.company import Company, Seeded
from rollcall.storage.database import Database, Document

AT_ONCE = 5_000
Tell = Callable[[str, int, int], None]


def fill(database: Database, activities: int, now: datetime, seed: int, tell: Tell) -> Seeded:
    """Put a company with about that many activities into an empty, migrated database.

    `tell` hears how far it is: what is done, how many, of how many. The indexes are gone
    afterwards: `Rollcall.migrate` makes them, faster than keeping them all the while.
    """
    company = Company(activities, now, seed)
    found = company.parts()
    quick = database.raw.with_options(write_concern=WriteConcern(w=1))
    batches: dict[str, list[Document]] = {}
    with ThreadPoolExecutor(1) as writer:
        writing: list[Future[Any]] = []

        def write(name: str) -> None:
            documents = batches.pop(name)
            if name not in found.counts:
                quick[name].drop_indexes()
            found.counts[name] = found.counts.get(name, 0) + len(documents)
            writing.append(writer.submit(quick[name].insert_many, documents, ordered=False))
            while len(writing) > 4:
                writing.pop(0).result()

        for name, document in company.record():
            if name == "chain_heads":
                database.collection(name).replace_one({"_id": "head"}, document)
                continue
            batch = batches.setdefault(name, [])
            batch.append(document)
            if len(batch) == AT_ONCE:
                write(name)
                tell("activities", found.counts.get("session_activities", 0), activities)
        for name in list(batches):
            write(name)
        for one in writing:
            one.result()
    found.activities = found.counts["session_activities"]
    tell("activities", found.activities, found.activities)
    return found
