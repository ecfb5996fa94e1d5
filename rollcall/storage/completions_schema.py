"""The collections behind scheduled sessions: batches, completions, their notes and files."""

from rollcall.storage.database import Document
from rollcall.storage.shapes import (
    COUNT,
    DATE,
    ID,
    OBJECT,
    OPTIONAL_DATE,
    OPTIONAL_ID,
    OPTIONAL_TEXT,
    TEXT,
    TITLE,
    CollectionSchema,
    newest,
    oldest,
    unique,
)

COMPLETION_STATES = ["pending", "completed", "cancelled"]
APPROVAL_STATES = ["none", "waiting", "approved", "rejected"]
NOTE_TYPES = ["general", "follow-up", "issue", "achievement"]

_DAY: Document = {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_CLOCK: Document = {"bsonType": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}

COMPLETION_COLLECTIONS: dict[str, CollectionSchema] = {
    "batches": CollectionSchema(
        ["_id", "employee_id", "title", "weekdays", "starts", "ends", "timezone", "first_day",
         "last_day", "status", "planned_until", "created_at"],
        {
            "_id": ID,
            "employee_id": TEXT,
            "title": TITLE,
            "weekdays": {"bsonType": "array", "minItems": 1, "maxItems": 7,
                         "items": {"bsonType": ["int", "long"], "minimum": 0, "maximum": 6}},
            "starts": _CLOCK,
            "ends": _CLOCK,
            "timezone": TEXT,
            "first_day": _DAY,
            "last_day": _DAY,
            "holidays": {"bsonType": "array", "maxItems": 400, "items": _DAY},
            "needs_approval": {"bsonType": "bool"},
            "status": {"enum": ["active", "ended"]},
            "follows": OPTIONAL_ID,
            "planned_until": _DAY,
            "created_at": DATE,
        },
        [
            newest("employee_id", "created_at", name="employee"),
            newest("created_at", name="newest"),
            oldest("status", "planned_until", name="planning"),
        ],
    ),
    "session_completions": CollectionSchema(
        ["_id", "employee_id", "title", "timezone", "starts_at", "ends_at", "status", "approval",
         "counts", "version", "created_at"],
        {
            "_id": ID,
            "employee_id": TEXT,
            "title": TITLE,
            "timezone": TEXT,
            "starts_at": DATE,
            "ends_at": DATE,
            "status": {"enum": COMPLETION_STATES},
            "batch_id": OPTIONAL_ID,
            "planned_day": {"bsonType": ["string", "null"]},
            "meeting_id": OPTIONAL_ID,
            "moved_from": OPTIONAL_DATE,
            "missed_at": OPTIONAL_DATE,
            "actual_start": OPTIONAL_DATE,
            "actual_end": OPTIONAL_DATE,
            "completion_code": OPTIONAL_TEXT,
            "notes": OPTIONAL_TEXT,
            "cancel_reason": OPTIONAL_TEXT,
            "approval": {"enum": APPROVAL_STATES},
            "completed_at": OPTIONAL_DATE,
            "counts": OBJECT,
            "version": COUNT,
            "created_at": DATE,
        },
        [
            unique("completion_code"),
            unique("batch_id", "planned_day", name="occurrence"),
            newest("employee_id", "starts_at", name="employee"),
            newest("employee_id", "status", "starts_at", name="employee_status"),
            newest("status", "starts_at", name="status"),
            newest("approval", "starts_at", name="approval"),
            newest("starts_at", name="newest"),
            oldest("status", "missed_at", "ends_at", name="missed"),
        ],
    ),
    "completion_versions": CollectionSchema(
        ["_id", "completion_id", "at", "by", "before"],
        {"_id": ID, "completion_id": ID, "at": DATE, "by": OPTIONAL_TEXT, "before": OBJECT},
        [newest("completion_id", "at", name="completion")],
    ),
    "session_notes": CollectionSchema(
        ["_id", "completion_id", "employee_id", "note_text", "note_type", "at", "deleted"],
        {
            "_id": ID,
            "completion_id": ID,
            "employee_id": TEXT,
            "note_text": {"bsonType": "string", "minLength": 1, "maxLength": 4000},
            "note_type": {"enum": NOTE_TYPES},
            "mentions": {"bsonType": "array", "items": TEXT},
            "at": DATE,
            "changed_at": OPTIONAL_DATE,
            "deleted": {"bsonType": "bool"},
        },
        [newest("completion_id", "deleted", "at", name="completion")],
    ),
    "note_versions": CollectionSchema(
        ["_id", "note_id", "at", "by", "note_text", "note_type"],
        {"_id": ID, "note_id": ID, "at": DATE, "by": OPTIONAL_TEXT, "note_text": TEXT},
        [newest("note_id", "at", name="note")],
    ),
    "notifications": CollectionSchema(
        ["_id", "employee_id", "at", "kind", "subject", "read_at"],
        {
            "_id": ID,
            "employee_id": TEXT,
            "at": DATE,
            "kind": TEXT,
            "subject": OBJECT,
            "read_at": OPTIONAL_DATE,
        },
        [
            newest("employee_id", "at", name="employee"),
            newest("employee_id", "read_at", "at", name="unread"),
        ],
    ),
    "session_attachments": CollectionSchema(
        ["_id", "completion_id", "employee_id", "name", "media_type", "size", "sha256", "at",
         "downloads", "deleted"],
        {
            "_id": ID,
            "completion_id": ID,
            "employee_id": TEXT,
            "name": {"bsonType": "string", "minLength": 1, "maxLength": 150},
            "description": OPTIONAL_TEXT,
            "media_type": TEXT,
            "size": COUNT,
            "sha256": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
            "at": DATE,
            "downloads": COUNT,
            "deleted": {"bsonType": "bool"},
        },
        [
            newest("completion_id", "deleted", "at", name="completion"),
            newest("employee_id", "deleted", "at", name="employee"),
        ],
    ),
    # GridFS; its shape is the driver's.
    "attachments.files": CollectionSchema(["_id", "length"], {"length": COUNT}),
    "attachments.chunks": CollectionSchema(
        ["_id", "files_id", "n", "data"],
        {"files_id": ID, "n": COUNT},
        [oldest("files_id", "n", name="pieces", unique=True)],
    ),
    "attachment_downloads": CollectionSchema(
        ["_id", "attachment_id", "employee_id", "at"],
        {"_id": ID, "attachment_id": ID, "employee_id": TEXT, "at": DATE},
        [newest("attachment_id", "at", name="attachment")],
    ),
    "uploads": CollectionSchema(
        ["_id", "employee_id", "at"],
        {"_id": ID, "employee_id": TEXT, "at": DATE},
        [newest("at", name="newest")],
    ),
    "receipts": CollectionSchema(
        ["_id", "completion_id", "sha256", "content", "at"],
        {
            "_id": TEXT,
            "completion_id": ID,
            "sha256": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
            "content": OBJECT,
            "at": DATE,
        },
        [newest("completion_id", "at", name="completion")],
    ),
}  # fmt: skip
