"""How texts are written: checks of a request that the OpenAPI document tells as patterns."""

import re
from typing import Any

from marshmallow import ValidationError

_CLOCK = r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]|(?:0?[1-9]|1[0-2])[:.][0-5][0-9] ?[AaPp][Mm]"
CLOCK: dict[str, Any] = {"example": "09:30", "pattern": f"^(?:{_CLOCK})$"}
DAY: dict[str, Any] = {"example": "2026-11-23", "format": "date"}
EMPLOYEE_ID: dict[str, Any] = {"example": "EMP004", "pattern": "^[A-Za-z]{2,6}[0-9]{3,8}$"}
# A year that is in range wherever on Earth the clock stands that shows it.
YEARS = r"^(?:19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-"
YEARS_ASKED = r"^(?:19[7-9][0-9]|2[0-8][0-9]{2})-"
"""Those that questions to the record are about."""
EITHER: dict[str, Any] = {
    "example": "09:30",
    "anyOf": [{"pattern": CLOCK["pattern"]}, {"format": "date-time", "pattern": YEARS}],
}
"""A time of day, or an exact moment."""


NUMBER: dict[str, Any] = {
    "example": "123456789",
    "anyOf": [
        {"type": "string", "maxLength": 64, "pattern": r"^[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$"},
        {"type": "integer", "format": "int64"},
    ],
}
"""The number of a meeting, as text or as a number."""


class Written:
    """A check that a text is written in a certain way. apispec shows `regex` as its pattern.

    The pattern is one that browsers and generators of clients read the same way: there "$" is the
    end, while in Python it is also the place before a last newline. So the whole text has to fit.
    """

    def __init__(self, pattern: str, problem: str) -> None:
        self.regex = re.compile(pattern)
        self.problem = problem

    def __call__(self, text: str) -> None:
        """Raises `ValidationError` for what is written otherwise."""
        if not self.regex.fullmatch(text):
            raise ValidationError(self.problem)


plain = Written(r"^[^\x00-\x1f\x7f]*$", "has control characters")
"""No control characters, which no name, id or code has."""
typed = Written(r"^[^\x00-\x08\x0e-\x1f\x7f]*$", "has control characters")
"""What keyboards write: of control characters only tabs and ends of lines."""
message_id = Written(r"^[A-Za-z0-9_-]{8,64}$", "8 to 64 of A-Z a-z 0-9 _ -")
