"""What is asked of the record, as addresses: each kind of question with its dice."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from bench.company import Seeded

HISTORY, EXPORTS = "/api/v1/history", "/api/v1/exports"
MANY = ("admin", "branch admin", "manager", "employee")


@dataclass(frozen=True)
class Ask:
    """What a question is made from: the company, who asks, now, and dice."""

    seeded: Seeded
    role: str
    now: datetime
    dice: random.Random

    def somebody(self) -> str:
        """An employee whom the asker may see."""
        match self.role:
            case "employee":
                return self.seeded.employee
            case "admin":
                return f"EMP{self.dice.randrange(self.seeded.people):06}"
            case "branch admin":
                return f"EMP{self.dice.randrange(min(108, self.seeded.people)):06}"
        return f"EMP{12 + self.dice.randrange(12):06}"

    def days(self, back: int, length: int | None = None) -> dict[str, str]:
        """A period of whole days that begins up to `back` days ago."""
        midnight = datetime.combine(self.now.date(), time(0), UTC)
        begin = midnight - timedelta(days=self.dice.randrange(1, back))
        end = midnight + timedelta(days=1) if length is None else begin + timedelta(days=length)
        return {"since": _iso(begin), "until": _iso(end)}

    def month(self, back: int = 0) -> dict[str, str]:
        """A calendar month, `back` months ago."""
        first = (self.now.date().replace(day=1) - timedelta(days=30 * back)).replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        begin, end = (datetime.combine(one, time(0), UTC) for one in (first, after))
        return {"since": _iso(begin), "until": _iso(end)}

    def year(self) -> dict[str, str]:
        """The last 365 days, today in them."""
        return self.days(2) | {"since": _iso(self.now.replace(hour=0) - timedelta(days=365))}


@dataclass(frozen=True)
class Question:
    """One kind of question, who asks it, and the address it has."""

    name: str
    roles: tuple[str, ...]
    path: Callable[[Ask], str]


def history(**fixed: str) -> Callable[[Ask], str]:
    """A question without a period."""
    return lambda ask: f"{HISTORY}?{urlencode(fixed)}"


def within(period: Callable[[Ask], dict[str, str]], **fixed: str) -> Callable[[Ask], str]:
    """A question about a period."""
    return lambda ask: f"{HISTORY}?{urlencode(fixed | period(ask))}"


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _week(ask: Ask) -> dict[str, str]:
    return ask.days(360, 7)


def _since(ask: Ask) -> dict[str, str]:
    return ask.days(360)


def _last_month(ask: Ask) -> dict[str, str]:
    return ask.month(1)


def _of(ask: Ask, **fixed: str) -> str:
    return urlencode(fixed | {"employee_id": ask.somebody()})


def _year(ask: Ask) -> dict[str, str]:
    return ask.year()


def _soon(ask: Ask) -> dict[str, str]:
    begin = ask.now.replace(hour=0, minute=0, second=0)
    return {"since": _iso(begin), "until": _iso(begin + timedelta(days=7))}


QUESTIONS = [
    Question("list: registrations of a week", MANY, within(_week, subject="registrations")),
    Question("list: registrations, all", MANY, history(subject="registrations")),
    Question("list: suppliers since a day", MANY, within(_since, type="supplier")),
    Question("list: open tasks", MANY, history(subject="tasks", status="open")),
    Question("list: overdue, urgent", MANY,
             history(subject="tasks", status="overdue", priority="urgent")),
    Question("list: finished in a week", MANY, within(_week, subject="tasks", status="completed")),
    Question("list: due in a week", MANY, within(_soon, subject="tasks", dated="due")),
    Question("list: visitors to come", MANY,
             within(_soon, subject="registrations", type="visitor", dated="planned")),
    Question("list: by a part of the name", MANY,
             lambda ask: f"{HISTORY}?type=supplier&title=Company+{ask.dice.randrange(1000, 9000)}"),
    Question("list: sessions of a week", MANY, within(_week, subject="sessions")),
    Question("list: who is signed in", MANY, history(subject="sessions", status="active")),
    Question("list: activities since a day", MANY, within(_since, subject="activities")),
    Question("list: of one person", MANY,
             lambda ask: f"{HISTORY}?{_of(ask, subject='activities')}"),
    Question("count: activities, all", MANY, history(subject="activities", measure="count")),
    Question("count: activities since a day", MANY,
             within(_since, subject="activities", measure="count")),
    Question("count: registrations of a year", MANY,
             within(_year, subject="registrations", measure="count")),
    Question("count: all but one person's", ("admin",),
             lambda ask: f"{HISTORY}?subject=tasks&measure=count&employee_id=-{ask.somebody()}"),
    Question("by type: registrations of a year", MANY,
             within(_year, subject="registrations", group_by="type", measure="count")),
    Question("by person: registrations since a day", MANY,
             within(_since, subject="registrations", group_by="employee", measure="count")),
    Question("by person: activities since a day", MANY,
             within(_since, subject="activities", group_by="employee", measure="count")),
    Question("by department: tasks of a year", MANY,
             within(_year, subject="tasks", group_by="department", measure="count")),
    Question("by state: tasks, all", MANY,
             history(subject="tasks", group_by="status", measure="count")),
    Question("by priority: tasks of a month", MANY,
             within(_last_month, subject="tasks", group_by="priority", measure="count")),
    Question("by kind: activities of a year", MANY,
             within(_year, subject="activities", group_by="type", measure="count")),
    Question("by day: activities of a month", MANY,
             within(_last_month, subject="activities", group_by="day", measure="count")),
    Question("by month: activities of a year", MANY,
             within(_year, subject="activities", group_by="month", measure="count")),
    Question("by week: tasks finished in a year", MANY,
             within(_year, subject="tasks", status="completed", group_by="week", measure="count")),
    Question("compare: this month with last", MANY,
             within(Ask.month, subject="registrations", group_by="type", measure="compare")),
    Question("compare: activities by day", MANY,
             within(_last_month, subject="activities", group_by="day", measure="compare")),
    Question("how long: tasks of a year by person", MANY,
             within(_year, subject="tasks", group_by="employee", measure="duration")),
    Question("how long: sessions of a year", MANY,
             within(_year, subject="sessions", measure="duration")),
    Question("who has none: registrations this month", ("admin", "branch admin", "manager"),
             within(Ask.month, subject="registrations", measure="missing")),
    Question("dashboard: figures", MANY, lambda ask: "/api/v1/statistics"),
    Question("dashboard: figures of a person", MANY,
             lambda ask: f"/api/v1/statistics?{_of(ask)}"),
    Question("dashboard: timeline", MANY, lambda ask: "/api/v1/activities?limit=50"),
    Question("dashboard: timeline of a kind", MANY,
             lambda ask: "/api/v1/activities?limit=50&kind=meeting.ended"),
    Question("dashboard: timeline of a person", MANY,
             lambda ask: f"/api/v1/activities?{_of(ask, limit='50')}"),
    Question("dashboard: registrations", MANY, lambda ask: "/api/v1/registrations?limit=50"),
    Question("dashboard: tasks", MANY, lambda ask: "/api/v1/tasks?limit=50"),
    Question("dashboard: open tasks", MANY, lambda ask: "/api/v1/tasks?limit=50&status=open"),
    Question("sessions: all", MANY, lambda ask: "/api/v1/sessions?limit=50"),
    Question("sessions: of a person", MANY,
             lambda ask: f"/api/user-sessions/{ask.somebody()}?limit=50"),
    Question("sessions: planned", MANY, lambda ask: "/api/v1/completions?limit=50"),
    Question("sessions: one, with all of it", MANY, lambda ask: "/api/dashboard/{session}"),
]  # fmt: skip

FILES = [
    Question("file: all tasks, csv", ("admin",), lambda ask: f"{EXPORTS}?subject=tasks&format=csv"),
    Question("file: activities of a month, csv", ("admin",),
             lambda ask: f"{EXPORTS}?{urlencode(ask.month(1) | {'subject': 'activities'})}"),
    Question("file: registrations of a month, xlsx", ("admin",),
             lambda ask: f"{EXPORTS}?{urlencode(ask.month(1) | {'format': 'xlsx'})}"),
]  # fmt: skip
