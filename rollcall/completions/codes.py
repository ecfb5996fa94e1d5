"""Completion codes: unique, easy to read out, and a mistyped one is noticed."""

import re
import secrets

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_2

from rollcall.errors import Invalid

# Without 0, O, 1, I and L, which are taken for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
_OURS = re.compile(r"RC-?([0-9A-Z]{4})-?([0-9A-Z]{4})-?([0-9A-Z])")
_GIVEN = re.compile(r"[A-Z0-9][A-Z0-9._/-]{3,39}")


def new_code() -> str:
    """A random code such as RC-7QKD-M2XA-S; the last sign checks the others.

    ISO 7064, MOD 37-2: one wrong sign is always noticed, and so are any two that were swapped. Its
    hybrid sibling MOD 37,36 lets some swaps of neighbours pass.
    """
    while True:
        code = sealed("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
        if code:
            return code


def sealed(body: str) -> str | None:
    """The code of eight signs; None when their check sign would be one that we don't use."""
    check = mod_37_2.calc_check_digit(body)
    return f"RC-{body[:4]}-{body[4:]}-{check}" if check in ALPHABET else None


def read_code(text: str) -> str:
    """A code as it is kept: one of ours with its check sign right, or one that somebody gave.

    Raises `Invalid`.
    """
    plain = re.sub(r"\s+", "", text).upper()
    ours = _OURS.fullmatch(plain)
    if ours:
        try:
            mod_37_2.validate("".join(ours.groups()))
        except ValidationError as error:
            raise Invalid(
                "That code has a typo: its last sign doesn't fit the others.",
                {"completion_code": "has a typo"},
            ) from error
        return f"RC-{ours[1]}-{ours[2]}-{ours[3]}"
    if not _GIVEN.fullmatch(plain):
        raise Invalid(
            "A code has 4 to 40 letters, digits, dots, slashes or dashes.",
            {"completion_code": "4 to 40 letters and digits"},
        )
    return plain
