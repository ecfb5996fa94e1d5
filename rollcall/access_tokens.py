"""Access tokens: short-lived JWTs that name a session; the session row decides at every call.

HS256 (RFC 7518) with a key of the instance. Nothing but HS256 is accepted and no header of the
token is believed, so a forged `alg`, `kid` or `jku` changes nothing.
"""

import secrets
from datetime import datetime, timedelta

import jwt

from rollcall.errors import InvalidToken

ISSUER = "rollcall"
AUDIENCE = "rollcall-api"
LIFETIME = timedelta(minutes=10)
_CLAIMS = ["iss", "aud", "sub", "sid", "iat", "exp", "jti"]


def issue(employee_id: str, session_id: str, key: str, now: datetime) -> str:
    """A token for ten minutes of the session."""
    return jwt.encode(
        {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": employee_id,
            "sid": session_id,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "jti": secrets.token_hex(8),
        },
        key,
        algorithm="HS256",
    )


def verify(token: str, key: str) -> tuple[str, str]:
    """`(employee id, session id)` of a token that is ours and not expired.

    Raises `InvalidToken`.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": _CLAIMS},
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken from error
    employee_id, session_id = claims["sub"], claims["sid"]
    if not isinstance(employee_id, str) or not isinstance(session_id, str):
        raise InvalidToken
    return employee_id, session_id
