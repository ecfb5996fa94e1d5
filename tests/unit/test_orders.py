"""Which task a sentence means, and what is to happen with it."""

from datetime import timedelta
from typing import Any

import pytest

from rollcall.errors import Invalid
from rollcall.spoken.choices import Shown
from rollcall.spoken.orders import Speaker, Understood, understand
from rollcall.spoken.wishes import Wish, wish_or
from rollcall.task_records import Task
from tests.unit.test_assignments_spoken import CONTEXT, NOW, PEOPLE


def task(identity: str, title: str, owner: str = "EMP002") -> Task:
    """A pending task of somebody's."""
    return Task(
        identity, owner, title, "medium", "pending", None, "EMP002", None, NOW, None, None
    )  # fmt: skip


OWN = [task("1", "Stocktaking"), task("2", "Security training"), task("3", "Order chairs")]
OTHERS = [task("4", "Paint the wall", "EMP004"), task("5", "Stocktaking", "EMP004")]


def ask(text: str, *, focus: tuple[str, ...] = ("4",), default: Wish = Wish.CHANGE) -> Understood:
    """What is understood when tasks 1, 2, 3 were listed and `focus` was talked about last."""
    speaker = Speaker(CONTEXT, OWN, OTHERS, PEOPLE, Shown(("1", "2", "3"), focus))
    return understand(text, wish_or(text, default), speaker)


def meant(text: str, **more: Any) -> list[str]:
    """The ids of the tasks that are clear."""
    return [one.task_id for one in ask(text, **more).choice.tasks]


CHOICES = [
    ("finish the stocktaking", ["1"]),
    ("finish stocktakng", ["1"]),
    ("finish 1 and 3", ["1", "3"]),
    ("finish task 2", ["2"]),
    ("finish the second one", ["2"]),
    ("finish everything", ["1", "2", "3"]),
    ("finish the stocktaking and the training", ["1", "2"]),
    ("cancel the chairs", ["3"]),
    ("actually make that Monday", ["4"]),
    ("postpone erika's stocktaking to monday", ["5"]),
    ("postpone paint the wall to 2026-03-20 at 5pm", ["4"]),
    ("the deadline for chairs is friday", ["3"]),
]


@pytest.mark.parametrize(("text", "ids"), CHOICES)
def test_task_is_found_by_number_title_owner_or_by_it(text: str, ids: list[str]) -> None:
    assert meant(text) == ids


def test_two_tasks_that_fit_are_both_named_as_unclear() -> None:
    words, options = ask("rename the stocktaking to Count the stock").choice.unclear[0]
    assert words == "stocktaking"
    assert [one.task_id for one in options] == ["1", "5"]


def test_it_without_anything_said_before_is_unclear() -> None:
    assert meant("postpone it to friday", focus=()) == []


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("make it urgent", {"priority": "urgent"}),
    ("lower the priority", {"step": -1}),
    ("make it tuesday instead, and high", {"priority": "high", "due_date": "2026-03-10"}),
    ("no wait, tuesday", {"due_date": "2026-03-10"}),
    ("push it back 2 days", {"shift": timedelta(days=2)}),
    ("take the due date off", {"no_due_date": True}),
    ("rename it to Count the stock", {"title": "Count the stock"}),
    ("it's not urgent any more", {"not_priority": True}),
]


@pytest.mark.parametrize(("text", "wanted"), CHANGES)
def test_change_is_read(text: str, wanted: dict[str, Any]) -> None:
    said = {name: value for name, value in vars(ask(text).wanted).items() if value}
    if "due_date" in said:
        said["due_date"] = said["due_date"].date().isoformat()
    assert said == wanted


@pytest.mark.parametrize(
    "text", ["no, give it to Oscar", "no, Oscar", "sorry, I meant Oscar", "can Oscar do it"]
)
def test_correction_of_the_person_hands_the_task_on(text: str) -> None:
    said = ask(text)
    assert said.wish is Wish.GIVE
    assert said.target is not None
    assert said.target.id == "EMP005"
    assert [one.task_id for one in said.choice.tasks] == ["4"]


def test_name_that_is_nobodys_is_told() -> None:
    assert ask("postpone Zaphod's stocktaking to monday").stranger == "Zaphod"


def test_date_is_nobodys_name() -> None:
    assert ask("postpone paint the wall to 2026-03-20").stranger is None


def test_shift_into_the_past_is_refused() -> None:
    with pytest.raises(Invalid, match="past"):
        ask("move it a week earlier").wanted.for_task(OTHERS[0], NOW)
