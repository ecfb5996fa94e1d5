"""Many registrations from a pasted table."""

from rollcall import Rollcall
from tests.assistant import Conversation
from tests.cast import Cast

HEADING = "Company name\tContact\tE-mail\tCategory\n"
GOOD = (
    HEADING + "Acme\tJane Doe\tjane@acme.com\tgoods\nGlobex\tJohn Roe\tjohn@globex.com\tsoftware\n"
)
BAD = HEADING + "Acme\tJane Doe\tjane@acme.com\tgoods\nGlobex\tJohn Roe\tjohn(at)globex\tsoftware\n"


def test_good_table_is_saved_all_at_once(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.drafts.begin_table(cast.employee, GOOD)
    preview = employee.say("continue my supplier")
    assert "2 rows of suppliers, 2 ready." in preview.text
    assert [row["row"] for row in preview.custom["rows"]] == [1, 2]
    receipt = employee.press("Save all", preview)
    assert "Saved: 2 suppliers." in receipt.text
    assert roll.database.collection("supplier_registration").count_documents({}) == 2
    assert len(roll.activities.list(cast.employee, kind="registration.created").items) == 2


def test_row_with_a_problem_is_mended_by_chat_and_until_then_nothing_is_saved(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.drafts.begin_table(cast.employee, BAD)
    preview = employee.say("continue my supplier")
    assert "Row 2: That is not a valid e-mail address" in preview.text
    assert "Not saved yet: please mend row 2" in employee.say("yes").text
    assert roll.database.collection("supplier_registration").count_documents({}) == 0
    mended = employee.say("row 2 e-mail is john@globex.com")
    assert "2 rows of suppliers, 2 ready." in mended.text
    assert "Saved: 2 suppliers." in employee.say("yes").text
    assert [one["email"] for one in employee.saved("supplier")] == [
        "jane@acme.com",
        "john@globex.com",
    ]


def test_row_can_be_left_out(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    roll.drafts.begin_table(cast.employee, BAD)
    employee.say("continue my supplier")
    assert "1 row of suppliers, 1 ready." in employee.talk("remove row 2").text
    employee.say("yes")
    assert [one["company_name"] for one in employee.saved("supplier")] == ["Acme"]


def test_whole_table_is_taken_back_together(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.drafts.begin_table(cast.employee, GOOD)
    employee.play("continue my supplier", "yes")
    assert "Taken back: 2 suppliers." in employee.say("undo that").text
    undone = {"status": "undone"}
    assert roll.database.collection("supplier_registration").count_documents(undone) == 2


def test_rows_are_shown_and_misspelled_choices_are_taken_on_a_yes(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    rows = "Acme;Jane Doe;jane@acme.com;servces\nGlobex;John Roe;john@globex.com;goods\n"
    roll.drafts.begin_table(cast.employee, HEADING.replace("\t", ";") + rows)
    preview = employee.say("continue my supplier")
    assert "Row 1: Did you mean Services?" in preview.text
    assert "servces" in employee.say("what is wrong with row 1?").text
    mended = employee.say("yes")
    assert "Row 1: category is Services." in mended.text
    assert "Row 2: Globex, John Roe, john@globex.com, goods" in mended.text
    employee.say("row 2 contact is Jo Roe and category is software")
    assert "Saved: 2 suppliers." in employee.say("yes").text
    found = roll.database.collection("supplier_registration").find({}).sort("data.company_name", 1)
    kept = [(one["data"]["contact_name"], one["data"]["category"]) for one in found]
    assert kept == [("Jane Doe", "services"), ("Jo Roe", "software")]


def test_table_waits_while_something_else_is_asked_and_registered(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.drafts.begin_table(cast.employee, GOOD)
    employee.say("continue my supplier")
    assert employee.say("what are my tasks?").custom["type"] == "table"
    employee.play("register a visitor", "Tom Brown", "skip", "me", "2037-03-02 at 10am", "no")
    employee.say("yes")
    assert "2 rows of suppliers, 2 ready." in employee.say("continue my supplier").text
    employee.say("yes")
    assert roll.database.collection("supplier_registration").count_documents({}) == 2
    assert roll.database.collection("visitor_registration").count_documents({}) == 1


def test_two_hundred_rows_are_previewed_mended_and_saved(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    lines = [f"Acme {n}\tJane Doe\tjane{n}@acme.com\tgoods" for n in range(1, 201)]
    lines[122] = "Acme 123\tJane Doe\tjane1@acme.com\tgoods"
    roll.drafts.begin_table(cast.employee, HEADING + "\n".join(lines))
    preview = employee.say("continue my supplier")
    assert "200 rows of suppliers, 199 ready." in preview.text
    assert "Row 123: E-mail stands twice in this table." in preview.text
    assert len(preview.custom["rows"]) == 200
    employee.say("row 123 e-mail is jane123@acme.com")
    assert "Saved: 200 suppliers." in employee.say("yes").text
    assert roll.database.collection("supplier_registration").count_documents({}) == 200
