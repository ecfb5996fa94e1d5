"""Refresh tokens: each good once, and a stolen one ends the session."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from rollcall import Rollcall
from rollcall.errors import InvalidToken, RollcallError, SessionEnded
from tests.cast import Cast
from tests.conftest import StandingClock


def test_token_is_traded_for_a_new_one_of_the_same_session(roll: Rollcall, cast: Cast) -> None:
    first = roll.refresh_tokens.issue(str(cast.employee.session_id))
    session_id, second = roll.refresh_tokens.rotate(first)
    assert session_id == cast.employee.session_id
    assert second != first
    assert roll.refresh_tokens.rotate(second)[0] == session_id


def test_only_a_hash_is_kept(roll: Rollcall, cast: Cast) -> None:
    token = roll.refresh_tokens.issue(str(cast.employee.session_id))
    [kept] = roll.database.collection("refresh_tokens").find()
    assert token not in str(kept)


def test_using_one_twice_ends_its_session(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    first = roll.refresh_tokens.issue(str(cast.employee.session_id))
    _, second = roll.refresh_tokens.rotate(first)
    clock.forward(seconds=11)
    with pytest.raises(InvalidToken):
        roll.refresh_tokens.rotate(first)
    with pytest.raises(SessionEnded):
        roll.sessions.authenticate(str(cast.employee.session_id))
    with pytest.raises(InvalidToken):
        roll.refresh_tokens.rotate(second)


def test_two_tabs_refreshing_at_once_lose_nothing(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    first = roll.refresh_tokens.issue(str(cast.employee.session_id))
    _, second = roll.refresh_tokens.rotate(first)
    clock.forward(seconds=9)
    with pytest.raises(InvalidToken):
        roll.refresh_tokens.rotate(first)
    assert roll.refresh_tokens.rotate(second)[0] == cast.employee.session_id


def test_sixteen_at_once_get_one_new_token(roll: Rollcall, cast: Cast) -> None:
    token = roll.refresh_tokens.issue(str(cast.employee.session_id))

    def trade(_: int) -> bool:
        try:
            roll.refresh_tokens.rotate(token)
        except RollcallError:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(trade, range(16))) == 1
    roll.sessions.authenticate(str(cast.employee.session_id))


def test_token_is_too_old_after_eight_hours(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    token = roll.refresh_tokens.issue(str(cast.employee.session_id))
    for _ in range(24):
        clock.forward(minutes=20)
        roll.sessions.touch(cast.employee)
    roll.sessions.authenticate(str(cast.employee.session_id))
    with pytest.raises(InvalidToken):
        roll.refresh_tokens.rotate(token)


def test_token_of_an_idle_session_opens_nothing(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    token = roll.refresh_tokens.issue(str(cast.employee.session_id))
    clock.forward(minutes=31)
    with pytest.raises(SessionEnded):
        roll.refresh_tokens.rotate(token)


def test_tokens_end_with_their_session(roll: Rollcall, cast: Cast) -> None:
    token = roll.refresh_tokens.issue(str(cast.employee.session_id))
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    assert roll.database.collection("refresh_tokens").count_documents({}) == 0
    with pytest.raises(InvalidToken):
        roll.refresh_tokens.rotate(token)


@pytest.mark.parametrize("token", ["", "x", "a" * 100_000, "\x00", "🦊"])
def test_made_up_token_is_refused(roll: Rollcall, cast: Cast, token: str) -> None:
    with pytest.raises(InvalidToken):
        roll.refresh_tokens.rotate(token)
