"""Periods in words, by table: Saturday, 21 November 2026, 08:30 in Berlin."""

from datetime import UTC, datetime, timedelta

import pytest

from rollcall.dates import zone
from rollcall.periods import Period, find_age, find_period, find_periods

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"

TABLE = [
    ("today", "2026-11-21", "2026-11-22"),
    ("yesterday", "2026-11-20", "2026-11-21"),
    ("yesterday afternoon", "2026-11-20", "2026-11-21"),
    ("the day before yesterday", "2026-11-19", "2026-11-20"),
    ("tomorrow", "2026-11-22", "2026-11-23"),
    ("this week", "2026-11-16", "2026-11-23"),
    ("last week", "2026-11-09", "2026-11-16"),
    ("last week's list", "2026-11-09", "2026-11-16"),
    ("lats week", "2026-11-09", "2026-11-16"),
    ("last wk", "2026-11-09", "2026-11-16"),
    ("the week before last", "2026-11-02", "2026-11-09"),
    ("next week", "2026-11-23", "2026-11-30"),
    ("this month", "2026-11-01", "2026-12-01"),
    ("previous month", "2026-10-01", "2026-11-01"),
    ("the month before last", "2026-09-01", "2026-10-01"),
    ("this quarter", "2026-10-01", "2027-01-01"),
    ("last quarter", "2026-07-01", "2026-10-01"),
    ("last year", "2025-01-01", "2026-01-01"),
    ("year to date", "2026-01-01", "2026-11-22"),
    ("YTD", "2026-01-01", "2026-11-22"),
    ("month to date", "2026-11-01", "2026-11-22"),
    ("last 7 days", "2026-11-15", "2026-11-22"),
    ("the past two weeks", "2026-11-08", "2026-11-22"),
    ("last 3 months", "2026-08-22", "2026-11-22"),
    ("in the last month", "2026-10-22", "2026-11-22"),
    ("over the last couple of weeks", "2026-11-08", "2026-11-22"),
    ("last fortnight", "2026-11-08", "2026-11-22"),
    ("3 days ago", "2026-11-18", "2026-11-19"),
    ("two weeks ago", "2026-11-02", "2026-11-09"),
    ("a month ago", "2026-10-01", "2026-11-01"),
    ("last weekend", "2026-11-14", "2026-11-16"),
    ("this weekend", "2026-11-21", "2026-11-23"),
    ("on Friday", "2026-11-20", "2026-11-21"),
    ("last fri", "2026-11-20", "2026-11-21"),
    ("last saturday", "2026-11-14", "2026-11-15"),
    ("Monday last week", "2026-11-09", "2026-11-10"),
    ("last week on Friday", "2026-11-13", "2026-11-14"),
    ("since monday", "2026-11-16", "2026-11-22"),
    ("only since Monday", "2026-11-16", "2026-11-22"),
    ("since last week", "2026-11-09", "2026-11-22"),
    ("since yesturday", "2026-11-20", "2026-11-22"),
    ("since the beginning of the year", "2026-01-01", "2026-11-22"),
    ("since March", "2026-03-01", "2026-11-22"),
    ("since 1 October", "2026-10-01", "2026-11-22"),
    ("since Christmas", "2025-12-25", "2026-11-22"),
    ("since Easter", "2026-04-05", "2026-11-22"),
    ("from Monday on", "2026-11-16", "2026-11-22"),
    ("after 1 November", "2026-11-02", "2026-11-22"),
    ("until Friday", None, "2026-11-21"),
    ("before 15 March", None, "2026-03-15"),
    ("up to the end of October", None, "2026-11-01"),
    ("in October", "2026-10-01", "2026-11-01"),
    ("in december", "2025-12-01", "2026-01-01"),
    ("last septmber", "2026-09-01", "2026-10-01"),
    ("March 2025", "2025-03-01", "2025-04-01"),
    ("jan 2026", "2026-01-01", "2026-02-01"),
    ("in 2025", "2025-01-01", "2026-01-01"),
    ("Q1", "2026-01-01", "2026-04-01"),
    ("q4 2025", "2025-10-01", "2026-01-01"),
    ("the second quarter of 2026", "2026-04-01", "2026-07-01"),
    ("third quarter last year", "2025-07-01", "2025-10-01"),
    ("fourth quarter", "2026-10-01", "2027-01-01"),
    ("H1", "2026-01-01", "2026-07-01"),
    ("week 45", "2026-11-02", "2026-11-09"),
    ("kw 12 2025", "2025-03-17", "2025-03-24"),
    ("on 12 June", "2026-06-12", "2026-06-13"),
    ("June 12th, 2025", "2025-06-12", "2025-06-13"),
    ("the 15th", "2026-11-15", "2026-11-16"),
    ("on the 30th", "2026-10-30", "2026-10-31"),
    ("24.12.", "2025-12-24", "2025-12-25"),
    ("24.12.2025", "2025-12-24", "2025-12-25"),
    ("on 3/4", "2026-04-03", "2026-04-04"),
    ("2026-03-01", "2026-03-01", "2026-03-02"),
    ("between 1 and 15 March", "2026-03-01", "2026-03-16"),
    ("between the 1st and the 15th of March", "2026-03-01", "2026-03-16"),
    ("from 1 to 15 March 2025", "2025-03-01", "2025-03-16"),
    ("March 1 to 15", "2026-03-01", "2026-03-16"),
    ("1-15 march", "2026-03-01", "2026-03-16"),
    ("1.3. - 15.3.", "2026-03-01", "2026-03-16"),
    ("from 2026-03-01 to 2026-03-15", "2026-03-01", "2026-03-16"),
    ("between March and June", "2026-03-01", "2026-07-01"),
    ("march to may", "2026-03-01", "2026-06-01"),
    ("from October to February", "2025-10-01", "2026-03-01"),
    ("from Monday to Wednesday", "2026-11-16", "2026-11-19"),
    ("all time", None, None),
]
AHEAD = [
    ("due tomorrow", "2026-11-22", "2026-11-23"),
    ("due friday", "2026-11-27", "2026-11-28"),
    ("due next mon", "2026-11-23", "2026-11-24"),
    ("due this week", "2026-11-16", "2026-11-23"),
    ("by friday", None, "2026-11-28"),
    ("before 1 December", None, "2026-12-01"),
    ("due by end of the month", None, "2026-12-01"),
    ("in the next 3 days", "2026-11-21", "2026-11-25"),
    ("within two weeks", "2026-11-21", "2026-12-06"),
    ("in March", "2027-03-01", "2027-04-01"),
    ("24.12.", "2026-12-24", "2026-12-25"),
    ("the 5th", "2026-12-05", "2026-12-06"),
    ("after Friday", "2026-11-28", None),
    ("overdue since monday", "2026-11-16", None),
    ("from November to February", "2026-11-01", "2027-03-01"),
]


def days(period: Period) -> tuple[str | None, str | None]:
    """First day and the day after, each from its midnight in Berlin."""
    local = [one and one.astimezone(zone(BERLIN)) for one in (period.since, period.until)]
    assert all(one is None or f"{one:%H:%M:%S}" == "00:00:00" for one in local)
    first, after = (one and one.date().isoformat() for one in local)
    return first, after


@pytest.mark.parametrize(("words", "since", "until"), TABLE, ids=[row[0] for row in TABLE])
def test_words_mean_these_days(words: str, since: str | None, until: str | None) -> None:
    period = find_period(f"registrations {words}", NOW, BERLIN)
    assert period is not None
    assert days(period) == (since, until)


@pytest.mark.parametrize(("words", "since", "until"), AHEAD, ids=[row[0] for row in AHEAD])
def test_words_about_what_is_to_come_look_ahead(
    words: str, since: str | None, until: str | None
) -> None:
    period = find_period(f"tasks {words}", NOW, BERLIN, ahead=True)
    assert period is not None
    assert days(period) == (since, until)


@pytest.mark.parametrize(
    "words",
    ["registrations", "how many may I register", "what did sat do", "the last five registrations",
     "remember the member", "room 12", "50%", "march along", "version 1.2"],
)  # fmt: skip
def test_what_is_no_period_gives_none(words: str) -> None:
    assert find_period(words, NOW, BERLIN) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("since monday", "since 16 November"),
        ("24.12.", "on 24 December 2025"),
        ("last friday", "on Friday, 20 November"),
        ("between 1 and 15 march", "from 1 to 15 March"),
        ("october to february", "from 1 October 2025 to 28 February"),
        ("until friday", "until 20 November"),
        ("Q1", "in Q1 2026"),
        ("past week", "in the last week"),
        ("ytd", "this year so far"),
    ],
)
def test_period_is_called_so_that_it_fits_behind_a_noun(words: str, said: str) -> None:
    period = find_period(words, NOW, BERLIN)
    assert period is not None
    assert period.words == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare this month with last month", ["this month", "last month"]),
        ("compare this month to last month", ["this month", "last month"]),
        ("may vs june", ["in May 2026", "in June 2026"]),
        ("compare Q1 with Q2", ["in Q1 2026", "in Q2 2026"]),
        ("from may to june", ["from 1 May to 30 June"]),
    ],
)
def test_two_periods_are_found_in_their_order(words: str, said: list[str]) -> None:
    assert [one.words for one in find_periods(words, NOW, BERLIN)] == said


def test_hours_end_now() -> None:
    period = find_period("in the last 24 hours", NOW, BERLIN)
    assert period == Period(NOW - timedelta(hours=24), NOW, "in the last 24 hours")


@pytest.mark.parametrize(
    ("words", "days_ago"),
    [("overdue for more than a week", 7), ("late by more than 2 weeks", 14),
     ("open for over 3 days", 3), ("older than two months", 61)],
)  # fmt: skip
def test_age_is_until_so_long_ago(words: str, days_ago: int) -> None:
    age = find_age(words, NOW)
    assert age is not None
    assert age.since is None
    assert age.until == NOW - timedelta(days=days_ago)


def test_days_are_those_of_the_persons_time_zone() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # the 22nd in Berlin already
    here, there = find_period("today", late, BERLIN), find_period("today", late, "America/New_York")
    assert here is not None
    assert there is not None
    assert here.since == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert there.since == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_week_of_a_clock_change_has_its_hour_more() -> None:
    period = find_period("in week 43", NOW, BERLIN)
    assert period is not None
    assert period.since is not None
    assert period.until is not None
    assert period.until.astimezone(UTC) - period.since.astimezone(UTC) == timedelta(
        hours=7 * 24 + 1
    )
