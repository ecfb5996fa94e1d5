"""Text is found as people type it."""

import re

import pytest

from rollcall.search import loose_pattern


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("felix", "Félix Ångström"),
        ("ANGSTROM", "Félix Ångström"),
        ("Ångström", "Angstrom"),
        ("tomás", "Tomas"),
        ("oliveira", "Tomás Oliveira"),
        ("soren", "Søren"),
        ("łukasz", "Lukasz"),
        ("o'n", "Grace O'Neill"),
        ("渡辺", "渡辺 純"),
        ("  emp00 ", "EMP004"),
    ],
)
def test_case_and_accents_do_not_matter(typed: str, text: str) -> None:
    assert re.search(loose_pattern(typed), text, re.IGNORECASE)


@pytest.mark.parametrize("typed", [".*", "^", "a|e", "[a-z]", "(?i)", "\\w", "a{1,9}"])
def test_what_is_typed_is_never_an_expression(typed: str) -> None:
    assert not re.search(loose_pattern(typed), "Aisha Rahman", re.IGNORECASE)
    assert re.search(loose_pattern(typed), f"x{typed}x", re.IGNORECASE)
