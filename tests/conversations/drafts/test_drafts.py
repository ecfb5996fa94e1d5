"""Forms that are left and found again."""

from pathlib import Path

from rollcall import Rollcall
from tests.assistant import Conversation, running_assistant
from tests.cast import Cast


def test_parked_form_is_continued_where_it_was(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme")
    assert "continue my supplier" in employee.talk("let's do this later").text
    reply = employee.talk("continue my supplier")
    assert reply.custom["field"] == "contact_name"
    assert employee.answers() == {"company_name": "Acme"}


def test_form_survives_sign_out_and_another_device(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    employee.play("register a supplier", "Acme", "sign out")
    person = roll.directory.find("EMP004")
    assert person is not None
    session = roll.sessions.open(person)
    elsewhere = Conversation(
        employee.assistant, roll, roll.sessions.authenticate(session.session_id)
    )
    assert "supplier" in elsewhere.say("I am employee EMP004").text
    reply = elsewhere.talk("continue")
    assert reply.custom["field"] == "contact_name"
    assert elsewhere.answers() == {"company_name": "Acme"}


def test_nothing_to_continue_is_said(employee: Conversation) -> None:
    assert "no unfinished form" in employee.talk("continue my form").text


def test_form_goes_on_after_everything_was_restarted(
    employee: Conversation, roll: Rollcall, tmp_path: Path, mongodb_uri: str
) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    folder = tmp_path / "restarted"
    folder.mkdir()
    with running_assistant(folder, mongodb_uri, roll.database.name) as restarted:
        again = Conversation(restarted, roll, employee.actor)
        assert again.say("jane@acme.com").custom["field"] == "phone"
        again.play("skip", "goods", "yes")
    [document] = roll.database.collection("supplier_registration").find({})
    assert document["data"]["email"] == "jane@acme.com"


def test_of_several_drafts_the_one_that_is_named_goes_on(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "register a visitor", "Tom Brown")
    employee.say("I'll do this later")
    assert "supplier Acme" in employee.talk("continue my supplier").text
    assert employee.talk("continue the visitor").custom["field"] == "company"


def test_beginning_what_is_unfinished_offers_to_go_on(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme", "later")
    offer = employee.say("register a supplier")
    assert "You have an unfinished supplier Acme" in offer.text
    assert employee.press("Go on with it", offer).custom["field"] == "contact_name"
    employee.say("later")
    offer = employee.say("register a supplier")
    assert employee.press("Start a new one", offer).custom["field"] == "company_name"
    employee.say("Globex")
    titles = [roll.drafts.title(employee.actor, one) for one in roll.drafts.list(employee.actor)]  # type: ignore[arg-type]
    assert titles == ["supplier Globex", "supplier Acme"]


def test_drafts_are_listed_and_deleted_after_a_question(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme", "register a visitor", "Tom Brown", "later")
    listed = employee.say("show my drafts")
    assert [row["title"] for row in listed.custom["rows"]] == ["Visitor Tom Brown", "Supplier Acme"]
    assert "That can't be undone" in employee.say("delete my drafts").text
    assert roll.database.collection("drafts").count_documents({}) == 2
    assert "Deleted: 2 unfinished forms." in employee.say("yes").text
    assert roll.database.collection("drafts").count_documents({}) == 0


def test_other_drafts_are_deleted_in_the_middle_of_a_form(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme", "register a visitor", "Tom Brown")
    assert "supplier Acme" in employee.say("delete the supplier draft").text
    reply = employee.say("yes")
    assert "Deleted: 1 unfinished form." in reply.text
    assert reply.custom["field"] == "company"
    [left] = roll.drafts.list(employee.actor)  # type: ignore[arg-type]
    assert left.type == "visitor"
