"""Every collection of the record: its `$jsonSchema` validator and its indexes, in one place."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from rollcall.storage.completions_schema import COMPLETION_COLLECTIONS
from rollcall.storage.conversation_schema import CONVERSATION_COLLECTIONS
from rollcall.storage.figures_schema import FIGURES_COLLECTIONS
from rollcall.storage.meetings_schema import MEETING_COLLECTIONS
from rollcall.storage.shapes import (
    COUNT,
    DATE,
    ID,
    OBJECT,
    OPTIONAL_DATE,
    OPTIONAL_TEXT,
    TEXT,
    TITLE,
    CollectionSchema,
    newest,
    oldest,
    unique,
)

TASK_STATES = ["pending", "in_progress", "completed", "cancelled"]
PRIORITIES = ["low", "medium", "high", "urgent"]
SESSION_STATES = ["active", "ended", "expired"]
ROLES = ["employee", "faculty", "manager", "branch_admin", "admin"]

COLLECTIONS: dict[str, CollectionSchema] = {
    "employees": CollectionSchema(
        ["_id", "employee_id", "name", "role", "status", "created_at"],
        {
            "_id": {"bsonType": "string", "pattern": "^[A-Z]{2,6}[0-9]{3,8}\\z", "maxLength": 14},
            "employee_id": TEXT,
            "name": TEXT,
            "email": OPTIONAL_TEXT,
            "role": {"enum": ROLES},
            "department": OPTIONAL_TEXT,
            "branch": OPTIONAL_TEXT,
            "manager_id": OPTIONAL_TEXT,
            "timezone": OPTIONAL_TEXT,
            "status": {"enum": ["active", "left"]},
            "created_at": DATE,
        },
        [
            newest("created_at", name="newest"),
            newest("manager_id", "created_at", name="team"),
            newest("branch", "created_at", name="branch"),
            unique("email"),
            IndexModel(
                [("email", ASCENDING)],
                name="email_any_case",
                collation={"locale": "en", "strength": 2},
            ),
        ],
    ),
    "credentials": CollectionSchema(
        ["_id"],
        {
            "_id": TEXT,
            "passphrase_hash": OPTIONAL_TEXT,
            "activation_hash": OPTIONAL_TEXT,
            "activation_expires": OPTIONAL_DATE,
            "changed_at": OPTIONAL_DATE,
        },
    ),
    "rate_limits": CollectionSchema(
        ["_id", "count", "expires_at", "level", "forget_at"],
        {
            "_id": TEXT,
            "count": COUNT,
            "expires_at": DATE,
            "level": COUNT,
            "forget_at": DATE,
        },
        [oldest("forget_at", name="expiry", expireAfterSeconds=0)],
    ),
    "api_tokens": CollectionSchema(
        ["_id", "name", "employee_id", "scopes", "hash", "created_at", "created_by", "expires_at"],
        {
            "_id": {"bsonType": "string", "pattern": "^[0-9a-f]{12}\\z"},
            "name": {"bsonType": "string", "minLength": 1, "maxLength": 80},
            "employee_id": TEXT,
            "scopes": {"bsonType": "array", "minItems": 1, "items": TEXT},
            "hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}\\z"},
            "created_at": DATE,
            "created_by": TEXT,
            "expires_at": DATE,
            "last_used_at": OPTIONAL_DATE,
            "revoked_at": OPTIONAL_DATE,
        },
        [
            newest("created_at", name="newest"),
            newest("employee_id", "created_at", name="employee"),
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
            "_id": TEXT,
            "session_id": TEXT,
            "employee_id": TEXT,
            "user_data": OBJECT,
            "login_time": DATE,
            "last_activity": DATE,
            "ended_at": OPTIONAL_DATE,
            "session_status": {"enum": SESSION_STATES},
            "version": COUNT,
            "counts": OBJECT,
            "address": OPTIONAL_TEXT,
        },
        [
            newest("employee_id", "login_time", name="employee"),
            newest("employee_id", "session_status", "login_time", name="employee_status"),
            newest("session_status", "login_time", name="status"),
            newest("login_time", name="newest"),
            oldest("session_status", "last_activity", name="idle"),
            oldest("session_status", "login_time", name="aged"),
        ],
    ),
    "refresh_tokens": CollectionSchema(
        ["_id", "session_id", "expires_at"],
        {"_id": TEXT, "session_id": TEXT, "used_at": OPTIONAL_DATE, "expires_at": DATE},
        [
            oldest("session_id", name="session"),
            oldest("expires_at", name="expiry", expireAfterSeconds=0),
        ],
    ),
    "user_tasks": CollectionSchema(
        ["_id", "employee_id", "title", "priority", "status", "assigned_by", "created_at"],
        {
            "_id": ID,
            "employee_id": TEXT,
            "title": TITLE,
            "priority": {"enum": PRIORITIES},
            "status": {"enum": TASK_STATES},
            "assigned_by": OPTIONAL_TEXT,
            "session_id": OPTIONAL_TEXT,
            "description": OPTIONAL_TEXT,
            "due_date": OPTIONAL_DATE,
            "created_at": DATE,
            "started_at": OPTIONAL_DATE,
            "completed_at": OPTIONAL_DATE,
        },
        [
            newest("employee_id", "created_at", name="assignee"),
            newest("employee_id", "status", "created_at", name="assignee_status"),
            IndexModel(
                # The state at its end: how many were finished is read from the index alone.
                [
                    ("employee_id", ASCENDING),
                    ("completed_at", DESCENDING),
                    ("_id", DESCENDING),
                    ("status", ASCENDING),
                ],
                name="assignee_done",
            ),
            newest("employee_id", "due_date", name="assignee_due"),
            newest("employee_id", "status", "due_date", name="assignee_status_due"),
            newest("assigned_by", "status", "created_at", name="giver_status"),
            newest("status", "created_at", name="status"),
            newest("status", "due_date", name="status_due"),
            newest("status", "priority", "created_at", name="status_priority"),
            newest("priority", "created_at", name="priority"),
            newest("completed_at", name="completed"),
            newest("due_date", name="due"),
            newest("created_at", name="newest"),
            newest("session_id", "created_at", name="session"),
        ],
    ),
    "session_activities": CollectionSchema(
        ["_id", "at", "kind", "employee_id", "session_id", "subject", "data", "concerns"],
        {
            "_id": ID,
            "at": DATE,
            "kind": {"bsonType": "string", "pattern": "^[a-z_]+\\.[a-z_]+$"},
            "employee_id": OPTIONAL_TEXT,
            "session_id": OPTIONAL_TEXT,
            "subject": {
                "bsonType": "object",
                "required": ["type", "id"],
                "properties": {"type": TEXT, "id": TEXT},
            },
            "data": OBJECT,
            "concerns": {"bsonType": "array", "items": TEXT},
            "key": OPTIONAL_TEXT,
            "token_id": TEXT,
            "unsealed": {"enum": [True]},
            "seq": COUNT,
            "prev": TEXT,
            "hash": TEXT,
        },
        [
            unique("key"),
            unique("seq", among={"seq": {"$exists": True}}),
            # Lists are read by the first two; how many of whom there were, by all three alone.
            IndexModel(
                [("at", DESCENDING), ("_id", DESCENDING), ("employee_id", ASCENDING)],
                name="newest_by",
            ),
            newest("concerns", "at", name="concerns"),
            newest("kind", "at", name="kind"),
            newest("concerns", "kind", "at", name="concerns_kind"),
            newest("employee_id", "kind", "at", name="actor_kind"),
            newest("session_id", "at", name="session"),
            oldest("at", "_id", name="unsealed", partialFilterExpression={"unsealed": True}),
        ],
    ),
    "drafts": CollectionSchema(
        ["_id", "employee_id", "form", "type", "answers", "state", "key", "updated_at"],
        {
            "_id": ID,
            "employee_id": TEXT,
            "form": {"enum": ["registration", "task", "completion", "meeting"]},
            "type": TEXT,
            "answers": OBJECT,
            "state": {"enum": ["open", "parked", "saved", "cancelled"]},
            "key": TEXT,
            "updated_at": DATE,
        },
        [newest("employee_id", "state", "updated_at", name="employee")],
    ),
    "turns": CollectionSchema(
        ["_id", "conversation_id", "at", "state"],
        {
            "_id": TEXT,
            "conversation_id": TEXT,
            "session_id": OPTIONAL_TEXT,
            "employee_id": OPTIONAL_TEXT,
            "at": DATE,
            "text": {"bsonType": "string", "maxLength": 2000},
            "state": {"enum": ["begun", "answered", "failed"]},
            "buttons": {"bsonType": "array", "items": OBJECT},
            "uncounted": {"enum": [True]},
        },
        [
            newest("conversation_id", "at", name="conversation"),
            newest("at", name="newest"),
            oldest("uncounted", name="uncounted", partialFilterExpression={"uncounted": True}),
        ],
    ),
    "chat_sessions": CollectionSchema(
        ["_id", "owner", "employee_id", "started_at", "last_activity", "is_active"],
        {
            "_id": {"bsonType": "string", "pattern": "^[0-9a-f-]{36}$"},
            "owner": TEXT,
            "employee_id": OPTIONAL_TEXT,
            "started_at": DATE,
            "last_activity": DATE,
            "last_message_at": OPTIONAL_DATE,
            "ended_at": OPTIONAL_DATE,
            "is_active": {"bsonType": "bool"},
            "messages": COUNT,
            "conversations": COUNT,
            "responses": COUNT,
            "response_seconds": {"bsonType": ["double", "int", "long"], "minimum": 0},
        },
        [
            unique("owner", name="one_active", among={"is_active": True}),
            newest("owner", "started_at", name="owner"),
            newest("employee_id", "started_at", name="employee"),
            newest("is_active", "started_at", name="active"),
            newest("started_at", name="newest"),
            oldest("is_active", "last_activity", name="idle"),
        ],
    ),
    "chat_figures": CollectionSchema(
        ["_id", "messages"],
        {
            "_id": DATE,
            "sessions": COUNT,
            "messages": COUNT,
            "fallbacks": COUNT,
            "responses": OBJECT,
            "first_responses": OBJECT,
        },
    ),
    "buttons": CollectionSchema(
        ["_id", "conversation_id", "title", "payload", "at"],
        {
            "_id": TEXT,
            "conversation_id": TEXT,
            "title": TEXT,
            "payload": TEXT,
            "at": DATE,
        },
        [oldest("at", name="expiry", expireAfterSeconds=7 * 24 * 3600)],
    ),
    "heartbeats": CollectionSchema(["_id", "at"], {"_id": TEXT, "at": DATE}),
    "leases": CollectionSchema(
        ["_id", "holder", "expires_at"], {"_id": TEXT, "holder": TEXT, "expires_at": DATE}
    ),
    "chain_heads": CollectionSchema(
        ["_id", "seq", "hash"], {"_id": TEXT, "seq": COUNT, "hash": TEXT}
    ),
    "migrations": CollectionSchema(["_id", "name", "at"], {"name": TEXT, "at": DATE}),
    **COMPLETION_COLLECTIONS,
    **CONVERSATION_COLLECTIONS,
    **MEETING_COLLECTIONS,
    **FIGURES_COLLECTIONS,
}

REGISTRATION = CollectionSchema(
    ["_id", "registration_type", "employee_id", "session_id", "data", "timestamp", "status"],
    {
        "_id": ID,
        "registration_type": TEXT,
        "employee_id": TEXT,
        "session_id": OPTIONAL_TEXT,
        "data": OBJECT,
        "timestamp": DATE,
        "status": {"enum": ["active", "undone"]},
        "unique_keys": {"bsonType": "array", "items": TEXT},
        "batch": OPTIONAL_TEXT,
    },
    [
        unique("unique_keys", among={"unique_keys": {"$exists": True}}),
        newest("employee_id", "timestamp", name="employee"),
        newest("session_id", "timestamp", name="session"),
        newest("timestamp", name="newest"),
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
