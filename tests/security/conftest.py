"""The application in this process, with each of the cast as a client of it."""

from tests.api.conftest import (
    admin,
    app,
    caller_for,
    employee,
    everybody,
    guest,
    manager,
    outsider,
    roll,
    services,
    shared_database,
)

__all__ = [
    "admin",
    "app",
    "caller_for",
    "employee",
    "everybody",
    "guest",
    "manager",
    "outsider",
    "roll",
    "services",
    "shared_database",
]
