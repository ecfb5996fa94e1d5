"""What the first sentence fills: only what can hardly mean anything else."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rollcall.catalogue import Catalogue
from rollcall.forms.draft import Guess
from rollcall.forms.mentions import mentioned
from tests.forms import CONTEXT, CONTRACT

CATALOGUE = Catalogue()
AT_THREE = datetime(2026, 3, 3, 15, tzinfo=UTC)
EUR_250 = {"amount": "250.00", "currency": "EUR"}

FILLED: list[tuple[str, str, dict[str, Any]]] = [
    ("visitor", "visitor Ann Lee tomorrow at 3pm",
     {"visitor_name": "Ann Lee", "arrival": AT_THREE}),
    (
        "visitor",
        "register a visitor called ann lee tomorrow at 3pm",
        {"visitor_name": "ann lee", "arrival": AT_THREE},
    ),
    (
        "visitor",
        "visitor Ann Lee from Globex tomorrow at 3pm hosted by Erika, no parking",
        {
            "visitor_name": "Ann Lee",
            "company": "Globex",
            "host": "EMP004",
            "arrival": AT_THREE,
            "parking": False,
        },
    ),
    (
        "visitor",
        "a visitor for Erika Müller with parking",
        {"host": "EMP004", "parking": True},
    ),
    ("visitor", "register a visitor for me", {"host": "EMP002"}),
    ("visitor", "visitor May Lee", {"visitor_name": "May Lee"}),
    (
        "visitor",
        "register visitor Erika Müller",
        {"visitor_name": "Erika Müller"},
    ),
    (
        "supplier",
        "register supplier Acme Ltd, contact Jane Doe, jane@acme.com, phone +44 20 7946 0018, "
        "category goods",
        {
            "company_name": "Acme Ltd",
            "contact_name": "Jane Doe",
            "email": "jane@acme.com",
            "phone": "+442079460018",
            "category": "goods",
        },
    ),
    (
        "supplier",
        "register supplier Acme, contact jane@acme.com",
        {"company_name": "Acme", "email": "jane@acme.com"},
    ),
    ("supplier", "add Hooli to our suppliers", {"company_name": "Hooli"}),
    ("supplier", "register this supplier: Acme, Inc., goods",
     {"company_name": "Acme, Inc", "category": "goods"}),
    ("supplier", 'supplier "Cancel Culture Inc"', {"company_name": "Cancel Culture Inc"}),
    ("supplier", "supplier Globex, phone 555 0199",
     {"company_name": "Globex", "phone": "+15550199"}),
    (
        "training",
        "register training Fire Safety for Erika Müller tomorrow, online, 250 EUR",
        {
            "course": "Fire Safety",
            "participant": "EMP004",
            "date": "2026-03-03",
            "format": "online",
            "cost": EUR_250,
        },
    ),
    (
        "training",
        "sign Erika up for the First Aid course on Friday",
        {"course": "First Aid", "participant": "EMP004", "date": "2026-03-06"},
    ),
    (
        "training",
        "an online training called Time Management for felix angstrom",
        {"course": "Time Management", "participant": "EMP003", "format": "online"},
    ),
    ("training", 'training "Monday mornings" for EMP004',
     {"course": "Monday mornings", "participant": "EMP004"}),
    (
        "contract",
        "contract Office Cleaning with Globex from 1 April 2026 to 31 March 2027 for 250 EUR",
        {
            "title": "Office Cleaning",
            "partner": "Globex",
            "start_date": "2026-04-01",
            "end_date": "2027-03-31",
            "amount": EUR_250,
        },
    ),
    (
        "equipment",
        "register equipment Dell Latitude 5440 for Mona, bought yesterday for €250",
        {
            "item": "Dell Latitude 5440",
            "assigned_to": "EMP002",
            "purchase_date": "2026-03-01",
            "value": EUR_250,
        },
    ),
    (
        "user",
        "create a user account for Jane Doe in Sales with read access, jane@example.com",
        {
            "full_name": "Jane Doe",
            "email": "jane@example.com",
            "department": "Sales",
            "access_level": "read",
        },
    ),
    ("incident", "report a critical incident", {"severity": "critical"}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "text", "values"), FILLED, ids=[one[1] for one in FILLED])
def test_sentence_fills_what_it_says(form: str, text: str, values: dict[str, Any]) -> None:
    found = mentioned(CATALOGUE.get(form), text, CONTEXT)
    assert found.values == values
    assert (found.guess, found.problems) == (None, [])


@pytest.mark.parametrize(
    ("form", "text", "values"),
    [
        ("supplier", "register a supplier please", {}),
        ("supplier", "I want to register some other supplier", {}),
        ("supplier", "register supplier March Consulting", {"company_name": "March Consulting"}),
        ("supplier", "supplier 24/7 Security", {"company_name": "24/7 Security"}),
        ("training", "register training Online Marketing", {"course": "Online Marketing"}),
        ("training", "register training Monday Motivation", {"course": "Monday Motivation"}),
        ("visitor", "register visitor Bob Stone hosted by Anna", {"visitor_name": "Bob Stone"}),
        ("equipment", "register my new laptop", {}),
        ("contract", "new contract", {}),
    ],
)
def test_what_may_mean_something_else_is_asked(
    form: str, text: str, values: dict[str, Any]
) -> None:
    assert mentioned(CATALOGUE.get(form), text, CONTEXT).values == values


def test_near_match_is_asked_back() -> None:
    found = mentioned(CATALOGUE.get("supplier"), "supplier Acme, category: sofware", CONTEXT)
    assert found.values == {"company_name": "Acme"}
    assert found.guess == Guess("category", "software")


def test_what_is_wrong_is_told() -> None:
    found = mentioned(CATALOGUE.get("visitor"), "visitor Ann Lee yesterday at 3pm", CONTEXT)
    assert found.values == {"visitor_name": "Ann Lee"}
    assert found.problems == ["Arrival: That is in the past. Which day in the future?"]
    found = mentioned(CATALOGUE.get("supplier"), "supplier Acme, e-mail: nonsense", CONTEXT)
    assert found.values == {"company_name": "Acme"}
    assert found.problems[0].startswith("E-mail: That is not a valid e-mail address.")


def test_two_dates_without_a_name_are_asked() -> None:
    form = replace(CONTRACT, fields=CONTRACT.fields)
    assert "start" not in mentioned(form, "contract Rent tomorrow", CONTEXT).values


def test_long_sentence_does_not_take_long() -> None:
    text = "register supplier Acme " + "and then tomorrow or maybe on Friday at noon " * 20
    assert mentioned(CATALOGUE.get("supplier"), text[:1000], CONTEXT).values
