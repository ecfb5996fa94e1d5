"""What a collection's schema is made of: pieces of validators, and how indexes are written."""

from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from rollcall.storage.database import Document

TEXT: Document = {"bsonType": "string", "minLength": 1, "maxLength": 4000}
OPTIONAL_TEXT: Document = {"bsonType": ["string", "null"], "maxLength": 4000}
DATE: Document = {"bsonType": "date"}
OPTIONAL_DATE: Document = {"bsonType": ["date", "null"]}
OBJECT: Document = {"bsonType": "object"}
COUNT: Document = {"bsonType": ["int", "long"], "minimum": 0}
ID: Document = {"bsonType": "objectId"}
OPTIONAL_ID: Document = {"bsonType": ["objectId", "null"]}
TITLE: Document = {"bsonType": "string", "minLength": 1, "maxLength": 200}


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


def newest(*fields: str, name: str, **options: Any) -> IndexModel:
    """An index on equality `fields`, newest first by the last one, ties by `_id`."""
    *equal, time_field = fields
    keys = [(one, ASCENDING) for one in equal]
    return IndexModel([*keys, (time_field, DESCENDING), ("_id", DESCENDING)], name=name, **options)


def oldest(*fields: str, name: str, **options: Any) -> IndexModel:
    """An index on `fields`, each of them from its least value up."""
    return IndexModel([(one, ASCENDING) for one in fields], name=name, **options)


def unique(*fields: str, name: str | None = None, among: Document | None = None) -> IndexModel:
    """No two documents have the same values in `fields`; only those count that `among` fits, by
    default the ones with text in the last field."""
    present = among or {fields[-1]: {"$type": "string"}}
    return oldest(*fields, name=name or fields[0], unique=True, partialFilterExpression=present)
