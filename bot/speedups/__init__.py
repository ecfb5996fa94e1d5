"""What makes Rasa 3.6.21 answer faster, without answering anything else.

Each module replaces one piece of Rasa by one that does the same with less work, and its docstring
says what the piece cost. All of them were written against one version, so they are applied to
exactly that one: any other Rasa runs as it was shipped, after one warning. `tests/nlu` holds every
piece to the result of Rasa's own; docs/performance.md has the figures.
"""

from __future__ import annotations

import logging

from rasa.version import __version__ as rasa_version

WRITTEN_FOR = "3.6.21"

logger = logging.getLogger(__name__)


def apply(version: str = rasa_version) -> bool:
    """Put all pieces in their places; False, with a warning, when `version` is another one.

    A second call changes nothing.
    """
    if version != WRITTEN_FOR:
        logger.warning(
            "the speed-ups are written for Rasa %s: Rasa %s runs without them", WRITTEN_FOR, version
        )
        return False
    # Afterwards: these import what they replace.
    from bot.speedups import (  # noqa: PLC0415
        action_calls,
        actions,
        answers,
        debug_lines,
        domains,
        event_types,
        graph,
        ngrams,
        rules,
        states,
        trackers,
    )

    talking = (action_calls, actions, answers, event_types, trackers)
    thinking = (debug_lines, domains, graph, ngrams, rules, states)
    for piece in (*talking, *thinking):
        piece.apply()
    return True
