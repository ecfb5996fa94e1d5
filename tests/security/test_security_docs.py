"""docs/security.md says of each requirement how it is met, and every test it names exists."""

import ast
import re

from rollcall.settings import ROOT

REQUIRED = [
    "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.9", "1.2.10", "1.3.12", "1.5.2", "2.2.1", "2.2.2",
    "2.3.1", "2.3.3", "2.4.1", "3.2.1", "3.2.2", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.4.3",
    "3.4.4", "3.5.1", "3.5.2", "4.1.3", "4.4.2", "4.4.3", "5.2.1", "5.2.2", "5.2.3", "5.2.4",
    "5.3.2", "5.4.1", "5.4.2", "6.1.1", "6.2.1", "6.2.4", "6.3.1", "6.3.2", "6.3.8", "6.4.1",
    "7.2.3", "7.2.4", "7.3.1", "7.3.2", "7.4.1", "7.4.2", "8.2.1", "8.2.2", "8.3.1", "8.3.3",
    "9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.3", "13.2.1", "16.2.5", "16.3.1", "16.5.3",
]  # fmt: skip
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_requirement_has_its_row() -> None:
    rows = ROW.findall(PAGE)
    assert [identity for identity, *_ in rows] == REQUIRED
    for identity, state, how, tests in rows:
        assert state in ("met", "in part", "not met"), identity
        assert how.strip(), identity
        assert NAMED.search(tests), f"{identity} names no test"


def test_every_test_that_is_named_exists() -> None:
    named = set(NAMED.findall(PAGE))
    assert len(named) > 50
    missing = [
        f"{file}::{test}"
        for file, test in sorted(named)
        if not (ROOT / file).is_file() or test not in functions((ROOT / file).read_text("utf-8"))
    ]
    assert missing == []


def functions(source: str) -> set[str]:
    """The names of the functions of a module."""
    return {one.name for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)}
