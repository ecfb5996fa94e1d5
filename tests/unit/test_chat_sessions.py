"""Chat sessions: one active at a time, counted right, ended by themselves, nobody else's."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall import Principal, Rollcall
from rollcall.chat_figures import GROWTH, Step, _bucket, percentile
from rollcall.chat_session import DEMO_USER, Chatter
from rollcall.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from tests.answering import keep_an_answer
from tests.cast import Cast
from tests.conftest import StandingClock

GUEST = Chatter(Principal.guest(), "a-browser")
OTHER_GUEST = Chatter(Principal.guest(), "another-browser")


def kinds(roll: Rollcall, cast: Cast) -> list[str]:
    """Kinds of what is on record about chat sessions, oldest first."""
    items = roll.activities.list(cast.admin).items[::-1]
    return [one.kind for one in items if one.subject.type == "chat_session"]


def test_starting_again_refreshes_the_active_session(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    who = Chatter(cast.employee)
    first, new = roll.chat_sessions.start(who)
    clock.forward(minutes=59)
    again, new_again = roll.chat_sessions.start(who)
    assert (new, new_again) == (True, False)
    assert again.session_id == first.session_id
    assert again.last_activity == clock()
    assert kinds(roll, cast) == ["chat_session.started"]


def test_a_session_that_was_idle_for_an_hour_makes_room_for_a_new_one(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    first, _ = roll.chat_sessions.start(GUEST)
    clock.forward(hours=1)
    assert roll.chat_sessions.active(GUEST) is None
    second, new = roll.chat_sessions.start(GUEST)
    assert new
    assert second.session_id != first.session_id
    page, totals = roll.chat_sessions.history(GUEST)
    assert [one.is_active for one in page.items] == [True, False]
    assert page.items[1].ended_at == first.last_activity
    assert totals.sessions == 2
    assert kinds(roll, cast) == [
        "chat_session.started",
        "chat_session.expired",
        "chat_session.started",
    ]


def test_many_requests_at_once_start_one_session(roll: Rollcall, cast: Cast) -> None:
    who = Chatter(cast.employee)
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda _: roll.chat_sessions.start(who), range(16)))
    assert len({session.session_id for session, _ in started}) == 1
    assert sum(new for _, new in started) == 1


def test_activities_are_counted_and_response_times_averaged(roll: Rollcall, cast: Cast) -> None:
    session, _ = roll.chat_sessions.start(GUEST)
    update = roll.chat_sessions.update
    update(GUEST, session.session_id, "message_sent")
    update(GUEST, session.session_id, "message_sent")
    update(GUEST, session.session_id, "conversation_started")
    update(GUEST, session.session_id, "response_received", 1.5)
    update(GUEST, session.session_id, "response_received")
    after = update(GUEST, session.session_id, "response_received", 0.5)
    assert after.counts() == {
        "total_messages_sent": 2,
        "total_conversations": 1,
        "average_response_time": 1.0,
    }
    assert after.public(after.started_at)["user"] == DEMO_USER


@pytest.mark.parametrize(
    ("activity_type", "seconds"),
    [("logged_in", None), ("response_received", -1.0), ("response_received", 3601.0),
     ("response_received", math.inf), ("response_received", math.nan)],
)  # fmt: skip
def test_what_can_not_be_counted_is_refused(
    roll: Rollcall, cast: Cast, activity_type: str, seconds: float | None
) -> None:
    session, _ = roll.chat_sessions.start(GUEST)
    with pytest.raises(Invalid):
        roll.chat_sessions.update(GUEST, session.session_id, activity_type, seconds)
    kept = roll.chat_sessions.active(GUEST)
    assert kept is not None
    assert kept.counts()["average_response_time"] == 0


def test_ending_twice_answers_the_same(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    who = Chatter(cast.employee)
    session, _ = roll.chat_sessions.start(who)
    clock.forward(minutes=30)
    ended = roll.chat_sessions.end(who, session.session_id)
    clock.forward(minutes=5)
    assert roll.chat_sessions.end(who, session.session_id) == ended
    assert ended.duration_minutes(clock()) == 30
    assert kinds(roll, cast) == ["chat_session.started", "chat_session.ended"]
    with pytest.raises(Conflict):
        roll.chat_sessions.update(who, session.session_id, "message_sent")


def test_a_session_is_only_there_for_whom_it_belongs_to(roll: Rollcall, cast: Cast) -> None:
    strangers = [Chatter(cast.outsider), Chatter(cast.admin), GUEST]
    session, _ = roll.chat_sessions.start(Chatter(cast.employee))
    for who in strangers:
        with pytest.raises(NotFound):
            roll.chat_sessions.update(who, session.session_id, "message_sent")
        with pytest.raises(NotFound):
            roll.chat_sessions.end(who, session.session_id)
    mine, _ = roll.chat_sessions.start(GUEST)
    with pytest.raises(NotFound):
        roll.chat_sessions.end(OTHER_GUEST, mine.session_id)
    with pytest.raises(Unauthenticated):
        roll.chat_sessions.start(Chatter(Principal.guest()))


def test_who_sees_whose_sessions(roll: Rollcall, cast: Cast) -> None:
    roll.chat_sessions.start(GUEST)
    for actor in (cast.employee, cast.outsider, cast.manager):
        roll.chat_sessions.start(Chatter(actor))

    def seen(actor: Principal) -> set[str | None]:
        return {one.employee_id for one in roll.chat_sessions.list(actor)[0].items}

    assert seen(cast.admin) == {None, "EMP002", "EMP004", "EMP005"}
    assert seen(cast.manager) == {"EMP002", "EMP004"}
    assert seen(cast.employee) == {"EMP004"}
    with pytest.raises(NotFound):
        roll.chat_sessions.list(cast.employee, "EMP005")
    with pytest.raises(Unauthenticated):
        roll.chat_sessions.list(cast.guest)


def test_cleaning_up_ends_the_own_idle_sessions_and_for_an_admin_all(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    for who in (GUEST, OTHER_GUEST, Chatter(cast.employee)):
        roll.chat_sessions.start(who)
    assert roll.chat_sessions.clean_up(GUEST) == 0
    clock.forward(hours=1)
    assert roll.chat_sessions.clean_up(GUEST) == 1
    assert roll.chat_sessions.clean_up(Chatter(cast.admin)) == 2
    assert roll.chat_sessions.expire() == 0


def test_a_turn_counts_by_itself(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    who = Chatter(cast.employee)
    assert roll.chat_sessions.count_turn(who, 0.25)
    clock.forward(minutes=29)
    assert not roll.chat_sessions.count_turn(who, 0.75)
    keep_an_answer(roll)
    session = roll.chat_sessions.active(who)
    assert session is not None
    assert session.counts() == {
        "total_messages_sent": 2,
        "total_conversations": 1,
        "average_response_time": 0.5,
    }
    clock.forward(minutes=30)
    roll.chat_sessions.count_turn(who, 0.5)
    keep_an_answer(roll)
    later = roll.chat_sessions.active(who)
    assert later is not None
    assert (later.session_id, later.conversations) == (session.session_id, 2)


def test_first_messages_at_the_same_time_are_one_conversation(roll: Rollcall, cast: Cast) -> None:
    who = Chatter(cast.employee)
    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(lambda _: roll.chat_sessions.count_turn(who, 0.5), range(8)))
    keep_an_answer(roll)
    session = roll.chat_sessions.active(who)
    assert session is not None
    assert first.count(True) == 1
    assert (session.messages, session.conversations) == (8, 1)


def test_figures_by_hour_and_by_day(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    since = clock()
    for milliseconds in (100, 100, 100, 900):
        roll.chat_figures.count(clock(), milliseconds, first=milliseconds == 900, understood=True)
    clock.forward(hours=1)
    roll.chat_figures.count(clock(), 100, first=False, understood=False)
    keep_an_answer(roll)
    hours = roll.chat_figures.between(cast.admin, since, clock() + timedelta(hours=1))
    assert [(one.at, one.messages, one.sessions) for one in hours] == [
        (since, 4, 1),
        (clock(), 1, 0),
    ]
    assert hours[0].response_p50 == pytest.approx(100, rel=0.05)
    assert hours[0].response_p95 == pytest.approx(900, rel=0.05)
    assert hours[0].first_response_p50 == pytest.approx(900, rel=0.05)
    assert hours[1].fallback_rate == 1
    [day] = roll.chat_figures.between(cast.admin, since, clock() + timedelta(hours=1), Step.DAY)
    assert (day.messages, day.fallbacks, day.fallback_rate) == (5, 1, 0.2)


def test_figures_of_everybody_are_for_those_who_see_everybody(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    until = clock() + timedelta(days=1)
    for actor in (cast.manager, cast.faculty, cast.employee, cast.outsider):
        with pytest.raises(Forbidden):
            roll.chat_figures.between(actor, clock(), until)
    with pytest.raises(Unauthenticated):
        roll.chat_figures.between(cast.guest, clock(), until)
    with pytest.raises(Invalid):
        roll.chat_figures.between(cast.admin, until, clock())


@given(st.lists(st.floats(1, 100_000), min_size=1, max_size=60), st.sampled_from([0.5, 0.95, 1]))
def test_a_percentile_is_right_to_half_a_bucket(values: list[float], share: float) -> None:
    histogram: dict[str, int] = {}
    for value in values:
        key = str(_bucket(value))
        histogram[key] = histogram.get(key, 0) + 1
    exact = sorted(values)[math.ceil(share * len(values)) - 1]
    found = percentile(histogram, share)
    assert found is not None
    assert exact / math.sqrt(GROWTH) - 0.1 <= found <= exact * math.sqrt(GROWTH) + 0.1
