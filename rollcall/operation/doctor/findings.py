"""What a check of the deployment found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from rollcall.operation.home import Home
from rollcall.settings import Settings


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One line: which check, how it went, what was seen and, if it isn't well, what to do."""

    check: str
    state: State
    seen: str
    todo: str = ""


@dataclass(frozen=True)
class Deployment:
    """What is looked at. Nothing in it is changed."""

    settings: Settings

    @property
    def home(self) -> Home:
        return Home(self.settings)

    @property
    def in_production(self) -> bool:
        return self.settings.env == "production"

    @property
    def embedded(self) -> bool:
        """Whether the database is the one that `rollcall up` starts."""
        return self.settings.mongodb_uri is None


Check = Callable[[Deployment], Iterable[Finding]]


def ok(check: str, seen: str) -> Finding:
    return Finding(check, State.OK, seen)


def warning(check: str, seen: str, todo: str) -> Finding:
    return Finding(check, State.WARNING, seen, todo)


def failed(check: str, seen: str, todo: str) -> Finding:
    return Finding(check, State.FAILED, seen, todo)
