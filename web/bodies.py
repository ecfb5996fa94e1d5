"""What every request body has to be before any route looks at it: JSON and real text, or a form
where a route takes forms."""

import json
from contextlib import suppress

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from rollcall.errors import Invalid, Malformed

SAFE = {"GET", "HEAD", "OPTIONS"}
BAD = 400
PIECE = 64 * 1024
MOST_LEFT = 256 * 1024 * 1024
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


class TakesForms:
    """A view that reads its body itself, with `read_form`: up to `largest_body` bytes.

    The body of such a request is not touched before the view knows who is calling.
    """

    largest_body: int
    accepts_raw = False


def register_body_check(app: Flask) -> None:
    """Refuse bodies that aren't JSON (415), can't be read (400) or are too large (413).

    A form that another site posts with a visitor's cookies can't be JSON, so this also is the
    first line against cross-site requests. Where forms are taken, the CSRF token stands alone.
    """

    @app.before_request
    def check_body() -> None:
        if request.method in SAFE or request.url_rule is None:
            return
        taker = _form_taker()
        if taker is not None:
            _check_form(taker)
            return
        body = request.get_data()
        if not body:
            return
        # Werkzeug refuses a length that is too large, but cuts off a body that names none.
        if len(body) >= app.config["MAX_CONTENT_LENGTH"]:
            raise RequestEntityTooLarge
        if not request.is_json:
            raise UnsupportedMediaType
        try:
            # A lone surrogate ("\ud800") is fine in JSON, but is no text that could be stored.
            json.dumps(request.get_json(), ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise Malformed("The request can't be read.") from error

    @app.after_request
    def take_the_rest(response: Response) -> Response:
        if response.status_code >= BAD and request.endpoint and _form_taker():
            _read_what_is_left()
        return response


def read_form() -> tuple[dict[str, str], FileStorage | None]:
    """The fields of the form in the request, and the file called `file`, if there is one.

    Parts of a file beyond half a megabyte wait on disk, none in memory. Raises `Malformed` for a
    form that broke off or can't be read, `Invalid` for several files.
    """
    form, files = request.form, request.files
    if request.mimetype == FORM_TYPES[0] and not form and not files:
        raise Malformed(
            "The form can't be read, or broke off before its end. Please send it again."
        )
    if len(files.getlist("file")) > 1:
        raise Invalid("Please send one file at a time.", {"file": "only one at a time"})
    fields = {name: form[name] for name in form}
    try:
        json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Malformed("The request can't be read.") from error
    return fields, files.get("file")


def _form_taker() -> type[TakesForms] | None:
    view = current_app.view_functions.get(request.endpoint or "")
    found = getattr(view, "view_class", None)
    return found if isinstance(found, type) and issubclass(found, TakesForms) else None


def _check_form(taker: type[TakesForms]) -> None:
    request.max_content_length = taker.largest_body
    if request.content_length is not None and request.content_length > taker.largest_body:
        raise RequestEntityTooLarge
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    is_form = request.mimetype in FORM_TYPES
    if (
        has_body
        and not is_form
        and not (taker.accepts_raw and request.mimetype and not request.is_json)
    ):
        raise UnsupportedMediaType


def _read_what_is_left() -> None:
    """Read, within reason, what a client is still sending that gets an error for it.

    A connection that is closed on unread data is reset, and the client never sees why. One that
    is kept alive gunicorn reads to its end by itself.
    """
    if request.headers.get("Connection", "").casefold() != "close":
        return
    stream, left = request.environ["wsgi.input"], MOST_LEFT
    with suppress(OSError):
        while left > 0 and (piece := stream.read(PIECE)):
            left -= len(piece)
