"""Bringing the record to this version before anything serves it."""

from collections.abc import Mapping
from dataclasses import dataclass

from rollcall import Rollcall, RollcallError, Settings
from rollcall.operation.home import Home, OperationError


@dataclass(frozen=True)
class Prepared:
    """What was done: a note for the console, and the demo accounts if they were made now."""

    note: str
    accounts: list[Mapping[str, str]]


def prepare_record(settings: Settings, home: Home) -> Prepared:
    """Apply migrations. Raises `OperationError`."""
    try:
        roll = Rollcall.open(settings)
        try:
            applied = roll.migrate()
        finally:
            roll.close()
    except RollcallError as error:
        raise OperationError(f"the record can't be prepared: {error}") from error
    return Prepared(f"{len(applied)} migrations applied" if applied else "", [])
