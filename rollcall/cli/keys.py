"""`rollcall keys`: the keys that sign access tokens."""

import click

from rollcall import Settings
from rollcall.clock import system_clock
from rollcall.keys import Keys, key_id
from rollcall.operation.home import Home
from rollcall.operation.keyring import keys_of
from rollcall.operation.keyring import rotate as rotate_keys


@click.group()
def keys() -> None:
    """See and change the keys that sign access tokens."""


@keys.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show which key signs and until when older ones verify, by their ids."""
    _show(keys_of(Home(settings).secrets))


@keys.command()
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Sign with a new key from now on. Nobody is signed out and nothing has to be restarted: the
    key before goes on verifying until the last token that it signed is over."""
    _show(rotate_keys(Home(settings), system_clock()))


def _show(found: Keys) -> None:
    click.echo(f"{key_id(found.signing)} signs")
    for key, until in found.before.items():
        state = "verifies" if until > system_clock() else "verified"
        click.echo(f"{key_id(key)} {state} until {until:%Y-%m-%d %H:%M:%S} UTC")
