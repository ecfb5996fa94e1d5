"""`rollcall audit`: whether the record is what was written."""

import click

from rollcall import Settings
from rollcall.cli.opened import opened


@click.group()
def audit() -> None:
    """Check the record."""


@audit.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Recompute the chain over all activities; exit code 1 when an entry was changed or removed."""
    with opened(settings) as roll:
        verdict = roll.audit.verify()
    if verdict.broken_at is not None:
        raise click.ClickException(
            f"the chain is broken at {verdict.broken_at}; the {verdict.checked} entries before fit"
        )
    click.echo(f"{verdict.checked} entries fit; {verdict.unsealed} are not sealed yet")
