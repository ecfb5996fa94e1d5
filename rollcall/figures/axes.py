"""What is counted, as the record has it: the same as in `changes.py`, in MongoDB's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rollcall.figures.slots import PEOPLE, Level
from rollcall.storage.database import Document
from rollcall.storage.schema import registration_collection


@dataclass(frozen=True)
class Source:
    """A collection that an axis counts, and the key of what is in it (text, or an expression)."""

    collection: str
    key: Any


@dataclass(frozen=True)
class Axis:
    """Documents by one of their times.

    `time`, `who` and `by` are fields, `ms` is the expression for how long it took, `only` the
    filter for those that count. `by_time` and `by_people` are the indexes on the time, and on the
    people and the time: MongoDB would have to guess by which of them it reads least.
    """

    name: str
    time: str
    who: str = "employee_id"
    by: str = "$employee_id"
    collection: str = ""
    key: Any = ""
    ms: Any = 0
    only: Document = field(default_factory=dict)
    by_time: str = "newest"
    by_people: str = "employee"

    @property
    def shared(self) -> bool:
        """Whether one thing can concern several people, so that it isn't only whose it is by."""
        return self.by != f"${self.who}"

    @property
    def people(self) -> Sequence[Level]:
        """How finely the figures of single people are kept: activities are the most by far."""
        return PEOPLE if self.shared else PEOPLE[1:]

    def sources(self, types: Iterable[str]) -> list[Source]:
        """The collections; `types` are the registration types there are."""
        if self.collection:
            return [Source(self.collection, self.key)]
        return [Source(registration_collection(one), {"$literal": one}) for one in types]


_STATE = {"$concat": ["$status", "/", "$priority"]}
_WORKED: Document = {"$subtract": ["$completed_at", {"$ifNull": ["$started_at", "$created_at"]}]}
_LASTED: Document = {
    "$cond": [{"$ifNull": ["$ended_at", False]}, {"$subtract": ["$ended_at", "$login_time"]}, 0]
}
_THERE: Document = {"$type": "date"}

AXES: dict[str, Axis] = {
    one.name: one
    for one in (
        Axis("registrations", "timestamp", only={"status": "active"}),
        Axis("tasks", "created_at", collection="user_tasks", key=_STATE, by_people="assignee"),
        Axis("tasks.due", "due_date", collection="user_tasks", key=_STATE,
             only={"due_date": _THERE}, by_time="due", by_people="assignee_due"),
        Axis("tasks.completed", "completed_at", collection="user_tasks", key=_STATE, ms=_WORKED,
             only={"status": "completed", "completed_at": _THERE},
             by_time="completed", by_people="assignee_done"),
        Axis("sessions", "login_time", collection="user_sessions", key="$session_status",
             ms=_LASTED),
        Axis("activities", "at", who="concerns", collection="session_activities", key="$kind",
             by_time="newest_by", by_people="concerns"),
    )
}  # fmt: skip
