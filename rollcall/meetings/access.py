"""Who may see, host and join a meeting: the host and those on its list, beside the table."""

from bson import ObjectId

from rollcall.directory import Directory
from rollcall.errors import Forbidden, NotFound
from rollcall.meetings.model import MISSING, Meeting, build_meeting
from rollcall.meetings.store import Store
from rollcall.permissions import Nobody, Owner, Permission, Scope, covers, require, scope
from rollcall.principal import Principal
from rollcall.storage.database import Document


class Access:
    """Finds meetings on behalf of somebody. What they may not know of isn't there."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def owner(self, host_id: str | None) -> Owner:
        """Whose record a meeting is; nobody's when the host is unknown."""
        return (self._directory.find(host_id) if host_id else None) or Nobody(host_id or "")

    def sees_all(self, actor: Principal, meeting: Meeting) -> bool:
        """Whether the actor may see everybody's attendance: host, those above, admins."""
        return covers(actor, Permission.READ_MEETINGS, self.owner(meeting.host_id))

    def hosts(self, actor: Principal, meeting: Meeting) -> bool:
        """Whether the actor may end it, let people in and say who is who."""
        return covers(actor, Permission.HOST_MEETINGS, self.owner(meeting.host_id))

    def readable(self, actor: Principal, reference: str) -> Meeting:
        """A meeting that the actor hosts, is on the list of, or may see by role.

        Raises `NotFound`, `Unauthenticated`.
        """
        require(actor, Permission.READ_MEETINGS)
        document = self._store.find(reference)
        if document is None:
            raise NotFound(MISSING)
        meeting = build_meeting(document)
        if not self._on_list(actor, document) and not self.sees_all(actor, meeting):
            raise NotFound(MISSING)
        return meeting

    def hosted(self, actor: Principal, reference: str) -> Meeting:
        """A meeting that the actor may run. Raises `Forbidden` to who may only see it, `NotFound`
        to everybody else."""
        meeting = self.readable(actor, reference)
        if not self.hosts(actor, meeting):
            raise Forbidden("Only the host can do that, or an admin.")
        return meeting

    def joinable(self, actor: Principal, reference: str, document: Document) -> None:
        """Refuse to let in by id who could not know of the meeting; a code opens it to everybody.

        A number of Zoom says nothing: everybody who is invited there has it.
        """
        by_id = reference.strip() == str(document["_id"])
        if not by_id or document.get("external_id"):
            return
        meeting = build_meeting(document)
        if not self._on_list(actor, document) and not self.sees_all(actor, meeting):
            raise NotFound(MISSING)

    def may_read(self, actor: Principal) -> bool:
        """Whether the actor may see meetings at all: a program's token may be for other things."""
        return actor.signed_in and scope(actor, Permission.READ_MEETINGS) is not Scope.NONE

    def is_inside(self, actor: Principal, meeting_id: ObjectId) -> bool:
        """Whether the actor is on the list of a meeting, and does not only wait to be let in."""
        member = self._store.member(meeting_id, actor.employee_id)
        return member is not None and bool(
            member["joins"] or member["invited"] or member["admitted"] or self._is_linked(member)
        )

    def _is_linked(self, member: Document) -> bool:
        """Whether a name in Zoom is said to be this employee."""
        return self._store.other_entry(member) is not None

    def _on_list(self, actor: Principal, document: Document) -> bool:
        return self.is_inside(actor, document["_id"])
