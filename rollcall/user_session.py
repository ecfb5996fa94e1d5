"""One session as it is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollcall.clock import iso
from rollcall.storage.database import Document


@dataclass(frozen=True)
class UserSession:
    """One session. `counts` are kept per kind of activity, with `.` written `_`.

    `address` is the IP it was opened from; only its owner is shown that (`Device`).
    """

    session_id: str
    employee_id: str
    user_data: dict[str, Any]
    login_time: datetime
    last_activity: datetime
    session_status: str
    ended_at: datetime | None
    counts: dict[str, int]
    channel: str | None
    user_agent: str | None
    address: str | None = None

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "session_id": self.session_id,
            "employee_id": self.employee_id,
            "user_data": self.user_data,
            "login_time": iso(self.login_time),
            "last_activity": iso(self.last_activity),
            "session_status": self.session_status,
            "ended_at": iso(self.ended_at),
            "counts": self.counts,
            "channel": self.channel,
            "user_agent": self.user_agent,
        }


def build_session(document: Document) -> UserSession:
    """The session that a document describes."""
    return UserSession(
        session_id=document["_id"],
        employee_id=document["employee_id"],
        user_data=document["user_data"],
        login_time=document["login_time"],
        last_activity=document["last_activity"],
        session_status=document["session_status"],
        ended_at=document.get("ended_at"),
        counts=document.get("counts", {}),
        channel=document.get("channel"),
        user_agent=document.get("user_agent"),
        address=document.get("address"),
    )
