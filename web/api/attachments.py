"""Files of scheduled sessions, streamed both ways: `/api/v1/completions/…/attachments` and
`/api/v1/attachments`."""

from typing import Any

from flask import Response, request, url_for
from flask.views import MethodView
from flask_smorest import Blueprint

from rollcall import Principal
from rollcall.completions.attachment import Attachment, Upload
from rollcall.completions.files import LARGEST_FILE
from rollcall.errors import Invalid
from web.api import completion_shapes as shapes
from web.api.core import idempotency_key
from web.api.schemas import PageQuery, Query, page_of, words
from web.bodies import FORM_TYPES, TakesForms, read_form
from web.caller import person
from web.files import sent_file, sent_zip, whole_body
from web.services import services

blueprint = Blueprint("attachments", __name__, url_prefix="/api/v1", description="Files")
ATTACHMENT = shapes.one(shapes.ATTACHMENT, "AttachmentOne")
# The other fields of a form and the lines between them.
AROUND_A_FILE = 1024 * 1024
LARGEST_UPLOAD = LARGEST_FILE + AROUND_A_FILE
_BINARY = {"type": "string", "format": "binary"}
UPLOAD_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": _BINARY, "description": {"type": "string"}},
            }
        },
        "application/octet-stream": {"schema": _BINARY},
    },
}
CONTENT = {
    "200": {"description": "the file", "content": {"application/octet-stream": {"schema": _BINARY}}}
}
ZIPPED = {"200": {"description": "a zip file", "content": {"application/zip": {"schema": _BINARY}}}}


class RawUploadQuery(Query):
    """For an upload that is no form: the body is the file itself."""

    file_name = words(400, required=False, load_default=None, metadata={"example": "plan.pdf"})
    description = words(600, 0, required=False, load_default=None)


def attachment_of(attachment: Attachment) -> dict[str, Any]:
    """A file, with the address of its content."""
    address = url_for("attachments.AttachmentContent", attachment_id=attachment.attachment_id)
    return {**attachment.public(), "download_url": address}


def attachments_of(actor: Principal, completion_id: str) -> list[dict[str, Any]]:
    """All files of a session, newest first."""
    found = services().roll.files.list(actor, completion_id)
    return [attachment_of(one) for one in found.items]


def keep_form_file(
    actor: Principal, completion_id: str, fields: dict[str, str], file: Any
) -> Attachment:
    """Take in the file of a form. Raises `Invalid` when there is none."""
    if file is None or not file.filename:
        raise Invalid("Please choose a file.", {"file": "is missing"})
    upload = Upload(file.filename, file.stream, fields.get("description"))
    return services().roll.files.add(actor, completion_id, upload, idempotency_key())


@blueprint.route("/completions/<completion_id>/attachments")
class AttachmentList(TakesForms, MethodView):
    """`/api/v1/completions/<completion_id>/attachments`."""

    largest_body = LARGEST_UPLOAD
    accepts_raw = True

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.ATTACHMENT, "Attachment"))
    def get(self, query: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Files of a session, newest first."""
        page = services().roll.files.list(person(), completion_id, **query)
        return {"items": [attachment_of(one) for one in page.items], "next": page.next}

    @blueprint.arguments(RawUploadQuery, location="query")
    @blueprint.response(201, ATTACHMENT)
    @blueprint.doc(requestBody=UPLOAD_BODY)
    def post(self, query: dict[str, Any], completion_id: str) -> dict[str, Any]:
        """Add a file: a form with `file` and `description`, or the file itself as the body."""
        actor = person()
        # Whoever may not add one is told before the body is read.
        services().roll.files.check(actor, completion_id)
        if request.mimetype in FORM_TYPES:
            fields, file = read_form()
            return attachment_of(keep_form_file(actor, completion_id, fields, file))
        if query["file_name"] is None:
            raise Invalid("How is the file called?", {"file_name": "is missing"})
        upload = Upload(query["file_name"], whole_body(), query["description"])
        kept = services().roll.files.add(actor, completion_id, upload, idempotency_key())
        return attachment_of(kept)


@blueprint.route("/completions/<completion_id>/attachments.zip")
class AttachmentZip(MethodView):
    """`/api/v1/completions/<completion_id>/attachments.zip`."""

    @blueprint.doc(responses=ZIPPED)
    def get(self, completion_id: str) -> Response:
        """All files of a session as one zip file, made while it is sent."""
        return sent_zip(person(), completion_id)


@blueprint.route("/attachments/<attachment_id>")
class AttachmentOne(MethodView):
    """`/api/v1/attachments/<attachment_id>`."""

    @blueprint.response(200, ATTACHMENT)
    def get(self, attachment_id: str) -> dict[str, Any]:
        """What is known of one file."""
        return attachment_of(services().roll.files.get(person(), attachment_id))

    @blueprint.response(200, ATTACHMENT)
    def delete(self, attachment_id: str) -> dict[str, Any]:
        """Delete it; the record keeps its name and hash, the content goes."""
        deleted = services().roll.files.delete(person(), attachment_id, idempotency_key())
        return attachment_of(deleted)


@blueprint.route("/attachments/<attachment_id>/content")
class AttachmentContent(MethodView):
    """`/api/v1/attachments/<attachment_id>/content`."""

    @blueprint.doc(responses=CONTENT)
    def get(self, attachment_id: str) -> Response:
        """The file, to be saved; counted as a download. Takes `Range`."""
        return sent_file(person(), attachment_id)


@blueprint.route("/attachments/<attachment_id>/preview")
class AttachmentPreview(MethodView):
    """`/api/v1/attachments/<attachment_id>/preview`."""

    @blueprint.doc(responses=CONTENT)
    def get(self, attachment_id: str) -> Response:
        """A picture or PDF, for a browser to show; not counted."""
        return sent_file(person(), attachment_id, preview=True)


@blueprint.route("/attachments/<attachment_id>/downloads")
class AttachmentDownloads(MethodView):
    """`/api/v1/attachments/<attachment_id>/downloads`."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, page_of(shapes.DOWNLOAD, "Download"))
    def get(self, query: dict[str, Any], attachment_id: str) -> dict[str, Any]:
        """Who took it, newest first; for whose session it is."""
        roll = services().roll
        page = roll.files.downloads(person(), attachment_id, **query)
        names = roll.directory.names({one.employee_id for one in page.items})
        items = [{**one.public(), "name": names.get(one.employee_id)} for one in page.items]
        return {"items": items, "next": page.next}
