"""Names that fit several people, and words that fit several things: asked, never guessed."""

from rollcall import SYSTEM, Rollcall
from rollcall.people import NewEmployee
from rollcall.principal import Role
from rollcall.tasks import NewTask
from tests.assistant import Conversation
from tests.cast import Cast


def second_erika(roll: Rollcall) -> None:
    """Another Erika, who reports to the same manager."""
    new = NewEmployee(
        employee_id="EMP007", name="Erika Nilsson", role=Role.EMPLOYEE,
        email="nilsson@example.com", manager_id="EMP002", branch="Berlin",
    )  # fmt: skip
    roll.people.add(SYSTEM, new)


def test_first_name_of_two_people_gives_nobody_a_task(
    manager: Conversation, roll: Rollcall
) -> None:
    second_erika(roll)
    reply = manager.talk("assign 'Stocktaking' to Erika")
    assert "more than one Erika" in reply.text
    assert set(reply.buttons) == {"Erika Musterfrau (EMP004)", "Erika Nilsson (EMP007)"}
    assert manager.tasks() == []


def test_question_about_a_first_name_of_two_people_asks_which(
    manager: Conversation, roll: Rollcall
) -> None:
    second_erika(roll)
    reply = manager.talk("show the registrations of erika")
    assert "EMP004" in reply.text
    assert "EMP007" in reply.text


def test_pronoun_without_anybody_before_asks_whom(manager: Conversation) -> None:
    assert "Whom do you mean?" in manager.talk("how many suppliers did he register").text


def test_which_of_two_tasks_is_answered_by_its_number(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    for title in ("Security training for drivers", "Security training for office staff"):
        roll.tasks.assign(cast.employee, NewTask(title, "EMP004"))
    asked = employee.talk("start the security training")
    second = asked.custom["items"][1]["title"]
    employee.say("2")
    assert [one["title"] for one in employee.tasks() if one["status"] == "in_progress"] == [second]
