"""Files on their way in and out, a piece at a time."""

import unicodedata
from collections.abc import Iterator
from typing import BinaryIO, cast
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import FileWrapper
from zipstream import ZIP_STORED, ZipStream

from rollcall import Principal
from rollcall.attachments.content import PIECE, Content
from rollcall.attachments.names import safe_name
from rollcall.errors import NotFound
from web.services import services

# A file that is shown runs nothing and loads nothing, whatever is in it.
SHOWN_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
OK, PARTIAL = 200, 206
NOT_SHOWN = "A browser can't show that kind of file. Download it, please."


class _WholeBody:
    """The body of a request; one that ends before its announced length is an error."""

    def __init__(self) -> None:
        self._stream = request.stream
        self._left = request.content_length

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        if self._left is not None:
            self._left -= len(piece)
            if not piece and self._left > 0:
                raise ClientDisconnected
        return piece


def whole_body() -> BinaryIO:
    """The body of the request as a file to read once, from its beginning to its very end."""
    return cast(BinaryIO, _WholeBody())


def disposition(name: str, *, shown: bool = False) -> str:
    """A `Content-Disposition` for a file of that name: RFC 6266 with RFC 8187's encoding.

    `name` is one line without quotes (see `rollcall.attachments.names`).
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    fallback = plain.replace("%", "_").replace('"', "_").replace("\\", "_") or "file"
    kind = "inline" if shown else "attachment"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def sent_file(actor: Principal, attachment_id: str, *, preview: bool = False) -> Response:
    """A file as an answer, or the range of it that was asked for.

    As a download it is counted, once for a player that fetches it in ranges. Raises `NotFound`.
    """
    files = services().roll.files
    attachment, content = files.open(actor, attachment_id)
    if preview and not attachment.previewed:
        raise NotFound(NOT_SHOWN)
    response = Response(
        FileWrapper(cast(BinaryIO, content), PIECE),
        mimetype=attachment.media_type,
        direct_passthrough=True,
    )
    response.content_length = attachment.size
    response.set_etag(attachment.sha256)
    response.headers["Content-Disposition"] = disposition(attachment.name, shown=preview)
    response.headers["Content-Security-Policy"] = SHOWN_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Several ranges at once and other units are answered with the whole file: RFC 9110, 14.2.
    asked = request.range
    single = asked is None or (asked.units == "bytes" and len(asked.ranges) == 1)
    response.make_conditional(
        request, accept_ranges=single, complete_length=attachment.size if single else None
    )
    if not preview and _is_taken(response):
        files.taken(actor, [attachment])
    return response


def sent_zip(actor: Principal, completion_id: str) -> Response:
    """All files of a session as one zip that is made while it is sent; each is counted.

    Its length is known before. Raises `NotFound`.
    """
    roll = services().roll
    title = roll.completions.get(actor, completion_id).title
    files = roll.files.open_all(actor, completion_id)
    archive = ZipStream(compress_type=ZIP_STORED, sized=True)
    taken: set[str] = set()
    for attachment, content in files:
        archive.add(_pieces(content), _free_name(attachment.name, taken), size=attachment.size)
    response = Response(iter(archive), mimetype="application/zip", direct_passthrough=True)
    response.content_length = len(archive)
    name = safe_name(f"{title}.zip")
    response.headers["Content-Disposition"] = disposition(name)
    if request.method == "GET":
        roll.files.taken(actor, [attachment for attachment, _ in files])
    return response


def _is_taken(response: Response) -> bool:
    """Whether the beginning of a file goes out: a player asks for the rest in more ranges."""
    if request.method != "GET":
        return False
    if response.status_code == PARTIAL:
        return response.content_range.start == 0
    return response.status_code == OK


def _pieces(content: Content) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece


def _free_name(name: str, taken: set[str]) -> str:
    """`name`, or "name (2)" when it is taken: on some systems capitals make no difference."""
    stem, dot, extension = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{extension}"
    taken.add(free.casefold())
    return free
