"""`rollcall students import`: a CSV file becomes students; what is wrong is said by its line."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from rollcall import SYSTEM, Rollcall, Settings
from rollcall.cli import cli
from rollcall.storage.database import Database


@pytest.fixture
def instance(
    tmp_path: Path, mongodb_uri: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """An instance on the test's database, as the environment describes it."""
    monkeypatch.setenv("ROLLCALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ROLLCALL_DATABASE", database.name)
    monkeypatch.setenv("MONGODB_URI", mongodb_uri)
    return Settings()


def run(file: Path) -> click.testing.Result:
    return CliRunner().invoke(cli, ["students", "import", str(file)])


def test_a_file_is_put_on_record(roll: Rollcall, instance: Settings, tmp_path: Path) -> None:
    file = tmp_path / "students.csv"
    file.write_text(
        "\ufeffstudent_id,first_name, last_name,email\n"
        "12345,John,Doe,john.doe@student.edu\n"
        "x1,No,Number,\n"
        "12346,Zoë,Müller,\n"
        "12345,John,Twice,\n",
        "utf-8",
    )
    result = run(file)
    assert result.exit_code == 1
    assert "2 students are on record now." in result.output
    assert "line 3: 'x1' is no number" in result.output
    assert "line 5:" in result.output
    names = {one.student_id: one.name for one in roll.students.list(SYSTEM).items}
    assert names == {12345: "John Doe", 12346: "Zoë Müller"}


@pytest.mark.parametrize(
    ("header", "said"),
    [("student_id,first_name", "no column last_name"),
     ("student_id,first_name,last_name,shoe", "unknown columns: shoe")],
)  # fmt: skip
def test_columns_are_checked_first(
    roll: Rollcall, instance: Settings, tmp_path: Path, header: str, said: str
) -> None:
    file = tmp_path / "students.csv"
    file.write_text(f"{header}\n1,John\n", "utf-8")
    result = run(file)
    assert result.exit_code == 1
    assert said in result.output
