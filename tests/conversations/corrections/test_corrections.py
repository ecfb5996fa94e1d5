"""Changing one's mind within a form."""

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


def test_several_fields_are_corrected_at_once(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.say("the contact is John Roe and the e-mail is john@acme.com")
    assert values(reply)["contact_name"] == "John Roe"
    assert values(reply)["email"] == "john@acme.com"


def test_earlier_field_is_corrected_in_the_middle(employee: Conversation) -> None:
    employee.play(*ANSWERS[:4])
    reply = employee.say("sorry, the company name is Acme Holding")
    assert "Company name is now Acme Holding" in reply.text
    assert reply.custom["field"] == "phone"


def test_naming_a_field_asks_for_its_new_value(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.say("change the e-mail")
    assert reply.custom["field"] == "email"
    assert values(employee.say("new@acme.com"))["email"] == "new@acme.com"


def test_change_button_asks_what_to_change(employee: Conversation) -> None:
    summary = employee.play(*ANSWERS)
    reply = employee.press("Change", summary)
    assert "What should I change?" in reply.text
    assert values(employee.say("category: software"))["category"] == "Software"


def test_invalid_correction_keeps_the_good_value(employee: Conversation) -> None:
    employee.play(*ANSWERS)
    reply = employee.say("the e-mail is not-an-address")
    assert "not a valid e-mail" in reply.text
    assert "I keep e-mail jane@acme.com" in reply.text
    assert values(employee.say("jane.doe@acme.com"))["email"] == "jane.doe@acme.com"


def test_going_back_shows_what_was_said(employee: Conversation) -> None:
    employee.play(*ANSWERS[:3])
    reply = employee.say("go back")
    assert reply.custom["field"] == "contact_name"
    assert "You said Jane Doe." in reply.text
