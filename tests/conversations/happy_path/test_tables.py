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


def test_row_can_be_left_out(employee: Conversation, roll: Rollcall, cast: Cast) -> None:
    roll.drafts.begin_table(cast.employee, BAD)
    employee.say("continue my supplier")
    assert "1 row of suppliers, 1 ready." in employee.say("remove row 2").text


def test_whole_table_is_taken_back_together(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.drafts.begin_table(cast.employee, GOOD)
    employee.play("continue my supplier", "yes")
    assert "Taken back: 2 suppliers." in employee.say("undo that").text
    undone = {"status": "undone"}
    assert roll.database.collection("supplier_registration").count_documents(undone) == 2
