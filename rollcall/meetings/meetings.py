"""Meetings: set up, found by id, number or code, listed, ended by their host or by themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from rollcall.activity import Entry
from rollcall.clock import iso
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.meetings.changing import Changing
from rollcall.meetings.codes import new_code, read_code, rotating_code
from rollcall.meetings.entries import entry_of
from rollcall.meetings.model import OVER, Attendance, Meeting, build_meeting
from rollcall.meetings.planning import TRIES
from rollcall.paging import LARGEST_PAGE, Page, read_page
from rollcall.permissions import Permission, Scope, require, scope
from rollcall.principal import Principal
from rollcall.storage.database import Document, Transaction, storage_errors
from rollcall.storage.meetings_schema import MEETING_STATES, OPEN_MEETINGS


@dataclass(frozen=True)
class RotatingCode:
    """The code to show now, and until when."""

    code: str
    valid_until: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"rotating_code": self.code, "valid_until": iso(self.valid_until)}


@dataclass(frozen=True)
class Rights:
    """What somebody may do with a meeting they see: run it, see everybody's attendance."""

    hosts: bool
    sees_all: bool


class Meetings(Changing):
    """Sets up, finds and lists meetings, and takes them through their states."""

    def get(self, actor: Principal, reference: str) -> Meeting:
        """One meeting by id or number. Raises `NotFound` also for those the actor may not see."""
        return self._access.readable(actor, reference)

    def rights(self, actor: Principal, meeting: Meeting) -> Rights:
        """What the actor may do with a meeting that `get` gave them."""
        return Rights(self._access.hosts(actor, meeting), self._access.sees_all(actor, meeting))

    def by_code(self, actor: Principal, code: str) -> Meeting:
        """What a join code opens, for anybody signed in who has it. Raises `NotFound`."""
        require(actor, Permission.READ_MEETINGS)
        document = self._store.find(code) if read_code(code) else None
        if document is None:
            raise NotFound("No meeting has that code. The host may have renewed it: please ask.")
        return build_meeting(document)

    def list(
        self,
        actor: Principal,
        status: str | None = None,
        everybodys: bool = False,
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Meeting]:
        """Meetings, newest first: those one hosts or is on the list of, or with `everybodys` all
        that the actor may see by role. `status` may also be `open` (scheduled or live) or `over`
        (completed or cancelled)."""
        require(actor, Permission.READ_MEETINGS)
        states = _states(status)
        if everybodys and scope(actor, Permission.READ_MEETINGS) is not Scope.OWN:
            query = self._directory.reach(actor, Permission.READ_MEETINGS, None, "host_id")
            if status is not None:
                query["status"] = {"$in": [*states]}
            return read_page(self._store.meetings, query, "at", build_meeting, limit, after)
        return self._mine(actor, states, limit, after)

    def of_day(self, actor: Principal, since: datetime, until: datetime) -> Sequence[Meeting]:
        """One's own meetings that are live or begin from `since` to `until`, earliest first."""
        open_ones = self._mine(actor, OPEN_MEETINGS, LARGEST_PAGE, None).items
        wanted = [one for one in open_ones if one.status == "live" or since <= one.at < until]
        return sorted(wanted, key=lambda one: one.at)

    def start(self, actor: Principal, reference: str, key: str | None = None) -> Meeting:
        """Begin a scheduled meeting now. Raises `NotFound`, `Forbidden`, `Conflict`."""
        now = self._clock()
        return self._set(
            actor,
            self._access.hosted(actor, reference),
            "meeting.started",
            ["scheduled"],
            {"status": "live", "started_at": now, "last_activity": now},
            key,
        )

    def cancel(self, actor: Principal, reference: str, key: str | None = None) -> Meeting:
        """Call off a meeting that has not begun. Raises `NotFound`, `Forbidden`, `Conflict`."""
        return self._set(
            actor,
            self._access.hosted(actor, reference),
            "meeting.cancelled",
            ["scheduled"],
            {"status": "cancelled", "ended_at": self._clock(), "ended_by": "host"},
            key,
        )

    def renew_code(self, actor: Principal, reference: str, key: str | None = None) -> Meeting:
        """Another join code; the one before opens nothing any more."""
        meeting = self._access.hosted(actor, reference)
        for left in reversed(range(TRIES)):
            try:
                return self._set(
                    actor, meeting, "meeting.code_renewed", OPEN_MEETINGS,
                    {"code": new_code()}, key,
                )  # fmt: skip
            except DuplicateKeyError:
                if not left:
                    raise
        raise Conflict("The code could not be renewed. Please try again.")

    def rotating_code(self, actor: Principal, reference: str) -> RotatingCode:
        """The code that the host shows now. Raises `Conflict` for a meeting without one."""
        meeting = self._access.hosted(actor, reference)
        secret = self._store.meeting(ObjectId(meeting.meeting_id)).get("rotating_secret")
        if not secret:
            raise Conflict(f"“{meeting.title}” has no changing code.")
        return RotatingCode(*rotating_code(secret, self._clock()))

    def rooms(self, actor: Principal) -> Sequence[str]:
        """Ids of the open meetings whose live events the actor hears: those on whose list they
        are, and not only waiting to be let in."""
        if not self._access.may_read(actor):
            return []
        ids = [self._store.id_of(one) for one in self._mine(actor, OPEN_MEETINGS, 200, None).items]
        return [str(one) for one in ids if self._access.is_inside(actor, one)]

    def inside(self, actor: Principal, meeting_ids: Iterable[str]) -> set[str]:
        """Those of the meetings on whose list the actor is, open or over."""
        if not self._access.may_read(actor):
            return set()
        return {one for one in meeting_ids if self._access.is_inside(actor, ObjectId(one))}

    def of_intervals(self, intervals: Iterable[Attendance]) -> dict[str, Meeting]:
        """The meetings of intervals, by id. Who has the interval was there: nothing is checked."""
        wanted = list({self._store.id_of(one) for one in intervals})
        with storage_errors():
            found = self._store.meetings.find({"_id": {"$in": wanted}})
            return {str(one["_id"]): build_meeting(one) for one in found}

    def _mine(
        self, actor: Principal, states: Sequence[str], limit: int, after: str | None
    ) -> Page[Meeting]:
        """Pages of the lists one is on; more are read until a page is full."""
        query: Document = {"employee_id": actor.employee_id, "source": "employee"}
        found: list[Meeting] = []
        while True:
            page = read_page(
                self._store.participants, query, "at", lambda one: one["meeting_id"],
                limit - len(found), after,
            )  # fmt: skip
            by_id = self._in_states(page.items, states) if page.items else {}
            found += [by_id[one] for one in page.items if one in by_id]
            after = page.next
            if after is None or len(found) == limit:
                return Page(found, after)

    def _in_states(self, ids: Sequence[ObjectId], states: Sequence[str]) -> dict[ObjectId, Meeting]:
        query = {"_id": {"$in": [*ids]}, "status": {"$in": [*states]}}
        with storage_errors():
            return {one["_id"]: build_meeting(one) for one in self._store.meetings.find(query)}

    def _set(
        self,
        actor: Principal,
        meeting: Meeting,
        kind: str,
        states: Sequence[str],
        values: Document,
        key: str | None,
    ) -> Meeting:
        """Change an open meeting that is in one of `states`, unless it changed in between."""
        over = bool({"completed", "cancelled"} & {values.get("status")})

        def change(transaction: Transaction) -> tuple[Meeting, Entry]:
            document = self._store.meetings.find_one_and_update(
                {"_id": ObjectId(meeting.meeting_id), "status": {"$in": [*states]}},
                {"$set": values, **({"$unset": {"open_key": 1}} if over else {})},
                return_document=True,
                session=transaction,
            )
            if document is None:
                current = self._store.meeting(ObjectId(meeting.meeting_id), transaction)
                raise Conflict(f"“{meeting.title}” is {current['status']} already.")
            if over:
                self._store.send_away(transaction, document["_id"], "ended")
            after = build_meeting(document)
            return after, entry_of(kind, after)

        return self._activities.write(
            actor, key, change, self._store.first(kind, meeting.meeting_id)
        )


def _states(status: str | None) -> list[str]:
    if status is None:
        return list(MEETING_STATES)
    if status == "open":
        return OPEN_MEETINGS
    if status == "over":
        return list(OVER)
    if status not in MEETING_STATES:
        problem = f"should be open, over or one of {', '.join(MEETING_STATES)}"
        raise Invalid(f"The status {problem}.", {"status": problem})
    return [status]
