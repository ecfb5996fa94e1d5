"""A file of a scheduled session: what is known of it, on its way in and afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from rollcall.attachments.types import BY_MEDIA_TYPE
from rollcall.clock import iso
from rollcall.errors import Invalid
from rollcall.storage.database import Document

LONGEST_DESCRIPTION = 500


@dataclass(frozen=True)
class Upload:
    """A file on its way in. `content` is read once, from where it stands."""

    name: str
    content: BinaryIO
    description: str | None = None


@dataclass(frozen=True)
class Attachment:
    """A file of a session. `size` in bytes; `sha256` of the content, in hex."""

    attachment_id: str
    completion_id: str
    employee_id: str
    name: str
    description: str | None
    media_type: str
    size: int
    sha256: str
    at: datetime
    downloads: int

    @property
    def previewed(self) -> bool:
        """Whether a browser can show it."""
        return BY_MEDIA_TYPE[self.media_type].previewed

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.attachment_id,
            "completion_id": self.completion_id,
            "employee_id": self.employee_id,
            "file_name": self.name,
            "description": self.description,
            "mime_type": self.media_type,
            "file_size": self.size,
            "sha256": self.sha256,
            "uploaded_at": iso(self.at),
            "downloads": self.downloads,
            "previewed": self.previewed,
        }


@dataclass(frozen=True)
class Download:
    """Who took a file, and when."""

    employee_id: str
    at: datetime

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"employee_id": self.employee_id, "at": iso(self.at)}


def read_description(text: str | None) -> str | None:
    """A description as it is kept. Raises `Invalid`."""
    plain = " ".join((text or "").split())
    if len(plain) > LONGEST_DESCRIPTION:
        raise Invalid(
            "That description is too long.",
            {"description": f"{LONGEST_DESCRIPTION} characters at most"},
        )
    return plain or None


def build_attachment(document: Document) -> Attachment:
    """The file that a document describes."""
    return Attachment(
        attachment_id=str(document["_id"]),
        completion_id=str(document["completion_id"]),
        employee_id=document["employee_id"],
        name=document["name"],
        description=document["description"],
        media_type=document["media_type"],
        size=document["size"],
        sha256=document["sha256"],
        at=document["at"],
        downloads=document["downloads"],
    )
