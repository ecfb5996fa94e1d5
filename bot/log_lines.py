"""Rasa's logs as one JSON line a record, without what people said.

As shipped they are for a person at a terminal, and a traceback quotes the message that failed.
"""

from __future__ import annotations

import json
import logging
import time
import traceback


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `extra={"facts": {…}}` becomes fields of it.

    Of an exception only its type and the places in the code.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "at": f"{at}.{int(record.msecs):03}+00:00",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
        return json.dumps(line)


def log_as_json() -> None:
    """From here on this process logs to stderr like this; its own loggers from INFO on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.captureWarnings(True)
    for name in (None, "rasa", "sanic.root", "sanic.error", "sanic.access"):
        logger = logging.getLogger(name)
        if name is None or logger.handlers:
            logger.handlers[:] = [handler]
    # Below warnings Rasa says what it understood, and from what.
    logging.getLogger("rasa").setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(logging.INFO)
