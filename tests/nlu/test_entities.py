"""Entities by shape, table and place."""

import pytest
from rasa.shared.nlu.training_data.loading import load_data

from bot.evaluation import TRAINING
from bot.nlu.entities import Tables, find_entities


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.of(load_data(str(TRAINING / "tables.yml")))


def found(text: str, intent: str, tables: Tables) -> list[tuple[str, str]]:
    return [(one.entity, one.value) for one in find_entities(text, intent, tables)]


@pytest.mark.parametrize("written", ["EMP002", "emp002", "Emp 002", "EMP-002", "emp_002"])
def test_an_employee_id_has_one_form(tables: Tables, written: str) -> None:
    assert found(f"I am {written}.", "sign_in", tables) == [("employee_id", "EMP002")]


@pytest.mark.parametrize("text", ["EMP12", "TEMP001", "EMP1234567", "emp001@acme.com", "emp 0021x"])
def test_what_only_looks_like_an_employee_id_is_none(tables: Tables, text: str) -> None:
    assert "employee_id" not in dict(found(text, "sign_in", tables))


@pytest.mark.parametrize(
    "number", ["555 0102", "+1 415 555 0102", "+44 20 7946 0958", "(020) 7946 0958", "555-0100"]
)
def test_a_phone_number_is_found(tables: Tables, number: str) -> None:
    assert found(f"the phone is {number}, please", "correct", tables) == [("phone", number)]


@pytest.mark.parametrize(
    "text",
    ["on 2026-12-01", "12.10.2026", "1/12/2026", "15000 euros", "at 10:30", "AB-1234567", "42"],
)
def test_dates_amounts_and_codes_are_no_phone_numbers(tables: Tables, text: str) -> None:
    assert found(text, "correct", tables) == []


def test_an_email_ends_before_the_full_stop(tables: Tables) -> None:
    assert found("Mail a.b+c@acme.co.uk.", "correct", tables) == [("email", "a.b+c@acme.co.uk")]


@pytest.mark.parametrize(
    "text",
    [
        "assign 'Call Ann' to EMP002",
        'assign "Call Ann" to EMP002',
        "assign “Call Ann” to EMP002",
        "assign Call Ann to EMP002",
        "EMP002 should Call Ann by Friday",
        "tell EMP002 to Call Ann",
        "new task for EMP002: Call Ann",
    ],
)
def test_a_title_is_found_with_and_without_quotation_marks(tables: Tables, text: str) -> None:
    assert set(found(text, "assign_task", tables)) == {
        ("task_title", "Call Ann"),
        ("employee_id", "EMP002"),
    }


def test_an_apostrophe_is_no_quotation_mark(tables: Tables) -> None:
    text = "I'm done with 'Check Tom's car'"
    assert found(text, "complete_task", tables) == [("task_title", "Check Tom's car")]


@pytest.mark.parametrize("text", ["assign a task to EMP002", "assign something to EMP002"])
def test_a_vague_word_is_no_title(tables: Tables, text: str) -> None:
    assert found(text, "assign_task", tables) == [("employee_id", "EMP002")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("register a vendor", "supplier"),
        ("register two guests", "visitor"),
        ("register a forklift", "forklift"),
        ("I want to register my bicycle for the garage", "bicycle"),
        ("add a new espresso machine", "espresso machine"),
    ],
)
def test_a_registration_type_is_found_known_or_not(tables: Tables, text: str, value: str) -> None:
    assert found(text, "register", tables) == [("registration_type", value)]


@pytest.mark.parametrize("text", ["register something", "register it please", "register her"])
def test_a_pronoun_is_no_registration_type(tables: Tables, text: str) -> None:
    assert found(text, "register", tables) == []


def test_words_mean_something_only_where_they_belong(tables: Tables) -> None:
    assert found("the price is too high", "reject", tables) == []
    assert found("urgent tasks", "list_tasks", tables) == [("priority", "urgent")]
    assert found("what is critical", "list_tasks", tables) == [("priority", "urgent")]


def test_a_quotation_hides_what_is_in_it(tables: Tables) -> None:
    assert found("start 'Mail high@acme.com to EMP002'", "start_task", tables) == [
        ("task_title", "Mail high@acme.com to EMP002")
    ]


@pytest.mark.parametrize(
    ("text", "value"), [("complete task 12", "12"), ("the second one", "2"), ("close #3", "3")]
)
def test_the_number_of_an_item(tables: Tables, text: str, value: str) -> None:
    assert found(text, "complete_task", tables) == [("number", value)]
