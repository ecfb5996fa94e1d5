"""Undo: takes back what somebody did last, within ten minutes, by an inverse entry."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollcall.activities import Activities
from rollcall.activity import Activity
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
_SESSION = "What happened to a planned session stays on record: plan another one if you need it."
_PRESENCE = "Who was where and when stays on record."
_PERSON = "Change the entry on the page of people instead."
WHY_NOT = {
    "completion.created": "A planned session is cancelled, not taken back: say which one.",
    "completion.changed": "Change the session again instead.",
    "completion.completed": _SESSION,
    "completion.cancelled": _SESSION,
    "completion.approved": _SESSION,
    "completion.rejected": _SESSION,
    "batch.created": "End the weekly sessions instead.",
    "batch.changed": "Change the weekly sessions again instead.",
    "batch.ended": "What was ended stays so: plan new weekly sessions if you need them.",
    "note.added": "You can change or delete the note where it stands.",
    "note.changed": "Change the note again instead.",
    "note.deleted": "What is deleted is gone: write the note again.",
    "attachment.added": "You can delete the file where it stands.",
    "attachment.deleted": "What is deleted is gone: add the file again.",
    "meeting.created": "Call the meeting off instead.",
    "meeting.started": "End the meeting instead.",
    "meeting.changed": "Whoever is on the list knows already: change the meeting again instead.",
    "meeting.ended": "A meeting that is over stays so: set up a new one.",
    "meeting.cancelled": "The others know already: set up a new meeting.",
    "meeting.code_renewed": "The old join code is gone for good: pass on the new one.",
    "meeting.invited": "Whoever was put on the list knows already.",
    "attendance.joined": f"{_PRESENCE} You can leave the meeting.",
    "attendance.admitted": _PRESENCE,
    "attendance.refused": _PRESENCE,
    "attendance.left": f"{_PRESENCE} You can join again.",
    "participant.linked": "Say on the meeting's page that it is somebody else.",
    "participant.unlinked": "Say on the meeting's page who it is.",
    "student.added": "A student stays on record.",
    "person.added": "Close the account on the page of people instead.",
    "person.changed": _PERSON,
    "person.deactivated": _PERSON,
    "person.reactivated": _PERSON,
    "credential.changed": "Choose another passphrase on the page of your account instead.",
    "credential.reset": "Reset the passphrase once more instead.",
    "token.created": "Withdraw the token instead.",
    "token.revoked": "A withdrawn token never works again: make a new one.",
}
"""What people do that can't be taken back: why not, and what to do instead."""
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
        return next(iter(self._open(actor, REVERSIBLE)), None)

    def last_of(self, actor: Principal, task_ids: Sequence[str]) -> Activity | None:
        """The last act of the actor's own on all of these tasks, whatever they did since."""
        wanted = set(task_ids)
        for one in self._open(actor, REVERSIBLE):
            if one.subject.id in wanted:
                done = {each.subject.id for each in self._activities.together(one)}
                return one if done == wanted else None
        return None

    def in_the_way(self, actor: Principal) -> Activity | None:
        """The actor's last act, if it is one that can't be taken back (`WHY_NOT` says why)."""
        latest = next(iter(self._open(actor, {*REVERSIBLE, *WHY_NOT})), None)
        return latest if latest is not None and latest.kind in WHY_NOT else None

    def _open(self, actor: Principal, kinds: Container[str]) -> list[Activity]:
        """The actor's own acts of these kinds that weren't taken back, the latest first."""
        own, taken_back = self._own(actor)
        return [
            one
            for one in own
            if one.kind in kinds
            and one.id not in taken_back
            and not (one.kind == "registration.created" and one.subject.id in taken_back)
        ]

    def completions(self, actor: Principal) -> list[Activity]:
        """Where the actor finished or cancelled a task and can still take it back, the latest
        first."""
        now = self._clock()
        done = self._open(actor, {"task.completed", "task.cancelled"})
        return [one for one in done if now - one.at <= UNDO_WITHIN]

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

    def undo(
        self,
        actor: Principal,
        key: str | None = None,
        passing: bool = False,
        task_ids: Sequence[str] = (),
    ) -> Undone:
        """Take back the last act, whole when it was done to several things together.

        `passing` passes by what can't be taken back; with `task_ids` it is the last act on these
        tasks, whatever was done since to others. Raises `NotFound` when there is nothing,
        `Conflict` when it can't be taken back at all, is older than ten minutes, or the thing has
        been changed since; the message says why.
        """
        final = None if passing or task_ids else self.in_the_way(actor)
        if final is not None:
            raise Conflict(
                f"The last thing was: {final.text}. That can't be taken back. {WHY_NOT[final.kind]}"
            )
        last = self.last_of(actor, task_ids) if task_ids else self.last(actor)
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
