"""Tasks that are handed on, cancelled, changed afterwards, and put back."""

from datetime import timedelta

import pytest

from rollcall import Rollcall
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound
from rollcall.tasks import NewTask, Task, TaskChange
from tests.cast import Cast
from tests.conftest import StandingClock

PARTS = ["admin", "manager", "faculty", "employee", "outsider"]


def _given(roll: Rollcall, cast: Cast) -> Task:
    return roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004"))


def test_handing_on_makes_it_somebody_elses_to_begin(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    roll.tasks.start(cast.employee, task.task_id)
    after = roll.tasks.update(cast.manager, task.task_id, TaskChange(assignee="EMP002"))
    assert (after.employee_id, after.status, after.started_at) == ("EMP002", "pending", None)
    assert after.assigned_by == "EMP002"
    assert roll.tasks.get(cast.admin, task.task_id) == after
    assert roll.tasks.list(cast.employee, "EMP004").items == []


def test_handing_on_is_on_record_for_all_three(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    roll.tasks.update(cast.admin, task.task_id, TaskChange(assignee="EMP003"))
    [entry] = roll.activities.list(cast.employee, kind="task.updated").items
    assert entry.text == "Admin User passed “Stocktaking” on to Félix Ångström"
    assert set(entry.concerns) == {"EMP001", "EMP003", "EMP004"}
    assert entry.data["before"]["employee_id"] == "EMP004"


def test_handing_on_is_taken_back_with_all_that_it_changed(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    started = roll.tasks.start(cast.employee, task.task_id)
    roll.tasks.update(cast.manager, task.task_id, TaskChange(assignee="EMP002"))
    roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.employee, task.task_id) == started


def test_handing_on_is_not_taken_back_once_the_other_began(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    roll.tasks.update(cast.admin, task.task_id, TaskChange(assignee="EMP003"))
    roll.tasks.start(cast.faculty, task.task_id)
    with pytest.raises(Conflict, match="changed since"):
        roll.undo.undo(cast.admin)
    assert roll.tasks.get(cast.admin, task.task_id).employee_id == "EMP003"


def test_assigning_is_not_taken_back_from_somebody_it_was_handed_on_to(
    roll: Rollcall, cast: Cast
) -> None:
    task = _given(roll, cast)
    roll.tasks.update(cast.admin, task.task_id, TaskChange(assignee="EMP003"))
    with pytest.raises(Conflict, match="changed since"):
        roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.faculty, task.task_id).status == "pending"


def test_nobody_hands_on_to_people_they_can_not_assign_to(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    for assignee in ("EMP005", "EMP999"):
        with pytest.raises(NotFound, match=f"can't find {assignee} among the people"):
            roll.tasks.update(cast.manager, task.task_id, TaskChange(assignee=assignee))
    assert roll.tasks.get(cast.employee, task.task_id) == task


def test_own_task_given_by_somebody_else_is_neither_cancelled_nor_handed_on(
    roll: Rollcall, cast: Cast
) -> None:
    task = roll.tasks.assign(cast.admin, NewTask("Stocktaking", "EMP002"))
    with pytest.raises(Forbidden, match="Admin User gave you “Stocktaking”"):
        roll.tasks.cancel(cast.manager, task.task_id)
    with pytest.raises(Forbidden, match="Admin User gave you “Stocktaking”"):
        roll.tasks.update(cast.manager, task.task_id, TaskChange(assignee="EMP004"))
    assert roll.tasks.get(cast.admin, task.task_id) == task


def test_own_task_given_by_oneself_is_cancelled(roll: Rollcall, cast: Cast) -> None:
    task = roll.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    assert roll.tasks.cancel(cast.employee, task.task_id).status == "cancelled"


CANCELS = {
    "admin": set(PARTS),
    "manager": {"manager", "employee"},
    "faculty": {"faculty"},
    "employee": {"employee"},
    "outsider": {"outsider"},
}


@pytest.mark.parametrize("part", PARTS)
def test_it_validates_whose_tasks_one_cancels(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    for owner in PARTS:
        person = everyone[owner]
        task = roll.tasks.assign(person, NewTask("Stocktaking", str(person.employee_id)))
        if owner in CANCELS[part]:
            assert roll.tasks.cancel(everyone[part], task.task_id).status == "cancelled"
        else:
            with pytest.raises(NotFound, match="There is no such task"):
                roll.tasks.cancel(everyone[part], task.task_id)


def test_cancelled_task_comes_back_as_it_was(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    started = roll.tasks.start(cast.employee, task.task_id)
    roll.tasks.cancel(cast.manager, task.task_id)
    [entry] = roll.activities.list(cast.employee, kind="task.cancelled").items
    assert entry.text == "Mona Lindqvist cancelled “Stocktaking”"
    roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.employee, task.task_id) == started


def test_deadline_can_be_taken_away_and_comes_back(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    due = clock() + timedelta(days=1)
    task = roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004", due_date=due))
    after = roll.tasks.update(cast.manager, task.task_id, TaskChange(no_due_date=True))
    assert after.due_date is None
    roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.employee, task.task_id).due_date == due


def test_handing_on_to_the_same_person_changes_nothing(roll: Rollcall, cast: Cast) -> None:
    task = _given(roll, cast)
    with pytest.raises(Invalid, match="nothing to change"):
        roll.tasks.update(cast.manager, task.task_id, TaskChange(assignee="EMP004"))


def test_one_change_says_what_it_changed(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    task = _given(roll, cast)
    change = TaskChange(due_date=clock() + timedelta(days=1))
    roll.tasks.update(cast.manager, task.task_id, change)
    roll.tasks.update(cast.manager, task.task_id, TaskChange(title="Count the stock"))
    roll.tasks.update(cast.manager, task.task_id, TaskChange(title="Count", priority="low"))
    told = [one.text for one in roll.activities.list(cast.manager, kind="task.updated").items]
    assert told == [
        "Mona Lindqvist changed “Count”",
        "Mona Lindqvist renamed “Stocktaking” to “Count the stock”",
        "Mona Lindqvist changed the due date of “Stocktaking”",
    ]


def test_entry_from_before_tasks_were_handed_on_is_still_taken_back(
    roll: Rollcall, cast: Cast
) -> None:
    task = _given(roll, cast)
    roll.tasks.update(cast.manager, task.task_id, TaskChange(priority="urgent"))
    entries = roll.database.collection("session_activities")
    entries.update_one({"kind": "task.updated"}, {"$unset": {"data.after": ""}})
    roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.employee, task.task_id).priority == "medium"
