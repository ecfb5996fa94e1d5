"""A form as far as it is filled in, what somebody said about it, and what came of that."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from rollcall.forms.tables import Row


class Event(StrEnum):
    """What an utterance led to."""

    QUESTION = "question"
    SUMMARY = "summary"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PARKED = "parked"


@dataclass(frozen=True)
class Guess:
    """A value that was probably meant for a field: taken when the person says yes."""

    field: str
    value: Any


@dataclass(frozen=True)
class Draft:
    """A form as far as it is filled in. `asking` is the field in question, None at the summary.

    `key` is the idempotency key of the save to come, made when the form begins. `wrong` counts
    refused answers to the present question; `guess` is what is being asked back, `doubted` an
    answer that looked like none and is taken when it is said again. `last` is the field that was
    answered last. A pasted table has `rows` instead of answers. `replaces` is the id of the
    registration that is being changed. `turn_id` is the turn that began or changed it last.
    """

    draft_id: str
    employee_id: str
    form: str
    type: str
    key: str
    updated_at: datetime
    answers: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    asking: str | None = None
    wrong: int = 0
    state: str = "open"
    rows: tuple[Row, ...] = ()
    guess: Guess | None = None
    doubted: str | None = None
    last: str | None = None
    replaces: str | None = None
    turn_id: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is in it that somebody would miss."""
        return not self.answers and not self.rows


def new_draft(
    employee_id: str, form: str, type_name: str, now: datetime, turn_id: str | None = None
) -> Draft:
    """A form that begins; in a turn that is played again it is the same one."""
    identity = secrets.token_hex(12)
    if turn_id is not None:
        identity = sha256(f"{employee_id} {turn_id} {form}".encode()).hexdigest()[:24]
    key = f"draft-{identity}"
    return Draft(identity, employee_id, form, type_name, key, updated_at=now, turn_id=turn_id)


@dataclass(frozen=True)
class Utterance:
    """What somebody said: the words, and what the assistant took them for, how surely.

    `pressed` means that it was a button: there is nothing to interpret. `turn_id` is the turn in
    which it was said, where there are turns.
    """

    text: str
    intent: str | None = None
    field_name: str | None = None
    confidence: float = 1.0
    pressed: bool = False
    turn_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The draft after an utterance, and what to tell: `problem` why an answer was refused,
    `notes` what else there is to say, in order, `way_out` what else one can do when answers were
    refused again and again."""

    draft: Draft
    event: Event
    problem: str | None = None
    notes: tuple[str, ...] = ()
    way_out: str | None = None


Taken = Callable[[str, dict[str, Any]], bool]
"""Whether a unique field's value (field name, answers) is already on record."""
