"""What a passphrase has to be, and how one is kept.

Kept as argon2id with OWASP's first recommendation (Password Storage Cheat Sheet): 46 MiB, one
pass, one lane. The hash takes some 50 ms of a core, so at most two run at once.
"""

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST, RECOMMENDED, LONGEST = 8, 15, 128
ESTIMATED = 16
"""Characters up to which guessing is estimated: the estimate's time grows with their number."""
WEAK = 2
"""zxcvbn's score below which a million guesses find it."""
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)
_WORD = re.compile(r"[^\W\d_]+")
SHORTEST_WORD = 3
_REPEATED = re.compile(r"(.{1,16}?)\1+", re.DOTALL)


def prepared(passphrase: str) -> str:
    """The same passphrase typed on two keyboards gives the same bytes (NFKC, as NIST SP 800-63B
    recommends)."""
    return unicodedata.normalize("NFKC", passphrase)


def hash_of(passphrase: str) -> str:
    """The argon2id hash to keep."""
    with _two_at_once:
        return _hasher.hash(prepared(passphrase))


def matches(expected: str, passphrase: str) -> bool:
    """Whether `passphrase` is the one that `expected` is the hash of."""
    with _two_at_once:
        try:
            return _hasher.verify(expected, prepared(passphrase)[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(expected: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    try:
        return _hasher.check_needs_rehash(expected)
    except InvalidHashError:
        return True


@cache
def nobodys_hash() -> str:
    """A hash that no passphrase fits: checking it takes as long as checking a real one."""
    return hash_of(secrets.token_hex(32))


def problem_with(passphrase: str, personal: Iterable[str]) -> str:
    """What is wrong with a new passphrase, as a sentence that says what to do; "" if nothing.

    `personal` is what an attacker knows about the person: id, name, company. The common ones
    are those of zxcvbn's lists: 30,000 leaked passwords, words and names of films and people.
    """
    text = prepared(passphrase)
    if len(text) < SHORTEST:
        return f"Please use at least {SHORTEST} characters; {RECOMMENDED} or more are better."
    if len(text) > LONGEST:
        return f"Please use at most {LONGEST} characters."
    repeated = _REPEATED.fullmatch(text)
    # Saying something twice makes it longer, but hardly more difficult to guess.
    core = repeated[1] if repeated else text
    known = {_plain(word) for word in personal if word}
    if any(_says(_plain(part), word) for word in known for part in (text, core)):
        return "Please leave out your name, your employee id and the company: others know them."
    if not text.strip() or (len(core) <= ESTIMATED and _is_weak(core, known)):
        return (
            "Please choose something that others can't guess: this is common, or close to "
            "something common. A few words that don't belong together are good."
        )
    return ""


def words_of(*texts: str | None) -> set[str]:
    """The words of names, for `personal`; the shortest are left out, they are in everything."""
    return {word for text in texts if text for word in _WORD.findall(text) if len(word) > 1}


def _plain(text: str) -> str:
    """Without case and accents: "Ångström" -> "angstrom"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def _says(text: str, word: str) -> bool:
    """Whether `word` stands in `text`, not as a part of a longer word ("Ann" in "channel")."""
    if any(one.isdigit() for one in word):
        return word in text
    return len(word) >= SHORTEST_WORD and word in _WORD.findall(text)


def _is_weak(text: str, known: set[str]) -> bool:
    return int(zxcvbn(text, user_inputs=sorted(known))["score"]) < WEAK
