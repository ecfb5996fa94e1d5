"""What is counted, as the record has it: the same as in `changes.py`, in MongoDB's words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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
    filter for those that count.
    """

    name: str
    time: str
    who: str = "employee_id"
    by: str = "$employee_id"
    collection: str = ""
    key: Any = ""
    ms: Any = 0
    only: Document = field(default_factory=dict)

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
        Axis("tasks", "created_at", collection="user_tasks", key=_STATE),
        Axis("tasks.due", "due_date", collection="user_tasks", key=_STATE,
             only={"due_date": _THERE}),
        Axis("tasks.completed", "completed_at", collection="user_tasks", key=_STATE, ms=_WORKED,
             only={"status": "completed", "completed_at": _THERE}),
        Axis("sessions", "login_time", collection="user_sessions", key="$session_status",
             ms=_LASTED),
        Axis("activities", "at", who="concerns", collection="session_activities", key="$kind"),
    )
}  # fmt: skip
