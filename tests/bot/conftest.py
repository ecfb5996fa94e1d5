"""These tests need Rasa; in the environment of the application they are left out.

Nothing of the speed-ups is applied here: what Rasa ships and what replaces it stand side by side.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor

collect_ignore_glob = [] if importlib.util.find_spec("rasa") else ["test_*.py"]


@pytest.fixture(scope="session")
def processor() -> MessageProcessor:
    """The trained model as Rasa loads it."""
    from rasa.core.agent import Agent  # noqa: PLC0415 - not in the other environment

    from bot.evaluation import current_model  # noqa: PLC0415

    loaded = Agent.load(str(current_model())).processor
    assert loaded is not None
    return loaded
