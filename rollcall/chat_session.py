"""One chat session: whose it is, what is counted of it, and what counts as what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollcall.clock import iso
from rollcall.errors import Invalid, Unauthenticated
from rollcall.permissions import in_person
from rollcall.principal import Principal
from rollcall.storage.database import Document

DEMO_USER = "demo_user"
LONGEST_RESPONSE = 3600.0
ACTIVITY_TYPES = ("message_sent", "conversation_started", "response_received")


@dataclass(frozen=True)
class Chatter:
    """Who chats: somebody signed in, or a guest known by `guest_key` alone.

    `owner` is what their sessions are found by; `user` is what the interface shows.
    """

    actor: Principal
    guest_key: str | None = None

    @property
    def owner(self) -> str:
        if self.actor.signed_in:
            return in_person(self.actor)
        if not self.guest_key:
            raise Unauthenticated
        return f"guest:{self.guest_key}"

    @property
    def user(self) -> str:
        return self.actor.employee_id or DEMO_USER


@dataclass(frozen=True)
class ChatSession:
    """One chat session. `response_seconds` is the sum over `responses`."""

    session_id: str
    employee_id: str | None
    started_at: datetime
    last_activity: datetime
    ended_at: datetime | None
    is_active: bool
    messages: int
    conversations: int
    responses: int
    response_seconds: float

    @property
    def average_response_time(self) -> float:
        """In seconds; 0 without a response."""
        return round(self.response_seconds / self.responses, 3) if self.responses else 0.0

    def duration_minutes(self, now: datetime) -> float:
        """Until its end, or until now."""
        return round(((self.ended_at or now) - self.started_at).total_seconds() / 60, 2)

    def counts(self) -> dict[str, Any]:
        """With the seed's field names."""
        return {
            "total_messages_sent": self.messages,
            "total_conversations": self.conversations,
            "average_response_time": self.average_response_time,
        }

    def public(self, now: datetime) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "session_id": self.session_id,
            "user": self.employee_id or DEMO_USER,
            "started_at": iso(self.started_at),
            "last_activity": iso(self.last_activity),
            "ended_at": iso(self.ended_at),
            "is_active": self.is_active,
            "duration_minutes": self.duration_minutes(now),
            **self.counts(),
        }


@dataclass(frozen=True)
class Totals:
    """Sums over all chat sessions of somebody."""

    sessions: int
    minutes: float
    messages: int
    conversations: int

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the seed's field names."""
        return {
            "total_duration_minutes": round(self.minutes, 2),
            "total_messages_sent": self.messages,
            "total_conversations": self.conversations,
            "average_session_duration": round(self.minutes / self.sessions, 2)
            if self.sessions
            else 0.0,
        }


def build_chat_session(document: Document) -> ChatSession:
    """The chat session that a document describes."""
    return ChatSession(
        session_id=document["_id"],
        employee_id=document["employee_id"],
        started_at=document["started_at"],
        last_activity=document["last_activity"],
        ended_at=document["ended_at"],
        is_active=document["is_active"],
        messages=document["messages"],
        conversations=document["conversations"],
        responses=document["responses"],
        response_seconds=float(document["response_seconds"]),
    )


def increments_of(activity_type: str, response_time: float | None) -> Document:
    """What an activity adds to which counter; `response_time` in seconds. Raises `Invalid`."""
    if activity_type == "message_sent":
        return {"messages": 1}
    if activity_type == "conversation_started":
        return {"conversations": 1}
    if activity_type != "response_received":
        expected = ", ".join(ACTIVITY_TYPES)
        raise Invalid(
            "That activity can't be counted.", {"activity_type": f"one of {expected}, please"}
        )
    if response_time is None:
        return {"responses": 0}
    if not 0 <= response_time <= LONGEST_RESPONSE:
        raise Invalid(
            "That response time can't be right.",
            {"response_time": f"0 to {LONGEST_RESPONSE:.0f} seconds, please"},
        )
    return {"responses": 1, "response_seconds": float(response_time)}
