"""Wall-clock times of scheduled sessions, across the days on which clocks are changed."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from rollcall.dates import zone
from rollcall.errors import Invalid

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::[0-5]\d)?\s*([ap]m)?", re.IGNORECASE)
NOON = 12


def moment_on(day: date, at: time, timezone: str) -> datetime:
    """The moment (UTC) at which clocks in `timezone` show `at` on `day`.

    A time that a change of clocks skips is read with the offset before it, one that comes twice is
    the first: RFC 5545, section 3.3.5.
    """
    return datetime.combine(day, at, zone(timezone)).replace(fold=0).astimezone(UTC)


def period_on(day: date, starts: time, ends: time, timezone: str) -> tuple[datetime, datetime]:
    """Both ends of a session; one that ends before it starts goes on past midnight.

    Raises `Invalid` for one that has no length.
    """
    if starts == ends:
        raise Invalid(
            "A session can't end when it starts.", {"scheduled_end_time": "after the start, please"}
        )
    last = day + timedelta(days=1) if ends < starts else day
    return moment_on(day, starts, timezone), moment_on(last, ends, timezone)


def read_timezone(name: str) -> str:
    """A time zone's IANA name as it is. Raises `Invalid` for one that doesn't exist."""
    if name not in available_timezones():
        problem = "has to be an IANA name such as Europe/Berlin"
        raise Invalid(f"A time zone {problem}.", {"timezone": problem})
    return name


def read_clock(text: str, field: str) -> time:
    """The time of day in "09:30", "9.30" or "9:30 pm". Raises `Invalid`."""
    found = _CLOCK.fullmatch(text.strip())
    hour = int(found[1]) if found else -1
    if found and found[3]:
        hour = hour % NOON + (NOON if found[3].lower() == "pm" else 0) if 1 <= hour <= NOON else -1
    if found is None or hour < 0:
        raise Invalid("That is no time of day.", {field: "for example 09:30"})
    return time(hour, int(found[2]))


def read_day(text: str, field: str) -> date:
    """The day in "2026-03-01". Raises `Invalid`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("That day doesn't exist.", {field: "for example 2026-03-01"}) from error


def read_actual(text: str, near: datetime, timezone: str, field: str) -> datetime:
    """When something really happened: an exact ISO moment, or a time of day.

    A time of day is that of the day which brings it closest to `near`, when it was scheduled.
    Raises `Invalid`.
    """
    try:
        exact = datetime.fromisoformat(text.strip())
    except ValueError:
        exact = None
    if exact is not None and exact.tzinfo is not None:
        return exact.astimezone(UTC)
    at = exact.time() if exact is not None and "T" in text else read_clock(text, field)
    day = exact.date() if exact is not None else near.astimezone(zone(timezone)).date()
    around = [day] if exact else [day + timedelta(days=one) for one in (-1, 0, 1)]
    return min(
        (moment_on(one, at, timezone) for one in around), key=lambda moment: abs(moment - near)
    )
