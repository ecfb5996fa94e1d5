"""A draft is its owner's, and only as long as it isn't saved."""

from tests.assistant import Conversation


def test_nobody_else_can_go_on_with_a_draft(
    employee: Conversation, manager: Conversation, outsider: Conversation
) -> None:
    employee.play("register a supplier", "Acme", "later")
    for other in (manager, outsider):
        reply = other.talk("continue my supplier")
        assert "no unfinished" in reply.text
        assert "Acme" not in reply.text
    assert employee.answers() == {"company_name": "Acme"}


def test_saved_form_is_no_draft_any_more(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe", "jane@acme.com", "skip", "goods")
    assert employee.say("yes").custom["type"] == "receipt"
    assert "no unfinished" in employee.talk("continue my supplier").text
    assert len(employee.saved("supplier")) == 1


def test_draft_holds_what_was_corrected_before_it_was_left(employee: Conversation) -> None:
    employee.play("register a supplier", "Acme", "Jane Doe")
    employee.talk("the company name is Acme Holding", "let's do this later")
    assert employee.talk("continue my supplier").custom["field"] == "email"
    assert employee.answers() == {"company_name": "Acme Holding", "contact_name": "Jane Doe"}
