"""Pasted tables: splitting, checking, mending, saving all or nothing."""

import pytest

from rollcall import Rollcall
from rollcall.errors import Invalid
from rollcall.forms.draft import Event, Utterance
from rollcall.forms.tables import split
from tests.cast import Cast

HEADING = "E-mail;Company name;Contact person;Category"


def table(*rows: str) -> str:
    return "\n".join((HEADING, *rows))


@pytest.mark.parametrize("separator", ["\t", ";", "|", ","])
def test_separators(separator: str) -> None:
    text = f"Name{separator}E-mail\n\nJane{separator}jane@acme.com\n"
    assert split(text) == [["Name", "E-mail"], ["Jane", "jane@acme.com"]]


@pytest.mark.parametrize("text", ["", "one line", "two\nlines", "a;b", "a;b\n" * 202])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        split(text)


def test_quoted_cells_keep_their_separator() -> None:
    assert split('Name,Town\n"Doe, Jane",Bonn')[1] == ["Doe, Jane", "Bonn"]


def test_columns_in_any_order_say_which_type_it_is(roll: Rollcall, cast: Cast) -> None:
    outcome = roll.drafts.begin_table(cast.employee, table("a@acme.com;Acme;Jane Doe;goods"))
    assert outcome.draft.type == "supplier"
    assert outcome.draft.rows[0].problems == {}


def test_columns_that_fit_no_type_are_refused(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Invalid, match="first line"):
        roll.drafts.begin_table(cast.employee, "Colour;Taste\nred;sweet")


def test_values_that_stand_twice_or_are_on_record_are_problems(roll: Rollcall, cast: Cast) -> None:
    roll.registrations.create(
        cast.outsider,
        "supplier",
        {
            "company_name": "Old",
            "contact_name": "Jo Doe",
            "email": "old@x.com",
            "category": "goods",
        },
    )
    rows = ("a@acme.com;Acme;Jane Doe;goods", "a@acme.com;Other;Jane Doe;goods",
            "new@x.com;OLD;Jane Doe;goods")  # fmt: skip
    draft = roll.drafts.begin_table(cast.employee, table(*rows)).draft
    assert [list(row.problems) for row in draft.rows] == [[], ["email"], ["company_name"]]


def test_two_hundred_rows_are_saved_in_one_transaction(roll: Rollcall, cast: Cast) -> None:
    rows = [f"c{n}@acme.com;Acme {n};Jane Doe;goods" for n in range(200)]
    draft = roll.drafts.begin_table(cast.employee, table(*rows)).draft
    result = roll.drafts.respond(cast.employee, draft, Utterance("yes", "affirm"))
    assert result.outcome.event is Event.CONFIRMED
    assert len(result.batch) == 200
    assert roll.database.collection("supplier_registration").count_documents({}) == 200


def test_one_row_taken_meanwhile_saves_none(roll: Rollcall, cast: Cast) -> None:
    rows = ("a@acme.com;Acme;Jane Doe;goods", "b@acme.com;Beta;Jane Doe;goods")
    draft = roll.drafts.begin_table(cast.employee, table(*rows)).draft
    data = {"company_name": "Beta", "contact_name": "Jo Doe", "email": "z@z.com",
            "category": "goods"}  # fmt: skip
    roll.registrations.create(cast.outsider, "supplier", data)
    result = roll.drafts.respond(cast.employee, draft, Utterance("yes", "affirm"))
    assert result.outcome.event is Event.SUMMARY
    assert "none was saved" in (result.outcome.problem or "")
    assert roll.database.collection("supplier_registration").count_documents({}) == 1


def test_saving_the_same_draft_again_answers_the_first_result(roll: Rollcall, cast: Cast) -> None:
    draft = roll.drafts.begin_table(cast.employee, table("a@a.com;Acme;Jane Doe;goods")).draft
    first = roll.drafts.respond(cast.employee, draft, Utterance("yes", "affirm"))
    again = roll.drafts.respond(cast.employee, draft, Utterance("yes", "affirm"))
    assert [one.document_id for one in first.batch] == [one.document_id for one in again.batch]
