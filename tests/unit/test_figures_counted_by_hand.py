"""Kept figures against counting by hand: every document says what it counts for, and Python adds.

No code of the cells, their covers, edges and steps has a part in what is expected here."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollcall import Rollcall
from rollcall.figures import (
    Asked,
    Change,
    Period,
    Whose,
    of_activity,
    of_registration,
    of_session,
    of_task,
)
from rollcall.figures.axes import AXES
from rollcall.figures.slots import AUTHORS, PEOPLE, at
from rollcall.storage.database import Document
from rollcall.storage.schema import PRIORITIES, TASK_STATES, registration_collection
from tests.cast import Cast
from tests.conftest import MONDAY, StandingClock
from tests.unit.test_figures import Company

QUARTER = timedelta(minutes=15)
IDS = [f"EMP{number:03}" for number in range(1, 8)]
TYPES = ("equipment", "training")
OF_TASKS = [f"{state}/{priority}" for state in TASK_STATES for priority in PRIORITIES]
KEYS = {
    "sessions": ["active", "ended", "expired"],
    "tasks": OF_TASKS,
    "tasks.due": OF_TASKS,
    "tasks.completed": OF_TASKS,
}


@st.composite
def borders(draw: st.DrawFn) -> datetime:
    """A quarter of an hour, or where a slot begins."""
    if draw(st.booleans()):
        length = draw(st.sampled_from([*AUTHORS, *PEOPLE])).length
        first = int(MONDAY.timestamp() * 1000) // length
        return at((first + draw(st.integers(-3, 40))) * length)
    return MONDAY + QUARTER * draw(st.integers(-4 * 24 * 20, 4 * 24 * 400))


@st.composite
def periods(draw: st.DrawFn) -> list[Period]:
    """One period with any ends, or several that meet: as long as each other or not, and often
    several in one slot."""
    if draw(st.booleans()):
        odd = st.builds(
            lambda a, ms: a + timedelta(milliseconds=ms), borders(), st.integers(0, 10**6)
        )
        ends = st.none() | borders() | odd
        return [Period("", draw(ends), draw(ends))]
    number = draw(st.sampled_from([2, 2, 3, 5, 12, 30, 61]))
    steps = [QUARTER * draw(st.sampled_from([1, 4, 96, 100, 400, 672, 2976]))] * number
    if draw(st.booleans()):
        steps = [QUARTER * draw(st.integers(1, 3000)) for _ in range(number)]
    ends = [draw(borders())]
    for step in steps:
        ends.append(ends[-1] + step)
    if draw(st.booleans()):
        ends[0] += timedelta(milliseconds=draw(st.integers(0, 900_000 - 1)))
    return [Period(str(name), *pair) for name, pair in enumerate(pairwise(ends))]


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    axis = draw(st.sampled_from([*AXES, "activities"]))
    keys = (
        draw(st.none() | st.lists(st.sampled_from(KEYS[axis]), unique=True))
        if axis in KEYS
        else None
    )
    if axis == "registrations":
        keys = draw(st.lists(st.sampled_from(TYPES), unique=True))
    people = st.lists(st.sampled_from(IDS), unique=True).map(tuple)
    whose = Whose(draw(st.none() | people), draw(st.just(()) | people))
    part = draw(st.sampled_from([None, "by", "key"]))
    return Asked(axis, draw(periods()), keys, whose, part, draw(st.booleans()))


@pytest.mark.parametrize("folded", [False, True], ids=["while some waits", "all folded"])
def test_whatever_is_asked_is_what_the_documents_add_up_to(
    folded: bool, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    Company(roll, cast, clock).live()
    if folded:
        roll.folding.run()
    changes = everything(roll)

    @settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
    @given(asked=questions())
    def hold(asked: Asked) -> None:
        kept = roll.database.at_one_moment(lambda moment: roll.figures.answer(moment, asked))
        found = {what: (one.count, one.milliseconds) for what, one in kept.items()}
        assert found == by_hand(changes, asked)

    hold()


def everything(roll: Rollcall) -> list[Change]:
    """What every document on record counts for."""
    registrations = [(registration_collection(one), of_registration) for one in TYPES]
    of: list[tuple[str, Callable[[Document], tuple[Change, ...]]]] = [
        ("user_tasks", of_task), ("user_sessions", of_session),
        ("session_activities", of_activity), *registrations,
    ]  # fmt: skip
    return [
        change
        for name, counts in of
        for change in chain.from_iterable(map(counts, roll.database.collection(name).find()))
    ]


def by_hand(changes: list[Change], asked: Asked) -> dict[tuple[str, str | None], tuple[int, int]]:
    """The same figures: how many, and how long if that is asked."""
    counts: Counter[tuple[str, str | None]] = Counter()
    lasted: Counter[tuple[str, str | None]] = Counter()
    among, without = asked.whose.among, set(asked.whose.without)
    for one in changes:
        who = set(one.who)
        theirs = (among is None or who & set(among)) and not who & without
        if one.axis != asked.axis or not theirs:
            continue
        if asked.keys is not None and one.key not in asked.keys:
            continue
        part = getattr(one, asked.part) if asked.part else None
        for period in asked.periods:
            begun = period.start is None or one.at >= period.start
            if begun and (period.end is None or one.at < period.end):
                counts[period.name, part] += one.count
                lasted[period.name, part] += one.milliseconds if asked.timed else 0
    return {what: (count, lasted[what]) for what, count in counts.items() if count}
