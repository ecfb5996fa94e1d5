"""Registering things, question by question."""

from rollcall import Rollcall
from rollcall.clock import iso
from tests.assistant import Conversation


def test_supplier_is_registered_question_by_question(
    employee: Conversation, roll: Rollcall
) -> None:
    reply = employee.say("I want to register a supplier")
    assert reply.custom["type"] == "form_question"
    assert (reply.custom["field"], reply.custom["step"], reply.custom["of"]) == (
        "company_name",
        1,
        5,
    )
    employee.play("Acme Supplies Ltd", "Jane Doe", "orders@acme.com", "+44 20 7946 0018")
    summary = employee.say("goods")
    assert summary.custom["type"] == "form_summary"
    assert {one["label"]: one["value"] for one in summary.custom["fields"]} == {
        "Company name": "Acme Supplies Ltd",
        "Contact person": "Jane Doe",
        "E-mail": "orders@acme.com",
        "Phone": "+44 20 7946 0018",
        "Category": "Goods",
    }
    assert list(summary.buttons) == ["Save", "Change", "Cancel"]
    receipt = employee.press("Save", summary)
    assert receipt.custom["type"] == "receipt"
    assert receipt.custom["collection"] == "supplier_registration"
    document = roll.database.collection("supplier_registration").find_one({})
    assert document is not None
    assert str(document["_id"]) == receipt.custom["document_id"]
    assert document["registration_type"] == "supplier_registration"
    assert document["employee_id"] == "EMP004"
    assert document["session_id"] == employee.conversation_id
    assert document["data"] == {
        "company_name": "Acme Supplies Ltd",
        "contact_name": "Jane Doe",
        "email": "orders@acme.com",
        "phone": "+442079460018",
        "category": "goods",
    }
    activity = roll.activities.list(employee.actor, kind="registration.created").items[0]  # type: ignore[arg-type]
    assert activity.subject.id == receipt.custom["document_id"]
    assert iso(activity.at)


def test_opening_sentence_fills_what_it_says(employee: Conversation) -> None:
    reply = employee.talk("register supplier Acme, contact jane@acme.com")
    assert employee.answers() == {"company_name": "Acme", "email": "jane@acme.com"}
    assert "Company name: Acme" in reply.text
    assert "E-mail: jane@acme.com" in reply.text
    assert reply.custom["field"] == "contact_name"


def test_optional_question_can_be_skipped_by_button(employee: Conversation) -> None:
    reply = employee.play("register a supplier", "Acme", "Jane Doe", "jane@acme.com")
    assert reply.custom["optional"]
    assert employee.press("Skip", reply).custom["field"] == "category"
    employee.play("goods", "yes")
    assert "phone" not in employee.saved("supplier")[0]


def test_choice_can_be_pressed(employee: Conversation) -> None:
    reply = employee.play("register a supplier", "Acme", "Jane Doe", "jane@acme.com", "skip")
    summary = employee.press("Software", reply)
    assert summary.custom["fields"][-1]["value"] == "Software"
    employee.press("Save", summary)
    assert employee.saved("supplier")[0]["category"] == "software"


def test_training_takes_dates_in_words_and_me_for_a_person(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play(
        "I'd like to register a training", "Fire safety basics", "me", "2027-03-01", "online"
    )
    assert "Saved: training Fire safety basics" in employee.play("250 euros", "yes").text
    document = roll.database.collection("training_registration").find_one({})
    assert document is not None
    assert document["data"] == {
        "course": "Fire safety basics",
        "participant": "EMP004",
        "date": "2027-03-01",
        "format": "online",
        "cost": {"amount": "250.00", "currency": "EUR"},
    }


def test_visitor_with_yes_or_no_question(employee: Conversation, roll: Rollcall) -> None:
    employee.play("register a visitor", "Lena Schulz", "skip", "me", "2027-03-01 at 10am")
    summary = employee.say("no")
    assert summary.custom["fields"][-1] == {
        "name": "parking",
        "label": "Parking space",
        "value": "no",
    }
    employee.say("yes, save it")
    assert roll.database.collection("visitor_registration").count_documents({}) == 1


def test_asking_to_register_without_saying_what_offers_the_types(employee: Conversation) -> None:
    reply = employee.talk("I want to register something")
    assert "supplier" in reply.text
    assert "Supplier" in reply.buttons
    assert employee.press("Supplier", reply).custom["field"] == "company_name"


def test_first_sentence_with_everything_leads_to_the_summary(
    employee: Conversation, roll: Rollcall
) -> None:
    summary = employee.say(
        "register supplier Northwind Traders, contact Ann Lee, ann@northwind.com, "
        "+44 20 7946 0011, services"
    )
    assert summary.custom["type"] == "form_summary"
    employee.say("yes")
    [document] = roll.database.collection("supplier_registration").find({})
    assert document["data"] == {
        "company_name": "Northwind Traders",
        "contact_name": "Ann Lee",
        "email": "ann@northwind.com",
        "phone": "+442079460011",
        "category": "services",
    }


def test_visitor_in_one_sentence_lacks_only_what_was_not_said(
    employee: Conversation, roll: Rollcall
) -> None:
    reply = employee.say("register visitor Lena Schulz from Globex on 2 March 2037 at 3pm")
    assert reply.custom["field"] == "host"
    employee.play("erika", "no parking needed", "yes")
    [document] = roll.database.collection("visitor_registration").find({})
    assert document["data"]["arrival"].isoformat() == "2037-03-02T14:00:00+00:00"
    assert (document["data"]["company"], document["data"]["host"]) == ("Globex", "EMP004")


def test_several_answers_in_one_go_fill_several_questions(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("register a supplier", "Acme")
    reply = employee.say("Jane Doe, jane@acme.com, phone is +44 20 7946 0018")
    assert reply.custom["field"] == "category"
    employee.play("goods", "yes")
    [document] = roll.database.collection("supplier_registration").find({})
    assert document["data"]["phone"] == "+442079460018"
