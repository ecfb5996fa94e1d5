"""What is recognised by its shape: ids, addresses, numbers, codes, quotations.

Pure functions over a text; a place is `(start, end)` in characters of that text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

EMPLOYEE_ID = re.compile(r"(?<![\w@.])emp[-_ ]?(\d{3,6})(?![\w@])", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+(?<![.-])")
PHONE = re.compile(r"(?<![\w.,/:-])(?:\+|\(|\d)[\d ()./-]{5,}\d(?![\w%:/]|[.,-]\d)")
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([./-])\d{1,2}\1\d{2,4}")
QUOTED = re.compile(
    r"\"(?P<double>[^\"]+)\"|“(?P<curly>[^”]+)”"
    r"|(?<!\w)'(?P<single>[^']+(?:'\w[^']*)*)'(?!\w)|‘(?P<curly1>[^’]+)’"
)
MEETING_CODE = re.compile(r"(?<![\w-])[A-Za-z0-9]{3,4}-?[A-Za-z0-9]{2,5}(?![\w-])")

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_WORDS = {word: str(n) for words in (_ORDINALS, _CARDINALS) for n, word in enumerate(words, 1)}
ITEM_NUMBER = re.compile(
    r"(?:\b(?:task|number|request|no\.?|approval|item)\s+|#)(?P<card>\d{1,3}|"
    + "|".join(_CARDINALS)
    + r")\b|\b(?P<ord>"
    + "|".join(_ORDINALS)
    + r")\b",
    re.IGNORECASE,
)

_MIN_PHONE_DIGITS, _MAX_PHONE_DIGITS = 7, 15  # E.164 has at most 15


@dataclass(frozen=True)
class Found:
    """A stretch of text that means something. `value` is its normal form."""

    start: int
    end: int
    entity: str
    value: str


def employee_ids(text: str) -> list[Found]:
    """Employee ids however they are written; the value is `EMP` and the digits."""
    return [
        Found(m.start(), m.end(), "employee_id", f"EMP{m.group(1)}")
        for m in EMPLOYEE_ID.finditer(text)
    ]


def emails(text: str) -> list[Found]:
    """E-mail addresses as they are written; the domain checks them."""
    return [Found(m.start(), m.end(), "email", m.group()) for m in EMAIL.finditer(text)]


def phones(text: str) -> list[Found]:
    """What may be a phone number: 7 to 15 digits that are no date."""
    found = []
    for match in PHONE.finditer(text):
        written = match.group()
        digits = sum(character.isdigit() for character in written)
        if _MIN_PHONE_DIGITS <= digits <= _MAX_PHONE_DIGITS and not DATE.search(written):
            found.append(Found(match.start(), match.end(), "phone", written))
    return found


def written_dates(text: str) -> list[Found]:
    """Dates in figures: 2027-03-01, 24.12.2026, 13/06/27."""
    return [Found(m.start(), m.end(), "date_time", m.group()) for m in DATE.finditer(text)]


def quotations(text: str) -> list[Found]:
    """Quoted text without its quotation marks, as a task's title."""
    return [
        Found(m.start(m.lastgroup or 0), m.end(m.lastgroup or 0), "task_title", m[m.lastgroup or 0])
        for m in QUOTED.finditer(text)
    ]


def meeting_codes(text: str) -> list[Found]:
    """Join codes: six to nine letters and digits, told from words by a digit or by capitals."""
    found = []
    for match in MEETING_CODE.finditer(text):
        code = match.group()
        letters = code.replace("-", "")
        mixed = any(c.isdigit() for c in letters) and any(c.isalpha() for c in letters)
        if mixed or ("-" in code and letters.isupper()):
            found.append(Found(match.start(), match.end(), "meeting_code", code.upper()))
    return found


def item_numbers(text: str) -> list[Found]:
    """Which one of a list is meant: "task 2", "the third", "#4"; the value is in digits.

    "the 15th" is left to dates.
    """
    found = []
    for match in ITEM_NUMBER.finditer(text):
        group = "card" if match["card"] else "ord"
        written = match[group].lower()
        found.append(
            Found(match.start(group), match.end(group), "number", _WORDS.get(written, written))
        )
    return found


def overlaps(one: Found, others: list[Found]) -> bool:
    """Whether `one` shares a character with any of `others`."""
    return any(one.start < other.end and other.start < one.end for other in others)
