"""The collections behind meetings and who was there."""

from rollcall.storage.database import Document
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

MEETING_KINDS = ["ad_hoc", "scheduled", "external", "occurrence"]
MEETING_STATES = ["scheduled", "live", "completed", "cancelled"]
OPEN_MEETINGS = ["scheduled", "live"]
ATTENDANCE_STATES = ["waiting", "here", "left", "refused"]

_LINK: Document = {
    "bsonType": ["object", "null"],
    "required": ["by", "at"],
    "properties": {"by": {"enum": ["account", "email", "name", "person", "nobody"]}, "at": DATE},
}


MEETING_COLLECTIONS: dict[str, CollectionSchema] = {
    "meetings": CollectionSchema(
        ["_id", "title", "kind", "status", "host_id", "counts", "created_at", "last_activity"],
        {
            "_id": ID,
            "title": TITLE,
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
            unique("code"),
            unique("external_uuid"),
            # One open meeting a number: Zoom uses the number of a recurring meeting again.
            unique("open_key"),
            newest("external_id", "at", name="external_id"),
            newest("host_id", "at", name="host"),
            newest("status", "at", name="status"),
            newest("at", name="newest"),
            oldest("status", "last_activity", name="idle"),
        ],
    ),
    "participants": CollectionSchema(
        ["_id", "meeting_id", "key", "source", "name", "name_key", "open", "joins", "at"],
        {
            "_id": ID,
            "meeting_id": ID,
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
            oldest("meeting_id", "key", name="meeting_key", unique=True),
            newest("meeting_id", "created_at", name="meeting"),
            oldest("meeting_id", "name_key", name="meeting_name"),
            oldest("meeting_id", "email", name="meeting_email"),
            newest("employee_id", "source", "at", name="employee"),
        ],
    ),
    "attendances": CollectionSchema(
        ["_id", "session_id", "meeting_id", "participant_id", "state", "source", "requested_at"],
        {
            "_id": ID,
            "session_id": TEXT,
            "meeting_id": ID,
            "participant_id": ID,
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
            unique("session_id"),
            # One open interval a person, sign-in and device: a page that is loaded twice is one.
            unique("open_key"),
            newest("meeting_id", "requested_at", name="meeting"),
            newest("participant_id", "requested_at", name="participant"),
            newest("employee_id", "requested_at", name="employee"),
            oldest("state", "meeting_id", name="state"),
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
            oldest("connection", "happened_at", name="connection"),
            # What they say is in `attendances` by then; Zoom repeats itself for some hours at most.
            oldest("at", name="expiry", expireAfterSeconds=30 * 24 * 3600),
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
            unique("email"),
            oldest("name_key", name="name_key"),
            newest("created_at", name="newest"),
        ],
    ),
}
