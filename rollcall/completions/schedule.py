"""On which days a weekly batch meets."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from dateutil.rrule import WEEKLY, rrule


def days_of(
    weekdays: Collection[int],
    first_day: date,
    last_day: date,
    holidays: Collection[date] = (),
    since: date | None = None,
    until: date | None = None,
) -> list[date]:
    """The days from `first_day` to `last_day` (both included) that fall on `weekdays` (Monday 0)
    and on no holiday; only those from `since` to `until`, if given."""
    begin = max(first_day, since) if since else first_day
    end = min(last_day, until) if until else last_day
    if begin > end:
        return []
    midnight = datetime.min.time()
    found = rrule(
        WEEKLY,
        dtstart=datetime.combine(begin, midnight),
        until=datetime.combine(end, midnight),
        byweekday=sorted(set(weekdays)),
    )
    off = set(holidays)
    return [one.date() for one in found if one.date() not in off]


def day_before(day: date) -> date:
    """The day before `day`."""
    return day - timedelta(days=1)
