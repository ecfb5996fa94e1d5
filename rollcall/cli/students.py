"""`rollcall students`: who counts in attendance without an account."""

import csv
from typing import TextIO

import click

from rollcall import SYSTEM, RollcallError, Settings
from rollcall.cli.opened import opened
from rollcall.students import NewStudent

COLUMNS = ("student_id", "first_name", "last_name", "department", "email")
REQUIRED = COLUMNS[:3]


@click.group()
def students() -> None:
    """Put students on record."""


@students.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.pass_obj
def import_(settings: Settings, file: TextIO) -> None:
    """Put all students of a CSV FILE on record.

    Its first line names the columns: student_id (a number), first_name and last_name, and where
    known department and email. Who is on record already is left as they are, and said.
    """
    reader = csv.DictReader(file)
    header = [name.strip() for name in reader.fieldnames or []]
    if missing := [name for name in REQUIRED if name not in header]:
        raise click.ClickException(f"{file.name} has no column {', '.join(missing)}")
    if unknown := [name for name in header if name not in COLUMNS]:
        raise click.ClickException(f"{file.name} has unknown columns: {', '.join(unknown)}")
    reader.fieldnames = header
    added = failed = 0
    with opened(settings) as roll:
        for row in reader:
            given = {name: (row.get(name) or "").strip() for name in COLUMNS}
            number = given["student_id"]
            try:
                if not (number.isascii() and number.isdigit()):
                    raise click.ClickException(f"{number!r} is no number of a student")
                new = NewStudent(
                    int(number),
                    given["first_name"],
                    given["last_name"],
                    given["department"] or None,
                    given["email"] or None,
                )
                roll.students.add(SYSTEM, new)
            except (RollcallError, click.ClickException) as error:
                failed += 1
                click.secho(f"line {reader.line_num}: {error}", fg="red", err=True)
            else:
                added += 1
    click.echo(f"{added} students are on record now.")
    if failed:
        raise click.ClickException(f"{failed} lines were not imported")
