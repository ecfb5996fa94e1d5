"""Times of sessions on the days when clocks change, in leap years and at ends of months."""

import itertools
import string
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollcall.completions.codes import ALPHABET, LENGTH, new_code, read_code, sealed
from rollcall.completions.schedule import days_of
from rollcall.completions.times import moment_on, period_on, read_actual, read_clock
from rollcall.errors import Invalid

BERLIN, NEW_YORK, KOLKATA, LORD_HOWE = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "at", "timezone", "utc"),
    [
        ("2026-01-15", "09:00", BERLIN, "2026-01-15T08:00"),
        ("2026-07-15", "09:00", BERLIN, "2026-07-15T07:00"),
        # Spring: 02:30 is skipped, and read with the offset before.
        ("2026-03-29", "01:59", BERLIN, "2026-03-29T00:59"),
        ("2026-03-29", "02:30", BERLIN, "2026-03-29T01:30"),
        ("2026-03-29", "03:00", BERLIN, "2026-03-29T01:00"),
        ("2026-03-08", "02:30", NEW_YORK, "2026-03-08T07:30"),
        # Autumn: 02:30 comes twice, and the first is meant.
        ("2026-10-25", "02:30", BERLIN, "2026-10-25T00:30"),
        ("2026-10-25", "03:00", BERLIN, "2026-10-25T02:00"),
        ("2026-11-01", "01:30", NEW_YORK, "2026-11-01T05:30"),
        # Half an hour, and no change at all.
        ("2026-04-05", "12:00", LORD_HOWE, "2026-04-05T01:30"),
        ("2026-06-01", "09:00", KOLKATA, "2026-06-01T03:30"),
        ("2028-02-29", "09:00", "UTC", "2028-02-29T09:00"),
        ("2026-12-31", "23:30", NEW_YORK, "2027-01-01T04:30"),
    ],
)
def test_what_clocks_show_is_a_moment(day: str, at: str, timezone: str, utc: str) -> None:
    moment = moment_on(date.fromisoformat(day), time.fromisoformat(at), timezone)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "starts", "ends", "hours"),
    [
        ("2026-03-28", "22:00", "06:00", 7),
        ("2026-10-24", "22:00", "06:00", 9),
        ("2026-03-29", "01:00", "04:00", 2),
        ("2026-06-01", "09:00", "10:30", 1.5),
        ("2026-12-31", "23:00", "01:00", 2),
    ],
)
def test_a_session_past_midnight_or_a_change_of_clocks_has_its_true_length(
    day: str, starts: str, ends: str, hours: float
) -> None:
    begins, finishes = period_on(
        date.fromisoformat(day), time.fromisoformat(starts), time.fromisoformat(ends), BERLIN
    )
    assert finishes - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("weekdays", "first", "last", "holidays", "expected"),
    [
        ([0], "2026-03-23", "2026-04-06", [], ["2026-03-23", "2026-03-30", "2026-04-06"]),
        ([0], "2026-03-23", "2026-04-06", ["2026-03-30"], ["2026-03-23", "2026-04-06"]),
        ([1, 3], "2028-02-28", "2028-03-03", [], ["2028-02-29", "2028-03-02"]),
        ([5], "2026-01-31", "2026-03-01", [], ["2026-01-31", "2026-02-07", "2026-02-14",
                                               "2026-02-21", "2026-02-28"]),
        ([6], "2026-03-29", "2026-03-29", [], ["2026-03-29"]),
        ([4], "2026-03-02", "2026-03-05", [], []),
        ([0, 0, 0], "2026-03-02", "2026-03-02", [], ["2026-03-02"]),
        ([3], "2026-12-24", "2027-01-07", ["2026-12-31"], ["2026-12-24", "2027-01-07"]),
    ],
)  # fmt: skip
def test_the_days_of_a_batch(
    weekdays: list[int], first: str, last: str, holidays: list[str], expected: list[str]
) -> None:
    found = days_of(
        weekdays,
        date.fromisoformat(first),
        date.fromisoformat(last),
        [date.fromisoformat(one) for one in holidays],
    )
    assert [one.isoformat() for one in found] == expected


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 400),
)
def test_every_day_of_a_batch_is_in_its_term_and_none_is_missing(
    weekdays: set[int], first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    every = [first + timedelta(days=one) for one in range(length + 1)]
    assert days_of(weekdays, first, last) == [one for one in every if one.weekday() in weekdays]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9:30", "09:30"), ("09.30", "09:30"), ("9:30 pm", "21:30"), ("12:00 am", "00:00"),
     ("12:15pm", "12:15"), ("23:59:59", "23:59")],
)  # fmt: skip
def test_times_of_day_as_people_type_them(text: str, expected: str) -> None:
    assert read_clock(text, "time") == time.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", "24:00", "9", "half past nine", "13:00 pm", "9:60", "-1:00"])
def test_what_is_no_time_of_day_says_so(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_clock(text, "actual_start_time")
    assert "actual_start_time" in refused.value.fields


def test_an_actual_time_is_of_the_day_that_is_closest() -> None:
    planned = datetime(2026, 6, 1, 21, 30, tzinfo=UTC)  # 23:30 in Berlin
    assert read_actual("00:15", planned, BERLIN, "t") == datetime(2026, 6, 1, 22, 15, tzinfo=UTC)
    assert read_actual("23:40", planned, BERLIN, "t") == datetime(2026, 6, 1, 21, 40, tzinfo=UTC)
    exact = "2026-06-01T23:40:00+02:00"
    assert read_actual(exact, planned, "UTC", "t") == datetime(2026, 6, 1, 21, 40, tzinfo=UTC)
    local = "2026-06-02T00:15"
    assert read_actual(local, planned, BERLIN, "t") == datetime(2026, 6, 1, 22, 15, tzinfo=UTC)


def refused(code: str) -> bool:
    try:
        read_code(code)
    except Invalid:
        return True
    return False


def code_with(signs: dict[int, str]) -> str:
    """A code that has these signs at these places; the check sign has place 8."""
    first, second, *rest = [place for place in range(LENGTH) if place not in signs]
    for filling, more in itertools.product(ALPHABET, repeat=2):
        body = {**dict.fromkeys(rest, "7"), first: filling, second: more, **signs}
        code = sealed("".join(body[place] for place in range(LENGTH)))
        if code and signs.get(LENGTH) in {None, code[-1]}:
            return code
    raise AssertionError(signs)


def with_signs(signs: Iterable[str]) -> str:
    text = "".join(signs)
    return f"RC-{text[:4]}-{text[4:8]}-{text[8]}"


def test_a_made_code_reads_as_itself_however_it_is_written() -> None:
    for _ in range(50):
        code = new_code()
        assert read_code(code.lower().replace("-", " ")) == code


# That a sum is right depends on the difference of the signs alone, not on those around them: one
# code for each pair of signs at each place stands for all codes.
@pytest.mark.parametrize("place", range(LENGTH + 1))
def test_every_single_wrong_sign_is_noticed(place: int) -> None:
    for sign in ALPHABET:
        signs = code_with({place: sign})[3:].replace("-", "")
        for wrong in set(string.ascii_uppercase + string.digits) - {sign}:
            assert refused(with_signs([*signs[:place], wrong, *signs[place + 1 :]]))


@pytest.mark.parametrize("place", range(LENGTH))
def test_every_swap_of_neighbours_is_noticed(place: int) -> None:
    for one, other in itertools.permutations(ALPHABET, 2):
        signs = code_with({place: one, place + 1: other})[3:].replace("-", "")
        assert refused(with_signs([*signs[:place], other, one, *signs[place + 2 :]])), signs


@pytest.mark.parametrize("text", ["BATCH-001-DEC19", "2026/17.3", "abcd"])
def test_a_code_of_ones_own_is_kept_in_capitals(text: str) -> None:
    assert read_code(text) == text.upper()


@pytest.mark.parametrize("text", ["abc", "x" * 41, "no-ümlaut", "<b>code</b>", "$ne$ne"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_code(text)
