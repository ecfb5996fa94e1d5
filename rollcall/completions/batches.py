"""Weekly batches: a plan of days and times from which sessions are made some weeks ahead."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from bson import ObjectId

from rollcall.activities import Activities
from rollcall.activity import Activity, Entry, Subject
from rollcall.clock import Clock
from rollcall.completions.access import owned
from rollcall.completions.batch import MISSING, Batch, NewBatch, build_batch, new_batch
from rollcall.completions.model import Completion, build_completion, new_document
from rollcall.completions.schedule import day_before
from rollcall.completions.times import period_on
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.paging import Page, read_page
from rollcall.permissions import Nobody, Permission, covers, require
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Transaction, storage_errors

AHEAD = timedelta(days=60)
NO_HOST = "There is nobody of that ID whose sessions you can plan."


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
        return build_batch(self._allowed(actor, batch_id, Permission.READ_COMPLETIONS))

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
        return read_page(self._collection, query, "created_at", build_batch, limit, after)

    def create(self, actor: Principal, new: NewBatch, key: str | None = None) -> Batch:
        """Set up a batch and the sessions of its next sixty days.

        Raises `Invalid`, and `NotFound` for a host whose sessions the actor may not plan.
        """
        require(actor, Permission.WRITE_COMPLETIONS)
        host, timezone = self._host(actor, new.employee_id)
        document = new_batch(host, timezone, new, self._clock())

        def change(transaction: Transaction) -> tuple[Batch, Entry]:
            fresh = dict(document)
            self._collection.insert_one(fresh, session=transaction)
            self._plan(transaction, fresh)
            return build_batch(fresh), _entry("batch.created", fresh)

        return self._activities.write(actor, key, change, self._first("batch.created"))

    def change_from(
        self, actor: Principal, batch_id: str, day: date, new: NewBatch, key: str | None = None
    ) -> Batch:
        """ "This and following": the batch ends the day before `day`, another takes over.

        Sessions that are still pending and were not changed by hand from that day on are
        replaced. Raises `NotFound`, `Conflict`, `Invalid`.
        """
        document = self._allowed(actor, batch_id, Permission.WRITE_COMPLETIONS)
        old = build_batch(document)
        if not old.first_day <= day <= old.last_day:
            raise Invalid(
                "That day is not within the batch.",
                {"day": f"from {old.first_day} to {old.last_day}"},
            )
        host, _ = self._host(actor, new.employee_id or old.employee_id)
        follower = new_batch(host, old.timezone, new, self._clock()) | {"follows": document["_id"]}
        if new.first_day < day:
            raise Invalid("The new plan begins too early.", {"first_day": f"{day} or later"})

        def change(transaction: Transaction) -> tuple[Batch, Entry]:
            self._shorten(transaction, document, day)
            fresh = dict(follower)
            self._collection.insert_one(fresh, session=transaction)
            self._plan(transaction, fresh)
            return build_batch(fresh), _entry("batch.changed", fresh, {"from": day.isoformat()})

        return self._activities.write(actor, key, change, self._first("batch.changed"))

    def end(self, actor: Principal, batch_id: str, day: date, key: str | None = None) -> Batch:
        """End a batch: nothing is planned from `day` on."""
        document = self._allowed(actor, batch_id, Permission.WRITE_COMPLETIONS)

        def change(transaction: Transaction) -> tuple[Batch, Entry]:
            after = self._shorten(transaction, document, day)
            return build_batch(after), _entry("batch.ended", after, {"from": day.isoformat()})

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
        batch = build_batch(document)
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
                )
                for day in days
            ],
            session=transaction,
        )
        return len(days)

    def _shorten(self, transaction: Transaction, document: Document, day: date) -> Document:
        batch = build_batch(document)
        last = min(day_before(day), batch.last_day)
        today = self._clock().astimezone(zone(batch.timezone)).date()
        values = {
            "last_day": last.isoformat(),
            "planned_until": min(document["planned_until"], last.isoformat()),
            "status": "ended" if last < max(today, batch.first_day) else document["status"],
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

    def may(self, actor: Principal, batches: Sequence[Batch]) -> dict[str, Sequence[str]]:
        """What the actor may do with batches that they may see, by id: change, end."""
        hosts = self._directory.of_ids(one.employee_id for one in batches)

        def may(batch: Batch) -> Sequence[str]:
            host = hosts.get(batch.employee_id) or Nobody(batch.employee_id)
            allowed = covers(actor, Permission.WRITE_COMPLETIONS, host)
            return ["change", "end"] if allowed and batch.status == "active" else []

        return {one.batch_id: may(one) for one in batches}

    def _host(self, actor: Principal, employee_id: str | None) -> tuple[str, str]:
        """Who holds the sessions, and in which time zone: the actor if nobody is named."""
        if employee_id is None or employee_id == actor.employee_id:
            return str(actor.employee_id), actor.timezone
        host = self._directory.find(employee_id)
        if host is not None and host.status != "active":
            host = None
        require(actor, Permission.WRITE_COMPLETIONS, host or Nobody(employee_id), NO_HOST)
        if host is None:
            raise NotFound(NO_HOST)
        return host.employee_id, host.timezone or actor.timezone

    def _allowed(self, actor: Principal, batch_id: str, permission: Permission) -> Document:
        return owned(self._collection, self._directory, actor, batch_id, permission, MISSING)

    def _first(self, kind: str) -> Callable[[Activity], Batch]:
        def answer(first: Activity) -> Batch:
            identity = ObjectId(first.answers(kind).subject.id)
            with storage_errors():
                document = self._collection.find_one({"_id": identity})
            if document is None:
                raise NotFound(MISSING)
            return build_batch(document)

        return answer


def _entry(kind: str, document: Document, more: dict[str, Any] | None = None) -> Entry:
    data = {"title": document["title"], **(more or {})}
    return Entry(kind, Subject("batch", str(document["_id"])), data, (document["employee_id"],))
