"""Names that are the same for a person are the same for the record."""

import pytest

from rollcall.names import folded, name_key


@pytest.mark.parametrize(
    "spelling",
    ["Félix Ångström", "felix angstrom", "Ångström, Félix", "ANGSTROM  Felix", "Félix Ångström.",
     "Félix Ångström (he/him)", "Fe\u0301lix A\u030angstro\u0308m", "Félix_Ångström [Operations]"],
)  # fmt: skip
def test_one_name_however_it_is_spelled(spelling: str) -> None:
    assert name_key(spelling) == "angstrom felix"


@pytest.mark.parametrize("other", ["Félix", "Félix Ångstrøm Holm", "Felicia Ångström", "", "***"])
def test_another_name_is_another(other: str) -> None:
    assert name_key(other) != name_key("Félix Ångström")


def test_letters_without_a_decomposition_are_plain_too() -> None:
    assert folded("Łukasz Sørensen") == "lukasz sorensen"
    assert name_key("李 小龙") == name_key("小龙 李")
