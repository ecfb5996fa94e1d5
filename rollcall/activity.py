"""What an entry of the record is: its kinds, the sentence of each, and the entry itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rollcall.clock import iso
from rollcall.errors import Conflict
from rollcall.figures.changes import Counted

KINDS: dict[str, str] = {
    "session.opened": "{actor} signed in",
    "session.ended": "{actor} signed out",
    "session.closed": "{actor} ended a session of {title}",
    "session.expired": "{actor}'s session ended by itself",
    "chat_session.started": "{actor} opened the chat",
    "chat_session.ended": "{actor} closed the chat",
    "chat_session.expired": "{actor}'s chat ended by itself",
    "session.revoked": "A used token of {actor} came back, so the session was ended",
    "completion.created": "{actor} planned “{title}”",
    "completion.changed": "{actor} changed “{title}”",
    "completion.completed": "{actor} completed “{title}”",
    "completion.cancelled": "{actor} cancelled “{title}”",
    "completion.approved": "{actor} approved “{title}”",
    "completion.rejected": "{actor} rejected “{title}”",
    "completion.missed": "{actor} noticed that nobody completed “{title}”",
    "batch.created": "{actor} planned the weekly sessions “{title}”",
    "batch.changed": "{actor} changed the weekly sessions “{title}”",
    "batch.ended": "{actor} ended the weekly sessions “{title}”",
    "note.added": "{actor} noted something on “{title}”",
    "note.changed": "{actor} changed a note on “{title}”",
    "note.deleted": "{actor} deleted a note on “{title}”",
    "attachment.added": "{actor} added a file to “{title}”",
    "attachment.deleted": "{actor} deleted a file of “{title}”",
    "registration.created": "{actor} registered a new {type}",
    "registration.undone": "{actor} took back the registration of a {type}",
    "draft.deleted": "{actor} deleted a draft ({type})",
    "draft.expired": "{actor} deleted a draft that nobody had touched for long ({type})",
    "task.assigned": "{actor} assigned “{title}” to {assignee}",
    "task.started": "{actor} started “{title}”",
    "task.completed": "{actor} completed “{title}”",
    "task.cancelled": "{actor} cancelled “{title}”",
    "task.updated": "{actor} changed “{title}”",
    "task.undone": "{actor} took back a change of “{title}”",
    "meeting.created": "{actor} set up “{title}”",
    "meeting.started": "{actor} began “{title}”",
    "meeting.ended": "{actor} ended “{title}” for all",
    "meeting.expired": "{actor} ended “{title}”, where nobody was any more",
    "meeting.changed": "{actor} changed “{title}”",
    "meeting.cancelled": "{actor} called off “{title}”",
    "meeting.code_renewed": "{actor} gave “{title}” a new join code",
    "meeting.invited": "{actor} put people on the list of “{title}”",
    "attendance.joined": "{actor} joined “{title}”",
    "attendance.waiting": "{actor} waits to be let into “{title}”",
    "attendance.admitted": "{actor} let {assignee} into “{title}”",
    "attendance.refused": "{actor} did not let {assignee} into “{title}”",
    "attendance.left": "{actor} left “{title}”",
    "attendance.lapsed": "{actor} was signed out and left “{title}”",
    "attendance.fetched": "{actor} looked at who was in “{title}”",
    "participant.joined": "{actor} saw somebody join “{title}” in Zoom",
    "participant.left": "{actor} saw somebody leave “{title}” in Zoom",
    "participant.linked": "{actor} recognised a participant of “{title}”",
    "participant.unlinked": "{actor} took back who a participant of “{title}” is",
    "student.added": "{actor} put a student on record",
    "person.added": "{actor} added {title} to the people",
    "person.changed": "{actor} changed the entry of {title}",
    "person.deactivated": "{actor} closed the account of {title}",
    "person.reactivated": "{actor} opened the account of {title} again",
    "credential.activated": "{actor} activated the account",
    "credential.changed": "{actor} changed the passphrase",
    "credential.failed": "A sign-in as {actor} failed",
    "credential.locked": "Too many failed sign-ins as {actor}",
    "credential.reset": "{actor} reset the passphrase of {title}",
    "credential.unknown": "Somebody tried to sign in with an employee id that nobody has",
    "address.locked": "Too many failed sign-ins from one address",
    "token.created": "{actor} made the API token “{title}”",
    "token.revoked": "{actor} withdrew the API token “{title}”",
}
"""Every kind of activity, with the sentence that a timeline shows."""

CHANGES: dict[str, str] = {
    "employee_id": "{actor} passed “{title}” on to {assignee}",
    "due_date": "{actor} changed the due date of “{title}”",
    "priority": "{actor} set the priority of “{title}” to {priority}",
    "title": "{actor} renamed “{before}” to “{title}”",
    "starts_at": "{actor} moved “{title}” to another time",
}
"""What is said of a task or a meeting of which just this was changed; passing a task on always
comes first."""
CHANGED = {"task.updated", "meeting.changed"}

BY_ITSELF = {"session.expired", "session.revoked", "chat_session.expired", "attendance.lapsed"}
"""What happens to somebody's session without them: no sign that they are there."""

ENDINGS = {"session.ended", "session.closed", "session.expired", "session.revoked"}
"""After these the session that is their subject is over."""


@dataclass(frozen=True)
class Subject:
    """What an activity is about: a type ("task") and the id of the document."""

    type: str
    id: str


@dataclass(frozen=True)
class Entry:
    """An activity about to be written. `concerns` are employees besides the actor who see it,
    `counted` is what changes in the figures that are kept of other things than activities."""

    kind: str
    subject: Subject
    data: dict[str, Any] = field(default_factory=dict)
    concerns: tuple[str, ...] = ()
    counted: Counted = ()


@dataclass(frozen=True)
class Activity:
    """One entry of the record; `token_id` names the API token it was made with, if any."""

    id: str
    at: datetime
    kind: str
    employee_id: str | None
    session_id: str | None
    subject: Subject
    data: dict[str, Any]
    concerns: tuple[str, ...]
    employee_name: str | None = None
    assignee_name: str | None = None
    token_id: str | None = None

    @property
    def text(self) -> str:
        """The sentence a timeline shows, complete without any other column."""
        words = {
            "actor": self.employee_name or self.employee_id or self._somebody(),
            "assignee": self.assignee_name or self.data.get("assignee", ""),
            "title": self.data.get("title", ""),
            "type": self.data.get("label", self.data.get("type", "")),
            "priority": self.data.get("priority", ""),
            "before": _earlier_title(self.data),
        }
        return self._sentence().format(**words).strip()

    def _sentence(self) -> str:
        changed = self.data.get("changed", []) if self.kind in CHANGED else []
        if "employee_id" in changed:
            return CHANGES["employee_id"]
        one = str(changed[0]) if len(changed) == 1 else ""
        return CHANGES.get(one, KINDS[self.kind])

    def _somebody(self) -> str:
        """Who it was when it was nobody with an account."""
        return "A guest" if self.data.get("guest") else "Rollcall"

    def answers(self, kind: str, subject_id: str | None = None) -> "Activity":
        """This activity, which a repeated idempotency key led to.

        Raises `Conflict` when the key was used for something else than `kind` of the subject.
        """
        if self.kind != kind or subject_id not in (None, self.subject.id):
            raise Conflict("That idempotency key was used for something else. Make a new one.")
        return self

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.id,
            "at": iso(self.at),
            "kind": self.kind,
            "employee_id": self.employee_id,
            "employee_name": self.employee_name,
            "session_id": self.session_id,
            "token_id": self.token_id,
            "subject": {"type": self.subject.type, "id": self.subject.id},
            "data": self.data,
            "text": self.text,
        }


def _earlier_title(data: dict[str, Any]) -> str:
    before = data.get("before")
    return str(before.get("title", "")) if isinstance(before, dict) else ""
