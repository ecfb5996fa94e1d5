"""`rollcall verify`: what the receipt with a code says, and whether it still holds."""

import click

from rollcall import SYSTEM, Settings
from rollcall.cli.opened import opened


@click.command()
@click.argument("code")
@click.pass_obj
def verify(settings: Settings, code: str) -> None:
    """Check the receipt with CODE against the record; exit code 1 when it doesn't hold."""
    with opened(settings) as roll:
        receipt = roll.receipts.verify(SYSTEM, code)
    content = receipt.content
    click.echo(f"{receipt.code}: {content['title']}")
    click.echo(f"  held by    {receipt.name or 'unknown'} ({content['employee_id']})")
    click.echo(f"  held       {content['actual'][0]} to {content['actual'][1]}")
    if content["attendance"]:
        click.echo(f"  attendance {content['attendance'][0]} to {content['attendance'][1]}")
    click.echo(f"  completed  {content['completed_at']}")
    click.echo(f"  evidence   {len(content['notes'])} notes, {len(content['files'])} files")
    click.echo(f"  SHA-256    {receipt.sha256}")
    if not receipt.valid:
        raise click.ClickException(
            f"the record says something else today: {', '.join(receipt.changed)} changed since"
        )
    click.echo("  the record still says the same")
