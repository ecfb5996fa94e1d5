"""The whole big list of naughty strings through every text field: no 5xx, no hang."""

import contextlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rollcall import Rollcall
from rollcall.errors import RollcallError
from rollcall.forms.kinds import read
from tests.api.conftest import Caller, error_of
from tests.api.test_hostile_input import base_of, ids, operations
from tests.cast import Cast
from tests.security.naughty import naughty_strings

__all__ = ["ids"]

LONGEST_SECONDS = 2.0
SPARED = {("POST", "/api/auth/login"), ("POST", "/api/auth/activate")}
"""Hash a passphrase with each try, by design slowly: the whole list goes through one of their
fields, the other list of hostile input through all."""
STRINGS = naughty_strings()
ALONE = 7


def timed(caller: Caller, method: str, path: str, **options: Any) -> Any:
    """The answer; what took too long is tried once more, since the machine may be busy."""
    for last in (False, True):
        began = time.monotonic()
        answer = caller(method, path, **options)
        if time.monotonic() - began <= LONGEST_SECONDS:
            return answer
        assert not last, f"{method} {path} took longer than {LONGEST_SECONDS} s: {options}"
    raise AssertionError


def check(answer: Any, what: object) -> None:
    # 503 is the assistant, which does not run here.
    assert answer.status_code < 500 or answer.status_code == 503, what
    if answer.status_code >= 400:
        error_of(answer)


@dataclass(frozen=True)
class Call:
    """A call with text in its body: what it needs, and the names of its free text fields."""

    method: str
    path: str
    body: dict[str, Any]
    fields: list[str]


def calls(guest: Caller) -> list[Call]:
    """Every call that takes text in fields of a body."""
    found = []
    for method, path, _, body in operations(guest):
        fields = [
            name
            for name, described in body.get("properties", {}).items()
            if "string" in described.get("type", ()) and "enum" not in described
        ]
        if fields and (method, path) not in SPARED:
            found.append(Call(method, path, base_of(body), fields))
    return found


def test_every_text_field_of_every_call_takes_or_refuses_every_string(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    """Every string in all fields of a call at once, which are checked each by itself; and in one
    field alone, where all else is right, each string at one place or another."""
    found = calls(guest)
    assert sum(len(one.fields) for one in found) > 40
    for call in found:
        path = call.path.format_map(ids)
        for number, text in enumerate(STRINGS):
            bodies = [dict.fromkeys(call.fields, text)]
            alone = call.fields[number % len(call.fields)]
            if number % ALONE == 0:
                bodies.append({alone: text})
            for body in bodies:
                answer = timed(admin, call.method, path, json={**call.body, **body})
                check(answer, (call, text))


def test_signing_in_takes_or_refuses_every_string(guest: Caller, cast: Cast) -> None:
    for text in STRINGS:
        answer = timed(
            guest, "POST", "/api/auth/login", json={"employee_id": text, "passphrase": "x"}
        )
        assert answer.status_code in (401, 422, 429), text
        assert "Set-Cookie" not in answer.headers


def test_every_string_in_a_query_or_a_path_is_answered(
    admin: Caller, guest: Caller, ids: dict[str, str]
) -> None:
    for text in STRINGS:
        for path in ("/api/v1/history", "/api/v1/tasks", "/dashboard", "/api/v1/exports"):
            query = {"employee_id": text, "assignee": text, "type": text, "after": text, "q": text}
            check(timed(admin, "GET", path, query_string=query), (path, text))
        for place in ("/api/v1/people/", "/api/v1/meetings/", "/api/dashboard/"):
            check(timed(admin, "GET", place + quote(text, safe="")), (place, text))


def test_every_kind_of_field_of_a_form_takes_or_refuses_every_string(
    roll: Rollcall, cast: Cast
) -> None:
    """The readers that the chat and the API share."""
    context = roll.drafts.context(cast.employee)
    forms = [roll.catalogue.get(one.name) for one in roll.registrations.types(cast.admin)]
    kinds = {one.kind: one for form in [*forms, roll.drafts.task_form] for one in form.fields}
    assert len(kinds) > 8
    for spec in kinds.values():
        for text in STRINGS:
            for last in (False, True):
                began = time.monotonic()
                with contextlib.suppress(RollcallError):
                    read(spec, text, context)
                if time.monotonic() - began <= LONGEST_SECONDS:
                    break
                assert not last, (spec.kind, text)


def test_the_list_is_the_big_one() -> None:
    assert len(STRINGS) > 490
    assert any("<script>" in one for one in STRINGS)
