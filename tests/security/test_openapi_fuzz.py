"""schemathesis over the whole OpenAPI document: generated calls, good and bad, break nothing."""

import contextlib
import json
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from tests.api.conftest import Caller

EXAMPLES = 8
AWAY = {"POST /chat", "GET /health"}
"""Answer 503 here: the assistant does not run."""


@pytest.mark.parametrize("mode", GenerationMode, ids=str)
def test_generated_calls_break_nothing(app: Flask, admin: Caller, mode: GenerationMode) -> None:
    """Each is answered, and what is refused is refused in the one shape, as JSON."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = 0
    for found in schema.get_all_operations():
        play(found.ok(), admin, mode)
        operations += 1
    assert operations > 80


def play(operation: Any, admin: Caller, mode: GenerationMode) -> None:
    """Make generated calls of one operation."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: schemathesis.Case) -> None:
        label = operation.label
        answer: Any = case.call(headers=admin.headers)
        assert answer.status_code < 500 or label in AWAY, (label, case.body, answer.text)
        if answer.status_code >= 400:
            told = json.loads(answer.text)
            assert told["success"] is False, label
            assert set(told["error"]) == {"code", "message", "fields"}, label

    # There is nothing to get wrong in a call without parameters and body.
    nothing_to_get_wrong = Unsatisfiable if mode is GenerationMode.NEGATIVE else ()
    with contextlib.suppress(nothing_to_get_wrong):
        call()
