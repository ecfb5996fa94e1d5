"""Devices that somebody has signed in from: their tries are counted apart from everyone else's.

Whoever fails ten times as somebody else closes that account to strangers, and must not close it
to its owner ("device cookies", OWASP's Slow Down Online Guessing Attacks). The token says nothing
about whose it is, is good for that one person only, and needs no storage.
"""

import hmac
import secrets
from datetime import datetime, timedelta

LIFETIME = timedelta(days=180)


class KnownDevices:
    """Makes and reads the tokens."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, employee_id: str, now: datetime) -> str:
        """A token for a device that this person has just signed in from."""
        nonce, expires = secrets.token_hex(8), int((now + LIFETIME).timestamp())
        return f"{nonce}.{expires}.{self._sign(employee_id, nonce, expires)}"

    def name(self, token: str | None, employee_id: str, now: datetime) -> str | None:
        """The name of the device that a token stands for, if it is good for that person."""
        nonce, _, rest = (token or "").partition(".")
        text, _, signature = rest.partition(".")
        if not (text.isascii() and text.isdecimal() and len(text) <= len("9999999999")):
            return None
        expected = self._sign(employee_id, nonce, int(text))
        genuine = hmac.compare_digest(expected.encode(), signature.encode())
        return nonce if genuine and now.timestamp() < int(text) else None

    def _sign(self, employee_id: str, nonce: str, expires: int) -> str:
        message = f"device:{employee_id}:{nonce}:{expires}"
        return hmac.digest(self._key, message.encode(), "sha256").hex()
