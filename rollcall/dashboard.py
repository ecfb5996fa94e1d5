"""What the dashboard shows: one session, a person's sessions, and the figures over time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rollcall.activities import Activities
from rollcall.catalogue import Catalogue
from rollcall.clock import Clock, iso
from rollcall.dates import zone
from rollcall.directory import Directory
from rollcall.figures import Asked, Figured, Figures, Period, Whose
from rollcall.permissions import Permission, Scope, scope
from rollcall.principal import Principal
from rollcall.registration import Registration
from rollcall.registrations import Registrations
from rollcall.sessions import Sessions
from rollcall.storage.database import Database
from rollcall.storage.schema import PRIORITIES
from rollcall.tasks import OPEN_STATES, Tasks
from rollcall.turn_counts import TurnCounts
from rollcall.turns import Turns
from rollcall.user_session import UserSession

DAYS = 30
_PERMISSIONS = {
    "sessions": Permission.READ_SESSIONS,
    "tasks": Permission.READ_TASKS,
    "registrations": Permission.READ_REGISTRATIONS,
    "activities": Permission.READ_ACTIVITIES,
}


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
        turn_counts: TurnCounts,
        catalogue: Catalogue,
        figures: Figures,
        clock: Clock,
    ) -> None:
        self._database = database
        self._directory = directory
        self._sessions = sessions
        self._registrations = registrations
        self._tasks = tasks
        self._activities = activities
        self._turns = turns
        self._turn_counts = turn_counts
        self._catalogue = catalogue
        self._figures = figures
        self._clock = clock

    def session(self, actor: Principal, session_id: str) -> dict[str, Any]:
        """One session with the fields of seed 000, its figures and its timeline.

        Tasks are those of the person, as the seed has it: pending and completed at this moment.
        Raises `NotFound` for a session the actor may not see.
        """
        self._turn_counts.settle()
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
        self._turn_counts.settle()
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
        # What one may not see of a person, one may not see of their figures either.
        whose = self._whose(actor, employee_id)
        types = {one.name: one.plural for one in self._catalogue.types().values()}
        days = _days(now, actor.timezone)
        tasks_open = [f"{state}/{one}" for state in OPEN_STATES for one in PRIORITIES]
        asked = {
            "sessions": Asked("sessions", whose=whose["sessions"], part="key"),
            "registrations": Asked(
                "registrations", keys=list(types), whose=whose["registrations"], part="key"
            ),
            "tasks": Asked("tasks", whose=whose["tasks"], part="key"),
            "overdue": Asked("tasks.due", (Period(end=now),), tasks_open, whose["tasks"]),
            "activities": Asked("activities", whose=whose["activities"]),
            "days": Asked("activities", days, whose=whose["activities"]),
        }
        found = self._database.at_one_moment(lambda moment: self._figures.answers(moment, asked))
        sessions, registrations, tasks = (
            {str(key): one.count for (_, key), one in found[name].items()}
            for name in ("sessions", "registrations", "tasks")
        )
        by_day = {day: one.count for (day, _), one in found["days"].items()}
        by_type = [
            {"type": name, "label": label, "count": registrations[name]}
            for name, label in types.items()
            if name in registrations
        ]
        return {
            "success": True,
            "employee_id": employee_id,
            "totals": {
                "sessions": sum(sessions.values()),
                "active_sessions": sessions.get("active", 0),
                "registrations": sum(registrations.values()),
                **{f"tasks_{one}": _in_state(tasks, one) for one in (*OPEN_STATES, "completed")},
                "tasks_overdue": _alone(found["overdue"]),
                "activities": _alone(found["activities"]),
            },
            "registrations_by_type": sorted(by_type, key=lambda one: -int(str(one["count"]))),
            "activity_by_day": [
                {"day": one.name, "count": by_day.get(one.name, 0)} for one in days
            ],
            "tasks_by_priority": [
                {
                    "priority": priority,
                    "open": sum(tasks.get(f"{one}/{priority}", 0) for one in OPEN_STATES),
                    "completed": tasks.get(f"completed/{priority}", 0),
                }
                for priority in PRIORITIES
            ],
        }

    def _whose(self, actor: Principal, employee_id: str | None) -> dict[str, Whose]:
        """Whose records of each kind the actor may see; looked up once for each scope."""
        found: dict[Scope, Whose] = {}
        for permission in _PERMISSIONS.values():
            reach = scope(actor, permission)
            if reach not in found or reach is Scope.NONE:
                of_them = self._directory.reach(actor, permission, employee_id, "who")
                found[reach] = Whose.of(of_them)
        return {name: found[scope(actor, one)] for name, one in _PERMISSIONS.items()}


def _days(now: datetime, timezone: str) -> list[Period]:
    """The last thirty days in a time zone, today the last of them."""
    here = zone(timezone)
    today = now.astimezone(here).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -2, -1)]
    begins = [datetime.combine(one, datetime.min.time(), here) for one in days]
    return [
        Period(day.isoformat(), begin, end)
        for day, begin, end in zip(days, begins, begins[1:], strict=False)
    ]


def _in_state(tasks: Mapping[str, int], state: str) -> int:
    return sum(count for key, count in tasks.items() if key.startswith(f"{state}/"))


def _alone(found: Figured) -> int:
    """The count of what was asked for in one period and by no part."""
    return sum(one.count for one in found.values())


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
