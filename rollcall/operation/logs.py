"""Reading the end of a part's log, to say in one line why it did not start."""

import contextlib
import json
from pathlib import Path

TAIL_BYTES = 64 * 1024
MONGOD_SEVERITIES = ("F", "E")  # fatal, error


def complaint(log: Path, after: int = 0) -> str:
    """The line of `log`, beyond its first `after` bytes, that says what is wrong; "" if none.

    mongod writes JSON with severities: there it is the first fatal entry, else the first error.
    Elsewhere it is the last line, which is where a Python traceback names its error.
    """
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, 2)
            start = after if after <= size else 0  # it was rotated meanwhile
            stream.seek(max(start, size - TAIL_BYTES))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    said: dict[str, str] = {}
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            said.setdefault(entry["s"], _mongod_says(entry["msg"], entry.get("attr", {})))
    for severity in MONGOD_SEVERITIES:
        if severity in said:
            return said[severity]
    spoken = [line.strip() for line in lines if line.strip()]
    return _said(spoken[-1]) if spoken else ""


def _said(line: str) -> str:
    """What a line says: our parts write JSON too, once they have come so far."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
        return f"{entry['message']} ({entry['error']})" if "error" in entry else entry["message"]
    except (ValueError, KeyError, TypeError):
        return ""


def _mongod_says(message: str, attributes: dict[str, object]) -> str:
    error = attributes.get("error") or ""
    if isinstance(error, dict):
        error = error.get("errmsg", "")
    return f"{message}: {error}" if error else message
