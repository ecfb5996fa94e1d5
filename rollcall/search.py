"""Finding text as people type it: any case, with or without its accents."""

import re
import unicodedata
from collections import defaultdict
from functools import cache

LETTERS = range(0x00C0, 0x0250)
"""Latin-1 Supplement, Latin Extended-A and -B: where Europe's accented letters are."""
LONE = {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "ħ": "h"}
"""Letters that Unicode doesn't take apart, and what is typed for them."""


def loose_pattern(text: str) -> str:
    """A regular expression (ignore case) for texts that contain `text`, accents aside.

    Every character of `text` stands for itself, so nothing typed is an expression.
    """
    return "".join(_one(letter) for letter in _plain(text))


def _one(letter: str) -> str:
    others = _accented().get(letter)
    return f"[{letter}{others}]" if others else re.escape(letter)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.strip().lower())
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return "".join(LONE.get(one, one) for one in unicodedata.normalize("NFC", bare))


@cache
def _accented() -> dict[str, str]:
    """A plain letter -> all of its accented ones, in both cases: not every matcher folds them."""
    found: defaultdict[str, str] = defaultdict(str)
    for code in LETTERS:
        plain = _plain(chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            found[plain] += chr(code)
    return dict(found)
