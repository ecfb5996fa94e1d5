"""Settings and activity kinds: the code and its documentation are the same list."""

import json
import re
from pathlib import Path

from rollcall.activity import KINDS
from rollcall.catalogue import Catalogue
from rollcall.forms.spec import SCHEMA_FILE
from rollcall.permissions import MEANS, PEOPLE_ONLY, TABLE, Permission
from rollcall.permissions_table import as_markdown
from rollcall.settings import ROOT, Settings

ROW = re.compile(r"^\| `([^`]+)` \| (.*?) \|(?: (.*) \|)?$", re.MULTILINE)


def rows(name: str) -> list[tuple[str, ...]]:
    """The rows of the table in a document, their first cell without its quotes."""
    return [row.groups() for row in ROW.finditer((ROOT / "docs" / name).read_text("utf-8"))]


def test_every_setting_is_documented_with_its_default_and_nothing_else() -> None:
    expected = set()
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"ROLLCALL_{name.upper()}")
        default = int(field.default) if isinstance(field.default, bool) else field.default
        shown = "–" if default in (None, ()) else f"`{default}`"
        expected.add((variable, shown, field.description))
    assert set(rows("settings.md")) == expected


def test_every_kind_of_activity_is_documented_with_its_sentence_and_nothing_else() -> None:
    assert {(kind, sentence) for kind, sentence, *_ in rows("activities.md")} == set(KINDS.items())


def test_every_kind_of_field_is_documented_and_nothing_else() -> None:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    kinds = schema["properties"]["fields"]["items"]["properties"]["kind"]["enum"]
    assert {kind for kind, *_ in rows("registration-types.md")} == set(kinds)


def test_the_type_in_the_documentation_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "registration-types.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "key_card.yml").write_text(example)
    assert list(Catalogue(tmp_path).types()) == ["key_card"]


def test_page_of_permissions_is_what_the_table_says() -> None:
    page = (ROOT / "docs" / "permissions.md").read_text("utf-8")
    assert page == as_markdown(), "run: rollcall permissions > docs/permissions.md"


def test_every_permission_is_explained_and_given_to_somebody() -> None:
    assert set(TABLE) == set(MEANS) == set(Permission) > PEOPLE_ONLY
    assert len(set(MEANS.values())) == len(MEANS)
    documented = {row[0] for row in rows("permissions.md")}
    assert documented == {one.value for one in Permission}
