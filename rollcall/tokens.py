"""Compact JWTs (RFC 7519) signed with a key of the instance.

Nothing but HS256 is accepted. Of a token's header only `kid` is used, and only to choose among
the keys of this instance; one that has more in it (`jku`, `jwk`, `x5u`, `crit` …) isn't ours. A
name that is there twice would be read in one way here and in another elsewhere: such a token is
refused (RFC 7519, section 4).

A token is verified several times a turn, so here that is one HMAC of the standard library, before
anything else of the token is looked at.
"""

import base64
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import jwt

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
        return _object(token.partition(".")[0]).get("kid")
    except (ValueError, RecursionError) as error:
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
    signed, _, signature = token.rpartition(".")
    try:
        if not hmac.compare_digest(_signature(signed, key), signature.encode("ascii")):
            raise InvalidToken
        head, payload = signed.split(".")
        header, claims = _object(head), _object(payload)
        issued, expires = int(claims["iat"]), int(claims["exp"])
        begins = max(issued, int(claims.get("nbf", issued)))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidToken from error
    if header.get("alg") != "HS256" or not HEADER.issuperset(header):
        raise InvalidToken
    if claims.get("iss") != issuer or claims.get("aud") != audience:
        raise InvalidToken
    if any(claims.get(name) is None for name in required):
        raise InvalidToken
    if any(not isinstance(claims.get(name, ""), str) for name in ("sub", "jti")):
        raise InvalidToken
    if not begins - LEEWAY <= now.timestamp() < expires:
        raise InvalidToken
    if expires - issued > lifetime.total_seconds():
        raise InvalidToken
    return claims


def _signature(signed: str, key: str) -> bytes:
    """The signature over the first two parts, as it is written behind them."""
    digest = hmac.digest(key.encode(), signed.encode("ascii"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=")


def _object(part: str) -> dict[str, Any]:
    """The JSON object that a part of a token holds. Raises `ValueError` for anything else."""
    padded = part + "=" * (-len(part) % 4)
    found = json.loads(
        base64.b64decode(padded, altchars=b"-_", validate=True), object_pairs_hook=_each_once
    )
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
