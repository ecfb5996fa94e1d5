"""Tasks: who may assign them, work on them and see them, and the states they go through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from rollcall import Rollcall
from rollcall.errors import Conflict, Invalid, NotFound, Unauthenticated
from rollcall.tasks import NewTask, Task, TaskChange
from tests.cast import Cast
from tests.conftest import StandingClock

PARTS = ["admin", "manager", "faculty", "employee", "outsider"]


def _task(
    roll: Rollcall, cast: Cast, assignee: str = "EMP004", title: str = "Order chairs"
) -> Task:
    return roll.tasks.assign(cast.admin, NewTask(title, assignee))


def test_assigned_task_is_kept_with_all_it_needs(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    due = clock() + timedelta(days=3)
    new = NewTask("  Complete   security training ", "EMP004", "high", due)
    task = roll.tasks.assign(cast.manager, new)
    [kept] = roll.database.collection("user_tasks").find()
    assert str(kept.pop("_id")) == task.task_id
    assert kept == {
        "employee_id": "EMP004",
        "title": "Complete security training",
        "priority": "high",
        "status": "pending",
        "due_date": due,
        "assigned_by": "EMP002",
        "session_id": cast.manager.session_id,
        "created_at": clock(),
        "started_at": None,
        "completed_at": None,
        "description": None,
    }


def test_every_step_is_on_record(roll: Rollcall, cast: Cast) -> None:
    task = roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
    roll.tasks.update(cast.employee, task.task_id, TaskChange(priority="urgent"))
    roll.tasks.start(cast.employee, task.task_id)
    roll.tasks.complete(cast.employee, task.task_id)
    steps = [one for one in roll.activities.list(cast.manager).items if one.subject.type == "task"]
    assert [one.text for one in reversed(steps)] == [
        "Mona Lindqvist assigned “Order chairs” to Erika Musterfrau",
        "Erika Musterfrau set the priority of “Order chairs” to urgent",
        "Erika Musterfrau started “Order chairs”",
        "Erika Musterfrau completed “Order chairs”",
    ]
    assert steps[2].data["changed"] == ["priority"]
    assert {one.subject.id for one in steps} == {task.task_id}


MOVES = [
    # before, move, after (None: refused)
    ("pending", "start", "in_progress"),
    ("pending", "complete", "completed"),
    ("in_progress", "start", None),
    ("in_progress", "complete", "completed"),
    ("completed", "start", None),
    ("completed", "complete", None),
    ("completed", "update", None),
    ("completed", "cancel", None),
    ("cancelled", "cancel", None),
    ("pending", "cancel", "cancelled"),
    ("in_progress", "cancel", "cancelled"),
    ("cancelled", "start", None),
    ("cancelled", "complete", None),
    ("cancelled", "update", None),
    ("pending", "update", "pending"),
    ("in_progress", "update", "in_progress"),
]


@pytest.mark.parametrize(("before", "move", "after"), MOVES)
def test_states(roll: Rollcall, cast: Cast, before: str, move: str, after: str | None) -> None:
    task = _task(roll, cast)
    roll.database.collection("user_tasks").update_one({}, {"$set": {"status": before}})
    moves = {
        "start": lambda: roll.tasks.start(cast.employee, task.task_id),
        "complete": lambda: roll.tasks.complete(cast.employee, task.task_id),
        "update": lambda: roll.tasks.update(cast.employee, task.task_id, TaskChange(title="New")),
        "cancel": lambda: roll.tasks.cancel(cast.manager, task.task_id),
    }
    if after is None:
        with pytest.raises(Conflict, match="“Order chairs” is already"):
            moves[move]()
        after = before
    else:
        assert moves[move]().status == after
    assert roll.tasks.get(cast.employee, task.task_id).status == after


def test_times_of_start_and_end_are_kept(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    task = _task(roll, cast)
    clock.forward(hours=1)
    started = roll.tasks.start(cast.employee, task.task_id).started_at
    assert started == clock()
    clock.forward(minutes=10)
    done = roll.tasks.complete(cast.employee, task.task_id)
    assert (done.started_at, done.completed_at) == (started, clock())


def test_refused_move_leaves_no_entry(roll: Rollcall, cast: Cast) -> None:
    task = _task(roll, cast)
    roll.tasks.complete(cast.employee, task.task_id)
    with pytest.raises(Conflict):
        roll.tasks.start(cast.employee, task.task_id)
    assert roll.activities.list(cast.admin, kind="task.started").items == []


def test_eight_completing_at_once_complete_it_once(roll: Rollcall, cast: Cast) -> None:
    task = _task(roll, cast)

    def complete(_: int) -> bool:
        try:
            roll.tasks.complete(cast.employee, task.task_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(complete, range(8))) == 1
    assert len(roll.activities.list(cast.employee, kind="task.completed").items) == 1


def test_repeating_with_the_same_key_changes_nothing_more(roll: Rollcall, cast: Cast) -> None:
    first = roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"), "key-1")
    assert roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"), "key-1") == first
    started = roll.tasks.start(cast.employee, first.task_id, "key-2")
    assert roll.tasks.start(cast.employee, first.task_id, "key-2") == started
    change = TaskChange(priority="low")
    changed = roll.tasks.update(cast.employee, first.task_id, change, "key-3")
    assert roll.tasks.update(cast.employee, first.task_id, change, "key-3") == changed
    done = roll.tasks.complete(cast.employee, first.task_id, "key-4")
    assert roll.tasks.complete(cast.employee, first.task_id, "key-4") == done
    steps = [one for one in roll.activities.list(cast.admin).items if one.subject.type == "task"]
    assert len(steps) == 4


def test_eight_at_once_with_one_key_all_hear_that_it_is_done(roll: Rollcall, cast: Cast) -> None:
    task = _task(roll, cast)

    def complete(_: int) -> str:
        return roll.tasks.complete(cast.employee, task.task_id, "key-1").status

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(complete, range(8))) == {"completed"}
    assert len(roll.activities.list(cast.employee, kind="task.completed").items) == 1


def test_a_key_stands_for_one_change_of_one_task(roll: Rollcall, cast: Cast) -> None:
    one, other = _task(roll, cast, title="One"), _task(roll, cast, title="Other")
    roll.tasks.start(cast.employee, one.task_id, "key-1")
    with pytest.raises(Conflict, match="key"):
        roll.tasks.start(cast.employee, other.task_id, "key-1")
    with pytest.raises(Conflict, match="key"):
        roll.tasks.complete(cast.employee, one.task_id, "key-1")
    with pytest.raises(Conflict, match="key"):
        roll.tasks.assign(cast.employee, NewTask("Third", "EMP004"), "key-1")
    assert roll.tasks.get(cast.employee, other.task_id).status == "pending"


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewTask("", "EMP004"), "title"),
        (NewTask(" \t\n", "EMP004"), "title"),
        (NewTask("x" * 201, "EMP004"), "title"),
        (NewTask("Order chairs", "EMP004", "whenever"), "priority"),
    ],
)
def test_wrong_field_is_named(roll: Rollcall, cast: Cast, new: NewTask, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        roll.tasks.assign(cast.admin, new)
    assert list(refused.value.fields) == [field]


def test_changing_checks_as_assigning_does(roll: Rollcall, cast: Cast) -> None:
    task = _task(roll, cast)
    for change in (TaskChange(), TaskChange(title=" "), TaskChange(priority="whenever")):
        with pytest.raises(Invalid):
            roll.tasks.update(cast.employee, task.task_id, change)
    assert roll.tasks.get(cast.employee, task.task_id) == task


ASSIGNS = {
    "admin": {"admin", "manager", "faculty", "employee", "outsider"},
    "manager": {"manager", "employee"},
    "faculty": {"faculty"},
    "employee": {"employee"},
    "outsider": {"outsider"},
}
SEES = CHANGES = ASSIGNS
WORKS = {part: {part} for part in PARTS} | {"admin": set(PARTS)}


@pytest.mark.parametrize("part", PARTS)
def test_it_validates_whom_one_assigns_to(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    for owner in PARTS:
        new = NewTask("Order chairs", str(everyone[owner].employee_id))
        if owner in ASSIGNS[part]:
            assert roll.tasks.assign(everyone[part], new).employee_id == new.assignee
        else:
            with pytest.raises(NotFound, match="among the people you can give tasks to"):
                roll.tasks.assign(everyone[part], new)


@pytest.mark.parametrize("part", PARTS)
def test_it_validates_ownership(roll: Rollcall, cast: Cast, part: str) -> None:
    everyone = cast.everyone()
    actor = everyone[part]
    tasks = {one: _task(roll, cast, str(everyone[one].employee_id), one) for one in PARTS}
    assert {one.title for one in roll.tasks.list(actor, limit=200).items} == SEES[part]
    for owner, task in tasks.items():
        calls = [
            (SEES, lambda task_id: roll.tasks.get(actor, task_id)),
            (CHANGES, lambda task_id: roll.tasks.update(actor, task_id, TaskChange("New"))),
            (WORKS, lambda task_id: roll.tasks.start(actor, task_id)),
            (WORKS, lambda task_id: roll.tasks.complete(actor, task_id)),
        ]
        for allowed, call in calls:
            if owner in allowed[part]:
                assert call(task.task_id).task_id == task.task_id
            else:
                with pytest.raises(NotFound, match="There is no such task"):
                    call(task.task_id)


def test_guest_has_no_tasks(roll: Rollcall, cast: Cast) -> None:
    task = _task(roll, cast)
    for call in (
        lambda: roll.tasks.assign(cast.guest, NewTask("Order chairs", "EMP004")),
        lambda: roll.tasks.list(cast.guest),
        lambda: roll.tasks.get(cast.guest, task.task_id),
        lambda: roll.tasks.start(cast.guest, task.task_id),
    ):
        with pytest.raises(Unauthenticated):
            call()


@pytest.mark.parametrize("assignee", ["EMP999", "", "$ne", "emp004"])
def test_unknown_assignee_is_not_found(roll: Rollcall, cast: Cast, assignee: str) -> None:
    with pytest.raises(NotFound):
        roll.tasks.assign(cast.admin, NewTask("Order chairs", assignee))


def test_somebody_who_left_gets_no_tasks(roll: Rollcall, cast: Cast) -> None:
    roll.database.collection("employees").update_one(
        {"_id": "EMP004"}, {"$set": {"status": "left"}}
    )
    with pytest.raises(NotFound):
        _task(roll, cast)


@pytest.mark.parametrize("task_id", ["", "x", "0" * 24, "{'$ne': 1}", "\x00"])
def test_unknown_id_is_not_found(roll: Rollcall, cast: Cast, task_id: str) -> None:
    with pytest.raises(NotFound):
        roll.tasks.get(cast.admin, task_id)
    with pytest.raises(NotFound):
        roll.tasks.complete(cast.admin, task_id)


def test_lists_by_state(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    for title in ("pending", "in_progress", "completed"):
        clock.forward(seconds=1)
        task = _task(roll, cast, title=title)
        if title == "in_progress":
            roll.tasks.start(cast.employee, task.task_id)
        if title == "completed":
            roll.tasks.complete(cast.employee, task.task_id)
    for status in ("pending", "in_progress", "completed"):
        found = roll.tasks.list(cast.employee, status=status).items
        assert [one.title for one in found] == [status]
    found = roll.tasks.list(cast.employee, "EMP004", "open").items
    assert [one.title for one in found] == ["in_progress", "pending"]
    with pytest.raises(Invalid):
        roll.tasks.list(cast.employee, status="lost")


def test_overdue_is_open_and_past_its_date(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    due = clock() + timedelta(hours=1)
    task = roll.tasks.assign(cast.admin, NewTask("Order chairs", "EMP004", due_date=due))
    assert not task.is_overdue(clock())
    clock.forward(hours=2)
    assert task.is_overdue(clock())
    assert roll.dashboard.statistics(cast.employee)["totals"]["tasks_overdue"] == 1
    done = roll.tasks.complete(cast.employee, task.task_id)
    assert not done.is_overdue(clock())
    assert roll.dashboard.statistics(cast.employee)["totals"]["tasks_overdue"] == 0


def test_each_step_can_be_taken_back_in_turn(roll: Rollcall, cast: Cast) -> None:
    task = roll.tasks.assign(cast.employee, NewTask("Order chairs", "EMP004"))
    roll.tasks.update(cast.employee, task.task_id, TaskChange(title="Order desks"))
    roll.tasks.start(cast.employee, task.task_id)
    roll.tasks.complete(cast.employee, task.task_id)
    seen = []
    for _ in range(4):
        undone = roll.undo.undo(cast.employee).thing
        assert isinstance(undone, Task)
        seen.append((undone.title, undone.status))
    assert seen == [
        ("Order desks", "in_progress"),
        ("Order desks", "pending"),
        ("Order chairs", "pending"),
        ("Order chairs", "cancelled"),
    ]
    with pytest.raises(NotFound, match="nothing of yours"):
        roll.undo.undo(cast.employee)


def test_what_somebody_else_changed_since_is_not_taken_back(roll: Rollcall, cast: Cast) -> None:
    task = _task(roll, cast)
    roll.tasks.update(cast.employee, task.task_id, TaskChange(priority="low"))
    roll.tasks.update(cast.manager, task.task_id, TaskChange(priority="urgent"))
    with pytest.raises(Conflict, match="changed since"):
        roll.undo.undo(cast.employee)
    assert roll.tasks.get(cast.employee, task.task_id).priority == "urgent"


def test_due_date_goes_back_to_what_it_was(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    first, second = clock() + timedelta(days=1), clock() + timedelta(days=2)
    task = roll.tasks.assign(cast.admin, NewTask("Order chairs", "EMP004", due_date=first))
    roll.tasks.update(cast.employee, task.task_id, TaskChange(due_date=second))
    roll.undo.undo(cast.employee)
    assert roll.tasks.get(cast.employee, task.task_id).due_date == first


def test_undoing_is_too_late_after_ten_minutes(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    task = _task(roll, cast)
    roll.tasks.complete(cast.employee, task.task_id)
    clock.forward(minutes=10, seconds=1)
    with pytest.raises(Conflict, match="more than ten minutes ago"):
        roll.undo.undo(cast.employee)
