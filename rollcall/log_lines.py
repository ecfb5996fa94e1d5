"""Logs as one JSON line a record, without what people said.

The parts outside Rasa write like this; bot/log_lines.py does the same inside it. A turn is found in
all of them by its `turn_id`.

Who looks after the parts reads each of their lines and writes it to a file. A line for each turn of
each part would wake it up a hundred times a second, so lines are gathered for a moment.
"""

import json
import logging
import threading
import time
import traceback
from typing import Any

GATHERED = 0.25
"""Seconds that a line may wait for others."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `extra={"facts": {…}}` becomes fields of it.

    Of an exception only its type and the places in the code: messages may quote what people typed.
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


class Gathered(logging.StreamHandler[Any]):
    """Writes lines together, `seconds` after the first of them; at once from warnings on, and when
    the process ends."""

    def __init__(self, stream: Any = None, seconds: float = GATHERED) -> None:
        self._lines: list[str] = []
        self._seconds = seconds
        super().__init__(stream)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, or write all there are. The caller holds the handler's lock."""
        try:
            self._lines.append(self.format(record))
        except Exception:  # as in the standard library: a log must not stop what it tells of
            self.handleError(record)
            return
        if record.levelno >= logging.WARNING:
            self.flush()
        elif len(self._lines) == 1:
            later = threading.Timer(self._seconds, self.flush)
            later.daemon = True
            later.start()

    def flush(self) -> None:
        """Write what was gathered."""
        with self.lock or threading.RLock():
            lines, self._lines = self._lines, []
            if lines:
                self.stream.write("".join(f"{one}\n" for one in lines))
            super().flush()


def log_as_json(level: str) -> None:
    """Send what this process logs to stderr: of Rollcall from `level` on, of others warnings.

    What libraries say at lower levels holds whole queries and bodies.
    """
    handler = Gathered()
    handler.setFormatter(JsonLines())
    logging.captureWarnings(True)
    for name in ("sanic.root", "sanic.error", "sanic.server", "sanic.access"):
        logging.getLogger(name).handlers.clear()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("rollcall").setLevel(level.upper())
