"""The catalogue: adding a registration type is one YAML file, and a bad one says where."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from rollcall import Rollcall, Settings
from rollcall.catalogue import Catalogue
from rollcall.cli.types import types
from rollcall.errors import ConfigurationError, NotFound
from rollcall.forms.spec import load_form
from rollcall.storage.database import Database
from tests.cast import Cast
from tests.conftest import StandingClock

KEY = """\
name: key
label: key
plural: keys
description: A key to one of our doors.
synonyms: [door key]
title_field: door
fields:
  - name: door
    label: Door
    kind: text
    prompt: Which door does it open?
    unique: true
  - name: level
    label: Level
    kind: choice
    prompt: Which level?
    choices:
      - {value: one, label: One}
      - {value: two, label: Two}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one type, `key`."""
    (tmp_path / "key.yml").write_text(KEY)
    return tmp_path


def test_types_that_are_shipped_are_whole() -> None:
    types = Catalogue().types()
    assert {"user", "supplier", "training", "visitor", "equipment"} <= set(types)
    labels = [one.label for one in types.values()]
    assert labels == sorted(labels)
    for form in types.values():
        assert form.field(form.title_field)
        assert not form.field(form.title_field).optional
        assert form.description


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("label: key", "label: [", "key.yml, line 4: "),
        ("label: Door", "label: D", "key.yml, line 9: "),
        ("kind: text", "kind: texts", "key.yml, line 10: 'texts' is not one of"),
        ("name: level", "name: Level!", "key.yml, line 13: "),
        ("unique: true", "unique: maybe", "key.yml, line 12: 'maybe' is not of type 'boolean'"),
        ("unique: true", "uniqe: true", "key.yml, line 8: Additional properties"),
        ("{value: two, label: Two}", "{value: two}", "key.yml, line 19: 'label' is a required"),
        ("name: level", "name: door", "two fields have the same name"),
        ("title_field: door", "title_field: gate", "title_field gate is no field"),
        ("name: key", "name: lock", "its name is lock, not key"),
        ("fields:", "fields: []\nother:", "key.yml, line "),
        (KEY, "", "key.yml, line 1: "),
        (KEY, "- a\n- list\n", "key.yml, line 1: "),
        (KEY, "\x07", "key.yml is no text"),
    ],
)
def test_bad_file_says_where(folder: Path, before: str, after: str, says: str) -> None:
    (folder / "key.yml").write_text(KEY.replace(before, after, 1))
    with pytest.raises(ConfigurationError) as error:
        Catalogue(folder).types()
    assert error.value.message.startswith("key.yml")
    assert says in error.value.message


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "key.yml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(ConfigurationError, match="is no text"):
        load_form(folder / "key.yml")


def test_new_file_is_picked_up(folder: Path) -> None:
    catalogue = Catalogue(folder, look_again_after=0)
    assert list(catalogue.types()) == ["key"]
    (folder / "lock.yml").write_text(KEY.replace("name: key", "name: lock"))
    assert set(catalogue.types()) == {"key", "lock"}


def test_changed_file_is_picked_up(folder: Path) -> None:
    catalogue = Catalogue(folder, look_again_after=0)
    assert catalogue.get("key").description == "A key to one of our doors."
    (folder / "key.yml").write_text(KEY.replace("our doors", "the doors"))
    os.utime(folder / "key.yml", (1, 1))
    assert catalogue.get("key").description == "A key to one of the doors."


def test_removed_file_is_gone(folder: Path) -> None:
    (folder / "lock.yml").write_text(KEY.replace("name: key", "name: lock"))
    catalogue = Catalogue(folder, look_again_after=0)
    assert catalogue.get("lock")
    (folder / "lock.yml").unlink()
    with pytest.raises(NotFound):
        catalogue.get("lock")


def test_file_that_is_being_edited_leaves_the_types_as_they_were(folder: Path) -> None:
    catalogue = Catalogue(folder, look_again_after=0)
    before = catalogue.types()
    (folder / "lock.yml").write_text("name: lo")
    assert catalogue.types() == before
    (folder / "lock.yml").write_text(KEY.replace("name: key", "name: lock"))
    assert set(catalogue.types()) == {"key", "lock"}


def test_one_bad_file_keeps_no_other_one_from_changing(folder: Path) -> None:
    catalogue = Catalogue(folder, look_again_after=0)
    assert list(catalogue.types()) == ["key"]
    (folder / "key.yml").write_text("name: ke")
    (folder / "lock.yml").write_text(KEY.replace("name: key", "name: lock"))
    assert set(catalogue.types()) == {"key", "lock"}
    assert catalogue.get("key").description == "A key to one of our doors."


def test_own_type_takes_the_place_of_one_that_comes_along(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "key.yml").write_text(KEY.replace("our doors", "their doors"))
    assert Catalogue(folder, own).get("key").description == "A key to one of their doors."


def test_types_are_checked_from_the_command_line(folder: Path) -> None:
    settings = Settings(registration_types=folder)
    good = CliRunner().invoke(types, obj=settings)
    assert (good.exit_code, "✓ key: door*, level*" in good.output) == (0, True)
    (folder / "key.yml").write_text(KEY.replace("kind: text", "kind: txt"))
    bad = CliRunner().invoke(types, obj=settings)
    assert bad.exit_code == 1
    assert "✗ key.yml, line 10: 'txt' is not one of" in bad.output
    assert "✓ supplier: " in bad.output


def test_files_are_not_read_again_at_every_call(folder: Path) -> None:
    catalogue = Catalogue(folder, look_again_after=3600)
    assert list(catalogue.types()) == ["key"]
    (folder / "lock.yml").write_text(KEY.replace("name: key", "name: lock"))
    assert list(catalogue.types()) == ["key"]


def test_type_added_while_running_can_be_registered(
    folder: Path, database: Database, settings: Settings, clock: StandingClock, roll: Rollcall,
    cast: Cast,
) -> None:  # fmt: skip
    catalogue = Catalogue(folder, look_again_after=0)
    running = Rollcall(settings, database, "pepper", clock, catalogue=catalogue)
    assert [one.name for one in running.registrations.types(cast.employee)] == ["key"]
    (folder / "lock.yml").write_text(KEY.replace("name: key", "name: lock"))
    made = running.registrations.create(cast.employee, "lock", {"door": "North", "level": "One"})
    assert made.public()["collection"] == "lock_registration"
    indexes = database.collection("lock_registration").index_information()
    assert indexes["unique_keys"]["unique"]
    assert running.registrations.get(cast.employee, made.document_id) == made


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("supplier", "supplier"),
        ("Suppliers", "supplier"),
        ("a new vendor", "supplier"),
        ("VENDOR", "supplier"),
        ("suplier", "supplier"),
        ("an equipmnt", "equipment"),
        ("training", "training"),
        ("a visitor for tomorrow", "visitor"),
        ("new system user", "user"),
        ("", None),
        ("zebra", None),
        ("something", None),
        ("x" * 1000, None),
    ],
)
def test_people_name_types_in_their_own_words(words: str, name: str | None) -> None:
    found = Catalogue().recognise(words)
    assert (found.name if found else None) == name
