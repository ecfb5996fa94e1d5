"""`rollcall people`: real people instead of the demo company."""

import csv
from typing import TextIO

import click

from rollcall import SYSTEM, Role, Rollcall, RollcallError, Settings
from rollcall.cli.opened import opened
from rollcall.directory import normal_id
from rollcall.people import NewEmployee

COLUMNS = ("employee_id", "name", "role", "email", "department", "branch", "manager_id")
REQUIRED = ("employee_id", "name", "role")
ROLES = [role.value for role in Role if role is not Role.GUEST]


@click.group()
def people() -> None:
    """Add people and let them in."""


@people.command()
@click.argument("employee_id")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice(ROLES), default=Role.EMPLOYEE.value, show_default=True)
@click.option("--email", help="E-mail address.")
@click.option("--department")
@click.option("--branch")
@click.option("--manager", "manager_id", help="Employee id of their manager.")
@click.pass_obj
def add(settings: Settings, /, **answers: str | None) -> None:
    """Add one person and print the code they activate their account with."""
    with opened(settings) as roll:
        code = _add(roll, {name: value or "" for name, value in answers.items()})
    click.echo(f"{answers['employee_id']} is on record. Activation code, shown this once: {code}")


@people.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.pass_obj
def import_(settings: Settings, file: TextIO) -> None:
    """Add everybody in a CSV FILE; print their activation codes as CSV.

    Its first line names the columns: employee_id, name and role, and where known email,
    department, branch and manager_id. People who are on record already are left as they are.
    """
    reader = csv.DictReader(file)
    header = [name.strip() for name in reader.fieldnames or []]
    if missing := [name for name in REQUIRED if name not in header]:
        raise click.ClickException(f"{file.name} has no column {', '.join(missing)}")
    if unknown := [name for name in header if name not in COLUMNS]:
        raise click.ClickException(f"{file.name} has unknown columns: {', '.join(unknown)}")
    reader.fieldnames = header
    failed = 0
    with opened(settings) as roll:
        click.echo("employee_id,activation_code")
        for row in reader:
            try:
                code = _add(roll, {name: (row[name] or "").strip() for name in header})
            except (RollcallError, click.ClickException) as error:
                failed += 1
                click.secho(f"line {reader.line_num}: {error}", fg="red", err=True)
            else:
                click.echo(f"{row['employee_id']},{code}")
    if failed:
        raise click.ClickException(f"{failed} lines were not imported")


@people.command()
@click.argument("employee_id")
@click.option("--code", prompt="Activation code", help="The code that `people add` printed.")
@click.password_option("--passphrase", prompt="New passphrase")
@click.pass_obj
def activate(settings: Settings, employee_id: str, code: str, passphrase: str) -> None:
    """Set the first passphrase of a person, with their activation code."""
    with opened(settings) as roll:
        employee = roll.credentials.activate(employee_id, code, passphrase, "127.0.0.1")
    click.echo(f"{employee.name} can sign in as {employee.employee_id}.")


@people.command()
@click.argument("employee_id")
@click.pass_obj
def reset(settings: Settings, employee_id: str) -> None:
    """Take a person's passphrase away, end their sessions and print a new activation code."""
    with opened(settings) as roll:
        new = roll.accounts.reset(SYSTEM, normal_id(employee_id))
    click.echo(
        f"{new.employee_id} has to activate again. Code, shown this once: {new.activation_code}"
    )


@people.command()
@click.argument("employee_id")
@click.pass_obj
def deactivate(settings: Settings, employee_id: str) -> None:
    """Close the account of a person who leaves; what they did stays on record."""
    with opened(settings) as roll:
        employee = roll.accounts.deactivate(SYSTEM, normal_id(employee_id))
    click.echo(f"{employee.name} ({employee.employee_id}) can't sign in any more.")


def _add(roll: Rollcall, answers: dict[str, str]) -> str:
    role = answers["role"].lower()
    if role not in ROLES:
        raise click.ClickException(f"{role!r} is no role; roles are {', '.join(ROLES)}")
    optional = {name: answers.get(name) or None for name in COLUMNS if name not in REQUIRED}
    _, code = roll.people.add(
        SYSTEM,
        NewEmployee(
            employee_id=answers["employee_id"],
            name=answers["name"],
            role=Role(role),
            **optional,
        ),
    )
    return code
