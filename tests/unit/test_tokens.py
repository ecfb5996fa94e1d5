"""Tokens: access to the API and the signature on a turn. Nothing forged, old or mixed up."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest

from rollcall import access_tokens, turn_tokens
from rollcall.errors import InvalidToken
from rollcall.keys import Keys, key_id
from tests.conftest import MONDAY

KEY, OTHER = "a" * 64, "b" * 64
KEYS = Keys(KEY)
TURN = turn_tokens.Turn("turn-1", "guest_1", "text", None, None)
CLAIMS = {
    "iss": "rollcall",
    "aud": "rollcall-api",
    "sub": "EMP004",
    "sid": "session_EMP004_1_0",
    "jti": "1",
    "iat": int(MONDAY.timestamp()),
    "exp": int(MONDAY.timestamp()) + 600,
}


def _access() -> str:
    return access_tokens.issue("EMP004", "session_EMP004_1_0", KEY, MONDAY)


def _forged(**changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jwt.encode(claims, KEY, algorithm="HS256", headers={"kid": key_id(KEY)})


def test_access_token_says_whose_session_it_is_for_ten_minutes() -> None:
    found = access_tokens.verify(_access(), KEYS, MONDAY + timedelta(minutes=9, seconds=59))
    assert (found.employee_id, found.session_id) == ("EMP004", "session_EMP004_1_0")
    assert found.expires_at == MONDAY + timedelta(minutes=10)
    with pytest.raises(InvalidToken):
        access_tokens.verify(_access(), KEYS, MONDAY + timedelta(minutes=10))


def test_control_is_accepted() -> None:
    assert access_tokens.verify(_forged(), KEYS, MONDAY).employee_id == "EMP004"


def _with_header(header: dict[str, Any]) -> Callable[[], str]:
    def make() -> str:
        _, payload, signature = _forged().split(".")
        encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
        return f"{encoded}.{payload}.{signature}"

    return make


FORGERIES: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no token": lambda: "x.y.z",
    "endless": lambda: "a" * 100_000,
    "other key": lambda: access_tokens.issue("EMP004", "s", OTHER, MONDAY),
    "alg none": lambda: jwt.encode(CLAIMS, None, algorithm="none"),
    "alg none in the header": _with_header({"alg": "none", "typ": "JWT"}),
    "another algorithm": lambda: jwt.encode(CLAIMS, KEY, algorithm="HS512"),
    "another key named": _with_header({"alg": "HS256", "kid": "../../dev/null"}),
    "a turn's signature": lambda: turn_tokens.sign(TURN, "hello", KEY, MONDAY),
    "another issuer": lambda: _forged(iss="someone"),
    "another audience": lambda: _forged(aud="rollcall-turn"),
    "no expiry": lambda: _forged(exp=None),
    "no subject": lambda: _forged(sub=None),
    "no session": lambda: _forged(sid=None),
    "a list for a session": lambda: _forged(sid=["session_EMP004_1_0"]),
    "an operator for a session": lambda: _forged(sid={"$ne": ""}),
    "a number for a subject": lambda: _forged(sub=4),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgery_is_refused(forgery: str) -> None:
    with pytest.raises(InvalidToken):
        access_tokens.verify(FORGERIES[forgery](), KEYS, MONDAY)


def test_signature_over_other_claims_is_refused() -> None:
    header, _, signature = _forged().split(".")
    _, payload, _ = _forged(sub="EMP001").split(".")
    with pytest.raises(InvalidToken):
        access_tokens.verify(f"{header}.{payload}.{signature}", KEYS, MONDAY)


def test_turn_comes_back_as_it_was_signed() -> None:
    turn = turn_tokens.Turn("turn-1", "session_1", "button", "session_1", "EMP004")
    token = turn_tokens.sign(turn, "/affirm", KEY, MONDAY)
    assert turn_tokens.verify(token, KEY, MONDAY) == turn


def test_turn_ends_after_a_minute() -> None:
    token = turn_tokens.sign(TURN, "hello", KEY, MONDAY - timedelta(seconds=60))
    with pytest.raises(InvalidToken):
        turn_tokens.verify(token, KEY, MONDAY)


def test_access_token_is_no_turn() -> None:
    token = access_tokens.issue("EMP004", "s", KEY, MONDAY)
    with pytest.raises(InvalidToken):
        turn_tokens.verify(token, KEY, MONDAY)
