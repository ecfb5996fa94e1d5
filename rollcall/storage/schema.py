"""Every collection of the record: its `$jsonSchema` validator and its indexes, in one place."""

from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from rollcall.storage.database import Document

TASK_STATES = ["pending", "in_progress", "completed", "cancelled"]
PRIORITIES = ["low", "medium", "high", "urgent"]
SESSION_STATES = ["active", "ended", "expired"]
ROLES = ["employee", "faculty", "manager", "branch_admin", "admin"]

_TEXT: Document = {"bsonType": "string", "minLength": 1, "maxLength": 4000}
_OPTIONAL_TEXT: Document = {"bsonType": ["string", "null"], "maxLength": 4000}
_DATE: Document = {"bsonType": "date"}
_OPTIONAL_DATE: Document = {"bsonType": ["date", "null"]}
_OBJECT: Document = {"bsonType": "object"}
_COUNT: Document = {"bsonType": ["int", "long"], "minimum": 0}


@dataclass(frozen=True)
class CollectionSchema:
    """What a collection accepts and how it is found."""

    required: list[str]
    properties: dict[str, Document]
    indexes: list[IndexModel] = field(default_factory=list)

    def validator(self) -> dict[str, Any]:
        """The validator document for `create` and `collMod`."""
        return {
            "$jsonSchema": {
                "bsonType": "object",
                "required": self.required,
                "properties": self.properties,
            }
        }


def _newest(*fields: str, name: str, **options: Any) -> IndexModel:
    """An index on equality `fields`, newest first by the last one, ties by `_id`."""
    *equal, time_field = fields
    keys = [(one, ASCENDING) for one in equal]
    return IndexModel([*keys, (time_field, DESCENDING), ("_id", DESCENDING)], name=name, **options)


COLLECTIONS: dict[str, CollectionSchema] = {
    "employees": CollectionSchema(
        ["_id", "employee_id", "name", "role", "status", "created_at"],
        {
            "_id": {"bsonType": "string", "pattern": "^[A-Z]{2,6}[0-9]{3,8}\\z", "maxLength": 14},
            "employee_id": _TEXT,
            "name": _TEXT,
            "email": _OPTIONAL_TEXT,
            "role": {"enum": ROLES},
            "department": _OPTIONAL_TEXT,
            "branch": _OPTIONAL_TEXT,
            "manager_id": _OPTIONAL_TEXT,
            "timezone": _OPTIONAL_TEXT,
            "status": {"enum": ["active", "left"]},
            "created_at": _DATE,
        },
        [
            _newest("created_at", name="newest"),
            _newest("manager_id", "created_at", name="team"),
            _newest("branch", "created_at", name="branch"),
            IndexModel(
                [("email", ASCENDING)],
                name="email",
                unique=True,
                partialFilterExpression={"email": {"$type": "string"}},
            ),
        ],
    ),
    "credentials": CollectionSchema(
        ["_id"],
        {
            "_id": _TEXT,
            "passphrase_hash": _OPTIONAL_TEXT,
            "activation_hash": _OPTIONAL_TEXT,
            "activation_expires": _OPTIONAL_DATE,
            "changed_at": _OPTIONAL_DATE,
        },
    ),
    "rate_limits": CollectionSchema(
        ["_id", "count", "expires_at", "level", "forget_at"],
        {
            "_id": _TEXT,
            "count": _COUNT,
            "expires_at": _DATE,
            "level": _COUNT,
            "forget_at": _DATE,
        },
        [IndexModel([("forget_at", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    ),
    "api_tokens": CollectionSchema(
        ["_id", "name", "employee_id", "scopes", "hash", "created_at", "created_by", "expires_at"],
        {
            "_id": {"bsonType": "string", "pattern": "^[0-9a-f]{12}\\z"},
            "name": {"bsonType": "string", "minLength": 1, "maxLength": 80},
            "employee_id": _TEXT,
            "scopes": {"bsonType": "array", "minItems": 1, "items": _TEXT},
            "hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}\\z"},
            "created_at": _DATE,
            "created_by": _TEXT,
            "expires_at": _DATE,
            "last_used_at": _OPTIONAL_DATE,
            "revoked_at": _OPTIONAL_DATE,
        },
        [
            _newest("created_at", name="newest"),
            _newest("employee_id", "created_at", name="employee"),
        ],
    ),
    "user_sessions": CollectionSchema(
        [
            "_id",
            "session_id",
            "employee_id",
            "user_data",
            "login_time",
            "last_activity",
            "session_status",
            "version",
        ],
        {
            "_id": _TEXT,
            "session_id": _TEXT,
            "employee_id": _TEXT,
            "user_data": _OBJECT,
            "login_time": _DATE,
            "last_activity": _DATE,
            "ended_at": _OPTIONAL_DATE,
            "session_status": {"enum": SESSION_STATES},
            "version": _COUNT,
            "counts": _OBJECT,
            "address": _OPTIONAL_TEXT,
        },
        [
            _newest("employee_id", "login_time", name="employee"),
            _newest("login_time", name="newest"),
            IndexModel([("session_status", ASCENDING), ("last_activity", ASCENDING)], name="idle"),
            IndexModel([("session_status", ASCENDING), ("login_time", ASCENDING)], name="aged"),
        ],
    ),
    "refresh_tokens": CollectionSchema(
        ["_id", "session_id", "expires_at"],
        {"_id": _TEXT, "session_id": _TEXT, "used_at": _OPTIONAL_DATE, "expires_at": _DATE},
        [
            IndexModel([("session_id", ASCENDING)], name="session"),
            IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
        ],
    ),
    "user_tasks": CollectionSchema(
        ["_id", "employee_id", "title", "priority", "status", "assigned_by", "created_at"],
        {
            "_id": {"bsonType": "objectId"},
            "employee_id": _TEXT,
            "title": {"bsonType": "string", "minLength": 1, "maxLength": 200},
            "priority": {"enum": PRIORITIES},
            "status": {"enum": TASK_STATES},
            "assigned_by": _OPTIONAL_TEXT,
            "session_id": _OPTIONAL_TEXT,
            "description": _OPTIONAL_TEXT,
            "due_date": _OPTIONAL_DATE,
            "created_at": _DATE,
            "started_at": _OPTIONAL_DATE,
            "completed_at": _OPTIONAL_DATE,
        },
        [
            _newest("employee_id", "created_at", name="assignee"),
            _newest("employee_id", "status", "created_at", name="assignee_status"),
            _newest("status", "created_at", name="status"),
            _newest("created_at", name="newest"),
            _newest("session_id", "created_at", name="session"),
        ],
    ),
    "session_activities": CollectionSchema(
        ["_id", "at", "kind", "employee_id", "session_id", "subject", "data", "concerns"],
        {
            "_id": {"bsonType": "objectId"},
            "at": _DATE,
            "kind": {"bsonType": "string", "pattern": "^[a-z_]+\\.[a-z_]+$"},
            "employee_id": _OPTIONAL_TEXT,
            "session_id": _OPTIONAL_TEXT,
            "subject": {
                "bsonType": "object",
                "required": ["type", "id"],
                "properties": {"type": _TEXT, "id": _TEXT},
            },
            "data": _OBJECT,
            "concerns": {"bsonType": "array", "items": _TEXT},
            "key": _OPTIONAL_TEXT,
            "token_id": _TEXT,
            "seq": _COUNT,
            "prev": _TEXT,
            "hash": _TEXT,
        },
        [
            IndexModel(
                [("key", ASCENDING)],
                name="key",
                unique=True,
                partialFilterExpression={"key": {"$type": "string"}},
            ),
            IndexModel(
                [("seq", ASCENDING)],
                name="seq",
                unique=True,
                partialFilterExpression={"seq": {"$exists": True}},
            ),
            _newest("at", name="newest"),
            _newest("concerns", "at", name="concerns"),
            _newest("kind", "at", name="kind"),
            _newest("employee_id", "kind", "at", name="actor_kind"),
            _newest("session_id", "at", name="session"),
        ],
    ),
    "drafts": CollectionSchema(
        ["_id", "employee_id", "form", "type", "answers", "state", "key", "updated_at"],
        {
            "_id": {"bsonType": "objectId"},
            "employee_id": _TEXT,
            "form": {"enum": ["registration", "task"]},
            "type": _TEXT,
            "answers": _OBJECT,
            "state": {"enum": ["open", "parked", "saved", "cancelled"]},
            "key": _TEXT,
            "updated_at": _DATE,
        },
        [_newest("employee_id", "state", "updated_at", name="employee")],
    ),
    "turns": CollectionSchema(
        ["_id", "conversation_id", "at", "state"],
        {
            "_id": _TEXT,
            "conversation_id": _TEXT,
            "session_id": _OPTIONAL_TEXT,
            "employee_id": _OPTIONAL_TEXT,
            "at": _DATE,
            "text": {"bsonType": "string", "maxLength": 2000},
            "state": {"enum": ["begun", "answered", "failed"]},
        },
        [_newest("conversation_id", "at", name="conversation"), _newest("at", name="newest")],
    ),
    "chat_sessions": CollectionSchema(
        ["_id", "owner", "employee_id", "started_at", "last_activity", "is_active"],
        {
            "_id": {"bsonType": "string", "pattern": "^[0-9a-f-]{36}$"},
            "owner": _TEXT,
            "employee_id": _OPTIONAL_TEXT,
            "started_at": _DATE,
            "last_activity": _DATE,
            "last_message_at": _OPTIONAL_DATE,
            "ended_at": _OPTIONAL_DATE,
            "is_active": {"bsonType": "bool"},
            "messages": _COUNT,
            "conversations": _COUNT,
            "responses": _COUNT,
            "response_seconds": {"bsonType": ["double", "int", "long"], "minimum": 0},
        },
        [
            IndexModel(
                [("owner", ASCENDING)],
                name="one_active",
                unique=True,
                partialFilterExpression={"is_active": True},
            ),
            _newest("owner", "started_at", name="owner"),
            _newest("employee_id", "started_at", name="employee"),
            _newest("is_active", "started_at", name="active"),
            _newest("started_at", name="newest"),
            IndexModel([("is_active", ASCENDING), ("last_activity", ASCENDING)], name="idle"),
        ],
    ),
    "chat_figures": CollectionSchema(
        ["_id", "messages"],
        {
            "_id": _DATE,
            "sessions": _COUNT,
            "messages": _COUNT,
            "fallbacks": _COUNT,
            "responses": _OBJECT,
            "first_responses": _OBJECT,
        },
    ),
    "buttons": CollectionSchema(
        ["_id", "conversation_id", "title", "payload", "at"],
        {
            "_id": _TEXT,
            "conversation_id": _TEXT,
            "title": _TEXT,
            "payload": _TEXT,
            "at": _DATE,
        },
        [IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=7 * 24 * 3600)],
    ),
    "heartbeats": CollectionSchema(["_id", "at"], {"_id": _TEXT, "at": _DATE}),
    "leases": CollectionSchema(
        ["_id", "holder", "expires_at"], {"_id": _TEXT, "holder": _TEXT, "expires_at": _DATE}
    ),
    "chain_heads": CollectionSchema(
        ["_id", "seq", "hash"], {"_id": _TEXT, "seq": _COUNT, "hash": _TEXT}
    ),
    "migrations": CollectionSchema(["_id", "name", "at"], {"name": _TEXT, "at": _DATE}),
}

REGISTRATION = CollectionSchema(
    ["_id", "registration_type", "employee_id", "session_id", "data", "timestamp", "status"],
    {
        "_id": {"bsonType": "objectId"},
        "registration_type": _TEXT,
        "employee_id": _TEXT,
        "session_id": _OPTIONAL_TEXT,
        "data": _OBJECT,
        "timestamp": _DATE,
        "status": {"enum": ["active", "undone"]},
        "unique_keys": {"bsonType": "array", "items": _TEXT},
        "batch": _OPTIONAL_TEXT,
    },
    [
        IndexModel(
            [("unique_keys", ASCENDING)],
            name="unique_keys",
            unique=True,
            partialFilterExpression={"unique_keys": {"$exists": True}},
        ),
        _newest("employee_id", "timestamp", name="employee"),
        _newest("session_id", "timestamp", name="session"),
        _newest("timestamp", name="newest"),
        IndexModel(
            [("batch", ASCENDING)],
            name="batch",
            partialFilterExpression={"batch": {"$type": "string"}},
        ),
    ],
)
"""Shared by every `<type>_registration`: a new type needs no code and no migration.

`unique_keys` holds `field:normalised value` for each unique field, so that one index serves all
types.
"""


def registration_collection(type_name: str) -> str:
    """The collection that keeps registrations of a type: "supplier" -> "supplier_registration"."""
    return f"{type_name}_registration"
