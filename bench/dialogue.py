"""What is said to both assistants, and what each has to answer.

One dialogue is twelve turns: sign in, small talk, a form of five fields, its confirmation, the
list, thanks. Every dialogue registers a company that no other one does: five of its sentences were
never said before (who signs in, company, contact, e-mail, phone), the other seven are what
everybody says.
"""

from dataclasses import dataclass
from itertools import count

KINDS = ("sign in", "plain", "form start", "form slot", "confirm", "list")
FIELDS = ("company_name", "contact_name", "email", "phone", "category")
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
FIRST_NAMES = ("Jane", "Mary", "John", "Anna", "Peter", "Laura")
CATEGORIES = ("Goods", "Services", "Software", "Facilities", "Other")


@dataclass(frozen=True)
class Supplier:
    """What is typed into the form, field by field."""

    company_name: str
    contact_name: str
    email: str
    phone: str
    category: str

    def typed(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FIELDS}

    def stored(self) -> dict[str, str]:
        """What has to be on record of it: the phone without blanks, the category's value."""
        phone = self.phone.replace(" ", "")
        return {**self.typed(), "phone": phone, "category": self.category.lower()}


@dataclass(frozen=True)
class Step:
    """A turn: its kind, what is said, and what the answer has to be.

    `expects` is "granted", "greeting", "help", "question <field>", "summary", "saved", "listed" or
    "welcome"; each side knows what these look like with it.
    """

    kind: str
    says: str
    expects: str


@dataclass(frozen=True)
class Dialogue:
    """Who speaks, and the supplier that it is about."""

    employee_id: str
    name: str
    supplier: Supplier

    def steps(self) -> list[Step]:
        typed = list(self.supplier.typed().values())
        next_asked = [f"question {name}" for name in FIELDS[1:]] + ["summary"]
        return [
            Step("sign in", f"Hi, I am employee {self.employee_id}", "granted"),
            Step("plain", "hello", "greeting"),
            Step("plain", "what can you do", "help"),
            Step("form start", "register a supplier", f"question {FIELDS[0]}"),
            *(Step("form slot", *pair) for pair in zip(typed, next_asked, strict=True)),
            Step("confirm", "yes", "saved"),
            Step("list", "my registrations", "listed"),
            Step("plain", "thanks", "welcome"),
        ]


PROBE = Step("plain", "what can you do", "help")
"""The turn that is timed again and again in one long conversation."""
TURNS = len(Dialogue("", "", Supplier("", "", "", "", "")).steps())


@dataclass(frozen=True)
class Person:
    """Somebody who talks."""

    employee_id: str
    name: str


def people(number: int) -> list[Person]:
    """That many employees."""
    names = (f"{_word(7 * one).capitalize()} {_word(11 * one + 3).capitalize()}" for one in count())
    return [Person(f"EMP{1000 + one}", next(names)) for one in range(number)]


class Dialogues:
    """Makes dialogues, always in the same order: the people in turn, each with a new company."""

    def __init__(self, speakers: list[Person]) -> None:
        self._speakers = speakers
        self._made = 0

    def next(self, speaker: Person | None = None) -> Dialogue:
        """One more dialogue, of whose turn it is unless a `speaker` is given."""
        number = self._made
        self._made += 1
        who = speaker or self._speakers[number % len(self._speakers)]
        company = _word(101 + 37 * number)
        first_name = FIRST_NAMES[number % len(FIRST_NAMES)]
        supplier = Supplier(
            company_name=f"{company.capitalize()} Trading Ltd",
            contact_name=f"{first_name} {_word(53 + 29 * number).capitalize()}",
            email=f"orders@{company}.com",
            phone=f"+44 20 7946 {number % 1000:04}",
            category=CATEGORIES[number % len(CATEGORIES)],
        )
        return Dialogue(who.employee_id, who.name, supplier)


def _word(number: int) -> str:
    """A word of three syllables; different for each number below 343,000."""
    syllables = []
    for _ in range(3):
        number, which = divmod(number, len(SYLLABLES))
        syllables.append(SYLLABLES[which])
    return "".join(reversed(syllables))
