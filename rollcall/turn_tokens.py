"""The signature on every chat turn: who says it, in which conversation, and which words.

The web server signs, the channel inside Rasa and the actions verify: identity comes from here
and from the session row, never from slots, entities or anything that was typed.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollcall import tokens
from rollcall.errors import InvalidToken

ISSUER = "rollcall-web"
AUDIENCE = "rollcall-turn"
LIFETIME = timedelta(seconds=60)
KINDS = ("text", "button")
LONGEST_ID = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
    """The claims of a token that is ours and not expired at `now`. Raises `InvalidToken`.

    That the words are those that were signed is checked where they come in, by the channel.
    """
    claims = tokens.decode(
        token,
        issuer=ISSUER,
        audience=AUDIENCE,
        required=["sub", "jti", "kind", "text_sha256"],
        lifetime=LIFETIME,
        key=key,
        now=now,
    )
    turn = Turn(
        turn_id=claims["jti"],
        conversation_id=claims["sub"],
        kind=claims["kind"],
        session_id=claims.get("session_id"),
        employee_id=claims.get("employee_id"),
    )
    named = (turn.turn_id, turn.conversation_id)
    people = (turn.session_id, turn.employee_id)
    if (
        not all(isinstance(one, str) and 0 < len(one) <= LONGEST_ID for one in named)
        or not all(one is None or isinstance(one, str) for one in people)
        or turn.kind not in KINDS
        or not _SHA256.fullmatch(str(claims["text_sha256"]))
    ):
        raise InvalidToken
    return turn
