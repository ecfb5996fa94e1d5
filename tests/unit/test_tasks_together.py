"""Several tasks in one go: all or none, told together, taken back together."""

import pytest

from rollcall import Rollcall
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.task_records import Assign, Cancel, Complete, Order, Start, Update
from rollcall.tasks import NewTask, TaskChange
from tests.cast import Cast


def _assign(*people: str, title: str = "Stocktaking") -> list[Order]:
    return [Assign(NewTask(title, one)) for one in people]


def test_all_are_assigned_with_an_entry_for_each(roll: Rollcall, cast: Cast) -> None:
    made = roll.tasks.together(cast.manager, _assign("EMP004", "EMP002"))
    assert [one.employee_id for one in made] == ["EMP004", "EMP002"]
    entries = roll.activities.list(cast.manager, kind="task.assigned").items
    assert {one.subject.id for one in entries} == {one.task_id for one in made}
    assert len({one.data["together"] for one in entries}) == 1


def test_one_that_may_not_be_assigned_leaves_all_undone(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(NotFound, match="EMP005"):
        roll.tasks.together(cast.manager, _assign("EMP004", "EMP005"))
    assert roll.database.collection("user_tasks").count_documents({}) == 0
    assert roll.activities.list(cast.manager, kind="task.assigned").items == []


def test_one_that_is_finished_already_leaves_all_as_they_were(roll: Rollcall, cast: Cast) -> None:
    one, other = roll.tasks.together(cast.employee, _assign("EMP004", "EMP004"))
    roll.tasks.complete(cast.employee, other.task_id)
    with pytest.raises(Conflict, match="already completed"):
        roll.tasks.together(cast.employee, [Complete(one.task_id), Complete(other.task_id)])
    assert roll.tasks.get(cast.employee, one.task_id).status == "pending"
    assert len(roll.activities.list(cast.employee, kind="task.completed").items) == 1


def test_one_undo_takes_all_back(roll: Rollcall, cast: Cast) -> None:
    tasks = roll.tasks.together(cast.employee, _assign("EMP004", "EMP004", "EMP004"))
    roll.tasks.together(cast.employee, [Complete(one.task_id) for one in tasks])
    undone = roll.undo.undo(cast.employee)
    assert [one.status for one in undone.tasks] == ["pending"] * 3
    assert [one.task_id for one in undone.tasks] == [one.task_id for one in tasks]
    assert {one.status for one in roll.undo.undo(cast.employee).tasks} == {"cancelled"}
    with pytest.raises(NotFound):
        roll.undo.undo(cast.employee)


def test_undo_of_several_is_all_or_none(roll: Rollcall, cast: Cast) -> None:
    one, other = roll.tasks.together(cast.manager, _assign("EMP004", "EMP004"))
    roll.tasks.start(cast.employee, other.task_id)
    with pytest.raises(Conflict, match="changed since"):
        roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.employee, one.task_id).status == "pending"


def test_different_things_can_be_done_together(roll: Rollcall, cast: Cast) -> None:
    one, other, third = roll.tasks.together(cast.manager, _assign("EMP002", "EMP002", "EMP004"))
    done = roll.tasks.together(
        cast.manager,
        [
            Complete(one.task_id),
            Start(other.task_id),
            Cancel(third.task_id),
            *_assign("EMP004", title="Training"),
        ],
    )
    assert [one.status for one in done] == ["completed", "in_progress", "cancelled", "pending"]
    back = roll.undo.undo(cast.manager).tasks
    assert [one.status for one in back] == ["pending", "pending", "pending", "cancelled"]


def test_repeated_key_answers_the_same_tasks_and_writes_nothing(roll: Rollcall, cast: Cast) -> None:
    made = roll.tasks.together(cast.manager, _assign("EMP004", "EMP002"), "key-1")
    assert list(roll.tasks.together(cast.manager, _assign("EMP004", "EMP002"), "key-1")) == made
    assert roll.database.collection("user_tasks").count_documents({}) == 2
    changes: list[Order] = [Update(one.task_id, TaskChange(priority="urgent")) for one in made]
    changed = roll.tasks.together(cast.manager, changes, "key-2")
    assert list(roll.tasks.together(cast.manager, changes, "key-2")) == changed
    assert len(roll.activities.list(cast.manager, kind="task.updated").items) == 2


def test_none_and_too_many_are_refused(roll: Rollcall, cast: Cast) -> None:
    for orders in ([], _assign(*["EMP004"] * 51)):
        with pytest.raises(Invalid, match="at once"):
            roll.tasks.together(cast.manager, orders)
    assert roll.database.collection("user_tasks").count_documents({}) == 0
