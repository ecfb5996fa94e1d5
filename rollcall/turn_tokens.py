"""The signature on every chat turn: who says it, in which conversation, and which words.

The web server signs, the channel inside Rasa and the actions verify: identity comes from here
and from the session row, never from slots, entities or anything that was typed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollcall import tokens

ISSUER = "rollcall-web"
AUDIENCE = "rollcall-turn"
LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True)
class Turn:
    """The verified claims. `kind` is "text" (typed) or "button" (a payload the server issued)."""

    turn_id: str
    conversation_id: str
    kind: str
    session_id: str | None
    employee_id: str | None


def sign(turn: Turn, text: str, key: str, now: datetime) -> str:
    """A compact JWT over the claims and the SHA-256 of `text`."""
    claims = {
        "sub": turn.conversation_id,
        "jti": turn.turn_id,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "kind": turn.kind,
        "session_id": turn.session_id,
        "employee_id": turn.employee_id,
    }
    return tokens.encode(
        claims, issuer=ISSUER, audience=AUDIENCE, lifetime=LIFETIME, key=key, now=now
    )


def verify(token: str, key: str, now: datetime) -> Turn:
    """The claims of a token that is ours and not expired at `now`. Raises `InvalidToken`."""
    required = ["sub", "jti", "kind"]
    claims = tokens.decode(
        token, issuer=ISSUER, audience=AUDIENCE, required=required, key=key, now=now
    )
    return Turn(
        turn_id=str(claims["jti"]),
        conversation_id=str(claims["sub"]),
        kind=str(claims["kind"]),
        session_id=claims.get("session_id"),
        employee_id=claims.get("employee_id"),
    )
