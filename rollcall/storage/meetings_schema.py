"""The collections behind meetings and who was there."""

from pymongo import ASCENDING, IndexModel

from rollcall.storage.database import Document
from rollcall.storage.shapes import (
    COUNT,
    DATE,
    OBJECT,
    OPTIONAL_DATE,
    OPTIONAL_TEXT,
    TEXT,
    CollectionSchema,
    newest,
)

MEETING_KINDS = ["ad_hoc", "scheduled", "external", "occurrence"]
MEETING_STATES = ["scheduled", "live", "completed", "cancelled"]
OPEN_MEETINGS = ["scheduled", "live"]
ATTENDANCE_STATES = ["waiting", "here", "left", "refused"]

_LINK: Document = {
    "bsonType": ["object", "null"],
    "required": ["by", "at"],
    "properties": {"by": {"enum": ["account", "email", "name", "person", "nobody"]}, "at": DATE},
}


def _unique(field: str) -> IndexModel:
    """Unique among the documents that have text in `field`."""
    present = {field: {"$type": "string"}}
    return IndexModel(
        [(field, ASCENDING)], name=field, unique=True, partialFilterExpression=present
    )


MEETING_COLLECTIONS: dict[str, CollectionSchema] = {
    "meetings": CollectionSchema(
        ["_id", "title", "kind", "status", "host_id", "counts", "created_at", "last_activity"],
        {
            "_id": {"bsonType": "objectId"},
            "title": {"bsonType": "string", "minLength": 1, "maxLength": 200},
            "kind": {"enum": MEETING_KINDS},
            "status": {"enum": MEETING_STATES},
            "host_id": OPTIONAL_TEXT,
            "code": {"bsonType": "string", "pattern": "^[0-9A-Z]{6}\\z"},
            "rotating_secret": OPTIONAL_TEXT,
            "waiting_room": {"bsonType": "bool"},
            "provider": {"enum": [None, "zoom"]},
            "external_id": OPTIONAL_TEXT,
            "external_uuid": TEXT,
            "open_key": TEXT,
            "starts_at": OPTIONAL_DATE,
            "ends_at": OPTIONAL_DATE,
            "started_at": OPTIONAL_DATE,
            "ended_at": OPTIONAL_DATE,
            "ended_by": {"enum": [None, "host", "idle", "age", "zoom", "replaced"]},
            "grace_minutes": COUNT,
            "counts": OBJECT,
            "at": DATE,
            "created_at": DATE,
            "last_activity": DATE,
        },
        [
            _unique("code"),
            _unique("external_uuid"),
            # One open meeting a number: Zoom uses the number of a recurring meeting again.
            _unique("open_key"),
            newest("external_id", "at", name="external_id"),
            newest("host_id", "at", name="host"),
            newest("status", "at", name="status"),
            newest("at", name="newest"),
            IndexModel([("status", ASCENDING), ("last_activity", ASCENDING)], name="idle"),
        ],
    ),
    "participants": CollectionSchema(
        ["_id", "meeting_id", "key", "source", "name", "name_key", "open", "joins", "at"],
        {
            "_id": {"bsonType": "objectId"},
            "meeting_id": {"bsonType": "objectId"},
            "key": TEXT,
            "source": {"enum": ["employee", "zoom"]},
            "name": TEXT,
            "name_key": {"bsonType": "string", "maxLength": 4000},
            "email": OPTIONAL_TEXT,
            "employee_id": OPTIONAL_TEXT,
            "employee_link": _LINK,
            "student_id": {"bsonType": ["int", "long", "null"]},
            "student_link": _LINK,
            "role": {"enum": ["host", "participant"]},
            "invited": {"bsonType": "bool"},
            "admitted": {"bsonType": "bool"},
            "open": COUNT,
            "joins": COUNT,
            "zoom_user_id": OPTIONAL_TEXT,
            "zoom_id": OPTIONAL_TEXT,
            "at": DATE,
            "created_at": DATE,
        },
        [
            IndexModel(
                [("meeting_id", ASCENDING), ("key", ASCENDING)], name="meeting_key", unique=True
            ),
            newest("meeting_id", "created_at", name="meeting"),
            IndexModel([("meeting_id", ASCENDING), ("name_key", ASCENDING)], name="meeting_name"),
            IndexModel([("meeting_id", ASCENDING), ("email", ASCENDING)], name="meeting_email"),
            newest("employee_id", "source", "at", name="employee"),
        ],
    ),
    "attendances": CollectionSchema(
        ["_id", "session_id", "meeting_id", "participant_id", "state", "source", "requested_at"],
        {
            "_id": {"bsonType": "objectId"},
            "session_id": TEXT,
            "meeting_id": {"bsonType": "objectId"},
            "participant_id": {"bsonType": "objectId"},
            "employee_id": OPTIONAL_TEXT,
            "state": {"enum": ATTENDANCE_STATES},
            "source": {"enum": ["web", "api", "chat", "zoom"]},
            "requested_at": DATE,
            "joined_at": OPTIONAL_DATE,
            "left_at": OPTIONAL_DATE,
            "left_by": {"enum": [None, "self", "signed_out", "ended", "idle", "host", "zoom"]},
            "device": OPTIONAL_TEXT,
            "label": OPTIONAL_TEXT,
            "user_session_id": OPTIONAL_TEXT,
            "open_key": TEXT,
        },
        [
            _unique("session_id"),
            # One open interval a person, sign-in and device: a page that is loaded twice is one.
            _unique("open_key"),
            newest("meeting_id", "requested_at", name="meeting"),
            newest("participant_id", "requested_at", name="participant"),
            newest("employee_id", "requested_at", name="employee"),
            IndexModel([("state", ASCENDING), ("meeting_id", ASCENDING)], name="state"),
        ],
    ),
    "zoom_events": CollectionSchema(
        ["_id", "connection", "event", "happened_at", "at"],
        {
            "_id": TEXT,
            "connection": TEXT,
            "event": {"enum": ["joined", "left"]},
            "happened_at": DATE,
            "at": DATE,
        },
        [
            IndexModel([("connection", ASCENDING), ("happened_at", ASCENDING)], name="connection"),
            # What they say is in `attendances` by then; Zoom repeats itself for some hours at most.
            IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=30 * 24 * 3600),
        ],
    ),
    "students": CollectionSchema(
        ["_id", "first_name", "last_name", "name_key", "created_at"],
        {
            "_id": {"bsonType": ["int", "long"], "minimum": 1},
            "first_name": TEXT,
            "last_name": TEXT,
            "name_key": TEXT,
            "department": OPTIONAL_TEXT,
            "email": OPTIONAL_TEXT,
            "created_at": DATE,
        },
        [
            _unique("email"),
            IndexModel([("name_key", ASCENDING)], name="name_key"),
            newest("created_at", name="newest"),
        ],
    ),
}
