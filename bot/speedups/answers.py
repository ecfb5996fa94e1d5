"""The check of what an action answers, with its schema compiled once.

Rasa hands the schema to `jsonschema.validate` at every call, which first checks the schema itself:
14 ms each time, for a schema that never changes. Compiled, it still tries an event against each of
twenty kinds, 0.5 ms for an answer; so what is plainly well formed, as nearly every answer is, is
seen without it, and whatever is not goes to the schema.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

_SLOT = "slot"
# The kinds of which the schema only says what they are called.
_PLAIN = frozenset(
    kind["properties"]["event"]["const"]
    for kind in EVENT_SCHEMA["oneOf"]
    if kind.keys() == {"properties"} and kind["properties"].keys() == {"event"}
)


def apply() -> None:
    """Let every remote action check its answers this way."""
    RemoteAction._validate_action_result = _validate_action_result


@cache
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def plainly_well_formed(answer: Any) -> bool:
    """Whether it is seen at once that the schema allows `answer`. False says nothing about it."""
    if type(answer) is not dict:
        return False
    events, responses = answer.get("events", []), answer.get("responses", [])
    if type(events) is not list or type(responses) is not list:
        return False
    return all(type(one) is dict for one in responses) and all(map(_is_plain, events))


def _is_plain(event: Any) -> bool:
    if type(event) is not dict or type(event.get("timestamp")) not in (type(None), int, float):
        return False
    if type(event.get("metadata")) not in (type(None), dict):
        return False
    kind = event.get("event")
    if type(kind) is not str:
        return False
    if kind == _SLOT:
        return type(event.get("name")) is str and "value" in event
    return kind in _PLAIN


def _validate_action_result(_: RemoteAction, result: dict[str, Any]) -> bool:
    if plainly_well_formed(result):
        return True
    error: ValidationError | None = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, make sure your response from the "
        "Action endpoint is valid. For more information about the format visit "
        f"{DOCS_BASE_URL}/custom-actions"
    )
    raise error
