"""Which folder may import which: the table of rooms, held by reading every import."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollcall.settings import ROOT

OURS = {"rollcall", "actions", "web", "bot", "tests", "bench", "scripts"}
MAY = {"rollcall": set(), "actions": {"rollcall"}, "web": {"rollcall"}, "bot": set()}
FRONT_DOORS = {"flask", "flask_smorest", "flask_socketio", "rasa", "rasa_sdk", "sanic", "gunicorn"}
NOT_IN = {
    "rollcall": FRONT_DOORS,
    "actions": {"flask", "flask_smorest", "flask_socketio", "rasa"},
    "web": {"rasa", "rasa_sdk", "sanic"},
    "bot": {"flask", "rasa_sdk"},
}


def imports(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def files(room: str) -> list[Path]:
    """The Python files of a room."""
    return [one for one in (ROOT / room).rglob("*.py") if ".venv" not in one.parts]


@pytest.mark.parametrize("room", sorted(MAY))
def test_room_imports_only_what_it_may(room: str) -> None:
    forbidden = (OURS - MAY[room] - {room}) | NOT_IN[room]
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(room)
        for name in imports(path)
        if name in forbidden
    }
    assert files(room)
    assert not found
