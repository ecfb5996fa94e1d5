"""A server that never loads TensorFlow understands what one that did understands."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.deferred import defer_tensorflow

ROOT = Path(__file__).resolve().parents[2]

READ = """
import asyncio, json, sys
if sys.argv[1] == "deferred":
    from bot.deferred import defer_tensorflow
    assert defer_tensorflow()
from rasa.core.agent import Agent
from bot.evaluation import current_model, held_out
if sys.argv[1] == "deferred":
    from bot.speedups import apply
    assert apply()

async def main():
    agent = Agent.load(str(current_model()))
    sentences = [*dict.fromkeys(one.text for one in held_out())][::3]
    readings = [await agent.parse_message(one) for one in sentences]
    print(json.dumps({"tensorflow": "tensorflow" in sys.modules, "readings": readings}))

asyncio.run(main())
"""

USE = """
from bot.deferred import defer_tensorflow
defer_tensorflow()
import sys
from rasa.core.agent import Agent
from rasa.utils import train_utils
assert "tensorflow" not in sys.modules
before = train_utils.RasaTrainingLogger
assert isinstance(before, type) and not isinstance(1, before)
made = train_utils.RasaTrainingLogger(epochs=1, silent=True)
import tensorflow
assert isinstance(made, tensorflow.keras.callbacks.Callback) and isinstance(made, before)
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
from rasa.utils.tensorflow.data_generator import RasaBatchDataGenerator, RasaDataGenerator
assert issubclass(RasaBatchDataGenerator, tensorflow.keras.utils.Sequence)
from rasa.graph_components.validators.default_recipe_validator import DefaultV1RecipeValidator
assert "DIETClassifier" in DIETClassifier.__name__ and DefaultV1RecipeValidator.create
"""


def run(code: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    python = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    done = subprocess.run(
        python, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def reading(how: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(READ, how).splitlines()[-1])
    return found


def test_sentences_are_read_alike_with_and_without_tensorflow() -> None:
    stock, ours = reading("stock"), reading("deferred")
    assert stock["tensorflow"] is True
    assert ours["tensorflow"] is False
    assert len(ours["readings"]) == len(stock["readings"]) > 200
    for one, other in zip(ours["readings"], stock["readings"], strict=True):
        confidences = [[x.pop("confidence") for x in _scored(each)] for each in (one, other)]
        np.testing.assert_allclose(*confidences, rtol=1e-9, atol=1e-15)
        assert one == other


def _scored(reading: dict[str, Any]) -> list[dict[str, Any]]:
    return [reading["intent"], *reading["intent_ranking"]]


def test_what_needs_tensorflow_finds_it() -> None:
    run(USE)


def test_another_rasa_loads_tensorflow_as_it_always_did(caplog: pytest.LogCaptureFixture) -> None:
    before = list(sys.meta_path)
    with caplog.at_level(logging.WARNING):
        assert defer_tensorflow("3.6.22") is False
    assert sys.meta_path == before
    [warning] = [one for one in caplog.records if one.name == "bot.deferred"]
    assert "3.6.22" in warning.getMessage()
