"""Join codes: six characters that are read aloud without a mistake, and codes that change.

A join code has no vowels (it never spells a word) and neither 0 nor 1; it always has a letter and
a digit, so that it is neither taken for a word nor for a number. A rotating code is a time-based
one-time password (RFC 6238) with a step of fifteen seconds: whoever types it is where it is shown.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 6
STEP_SECONDS = 15
GRACE_STEPS = 1
ROTATING_DIGITS = 6

_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_SEPARATORS = re.compile(r"[\s._-]+")


def new_code() -> str:
    """A random join code: one of some 400 million."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isdigit() and not code.isalpha():
            return code


def read_code(text: str) -> str | None:
    """The join code that somebody typed ("k7p-2qx"), or None when it can't be one."""
    code = _SEPARATORS.sub("", text).upper()
    return code if _CODE.fullmatch(code) else None


def new_secret() -> str:
    """What the rotating codes of one meeting are made from."""
    return secrets.token_hex(20)


def rotating_code(secret: str, now: datetime) -> tuple[str, datetime]:
    """The code to show at `now`, and until when it is the one to show."""
    step = int(now.timestamp()) // STEP_SECONDS
    until = datetime.fromtimestamp((step + 1) * STEP_SECONDS, UTC)
    return _at_step(secret, step), until


def is_current(secret: str, given: str, now: datetime) -> bool:
    """Whether `given` is the code shown now, or the one before (people type slowly)."""
    typed = _SEPARATORS.sub("", given).encode()
    step = int(now.timestamp()) // STEP_SECONDS
    valid = [_at_step(secret, step - age).encode() for age in range(GRACE_STEPS + 1)]
    # All are compared: how long it takes tells nothing.
    return sum(hmac.compare_digest(one, typed) for one in valid) > 0


def _at_step(secret: str, step: int) -> str:
    digest = hmac.new(bytes.fromhex(secret), step.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**ROTATING_DIGITS).zfill(ROTATING_DIGITS)
