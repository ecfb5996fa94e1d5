"""What the dashboard shows: one session, a person's sessions, and the figures over time."""

from datetime import datetime, timedelta
from typing import Any

from rollcall.activities import Activities
from rollcall.catalogue import Catalogue
from rollcall.clock import Clock, iso
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.permissions import Permission
from rollcall.principal import Principal
from rollcall.registration import Registration
from rollcall.registrations import Registrations
from rollcall.sessions import Sessions
from rollcall.storage.database import Database, Document, storage_errors
from rollcall.storage.schema import PRIORITIES
from rollcall.tasks import OPEN_STATES, Tasks
from rollcall.turns import Turns
from rollcall.user_session import UserSession

DAYS = 30


class Dashboard:
    """Assembles answers from the collections; stores nothing."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        sessions: Sessions,
        registrations: Registrations,
        tasks: Tasks,
        activities: Activities,
        turns: Turns,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._database = database
        self._directory = directory
        self._sessions = sessions
        self._registrations = registrations
        self._tasks = tasks
        self._activities = activities
        self._turns = turns
        self._catalogue = catalogue
        self._clock = clock

    def session(self, actor: Principal, session_id: str) -> dict[str, Any]:
        """One session with the fields of seed 000, its figures and its timeline.

        Tasks are those of the person, as the seed has it: pending and completed at this moment.
        Raises `NotFound` for a session the actor may not see.
        """
        session = self._sessions.get(actor, session_id)
        registrations = self._registrations.of_session(session_id)
        owner = session.employee_id
        tasks = self._tasks.list(actor, owner, limit=200).items
        completed = [one for one in tasks if one.status == "completed"]
        pending = [one for one in tasks if one.status in OPEN_STATES]
        end = session.ended_at or max(session.last_activity, session.login_time)
        registered = [_registration_entry(one) for one in registrations if one.status == "active"]
        timeline = [one.public() for one in self._activities.of_session(session_id)]
        return {
            "success": True,
            **_seed_session(session),
            "conversation_history": [
                one.public() for one in self._turns.history(session_id, limit=200)
            ],
            "completed_tasks": [one.public() for one in completed],
            "pending_tasks": [one.public() for one in pending],
            "registration_history": registered,
            "task_assignments": [one.public() for one in tasks],
            "timeline": timeline,
            "statistics": {
                "duration_minutes": round((end - session.login_time).total_seconds() / 60, 1),
                "total_activities": session.counts.get("activities", 0),
                "total_messages": session.counts.get("messages", 0),
                "total_registrations": len(registered),
                "pending_tasks": len(pending),
                "completed_tasks": len(completed),
                "task_completion_rate": _rate(len(completed), len(completed) + len(pending)),
            },
        }

    def user_sessions(
        self, actor: Principal, employee_id: str, limit: int = 200, after: str | None = None
    ) -> dict[str, Any]:
        """Every session of an employee with its activity counts; newest first."""
        page = self._sessions.list(actor, employee_id, limit, after)
        sessions = [
            {
                **_seed_session(one),
                "ended_at": iso(one.ended_at),
                "activity_counts": {
                    "activities": one.counts.get("activities", 0),
                    "messages": one.counts.get("messages", 0),
                    "registrations": one.counts.get("registration_created", 0)
                    - one.counts.get("registration_undone", 0),
                    "tasks_completed": one.counts.get("task_completed", 0),
                    "tasks_assigned": one.counts.get("task_assigned", 0),
                },
            }
            for one in page.items
        ]
        return {
            "success": True,
            "employee_id": employee_id,
            "total_sessions": len(sessions),
            "sessions": sessions,
            "next": page.next,
        }

    def statistics(self, actor: Principal, employee_id: str | None = None) -> dict[str, Any]:
        """Totals and series for the tiles and charts, over what the actor may see.

        Days are those of the actor's time zone. Raises `NotFound` for an employee they may not.
        """
        now = self._clock()
        sessions = self._directory.reach(
            actor, Permission.READ_SESSIONS, employee_id, "employee_id"
        )
        tasks = self._directory.reach(actor, Permission.READ_TASKS, employee_id, "employee_id")
        mine = self._directory.reach(
            actor, Permission.READ_REGISTRATIONS, employee_id, "employee_id"
        )
        concerns = self._directory.reach(actor, Permission.READ_ACTIVITIES, employee_id, "concerns")
        with storage_errors():
            by_type = self._registrations_by_type(mine)
            by_day = self._activity_by_day(concerns, now, actor.timezone)
            counted = self._tasks_by(tasks)
            totals = {
                "sessions": self._count("user_sessions", sessions),
                "active_sessions": self._count(
                    "user_sessions", {**sessions, "session_status": "active"}
                ),
                "registrations": sum(one["count"] for one in by_type),
                "tasks_pending": _sum(counted, status="pending"),
                "tasks_in_progress": _sum(counted, status="in_progress"),
                "tasks_completed": _sum(counted, status="completed"),
                "tasks_overdue": self._count(
                    "user_tasks",
                    {**tasks, "status": {"$in": OPEN_STATES}, "due_date": {"$lt": now}},
                ),
                "activities": self._count("session_activities", concerns),
            }
        return {
            "success": True,
            "employee_id": employee_id,
            "totals": totals,
            "registrations_by_type": by_type,
            "activity_by_day": by_day,
            "tasks_by_priority": [
                {
                    "priority": priority,
                    "open": sum(
                        _sum(counted, priority=priority, status=one) for one in OPEN_STATES
                    ),
                    "completed": _sum(counted, priority=priority, status="completed"),
                }
                for priority in PRIORITIES
            ],
        }

    def _count(self, collection: str, query: Document) -> int:
        return self._database.collection(collection).count_documents(query)

    def _registrations_by_type(self, query: Document) -> list[dict[str, Any]]:
        counts = []
        for form in self._catalogue.types().values():
            collection = f"{form.name}_registration"
            count = self._count(collection, {**query, "status": "active"})
            if count:
                counts.append({"type": form.name, "label": form.plural, "count": count})
        return sorted(counts, key=lambda one: -int(str(one["count"])))

    def _activity_by_day(
        self, query: Document, now: datetime, timezone: str
    ) -> list[dict[str, Any]]:
        today = now.astimezone(zone(timezone)).date()
        first = today - timedelta(days=DAYS - 1)
        since = datetime.combine(first, datetime.min.time(), zone(timezone))
        found = self._database.collection("session_activities").aggregate(
            [
                {"$match": {**query, "at": {"$gte": since}}},
                {
                    "$group": {
                        "_id": {
                            "$dateToString": {
                                "date": "$at",
                                "format": "%Y-%m-%d",
                                "timezone": zone(timezone).key,
                            }
                        },
                        "count": {"$sum": 1},
                    }
                },
            ]
        )
        counts = {one["_id"]: one["count"] for one in found}
        days = [(first + timedelta(days=step)).isoformat() for step in range(DAYS)]
        return [{"day": day, "count": counts.get(day, 0)} for day in days]

    def _tasks_by(self, query: Document) -> list[Document]:
        group = {"_id": {"priority": "$priority", "status": "$status"}, "count": {"$sum": 1}}
        found = self._database.collection("user_tasks").aggregate(
            [{"$match": query}, {"$group": group}]
        )
        return [{**one["_id"], "count": one["count"]} for one in found]


def _seed_session(session: UserSession) -> dict[str, Any]:
    return {
        "session_id": session.session_id,
        "employee_id": session.employee_id,
        "user_data": session.user_data,
        "login_time": iso(session.login_time),
        "last_activity": iso(session.last_activity),
        "session_status": session.session_status,
    }


def _registration_entry(registration: Registration) -> dict[str, Any]:
    """The seed's registration entry, field by field."""
    public = registration.public()
    names = ("registration_type", "collection", "data", "document_id", "timestamp")
    return {name: public[name] for name in names}


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def _sum(counted: list[Document], **wanted: str) -> int:
    return sum(
        int(one["count"])
        for one in counted
        if all(one[name] == value for name, value in wanted.items())
    )
