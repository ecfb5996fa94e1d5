"""Taking things back."""

from datetime import timedelta

from rollcall import Rollcall
from rollcall.meetings.model import NewMeeting
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast

SUPPLIER = (
    "register a supplier", "Acme", "Jane Doe", "jane@acme.com", "skip", "goods", "yes",
)  # fmt: skip


def test_last_registration_is_taken_back_with_an_inverse_entry(
    employee: Conversation, roll: Rollcall
) -> None:
    receipt = employee.play(*SUPPLIER)
    assert "Taken back: supplier Acme" in employee.press("Undo", receipt).text
    document = roll.database.collection("supplier_registration").find_one({})
    assert document is not None
    assert document["status"] == "undone"
    kinds = [one.kind for one in roll.activities.list(employee.actor).items[:2]]  # type: ignore[arg-type]
    assert kinds == ["registration.undone", "registration.created"]


def test_what_was_taken_back_can_be_registered_again(employee: Conversation) -> None:
    employee.play(*SUPPLIER, "undo that")
    assert employee.saved("supplier") == []
    assert employee.play(*SUPPLIER).custom["type"] == "receipt"
    assert [one["company_name"] for one in employee.saved("supplier")] == ["Acme"]


def test_nothing_to_undo_is_said(employee: Conversation) -> None:
    assert "nothing of yours" in employee.talk("undo that").text


def test_completed_task_is_open_again(employee: Conversation, roll: Rollcall) -> None:
    employee.play("assign 'Stocktaking' to me", "start the stocktaking", "finish the stocktaking")
    assert "“Stocktaking” is in progress again" in employee.say("undo that").text
    assert "“Stocktaking” is pending again" in employee.say("undo that").text
    assert "“Stocktaking” is cancelled" in employee.say("undo that").text
    assert [one["status"] for one in employee.tasks()] == ["cancelled"]
    kinds = {one.kind for one in roll.activities.list(employee.actor).items}  # type: ignore[arg-type]
    assert "task.undone" in kinds


def test_task_that_was_changed_since_stays(
    manager: Conversation, employee: Conversation, roll: Rollcall
) -> None:
    manager.say("assign 'Stocktaking' to EMP004")
    employee.say("start the stocktaking")
    assert "changed since" in manager.talk("undo").text


def test_undo_within_a_form_goes_back_and_takes_nothing_from_the_record(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play(*SUPPLIER)
    employee.play("register equipment", "Dell Latitude")
    assert employee.say("undo").custom["field"] == "item"
    active = {"status": "active"}
    assert roll.database.collection("supplier_registration").count_documents(active) == 1


def test_several_tasks_done_together_are_taken_back_together(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.play("assign 'Paint' to me", "assign 'Sweep' to me", "my tasks", "finish 1 and 2")
    reply = employee.say("undo that")
    assert "Taken back, 2 tasks" in reply.text
    states = {one["status"] for one in roll.database.collection("user_tasks").find({})}
    assert states == {"pending"}


def test_changed_deadline_is_taken_back(employee: Conversation, roll: Rollcall) -> None:
    employee.say("assign 'Stocktaking' to me, due 2027-03-05")
    employee.say("postpone it to 2027-03-08")
    assert "as it was before" in employee.say("undo").text
    document = roll.database.collection("user_tasks").find_one({})
    assert document is not None
    assert document["due_date"].date().isoformat() == "2027-03-05"


def test_what_can_not_be_taken_back_says_why_and_offers_what_was_before(
    manager: Conversation, roll: Rollcall, cast: Cast
) -> None:
    manager.say("assign 'Stocktaking' to EMP004")
    roll.meetings.create(cast.manager, NewMeeting("Briefing"))
    reply = manager.say("undo that")
    assert "set up “Briefing”. That can't be taken back. Call the meeting off" in reply.text
    (task,) = roll.database.collection("user_tasks").find({})
    assert task["status"] == "pending"
    assert "“Stocktaking” is cancelled" in manager.press("Take it back", reply).text
    (task,) = roll.database.collection("user_tasks").find({})
    assert task["status"] == "cancelled"


def test_after_ten_minutes_undo_says_that_it_is_too_late(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    eleven_minutes_ago = roll.clock() - timedelta(minutes=11)
    earlier = roll.at_clock(lambda: eleven_minutes_ago)
    task = earlier.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    assert "more than ten minutes ago" in employee.say("undo that").text
    assert roll.tasks.get(cast.employee, task.task_id).status == "pending"


def test_undo_on_a_receipt_takes_back_that_and_not_what_came_after(
    employee: Conversation, roll: Rollcall
) -> None:
    receipt = employee.say("assign 'Paint' to me")
    employee.say("assign 'Sweep' to me")
    assert "“Paint” is cancelled" in employee.press("Undo", receipt).text
    tasks = roll.database.collection("user_tasks").find({})
    assert {one["title"]: one["status"] for one in tasks} == {
        "Paint": "cancelled",
        "Sweep": "pending",
    }


def test_forget_it_offers_to_take_back_what_was_just_done(
    employee: Conversation, roll: Rollcall
) -> None:
    employee.say("assign 'Paint' to me")
    asked = employee.say("actually, forget it")
    assert "Shall I take it back?" in asked.text
    assert roll.database.collection("user_tasks").count_documents({"status": "pending"}) == 1
    assert "“Paint” is cancelled" in employee.say("yes please").text
