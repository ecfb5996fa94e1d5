"""What the interfaces to scheduled sessions answer, for checking and for the OpenAPI document."""

from typing import Any

from marshmallow import Schema
from marshmallow import fields as f
from marshmallow.fields import Field

Shape = dict[str, Field[Any]]
TIME = {"format": "date-time", "example": "2026-11-23T08:30:00.000Z"}


def _text(**extra: object) -> f.String:
    return f.String(metadata=dict(extra))


def _optional(**extra: object) -> f.String:
    return f.String(allow_none=True, metadata=dict(extra))


def _time() -> f.String:
    return f.String(allow_none=True, metadata=dict(TIME))


def _listed(shape: Shape, name: str) -> f.List[Any]:
    return f.List(f.Nested(Schema.from_dict(shape, name=name)))


_ID = _text(example="6740c1f2a9d3b1e5f0a1b2c3")
COMPLETION: Shape = {
    "id": _ID,
    "employee_id": _text(example="EMP004"),
    "employee_name": _optional(example="Erika Hoffmann"),
    "title": _text(example="Welding basics"),
    "batch_id": _optional(),
    "planned_day": _optional(example="2026-11-23", description="the day its batch planned it for"),
    "meeting_id": _optional(),
    "timezone": _text(example="Europe/Berlin"),
    "scheduled_date": _text(example="2026-11-23"),
    "scheduled_start_time": _text(example="09:30"),
    "scheduled_end_time": _text(example="10:45"),
    "actual_start_time": _optional(example="09:35"),
    "actual_end_time": _optional(example="10:50"),
    "starts_at": _time(),
    "ends_at": _time(),
    "actual_start": _time(),
    "actual_end": _time(),
    "moved_from": _time(),
    "missed_at": _time(),
    "completion_code": _optional(example="RC-7QKD-M2XA-S"),
    "notes": _optional(),
    "cancel_reason": _optional(),
    "status": _text(example="pending"),
    "approval": _text(example="none"),
    "created_at": _time(),
    "completed_at": _time(),
    "note_count": f.Integer(),
    "attachment_count": f.Integer(),
    "may": f.List(
        f.String(),
        metadata={
            "description": "what the caller may do with it now: complete, change, cancel, attach, "
            "note, approve",
            "example": ["note", "complete"],
        },
    ),
}
VERSION: Shape = {
    "at": _time(),
    "employee_id": _optional(),
    "name": _optional(),
    "before": f.Dict(metadata={"description": "the values that were replaced, by field"}),
}
PROPOSAL: Shape = {
    "actual_start": _time(),
    "actual_end": _time(),
    "actual_start_time": _text(example="09:35"),
    "actual_end_time": _text(example="10:50"),
    "source": _text(example="attendance"),
}
CODE: Shape = {"completion_code": _text(example="RC-7QKD-M2XA-S")}
NOTE: Shape = {
    "id": _ID,
    "completion_id": _ID,
    "employee_id": _text(example="EMP002"),
    "author": _optional(),
    "note_text": _text(),
    "note_type": _text(example="general"),
    "mentions": f.List(f.String(), metadata={"example": ["EMP004"]}),
    "created_at": _time(),
    "changed_at": _time(),
}
NOTE_VERSION: Shape = {
    "at": _time(),
    "employee_id": _text(example="EMP002"),
    "name": _optional(example="Mona Lindqvist"),
    "note_text": _text(),
    "note_type": _text(example="general"),
}
ATTACHMENT: Shape = {
    "id": _ID,
    "completion_id": _ID,
    "employee_id": _text(example="EMP004"),
    "file_name": _text(example="Class recording.mp4"),
    "description": _optional(),
    "mime_type": _text(example="video/mp4"),
    "file_size": f.Integer(metadata={"description": "in bytes"}),
    "sha256": _text(),
    "uploaded_at": _time(),
    "downloads": f.Integer(),
    "previewed": f.Boolean(metadata={"description": "whether a browser can show it"}),
    "download_url": _text(example="/api/v1/attachments/6740c1f2a9d3b1e5f0a1b2c3/content"),
}
DOWNLOAD: Shape = {"employee_id": _text(), "name": _optional(), "at": _time()}
_HASHED_NOTE: Shape = {"by": _text(), "sha256": _text()}
_HASHED_FILE: Shape = {"sha256": _text(), "size": f.Integer()}
RECEIPT: Shape = {
    "code": _text(example="RC-7QKD-M2XA-S"),
    "valid": f.Boolean(metadata={"description": "whether the record still says the same"}),
    "changed": f.List(f.String(), metadata={"description": "what differs from the record today"}),
    "sha256": _text(description="over the canonical JSON of what follows `name`"),
    "issued_at": _time(),
    "name": _optional(),
    "completion_id": _ID,
    "employee_id": _text(),
    "title": _text(),
    "scheduled": f.List(f.String(), metadata={"description": "start and end"}),
    "actual": f.List(f.String(), metadata={"description": "start and end"}),
    "attendance": f.List(
        f.String(),
        allow_none=True,
        metadata={"description": "when its owner was in a meeting then, from coming to going"},
    ),
    "completed_at": _time(),
    "summary_sha256": _text(),
    "notes": _listed(_HASHED_NOTE, "ReceiptNote"),
    "files": _listed(_HASHED_FILE, "ReceiptFile"),
}
BATCH: Shape = {
    "id": _ID,
    "employee_id": _text(example="EMP004", description="the host"),
    "employee_name": _optional(example="Erika Hoffmann"),
    "title": _text(example="Welding, group A"),
    "weekdays": f.List(f.Integer(), metadata={"description": "Monday is 0", "example": [0, 2]}),
    "start_time": _text(example="09:00"),
    "end_time": _text(example="10:00"),
    "timezone": _text(example="Europe/Berlin"),
    "first_day": _text(example="2026-09-01"),
    "last_day": _text(example="2027-07-31"),
    "holidays": f.List(f.String(), metadata={"example": ["2026-12-25"]}),
    "needs_approval": f.Boolean(),
    "status": _text(example="active"),
    "follows": _optional(description="the batch that this one took over from"),
    "created_at": _time(),
    "may": f.List(
        f.String(),
        metadata={
            "description": "what the caller may do with it now: change, end",
            "example": ["change", "end"],
        },
    ),
}
OCCURRENCES: Shape = {
    "items": _listed(COMPLETION, "Occurrence"),
    "days_after": f.List(f.String(), metadata={"description": "days that are planned, but of "
                                               "which no session is on record yet"}),
}  # fmt: skip

# Seed 002 -----------------------------------------------------------------------------------

SESSION_COMPLETION: Shape = {
    "success": f.Boolean(),
    "message": _text(example="Session completed successfully"),
    "id": _ID,
    "data": f.Raw(metadata={"description": "a session, a note, a file, or a list of sessions"}),
    "next": _optional(),
}


def one(item: Shape, name: str) -> Schema:
    """A single noun."""
    return Schema.from_dict(item, name=name)()
