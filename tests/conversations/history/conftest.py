"""Two months of history that is known to the last entry, and what the record holds of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from rollcall import Principal, Rollcall, Settings, access_tokens
from rollcall.catalogue import Catalogue
from rollcall.operation.home import Home
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.conftest import UNLIMITED
from web import create_app
from web.services import EXTENSION

Document = dict[str, Any]
Call = Callable[[Principal, str], TestResponse]
Meant = Callable[[Document], bool]


@dataclass(frozen=True)
class Days:
    """Stretches of days around today, each as first day and day after."""

    today: date

    @property
    def week(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    @property
    def month(self) -> date:
        return self.today.replace(day=1)

    def this_week(self) -> tuple[date, date]:
        return self.week, self.week + timedelta(days=7)

    def last_week(self) -> tuple[date, date]:
        return self.week - timedelta(days=7), self.week

    def week_before_last(self) -> tuple[date, date]:
        return self.week - timedelta(days=14), self.week - timedelta(days=7)

    def this_month(self) -> tuple[date, date]:
        return self.month, (self.month + timedelta(days=31)).replace(day=1)

    def last_month(self) -> tuple[date, date]:
        return (self.month - timedelta(days=1)).replace(day=1), self.month

    def this_year(self) -> tuple[date, date]:
        return date(self.today.year, 1, 1), date(self.today.year + 1, 1, 1)

    def last(self, days: int) -> tuple[date, date]:
        return self.today - timedelta(days=days - 1), self.today + timedelta(days=1)

    def yesterday(self) -> tuple[date, date]:
        return self.today - timedelta(days=1), self.today


class Past:
    """Puts things on record as if it were another day, at noon UTC."""

    def __init__(self, roll: Rollcall) -> None:
        self._now = datetime.now(UTC)
        self._roll = roll.at_clock(lambda: self._now)
        self._number = 0

    def on(self, day: date, hour: int = 12) -> "Past":
        self._now = datetime.combine(day, time(hour), UTC)
        return self

    def _present(self, actor: Principal) -> Principal:
        employee = self._roll.directory.find(str(actor.employee_id))
        assert employee is not None
        session = self._roll.sessions.open(employee)
        return self._roll.sessions.authenticate(session.session_id)

    def register(self, actor: Principal, type_name: str, title: str) -> None:
        """Sign in, register something, sign out a quarter of an hour later."""
        self._number += 1
        form = Catalogue().get(type_name)
        data: dict[str, str] = {
            "supplier": {"contact_name": "Zoe Zander", "category": "goods",
                         "email": f"mail{self._number}@example.com"},
            "training": {"participant": str(actor.employee_id), "format": "online",
                         "date": (self._now + timedelta(days=5)).date().isoformat()},
            "visitor": {"company": "Siemens", "host": str(actor.employee_id), "parking": "no",
                        "arrival": (self._now + timedelta(days=1)).isoformat()},
            "equipment": {"serial_number": f"S{self._number}"},
        }[type_name]  # fmt: skip
        present = self._present(actor)
        self._roll.registrations.create(present, type_name, {**data, form.title_field: title})
        self._now += timedelta(minutes=15)
        self._roll.sessions.end(present, str(present.session_id))

    def task(self, actor: Principal, assignee: str, title: str, priority: str, due: date) -> str:
        """Assign a task that is due at noon of a day."""
        moment = datetime.combine(due, time(12), UTC)
        new = NewTask(title, assignee, priority, moment)
        return self._roll.tasks.assign(self._present(actor), new).task_id

    def finish(self, actor: Principal, task_id: str) -> None:
        self._roll.tasks.complete(self._present(actor), task_id)


@pytest.fixture
def days() -> Days:
    return Days(datetime.now(UTC).date())


@pytest.fixture
def story(roll: Rollcall, cast: Cast, days: Days) -> None:
    """What was registered, assigned and finished since the beginning of last month."""
    past = Past(roll)
    monday = days.last_week()[0]
    earlier = days.week_before_last()[0]
    month = days.last_month()[0]
    yesterday = days.yesterday()[0]
    for day, actor, type_name, title in [
        (month, cast.manager, "supplier", "Nordwind Papier"),
        (month, cast.outsider, "visitor", "Lena Schulz"),
        (month + timedelta(days=2), cast.employee, "training", "Fire safety"),
        (month + timedelta(days=2), cast.manager, "training", "Fire safety"),
        (earlier, cast.employee, "supplier", "Brightline Software"),
        (earlier + timedelta(days=1), cast.outsider, "equipment", "Dell Latitude"),
        (monday, cast.manager, "supplier", "Keller Technik"),
        (monday + timedelta(days=1), cast.employee, "supplier", "Lumen Electric"),
        (monday + timedelta(days=2), cast.employee, "supplier", "Atlas Furniture"),
        (monday + timedelta(days=2), cast.outsider, "supplier", "Tagus Catering"),
        (monday + timedelta(days=3), cast.employee, "visitor", "Marco Rossi"),
        (yesterday, cast.employee, "equipment", "Brother Printer"),
        (yesterday, cast.manager, "visitor", "Ingrid Dahl"),
    ]:
        past.on(day).register(actor, type_name, title)
    today, tomorrow = days.today, days.today + timedelta(days=1)
    past.on(earlier)
    done = past.task(cast.manager, "EMP004", "Write the checklist", "medium", today)
    past.task(cast.manager, "EMP004", "Check the extinguishers", "high", monday)
    past.task(cast.manager, "EMP002", "Answer the audit", "high", today - timedelta(days=2))
    past.task(cast.outsider, "EMP005", "Order chairs", "urgent", earlier + timedelta(days=2))
    past.task(cast.outsider, "EMP005", "Water the plants", "low", tomorrow)
    past.task(cast.manager, "EMP004", "Renew the first aid kit", "low", tomorrow)
    past.on(monday + timedelta(days=1)).finish(cast.employee, done)


@pytest.fixture
def holds(roll: Rollcall) -> Callable[[str, Meant], int]:
    """Counts what the database itself holds: documents of a kind for which something is so."""
    collections = {
        "registrations": [f"{name}_registration" for name in Catalogue().types()],
        "tasks": ["user_tasks"],
        "sessions": ["user_sessions"],
        "activities": ["session_activities"],
    }

    def count(subject: str, meant: Meant) -> int:
        return sum(
            1
            for name in collections[subject]
            for document in roll.database.collection(name).find({})
            if meant(document)
        )

    return count


@pytest.fixture
def call(roll: Rollcall, tmp_path: Path) -> Iterator[Call]:
    """Calls an address as somebody, on the web application over the same record."""
    settings = Settings(home=tmp_path / "web", demo=False, **UNLIMITED)
    home = Home(settings).prepare()
    home.choose_ports(for_web=False)
    app = create_app(settings, roll)

    def get(actor: Principal, address: str) -> TestResponse:
        assert actor.employee_id
        assert actor.session_id
        key = app.extensions[EXTENSION].secrets.access_key
        token = access_tokens.issue(actor.employee_id, actor.session_id, key, roll.clock())
        return app.test_client().get(address, headers={"Authorization": f"Bearer {token}"})

    yield get
    app.extensions[EXTENSION].assistant.close()
