"""Undo: takes back what somebody did last, within ten minutes, by an inverse entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollcall.activities import Activities, Activity
from rollcall.batches import Batches
from rollcall.clock import Clock
from rollcall.errors import Conflict, NotFound
from rollcall.permissions import in_person
from rollcall.principal import Principal
from rollcall.registration import UNDO_WITHIN, Registration
from rollcall.registration_changes import RegistrationChanges
from rollcall.tasks import Task, Tasks

REVERSIBLE = {
    "registration.created",
    "task.assigned",
    "task.started",
    "task.completed",
    "task.cancelled",
    "task.updated",
}
INVERSE = {"registration.undone", "task.undone"}
THINGS = {"registration", "task", "meeting"}
LOOK_BACK = 50
STILL_MEANT = timedelta(minutes=30)
"""For so long "it" may be what somebody did last."""


@dataclass(frozen=True)
class Undone:
    """What was taken back: the activity, and the thing as it is now (None for a whole table).

    `tasks` are all tasks of what was done to several together; `restored` is what a change had
    replaced, when it was a change that was taken back.
    """

    activity: Activity
    thing: Registration | Task | None
    count: int = 1
    tasks: tuple[Task, ...] = ()
    restored: Registration | None = None


class Undo:
    """Finds and takes back the last reversible act of a person."""

    def __init__(
        self,
        activities: Activities,
        changes: RegistrationChanges,
        batches: Batches,
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._activities = activities
        self._changes = changes
        self._batches = batches
        self._tasks = tasks
        self._clock = clock

    def last(self, actor: Principal) -> Activity | None:
        """The last act of the actor's own that could be taken back and wasn't."""
        own, taken_back = self._own(actor)
        return next(
            (
                one
                for one in own
                if one.kind in REVERSIBLE
                and one.id not in taken_back
                and not (one.kind == "registration.created" and one.subject.id in taken_back)
            ),
            None,
        )

    def completions(self, actor: Principal) -> list[Activity]:
        """The actor's own completions of tasks that can still be taken back, the latest first."""
        own, taken_back = self._own(actor)
        now = self._clock()
        return [
            one
            for one in own
            if one.kind == "task.completed"
            and one.id not in taken_back
            and now - one.at <= UNDO_WITHIN
        ]

    def reopen(
        self, actor: Principal, done: Sequence[Activity], key: str | None = None
    ) -> Sequence[Task]:
        """Take back `completions`, whatever the actor did since.

        Raises `Conflict` when one of the tasks has been changed since.
        """
        return self._tasks.undo(actor, done, key)

    def latest_tasks(self, actor: Principal) -> tuple[tuple[str, ...], datetime | None]:
        """The tasks that the actor did something with last, and when; none when their last act
        was about something else or is half an hour ago."""
        own, _ = self._own(actor)
        last = next((one for one in own if one.subject.type in THINGS), None)
        if last is None or self._clock() - last.at > STILL_MEANT:
            return (), None
        if last.subject.type != "task":
            return (), last.at
        return tuple(one.subject.id for one in self._activities.together(last)), last.at

    def _own(self, actor: Principal) -> tuple[list[Activity], set[str]]:
        """The latest acts of the actor's own, and the ids of those that were taken back."""
        page = self._activities.list(actor, in_person(actor), limit=LOOK_BACK)
        own = [one for one in page.items if one.employee_id == actor.employee_id]
        taken_back = {
            one.data.get("undone") or one.subject.id for one in own if one.kind in INVERSE
        }
        return own, taken_back

    def undo(self, actor: Principal, key: str | None = None) -> Undone:
        """Take back the last act, whole when it was done to several things together.

        Raises `NotFound` when there is none, `Conflict` when it is older than ten minutes or the
        thing has been changed since; the message says why.
        """
        last = self.last(actor)
        if last is None:
            raise NotFound("There is nothing of yours that I could take back.")
        if self._clock() - last.at > UNDO_WITHIN:
            raise Conflict(
                f"The last thing was: {last.text}. That is more than ten minutes ago, so it can't "
                "be taken back any more."
            )
        if last.data.get("batch"):
            return Undone(last, None, self._batches.undo(actor, last, key))
        if last.kind == "registration.created":
            taken_back = self._changes.undo(actor, last.subject.id, key)
            return Undone(last, taken_back.undone, restored=taken_back.restored)
        tasks = self._tasks.undo(actor, self._activities.together(last), key)
        return Undone(last, tasks[-1], len(tasks), tuple(tasks))
