"""The brief at sign-in: what is due, what waits, and what others did since last time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rollcall.activities import Activities
from rollcall.activity import Activity
from rollcall.clock import Clock
from rollcall.dates import zone
from rollcall.forms.drafts import Drafts
from rollcall.meetings.meetings import Meetings
from rollcall.meetings.model import Meeting
from rollcall.permissions import in_person
from rollcall.principal import Principal
from rollcall.sessions import Sessions
from rollcall.storage.schema import PRIORITIES
from rollcall.tasks import Task, Tasks

MOST_NEWS = 3
LOOK_BACK = 100


@dataclass(frozen=True)
class Brief:
    """`tasks` are all open ones; `overdue` and `due_today` those of them, the most pressing first;
    `drafts` are titles; `meetings` the person's own of today, also one that is on now.

    `news` are the newest things that others did and that concern the person; `more_news` counts
    the rest.
    """

    tasks: list[Task]
    overdue: list[Task]
    due_today: list[Task]
    drafts: list[str]
    meetings: list[Meeting]
    news: list[Activity]
    more_news: int


class Briefs:
    """Puts the brief together."""

    def __init__(
        self,
        tasks: Tasks,
        drafts: Drafts,
        meetings: Meetings,
        activities: Activities,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        self._tasks = tasks
        self._drafts = drafts
        self._meetings = meetings
        self._activities = activities
        self._sessions = sessions
        self._clock = clock

    def of(self, actor: Principal) -> Brief:
        """The brief for the actor. Raises `Unauthenticated` for a guest."""
        employee_id = in_person(actor)
        now = self._clock()
        here = zone(actor.timezone)
        tasks = self._tasks.list(actor, employee_id, "open", 200).items
        overdue = [one for one in tasks if one.is_overdue(now)]
        today = now.astimezone(here).date()
        due_today = [
            one
            for one in tasks
            if one.due_date and one.due_date.astimezone(here).date() == today and one not in overdue
        ]
        drafts = self._drafts.list(actor)
        midnight = datetime.combine(today + timedelta(days=1), time(), here)
        news = self._news(actor)
        return Brief(
            tasks=tasks,
            overdue=sorted(overdue, key=_pressing),
            due_today=sorted(due_today, key=_pressing),
            drafts=[self._drafts.title(actor, one) for one in drafts],
            meetings=list(self._meetings.of_day(actor, now, midnight)),
            news=news[:MOST_NEWS],
            more_news=max(0, len(news) - MOST_NEWS),
        )

    def _news(self, actor: Principal) -> list[Activity]:
        """What others did to the person's things since their session before this one."""
        since = self._last_time(actor)
        if since is None:
            return []
        page = self._activities.list(actor, actor.employee_id, limit=LOOK_BACK)
        return [
            one for one in page.items if one.employee_id != actor.employee_id and one.at > since
        ]

    def _last_time(self, actor: Principal) -> datetime | None:
        recent = self._sessions.list(actor, actor.employee_id, 2).items
        before = [one for one in recent if one.session_id != actor.session_id]
        return before[0].last_activity if before else None


def _pressing(task: Task) -> tuple[int, float]:
    due = task.due_date.timestamp() if task.due_date else 0.0
    return -PRIORITIES.index(task.priority), due
