"""The collections behind the figures that are kept (`rollcall/figures`)."""

from rollcall.storage.database import Document
from rollcall.storage.shapes import (
    DATE,
    ID,
    OBJECT,
    OPTIONAL_DATE,
    OPTIONAL_ID,
    OPTIONAL_TEXT,
    TEXT,
    CollectionSchema,
    oldest,
)

_NUMBER: Document = {"bsonType": ["int", "long"]}
_PEOPLE: Document = {"bsonType": "array", "items": TEXT}

FIGURES_COLLECTIONS: dict[str, CollectionSchema] = {
    # What waits to be folded. Only ever inserted and deleted, so writers don't meet.
    "figure_changes": CollectionSchema(
        ["_id", "axis", "at", "who", "by", "key", "n", "ms"],
        {
            "_id": ID,
            "axis": TEXT,
            "at": DATE,
            "who": _PEOPLE,
            "by": OPTIONAL_TEXT,
            "key": TEXT,
            "n": _NUMBER,
            "ms": _NUMBER,
        },
        [oldest("axis", name="axis")],
    ),
    # `build` is the build that a cell belongs to, `t` the sum of its counts `n`, `took` the sum
    # of how long they took, `ms`; cells about everybody have no people.
    "figures": CollectionSchema(
        ["_id", "build", "axis", "slot", "t", "took"],
        {
            "_id": {"bsonType": "binData"},
            "build": ID,
            "axis": TEXT,
            "slot": {"bsonType": ["int", "long"], "minimum": 0},
            "who": _PEOPLE,
            "by": OPTIONAL_TEXT,
            "t": _NUMBER,
            "took": _NUMBER,
            "n": OBJECT,
            "ms": OBJECT,
        },
        [
            oldest("build", "axis", "slot", "by", name="slot_by"),
            oldest(
                *("build", "axis", "who", "by", "slot"),
                name="who_by",
                partialFilterExpression={"who": {"$exists": True}},
            ),
        ],
    ),
    # One document: which build is read, and who makes another one until when.
    "figure_builds": CollectionSchema(
        ["_id", "build"],
        {
            "_id": TEXT,
            "build": OPTIONAL_ID,
            "busy": OPTIONAL_ID,
            "busy_until": OPTIONAL_DATE,
            "built_at": OPTIONAL_DATE,
            "folds": _NUMBER,
        },
    ),
}
