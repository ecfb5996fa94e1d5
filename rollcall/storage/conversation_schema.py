"""What Rasa keeps of conversations. `bot/tracker_store.py` and `bot/lock_store.py` write it."""

from pymongo import ASCENDING, IndexModel

from rollcall.storage.shapes import COUNT, DATE, OBJECT, TEXT, CollectionSchema

CONVERSATION_COLLECTIONS: dict[str, CollectionSchema] = {
    # The _id alone finds the newest turns of a conversation, and lets a turn be written once.
    "conversation_turns": CollectionSchema(
        ["_id", "at", "expires_at", "before", "events"],
        {
            "_id": {
                "bsonType": "object",
                "required": ["conversation", "turn"],
                "properties": {"conversation": TEXT, "turn": COUNT},
            },
            "at": DATE,
            "expires_at": DATE,
            "before": OBJECT,
            "events": {"bsonType": "array", "items": OBJECT},
        },
        [IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    ),
    "conversation_locks": CollectionSchema(
        ["_id", "queue", "lapsed", "at"],
        {
            "_id": TEXT,
            "queue": {"bsonType": "array", "items": OBJECT},
            "lapsed": {"bsonType": "bool"},
            "turn": COUNT,
            "at": DATE,
        },
        [IndexModel([("at", ASCENDING)], name="expiry", expireAfterSeconds=24 * 3600)],
    ),
}
