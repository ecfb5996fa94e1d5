"""Access tokens: short-lived JWTs that name a session; the session row decides at every call."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rollcall import tokens
from rollcall.errors import InvalidToken
from rollcall.keys import Keys, key_id

ISSUER = "rollcall"
AUDIENCE = "rollcall-api"
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class AccessToken:
    """Whose session a token names, and when the token ends."""

    employee_id: str
    session_id: str
    expires_at: datetime


def issue(employee_id: str, session_id: str, key: str, now: datetime) -> str:
    """A token for ten minutes of the session."""
    claims = {"sub": employee_id, "sid": session_id, "jti": secrets.token_hex(8)}
    return tokens.encode(
        claims,
        issuer=ISSUER,
        audience=AUDIENCE,
        lifetime=LIFETIME,
        key=key,
        now=now,
        kid=key_id(key),
    )


def verify(token: str, keys: Keys, now: datetime) -> AccessToken:
    """What a token says that is ours and not expired at `now`. Raises `InvalidToken`."""
    key = keys.find(tokens.named_key(token), now)
    if key is None:
        raise InvalidToken
    claims = tokens.decode(
        token,
        issuer=ISSUER,
        audience=AUDIENCE,
        required=["sub", "sid", "jti"],
        lifetime=LIFETIME,
        key=key,
        now=now,
    )
    employee_id, session_id = claims["sub"], claims["sid"]
    if not isinstance(employee_id, str) or not isinstance(session_id, str):
        raise InvalidToken
    return AccessToken(employee_id, session_id, datetime.fromtimestamp(claims["exp"], UTC))
