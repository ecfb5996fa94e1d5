"""The check of signed turns, with its key prepared once and its memory kept short."""

from __future__ import annotations

import hashlib
from typing import Any

import jwt
import pytest

from bot.turns import AUDIENCE, ISSUER, LEEWAY, TurnRefused, TurnReplayed, TurnVerifier

KEY = "a key of the web server, which is long enough"
NOW = 1_800_000_000


class Clock:
    """A time that only tests change."""

    now = NOW

    def __call__(self) -> float:
        return self.now


def signed(number: int, key: Any = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "a conversation",
        "jti": f"turn {number}",
        "iat": NOW,
        "exp": NOW + 60,
        "text_sha256": hashlib.sha256(b"hello").hexdigest(),
        "kind": "text",
    }
    return jwt.encode({**claims, **changes}, key, algorithm=algorithm)


def test_a_turn_is_accepted_by_the_key_it_was_signed_with() -> None:
    verifier = TurnVerifier(KEY, Clock())
    assert [verifier.accept(signed(one), "hello").id for one in (1, 2)] == ["turn 1", "turn 2"]
    other = TurnVerifier(KEY + "s", Clock())
    with pytest.raises(TurnRefused):
        other.accept(signed(3), "hello")


@pytest.mark.parametrize(
    "token",
    [
        signed(1, "another key of some other server, long too"),
        signed(1, algorithm="HS512", key=KEY * 2),
        signed(1, None, "none"),
        signed(1, iss="somebody else"),
        signed(1, aud="somebody else"),
        signed(1, aud=None),
        signed(1)[:-3] + "AAA",
        signed(1).rpartition(".")[0] + ".",
        "a.b.c",
        "",
    ],
)
def test_any_other_token_is_refused(token: str) -> None:
    with pytest.raises(TurnRefused):
        TurnVerifier(KEY, Clock()).accept(token, "hello")


@pytest.mark.parametrize("key", ["", '{"kty": "oct", "k": "c2VjcmV0"}', "ssh-rsa AAAA a"])
def test_what_is_no_secret_is_no_key(key: str) -> None:
    with pytest.raises(jwt.PyJWTError):
        TurnVerifier(key, Clock())


def test_a_token_is_remembered_as_long_as_it_could_come_again_and_no_longer() -> None:
    clock = Clock()
    verifier = TurnVerifier(KEY, clock)
    for one in range(5):
        verifier.accept(signed(one, exp=NOW + 10 + one), "hello")
    clock.now = NOW + 10 + LEEWAY
    with pytest.raises(TurnReplayed):
        verifier.accept(signed(0, exp=NOW + 10), "hello")
    clock.now = NOW + 12 + LEEWAY
    verifier.accept(signed(9, exp=NOW + 60), "hello")
    assert len(verifier._seen) == 4  # 2, 3, 4 and 9
    with pytest.raises(TurnReplayed):
        verifier.accept(signed(4, exp=NOW + 14), "hello")
