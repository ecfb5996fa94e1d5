"""Whether the domain says anything, found out once.

At every message Rasa makes an empty domain, writes both domains out and compares them. The domain
of a loaded model doesn't change.
"""

from __future__ import annotations

from rasa.shared.core.domain import Domain

_stock = Domain.is_empty


def apply() -> None:
    """Let domains be asked this way."""
    Domain.is_empty = is_empty


def is_empty(self: Domain) -> bool:
    """Whether there is nothing in this domain."""
    kept = self.__dict__
    if "_says_nothing" not in kept:
        kept["_says_nothing"] = _stock(self)
    found: bool = kept["_says_nothing"]
    return found
