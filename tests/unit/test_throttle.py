"""Counting tries: a window, locks that grow and are forgotten, the same for all processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from rollcall import Rollcall
from rollcall.errors import TooManyAttempts, TooManyRequests
from rollcall.throttle import Limit, Throttle, network_of
from tests.answering import keep_an_answer
from tests.conftest import StandingClock

THREE = Limit(3, timedelta(minutes=15), longest=timedelta(hours=1))


@pytest.fixture
def throttle(roll: Rollcall) -> Throttle:
    return roll.throttle


def _use_up(throttle: Throttle) -> None:
    assert [throttle.take("x", THREE) for _ in range(3)] == [1, 2, 3]


def _refused(throttle: Throttle) -> int:
    with pytest.raises(TooManyAttempts) as refused:
        throttle.take("x", THREE)
    return refused.value.retry_after


def test_window_begins_with_the_first_use(throttle: Throttle, clock: StandingClock) -> None:
    throttle.take("x", THREE)
    clock.forward(minutes=14)
    throttle.take("x", THREE)
    throttle.take("x", THREE)
    assert _refused(throttle) == 60
    clock.forward(minutes=1)
    assert throttle.take("x", THREE) == 1


def test_counters_are_apart(throttle: Throttle) -> None:
    _use_up(throttle)
    assert throttle.take("y", THREE) == 1


def test_each_lock_is_twice_as_long_up_to_the_longest(
    throttle: Throttle, clock: StandingClock
) -> None:
    waits = []
    for _ in range(5):
        _use_up(throttle)
        throttle.lock("x", THREE)
        waits.append(_refused(throttle) / 60)
        clock.forward(seconds=_refused(throttle))
    assert waits == [15, 30, 60, 60, 60]


def test_a_day_after_a_lock_it_is_forgotten(throttle: Throttle, clock: StandingClock) -> None:
    for _ in range(3):
        _use_up(throttle)
        throttle.lock("x", THREE)
        clock.forward(seconds=_refused(throttle))
    clock.forward(days=1)
    _use_up(throttle)
    throttle.lock("x", THREE)
    assert _refused(throttle) == 15 * 60


def test_window_without_a_lock_does_not_make_the_next_longer(
    throttle: Throttle, clock: StandingClock
) -> None:
    for _ in range(3):
        _use_up(throttle)
        assert _refused(throttle) == 15 * 60
        clock.forward(minutes=15)


def test_what_was_taken_in_vain_is_given_back(throttle: Throttle) -> None:
    _use_up(throttle)
    throttle.give_back("x")
    assert throttle.take("x", THREE) == 3


def test_limit_of_zero_limits_nothing(throttle: Throttle) -> None:
    for _ in range(20):
        throttle.take("x", Limit(0, timedelta(minutes=1)))


def test_refusal_is_the_error_that_is_asked_for(throttle: Throttle) -> None:
    _use_up(throttle)
    with pytest.raises(TooManyRequests, match="Please wait 15 minutes"):
        throttle.take("x", THREE, TooManyRequests)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (60, "60 seconds"), (61, "2 minutes"), (900, "15 minutes"),
     (3600, "60 minutes"), (3601, "2 hours"), (4 * 3600, "4 hours")],
)  # fmt: skip
def test_wait_is_said_in_words_and_never_too_short(seconds: int, words: str) -> None:
    assert f"wait {words}" in TooManyRequests(seconds).message


def test_sixteen_at_once_get_what_there_is(throttle: Throttle) -> None:
    def take(_: int) -> int:
        try:
            return throttle.take("x", THREE)
        except TooManyAttempts:
            return 0

    with ThreadPoolExecutor(16) as threads:
        assert sorted(threads.map(take, range(16))) == [0] * 13 + [1, 2, 3]


def test_it_holds_over_processes(throttle: Throttle, roll: Rollcall, clock: StandingClock) -> None:
    _use_up(roll.at_clock(clock).throttle)
    _refused(throttle)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("x" * 500, "x" * 64),
    ],
)
def test_address_is_counted_as_the_network_that_one_customer_has(
    address: str, counted: str
) -> None:
    assert network_of(address) == counted


MINUTELY = Limit(60, timedelta(minutes=1))


def _drawn(throttle: Throttle, limit: Limit) -> int:
    """How often `draw` gives one until it refuses."""
    for number in range(1000):
        try:
            throttle.draw("x", limit, TooManyRequests)
        except TooManyRequests:
            return number
    raise AssertionError("there is no limit")


@pytest.mark.parametrize("most", [1, 3, 9, 10, 45, 60, 999])
def test_exactly_the_limit_can_be_drawn(
    throttle: Throttle, clock: StandingClock, most: int
) -> None:
    limit = Limit(most, timedelta(minutes=1))
    assert _drawn(throttle, limit) == most
    clock.forward(minutes=1)
    assert _drawn(throttle, limit) == most


def test_what_was_drawn_is_not_kept_beyond_its_window(
    throttle: Throttle, clock: StandingClock
) -> None:
    throttle.draw("x", MINUTELY)
    clock.forward(seconds=59)
    throttle.draw("x", MINUTELY)
    clock.forward(seconds=1)
    assert _drawn(throttle, MINUTELY) == 60


def test_processes_together_draw_no_more_than_the_limit(
    roll: Rollcall, clock: StandingClock
) -> None:
    processes = [Throttle(roll.database, clock) for _ in range(3)]
    given = 0
    while processes:
        for one in list(processes):
            try:
                one.draw("x", MINUTELY, TooManyRequests)
            except TooManyRequests:
                processes.remove(one)
            else:
                given += 1
    assert given == 60


def test_drawing_at_the_same_time_gives_no_more_than_the_limit(throttle: Throttle) -> None:
    def draw(_: int) -> int:
        try:
            throttle.draw("x", MINUTELY, TooManyRequests)
        except TooManyRequests:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(draw, range(200))) == 60


def _counted(roll: Rollcall) -> int:
    keep_an_answer(roll)
    found = roll.database.collection("rate_limits").find_one({"_id": "x"})
    return found["count"] if found else 0


def test_a_draw_seldom_asks_the_database(roll: Rollcall, throttle: Throttle) -> None:
    for _ in range(6):
        throttle.draw("x", MINUTELY)
    assert _counted(roll) == 6
    throttle.draw("x", MINUTELY)
    assert _counted(roll) == 12


def test_no_limit_draws_nothing(roll: Rollcall, throttle: Throttle) -> None:
    throttle.draw("x", Limit(0, timedelta(minutes=1)))
    assert roll.database.collection("rate_limits").find_one() is None
