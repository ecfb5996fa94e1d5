"""Questions to the record: one query object behind the chat, the API and the dashboard's address.

A query asks for registrations, tasks, sessions or activities: of whom, of which type or state,
in which period, as a list, a count, a duration or a comparison with the period before, and
grouped by something. What the asker may not see isn't counted; asking about somebody they may
not see answers as if that person didn't exist.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from rollcall.catalogue import Catalogue
from rollcall.clock import Clock
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.figures import Figure, Figures, Whose
from rollcall.history_figures import Asker, KeptFigures
from rollcall.history_filter import TIME_GROUPS, conditions, group_key, planned_field
from rollcall.history_groups import NONE, buckets, shortened, side_by_side, time_words
from rollcall.history_query import BUT, Group, HistoryAnswer, HistoryQuery
from rollcall.history_rows import ALL_ROWS, Source, rows_of
from rollcall.permissions import Permission, Scope, scope
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, Moment, storage_errors
from rollcall.storage.schema import registration_collection

MOST_ROWS = 200

PERMISSIONS = {
    "registrations": Permission.READ_REGISTRATIONS,
    "tasks": Permission.READ_TASKS,
    "sessions": Permission.READ_SESSIONS,
    "activities": Permission.READ_ACTIVITIES,
}


@dataclass(frozen=True)
class _Whose:
    """Who asks, and whose records are asked about and may be seen, also as a filter."""

    actor: Principal
    people: Whose
    filter: Document


class History:
    """Answers questions."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        catalogue: Catalogue,
        figures: Figures | None,
        clock: Clock,
    ) -> None:
        """Without `figures` everything is counted from the record."""
        self._kept = KeptFigures(figures) if figures else None
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
        rows: list[dict[str, Any]] = []
        if query.measure == "list":
            rows = list(self._rows(whose, query, most))
            if len(rows) < most and not query.group_by:
                # All there is: nothing is left to be counted.
                return HistoryAnswer(query, len(rows), rows, [])
        found = self._figures(whose, query)
        return replace(found, rows=rows, groups=shortened(query, found.groups))

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
        people = self._people(actor, query)
        field = "concerns" if query.subject == "activities" else "employee_id"
        return query, _Whose(actor, people, people.filter(field))

    def _figures(self, whose: _Whose, query: HistoryQuery) -> HistoryAnswer:
        """All of the answer but its rows, as of one moment."""
        return self._database.at_one_moment(lambda moment: self._figures_at(moment, whose, query))

    def _figures_at(self, moment: Moment, whose: _Whose, query: HistoryQuery) -> HistoryAnswer:
        with storage_errors():
            total, groups = self._counts(moment, whose, query)
            before = None
            earlier = None
            if query.measure == "compare":
                earlier = query.before(whose.actor.timezone)
            if earlier is not None:
                past, groups_past = self._counts(moment, whose, earlier)
                before = past.count
                if query.group_by:
                    groups = side_by_side(query, groups, groups_past)
            minutes = _minutes(total.milliseconds) if query.measure == "duration" else None
        return HistoryAnswer(query, total.count, [], groups, before, minutes)

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

    def _people(self, actor: Principal, query: HistoryQuery) -> Whose:
        permission = PERMISSIONS[query.subject]
        named = tuple(query.people())
        for one in named:
            self._directory.reach(actor, permission, one, "who")
        if named and not str(query.employee_id).startswith(BUT):
            return Whose(named)
        return Whose.of(self._directory.reach(actor, permission, None, "who"), named)

    def _asker(self, whose: _Whose, query: HistoryQuery) -> Asker:
        types = [one.form.name for one in self._sources(query) if one.form is not None]
        return Asker(whose.people, types, whose.actor.timezone, self._clock())

    def _counts(
        self, moment: Moment, whose: _Whose, query: HistoryQuery
    ) -> tuple[Figure, list[Group]]:
        """How many and how long, and the same by group if that is asked."""
        if not query.group_by:
            kept, asker = self._kept, self._asker(whose, query)
            whole = kept.total(moment, query, asker) if kept else None
            if whole is None:
                return self._counted(moment, whose, query, None).get(None, Figure()), []
            running = self._running(moment, whose, query, None).values()
            return Figure(whole.count, whole.milliseconds + sum(running)), []
        found = self._grouped(moment, whose, query)
        total = Figure(
            sum(one.count for one in found.values()),
            sum(one.milliseconds for one in found.values()),
        )
        return total, self._labelled(whose, query, found)

    def _grouped(
        self, moment: Moment, whose: _Whose, query: HistoryQuery
    ) -> dict[str | None, Figure]:
        """How many and how long by group, of those that have anything."""
        # Says whether there are such groups at all.
        zone = whose.actor.timezone
        by = [group_key(query, one.form, zone) for one in self._sources(query)]
        kept, asker = self._kept, self._asker(whose, query)
        found = kept.groups(moment, query, asker) if kept else None
        if found is None:
            return self._counted(moment, whose, query, by)
        for key, milliseconds in self._running(moment, whose, query, by).items():
            found.setdefault(key, Figure()).milliseconds += milliseconds
        return found

    def _labelled(
        self, whose: _Whose, query: HistoryQuery, found: Mapping[str | None, Figure]
    ) -> list[Group]:
        """The groups as they are answered, in their order."""
        counts = self._expected(whose.actor, query)
        spent: dict[str, int] = {}
        for key, figure in found.items():
            name = str(key or NONE)
            counts[name] = counts.get(name, 0) + figure.count
            spent[name] = spent.get(name, 0) + figure.milliseconds
        if query.group_by in ("department", "branch"):
            counts = self._by_place(query.group_by, counts)
        labels = self._labels(query, counts)
        timed = query.measure == "duration" and query.group_by not in ("department", "branch")
        groups = [
            Group(
                key,
                labels.get(key, key),
                count,
                minutes=_minutes(spent.get(key, 0)) if timed else None,
            )
            for key, count in counts.items()
        ]
        by_time = query.group_by in TIME_GROUPS
        return sorted(groups, key=lambda one: one.key if by_time else (-one.count, one.label))

    def _counted(
        self, moment: Moment, whose: _Whose, query: HistoryQuery, by: Sequence[Any] | None
    ) -> dict[str | None, Figure]:
        """Counted from the record, by the keys `by` of the sources if these are given."""
        found: dict[str | None, Figure] = {}
        sources = self._sources(query)
        for source, key in zip(sources, by or [None] * len(sources), strict=True):
            pipeline: list[Document] = [
                {"$match": self._match(whose, query, source)},
                {"$group": {"_id": key, "count": {"$sum": 1}, "ms": {"$sum": _spent(query)}}},
            ]
            collection = self._database.collection(source.collection)
            for one in collection.aggregate(pipeline, session=moment):
                figure = found.setdefault(one["_id"], Figure())
                figure.count += int(one["count"])
                figure.milliseconds += int(one["ms"])
        return found

    def _running(
        self, moment: Moment, whose: _Whose, query: HistoryQuery, by: Sequence[Any] | None
    ) -> dict[str | None, int]:
        """How many milliseconds sessions have lasted that aren't over: no kept figure says it."""
        states = (None, "open", "active")
        if (query.subject, query.measure) != ("sessions", "duration") or query.status not in states:
            return {}
        found = self._counted(moment, whose, replace(query, status="active"), by)
        return {key: one.milliseconds for key, one in found.items()}

    def _missing(self, whose: _Whose, query: HistoryQuery) -> list[dict[str, Any]]:
        """Who of those the actor may see has nothing of what is asked, by name."""
        query = replace(query, group_by="employee", measure="count")
        groups = self._database.at_one_moment(lambda at: self._grouped(at, whose, query))
        have = {key for key, one in groups.items() if one.count}
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
            return dict.fromkeys(buckets(query.group_by, first_day, last_day), 0)
        return {}

    def _by_place(self, place: str, counts: Mapping[str, int]) -> dict[str, int]:
        people = self._directory.of_ids(counts)
        folded: dict[str, int] = {}
        for employee_id, count in counts.items():
            person = people.get(employee_id)
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
            return {key: time_words(query.group_by, key) for key in counts}
        return {key: key.replace("_", " ").replace(".", " ") for key in counts}

    def _rows(self, whose: _Whose, query: HistoryQuery, most: int) -> Iterator[dict[str, Any]]:
        asked = [(one, self._match(whose, query, one)) for one in self._sources(query)]
        one_person = len(whose.people.among or ()) == 1
        names = partial(self._directory.names_beside, whose.actor)
        return rows_of(self._database, query, asked, names, most, few=one_person)


def _spent(query: HistoryQuery) -> Any:
    """How long it took: sessions from sign-in to end, tasks from start to completion."""
    if query.measure != "duration":
        return 0
    match query.subject:
        case "sessions":
            end: Any = {"$ifNull": ["$ended_at", "$last_activity"]}
            return {"$subtract": [end, "$login_time"]}
        case "tasks":
            start = {"$ifNull": ["$started_at", "$created_at"]}
            return {"$subtract": ["$completed_at", start]}
    return 0


def _minutes(milliseconds: int) -> float:
    return round(milliseconds / 60_000, 1)
