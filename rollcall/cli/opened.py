"""The domain for one command, whether or not an instance is running."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rollcall import Rollcall, Settings
from rollcall.operation.home import Home, OperationError
from rollcall.storage.mongod import EmbeddedMongod


@contextmanager
def opened(settings: Settings) -> Iterator[Rollcall]:
    """The domain, migrated. Starts the embedded server for as long as needed when no one has.

    Raises `OperationError`, `MongodFailed`, `StorageUnavailable`.
    """
    home = Home(settings).prepare()
    with ExitStack() as stack:
        if settings.mongodb_uri is None:
            _see_that_mongod_runs(home, stack)
        roll = Rollcall.open(settings)
        stack.callback(roll.close)
        roll.migrate()
        yield roll


def _see_that_mongod_runs(home: Home, stack: ExitStack) -> None:
    try:
        stack.enter_context(home.lock())
    except OperationError:
        return  # an instance is running, and its server with it
    port = home.choose_ports(for_web=False).mongod
    stack.enter_context(EmbeddedMongod(home.db, port, log=home.logs / "mongod.log"))
