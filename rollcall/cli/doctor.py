"""`rollcall doctor`: what isn't well with this deployment, and what to do."""

import click

from rollcall import Settings
from rollcall.operation.doctor import State, examine

SIGNS = {
    State.OK: click.style("✓", fg="green"),
    State.WARNING: click.style("!", fg="yellow"),
    State.FAILED: click.style("✗", fg="red"),
}


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check files, secrets, ports, TLS, clock and versions; exit code 1 when something is wrong.

    Changes nothing. What needs a running instance is a warning when there is none.
    """
    settings: Settings = context.obj
    found = []
    for one in examine(settings):
        found.append(one)
        click.echo(f"{SIGNS[one.state]} {one.check:<9} {one.seen}")
        if one.todo:
            click.echo(f"            → {one.todo}")
    failures = sum(one.state is State.FAILED for one in found)
    warnings = sum(one.state is State.WARNING for one in found)
    click.echo(f"\n{len(found)} checks, {failures} failed, {warnings} with a warning.")
    context.exit(1 if failures else 0)
