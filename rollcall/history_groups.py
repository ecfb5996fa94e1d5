"""The groups of an answer: which there are, what they are called, how they stand side by side."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rollcall.calendar_words import shifted, start_of
from rollcall.history_filter import TIME_GROUPS
from rollcall.history_query import Group, HistoryQuery

NONE = "none"
MOST_GROUPS = 60
MOST_EMPTY_GROUPS = 3_700
"""Ten years of days; those in which there is something are answered beyond that as well."""


def buckets(unit: str, first: date, last: date) -> Iterable[str]:
    """The keys of all days, weeks, … from `first` to `last`, as far back as is reasonable."""
    day = start_of(last, unit)
    for _ in range(MOST_EMPTY_GROUPS):
        yield day.strftime(TIME_GROUPS[unit])
        if day <= first:
            return
        day = shifted(day, -1, unit)


def time_words(unit: str, key: str) -> str:
    """The day, week, … with this key as people call it."""
    match unit:
        case _ if key == NONE:
            return "no date"
        case "day":
            day = date.fromisoformat(key)
            return f"{day:%a}, {day.day} {day:%b %Y}"
        case "week":
            year, week = key.split("-W")
            return f"week {int(week)} of {year}"
        case "month":
            return f"{date.fromisoformat(f'{key}-01'):%B %Y}"
    return key


def side_by_side(query: HistoryQuery, now: list[Group], earlier: list[Group]) -> list[Group]:
    """The groups of now, each with what it was earlier, and those that are gone."""
    if query.group_by in TIME_GROUPS:
        # The first day with the first, the second with the second.
        past = [one.count for one in earlier] + [0] * len(now)
        return [replace(one, before=count) for one, count in zip(now, past, strict=False)]
    before = {one.key: one.count for one in earlier}
    both = [replace(one, before=before.get(one.key, 0)) for one in now]
    here = {one.key for one in now}
    gone = [replace(one, count=0, before=one.count) for one in earlier if one.key not in here]
    return both + gone


def shortened(query: HistoryQuery, groups: list[Group]) -> list[Group]:
    """The largest groups; of days, weeks and months the latest."""
    return groups[-MOST_GROUPS:] if query.group_by in TIME_GROUPS else groups[:MOST_GROUPS]
