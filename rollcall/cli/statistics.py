"""`rollcall statistics`: whether the figures that are kept are those of the record."""

import click

from rollcall import Settings
from rollcall.cli.opened import opened
from rollcall.figures import Difference

SHOWN = 20


@click.group()
def statistics() -> None:
    """Check or make anew the figures that dashboards and questions are answered from."""


@statistics.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Count the whole record and compare; exit code 1 when a figure that is kept differs."""
    with opened(settings) as roll:
        compared, wrong = roll.figure_builder.verify()
    for one in wrong[:SHOWN]:
        click.echo(_line(one), err=True)
    if wrong:
        raise click.ClickException(
            f"{len(wrong)} figures differ from the record. Make them anew: "
            "rollcall statistics rebuild"
        )
    click.echo(f"{compared} cells are what the record says")


@statistics.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Count the whole record and keep that; everybody goes on working meanwhile."""
    with opened(settings) as roll:
        made = roll.figure_builder.rebuild(
            lambda axis, cells: click.echo(f"{axis}: {cells} cells", err=True)
        )
    click.echo(f"{made} cells made from the record")


def _line(one: Difference) -> str:
    whose = "everybody" if one.who is None else ", ".join(one.who) or "nobody"
    return f"{one.axis} of {whose}, {one.key}: {one.kept} kept, {one.right} on record"
