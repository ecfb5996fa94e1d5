"""schemathesis over the whole OpenAPI document, with all of its checks.

Calls that fit the document and calls that don't: nothing fails, what the document forbids is
refused, what it allows is taken, every answer is the one that it describes, who isn't signed in
gets nothing, and so on. What is let pass is named here.
"""

import contextlib
import json
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from tests.api.conftest import Caller

EXAMPLES = 8
REFUSED = 422
AWAY = {"POST /chat", "GET /health"}
"""Answer 503 here: the assistant does not run."""
BEYOND_A_SCHEMA = {
    "after", "employee_id", "manager_id", "timezone", "period", "against", "type", "data", "text",
    "scheduled_date", "scheduled_end_time", "end_time", "first_day", "last_day", "weekdays",
    "holidays", "day", "starts_at", "ends_at", "since", "until", "against_since", "against_until",
    "email", "title", "name",
}  # fmt: skip
"""Fields whose rules no schema can tell; docs/security.md says which rules these are."""


@pytest.mark.parametrize("mode", GenerationMode, ids=str)
def test_generated_calls_pass_every_check(app: Flask, admin: Caller, mode: GenerationMode) -> None:
    """Each is answered as the document says; what is refused is refused in the one shape."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = 0
    refused: dict[str, str] = {}
    for found in schema.get_all_operations():
        play(found.ok(), admin, mode, refused)
        operations += 1
    assert operations > 80
    assert {name: told for name, told in refused.items() if name not in BEYOND_A_SCHEMA} == {}


def play(operation: Any, admin: Caller, mode: GenerationMode, refused: dict[str, str]) -> None:
    """Make generated calls of one operation; `refused` gathers what was wrong with calls that fit
    the document, by field."""
    label = operation.label

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: schemathesis.Case) -> None:
        answer: Any = case.call(headers=admin.headers)
        told = json.loads(answer.text) if answer.status_code >= 400 else {}
        if told:
            assert told["success"] is False, label
            assert set(told["error"]) == {"code", "message", "fields"}, label
        excluded = []
        if label in AWAY and answer.status_code == 503:
            excluded.append("not_a_server_error")
        if mode is GenerationMode.POSITIVE and answer.status_code == REFUSED:
            excluded.append("positive_data_acceptance")
            problems = told["error"]["fields"] or {"": told["error"]["message"]}
            refused.update((name, f"{label}: {said}") for name, said in problems.items())
        case.validate_response(
            answer, headers=admin.headers, excluded_checks=CHECKS.get_by_names(excluded)
        )

    # There is nothing to get wrong in a call without parameters and body.
    nothing_to_get_wrong = Unsatisfiable if mode is GenerationMode.NEGATIVE else ()
    with contextlib.suppress(nothing_to_get_wrong):
        call()
