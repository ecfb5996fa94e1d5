"""The nouns as they are answered: what `public()` of each domain object gives, for the document."""

from typing import Any

from marshmallow import Schema
from marshmallow import fields as f
from marshmallow.fields import Field

Shape = dict[str, Field[Any]]
TIME = {"format": "date-time", "example": "2026-11-21T09:00:00.000Z"}


def _text(**extra: object) -> f.String:
    return f.String(metadata=dict(extra))


def _time() -> f.String:
    return f.String(allow_none=True, metadata=dict(TIME))


def _optional() -> f.String:
    return f.String(allow_none=True)


EMPLOYEE: Shape = {
    "employee_id": _text(example="EMP004"),
    "name": _text(),
    "role": _text(example="employee"),
    "email": _optional(),
    "department": _optional(),
    "branch": _optional(),
    "manager_id": _optional(),
    "timezone": _optional(),
    "status": _text(),
    "created_at": _time(),
}
SESSION: Shape = {
    "session_id": _text(example="session_EMP001_1759572662_2daaedd6"),
    "employee_id": _text(),
    "user_data": f.Dict(),
    "login_time": _time(),
    "last_activity": _time(),
    "session_status": _text(example="active"),
    "ended_at": _time(),
    "counts": f.Dict(),
    "channel": _optional(),
    "user_agent": _optional(),
}
DEVICE: Shape = {
    "session_id": _text(example="session_EMP001_1759572662_2daaedd6"),
    "device": _text(example="Firefox on Linux"),
    "address": _optional(),
    "channel": _optional(),
    "login_time": _time(),
    "last_activity": _time(),
    "expires_at": _time(),
    "current": f.Boolean(),
}
DEVICES: Shape = {
    "success": f.Boolean(),
    "devices": f.List(f.Nested(Schema.from_dict(DEVICE, name="Device"))),
}
ENDED: Shape = {"success": f.Boolean(), "ended": f.Integer(metadata={"example": 2})}
NEW_CODE: Shape = {
    "employee_id": _text(example="EMP004"),
    "activation_code": _text(example="7QKD-M2XA-9TRV"),
    "expires_at": _time(),
}
API_TOKEN: Shape = {
    "id": _text(example="3f9a0c1e77b2"),
    "name": _text(example="Time clock at the gate"),
    "prefix": _text(example="rct_3f9a0c1e77b2"),
    "employee_id": _text(example="EMP001"),
    "scopes": f.List(f.String(metadata={"example": "registrations.create"})),
    "created_at": _time(),
    "created_by": _text(example="EMP001"),
    "expires_at": _time(),
    "last_used_at": _time(),
    "revoked_at": _time(),
}
SCOPE: Shape = {
    "scope": _text(example="registrations.create"),
    "means": _text(example="register things, and take that back"),
}
REGISTRATION: Shape = {
    "document_id": _text(),
    "type": _text(example="supplier"),
    "registration_type": _text(example="supplier_registration"),
    "collection": _text(example="supplier_registration"),
    "employee_id": _text(),
    "session_id": _optional(),
    "data": f.Dict(),
    "timestamp": _time(),
    "status": _text(example="active"),
    "replaces": _optional(),
}
TASK: Shape = {
    "id": _text(),
    "task_id": _text(),
    "employee_id": _text(),
    "assignee": _text(),
    "title": _text(),
    "priority": _text(example="medium"),
    "status": _text(example="pending"),
    "due_date": _time(),
    "assigned_by": _optional(),
    "session_id": _optional(),
    "created_at": _time(),
    "started_at": _time(),
    "completed_at": _time(),
    "description": _optional(),
}
ACTIVITY: Shape = {
    "id": _text(),
    "at": _time(),
    "kind": _text(example="task.completed"),
    "employee_id": _optional(),
    "employee_name": _optional(),
    "session_id": _optional(),
    "token_id": _optional(),
    "subject": f.Dict(),
    "data": f.Dict(),
    "text": _text(),
}
DRAFT: Shape = {
    "id": _text(),
    "form": _text(),
    "type": _text(),
    "label": _text(),
    "title": _text(example="supplier Acme"),
    "state": _text(),
    "answers": f.Dict(),
    "asking": _optional(),
    "answered": f.Integer(),
    "of": f.Integer(),
    "updated_at": _time(),
}
BUTTON = Schema.from_dict(
    {"title": _text(example="Yes"), "payload": _text(example="button_4fPq")}, name="Button"
)
TABLE: Shape = {
    "id": _text(),
    "type": _text(example="supplier"),
    "label": _text(),
    "rows": f.Integer(),
    "problems": f.Integer(),
    "button": f.Nested(BUTTON),
}
TYPE: Shape = {
    "name": _text(),
    "label": _text(),
    "plural": _text(),
    "description": _text(),
    "fields": f.List(f.Dict()),
}
REPLY: Shape = {
    "text": _text(),
    "buttons": f.List(f.Nested(BUTTON)),
    "custom": f.Dict(allow_none=True),
}
_REPLIES = f.List(f.Nested(Schema.from_dict(REPLY, name="Reply")))
CHAT: Shape = {
    "session_id": _optional(),
    "employee_id": _optional(),
    "replies": _REPLIES,
    "response_time": f.Float(metadata={"description": "in seconds"}),
    "turn_id": _text(),
}
TURN: Shape = {"turn_id": _text(), "at": _time(), "message": _text(), "replies": _REPLIES}
HISTORY: Shape = {
    "turns": f.List(f.Nested(Schema.from_dict(TURN, name="ChatTurn"))),
    "session_id": _optional(),
    "employee_id": _optional(),
}
_WHO: Shape = {
    "success": f.Boolean(),
    "session_id": _text(example="session_EMP001_1759572662_2daaedd6"),
    "employee": f.Nested(Schema.from_dict(EMPLOYEE, name="EmployeeSignedIn")),
    "timezone": _text(example="Europe/Berlin"),
    "expires_at": _time(),
}
TOKENS: Shape = {
    **_WHO,
    "access_token": _text(),
    "token_type": _text(example="Bearer"),
    "expires_in": f.Integer(metadata={"example": 600}),
    "refresh_token": _text(),
    "csrf_token": _text(),
}
ME: Shape = {**_WHO, "session_expires_at": _time()}

_CHAT_ID = _text(example="0b8f2c1e-5a35-4d7c-9a41-f1f3a3a1c9de")
_CHAT_COUNTS: Shape = {
    "total_messages_sent": f.Integer(),
    "total_conversations": f.Integer(),
    "average_response_time": f.Float(metadata={"description": "in seconds"}),
}
CHAT_SESSION: Shape = {
    "session_id": _CHAT_ID,
    "user": _text(example="demo_user"),
    "started_at": _time(),
    "last_activity": _time(),
    "ended_at": _time(),
    "is_active": f.Boolean(),
    "duration_minutes": f.Float(),
    **_CHAT_COUNTS,
}
_CHAT_SUMMARY: Shape = {
    "total_duration_minutes": f.Float(),
    "total_messages_sent": f.Integer(),
    "total_conversations": f.Integer(),
    "average_session_duration": f.Float(),
}
_CHAT_LIST: Shape = {
    "summary": f.Nested(Schema.from_dict(_CHAT_SUMMARY, name="ChatSessionSummary")),
    "next": _optional(),
}
CHAT_SESSION_STARTED: Shape = {
    "session_id": _CHAT_ID,
    "message": _text(example="New session started"),
    "started_at": _time(),
    "user": _text(example="demo_user"),
}
CHAT_SESSION_UPDATED: Shape = {"session_id": _CHAT_ID, "message": _text(), **_CHAT_COUNTS}
CHAT_SESSION_ENDED: Shape = {
    "session_id": _CHAT_ID,
    "message": _text(example="Session ended"),
    "started_at": _time(),
    "ended_at": _time(),
    "duration_minutes": f.Float(),
    "total_messages_sent": f.Integer(),
    "total_conversations": f.Integer(),
}
CHAT_SESSION_STATUS: Shape = {
    "has_active_session": f.Boolean(),
    "user": _text(example="demo_user"),
    "session_id": _CHAT_ID,
    "started_at": _time(),
    "duration_minutes": f.Float(),
    "message": _text(),
    **_CHAT_COUNTS,
}
CHAT_SESSION_HISTORY: Shape = {
    "user": _text(example="demo_user"),
    "total_sessions": f.Integer(),
    "sessions": f.List(f.Nested(Schema.from_dict(CHAT_SESSION, name="ChatSessionItem"))),
    **_CHAT_LIST,
}
CHAT_SESSIONS_CLEANED: Shape = {
    "message": _text(),
    "cleaned_sessions": f.Integer(),
    "user": _text(example="demo_user"),
}
CHAT_SESSIONS: Shape = {
    "items": f.List(f.Nested(Schema.from_dict(CHAT_SESSION, name="ChatSessionListed"))),
    "total": f.Integer(),
    **_CHAT_LIST,
}
CHAT_FIGURES: Shape = {
    "since": _time(),
    "until": _time(),
    "step": _text(example="hour"),
    "points": f.List(f.Dict()),
}

ALIVE: Shape = {"status": _text(example="ok"), "version": _text(example="1.0.0")}
HEALTHY: Shape = {**ALIVE, "success": f.Boolean()}
_DETAIL: Shape = {
    "code": _text(example="unavailable"),
    "message": _text(),
    "fields": f.Dict(
        keys=f.String(), values=f.String(), metadata={"description": "what is wrong, by part"}
    ),
}
UNHEALTHY: Shape = {
    "success": f.Boolean(metadata={"example": False}),
    "error": f.Nested(Schema.from_dict(_DETAIL, name="UnhealthyDetail")),
    "status": _text(example="unavailable"),
    "reason": _text(example="assistant does not answer"),
}
_PART: Shape = {"status": _text(example="ok"), "version": _optional(), "problem": _text()}
API_STATUS: Shape = {
    "success": f.Boolean(),
    "status": _text(example="degraded"),
    "parts": f.Dict(keys=f.String(), values=f.Nested(Schema.from_dict(_PART, name="PartStatus"))),
}


def one(item: Shape, name: str) -> Schema:
    """A single noun."""
    return Schema.from_dict(item, name=name)()
