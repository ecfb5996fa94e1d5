"""Lines for debugging are not made while nobody reads them.

Rasa copies, all the way down, what a line would say, the last message and states of the
conversation among it, before it asks whether anybody wants the line.
"""

from __future__ import annotations

import copy
import logging
from operator import methodcaller
from typing import Any, TypeVar

from rasa.core import processor
from rasa.core.actions import forms
from rasa.core.policies import memoization, rule_policy
from rasa.core.policies.policy import Policy

MODULES = (processor, forms, memoization, rule_policy)
"""Where `copy` is used for such lines only."""
T = TypeVar("T")

_loggers = [logging.getLogger(one.__name__) for one in MODULES]
_reads = methodcaller("isEnabledFor", logging.DEBUG)
_stock_format = Policy.format_tracker_states


class Copies:
    """Stands for the module `copy`."""

    @staticmethod
    def deepcopy(original: T) -> T:
        """A copy if it may be written down, else the original, which nobody looks at."""
        return copy.deepcopy(original) if _anybody_reads() else original


def apply() -> None:
    """Make such lines only for those who read them."""
    for one in MODULES:
        one.copy = Copies
    Policy.format_tracker_states = staticmethod(format_tracker_states)


def format_tracker_states(states: list[dict[str, Any]]) -> str:
    """States in words, which are for such a line alone."""
    return str(_stock_format(states)) if _anybody_reads() else ""


def _anybody_reads() -> bool:
    return any(map(_reads, _loggers))
