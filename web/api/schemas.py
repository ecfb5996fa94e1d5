"""Shapes of requests and answers, for checking and for the OpenAPI document."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from rollcall.api_tokens import DAYS, MOST_DAYS, SCOPES
from rollcall.paging import LARGEST_PAGE
from rollcall.storage.schema import PRIORITIES, ROLES
from web.api.written import EMPLOYEE_ID, YEARS, message_id, plain, typed

LONGEST = 1000
SAYS_SOMETHING = r"^[^\x00-\x08\x0e-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x08\x0e-\x1f\x7f]*$"


class Request(Schema):
    """A request body: what isn't in the schema is refused by name."""

    class Meta:
        unknown = RAISE


class Query(Schema):
    """Query parameters."""


class PageQuery(Query):
    """`limit` and `after` of a list."""

    limit = fields.Integer(
        load_default=50, validate=validate.Range(1, LARGEST_PAGE), metadata={"example": 50}
    )
    after = fields.String(load_default=None, validate=validate.Length(max=300))


class EmployeePageQuery(PageQuery):
    """A list that can be asked of one employee."""

    employee_id = fields.String(load_default=None, validate=[validate.Length(max=40), plain])


class PeopleQuery(PageQuery):
    """People, found by a part of what is known of them."""

    q = fields.String(load_default=None, validate=[validate.Length(max=80), plain])


class RegistrationQuery(EmployeePageQuery):
    """Registrations, of one type if asked."""

    type = fields.String(load_default=None, validate=[validate.Length(max=40), plain])


class TaskQuery(PageQuery):
    """Tasks of an assignee, in a state."""

    assignee = fields.String(load_default=None, validate=[validate.Length(max=40), plain])
    status = fields.String(
        load_default=None,
        validate=validate.OneOf(["pending", "in_progress", "completed", "cancelled", "open"]),
    )


class ActivityQuery(EmployeePageQuery):
    """Activities, of one kind if asked."""

    kind = fields.String(load_default=None, validate=[validate.Length(max=60), plain])


class StatisticsQuery(Query):
    """Whose figures."""

    employee_id = fields.String(load_default=None, validate=[validate.Length(max=40), plain])


def words(longest: int, shortest: int = 1, **options: Any) -> fields.String:
    """A required text of at most `longest` characters."""
    return fields.String(
        required=options.pop("required", True),
        validate=[validate.Length(shortest, longest), plain],
        **options,
    )


def moment(years: str = YEARS, **options: Any) -> fields.AwareDateTime:
    """A time with its offset, within what every part can keep and show."""
    # A day more at both ends, so that the years of the document hold at every offset.
    first, last = datetime(1969, 12, 31, tzinfo=UTC), datetime(9999, 1, 2, tzinfo=UTC)
    return fields.AwareDateTime(
        format="iso",
        validate=validate.Range(first, last, error="is too far away"),
        metadata={"pattern": years},
        **options,
    )


class LoginRequest(Request):
    """Sign in."""

    employee_id = words(40, metadata={"example": "EMP001"})
    passphrase = fields.String(required=True, validate=validate.Length(1, 1024))


class ActivateRequest(Request):
    """First sign-in with a one-time code."""

    employee_id = words(40, metadata={"example": "EMP009"})
    code = words(40, metadata={"example": "7QKD-M2XA-9TRV"})
    passphrase = fields.String(required=True, validate=validate.Length(1, 1024))


class RefreshRequest(Request):
    """A refresh token, for clients without cookies."""

    refresh_token = fields.String(load_default=None, validate=validate.Length(max=200))


class PassphraseRequest(Request):
    """Change the passphrase."""

    old = fields.String(required=True, validate=validate.Length(1, 1024))
    new = fields.String(required=True, validate=validate.Length(1, 1024))
    end_others = fields.Boolean(
        load_default=True, metadata={"description": "end all sessions but this one"}
    )


class ChatRequest(Request):
    """Something said to the assistant, or the id of a button."""

    message = fields.String(
        required=True,
        validate=typed,
        # What is left without blanks around it is measured; `web/api/chat.py` says by how much
        # it is too long.
        metadata={"minLength": 1, "maxLength": LONGEST, "pattern": SAYS_SOMETHING},
    )
    session_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))
    message_id = fields.String(load_default=None, allow_none=True, validate=message_id)


class PersonRequest(Request):
    """Somebody new."""

    employee_id = words(14, metadata={**EMPLOYEE_ID, "example": "EMP010"})
    name = words(120)
    role = fields.String(load_default="employee", validate=validate.OneOf(ROLES))
    email = fields.Email(load_default=None, allow_none=True)
    department = words(80, required=False, load_default=None, allow_none=True)
    branch = words(80, required=False, load_default=None, allow_none=True)
    manager_id = words(14, required=False, load_default=None, allow_none=True, metadata=EMPLOYEE_ID)
    timezone = words(60, required=False, load_default=None, allow_none=True)


class PersonPatch(Request):
    """What to change of somebody; null empties what may be empty."""

    name = words(120, required=False)
    role = fields.String(validate=validate.OneOf(ROLES))
    email = fields.Email(allow_none=True)
    department = words(80, required=False, allow_none=True)
    branch = words(80, required=False, allow_none=True)
    manager_id = words(14, required=False, allow_none=True, metadata=EMPLOYEE_ID)
    timezone = words(60, required=False, allow_none=True)


class ApiTokenRequest(Request):
    """A token for a program."""

    name = words(80, metadata={"example": "Time clock at the gate"})
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
        metadata={"example": ["registrations.create"]},
    )
    employee_id = words(
        14,
        required=False,
        load_default=None,
        allow_none=True,
        metadata={**EMPLOYEE_ID, "description": "whom it stands for; oneself if left out"},
    )
    days = fields.Integer(
        load_default=DAYS,
        validate=validate.Range(1, MOST_DAYS),
        metadata={"description": "until it expires"},
    )


class RegistrationRequest(Request):
    """A registration of a type of the catalogue."""

    type = words(40, metadata={"example": "supplier"})
    data = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"example": {"company_name": "Acme", "contact_name": "Jane Doe",
                              "email": "jane@acme.com", "category": "goods"}},
    )  # fmt: skip


class TableRequest(Request):
    """A pasted table; `type` when its columns don't tell."""

    text = fields.String(required=True, validate=[validate.Length(1, 200_000), typed])
    type = fields.String(load_default=None, validate=[validate.Length(1, 40), plain])


class TaskRequest(Request):
    """A task for somebody."""

    title = words(200)
    assignee = words(14, metadata=EMPLOYEE_ID)
    priority = fields.String(load_default="medium", validate=validate.OneOf(PRIORITIES))
    due_date = moment(load_default=None, allow_none=True)


class TaskPatch(Request):
    """What to change; `status` starts, completes or cancels it, `assignee` hands it on."""

    status = fields.String(
        load_default=None, validate=validate.OneOf(["in_progress", "completed", "cancelled"])
    )
    assignee = words(14, required=False, load_default=None, metadata=EMPLOYEE_ID)
    title = words(200, required=False, load_default=None)
    priority = fields.String(load_default=None, validate=validate.OneOf(PRIORITIES))
    due_date = moment(load_default=None, allow_none=True)


_DETAIL: dict[str, fields.Field[Any]] = {
    "code": fields.String(metadata={"example": "invalid", "description": "for programs"}),
    "message": fields.String(metadata={"example": "Some fields are wrong."}),
    "fields": fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"example": {"email": "is missing"}}
    ),
}


class Error(Schema):
    """Every error of every call."""

    success = fields.Boolean(metadata={"example": False})
    error = fields.Nested(Schema.from_dict(_DETAIL, name="ErrorDetail"))


def page_of(item: dict[str, fields.Field[Any]], name: str) -> Schema:
    """A page of items."""
    schema = Schema.from_dict(item, name=name)
    shape: dict[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(schema)),
        "next": fields.String(allow_none=True),
    }
    return Schema.from_dict(shape, name=f"{name}Page")()
