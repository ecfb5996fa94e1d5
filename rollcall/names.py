"""People's names as they are compared: without accents, in any order, whatever the punctuation."""

import re
import unicodedata

_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae",
                                "œ": "oe", "ı": "i"})  # fmt: skip
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORD = re.compile(r"[^\W_]+")


def folded(name: str) -> str:
    """A name as somebody without its letters on the keyboard types it."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_PLAIN_LETTERS)
    letters = (one for one in plain if not unicodedata.combining(one))
    return " ".join("".join(letters).strip(" .,!?").split())


def name_key(name: str) -> str:
    """What two spellings of one name have in common: "Ångström, Félix (he/him)" and "felix
    angstrom" are the same. Empty for a name without a letter."""
    return " ".join(sorted(_WORD.findall(folded(_ASIDE.sub(" ", name)))))
