"""A form to talk about in tests of the dialogue, with a field of nearly every kind."""

from dataclasses import replace
from typing import Any

from rollcall.directory import Employee
from rollcall.forms.dialogue import respond
from rollcall.forms.draft import Draft, Outcome, Utterance
from rollcall.forms.kinds import Context
from rollcall.forms.spec import EVERYONE, Choice, Field, Form
from rollcall.principal import Role
from tests.conftest import MONDAY


def person(employee_id: str, name: str) -> Employee:
    """Somebody who can be named."""
    return Employee(
        employee_id, name, Role.EMPLOYEE, None, None, None, None, None, "active", MONDAY
    )


PEOPLE = [
    person("EMP002", "Mona Lindqvist"),
    person("EMP003", "Félix Ångström"),
    person("EMP004", "Erika Müller"),
    person("EMP007", "Anna Schmidt"),
    person("EMP008", "Anna Schmitz"),
]
CONTEXT = Context(MONDAY, "UTC", "US", PEOPLE, "EMP002")
CONTRACT = Form(
    name="contract",
    label="contract",
    plural="contracts",
    description="",
    synonyms=("agreement",),
    who=EVERYONE,
    title_field="title",
    fields=(
        Field("title", "Title", "text", "What is it about?", synonyms=("name",), unique=True),
        Field("contact", "Contact person", "name", "Who is our contact?", synonyms=("contact",)),
        Field("email", "E-mail", "email", "Which address?", synonyms=("mail", "email")),
        Field("phone", "Phone", "phone", "Which number?", synonyms=("number",), optional=True),
        Field("kind", "Category", "choice", "Of which kind?", synonyms=("type",),
              choices=(Choice("goods", "Goods"), Choice("services", "Services", ("service",)),
                       Choice("software", "Software", ("licences",)), Choice("other", "Other"))),
        Field("owner", "Owner", "employee", "Who looks after it?", synonyms=("person",),
              cues=("for", "looked after by")),
        Field("start", "Start", "date", "When does it start?", synonyms=("from", "starts"),
              cues=("from", "starting")),
        Field("end", "End", "date", "When does it end?", synonyms=("until", "ends"),
              cues=("until",), optional=True, after="start"),
        Field("cost", "Cost", "money", "What does it cost?", synonyms=("price",), optional=True),
    ),
)  # fmt: skip
ANSWERS: dict[str, Any] = {
    "title": "Cleaning",
    "contact": "Jane Doe",
    "email": "jane@acme.com",
    "phone": "+442079460018",
    "kind": "services",
    "owner": "EMP004",
    "start": "2026-04-01",
    "end": "2026-05-31",
    "cost": {"amount": "300.00", "currency": "EUR"},
}
NEW = Draft("0" * 24, "EMP002", "registration", "contract", "key-1", MONDAY)
AT_SUMMARY = replace(NEW, answers=ANSWERS, last="cost")


def asking(name: str, **more: Any) -> Draft:
    """A draft at the question `name`, with the answers before it."""
    names = [one.name for one in CONTRACT.fields]
    before = names[: names.index(name)]
    answers = {one: ANSWERS[one] for one in before}
    return replace(NEW, asking=name, answers=answers, last=before[-1] if before else None, **more)


def free(_: str, __: dict[str, Any]) -> bool:
    """Nothing is on record yet."""
    return False


def say(draft: Draft, text: str, intent: str | None = None, **more: Any) -> Outcome:
    """What `text` leads to."""
    return respond(draft, CONTRACT, Utterance(text, intent, **more), CONTEXT, free)


def play(draft: Draft, *texts: str) -> Outcome:
    """What saying one thing after the other leads to."""
    outcome = say(draft, texts[0])
    for text in texts[1:]:
        outcome = say(outcome.draft, text)
    return outcome
