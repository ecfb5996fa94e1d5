"""Scheduled sessions from plan to receipt: states, races, history, who may."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from rollcall import Principal, Rollcall
from rollcall.completions.batch import NewBatch
from rollcall.completions.model import Completion, CompletionChange, Ending, NewCompletion
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from tests.cast import Cast
from tests.conftest import StandingClock

TODAY = date(2026, 3, 2)
LESSON = NewCompletion("Welding basics", TODAY, time(9, 30), time(10, 45))
WENT = Ending("09:35", "10:50", notes="Covered topics 1 to 3")


@pytest.fixture
def lesson(roll: Rollcall, cast: Cast, clock: StandingClock) -> Completion:
    """A pending session of the employee (in Berlin), which is over by the clock."""
    made = roll.completions.create(cast.employee, LESSON)
    clock.forward(hours=3)
    return made


def kinds(roll: Rollcall, cast: Cast) -> list[str]:
    """What is on record about sessions, oldest first."""
    items = roll.activities.list(cast.admin, limit=200).items[::-1]
    return [one.kind for one in items if one.subject.type in ("completion", "batch")]


def test_a_session_is_planned_by_the_clock_of_whose_it_is(lesson: Completion) -> None:
    assert lesson.starts_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    shown = lesson.public()
    assert (shown["scheduled_start_time"], shown["scheduled_end_time"]) == ("09:30", "10:45")
    assert (shown["scheduled_date"], shown["status"]) == ("2026-03-02", "pending")


def test_completing_keeps_what_really_happened(
    roll: Rollcall, cast: Cast, lesson: Completion, clock: StandingClock
) -> None:
    done = roll.completions.complete(cast.employee, lesson.completion_id, WENT, "key-1")
    assert done.status == "completed"
    assert done.actual_start == datetime(2026, 3, 2, 8, 35, tzinfo=UTC)
    assert done.completed_at == clock()
    assert done.completion_code
    assert done.completion_code.startswith("RC-")
    assert roll.completions.get(cast.employee, lesson.completion_id) == done
    assert roll.completions.complete(cast.employee, lesson.completion_id, WENT, "key-1") == done
    assert kinds(roll, cast) == ["completion.created", "completion.completed"]


def test_of_two_who_complete_at_once_one_wins_and_the_other_is_told(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    def attempt(number: int) -> str:
        ending = Ending("09:30", "10:45", f"CODE-{number}")
        try:
            return str(
                roll.completions.complete(
                    cast.employee, lesson.completion_id, ending, f"key-{number}"
                ).completion_code
            )
        except Conflict as lost:
            return lost.message

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    winners = [one for one in answers if one.startswith("CODE-")]
    [kept] = winners
    assert all(kept in one for one in answers)
    assert roll.completions.get(cast.employee, lesson.completion_id).completion_code == kept
    assert kinds(roll, cast).count("completion.completed") == 1


def test_a_code_is_good_for_one_session(
    roll: Rollcall, cast: Cast, lesson: Completion, clock: StandingClock
) -> None:
    other = roll.completions.create(cast.outsider, LESSON)
    ending = Ending("09:30", "10:45", "batch-001-dec19")
    done = roll.completions.complete(cast.employee, lesson.completion_id, ending)
    assert done.completion_code == "BATCH-001-DEC19"
    with pytest.raises(Conflict) as refused:
        roll.completions.complete(cast.outsider, other.completion_id, ending)
    assert "completion_code" in refused.value.fields
    assert roll.completions.get(cast.outsider, other.completion_id).status == "pending"


@pytest.mark.parametrize(
    ("ending", "field"),
    [
        (Ending("10:50", "09:35"), "actual_end_time"),
        (Ending("09:30", "noonish"), "actual_end_time"),
        (Ending("15:30", "16:00"), "actual_start_time"),
        (Ending("09:30", "10:45", "x"), "completion_code"),
        (Ending("09:30", "10:45", notes="x" * 4001), "notes"),
        (Ending("2026-02-27T09:30", "10:45"), "actual_end_time"),
    ],
)
def test_an_ending_that_can_not_be_is_refused_and_nothing_changes(
    roll: Rollcall, cast: Cast, lesson: Completion, ending: Ending, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        roll.completions.complete(cast.employee, lesson.completion_id, ending)
    assert field in refused.value.fields
    assert roll.completions.get(cast.employee, lesson.completion_id) == lesson


def test_a_late_edit_keeps_what_it_said_before(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    roll.completions.complete(cast.employee, lesson.completion_id, WENT)
    change = CompletionChange(actual_end="11:00", notes="Topics 1 to 4")
    edited = roll.completions.update(cast.employee, lesson.completion_id, change)
    assert edited.actual_end == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert edited.actual_start == datetime(2026, 3, 2, 8, 35, tzinfo=UTC)
    versions = list(roll.database.collection("completion_versions").find().sort("_id", -1))
    assert versions[0]["before"]["notes"] == "Covered topics 1 to 3"
    assert versions[0]["by"] == "EMP004"
    with pytest.raises(Conflict):
        roll.completions.update(
            cast.employee, lesson.completion_id, CompletionChange(day=date(2026, 3, 3))
        )


def test_a_moved_session_remembers_where_it_was(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    move = CompletionChange(day=date(2026, 3, 4), starts=time(14), ends=time(15))
    moved = roll.completions.update(cast.employee, lesson.completion_id, move)
    assert moved.moved_from == lesson.starts_at
    assert moved.public()["scheduled_start_time"] == "14:00"
    again = CompletionChange(day=date(2026, 3, 5))
    assert (
        roll.completions.update(cast.employee, lesson.completion_id, again).moved_from
        == lesson.starts_at
    )
    back = CompletionChange(day=TODAY, starts=time(9, 30), ends=time(10, 45))
    assert roll.completions.update(cast.employee, lesson.completion_id, back).moved_from is None


def test_a_cancelled_session_says_why_and_stays_cancelled(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    cancelled = roll.completions.cancel(cast.employee, lesson.completion_id, "Power cut")
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "Power cut")
    with pytest.raises(Conflict):
        roll.completions.complete(cast.employee, lesson.completion_id, WENT)
    with pytest.raises(Conflict):
        roll.completions.update(cast.employee, lesson.completion_id, CompletionChange(title="x"))


def test_who_sees_and_changes_whose_session(roll: Rollcall, cast: Cast, lesson: Completion) -> None:
    identity = lesson.completion_id
    for actor in (cast.employee, cast.manager, cast.admin):
        assert roll.completions.get(actor, identity) == lesson
    for actor in (cast.outsider, cast.faculty):
        with pytest.raises(NotFound) as refused:
            roll.completions.get(actor, identity)
        with pytest.raises(NotFound) as unknown:
            roll.completions.get(actor, "0" * 24)
        assert refused.value.message == unknown.value.message
    for actor in (cast.manager, cast.outsider):
        with pytest.raises(NotFound):
            roll.completions.complete(actor, identity, WENT)
    with pytest.raises(Unauthenticated):
        roll.completions.create(cast.guest, LESSON)
    assert [one.completion_id for one in roll.completions.list(cast.manager).items] == [identity]
    assert roll.completions.list(cast.outsider).items == []


def test_nobody_closed_it_within_a_day(
    roll: Rollcall, cast: Cast, lesson: Completion, clock: StandingClock
) -> None:
    assert roll.completions.mark_missed() == 0
    clock.forward(hours=24)
    assert roll.completions.mark_missed() == 1
    assert roll.completions.mark_missed() == 0
    missed = roll.completions.get(cast.employee, lesson.completion_id)
    assert (missed.status, missed.missed_at) == ("pending", clock())
    # It can still be completed, late.
    assert roll.completions.complete(cast.employee, lesson.completion_id, WENT).status == (
        "completed"
    )


WEEKLY = NewBatch(
    "Welding, group A", (0, 2), time(9), time(10), TODAY, date(2026, 7, 31),
    holidays=(date(2026, 4, 6),), needs_approval=True,
)  # fmt: skip


def planned(roll: Rollcall, actor: Principal) -> list[str]:
    """The days of somebody's pending sessions."""
    assert actor.employee_id
    sessions = roll.completions.coming(actor, actor.employee_id, 200)
    return [one.public()["scheduled_date"] for one in sessions]


def test_a_batch_makes_the_sessions_of_its_next_sixty_days(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    batch = roll.plans.create(cast.employee, WEEKLY)
    days = planned(roll, cast.employee)
    assert days[:3] == ["2026-03-02", "2026-03-04", "2026-03-09"]
    assert "2026-04-06" not in days
    assert days[-1] == "2026-04-29"
    first, last = (roll.completions.coming(cast.employee, "EMP004", 200)[at] for at in (0, -1))
    # 09:00 in Berlin, before and after the change of clocks.
    assert (first.starts_at.hour, last.starts_at.hour) == (8, 7)
    assert roll.plans.plan_ahead() == 0
    clock.forward(days=7)
    assert roll.plans.plan_ahead() == 2
    assert planned(roll, cast.employee)[-1] == "2026-05-06"
    made, later = roll.plans.occurrences(cast.employee, batch.batch_id, date(2026, 5, 20))
    assert len(made) == len(days) + 2
    assert [one.isoformat() for one in later] == ["2026-05-11", "2026-05-13", "2026-05-18",
                                                  "2026-05-20"]  # fmt: skip


def test_this_and_following_are_changed_and_what_somebody_moved_by_hand_stays(
    roll: Rollcall, cast: Cast
) -> None:
    batch = roll.plans.create(cast.employee, WEEKLY)
    sessions = roll.completions.coming(cast.employee, "EMP004", 200)
    by_hand = next(one for one in sessions if one.planned_day == "2026-04-15")
    roll.completions.update(
        cast.employee, by_hand.completion_id, CompletionChange(starts=time(13), ends=time(14))
    )
    later = NewBatch("Welding, group A", (3,), time(11), time(12), date(2026, 4, 1),
                     date(2026, 7, 31))  # fmt: skip
    follower = roll.plans.change_from(cast.employee, batch.batch_id, date(2026, 4, 1), later)
    assert follower.follows == batch.batch_id
    days = planned(roll, cast.employee)
    assert [one for one in days if one < "2026-04-01"][-1] == "2026-03-30"
    assert [one for one in days if one >= "2026-04-01"] == [
        "2026-04-02", "2026-04-09", "2026-04-15", "2026-04-16", "2026-04-23", "2026-04-30",
    ]  # fmt: skip
    assert roll.plans.get(cast.employee, batch.batch_id).last_day == date(2026, 3, 31)
    assert kinds(roll, cast) == ["batch.created", "completion.changed", "batch.changed"]


def test_the_whole_plan_can_be_changed_from_its_first_day_on(roll: Rollcall, cast: Cast) -> None:
    batch = roll.plans.create(cast.employee, WEEKLY)
    later = replace(WEEKLY, weekdays=(4,))
    roll.plans.change_from(cast.employee, batch.batch_id, TODAY, later)
    assert planned(roll, cast.employee)[:2] == ["2026-03-06", "2026-03-13"]
    assert roll.plans.get(cast.employee, batch.batch_id).status == "ended"


def test_an_admin_sets_up_a_batch_for_its_host_and_nobody_else_does(
    roll: Rollcall, cast: Cast
) -> None:
    hosted = replace(WEEKLY, employee_id="EMP004")
    batch = roll.plans.create(cast.admin, hosted)
    assert planned(roll, cast.employee)[0] == "2026-03-02"
    may = {one: roll.plans.may(actor, [batch])[batch.batch_id] for one, actor in (
        ("admin", cast.admin), ("host", cast.employee), ("manager", cast.manager))}  # fmt: skip
    assert may == {"admin": ["change", "end"], "host": ["change", "end"], "manager": []}
    for actor in (cast.manager, cast.outsider):
        with pytest.raises(NotFound):
            roll.plans.create(actor, hosted)
    substitute = replace(hosted, employee_id="EMP005", first_day=date(2026, 3, 9))
    roll.plans.change_from(cast.admin, batch.batch_id, date(2026, 3, 9), substitute)
    assert planned(roll, cast.employee) == ["2026-03-02", "2026-03-04"]
    assert planned(roll, cast.outsider)[0] == "2026-03-09"


def test_an_ended_batch_plans_nothing_more(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    batch = roll.plans.create(cast.employee, WEEKLY)
    roll.plans.end(cast.employee, batch.batch_id, date(2026, 3, 9))
    assert planned(roll, cast.employee) == ["2026-03-02", "2026-03-04"]
    clock.forward(days=30)
    assert roll.plans.plan_ahead() == 0


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewBatch("", (0,), time(9), time(10), TODAY, TODAY), "title"),
        (NewBatch("A", (), time(9), time(10), TODAY, TODAY), "weekdays"),
        (replace(WEEKLY, weekdays=(0,), last_day=TODAY, holidays=(TODAY,)), "weekdays"),
        (NewBatch("A", (7,), time(9), time(10), TODAY, TODAY), "weekdays"),
        (NewBatch("A", (0,), time(9), time(9), TODAY, TODAY), "end_time"),
        (NewBatch("A", (0,), time(9), time(10), TODAY, TODAY - timedelta(days=1)), "last_day"),
        (NewBatch("A", (0,), time(9), time(10), TODAY, date(2036, 1, 1)), "last_day"),
    ],
)
def test_a_plan_that_can_not_be_is_refused(
    roll: Rollcall, cast: Cast, new: NewBatch, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        roll.plans.create(cast.employee, new)
    assert field in refused.value.fields
    assert planned(roll, cast.employee) == []


def test_a_manager_approves_what_waits_and_nobody_their_own(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    roll.plans.create(cast.employee, WEEKLY)
    roll.plans.create(cast.manager, WEEKLY)
    clock.forward(days=1)
    theirs = roll.completions.coming(cast.employee, "EMP004")[0].completion_id
    own = roll.completions.coming(cast.manager, "EMP002")[0].completion_id
    assert roll.completions.get(cast.employee, theirs).approval == "none"
    with pytest.raises(Conflict):
        roll.completions.decide(cast.manager, theirs, approve=True)
    done = roll.completions.complete(cast.employee, theirs, Ending("09:00", "10:00"))
    assert done.approval == "waiting"
    roll.completions.complete(cast.manager, own, Ending("09:00", "10:00"))
    with pytest.raises(Forbidden):
        roll.completions.decide(cast.employee, theirs, approve=True)
    with pytest.raises(Forbidden):
        roll.completions.decide(cast.manager, own, approve=True)
    with pytest.raises(NotFound):
        roll.completions.decide(cast.outsider, theirs, approve=True)
    approved = roll.completions.decide(cast.manager, theirs, approve=True)
    assert approved.approval == "approved"
    with pytest.raises(Conflict):
        roll.completions.decide(cast.admin, theirs, approve=False)


def test_anyone_in_the_company_can_verify_a_receipt(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    identity = lesson.completion_id
    with pytest.raises(Conflict):
        roll.receipts.issue(cast.employee, identity)
    roll.completions.complete(cast.employee, identity, WENT)
    issued = roll.receipts.issue(cast.employee, identity)
    assert issued.valid
    assert (issued.name, issued.content["title"]) == ("Erika Musterfrau", "Welding basics")
    seen = roll.receipts.verify(cast.outsider, issued.code.lower())
    assert seen == issued
    assert "Covered" not in str(seen.public())
    roll.notes.add(cast.employee, identity, "One thing more")
    after = roll.receipts.verify(cast.outsider, issued.code)
    assert (after.valid, after.changed) == (False, ("notes",))
    with pytest.raises(NotFound):
        roll.receipts.verify(cast.outsider, "RC-2222-2222-2")
    with pytest.raises(Unauthenticated):
        roll.receipts.verify(cast.guest, issued.code)


def test_a_receipt_that_was_tampered_with_does_not_verify(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    roll.completions.complete(cast.employee, lesson.completion_id, WENT)
    issued = roll.receipts.issue(cast.employee, lesson.completion_id)
    roll.database.collection("receipts").update_one({}, {"$set": {"content.title": "Another"}})
    assert set(roll.receipts.verify(cast.admin, issued.code).changed) == {"receipt", "title"}


def test_notes_have_authors_kinds_and_history(
    roll: Rollcall, cast: Cast, lesson: Completion, clock: StandingClock
) -> None:
    identity = lesson.completion_id
    note = roll.notes.add(cast.employee, identity, "Great participation", "achievement", "n1")
    assert roll.notes.add(cast.employee, identity, "Great participation", "achievement", "n1") == (
        note
    )
    clock.forward(minutes=1)
    follow_up = roll.notes.add(cast.manager, identity, "@emp004 send me the list", "follow-up")
    assert (note.author, follow_up.author) == ("Erika Musterfrau", "Mona Lindqvist")
    assert [one.note_type for one in roll.notes.list(cast.admin, identity).items] == [
        "follow-up",
        "achievement",
    ]
    changed = roll.notes.change(cast.employee, note.note_id, "Very good participation")
    assert (changed.note_text, changed.changed_at) == ("Very good participation", clock())
    [version] = roll.notes.versions(cast.manager, note.note_id).items
    assert (version.note_text, version.note_type) == ("Great participation", "achievement")
    assert (version.at, version.name) == (clock(), "Erika Musterfrau")
    with pytest.raises(NotFound):
        roll.notes.versions(cast.outsider, note.note_id)
    with pytest.raises(Forbidden):
        roll.notes.change(cast.employee, follow_up.note_id, "No")
    with pytest.raises(NotFound):
        roll.notes.delete(cast.outsider, note.note_id)
    roll.notes.delete(cast.employee, note.note_id)
    assert roll.completions.get(cast.employee, identity).note_count == 1
    with pytest.raises(Invalid):
        roll.notes.add(cast.employee, identity, " \n ")
    with pytest.raises(Invalid):
        roll.notes.add(cast.employee, identity, "x", "rumour")


def test_a_mention_tells_only_who_may_see_the_session(
    roll: Rollcall, cast: Cast, lesson: Completion
) -> None:
    text = "@EMP002 and @EMP005 and @EMP004 and @EMP999, see mail@EMP002.com"
    note = roll.notes.add(cast.employee, lesson.completion_id, text)
    assert note.mentions == ("EMP002", "EMP004")
    told = [one["employee_id"] for one in roll.database.collection("notifications").find()]
    assert told == ["EMP002"]
