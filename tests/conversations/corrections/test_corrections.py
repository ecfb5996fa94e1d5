"""Changing one's mind within a form."""

from rollcall import Rollcall
from tests.assistant import Conversation, Reply

ANSWERS = ("register a supplier", "Acme", "Jane Doe", "jane@acme.com", "+44 20 7946 0018", "goods")


def values(reply: Reply) -> dict[str, str]:
    """The values of a summary by field name."""
    assert reply.custom["type"] == "form_summary", reply.text
    return {one["name"]: one["value"] for one in reply.custom["fields"]}


def test_one_field_is_corrected_at_the_summary(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.say("no, the phone is +49 30 1234567")
    assert values(reply)["phone"] == "+49 30 1234567"
    assert values(reply)["contact_name"] == "Jane Doe"
    assert employee.saved("supplier") == []
    employee.say("yes")
    [saved] = employee.saved("supplier")
    assert (saved["phone"], saved["contact_name"]) == ("+49301234567", "Jane Doe")


def test_several_fields_are_corrected_at_once(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.say("the contact is John Roe and the e-mail is john@acme.com")
    assert values(reply)["contact_name"] == "John Roe"
    assert values(reply)["email"] == "john@acme.com"
    employee.say("yes")
    [saved] = employee.saved("supplier")
    assert (saved["contact_name"], saved["email"]) == ("John Roe", "john@acme.com")


def test_earlier_field_is_corrected_in_the_middle(employee: Conversation) -> None:
    employee.play(*ANSWERS[:4])
    reply = employee.talk("sorry, the company name is Acme Holding")
    assert "Company name is now Acme Holding" in reply.text
    assert reply.custom["field"] == "phone"
    assert employee.answers()["company_name"] == "Acme Holding"


def test_naming_a_field_asks_for_its_new_value(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.talk("change the e-mail")
    assert reply.custom["field"] == "email"
    assert values(employee.talk("new@acme.com"))["email"] == "new@acme.com"
    assert employee.answers()["email"] == "new@acme.com"


def test_change_button_asks_what_to_change(employee: Conversation) -> None:
    summary = employee.play(*ANSWERS)
    reply = employee.press("Change", summary)
    assert "What should I change?" in reply.text
    assert values(employee.talk("category: software"))["category"] == "Software"
    assert employee.answers()["category"] == "software"


def test_invalid_correction_keeps_the_good_value(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.talk("the e-mail is not-an-address")
    assert "not a valid e-mail" in reply.text
    assert "I keep e-mail jane@acme.com" in reply.text
    assert employee.answers()["email"] == "jane@acme.com"
    assert values(employee.say("jane.doe@acme.com"))["email"] == "jane.doe@acme.com"


def test_going_back_shows_what_was_said(employee: Conversation) -> None:
    employee.play(*ANSWERS[:3])
    reply = employee.talk("go back")
    assert reply.custom["field"] == "contact_name"
    assert employee.answers()["contact_name"] == "Jane Doe"
    assert "You said Jane Doe." in reply.text


def saved(roll: Rollcall, kind: str = "supplier") -> list[dict[str, str]]:
    """What is on record and stands."""
    found = roll.database.collection(f"{kind}_registration").find({"status": "active"})
    return [one["data"] for one in found]


def test_last_answer_is_corrected_without_naming_it(employee: Conversation, roll: Rollcall) -> None:
    employee.play("register a supplier", "Globex GmbH")
    reply = employee.say("oh wait, its actually Globex AG")
    assert "Company name is now Globex AG." in reply.text
    assert reply.custom["field"] == "contact_name"
    employee.play("Jon Smyth", "jon@globex.com", "skip", "goods", "yes")
    assert saved(roll)[0]["company_name"] == "Globex AG"


def test_good_one_of_two_corrections_counts_and_the_bad_one_is_explained(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play(*ANSWERS)
    reply = employee.say("no, the contact is John Roe and the e-mail is john.at.acme")
    assert "Contact person is now John Roe." in reply.text
    assert "not a valid e-mail" in reply.text
    assert "I keep e-mail jane@acme.com" in reply.text
    assert values(employee.say("john@acme.com"))["email"] == "john@acme.com"
    employee.say("save it")
    assert (saved(roll)[0]["contact_name"], saved(roll)[0]["email"]) == (
        "John Roe",
        "john@acme.com",
    )


def test_field_that_is_called_wrong_is_asked_again(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    assert employee.talk("the phone's wrong").custom["field"] == "phone"
    assert values(employee.say("+49 30 1234567"))["phone"] == "+49 30 1234567"


def test_bare_value_at_the_summary_replaces_the_one_it_fits(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.talk("+49 30 1234567")
    assert "Phone is now +49 30 1234567." in reply.text
    assert values(reply)["email"] == "jane@acme.com"


def test_name_is_put_in_place_of_another(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    assert values(employee.talk("Joan, not Jane"))["contact_name"] == "Joan Doe"


def test_optional_answer_is_left_out_again(employee: Conversation, roll: Rollcall) -> None:
    employee.play(*ANSWERS)
    assert values(employee.say("remove the phone"))["phone"] == "–"
    employee.say("yes")
    assert "phone" not in saved(roll)[0]


def test_one_goes_back_over_several_questions_and_forward_again(employee: Conversation) -> None:
    employee.play(*ANSWERS[:4])
    assert employee.talk("go back", "back").custom["field"] == "contact_name"
    assert "Contact person" in employee.say("what do you have so far?").text
    reply = employee.say("Janet Doe")
    assert reply.custom["field"] == "phone"


def test_change_of_mind_after_saving_replaces_what_was_saved(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play(*ANSWERS, "yes")
    reply = employee.say("actually the phone is +49 30 1234567")
    assert "that you just saved" in reply.text
    assert values(reply)["phone"] == "+49 30 1234567"
    assert [one["phone"] for one in saved(roll)] == ["+442079460018"]
    assert "Changed: supplier Acme." in employee.say("yes").text
    assert [one["phone"] for one in saved(roll)] == ["+49301234567"]
    assert "as it was before the change" in employee.say("undo").text
    assert [one["phone"] for one in saved(roll)] == ["+442079460018"]


def test_due_date_said_where_the_priority_was_asked_is_kept(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("create a task", "Paint the wall", "me")
    reply = employee.say("by 15 March 2027")
    assert "Due: Monday, 15 March 2027." in reply.text
    assert reply.custom["field"] == "priority"
    assert values(employee.say("high"))["priority"] == "High"
    assert "Priority is now Medium." in employee.say("actually medium priority").text
    employee.say("yes")
    [task] = roll.tasks.list(employee.actor, "EMP004", "open", 10).items  # type: ignore[arg-type]
    assert (task.title, task.priority) == ("Paint the wall", "medium")
    assert task.due_date is not None
