"""`rollcall types`: checks the files of registration types and lists what is in them."""

import sys

import click

from rollcall import Settings
from rollcall.catalogue import files_in, load_type
from rollcall.errors import ConfigurationError


@click.command()
@click.pass_obj
def types(settings: Settings) -> None:
    """Check the files of registration types; exit code 1 when one can't be read.

    A line for each: the type and its fields, or what is wrong on which line of the file.
    """
    missing = [one for one in settings.type_folders if not one.is_dir()]
    for folder in missing:
        click.secho(f"✗ there is no folder {folder}", fg="red")
    wrong = bool(missing)
    for file in files_in(settings.type_folders):
        try:
            form = load_type(file)
        except ConfigurationError as error:
            wrong = True
            click.secho(f"✗ {error.message}", fg="red")
            continue
        names = ", ".join(f"{one.name}{'' if one.optional else '*'}" for one in form.fields)
        click.echo(f"✓ {form.label}: {names}")
    sys.exit(1 if wrong else 0)
