"""What a registration is, and how its values are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollcall.clock import iso
from rollcall.errors import Invalid
from rollcall.forms.checks import out_of_order
from rollcall.forms.kinds import Context, jsonable, normalise, read
from rollcall.forms.spec import Field, Form
from rollcall.storage.database import Document
from rollcall.storage.schema import registration_collection

MISSING = "There is no such registration."
UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Registration:
    """One registration. `collection` and `registration_type` are named as in the seed.

    `replaces` is the id of the registration that this one is a change of.
    """

    document_id: str
    type: str
    employee_id: str
    session_id: str | None
    data: dict[str, Any]
    timestamp: datetime
    status: str
    replaces: str | None = None

    @property
    def collection(self) -> str:
        """Where it is kept."""
        return registration_collection(self.type)

    @property
    def undo_until(self) -> datetime:
        """Until when it can be taken back."""
        return self.timestamp + UNDO_WITHIN

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "document_id": self.document_id,
            "type": self.type,
            "registration_type": self.collection,
            "collection": self.collection,
            "employee_id": self.employee_id,
            "session_id": self.session_id,
            "data": {name: jsonable(value) for name, value in self.data.items()},
            "timestamp": iso(self.timestamp),
            "status": self.status,
            "replaces": self.replaces,
        }


def build_registration(type_name: str, document: Document) -> Registration:
    """The registration that a document describes."""
    return Registration(
        document_id=str(document["_id"]),
        type=type_name,
        employee_id=document["employee_id"],
        session_id=document["session_id"],
        data=document["data"],
        timestamp=document["timestamp"],
        status=document["status"],
        replaces=document.get("replaces"),
    )


def read_values(form: Form, data: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The values of `data` as they are kept, each as typed or as read before.

    Raises `Invalid` with every wrong field, dates in the wrong order among them.
    """
    names = {one.name for one in form.fields}
    problems = {name: "isn't a field" for name in data if name not in names}
    values: dict[str, Any] = {}
    for spec in form.fields:
        given = data.get(spec.name)
        if given is None or given == "":
            if spec.default is not None:
                values[spec.name] = spec.default
            elif not spec.optional:
                problems[spec.name] = "is missing"
            continue
        try:
            values[spec.name] = read(spec, _as_text(spec, given), context)
        except Invalid as error:
            problems[spec.name] = error.message
    problems.update(out_of_order(form, values, context))
    if problems:
        first = next(iter(problems))
        raise Invalid(f"{first}: {problems[first]}", problems)
    return values


def unique_keys(form: Form, values: Mapping[str, Any]) -> Sequence[str]:
    """What the unique index holds of the values."""
    return [
        f"{one.name}:{normalise(values[one.name])}"
        for one in form.fields
        if one.unique and values.get(one.name) is not None
    ]


def _as_text(spec: Field, value: Any) -> str:
    """Values that were read before (from a draft) are read again, so nothing skips the check."""
    match value:
        case datetime():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case {"amount": str() | int() | float() as amount, "currency": str(currency)} if (
            spec.kind == "money"
        ):
            return f"{amount} {currency}"
        case str() | int() | float():
            return str(value)
    raise Invalid("should be plain text or a number")
