"""Scheduled sessions as they are looked at: one, lists, earlier versions, proposed times."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollcall.clock import Clock, iso
from rollcall.completions.access import Access
from rollcall.completions.attendance import attended
from rollcall.completions.figures import Figures, Point, Width, figures_of, series_of
from rollcall.completions.model import Completion, build_completion
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.errors import Invalid
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.completions_schema import APPROVAL_STATES, COMPLETION_STATES
from rollcall.storage.database import Database, Document

LOOK_BACK, LOOK_AHEAD = timedelta(weeks=12), timedelta(weeks=4)


@dataclass(frozen=True)
class Wanted:
    """Which sessions a list has; None leaves a thing open. `words` are found in title, code and
    notes, `missed` are those that nobody closed within a day."""

    employee_id: str | None = None
    status: str | None = None
    approval: str | None = None
    batch_id: str | None = None
    words: str | None = None
    missed: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Version:
    """What a change replaced: values by field name, who changed it and when."""

    at: datetime
    employee_id: str | None
    name: str | None
    before: dict[str, Any]

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        before = {
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in self.before.items()
        }
        return {
            "at": iso(self.at),
            "employee_id": self.employee_id,
            "name": self.name,
            "before": before,
        }


@dataclass(frozen=True)
class Proposal:
    """Actual times to begin with. `source` is attendance, or schedule when nobody saw it."""

    starts: datetime
    ends: datetime
    timezone: str
    source: str

    def public(self) -> dict[str, Any]:
        """JSON-ready: moments, and what clocks showed where the session was planned."""
        here = zone(self.timezone)
        return {
            "actual_start": iso(self.starts),
            "actual_end": iso(self.ends),
            "actual_start_time": f"{self.starts.astimezone(here):%H:%M}",
            "actual_end_time": f"{self.ends.astimezone(here):%H:%M}",
            "source": self.source,
        }


@dataclass(frozen=True)
class Series:
    """Figures over a period."""

    since: datetime
    until: datetime
    points: Sequence[Point]


class Lists:
    """Reads scheduled sessions on behalf of somebody."""

    def __init__(
        self, database: Database, directory: Directory, access: Access, clock: Clock
    ) -> None:
        self._collection = database.collection("session_completions")
        self._versions = database.collection("completion_versions")
        self._attendances = database.collection("attendances")
        self._directory = directory
        self._access = access
        self._clock = clock

    def get(self, actor: Principal, completion_id: str) -> Completion:
        """One session. Raises `NotFound` also for those the actor may not see."""
        return build_completion(
            self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        )

    def list(
        self,
        actor: Principal,
        wanted: Wanted = Wanted(),
        limit: int = 50,
        after: str | None = None,
        *,
        oldest_first: bool = False,
    ) -> Page[Completion]:
        """Sessions of one employee, or of everyone the actor may see; latest start first unless
        told. Raises `NotFound`, `Invalid`."""
        query = self._query(actor, wanted)
        return read_page(
            self._collection,
            query,
            "starts_at",
            build_completion,
            limit,
            after,
            oldest_first=oldest_first,
        )

    def figures(self, actor: Principal, wanted: Wanted = Wanted()) -> Figures:
        """Figures of the sessions that `list` would have. Raises `NotFound`, `Invalid`."""
        return figures_of(self._collection, self._query(actor, wanted))

    def series(self, actor: Principal, wanted: Wanted, width: Width) -> Series:
        """The same by day or week, those of the actor's time zone: from `wanted.since` (twelve
        weeks ago) to `wanted.until` (in four weeks). Raises `NotFound`, `Invalid`."""
        now = self._clock()
        until = wanted.until or max(now, wanted.since or now) + LOOK_AHEAD
        since = wanted.since or min(now, until) - LOOK_BACK
        query = self._query(actor, wanted)
        points = series_of(self._collection, query, (since, until), width, actor.timezone)
        return Series(since, until, points)

    def coming(
        self, actor: Principal, employee_id: str | None, limit: int = 50
    ) -> Sequence[Completion]:
        """Pending sessions, also those that are overdue; earliest first."""
        wanted = Wanted(employee_id, "pending")
        return self.list(actor, wanted, limit, oldest_first=True).items

    def may(self, actor: Principal, sessions: Sequence[Completion]) -> dict[str, Sequence[str]]:
        """What the actor may do with each of `sessions`, by id."""
        return self._access.may(actor, sessions)

    def versions(
        self, actor: Principal, completion_id: str, limit: int = 50, after: str | None = None
    ) -> Page[Version]:
        """What changes of a session replaced, newest first. Raises `NotFound`."""
        session = self._access.allowed(actor, completion_id, Permission.READ_COMPLETIONS)
        query = {"completion_id": session["_id"]}
        page = read_page(self._versions, query, "at", lambda one: one, limit, after)
        names = self._directory.names({one["by"] for one in page.items if one["by"]})
        return Page(
            [
                Version(one["at"], one["by"], names.get(one["by"] or ""), one["before"])
                for one in page.items
            ],
            page.next,
        )

    def proposal(self, actor: Principal, completion_id: str) -> Proposal:
        """When the session may really have begun and ended: as its owner was in a meeting then,
        else as planned. Raises `NotFound`."""
        session = self.get(actor, completion_id)
        seen = attended(self._attendances, session, self._clock())
        began, ended = seen or (session.starts_at, session.ends_at)
        source = "attendance" if seen else "schedule"
        return Proposal(began, ended, session.timezone, source)

    def _query(self, actor: Principal, wanted: Wanted) -> Document:
        query = self._directory.reach(
            actor, Permission.READ_COMPLETIONS, wanted.employee_id, "employee_id"
        )
        for name, value, states in (
            ("status", wanted.status, COMPLETION_STATES),
            ("approval", wanted.approval, APPROVAL_STATES),
        ):
            if value is not None:
                if value not in states:
                    expected = ", ".join(states)
                    raise Invalid("There is no such state.", {name: f"one of {expected}"})
                query[name] = value
        if wanted.batch_id is not None:
            query["batch_id"] = object_id(wanted.batch_id, "There is no such batch.")
        if wanted.missed is not None:
            query["missed_at"] = {"$ne": None} if wanted.missed else None
        if wanted.words:
            pattern = {"$regex": re.escape(" ".join(wanted.words.split())), "$options": "i"}
            query["$or"] = [{name: pattern} for name in ("title", "completion_code", "notes")]
        bounds = {"$gte": wanted.since, "$lt": wanted.until}
        if given := {name: moment for name, moment in bounds.items() if moment is not None}:
            query["starts_at"] = given
        return query
