"""The demo company's scheduled sessions: a course that meets twice a week, and a weekly welcome."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from fpdf import FPDF

from rollcall.app import Rollcall
from rollcall.clock import to_milliseconds
from rollcall.completions.attachment import Upload
from rollcall.completions.batch import NewBatch
from rollcall.completions.lists import Wanted
from rollcall.completions.model import Completion, CompletionChange, Ending
from rollcall.directory import Employee
from rollcall.principal import SYSTEM, Principal

ADMIN, TRAINER = "EMP001", "EMP003"
TUESDAY, THURSDAY, FRIDAY = 1, 3, 4
TERM = timedelta(days=100)
DAY_OFF = timedelta(weeks=6)
CALLED_OFF, MOVED = 2, 4
"""Which sessions of the course, counted from its first."""
APPROVED_AFTER, LEFT_OPEN = 12, 5
"""Days before today: what is older is approved, what is newer nobody has completed yet."""
COURSE = [
    ("Safety rules and the daily check of the truck.", "general", "Two people were new today."),
    ("Lifting and stacking, empty pallets first.", "achievement", "Everybody passed the drill."),
    ("Driving on the ramp.", "issue", "The horn of truck 2 is too quiet."),
    ("Narrow aisles; the quiz is next time.", "follow-up", "@EMP001 please order the quiz sheets."),
]  # fmt: skip
WELCOME = "Walked through the building, badges handed out, questions answered."


class Moving(Protocol):
    """The clock of the story, as far as this module moves it."""

    now: datetime


@dataclass
class Teaching:
    """Who holds sessions in the demo company, day after day. `roll` lives by `clock`."""

    roll: Rollcall
    clock: Moving
    people: Mapping[str, Employee]
    held: int = 0

    def plan(self, today: date) -> None:
        """Set both batches up."""
        course = NewBatch(
            "Forklift refresher, group A", (TUESDAY, THURSDAY), time(9), time(10, 30), today,
            today + TERM, holidays=(_next(TUESDAY, today + DAY_OFF),), needs_approval=True,
        )  # fmt: skip
        welcome = NewBatch(
            "Welcome round for new colleagues", (FRIDAY,), time(10), time(11), today, today + TERM
        )
        for employee_id, batch in ((TRAINER, course), (ADMIN, welcome)):
            actor = self._enter(employee_id)
            self.roll.plans.create(actor, batch)
            self._leave(actor)

    def hold(self, at: datetime, days_ago: int) -> None:
        """What is done, at some hour of a day, about that day's sessions."""
        self.clock.now = to_milliseconds(at)
        for employee_id in (TRAINER, ADMIN):
            found = self._of(employee_id, at)
            if not found:
                continue
            actor = self._enter(employee_id)
            for session in found:
                self.clock.now += timedelta(minutes=3)
                if employee_id == TRAINER:
                    self._teach(actor, session, days_ago)
                elif days_ago > LEFT_OPEN + 2:
                    self._close(actor, session, WELCOME, timedelta(minutes=-4))
            self._leave(actor)

    def _teach(self, actor: Principal, session: Completion, days_ago: int) -> None:
        number, self.held = self.held, self.held + 1
        summary, kind, note = COURSE[number % len(COURSE)]
        if number == CALLED_OFF:
            reason = "The hall was being painted; topics move to next week."
            self.roll.completions.cancel(actor, session.completion_id, reason)
            return
        if number == MOVED:
            later = CompletionChange(starts=time(10, 30), ends=time(12))
            session = self.roll.completions.update(actor, session.completion_id, later)
        if days_ago <= LEFT_OPEN:
            return
        self._close(actor, session, summary, timedelta(minutes=5 * (number % 3)))
        self.roll.notes.add(actor, session.completion_id, note, kind)
        if number % 3 == 0:
            handout = Upload("Handout.pdf", io.BytesIO(_handout(summary)), "What was covered")
            self.roll.files.add(actor, session.completion_id, handout)
        if days_ago > APPROVED_AFTER:
            admin = self._enter(ADMIN)
            self.clock.now += timedelta(minutes=2)
            self.roll.completions.decide(admin, session.completion_id, approve=True)
            self._leave(admin)

    def _close(
        self, actor: Principal, session: Completion, summary: str, longer: timedelta
    ) -> None:
        ending = Ending(
            session.starts_at.isoformat(), (session.ends_at + longer).isoformat(), notes=summary
        )
        self.roll.completions.complete(actor, session.completion_id, ending)

    def _of(self, employee_id: str, at: datetime) -> list[Completion]:
        """Somebody's sessions of the day that are over by then."""
        morning = at.replace(hour=0, minute=0)
        wanted = Wanted(employee_id, "pending", since=morning, until=at)
        return self.roll.completions.list(SYSTEM, wanted, oldest_first=True).items

    def _enter(self, employee_id: str) -> Principal:
        session = self.roll.sessions.open(self.people[employee_id], user_agent="demo")
        return self.roll.sessions.authenticate(session.session_id)

    def _leave(self, actor: Principal) -> None:
        self.roll.sessions.end(actor, str(actor.session_id))


def _next(weekday: int, day: date) -> date:
    """The first such day of a week on or after `day`."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _handout(text: str) -> bytes:
    page = FPDF(format="A4")
    page.add_page()
    page.set_font("helvetica", size=16)
    page.multi_cell(0, 8, text)
    return bytes(page.output())
