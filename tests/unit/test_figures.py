"""The figures that are kept say what counting the record says, at every moment, for everybody."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollcall import SYSTEM, Principal, Role, Rollcall
from rollcall.errors import Conflict, Invalid, NotFound
from rollcall.figures.cells import STATE
from rollcall.figures.slots import AUTHORS, EVERYBODY, PEOPLE, Cover, Level, cover
from rollcall.history import History
from rollcall.history_query import DATED, GROUPS, MEASURES, STATES, SUBJECTS, HistoryQuery
from rollcall.people import NewEmployee
from rollcall.storage.schema import PRIORITIES
from rollcall.tasks import NewTask, TaskChange
from tests.cast import Cast
from tests.conftest import MONDAY, StandingClock

ACTS = 240
YEAR = timedelta(days=365)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu")


class Company:
    """Does what people do, by dice that always fall the same way."""

    def __init__(self, roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
        self.roll, self.clock = roll, clock
        self.dice = random.Random(7)  # noqa: S311  (no secret)
        new = NewEmployee("EMP007", "Bea Branch", role=Role.BRANCH_ADMIN, branch="Berlin")
        bea, _ = roll.people.add(SYSTEM, new)
        session = roll.sessions.open(bea)
        self.branch_admin = roll.sessions.authenticate(session.session_id)
        self.people = [cast.admin, cast.manager, cast.faculty, cast.employee, cast.outsider,
                       self.branch_admin]  # fmt: skip
        self.number = 0

    def live(self) -> None:
        """Some act, after some time; now and then what waits is folded, not at last."""
        acts: list[Callable[[Principal], object]] = [
            self.register, self.register, self.assign, self.assign, self.work, self.work,
            self.change, self.take_back, self.sign_in, self.sign_out,
        ]  # fmt: skip
        for act in range(ACTS):
            hours = self.dice.choice([0, 0, 1, 3, 20, 70, 150])
            self.clock.forward(hours=hours, minutes=self.dice.randrange(60), milliseconds=1)
            self.dice.choice(acts)(self.dice.choice(self.people))
            if act < ACTS * 2 / 3 and self.dice.random() < 0.1:
                self.roll.folding.run()

    def register(self, actor: Principal) -> None:
        self.number += 1
        kind, data = self.dice.choice([
            ("equipment", {"item": "Drill", "serial_number": f"S-{self.number}"}),
            ("training", {"course": "First aid", "participant": str(actor.employee_id),
                          "date": (self.clock() + timedelta(days=9)).date().isoformat(),
                          "format": "online"}),
        ])  # fmt: skip
        self.roll.registrations.create(actor, kind, data)

    def assign(self, actor: Principal) -> None:
        whom = self.dice.choice([actor, actor, actor, *self.people])
        due = self.clock() + timedelta(days=self.dice.randint(1, 60))
        new = NewTask("Count the chairs", str(whom.employee_id), self.dice.choice(PRIORITIES),
                      self.dice.choice([None, due]))  # fmt: skip
        try:
            self.roll.tasks.assign(actor, new)
        except NotFound:
            return

    def work(self, actor: Principal) -> None:
        tasks = self.roll.tasks.list(actor, actor.employee_id, "open").items
        if tasks:
            move = self.dice.choice([self.roll.tasks.start, self.roll.tasks.complete,
                                     self.roll.tasks.complete, self.roll.tasks.cancel])  # fmt: skip
            self.either(lambda: move(actor, self.dice.choice(tasks).task_id))

    def change(self, actor: Principal) -> None:
        tasks = self.roll.tasks.list(actor, None, "open").items
        if tasks:
            change = self.dice.choice([
                TaskChange(priority="urgent"), TaskChange(no_due_date=True),
                TaskChange(due_date=self.clock() + YEAR), TaskChange(assignee="EMP004"),
            ])  # fmt: skip
            self.either(
                lambda: self.roll.tasks.update(actor, self.dice.choice(tasks).task_id, change)
            )

    def take_back(self, actor: Principal) -> None:
        self.register(actor)
        self.either(lambda: self.roll.undo.undo(actor))

    def sign_in(self, actor: Principal) -> None:
        employee = self.roll.directory.find(str(actor.employee_id))
        assert employee is not None
        self.roll.sessions.open(employee)

    def sign_out(self, actor: Principal) -> None:
        for one in self.roll.sessions.live(actor)[:1]:
            if one.session_id != actor.session_id:
                self.roll.sessions.end(actor, one.session_id)
        self.roll.sessions.end_others(actor)

    @staticmethod
    def either(act: Callable[[], object]) -> None:
        """What somebody may not or can't do any more changes nothing."""
        try:
            act()
        except (Conflict, NotFound, Invalid, PermissionError):
            return
        except Exception as error:
            if getattr(error, "status", 500) >= 500:
                raise


moments = st.integers(-20 * 24 * 60, 400 * 24 * 60).map(lambda one: MONDAY + timedelta(minutes=one))
midnights = st.integers(-20, 400).map(lambda one: MONDAY.replace(hour=0) + timedelta(days=one))
times = st.none() | moments | midnights
whom = st.none() | st.sampled_from(
    ["EMP001", "EMP004", "EMP002,EMP004", "-EMP004", "-EMP002,EMP005"]
)


def sometimes(values: Sequence[str]) -> st.SearchStrategy[str | None]:
    """Mostly none, so that there is something to answer."""
    return st.sampled_from([None] * 2 * len(values) + [*values])


@st.composite
def queries(draw: st.DrawFn) -> HistoryQuery:
    subject = draw(st.sampled_from(SUBJECTS))
    kinds = st.none() | st.sampled_from(["equipment", "training", "-equipment"])
    return HistoryQuery(
        subject=subject,
        employee_id=draw(whom),
        type=draw(kinds) if subject == "registrations" else None,
        status=draw(sometimes(STATES)),
        priority=draw(sometimes(PRIORITIES)),
        dated=draw(sometimes(DATED)),
        since=draw(times),
        until=draw(times),
        group_by=draw(st.none() | st.sampled_from(GROUPS)),
        measure=draw(st.sampled_from(MEASURES)),
    )


def outcome(ask: Callable[[], object]) -> object:
    """The answer, or which error it is."""
    try:
        return ask()
    except (Invalid, NotFound) as error:
        return type(error), str(error)


def test_kept_figures_answer_what_counting_answers(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    company = Company(roll, cast, clock)
    company.live()
    clock.forward(days=20)
    counting = History(roll.database, roll.directory, roll.catalogue, None, clock)
    actors = st.sampled_from([cast.admin, cast.manager, cast.employee, company.branch_admin])

    @settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
    @given(actor=actors, zone=st.sampled_from(ZONES), query=queries())
    def hold(actor: Principal, zone: str, query: HistoryQuery) -> None:
        asking = replace(actor, timezone=zone)
        kept = outcome(lambda: roll.history.ask(asking, query))
        assert kept == outcome(lambda: counting.ask(asking, query))

    assert roll.database.collection("figure_changes").count_documents({}), "nothing waits"
    hold()
    roll.folding.run()
    assert not roll.database.collection("figure_changes").count_documents({})
    hold()
    assert roll.figure_builder.verify()[1] == []


def test_figures_that_are_made_anew_are_those_that_were_kept(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    Company(roll, cast, clock).live()
    before = [roll.dashboard.statistics(one) for one in (cast.admin, cast.manager, cast.employee)]
    assert before[0]["totals"]["tasks_completed"] >= 10
    compared, wrong = roll.figure_builder.verify()
    assert compared > 1000
    assert wrong == []
    made = roll.figure_builder.rebuild()
    assert made >= 1000
    assert roll.figure_builder.verify()[1] == []
    assert not roll.database.collection("figure_changes").count_documents({})
    after = [roll.dashboard.statistics(one) for one in (cast.admin, cast.manager, cast.employee)]
    assert after == before


def test_without_cells_the_record_is_counted(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    Company(roll, cast, clock).live()
    before = roll.dashboard.statistics(cast.admin)
    roll.database.collection("figure_builds").delete_many({})
    roll.database.collection("figures").delete_many({})
    assert roll.dashboard.statistics(cast.admin) == before
    roll.figure_builder.build_missing()
    assert roll.dashboard.statistics(cast.admin) == before
    assert roll.figure_builder.verify()[1] == []


def test_what_is_no_longer_finished_leaves_no_empty_group_behind(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    task = roll.tasks.assign(cast.employee, NewTask("Count the chairs", "EMP004"))
    clock.forward(hours=1)
    roll.tasks.complete(cast.employee, task.task_id)
    roll.folding.run()
    query = HistoryQuery("tasks", status="completed", group_by="employee", measure="count")
    assert [one.count for one in roll.history.ask(cast.admin, query).groups] == [1]
    roll.undo.undo(cast.employee)
    assert roll.history.ask(cast.admin, query).groups == []


def test_a_figure_that_was_changed_is_found_and_put_right(roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.manager, NewTask("Paint", "EMP004", "high"))
    roll.folding.run()
    roll.database.collection("figures").update_many(
        {"axis": "tasks", "who": "EMP004"}, {"$inc": {"n.pending/high": 5}}
    )
    wrong = roll.figure_builder.verify()[1]
    assert {(one.axis, one.by, one.key, one.kept, one.right) for one in wrong} == {
        ("tasks", "EMP004", "pending/high", 6, 1)
    }
    roll.figure_builder.rebuild()
    assert roll.figure_builder.verify()[1] == []


def test_several_that_fold_at_once_fold_everything_once(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    for number in range(30):
        roll.tasks.assign(cast.manager, NewTask(f"Paint {number}", "EMP004"))
    waiting = roll.database.collection("figure_changes").count_documents({})
    with ThreadPoolExecutor(4) as threads:
        folded = list(threads.map(lambda _: roll.folding.run(), range(4)))
    assert sum(folded) == waiting
    assert roll.figure_builder.verify()[1] == []


def test_figures_are_made_anew_while_others_write_and_fold(roll: Rollcall, cast: Cast) -> None:
    def write(number: int) -> None:
        roll.tasks.assign(cast.manager, NewTask(f"Paint {number}", "EMP004"))
        if number % 5 == 0:
            roll.folding.run()

    with ThreadPoolExecutor(4) as threads:
        writing = threads.map(write, range(60))
        made = [roll.figure_builder.rebuild() for _ in range(3)]
        list(writing)
    assert all(made)
    assert roll.history.ask(cast.admin, HistoryQuery("tasks", measure="count")).total == 60
    roll.folding.run()
    assert roll.figure_builder.verify()[1] == []


def test_only_one_makes_them_anew_until_it_has_been_silent_for_long(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    other = {"busy": ObjectId(), "busy_until": clock() + timedelta(minutes=5)}
    roll.database.collection("figure_builds").update_one(STATE, {"$set": other})
    with pytest.raises(Conflict, match="else is making the figures anew"):
        roll.figure_builder.rebuild()
    roll.tasks.assign(cast.manager, NewTask("Paint", "EMP004"))
    assert roll.folding.run() == 0, "folded into cells that are about to be replaced"
    clock.forward(minutes=6)
    roll.figure_builder.rebuild()
    assert roll.history.ask(cast.admin, HistoryQuery("tasks", measure="count")).total == 1


any_period = given(
    start=st.integers(-(10**13), 10**13),
    length=st.integers(1, 10**12),
    levels=st.sampled_from([EVERYBODY, AUTHORS, PEOPLE]),
)


@any_period
def test_a_period_is_covered_once_and_whole(
    start: int, length: int, levels: Sequence[Level]
) -> None:
    found = cover(start, start + length, levels)
    assert not found.beyond
    assert made_of(found, levels) == (start, start + length)
    finest = levels[0].length
    assert sum(end - begin for begin, end in found.edges) < 2 * finest
    assert len(found.slots) < 60 + length / levels[-1].length


@any_period
def test_at_most_half_a_stretch_is_left_at_each_end_when_the_least_is_asked_for(
    start: int, length: int, levels: Sequence[Level]
) -> None:
    found = cover(start, start + length, levels, least=True)
    assert made_of(found, levels) == (start, start + length)
    if found.slots:
        assert all(2 * (b - a) <= levels[0].length for a, b in [*found.edges, *found.beyond])


def made_of(found: Cover, levels: Sequence[Level]) -> tuple[int, int]:
    """From when to when the pieces of a cover are, each once and without a gap between them."""
    pieces = sorted([*found.edges, *(stretch(slot, levels) for slot in found.slots)])
    assert all(end == begin for (_, end), (begin, _) in pairwise(pieces))
    begin, end = pieces[0][0], pieces[-1][1]
    for first, last in found.beyond:
        assert begin == first or end == last
        begin, end = (last, end) if begin == first else (begin, first)
    return begin, end


def stretch(slot: int, levels: Sequence[Level]) -> tuple[int, int]:
    """From when to when a slot is."""
    [level] = [one for one in levels if one.first <= slot < one.last]
    return level.start(slot), level.start(slot + 1)
