"""What the conversation tests are to be: behaviours of ten kinds, each seen in the answer and on
the record."""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
KINDS = ["happy_path", "corrections", "cancellations", "digressions", "drafts", "disambiguation",
         "undo", "history", "invalid_input", "permissions"]  # fmt: skip
ANSWERS = {"text", "custom", "customs", "buttons", "assert_same", "heard", "replies", "card",
           "values"}  # fmt: skip
RECORD = {"roll", "talk", "saved", "tasks", "answers", "on_record", "holds", "record"}


def behaviours(kind: str) -> dict[str, ast.FunctionDef]:
    """The tests of a kind by name."""
    return {
        f"{path.name}::{one.name}": one
        for path in sorted((HERE / kind).glob("test_*.py"))
        for one in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    }


def words(function: ast.FunctionDef) -> set[str]:
    """Names and attributes that are used in the body of a test."""
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_several_behaviours(kind: str) -> None:
    assert len(behaviours(kind)) >= 5


def test_there_are_sixty_at_least() -> None:
    assert sum(len(behaviours(kind)) for kind in KINDS) >= 60


@pytest.mark.parametrize("kind", KINDS)
def test_each_behaviour_looks_at_the_record(kind: str) -> None:
    blind = [name for name, one in behaviours(kind).items() if not words(one) & RECORD]
    assert not blind, f"these look at the answer only; say it with talk() or read it: {blind}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_behaviour_looks_at_the_answer(kind: str) -> None:
    deaf = [name for name, one in behaviours(kind).items() if not words(one) & ANSWERS]
    assert not deaf, f"these look at the record only; what is answered counts as much: {deaf}"
