"""Taking back what one did last, or hearing why that can't be."""

import pytest

from rollcall import Rollcall
from rollcall.errors import Conflict, NotFound
from rollcall.meetings.model import NewMeeting
from rollcall.tasks import NewTask, TaskChange
from rollcall.undo import INVERSE, REVERSIBLE, WHY_NOT
from tests.cast import Cast
from tests.conftest import StandingClock


def test_what_can_not_be_taken_back_stands_in_the_way_and_says_why(
    roll: Rollcall, cast: Cast
) -> None:
    task = roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004"))
    roll.meetings.create(cast.manager, NewMeeting("Briefing"))
    with pytest.raises(Conflict, match=r"set up “Briefing”.+can't be taken back.*Call the"):
        roll.undo.undo(cast.manager)
    assert roll.tasks.get(cast.manager, task.task_id).status == "pending"
    undone = roll.undo.undo(cast.manager, passing=True)
    assert [one.status for one in undone.tasks] == ["cancelled"]


def test_after_ten_minutes_it_is_too_late(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    task = roll.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    clock.forward(minutes=10, seconds=1)
    with pytest.raises(Conflict, match="more than ten minutes ago"):
        roll.undo.undo(cast.employee)
    assert roll.tasks.get(cast.employee, task.task_id).status == "pending"


def test_what_others_did_is_not_mine_to_take_back(roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.manager, NewTask("Stocktaking", "EMP004"))
    with pytest.raises(NotFound, match="nothing of yours"):
        roll.undo.undo(cast.employee)


def test_inverse_entry_names_what_it_takes_back(roll: Rollcall, cast: Cast) -> None:
    task = roll.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    roll.tasks.update(cast.employee, task.task_id, TaskChange(priority="urgent"))
    roll.undo.undo(cast.employee)
    inverse, changed = roll.activities.list(cast.employee, kind=None).items[:2]
    assert (inverse.kind, changed.kind) == ("task.undone", "task.updated")
    assert inverse.data["undone"] == changed.id
    assert roll.tasks.get(cast.employee, task.task_id).priority == "medium"


def test_completion_is_opened_again_whatever_came_after(roll: Rollcall, cast: Cast) -> None:
    task = roll.tasks.assign(cast.employee, NewTask("Stocktaking", "EMP004"))
    roll.tasks.complete(cast.employee, task.task_id)
    roll.tasks.assign(cast.employee, NewTask("Order chairs", "EMP004"))
    (again,) = roll.undo.reopen(cast.employee, roll.undo.completions(cast.employee))
    assert (again.task_id, again.status) == (task.task_id, "pending")
    assert roll.undo.completions(cast.employee) == []


def test_no_kind_is_both_reversible_and_final() -> None:
    assert not REVERSIBLE & WHY_NOT.keys()
    assert not INVERSE & WHY_NOT.keys()


def test_last_act_on_some_tasks_is_taken_back_whatever_came_after(
    roll: Rollcall, cast: Cast
) -> None:
    one = roll.tasks.assign(cast.employee, NewTask("Paint", "EMP004"))
    other = roll.tasks.assign(cast.employee, NewTask("Sweep", "EMP004"))
    roll.undo.undo(cast.employee, task_ids=[one.task_id])
    assert roll.tasks.get(cast.employee, one.task_id).status == "cancelled"
    assert roll.tasks.get(cast.employee, other.task_id).status == "pending"
    with pytest.raises(NotFound):
        roll.undo.undo(cast.outsider, task_ids=[other.task_id])
