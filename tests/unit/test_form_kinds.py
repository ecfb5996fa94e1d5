"""How answers are read: what each kind takes, in people's own words, and what it refuses."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.directory import Employee
from rollcall.errors import Invalid
from rollcall.forms.amounts import money_in
from rollcall.forms.kinds import Context, read, show
from rollcall.forms.spec import Choice, Field
from rollcall.principal import Role
from tests.conftest import MONDAY


def _person(employee_id: str, name: str) -> Employee:
    return Employee(
        employee_id, name, Role.EMPLOYEE, None, None, None, None, None, "active", MONDAY
    )


PEOPLE = [
    _person("EMP002", "Mona Lindqvist"),
    _person("EMP003", "Félix Ångström"),
    _person("EMP004", "Erika Musterfrau"),
    _person("EMP007", "Anna Schmidt"),
    _person("EMP008", "Anna Schmitz"),
    _person("EMP009", "Łukasz Żółć"),
]
CONTEXT = Context(MONDAY, "Europe/Berlin", "US", PEOPLE, "EMP004")
CHOICES = (
    Choice("read", "Read", ("read only", "viewer")),
    Choice("edit", "Edit", ("write",)),
    Choice("manage", "Manage", ("admin",)),
)


def _field(kind: str, **more: Any) -> Field:
    choices = CHOICES if kind == "choice" else ()
    return Field("answer", "Answer", kind, "What?", choices=choices, **more)


TAKEN = [
    ("people", "Mona and EMP003", ["EMP002", "EMP003"]),
    (
        "people",
        "with félix angstrom, mona lindqvist & lukasz please",
        ["EMP003", "EMP002", "EMP009"],
    ),
    ("people", "Mona, Mona Lindqvist and me", ["EMP002"]),
    ("text", "  two   words ", "two words"),
    ("text", "tab\tand\nline", "tab and line"),
    ("text", "zero\u200bwidth", "zerowidth"),
    ("text", "a\x00b", "ab"),
    ("text", "東京 支店", "東京 支店"),
    ("name", "my name is Jane Doe", "Jane Doe"),
    ("name", "It's Seán O'Brien-Müller", "Seán O'Brien-Müller"),
    ("name", "李小龍", "李小龍"),
    ("name", "his name is Jane Doe.", "Jane Doe"),
    ("name", "Sammy Davis Jr.", "Sammy Davis Jr."),
    ("email", "jane@acme.com", "jane@acme.com"),
    ("email", "Jane.Doe@ACME.com", "Jane.Doe@acme.com"),
    ("email", "it is jane@acme.com.", "jane@acme.com"),
    ("email", "Jane Doe <jane@acme.com>", "jane@acme.com"),
    ("email", "jane+orders@acme.co.uk", "jane+orders@acme.co.uk"),
    ("email", "jörg@müller.de", "jörg@müller.de"),
    ("phone", "+44 20 7946 0018", "+442079460018"),
    ("phone", "(202) 555-0102", "+12025550102"),
    ("phone", "202.555.0102", "+12025550102"),
    ("phone", "call +49 30 901820 please", "+4930901820"),
    ("number", "42", 42),
    ("number", "about 42 people", 42),
    ("number", "3.5", 3.5),
    ("number", "3,5", 3.5),
    ("number", "1,200", 1200),
    ("number", "1,200.50", 1200.5),
    ("number", "1.200,50", 1200.5),
    ("number", "1.200.000", 1_200_000),
    ("number", "1 200 000", 1_200_000),
    ("number", "1'200", 1200),
    ("number", "-7", -7),
    ("number", "٤٢", 42),
    ("money", "1,200 EUR", {"amount": "1200.00", "currency": "EUR"}),
    ("money", "€ 99", {"amount": "99.00", "currency": "EUR"}),
    ("money", "99,90 €", {"amount": "99.90", "currency": "EUR"}),
    ("money", "$250", {"amount": "250.00", "currency": "USD"}),
    ("money", "250 dollars", {"amount": "250.00", "currency": "USD"}),
    ("money", "250", {"amount": "250.00", "currency": "USD"}),
    ("money", "12 gbp", {"amount": "12.00", "currency": "GBP"}),
    ("money", "0", {"amount": "0.00", "currency": "USD"}),
    ("choice", "Read", "read"),
    ("choice", "READ ONLY", "read"),
    ("choice", "as an admin please", "manage"),
    ("employee", "EMP002", "EMP002"),
    ("employee", "it is emp002.", "EMP002"),
    ("employee", "Mona", "EMP002"),
    ("employee", "Félix", "EMP003"),
    ("employee", "felix angstrom", "EMP003"),
    ("employee", "Lukasz Zolc", "EMP009"),
    ("employee", "me", "EMP004"),
    ("employee", "Myself!", "EMP004"),
    ("employee", "Anna Schmitz", "EMP008"),
    ("yes_no", "yes", True),
    ("yes_no", "Yes, please!", True),
    ("yes_no", "sure", True),
    ("yes_no", "No.", False),
    ("yes_no", "nope", False),
    ("yes_no", "not really", False),
    ("date", "2026-04-01", "2026-04-01"),
    ("date", "on Friday", "2026-03-06"),
    ("date", "24.12.2026", "2026-12-24"),
    ("datetime", "2026-04-01T10:00:00+02:00", datetime(2026, 4, 1, 8, tzinfo=UTC)),
    ("datetime", "tomorrow at 3pm", datetime(2026, 3, 3, 14, tzinfo=UTC)),
    ("datetime", "tomorrow", datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC)),
]


@pytest.mark.parametrize(("kind", "text", "value"), TAKEN)
def test_answer_is_taken(kind: str, text: str, value: Any) -> None:
    assert read(_field(kind), text, CONTEXT) == value


REFUSED = [
    ("text", "", "a few characters"),
    ("text", " \t\n\x00\u200b", "a few characters"),
    ("text", "x" * 201, "200 characters at most"),
    ("text", "x" * 1_000_000, "1000 characters at most"),
    ("name", "jane@acme.com", "person's name"),
    ("name", "R2D2", "person's name"),
    ("name", "...", "person's name"),
    ("email", "jane", "name@company.com"),
    ("email", "jane@", "name@company.com"),
    ("email", "jane@acme", "name@company.com"),
    ("email", "jane doe@", "name@company.com"),
    ("email", "@acme.com", "name@company.com"),
    ("email", "jane..doe@acme.com", "name@company.com"),
    ("email", f"{'x' * 250}@acme.com", "name@company.com"),
    ("phone", "later", "country code"),
    ("phone", "12", "country code"),
    ("phone", "+999 1234567890", "country code"),
    ("phone", "1" * 40, "country code"),
    ("phone", "202 555 0102 or 202 555 0103", "country code"),
    ("number", "many", "a number"),
    ("number", "-", "a number"),
    ("number", "9" * 400, "too large"),
    ("money", "much", "a number"),
    ("money", "-5 EUR", "can't be negative"),
    ("money", "9" * 400 + " EUR", "too large"),
    ("choice", "zebra", "Read, Edit or Manage"),
    ("choice", "read or write", "Read, Edit or Manage"),
    ("choice", "?", "Read, Edit or Manage"),
    ("employee", "EMP999", "can't find EMP999"),
    ("employee", "Zacharias", "can't find that person"),
    ("employee", "Anna", "Anna Schmidt (EMP007) or Anna Schmitz (EMP008)"),
    ("employee", "!", "can't find that person"),
    ("yes_no", "perhaps", "yes or no"),
    ("yes_no", "not sure", "yes or no"),
    ("yes_no", "no idea", "yes or no"),
    ("text", "🙂🙂", "letters or digits"),
    ("choice", "mange", "Did you mean Manage?"),
    ("employee", "mona lindquist", "Did you mean Mona Lindqvist (EMP002)?"),
    ("yes_no", "!!!", "yes or no"),
    ("yes_no", ",", "yes or no"),
    ("date", "soonish", "can't read a date"),
    ("date", "31 February", "doesn't exist"),
    ("date", "2026-02-30", "doesn't exist"),
    ("datetime", "0001-01-01T00:00:00+14:00", "doesn't exist"),
    ("datetime", "9999-12-31T23:59:59-12:00", "doesn't exist"),
]


@pytest.mark.parametrize(("kind", "text", "says"), REFUSED, ids=range(len(REFUSED)))
def test_answer_is_refused_with_what_would_be_right(kind: str, text: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(_field(kind), text, CONTEXT)
    assert says in refused.value.message
    assert refused.value.fields == {"answer": refused.value.message}


def test_number_keeps_to_its_bounds() -> None:
    spec = _field("number", minimum=1, maximum=10)
    assert read(spec, "10", CONTEXT) == 10
    for text, says in (("0", "at least 1"), ("11", "at most 10")):
        with pytest.raises(Invalid, match=says):
            read(spec, text, CONTEXT)


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_future_field_refuses_the_past(kind: str) -> None:
    for text in ("yesterday", "2026-03-01T08:00:00+00:00" if kind == "datetime" else "2026-03-01"):
        assert read(_field(kind), text, CONTEXT)
        with pytest.raises(Invalid, match="in the past"):
            read(_field(kind, future=True), text, CONTEXT)
    assert read(_field(kind, future=True), "today", CONTEXT)


def test_employee_is_nobody_without_people() -> None:
    nobody = replace(CONTEXT, people=[], me=None)
    for text in ("me", "Mona", "EMP002"):
        with pytest.raises(Invalid):
            read(_field("employee"), text, nobody)


SHOWN = [
    ("choice", "read", "Read"),
    ("employee", "EMP004", "Erika Musterfrau (EMP004)"),
    ("employee", "EMP999", "EMP999"),
    ("money", {"amount": "99.90", "currency": "EUR"}, "99.90 EUR"),
    ("yes_no", True, "yes"),
    ("yes_no", False, "no"),
    ("date", "2026-03-01", "Sunday, 1 March 2026"),
    ("datetime", datetime(2026, 3, 3, 14, tzinfo=UTC), "Tuesday, 3 March 2026, 15:00"),
    ("datetime", datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC), "Tuesday, 3 March 2026"),
    ("phone", "+442079460018", "+44 20 7946 0018"),
    ("number", 42, "42"),
    ("text", None, "–"),
]


@pytest.mark.parametrize(("kind", "value", "text"), SHOWN)
def test_value_is_shown_as_people_read_it(kind: str, value: Any, text: str) -> None:
    assert show(_field(kind), value, CONTEXT) == text


KINDS = ["text", "name", "email", "phone", "number", "money", "choice", "employee", "yes_no"]
TYPED = st.text(max_size=60) | st.text("0123456789.,-+ €$@ab'", max_size=30)


@pytest.mark.parametrize("kind", [*KINDS, "date", "datetime"])
@given(text=TYPED)
def test_anything_typed_is_read_or_refused(kind: str, text: str) -> None:
    spec = _field(kind)
    try:
        value = read(spec, text, CONTEXT)
    except Invalid as refused:
        assert refused.message
    else:
        assert show(spec, value, CONTEXT)


@pytest.mark.parametrize("kind", KINDS)
@given(text=TYPED)
def test_what_was_read_reads_the_same_again(kind: str, text: str) -> None:
    spec = _field(kind)
    try:
        value = read(spec, text, CONTEXT)
    except Invalid:
        return
    again = show(spec, value, CONTEXT) if kind in ("money", "yes_no", "choice") else str(value)
    assert read(spec, again, CONTEXT) == value


@given(amount=st.decimals(0, 10**9, places=2), currency=st.sampled_from(["EUR", "USD", "JPY"]))
def test_amounts_are_kept_to_the_cent(amount: Any, currency: str) -> None:
    kept = read(_field("money"), f"{amount} {currency}", CONTEXT)
    assert kept == {"amount": f"{amount:.2f}", "currency": currency}


@given(cents=st.integers(0, 10**11))
def test_thousands_may_be_grouped_in_either_way(cents: int) -> None:
    english = f"{cents / 100:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    kept = {read(_field("money"), f"{text} EUR", CONTEXT)["amount"] for text in (english, german)}
    assert kept == {f"{cents / 100:.2f}"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [("2k", "2000.00"), ("1.5 million EUR", "1500000.00"), ("12 thousand", "12000.00"),
     ("1.500,50 EUR", "1500.50"), ("5 km", "5.00")],
)  # fmt: skip
def test_amounts_are_read_as_people_shorten_them(text: str, amount: str) -> None:
    assert money_in(text)["amount"] == amount


def test_what_happened_is_not_still_to_come() -> None:
    bought = Field("bought", "Bought", "date", "When was it bought?", past=True)
    context = Context(MONDAY)
    assert read(bought, "today", context) == MONDAY.date().isoformat()
    with pytest.raises(Invalid, match="still to come"):
        read(bought, "tomorrow", context)


def test_number_with_a_zero_of_another_country_needs_its_code() -> None:
    phone = Field("phone", "Phone", "phone", "Which number?")
    with pytest.raises(Invalid, match="country code"):
        read(phone, "030 1234567", Context(MONDAY, region="US"))
    assert read(phone, "030 12345678", Context(MONDAY, region="DE")) == "+493012345678"
