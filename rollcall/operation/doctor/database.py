"""The database: whether it answers, to whom, in which version, at what time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError

from rollcall import __version__
from rollcall.clock import Clock, system_clock
from rollcall.operation.checks import AUTHENTICATION_FAILED, UNAUTHORIZED, check_own_mongodb
from rollcall.operation.doctor.findings import Deployment, Finding, failed, ok, warning
from rollcall.operation.home import OperationError
from rollcall.operation.parts import checking_client
from rollcall.storage.migrations import MIGRATIONS

OLDEST_MONGOD = (6, 0)
FARTHEST = timedelta(seconds=2)
"""Codes at the door of a meeting change every 30 s, tokens are let through 5 s early."""
HEARTBEAT = timedelta(seconds=30)
REFUSED = (AUTHENTICATION_FAILED, UNAUTHORIZED)
Client = MongoClient[dict[str, Any]]


def record(deployment: Deployment, clock: Clock = system_clock) -> Iterator[Finding]:
    """Everything about the database, if it can be reached."""
    try:
        check_own_mongodb(deployment.settings)
        with checking_client(deployment.settings) as client:
            yield _server(client)
            yield _guarded(deployment)
            yield _clock(client, clock)
            yield from _schema(deployment, client)
            yield _worker(deployment, client, clock)
    except OperationError as error:
        yield _away(deployment, str(error))
    except PyMongoError as error:
        yield _away(deployment, f"it does not answer ({str(error).splitlines()[0][:80]})")


def _away(deployment: Deployment, seen: str) -> Finding:
    if deployment.embedded:
        return warning("database", seen, "start it with `rollcall up` and ask again")
    return failed("database", seen, "mend MONGODB_URI or the server that it names")


def _server(client: Client) -> Finding:
    version = str(client.server_info()["version"])
    number = tuple(int(part) for part in version.split("-", maxsplit=1)[0].split(".")[:2])
    if number < OLDEST_MONGOD:
        return failed("database", f"MongoDB {version} is too old", "update it to 6.0 or later")
    return ok("database", f"MongoDB {version}, with a primary")


def _guarded(deployment: Deployment) -> Finding:
    """Who has no passphrase must not get in."""
    try:
        with checking_client(deployment.settings, known=False) as stranger:
            stranger.admin.command("listDatabases")
    except (OperationFailure, ConfigurationError) as error:
        code = error.code if isinstance(error, OperationFailure) else UNAUTHORIZED
        if code in REFUSED:
            return ok("accounts", "the database lets nobody in without a passphrase")
        raise
    seen = "the database lets in whoever reaches it, without a passphrase"
    todo = "start it with --keyFile, and put a user into MONGODB_URI"
    make = failed if deployment.in_production else warning
    return make("accounts", seen, todo)


def _clock(client: Client, clock: Clock) -> Finding:
    before = clock()
    told = client.admin.command("hello")["localTime"]
    after = clock()
    behind = told.replace(tzinfo=UTC) - (before + (after - before) / 2)
    apart = abs(behind) - (after - before) / 2
    if apart > FARTHEST:
        word = "ahead of" if behind > timedelta(0) else "behind"
        return failed(
            "clock",
            f"the database's clock is {abs(behind).total_seconds():.1f} s {word} this one",
            "let both machines take their time from NTP (timedatectl set-ntp true)",
        )
    return ok("clock", f"this one and the database's are {abs(behind).total_seconds():.1f} s apart")


def _schema(deployment: Deployment, client: Client) -> Iterator[Finding]:
    database = client[deployment.settings.database]
    done = {one["_id"] for one in database.migrations.find({}, {"_id": 1})} - {"demo"}
    known = {one.number for one in MIGRATIONS}
    if done - known:
        newest = max(done - known, key=str)
        yield failed(
            "schema",
            f"the database has migration {newest}, which Rollcall {__version__} does not know",
            "run the newer version that made it, or restore a backup of before",
        )
    elif known - done:
        names = ", ".join(one.name for one in MIGRATIONS if one.number not in done)
        yield failed("schema", f"not applied yet: {names}", "start it with `rollcall up`")
    else:
        yield ok("schema", f"all {len(known)} migrations are applied")
    if deployment.in_production and database.migrations.find_one({"_id": "demo"}):
        yield failed(
            "schema",
            f"database {deployment.settings.database!r} holds the demo company",
            "name an empty database with ROLLCALL_DATABASE",
        )


def _worker(deployment: Deployment, client: Client, clock: Clock) -> Finding:
    """Sessions end and the chain is sealed only while the worker lives."""
    beat = client[deployment.settings.database].heartbeats.find_one({"_id": "worker"})
    start = "start it with `rollcall up` or `rollcall worker`"
    if beat is None:
        return warning("worker", "it has never run", start)
    age = clock() - _aware(beat["at"])
    if age > HEARTBEAT:
        return warning("worker", f"it was last seen {int(age.total_seconds())} s ago", start)
    if beat.get("version") != __version__:
        seen = f"it is {beat.get('version')}, installed is {__version__}"
        return failed("worker", seen, "restart it")
    return ok("worker", f"alive, {beat['version']}")


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
