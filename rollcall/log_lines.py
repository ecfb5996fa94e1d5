"""Logs as one JSON line a record, without what people said.

The parts outside Rasa write like this; bot/log_lines.py does the same inside it. A turn is found in
all of them by its `turn_id`.
"""

import json
import logging
import traceback
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `extra={"facts": {…}}` becomes fields of it.

    Of an exception only its type and the places in the code: messages may quote what people typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
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


def log_as_json(level: str) -> None:
    """Send what this process logs to stderr: of Rollcall from `level` on, of others warnings.

    What libraries say at lower levels holds whole queries and bodies.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.captureWarnings(True)
    for name in ("sanic.root", "sanic.error", "sanic.server", "sanic.access"):
        logging.getLogger(name).handlers.clear()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("rollcall").setLevel(level.upper())
