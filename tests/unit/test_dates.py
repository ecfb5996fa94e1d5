"""Dates in words, by table: Saturday, 21 November 2026, 08:30 in Berlin."""

from datetime import UTC, datetime

import pytest

from rollcall.dates import find_when
from rollcall.errors import Invalid

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"

TABLE = [
    ("today", "2026-11-21", None),
    ("tomorrow", "2026-11-22", None),
    ("yesterday", "2026-11-20", None),
    ("the day after tomorrow", "2026-11-23", None),
    ("tomorrow noon", "2026-11-22", "12:00"),
    ("tomorrow at 9", "2026-11-22", "09:00"),
    ("tomorrow at 9am", "2026-11-22", "09:00"),
    ("tomorrow at 10:30", "2026-11-22", "10:30"),
    ("tomorrow at 5 pm", "2026-11-22", "17:00"),
    ("today at 3pm", "2026-11-21", "15:00"),
    ("tonight at 8", "2026-11-21", "20:00"),
    ("at 16:45", "2026-11-21", "16:45"),
    ("in two hours", "2026-11-21", "10:30"),
    ("in 30 minutes", "2026-11-21", "09:00"),
    ("in an hour", "2026-11-21", "09:30"),
    ("Friday", "2026-11-27", None),
    ("on Friday", "2026-11-27", None),
    ("due Friday", "2026-11-27", None),
    ("this Friday", "2026-11-27", None),
    ("Monday", "2026-11-23", None),
    ("Wednesday at 3", "2026-11-25", "15:00"),
    ("next friday at 3pm", "2026-11-27", "15:00"),
    ("friday 3pm", "2026-11-27", "15:00"),
    ("Tuesday morning at 9", "2026-11-24", "09:00"),
    ("by friday 5pm", "2026-11-27", "17:00"),
    ("by Friday", "2026-11-27", None),
    ("by the 15th", "2026-12-15", None),
    ("by 1 December", "2026-12-01", None),
    ("until Monday", "2026-11-23", None),
    ("before Tuesday", "2026-11-24", None),
    ("the 15th", "2026-12-15", None),
    ("on the 30th", "2026-11-30", None),
    ("in two weeks", "2026-12-05", None),
    ("in a week", "2026-11-28", None),
    ("in three days", "2026-11-24", None),
    ("in 10 days", "2026-12-01", None),
    ("a week from today", "2026-11-28", None),
    ("in one month", "2026-12-21", None),
    ("end of month", "2026-11-30", None),
    ("end of the month", "2026-11-30", None),
    ("by the end of the month", "2026-11-30", None),
    ("end of next month", "2026-12-31", None),
    ("end of next week", "2026-11-29", None),
    ("end of the year", "2026-12-31", None),
    ("12 June", "2027-06-12", None),
    ("12th of June", "2027-06-12", None),
    ("June 12", "2027-06-12", None),
    ("June 12th, 2027", "2027-06-12", None),
    ("1 March", "2027-03-01", None),
    ("3 March 2027", "2027-03-03", None),
    ("March 3, 2027 at 4pm", "2027-03-03", "16:00"),
    ("5 December at 14:00", "2026-12-05", "14:00"),
    ("Dec 24", "2026-12-24", None),
    ("24 Dec", "2026-12-24", None),
    ("christmas", "2026-12-25", None),
    ("new year's eve", "2026-12-31", None),
    ("2026-12-24", "2026-12-24", None),
    ("2027-03-01", "2027-03-01", None),
    ("2027-03-01 at 10am", "2027-03-01", "10:00"),
    ("2027-03-01 10:15", "2027-03-01", "10:15"),
    ("24.12.2026", "2026-12-24", None),
    ("1.3.2027", "2027-03-01", None),
    ("24.12.26", "2026-12-24", None),
    ("24-12-2026", "2026-12-24", None),
    ("13/06/2027", "2027-06-13", None),
    ("12/24/2026", "2026-12-24", None),
    ("24.12.2026 at 9:30", "2026-12-24", "09:30"),
    ("29 February 2028", "2028-02-29", None),
    ("assign 'Complete security training' to EMP002, high, due Friday", "2026-11-27", None),
    ("assign 'Prepare Monday meeting' to EMP002 by Wednesday", "2026-11-25", None),
    ("postpone the stocktaking to Monday", "2026-11-23", None),
    ("move it to next Tuesday at 11am please", "2026-11-24", "11:00"),
    ("ask jane2027@example.com by tomorrow", "2026-11-22", None),
    ("reach 80% by Friday", "2026-11-27", None),
    ("it happened yesterday at 9am", "2026-11-20", "09:00"),
    ("last Friday", "2026-11-20", None),
    ("two days ago", "2026-11-19", None),
    ("Monday 7 December", "2026-12-07", None),
    ("Sunday, 29 November 2026", "2026-11-29", None),
    ("noon", "2026-11-21", "12:00"),
    ("midnight tomorrow", "2026-11-22", "00:00"),
    ("31 January 2027 at 23:00", "2027-01-31", "23:00"),
    ("next mon", "2026-11-23", None),
    ("next mon at 9", "2026-11-23", "09:00"),
    ("tue 3pm", "2026-11-24", "15:00"),
    ("24.12.", "2026-12-24", None),
    ("on 24.12.", "2026-12-24", None),
    ("24.12. at 9", "2026-12-24", "09:00"),
    ("due 1.3.", "2027-03-01", None),
    ("3/4/2027", "2027-04-03", None),
    ("03/04/27", "2027-04-03", None),
    ("on 3/4", "2027-04-03", None),
    ("due 24/12", "2026-12-24", None),
    ("12/24", "2026-12-24", None),
    ("next wk", "2026-11-23", None),
    ("tmrw", "2026-11-22", None),
    ("in a fortnight", "2026-12-05", None),
    ("the 1st of next month", "2026-12-01", None),
    ("first monday in december", "2026-12-07", None),
    ("5th", "2026-12-05", None),
    ("by EOD", "2026-11-21", None),
    ("EOD friday", "2026-11-27", None),
    ("by close of business on monday", "2026-11-23", None),
    ("eow", "2026-11-22", None),
    ("eom", "2026-11-30", None),
    ("half past 3", "2026-11-21", "15:30"),
    ("tomorrow at half 3", "2026-11-22", "15:30"),
    ("quarter to 5 on monday", "2026-11-23", "16:45"),
    ("at 9 on 24.12.2026", "2026-12-24", "09:00"),
]


@pytest.mark.parametrize(("words", "day", "clock"), TABLE, ids=[row[0] for row in TABLE])
def test_words_mean_this_day_and_time(words: str, day: str, clock: str | None) -> None:
    when = find_when(words, NOW, BERLIN)
    assert when is not None
    said = when.clock.strftime("%H:%M") if when.clock else None
    assert (when.day.isoformat(), said) == (day, clock)


SLASHES = [
    ("3/4/2027", "Europe/London", "US", "2027-04-03"),
    ("3/4/2027", "America/New_York", "DE", "2027-03-04"),
    ("3/4/2027", "Asia/Manila", "DE", "2027-03-04"),
    ("3/4/2027", "Asia/Kolkata", "US", "2027-04-03"),
    ("3/4/2027", "UTC", "US", "2027-03-04"),
    ("3/4/2027", "UTC", "GB", "2027-04-03"),
    ("13/4/2027", "America/New_York", "US", "2027-04-13"),
    ("4/13/2027", "Europe/Berlin", "DE", "2027-04-13"),
    ("3.4.2027", "America/New_York", "US", "2027-04-03"),
]


@pytest.mark.parametrize(("words", "timezone", "region", "day"), SLASHES)
def test_day_or_month_first_depends_on_where_one_lives(
    words: str, timezone: str, region: str, day: str
) -> None:
    when = find_when(words, NOW, timezone, region)
    assert when is not None
    assert when.day.isoformat() == day


@pytest.mark.parametrize(
    "words", ["31 February", "30.02.2027", "31.4.", "2027-13-45", "32 January"]
)
def test_days_that_do_not_exist_are_refused(words: str) -> None:
    with pytest.raises(Invalid):
        find_when(words, NOW, BERLIN)


@pytest.mark.parametrize(
    "words", ["", "hello", "EMP001", "jane@acme.com", "Acme Supplies", "50%", "the blue van"]
)
def test_what_is_no_date_gives_none(words: str) -> None:
    assert find_when(words, NOW, BERLIN) is None


def test_a_day_without_a_time_ends_in_the_persons_own_midnight() -> None:
    when = find_when("1 July 2027", NOW, BERLIN)
    assert when is not None
    assert when.at().isoformat() == "2027-07-01T21:59:59+00:00"


def test_time_of_day_is_right_on_both_sides_of_a_clock_change() -> None:
    winter = find_when("27 March 2027 at noon", NOW, BERLIN)
    summer = find_when("28 March 2027 at noon", NOW, BERLIN)
    assert winter is not None
    assert summer is not None
    assert (summer.at() - winter.at()).total_seconds() == 23 * 3600
