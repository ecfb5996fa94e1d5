"""Numbered migrations: what a database of an older version needs to become today's.

Collections, validators and indexes are brought to `schema.py` at each start (that is idempotent);
a migration is for data that has to change its shape. Numbers are never reused.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import CollectionInvalid, DuplicateKeyError, OperationFailure

from rollcall.clock import system_clock
from rollcall.errors import Conflict
from rollcall.figures.building import Builder
from rollcall.storage.carrying import carry_conversations
from rollcall.storage.database import Database, storage_errors
from rollcall.storage.schema import COLLECTIONS, REGISTRATION, registration_collection
from rollcall.storage.shapes import CollectionSchema

NAMESPACE_EXISTS = 48


@dataclass(frozen=True)
class Migration:
    """One change of data, applied once."""

    number: int
    name: str
    apply: Callable[[Database], None]


def _seed_chain(database: Database) -> None:
    """The audit chain starts from sixty-four zeros, the usual "nothing before this"."""
    try:
        database.collection("chain_heads").insert_one({"_id": "head", "seq": 0, "hash": "0" * 64})
    except DuplicateKeyError:
        return


def _drop_old_counters(database: Database) -> None:
    """Tries to sign in are counted in `rate_limits`; what was counted until now ends anyhow."""
    database.raw.drop_collection("login_attempts")


def _let_only_completed_wait(database: Database) -> None:
    """Nobody can approve a session before it is completed; that one waits is said from then on."""
    database.collection("session_completions").update_many(
        {"status": {"$ne": "completed"}, "approval": "waiting"}, {"$set": {"approval": "none"}}
    )


def _keep_figures(database: Database) -> None:
    """What was recorded until now is counted once; from now on every write says what it changes.

    Another process may be at it: then it is left to that one, or to the worker after it.
    """
    figures = Builder(database, system_clock)
    if not figures.begin_empty():
        with suppress(Conflict):
            figures.rebuild()


def _mark_unsealed(database: Database) -> None:
    """Entries that wait for their seal say so, since nothing finds them among a million others."""
    database.collection("session_activities").update_many(
        {"seq": {"$exists": False}, "unsealed": {"$exists": False}}, {"$set": {"unsealed": True}}
    )


def _drop_old_indexes(database: Database) -> None:
    """Others, made at each start, say all that these said."""
    for collection, name in (
        ("figures", "slot"),
        ("figures", "who"),
        ("user_tasks", "assignee_completed"),
        ("session_activities", "newest"),
    ):
        with suppress(OperationFailure):
            database.collection(collection).drop_index(name)


MIGRATIONS = [
    Migration(1, "start the audit chain", _seed_chain),
    Migration(2, "count tries to sign in elsewhere", _drop_old_counters),
    Migration(3, "let only completed sessions wait for approval", _let_only_completed_wait),
    Migration(4, "keep figures", _keep_figures),
    Migration(5, "mark what waits for its seal", _mark_unsealed),
    Migration(6, "carry conversations over", carry_conversations),
    Migration(7, "drop indexes that others replace", _drop_old_indexes),
]


def ensure_collection(database: Database, name: str, schema: CollectionSchema) -> None:
    """Create `name` with its validator and indexes, or bring an existing one up to date."""
    with storage_errors():
        try:
            database.raw.create_collection(name, validator=schema.validator())
        except (CollectionInvalid, OperationFailure) as error:
            # Another process may create it between the driver's look and its own try.
            if isinstance(error, OperationFailure) and error.code != NAMESPACE_EXISTS:
                raise
            database.raw.command("collMod", name, validator=schema.validator())
        if schema.indexes:
            database.collection(name).create_indexes(schema.indexes)


def migrate(database: Database, registration_types: Iterable[str], now: datetime) -> list[str]:
    """Bring the database to this version; returns the names of the migrations applied now.

    Safe to run again, and by two processes at once.
    """
    for name, schema in COLLECTIONS.items():
        ensure_collection(database, name, schema)
    for type_name in registration_types:
        ensure_collection(database, registration_collection(type_name), REGISTRATION)
    log = database.collection("migrations")
    with storage_errors():
        done = {document["_id"] for document in log.find({}, {"_id": 1})}
        applied = []
        for migration in MIGRATIONS:
            if migration.number in done:
                continue
            migration.apply(database)
            log.update_one(
                {"_id": migration.number},
                {"$setOnInsert": {"name": migration.name, "at": now}},
                upsert=True,
            )
            applied.append(migration.name)
    return applied
