"""Compact JWTs (RFC 7519) signed with a key of the instance.

Nothing but HS256 is accepted. Of a token's header only `kid` is used, and only to choose among
the keys of this instance; one that has more in it (`jku`, `jwk`, `x5u`, `crit` …) isn't ours. A
name that is there twice would be read in one way here and in another elsewhere: such a token is
refused (RFC 7519, section 4).
"""

import json
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.utils import base64url_decode

from rollcall.errors import InvalidToken

LONGEST = 4096
"""Characters of a token; ours have some 400."""
HEADER = {"alg", "typ", "kid"}
LEEWAY = 5
"""Seconds by which the clocks of two machines may differ."""


def encode(
    claims: dict[str, Any],
    *,
    issuer: str,
    audience: str,
    lifetime: timedelta,
    key: str,
    now: datetime,
    kid: str | None = None,
) -> str:
    """`claims` with issuer, audience, time of issue and expiry, signed; `kid` names the key."""
    times = {"iat": int(now.timestamp()), "exp": int((now + lifetime).timestamp())}
    headers = {"kid": kid} if kid else None
    return jwt.encode(
        {"iss": issuer, "aud": audience, **times, **claims}, key, algorithm="HS256", headers=headers
    )


def named_key(token: str) -> object:
    """The `kid` of a token that nobody has verified yet. Raises `InvalidToken`."""
    if len(token) > LONGEST:
        raise InvalidToken
    try:
        return jwt.get_unverified_header(token).get("kid")
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise InvalidToken from error


def decode(
    token: str,
    *,
    issuer: str,
    audience: str,
    required: list[str],
    lifetime: timedelta,
    key: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of a token that is ours, for us, whole, not expired at `now` and not made to
    live longer than `lifetime`.

    Raises `InvalidToken` in every other case.
    """
    if len(token) > LONGEST:
        raise InvalidToken
    try:
        decoded = jwt.decode_complete(
            token,
            key,
            algorithms=["HS256"],
            audience=audience,
            issuer=issuer,
            options={
                "require": ["iss", "aud", "iat", "exp", *required],
                # Checked below against the caller's clock; PyJWT knows only the system's.
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        for part in token.split(".")[:2]:
            json.loads(base64url_decode(part), object_pairs_hook=_each_once)
        if not HEADER.issuperset(decoded["header"]):
            raise InvalidToken
        claims: dict[str, Any] = decoded["payload"]
        issued, expires = int(claims["iat"]), int(claims["exp"])
    except (
        jwt.InvalidTokenError,
        TypeError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:
        raise InvalidToken from error
    if not issued - LEEWAY <= now.timestamp() < expires:
        raise InvalidToken
    if expires - issued > lifetime.total_seconds():
        raise InvalidToken
    return claims


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
