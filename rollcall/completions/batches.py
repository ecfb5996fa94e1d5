"""Weekly batches: a plan of days and times from which sessions are made some weeks ahead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock, iso
from rollcall.completions.model import Completion, build_completion, new_document
from rollcall.completions.schedule import day_before, days_of
from rollcall.completions.times import period_on, read_timezone
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.paging import Page, object_id, read_page
from rollcall.permissions import Nobody, Permission, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

AHEAD = timedelta(days=60)
LONGEST_TERM = timedelta(days=3 * 366)
LONGEST_TITLE = 200
MISSING = "There is no such batch."


@dataclass(frozen=True)
class NewBatch:
    """A plan: on `weekdays` (Monday 0) from `first_day` to `last_day`, but for `holidays`.

    Times are those of clocks in `timezone` (the person's own if None).
    """

    title: str
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    first_day: date
    last_day: date
    holidays: tuple[date, ...] = ()
    timezone: str | None = None
    needs_approval: bool = False


@dataclass(frozen=True)
class Batch:
    """A plan that is on record; `follows` is the batch it took over from."""

    batch_id: str
    employee_id: str
    title: str
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    timezone: str
    first_day: date
    last_day: date
    holidays: tuple[date, ...]
    needs_approval: bool
    status: str
    follows: str | None
    planned_until: date
    created_at: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.batch_id,
            "employee_id": self.employee_id,
            "title": self.title,
            "weekdays": [*self.weekdays],
            "start_time": f"{self.starts:%H:%M}",
            "end_time": f"{self.ends:%H:%M}",
            "timezone": self.timezone,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "holidays": [one.isoformat() for one in self.holidays],
            "needs_approval": self.needs_approval,
            "status": self.status,
            "follows": self.follows,
            "created_at": iso(self.created_at),
        }

    def days(self, since: date, until: date) -> list[date]:
        """The days of the plan from `since` to `until`, both included."""
        return days_of(self.weekdays, self.first_day, self.last_day, self.holidays, since, until)


class Plans:
    """Sets up weekly batches, makes their sessions, changes a batch from some day on."""

    def __init__(
        self, database: Database, directory: Directory, activities: Activities, clock: Clock
    ) -> None:
        self._database = database
        self._collection = database.collection("batches")
        self._sessions = database.collection("session_completions")
        self._directory = directory
        self._activities = activities
        self._clock = clock

    def get(self, actor: Principal, batch_id: str) -> Batch:
        """One batch. Raises `NotFound` also for those the actor may not see."""
        return _build(self._allowed(actor, batch_id, Permission.READ_COMPLETIONS))

    def list(
        self,
        actor: Principal,
        employee_id: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Batch]:
        """Batches of `employee_id`, or of everyone the actor may see; newest first."""
        query = self._directory.reach(
            actor, Permission.READ_COMPLETIONS, employee_id, "employee_id"
        )
        return read_page(self._collection, query, "created_at", _build, limit, after)

    def create(self, actor: Principal, new: NewBatch, key: str | None = None) -> Batch:
        """Set up a batch of the actor's own and the sessions of its next sixty days."""
        require(actor, Permission.WRITE_COMPLETIONS)
        document = self._document(str(actor.employee_id), actor.timezone, new)

        def change(transaction: Transaction) -> tuple[Batch, Entry]:
            fresh = dict(document)
            self._collection.insert_one(fresh, session=transaction)
            self._plan(transaction, fresh)
            return _build(fresh), _entry("batch.created", fresh)

        return self._activities.write(actor, key, change, self._first("batch.created"))

    def change_from(
        self, actor: Principal, batch_id: str, day: date, new: NewBatch, key: str | None = None
    ) -> Batch:
        """ "This and following": the batch ends the day before `day`, another takes over.

        Sessions that are still pending and were not changed by hand from that day on are
        replaced. Raises `NotFound`, `Conflict`, `Invalid`.
        """
        document = self._allowed(actor, batch_id, Permission.WRITE_COMPLETIONS)
        old = _build(document)
        if not old.first_day < day <= old.last_day:
            raise Invalid(
                "That day is not within the batch.",
                {"day": f"after {old.first_day} and up to {old.last_day}"},
            )
        follower = self._document(old.employee_id, old.timezone, new) | {"follows": document["_id"]}
        if new.first_day < day:
            raise Invalid("The new plan begins too early.", {"first_day": f"{day} or later"})

        def change(transaction: Transaction) -> tuple[Batch, Entry]:
            self._shorten(transaction, document, day)
            fresh = dict(follower)
            self._collection.insert_one(fresh, session=transaction)
            self._plan(transaction, fresh)
            return _build(fresh), _entry("batch.changed", fresh, {"from": day.isoformat()})

        return self._activities.write(actor, key, change, self._first("batch.changed"))

    def end(self, actor: Principal, batch_id: str, day: date, key: str | None = None) -> Batch:
        """End a batch: nothing is planned from `day` on."""
        document = self._allowed(actor, batch_id, Permission.WRITE_COMPLETIONS)

        def change(transaction: Transaction) -> tuple[Batch, Entry]:
            after = self._shorten(transaction, document, day)
            return _build(after), _entry("batch.ended", after, {"from": day.isoformat()})

        first = self._first("batch.ended")
        return self._activities.write(actor, key, change, first)

    def occurrences(
        self, actor: Principal, batch_id: str, until: date
    ) -> tuple[Sequence[Completion], Sequence[date]]:
        """The sessions of a batch that are on record, and the days after them up to `until`."""
        batch = self.get(actor, batch_id)
        with storage_errors():
            found = self._sessions.find({"batch_id": ObjectId(batch_id)}).sort("starts_at", 1)
            made = [build_completion(one) for one in found]
        later = batch.days(batch.planned_until + timedelta(days=1), until)
        return made, later if batch.status == "active" else []

    def plan_ahead(self) -> int:
        """Make the sessions of the coming sixty days; returns how many. The worker's job."""
        horizon = (self._clock() + AHEAD).date()
        behind = {
            "status": "active",
            "planned_until": {"$lt": horizon.isoformat()},
            "$expr": {"$lt": ["$planned_until", "$last_day"]},
        }
        with storage_errors():
            documents = list(self._collection.find(behind).limit(200))
        return sum(self._database.transact(partial(self._plan_one, one)) for one in documents)

    def _plan_one(self, document: Document, transaction: Transaction) -> int:
        return self._plan(transaction, document)

    def _plan(self, transaction: Transaction, document: Document) -> int:
        """Make the sessions between `planned_until` and the horizon; moves `planned_until` on."""
        batch = _build(document)
        now = self._clock()
        today = now.astimezone(zone(batch.timezone)).date()
        horizon = min(today + AHEAD, batch.last_day)
        days = batch.days(batch.planned_until + timedelta(days=1), horizon)
        result = self._collection.update_one(
            {"_id": document["_id"], "planned_until": document["planned_until"]},
            {"$set": {"planned_until": max(horizon, batch.planned_until).isoformat()}},
            session=transaction,
        )
        if not result.matched_count or not days:
            return 0
        self._sessions.insert_many(
            [
                new_document(
                    batch.employee_id,
                    batch.title,
                    batch.timezone,
                    period_on(day, batch.starts, batch.ends, batch.timezone),
                    now,
                    batch_id=document["_id"],
                    planned_day=day.isoformat(),
                    approval="waiting" if batch.needs_approval else "none",
                )
                for day in days
            ],
            session=transaction,
        )
        return len(days)

    def _shorten(self, transaction: Transaction, document: Document, day: date) -> Document:
        last = min(day_before(day), _build(document).last_day)
        values = {
            "last_day": last.isoformat(),
            "planned_until": min(document["planned_until"], last.isoformat()),
            "status": "ended" if last < self._clock().date() else document["status"],
        }
        result = self._collection.update_one(
            {"_id": document["_id"], "last_day": document["last_day"], "status": "active"},
            {"$set": values},
            session=transaction,
        )
        if not result.modified_count:
            raise Conflict(f"“{document['title']}” was changed in the meantime or has ended.")
        self._sessions.delete_many(
            {
                "batch_id": document["_id"],
                "planned_day": {"$gte": day.isoformat()},
                "status": "pending",
                # Version 1: nobody moved it, noted anything or attached a file.
                "version": 1,
                "counts": {"notes": 0, "attachments": 0},
            },
            session=transaction,
        )
        return {**document, **values}

    def _document(self, employee_id: str, timezone: str, new: NewBatch) -> Document:
        title = " ".join(new.title.split())
        problems: dict[str, str] = {}
        if not title or len(title) > LONGEST_TITLE:
            problems["title"] = f"1 to {LONGEST_TITLE} characters, please"
        if not new.weekdays or not set(new.weekdays) <= set(range(7)):
            problems["weekdays"] = "at least one, from 0 (Monday) to 6 (Sunday)"
        if not timedelta(0) <= new.last_day - new.first_day <= LONGEST_TERM:
            problems["last_day"] = "on or after the first day, and within three years"
        if new.starts == new.ends:
            problems["end_time"] = "after the start, please"
        if problems:
            raise Invalid("That batch can't be planned like this.", problems)
        return {
            "employee_id": employee_id,
            "title": title,
            "weekdays": sorted(set(new.weekdays)),
            "starts": f"{new.starts:%H:%M}",
            "ends": f"{new.ends:%H:%M}",
            "timezone": read_timezone(new.timezone) if new.timezone else timezone,
            "first_day": new.first_day.isoformat(),
            "last_day": new.last_day.isoformat(),
            "holidays": sorted({one.isoformat() for one in new.holidays}),
            "needs_approval": new.needs_approval,
            "status": "active",
            "follows": None,
            "planned_until": day_before(new.first_day).isoformat(),
            "created_at": self._clock(),
        }

    def _allowed(self, actor: Principal, batch_id: str, permission: Permission) -> Document:
        identity = object_id(batch_id, MISSING)
        with storage_errors():
            document = self._collection.find_one({"_id": identity})
        owner_id = document["employee_id"] if document else ""
        owner = self._directory.find(owner_id) if owner_id else None
        require(actor, permission, owner or Nobody(owner_id), MISSING)
        if document is None:
            raise NotFound(MISSING)
        return document

    def _first(self, kind: str) -> Callable[[Activity], Batch]:
        def answer(first: Activity) -> Batch:
            identity = ObjectId(first.answers(kind).subject.id)
            with storage_errors():
                document = self._collection.find_one({"_id": identity})
            if document is None:
                raise NotFound(MISSING)
            return _build(document)

        return answer


def _entry(kind: str, document: Document, more: dict[str, Any] | None = None) -> Entry:
    data = {"title": document["title"], **(more or {})}
    return Entry(kind, Subject("batch", str(document["_id"])), data, (document["employee_id"],))


def _build(document: Document) -> Batch:
    return Batch(
        batch_id=str(document["_id"]),
        employee_id=document["employee_id"],
        title=document["title"],
        weekdays=tuple(document["weekdays"]),
        starts=time.fromisoformat(document["starts"]),
        ends=time.fromisoformat(document["ends"]),
        timezone=document["timezone"],
        first_day=date.fromisoformat(document["first_day"]),
        last_day=date.fromisoformat(document["last_day"]),
        holidays=tuple(date.fromisoformat(one) for one in document["holidays"]),
        needs_approval=document["needs_approval"],
        status=document["status"],
        follows=str(document["follows"]) if document["follows"] else None,
        planned_until=date.fromisoformat(document["planned_until"]),
        created_at=document["created_at"],
    )
