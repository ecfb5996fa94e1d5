"""The class of an event by its name, looked up once a name.

Rasa walks all subclasses of `Event` for every single event that it reads or gets.
"""

from __future__ import annotations

from rasa.shared.core.events import Event

_stock = Event.resolve_by_type
_known: dict[str, type[Event]] = {}


def apply() -> None:
    """Let events be looked up this way."""
    Event.resolve_by_type = staticmethod(resolve_by_type)


def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class for a name; `default`, or a ValueError, for a name that no class has."""
    found = _known.get(type_name)
    if found is None:
        found = _stock(type_name, default)
        # A default is the caller's, not the name's.
        if found is not None and found.type_name == type_name:
            _known[type_name] = found
    return found
