"""Questions to the record: one query object behind the chat, the API and the dashboard's address.

A query asks for registrations, tasks, sessions or activities: of whom, of which type or state,
in which period, as a list, a count, a duration or a comparison with the period before, and
grouped by something. What the asker may not see isn't counted; asking about somebody they may
not see answers as if that person didn't exist.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rollcall.catalogue import Catalogue
from rollcall.clock import Clock
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.errors import Invalid
from rollcall.history_query import Group, HistoryAnswer, HistoryQuery
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.storage.database import Database, Document, storage_errors
from rollcall.storage.schema import registration_collection
from rollcall.tasks import OPEN_STATES

MOST_ROWS = 200
MOST_GROUPS = 50

_PERMISSIONS = {
    "registrations": Permission.READ_REGISTRATIONS,
    "tasks": Permission.READ_TASKS,
    "sessions": Permission.READ_SESSIONS,
    "activities": Permission.READ_ACTIVITIES,
}
_TIME_FIELDS = {
    "registrations": "timestamp",
    "tasks": "created_at",
    "sessions": "login_time",
    "activities": "at",
}
_GROUP_FIELDS = {
    "tasks": {"type": "$status", "status": "$status", "priority": "$priority"},
    "sessions": {"type": "$session_status", "status": "$session_status"},
    "activities": {"type": "$kind"},
    "registrations": {"status": "$status"},
}


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
        if query.type is not None and query.subject == "registrations":
            self._catalogue.get(query.type)
        with storage_errors():
            total = self._count(actor, query)
            groups = self._groups(actor, query) if query.group_by else []
            before = None
            if query.measure == "compare":
                earlier = query.before()
                before = self._count(actor, earlier)
                if query.group_by:
                    groups = _side_by_side(groups, self._groups(actor, earlier))
            minutes = self._minutes(actor, query) if query.measure == "duration" else None
            rows = self._rows(actor, query, most) if query.measure == "list" else []
        return HistoryAnswer(query, total, rows, groups[:MOST_GROUPS], before, minutes)

    def _match(self, actor: Principal, query: HistoryQuery) -> Document:
        who = "concerns" if query.subject == "activities" else "employee_id"
        match = self._directory.reach(actor, _PERMISSIONS[query.subject], query.employee_id, who)
        time_field = _TIME_FIELDS[query.subject]
        if query.subject == "registrations":
            match["status"] = "active"
        elif query.subject == "tasks":
            if query.status in ("open", "overdue"):
                match["status"] = {"$in": OPEN_STATES}
            elif query.status:
                match["status"] = query.status
            if query.status == "completed":
                time_field = "completed_at"
            if query.priority:
                match["priority"] = query.priority
        elif query.subject == "sessions" and query.status:
            match["session_status"] = "active" if query.status == "open" else query.status
        span: Document = {}
        if query.since:
            span["$gte"] = query.since
        if query.until:
            span["$lt"] = query.until
        if span:
            match[time_field] = span
        if query.subject == "tasks" and query.status == "overdue":
            match["due_date"] = {"$lt": self._clock()}
        return match

    def _sources(self, query: HistoryQuery) -> list[tuple[str, str]]:
        """The collections to ask, each with the registration type it holds ("" for others)."""
        match query.subject:
            case "registrations":
                types = [query.type] if query.type else list(self._catalogue.types())
                return [(registration_collection(one), one) for one in types]
            case "tasks":
                return [("user_tasks", "")]
            case "sessions":
                return [("user_sessions", "")]
        return [("session_activities", "")]

    def _count(self, actor: Principal, query: HistoryQuery) -> int:
        match = self._match(actor, query)
        return sum(
            self._database.collection(name).count_documents(match)
            for name, _ in self._sources(query)
        )

    def _groups(self, actor: Principal, query: HistoryQuery) -> list[Group]:
        match = self._match(actor, query)
        counts: dict[str, int] = {}
        for name, type_name in self._sources(query):
            key = _group_key(query, type_name, actor.timezone)
            pipeline: list[Document] = [
                {"$match": match},
                {"$group": {"_id": key, "count": {"$sum": 1}}},
            ]
            for one in self._database.collection(name).aggregate(pipeline):
                counts[str(one["_id"])] = counts.get(str(one["_id"]), 0) + int(one["count"])
        labels = self._labels(query, counts)
        groups = [Group(key, labels.get(key, key), count) for key, count in counts.items()]
        by_time = query.group_by in ("day", "week", "month")
        return sorted(groups, key=lambda one: one.key if by_time else (-one.count, one.label))

    def _labels(self, query: HistoryQuery, counts: Mapping[str, int]) -> dict[str, str]:
        if query.group_by == "employee":
            names = self._directory.names(counts)
            return {key: f"{names[key]} ({key})" for key in counts if key in names}
        if query.group_by == "type" and query.subject == "registrations":
            return {form.name: form.plural for form in self._catalogue.types().values()}
        return {key: key.replace("_", " ") for key in counts}

    def _rows(self, actor: Principal, query: HistoryQuery, most: int) -> list[dict[str, Any]]:
        match = self._match(actor, query)
        time_field = _TIME_FIELDS[query.subject]
        found: list[tuple[str, Document]] = []
        for name, type_name in self._sources(query):
            newest = self._database.collection(name).find(match).sort(time_field, -1)
            found += [(type_name, one) for one in newest.limit(most)]
        found.sort(key=lambda one: one[1][time_field], reverse=True)
        found = found[:most]
        names = self._directory.names({one["employee_id"] for _, one in found} - {None})
        return [self._row(query.subject, type_name, one, names) for type_name, one in found]

    def _row(
        self, subject: str, type_name: str, one: Document, names: Mapping[str, str]
    ) -> dict[str, Any]:
        who = one["employee_id"] or ""
        common = {
            "when": one[_TIME_FIELDS[subject]],
            "who": f"{names[who]} ({who})" if who in names else who,
        }
        match subject:
            case "registrations":
                form = self._catalogue.get(type_name)
                title = str(one["data"].get(form.title_field, ""))
                return {**common, "type": form.label, "title": title, "id": str(one["_id"])}
            case "tasks":
                return {
                    **common,
                    "title": one["title"],
                    "priority": one["priority"],
                    "status": one["status"].replace("_", " "),
                    "due": one.get("due_date"),
                    "id": str(one["_id"]),
                }
            case "sessions":
                return {
                    **common,
                    "status": one["session_status"],
                    "minutes": round(_length(one).total_seconds() / 60, 1),
                    "id": one["_id"],
                }
        return {
            **common,
            "kind": one["kind"].replace(".", " ").replace("_", " "),
            "id": str(one["_id"]),
        }

    def _minutes(self, actor: Principal, query: HistoryQuery) -> float:
        """Sum of durations: of sessions from sign-in to end, of tasks from start to completion."""
        start, end = {
            "sessions": ("$login_time", {"$ifNull": ["$ended_at", "$last_activity"]}),
            "tasks": ({"$ifNull": ["$started_at", "$created_at"]}, "$completed_at"),
        }.get(query.subject, (None, None))
        if start is None:
            return 0.0
        match = self._match(actor, query)
        if query.subject == "tasks":
            match["status"] = "completed"
        [(name, _)] = self._sources(query)
        spent = {"$sum": {"$subtract": [end, start]}}
        found = list(
            self._database.collection(name).aggregate(
                [{"$match": match}, {"$group": {"_id": None, "ms": spent}}]
            )
        )
        return round(float(found[0]["ms"]) / 60000, 1) if found else 0.0


def _group_key(query: HistoryQuery, type_name: str, timezone: str) -> Any:
    match query.group_by:
        case "employee":
            return "$employee_id"
        case "day" | "week" | "month":
            form = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}[str(query.group_by)]
            time_field = f"${_TIME_FIELDS[query.subject]}"
            return {
                "$dateToString": {
                    "date": time_field,
                    "format": form,
                    "timezone": zone(timezone).key,
                }
            }
        case "type" if type_name:
            return {"$literal": type_name}
    field = _GROUP_FIELDS[query.subject].get(str(query.group_by))
    if field is None:
        raise Invalid(
            f"{query.subject.capitalize()} can't be grouped by {query.group_by}.",
            {"group_by": f"not for {query.subject}"},
        )
    return field


def _side_by_side(now: list[Group], earlier: list[Group]) -> list[Group]:
    before = {one.key: one for one in earlier}
    both = [
        Group(one.key, one.label, one.count, before[one.key].count if one.key in before else 0)
        for one in now
    ]
    here = {one.key for one in now}
    return both + [
        Group(one.key, one.label, 0, one.count) for one in earlier if one.key not in here
    ]


def _length(session: Document) -> timedelta:
    end: datetime = session.get("ended_at") or session["last_activity"]
    length: timedelta = end - session["login_time"]
    return length
