"""Access tokens: short-lived JWTs that name a session; the session row decides at every call."""

import secrets
from datetime import datetime, timedelta

from rollcall import tokens
from rollcall.errors import InvalidToken

ISSUER = "rollcall"
AUDIENCE = "rollcall-api"
LIFETIME = timedelta(minutes=10)


def issue(employee_id: str, session_id: str, key: str, now: datetime) -> str:
    """A token for ten minutes of the session."""
    claims = {"sub": employee_id, "sid": session_id, "jti": secrets.token_hex(8)}
    return tokens.encode(
        claims, issuer=ISSUER, audience=AUDIENCE, lifetime=LIFETIME, key=key, now=now
    )


def verify(token: str, key: str) -> tuple[str, str]:
    """`(employee id, session id)` of a token that is ours and not expired.

    Raises `InvalidToken`.
    """
    claims = tokens.decode(
        token, issuer=ISSUER, audience=AUDIENCE, required=["sub", "sid", "jti"], key=key
    )
    employee_id, session_id = claims["sub"], claims["sid"]
    if not isinstance(employee_id, str) or not isinstance(session_id, str):
        raise InvalidToken
    return employee_id, session_id
