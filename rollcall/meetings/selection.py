"""Choosing among the people of an attendance report, and counting them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rollcall.errors import Invalid
from rollcall.meetings.report import Person
from rollcall.names import folded

STATUSES = ("present", "late", "left_early", "absent")
RECOGNISED = ("yes", "no")


@dataclass(frozen=True)
class Selection:
    """Which people are asked for; None for all.

    `status` is how they attended, `recognised` ("yes" or "no") whether it is known which employee
    or student they are, `text` a part of a name, an e-mail address or an id.
    """

    status: str | None = None
    recognised: str | None = None
    text: str | None = None

    def of(self, people: Iterable[Person]) -> Sequence[Person]:
        """Those that are asked for, in the order they came in. Raises `Invalid`."""
        if self.status is not None and self.status not in STATUSES:
            problem = f"should be one of {', '.join(STATUSES)}"
            raise Invalid(f"The status {problem}.", {"status": problem})
        if self.recognised is not None and self.recognised not in RECOGNISED:
            raise Invalid("Recognised is yes or no.", {"recognised": "should be yes or no"})
        return [one for one in people if self._asks_for(one)]

    def _asks_for(self, one: Person) -> bool:
        if self.status is not None and one.facts.status != self.status:
            return False
        if self.recognised is not None and is_recognised(one) != (self.recognised == "yes"):
            return False
        return self.text is None or folded(self.text) in _searched(one)


@dataclass(frozen=True)
class Totals:
    """How many people a report has, by what is said of them."""

    people: int
    came: int
    expected: int
    here: int
    present: int
    late: int
    left_early: int
    absent: int
    unrecognised: int


def totals_of(people: Sequence[Person]) -> Totals:
    """The figures of all the people of a report."""
    by_status = Counter(one.facts.status for one in people)
    return Totals(
        people=len(people),
        came=sum(one.facts.joined_at is not None for one in people),
        expected=sum(one.invited for one in people),
        here=sum(one.facts.is_active for one in people),
        **{name: by_status[name] for name in STATUSES},
        unrecognised=sum(not is_recognised(one) for one in people),
    )


def is_recognised(one: Person) -> bool:
    """Whether it is known which employee or which student this is."""
    return one.employee is not None or one.student is not None


def _searched(one: Person) -> str:
    words = [one.name, one.email or "", *(entry.name for entry in one.entries)]
    if one.employee:
        words.append(one.employee.employee_id)
    if one.student:
        words += [one.student.first_name, one.student.last_name, str(one.student.student_id)]
    return "\n".join(folded(word) for word in words)
