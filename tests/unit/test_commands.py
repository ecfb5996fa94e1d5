"""The commands and their documentation are the same list."""

import re

import click

from rollcall.cli import cli
from rollcall.settings import ROOT


def commands(group: click.Command, path: str = "rollcall") -> set[str]:
    """All commands below `group`, as one types them."""
    if not isinstance(group, click.Group):
        return {path}
    return {
        found
        for name, command in group.commands.items()
        for found in commands(command, f"{path} {name}")
    }


def test_every_command_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(rollcall [a-z ]+)` \|", text, re.MULTILINE))
    assert documented == commands(cli)
