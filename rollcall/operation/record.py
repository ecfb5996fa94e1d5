"""Bringing the record to this version, and the demo company into it, before anything serves it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pymongo.errors import PyMongoError

from rollcall import Rollcall, RollcallError, Settings, demo
from rollcall.operation.home import Home, OperationError, write_privately

# Among the migrations stands whether the demo company was put into this database.
MARK = {"_id": "demo"}
BEGUN, DONE = "demo company begun", "demo company"


@dataclass(frozen=True)
class Prepared:
    """What was done: a note for the console, and the demo accounts if they were made now."""

    note: str
    accounts: list[Mapping[str, str]]


def prepare_record(settings: Settings, home: Home) -> Prepared:
    """Apply migrations; fill an empty database with the demo company unless told not to.

    Raises `OperationError`, also when production finds the demo company.
    """
    try:
        roll = Rollcall.open(settings)
        try:
            applied = roll.migrate()
            accounts = _demo_company(roll, home)
        finally:
            roll.close()
    except (RollcallError, PyMongoError) as error:
        raise OperationError(f"the record can't be prepared: {error}") from error
    notes = [f"migrations applied: {len(applied)}"] if applied else []
    if accounts:
        notes.append("demo company made")
    return Prepared(", ".join(notes), accounts)


def _demo_company(roll: Rollcall, home: Home) -> list[Mapping[str, str]]:
    settings = roll.settings
    mark = _marks(roll).find_one(MARK)
    if settings.env == "production":
        if mark is not None:
            raise OperationError(
                f"production refuses demo accounts, and database {settings.database!r} was filled "
                "with the demo company: name an empty one with ROLLCALL_DATABASE"
            )
        return []
    if mark is not None and mark["name"] == BEGUN:
        _remove_half(roll)
    if not settings.demo or not demo.is_empty(roll):
        return []
    _marks(roll).replace_one(MARK, {"name": BEGUN, "at": roll.clock()}, upsert=True)
    accounts: list[Mapping[str, str]] = [asdict(account) for account in demo.fill(roll)]
    write_privately(home.demo_accounts_file, accounts)
    _marks(roll).replace_one(MARK, {"name": DONE, "at": roll.clock()})
    return accounts


def _remove_half(roll: Rollcall) -> None:
    """A run was killed while it made the demo company: nobody knows its passphrases."""
    if roll.settings.mongodb_uri is not None:
        raise OperationError(
            f"making the demo company in database {roll.settings.database!r} was interrupted: "
            "drop that database, or name an empty one with ROLLCALL_DATABASE"
        )
    roll.database.drop()
    roll.migrate()


def _marks(roll: Rollcall) -> Any:
    return roll.database.collection("migrations")
