"""A person to talk to: the desk gets a task with what was said so far."""

from rollcall.directory import Directory, Employee
from rollcall.errors import NotFound
from rollcall.permissions import Permission, in_person
from rollcall.principal import SYSTEM, Principal, Role
from rollcall.tasks import Task, Tasks
from rollcall.turns import Turn, Turns

LAST_TURNS = 20
LONGEST_TRANSCRIPT = 4000


class Desk:
    """Whoever helps when the assistant can't: the person's manager, else an admin."""

    def __init__(
        self,
        directory: Directory,
        tasks: Tasks,
        turns: Turns,
    ) -> None:
        self._directory = directory
        self._tasks = tasks
        self._turns = turns

    def ask(self, actor: Principal, conversation_id: str, key: str | None = None) -> Task:
        """Ask for a person. Raises `Unauthenticated` for a guest, `NotFound` without a desk."""
        in_person(actor)
        helper = self.helper_of(actor)
        transcript = _transcript(self._turns.history(conversation_id, LAST_TURNS))
        return self._tasks.ask_for_help(actor, helper, transcript, key)

    def helper_of(self, actor: Principal) -> Employee:
        """Who would help the actor."""
        manager = self._directory.find(actor.manager_id) if actor.manager_id else None
        if manager is not None and manager.status == "active":
            return manager
        people = self._directory.everyone(SYSTEM, Permission.READ_PEOPLE)
        for one in people:
            if one.role is Role.ADMIN and one.employee_id != actor.employee_id:
                return one
        raise NotFound("There is nobody at the desk right now. Please ask a colleague.")


def _transcript(turns: list[Turn]) -> str:
    lines = []
    for turn in turns:
        said = " / ".join(reply["text"] for reply in turn.replies)
        lines += [f"> {turn.text}", said]
    return "\n".join(lines)[-LONGEST_TRANSCRIPT:]
