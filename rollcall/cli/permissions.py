"""`rollcall permissions`: the table of who may do what, as docs/permissions.md has it."""

import click

from rollcall.permissions_table import as_markdown


@click.command()
def permissions() -> None:
    """Print the table of who may do what; docs/permissions.md is this."""
    click.echo(as_markdown(), nl=False)
