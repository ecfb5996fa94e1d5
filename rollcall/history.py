"""Questions to the record: one query object behind the chat, the API and the dashboard's address.

A query asks for registrations, tasks, sessions or activities: of whom, of which type or state,
in which period, as a list, a count, a duration or a comparison with the period before, and
grouped by something. What the asker may not see isn't counted; asking about somebody they may
not see answers as if that person didn't exist.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from rollcall.calendar_words import shifted, start_of
from rollcall.catalogue import Catalogue
from rollcall.clock import Clock
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.history_filter import TIME_GROUPS, conditions, group_key, planned_field
from rollcall.history_query import BUT, Group, HistoryAnswer, HistoryQuery
from rollcall.history_rows import ALL_ROWS, Source, rows_of
from rollcall.permissions import Permission, Scope, scope
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, storage_errors
from rollcall.storage.schema import registration_collection

MOST_ROWS = 200
MOST_GROUPS = 60
MOST_EMPTY_GROUPS = 3_700
"""Ten years of days; those in which there is something are answered beyond that as well."""
NONE = "none"

PERMISSIONS = {
    "registrations": Permission.READ_REGISTRATIONS,
    "tasks": Permission.READ_TASKS,
    "sessions": Permission.READ_SESSIONS,
    "activities": Permission.READ_ACTIVITIES,
}


@dataclass(frozen=True)
class _Whose:
    """Who asks, and the filter for whose records are asked about and may be seen."""

    actor: Principal
    filter: Document


class History:
    """Answers questions."""

    def __init__(
        self, database: Database, directory: Directory, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._database = database
        self._directory = directory
        self._catalogue = catalogue
        self._clock = clock

    def ask(self, actor: Principal, query: HistoryQuery, most: int = MOST_ROWS) -> HistoryAnswer:
        """The answer to `query` for the actor, with at most `most` rows.

        Raises `NotFound` about somebody the actor may not see, or a type that doesn't exist.
        """
        query, whose = self._asked(actor, query)
        if query.measure == "missing":
            missing = self._missing(whose, query)
            return HistoryAnswer(query, len(missing), missing[:most], [])
        found = self._figures(whose, query)
        with storage_errors():
            rows = list(self._rows(whose, query, most)) if query.measure == "list" else []
        return replace(found, rows=rows, groups=_shortened(query, found.groups))

    def ask_whole(
        self, actor: Principal, query: HistoryQuery
    ) -> tuple[HistoryAnswer, Iterator[dict[str, Any]]]:
        """The answer to `query` with every group, and its rows one by one, however many.

        The rows are read from the record while they are taken, which may raise
        `StorageUnavailable`. Raises as `ask` does, before the first row.
        """
        query, whose = self._asked(actor, query)
        if query.measure == "missing":
            missing = self._missing(whose, query)
            return HistoryAnswer(query, len(missing), [], []), iter(missing)
        found = self._figures(whose, query)
        if query.measure != "list":
            return found, iter(())
        return found, self._rows(whose, query, ALL_ROWS)

    def _asked(self, actor: Principal, query: HistoryQuery) -> tuple[HistoryQuery, _Whose]:
        if query.measure == "duration" and query.subject == "tasks":
            # How long a task took is known when it is finished.
            query = replace(query, status="completed")
        return query, _Whose(actor, self._whose(actor, query))

    def _figures(self, whose: _Whose, query: HistoryQuery) -> HistoryAnswer:
        """All of the answer but its rows."""
        with storage_errors():
            total = self._count(whose, query)
            groups = self._groups(whose, query) if query.group_by else []
            before = None
            timezone = whose.actor.timezone
            earlier = query.before(timezone) if query.measure == "compare" else None
            if earlier is not None:
                before = self._count(whose, earlier)
                if query.group_by:
                    groups = _side_by_side(query, groups, self._groups(whose, earlier))
            minutes = self._time_spent(whose, query) if query.measure == "duration" else None
        return HistoryAnswer(query, total, [], groups, before, minutes)

    def sees_only_own(self, actor: Principal, query: HistoryQuery) -> bool:
        """Whether the actor may ask this about nobody but themselves."""
        return scope(actor, PERMISSIONS[query.subject]) is Scope.OWN

    def _sources(self, query: HistoryQuery) -> list[Source]:
        match query.subject:
            case "registrations":
                named = [self._catalogue.get(one) for one in query.types()]
                forms = list(named)
                if not named or str(query.type).startswith(BUT):
                    forms = [one for one in self._catalogue.types().values() if one not in named]
                if query.dated == "planned":
                    forms = [one for one in forms if planned_field(one)]
                return [Source(registration_collection(one.name), one) for one in forms]
            case "tasks":
                return [Source("user_tasks")]
            case "sessions":
                return [Source("user_sessions")]
        return [Source("session_activities")]

    def _match(self, whose: _Whose, query: HistoryQuery, source: Source) -> Document:
        asked = conditions(query, source.form, self._clock(), whose.actor.timezone)
        return {"$and": [whose.filter, asked]}

    def _whose(self, actor: Principal, query: HistoryQuery) -> Document:
        field = "concerns" if query.subject == "activities" else "employee_id"
        permission = PERMISSIONS[query.subject]
        named = query.people()
        for one in named:
            self._directory.reach(actor, permission, one, field)
        if named and not str(query.employee_id).startswith(BUT):
            return {field: {"$in": named}}
        everyone = self._directory.reach(actor, permission, None, field)
        return {"$and": [everyone, {field: {"$nin": named}}]} if named else everyone

    def _count(self, whose: _Whose, query: HistoryQuery) -> int:
        return sum(
            self._database.collection(source.collection).count_documents(
                self._match(whose, query, source)
            )
            for source in self._sources(query)
        )

    def _groups(self, whose: _Whose, query: HistoryQuery) -> list[Group]:
        counts = self._expected(whose.actor, query)
        spent: dict[str, float] = {}
        for source in self._sources(query):
            key = group_key(query, source.form, whose.actor.timezone)
            pipeline: list[Document] = [
                {"$match": self._match(whose, query, source)},
                {"$group": {"_id": key, "count": {"$sum": 1}, **_spent(query)}},
            ]
            for one in self._database.collection(source.collection).aggregate(pipeline):
                name = str(one["_id"] or NONE)
                counts[name] = counts.get(name, 0) + int(one["count"])
                spent[name] = spent.get(name, 0.0) + float(one.get("ms", 0.0))
        if query.group_by in ("department", "branch"):
            counts = self._by_place(query.group_by, counts)
        labels = self._labels(query, counts)
        timed = query.measure == "duration" and query.group_by not in ("department", "branch")
        groups = [
            Group(
                key,
                labels.get(key, key),
                count,
                minutes=_minutes(spent.get(key, 0.0)) if timed else None,
            )
            for key, count in counts.items()
        ]
        by_time = query.group_by in TIME_GROUPS
        return sorted(groups, key=lambda one: one.key if by_time else (-one.count, one.label))

    def _missing(self, whose: _Whose, query: HistoryQuery) -> list[dict[str, Any]]:
        """Who of those the actor may see has nothing of what is asked, by name."""
        query = replace(query, group_by="employee", measure="count")
        have = {one.key for one in self._groups(whose, query) if one.count}
        asked = set(query.people())
        everyone = self._directory.everyone(whose.actor, PERMISSIONS[query.subject])
        return [
            {"who": f"{one.name} ({one.employee_id})", "id": one.employee_id}
            for one in everyone
            if one.employee_id not in have and (not asked or one.employee_id in asked)
        ]

    def _expected(self, actor: Principal, query: HistoryQuery) -> dict[str, int]:
        """Groups that are answered also when there is nothing in them."""
        if query.group_by == "employee" and query.people():
            left_out = str(query.employee_id).startswith(BUT)
            return {} if left_out else dict.fromkeys(query.people(), 0)
        if query.group_by == "type" and query.subject == "registrations" and query.type:
            return {} if query.type.startswith(BUT) else dict.fromkeys(query.types(), 0)
        if query.group_by in TIME_GROUPS and query.since and query.until:
            last = query.until if query.dated else min(query.until, self._clock())
            here = zone(actor.timezone)
            first_day, last_day = (
                query.since.astimezone(here).date(),
                (last - timedelta(microseconds=1)).astimezone(here).date(),
            )
            return dict.fromkeys(_buckets(query.group_by, first_day, last_day), 0)
        return {}

    def _by_place(self, place: str, counts: Mapping[str, int]) -> dict[str, int]:
        folded: dict[str, int] = {}
        for employee_id, count in counts.items():
            person = self._directory.find(employee_id)
            key = (getattr(person, place) if person else None) or NONE
            folded[key] = folded.get(key, 0) + count
        return folded

    def _labels(self, query: HistoryQuery, counts: Mapping[str, int]) -> dict[str, str]:
        if query.group_by == "employee":
            names = self._directory.names(counts)
            return {key: f"{names[key]} ({key})" for key in counts if key in names}
        if query.group_by == "type" and query.subject == "registrations":
            return {form.name: form.plural for form in self._catalogue.types().values()}
        if query.group_by in ("department", "branch"):
            return {NONE: f"no {query.group_by}"}
        if query.group_by in TIME_GROUPS:
            return {key: _time_words(query.group_by, key) for key in counts}
        return {key: key.replace("_", " ").replace(".", " ") for key in counts}

    def _rows(self, whose: _Whose, query: HistoryQuery, most: int) -> Iterator[dict[str, Any]]:
        asked = [(one, self._match(whose, query, one)) for one in self._sources(query)]
        return rows_of(self._database, query, asked, self._directory.names, most)

    def _time_spent(self, whose: _Whose, query: HistoryQuery) -> float:
        """Minutes, all together."""
        spent = _spent(query)
        if not spent:
            return 0.0
        [source] = self._sources(query)
        pipeline = [
            {"$match": self._match(whose, query, source)},
            {"$group": {"_id": None, **spent}},
        ]
        found = list(self._database.collection(source.collection).aggregate(pipeline))
        return _minutes(float(found[0]["ms"])) if found else 0.0


def _spent(query: HistoryQuery) -> Document:
    """Sums durations: of sessions from sign-in to end, of tasks from start to completion."""
    if query.measure != "duration":
        return {}
    start, end = {
        "sessions": ("$login_time", {"$ifNull": ["$ended_at", "$last_activity"]}),
        "tasks": ({"$ifNull": ["$started_at", "$created_at"]}, "$completed_at"),
    }.get(query.subject, (None, None))
    return {"ms": {"$sum": {"$subtract": [end, start]}}} if start else {}


def _minutes(milliseconds: float) -> float:
    return round(milliseconds / 60_000, 1)


def _buckets(unit: str, first: date, last: date) -> Iterable[str]:
    """The keys of all days, weeks, … from `first` to `last`, as far back as is reasonable."""
    day = start_of(last, unit)
    for _ in range(MOST_EMPTY_GROUPS):
        yield day.strftime(TIME_GROUPS[unit])
        if day <= first:
            return
        day = shifted(day, -1, unit)


def _time_words(unit: str, key: str) -> str:
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


def _side_by_side(query: HistoryQuery, now: list[Group], earlier: list[Group]) -> list[Group]:
    if query.group_by in TIME_GROUPS:
        # The first day with the first, the second with the second.
        past = [one.count for one in earlier] + [0] * len(now)
        return [replace(one, before=count) for one, count in zip(now, past, strict=False)]
    before = {one.key: one.count for one in earlier}
    both = [replace(one, before=before.get(one.key, 0)) for one in now]
    here = {one.key for one in now}
    gone = [replace(one, count=0, before=one.count) for one in earlier if one.key not in here]
    return both + gone


def _shortened(query: HistoryQuery, groups: list[Group]) -> list[Group]:
    """The largest groups; of days, weeks and months the latest."""
    return groups[-MOST_GROUPS:] if query.group_by in TIME_GROUPS else groups[:MOST_GROUPS]
