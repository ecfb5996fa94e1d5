"""Join codes and codes that change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.meetings.codes import (
    ALPHABET,
    is_current,
    new_code,
    new_secret,
    read_code,
    rotating_code,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_codes_are_neither_words_nor_numbers_and_have_nothing_to_confuse() -> None:
    for code in (new_code() for _ in range(2000)):
        assert len(code) == 6
        assert not code.isdigit()
        assert not code.isalpha()
        assert not set(code) & set("01AEIOUL")
        assert set(code) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["K7P2QX", "k7p2qx", " k7p-2qx ", "K7P 2QX", "k7p.2q_x"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "K7P2QX"


@pytest.mark.parametrize(
    "typed", ["", "K7P2Q", "K7P2QXX", "K7P2Q0", "IIIIII", "１２３４５６", "K7P2QX\0"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=20))
def test_reading_a_code_never_fails(typed: str) -> None:
    found = read_code(typed)
    assert found is None or set(found) <= set(ALPHABET)


def test_a_changing_code_is_good_while_shown_and_for_one_step_more() -> None:
    secret = new_secret()
    shown, until = rotating_code(secret, NOON)
    assert until == NOON + timedelta(seconds=15)
    assert is_current(secret, shown, NOON)
    assert is_current(secret, f"{shown[:3]} {shown[3:]}", NOON + timedelta(seconds=29))
    assert not is_current(secret, shown, NOON + timedelta(seconds=30))


def test_a_changing_code_is_not_good_before_it_is_shown_or_elsewhere() -> None:
    secret = new_secret()
    next_one, _ = rotating_code(secret, NOON + timedelta(seconds=15))
    now, _ = rotating_code(secret, NOON)
    before, _ = rotating_code(secret, NOON - timedelta(seconds=15))
    if next_one not in (now, before):
        assert not is_current(secret, next_one, NOON)
    assert not is_current(new_secret(), now, NOON)
    assert not is_current(secret, "", NOON)
    assert not is_current(secret, "١٢٣٤٥٦", NOON)
