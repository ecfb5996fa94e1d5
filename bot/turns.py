"""One turn as the web server signs it: a short-lived JWT that names the conversation and the text.

The token is the only thing this process believes about who speaks. It is checked here, and again
by the action server, which gets it in the message's metadata.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.algorithms import HMACAlgorithm

ISSUER = "rollcall-web"
AUDIENCE = "rollcall-turn"
ALGORITHM = "HS256"
LIFETIME = 60  # seconds from iat to exp, at most
LEEWAY = 5  # seconds that two clocks may differ
MAX_TEXT = 1_000  # characters a person may type
MAX_ID = 200  # characters of a turn or conversation id
MAX_PAYLOAD = 4_000  # characters of a button payload, which the server wrote itself

# Invisible signs in front don't make it less of a command.
_COMMAND = re.compile(r"[\W_]*/[\s/]*[A-Za-z_]+\s*(\{.*\}?)?", re.DOTALL)
_REQUIRED = ("iss", "aud", "sub", "jti", "iat", "exp", "text_sha256", "kind")


class TurnRefused(Exception):
    """A turn that is not played. `status` is the HTTP status, `code` the error's name."""

    status = 401
    code = "bad_signature"


class TurnExpired(TurnRefused):
    """The token is past its time, not yet valid, or was made to live too long."""

    code = "expired"


class TurnReplayed(TurnRefused):
    """A token that was already taken, within its lifetime."""

    status = 409
    code = "replayed"


class BadText(TurnRefused):
    """The text is missing, too long, or nothing is left of it."""

    status = 422
    code = "bad_text"


class EmptyText(BadText):
    """Nothing is left of the text after blanks and slashes are taken off its front."""

    code = "empty"


class TextTooLong(BadText):
    """More characters than a turn may have."""

    code = "too_long"


@dataclass(frozen=True)
class Turn:
    """A checked turn. `text` is what Rasa gets to read; `command` is True when somebody typed
    something like "/restart", which is only words here."""

    id: str
    conversation_id: str
    text: str
    kind: str
    token: str
    issued: float
    command: bool = False


class TurnVerifier:
    """Checks signed turns, and takes each token once.

    `clock` answers seconds since the epoch. Tokens already seen are kept in this process until they
    expire. A turn that is signed anew is another token: what it is answered is the conversation's
    business (`bot/processor.py`), which all servers share.
    """

    def __init__(self, key: str, clock: Callable[[], float]) -> None:
        self._key = _prepared(key)
        self._clock = clock
        self._seen: dict[tuple[str, float], float] = {}

    def accept(self, token: object, text: object) -> Turn:
        """The turn that `token` signs for `text`; raises a TurnRefused that says why not."""
        if not isinstance(token, str) or not isinstance(text, str):
            raise BadText("turn and text have to be strings")
        claims = self._claims(token)
        if claims["text_sha256"] != _digest(text):
            raise TurnRefused("the text is not the one that was signed")
        typed = claims["kind"] == "text"
        said = _typed(text) if typed else _payload(text)
        self._remember((claims["jti"], claims["iat"]), float(claims["exp"]))
        command = typed and bool(_COMMAND.fullmatch(text.strip()))
        names = (claims["jti"], claims["sub"], said, claims["kind"], token, claims["iat"])
        return Turn(*names, command=command)

    def forget(self, turn: Turn) -> None:
        """Let the token of a turn that failed be tried again."""
        self._seen.pop((turn.id, turn.issued), None)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                # times are compared below, with this object's clock
                options={
                    "require": list(_REQUIRED),
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidTokenError as error:
            raise TurnRefused(str(error)) from error
        for name in ("sub", "jti"):
            if not isinstance(claims[name], str) or not 0 < len(claims[name]) <= MAX_ID:
                raise TurnRefused(f"claim {name} is not a short string")
        if claims["kind"] not in ("text", "button"):
            raise TurnRefused("claim kind is neither text nor button")
        issued, expires, now = claims["iat"], claims["exp"], self._clock()
        if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
            raise TurnRefused("claims iat and exp have to be numbers")
        if not issued - LEEWAY <= now <= expires + LEEWAY or expires - issued > LIFETIME:
            raise TurnExpired("the token is not valid at this time")
        return claims

    def _remember(self, token: tuple[str, float], expires: float) -> None:
        now = self._clock()
        # In the order in which they were taken, which is nearly that in which they expire.
        while self._seen and next(iter(self._seen.values())) < now:
            del self._seen[next(iter(self._seen))]
        if token in self._seen:
            raise TurnReplayed("this token was taken before")
        self._seen[token] = expires + LEEWAY


class _OneKey(HMACAlgorithm):
    """HMAC with a key that was looked at once: whether somebody took the wrong kind of key for it
    is nothing that the next token changes."""

    def __init__(self, key: bytes) -> None:
        super().__init__(HMACAlgorithm.SHA256)
        self._looked_at = super().prepare_key(key)

    def prepare_key(self, key: str | bytes) -> bytes:
        """The key as it is used; raises `jwt.InvalidKeyError` for one that is no secret."""
        return self._looked_at if key == self._looked_at else super().prepare_key(key)


def _prepared(key: str) -> jwt.PyJWK:
    secret = base64.urlsafe_b64encode(key.encode()).rstrip(b"=").decode()
    prepared = jwt.PyJWK({"kty": "oct", "k": secret}, algorithm=ALGORITHM)
    prepared.Algorithm = _OneKey(prepared.key)
    return prepared


def _digest(text: str) -> str:
    try:
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:  # a lone surrogate out of a JSON escape
        raise BadText("the text is not valid Unicode") from error


def _typed(text: str) -> str:
    """Typed text as Rasa may see it: a leading slash would make it a command."""
    if len(text) > MAX_TEXT:
        raise TextTooLong(f"more than {MAX_TEXT} characters")
    start = 0
    while start < len(text) and _skipped(text[start]):
        start += 1
    said = text[start:].strip()
    if not said:
        raise EmptyText("nothing was said")
    return said


def _skipped(character: str) -> bool:
    return (
        character == "/" or character.isspace() or unicodedata.category(character) in ("Cc", "Cf")
    )


def _payload(text: str) -> str:
    if len(text) > MAX_PAYLOAD:
        raise TextTooLong(f"more than {MAX_PAYLOAD} characters")
    if not text.startswith("/"):
        raise BadText("a button's payload begins with a slash")
    return text
