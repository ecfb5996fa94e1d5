"""Compact JWTs (RFC 7519) signed with a key of the instance.

Nothing but HS256 is accepted and no header of a token is believed, so a forged `alg`, `kid` or
`jku` changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

import jwt

from rollcall.errors import InvalidToken


def encode(
    claims: dict[str, Any],
    *,
    issuer: str,
    audience: str,
    lifetime: timedelta,
    key: str,
    now: datetime,
) -> str:
    """`claims` with issuer, audience, time of issue and expiry, signed."""
    times = {"iat": int(now.timestamp()), "exp": int((now + lifetime).timestamp())}
    return jwt.encode({"iss": issuer, "aud": audience, **times, **claims}, key, algorithm="HS256")


def decode(
    token: str, *, issuer: str, audience: str, required: list[str], key: str
) -> dict[str, Any]:
    """The claims of a token that is ours, for us, whole and not expired.

    Raises `InvalidToken` in every other case.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=audience,
            issuer=issuer,
            options={"require": ["iss", "aud", "iat", "exp", *required]},
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken from error
    return claims
