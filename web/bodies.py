"""What every request body has to be before any route looks at it: JSON, and real text."""

import json

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from rollcall.errors import Malformed

SAFE = {"GET", "HEAD", "OPTIONS"}


def register_body_check(app: Flask) -> None:
    """Refuse bodies that aren't JSON (415), can't be read (400) or are too large (413).

    A form that another site posts with a visitor's cookies can't be JSON, so this also is the
    first line against cross-site requests.
    """

    @app.before_request
    def check_body() -> None:
        if request.method in SAFE or request.url_rule is None:
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
