"""The demo company: eight people and a month of believable history, played through the domain.

Every entry is made by the same calls that real people make, with a clock that is moved along, so
the demo can't hold anything that the product could not have recorded.
"""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rollcall.app import Rollcall
from rollcall.chat_session import Chatter
from rollcall.clock import to_milliseconds
from rollcall.dates import zone
from rollcall.demo_meetings import hold_meeting, plan_meeting
from rollcall.demo_sessions import Teaching
from rollcall.directory import Employee
from rollcall.errors import Duplicate
from rollcall.people import NewEmployee
from rollcall.permissions import Permission
from rollcall.principal import SYSTEM, Principal, Role
from rollcall.tasks import NewTask

DAYS = 30
UNDERSTOOD = 0.95
TUESDAY = 1
SATURDAY = 5
TEAM_MEETS_AT = time(15, 0)
SESSIONS_CLOSED_AT = time(14, 40)

PEOPLE = [
    NewEmployee("EMP001", "Admin User", Role.ADMIN, "admin@rollcall.example", "Administration",
                "Berlin"),
    NewEmployee("EMP002", "Mona Lindqvist", Role.MANAGER, "mona.lindqvist@rollcall.example",
                "Operations", "Berlin", "EMP001"),
    NewEmployee("EMP003", "Félix Moreau", Role.FACULTY, "felix.moreau@rollcall.example",
                "Training", "Berlin", "EMP001"),
    NewEmployee("EMP004", "Erika Hoffmann", Role.EMPLOYEE, "erika.hoffmann@rollcall.example",
                "Operations", "Berlin", "EMP002"),
    NewEmployee("EMP005", "Tomás Oliveira", Role.EMPLOYEE, "tomas.oliveira@rollcall.example",
                "Sales", "Lisbon", "EMP001"),
    NewEmployee("EMP006", "Aisha Rahman", Role.EMPLOYEE, "aisha.rahman@rollcall.example",
                "Operations", "Berlin", "EMP002"),
    NewEmployee("EMP007", "Jun Watanabe", Role.EMPLOYEE, "jun.watanabe@rollcall.example",
                "IT", "Lisbon", "EMP001"),
    NewEmployee("EMP008", "Grace O'Neill", Role.EMPLOYEE, "grace.oneill@rollcall.example",
                "Operations", "Berlin", "EMP002"),
]  # fmt: skip
SUPPLIERS = [
    ("Nordwind Papier GmbH", "Karin Vogt", "orders@nordwind-papier.example", "goods"),
    ("Tagus Catering", "Rui Matos", "ola@tagus-catering.example", "services"),
    ("Brightline Software Ltd", "Helen Clarke", "sales@brightline.example", "software"),
    ("Keller Gebäudetechnik", "Otto Keller", "service@keller-technik.example", "facilities"),
    ("Atlas Office Furniture", "Priya Nair", "hello@atlas-furniture.example", "goods"),
    ("Meridian Couriers", "Sam Okafor", "dispatch@meridian.example", "services"),
    ("Lumen Electric", "Ana Costa", "contact@lumen-electric.example", "facilities"),
]
COURSES = ["Fire safety basics", "First aid", "Working with spreadsheets", "Data protection",
           "Giving feedback", "Forklift refresher"]  # fmt: skip
VISITORS = [("Lena Schulz", "Nordwind Papier GmbH"), ("Marco Rossi", "Brightline Software Ltd"),
            ("Ingrid Dahl", "City of Berlin"), ("David Cohen", "Meridian Couriers")]  # fmt: skip
DEVICES = ["Dell Latitude 5440", "Lenovo ThinkPad T14", "iPhone 15", "Brother HL-L2400",
           "LG 27UP850 monitor"]  # fmt: skip
TASKS = [
    ("Complete security training", "high"), ("Order chairs for room 3", "low"),
    ("Review the supplier list", "medium"), ("Prepare the quarterly stocktaking", "high"),
    ("Renew the first aid kit", "medium"), ("Answer the audit questions", "urgent"),
    ("Update the emergency contacts", "medium"), ("Book the meeting room for May", "low"),
    ("Replace the printer in the hall", "medium"), ("Write the onboarding checklist", "high"),
    ("Collect travel receipts", "low"), ("Check the fire extinguishers", "urgent"),
]  # fmt: skip


@dataclass(frozen=True)
class Account:
    """A demo account, with its passphrase: printed once and kept in the home."""

    employee_id: str
    name: str
    role: str
    passphrase: str


class MovingClock:
    """The clock of the story being played."""

    def __init__(self, now: datetime) -> None:
        self.now = to_milliseconds(now)

    def __call__(self) -> datetime:
        return self.now


def is_empty(roll: Rollcall) -> bool:
    """Whether nobody is on record yet."""
    return not roll.directory.everyone(SYSTEM, Permission.READ_PEOPLE)


def fill(
    roll: Rollcall, seed: int = 20, note: Callable[[str], None] = lambda _: None
) -> list[Account]:
    """Fill an empty database with the demo company; returns the accounts.

    `seed` decides the history, not the passphrases, which are random each time. `note` hears
    how far it is.
    """
    dice = random.Random(seed)  # noqa: S311 (a story, not a secret)
    today = roll.clock()
    clock = MovingClock(today - timedelta(days=DAYS, hours=1))
    past = roll.at_clock(clock)
    accounts = []
    for new in PEOPLE:
        employee, _ = past.people.add(SYSTEM, new)
        passphrase = _passphrase()
        past.credentials.set(SYSTEM, employee.employee_id, passphrase)
        accounts.append(
            Account(employee.employee_id, employee.name, employee.role.value, passphrase)
        )
    story = Story(past, clock, dice)
    for day in range(DAYS, 0, -1):
        morning = datetime.combine(
            (today - timedelta(days=day)).date(), time(8, 0), zone(roll.settings.timezone)
        )
        if day == DAYS:
            story.teaching.plan(morning.date())
        if morning.weekday() < SATURDAY:
            story.play_day(morning)
            story.teach(morning.date(), day)
        if morning.weekday() == TUESDAY:
            story.meet(morning.date())
        if day % 10 == 0:
            note(f"demo company: {DAYS - day} of {DAYS} days")
    story.plan(today.date())
    return accounts


class Story:
    """What happens on the days of the demo company."""

    def __init__(self, roll: Rollcall, clock: MovingClock, dice: random.Random) -> None:
        self.roll = roll
        self.clock = clock
        self.dice = dice
        # Their own, so that what is said changes nothing of what happens.
        self.tongue = random.Random(len(TASKS))  # noqa: S311 (a story, not a secret)
        self.people: dict[str, Employee] = {
            one.employee_id: one for one in roll.directory.everyone(SYSTEM, Permission.READ_PEOPLE)
        }
        self.serial = 4100
        self.teaching = Teaching(roll, clock, self.people)

    def play_day(self, morning: datetime) -> None:
        """Some people sign in, register things, move their tasks along and sign out."""
        present = self.dice.sample(sorted(self.people), k=self.dice.randint(3, 5))
        start = morning
        for employee_id in present:
            start += timedelta(minutes=self.dice.randint(12, 75))
            self.clock.now = to_milliseconds(start)
            session = self.roll.sessions.open(self.people[employee_id], user_agent="demo")
            actor = self.roll.sessions.authenticate(session.session_id)
            for step in self.dice.sample([self.register, self.assign, self.work], k=2):
                self.clock.now += timedelta(minutes=self.dice.randint(1, 9))
                step(actor)
                self.talk(actor)
            self.clock.now += timedelta(minutes=self.dice.randint(2, 12))
            self.roll.sessions.end(actor, session.session_id)

    def talk(self, actor: Principal) -> None:
        """What was said to the assistant meanwhile, and how long it took to answer."""
        for _ in range(self.tongue.randint(1, 3)):
            seconds = self.tongue.lognormvariate(-3.2, 0.5)
            first = self.roll.chat_sessions.count_turn(Chatter(actor), seconds)
            understood = self.tongue.random() < UNDERSTOOD
            self.roll.chat_figures.count(
                self.clock(), seconds * 1000, first=first, understood=understood
            )

    def teach(self, day: date, days_ago: int) -> None:
        """The sessions of a day are completed in its afternoon."""
        at = datetime.combine(day, SESSIONS_CLOSED_AT, zone(self.roll.settings.timezone))
        self.teaching.hold(at, days_ago)

    def meet(self, day: date) -> None:
        """The weekly meeting of a team."""
        starts_at = datetime.combine(day, TEAM_MEETS_AT, zone(self.roll.settings.timezone))
        hold_meeting(self.roll, self.clock, self.people, starts_at, day.isocalendar().week)

    def plan(self, today: date) -> None:
        """The team's next meeting, on the Tuesday to come."""
        day = today + timedelta(days=(TUESDAY - today.weekday() - 1) % 7 + 1)
        starts_at = datetime.combine(day, TEAM_MEETS_AT, zone(self.roll.settings.timezone))
        plan_meeting(self.roll, self.people, starts_at)

    def register(self, actor: Principal) -> None:
        """One registration of some type."""
        maker = self.dice.choice([self._supplier, self._training, self._visitor, self._device])
        type_name, data = maker(actor)
        try:
            self.roll.registrations.create(actor, type_name, data)
        except Duplicate:
            return

    def assign(self, actor: Principal) -> None:
        """A task for oneself, or for somebody on the team."""
        title, priority = self.dice.choice(TASKS)
        team = [
            one.employee_id
            for one in self.people.values()
            if actor.role is Role.ADMIN or one.manager_id == actor.employee_id
        ]
        assignee = self.dice.choice(team) if team else str(actor.employee_id)
        due = self.clock.now + timedelta(days=self.dice.randint(3, 30))
        end_of_day = datetime.combine(due.date(), time(17, 0), zone(actor.timezone))
        self.roll.tasks.assign(actor, NewTask(title, assignee, priority, end_of_day))

    def work(self, actor: Principal) -> None:
        """Start one's oldest task, or finish what was started."""
        tasks = self.roll.tasks.list(actor, actor.employee_id, "open").items
        if not tasks:
            return
        oldest = tasks[-1]
        if oldest.status == "pending" and self.dice.random() < 0.4:  # noqa: PLR2004
            self.roll.tasks.start(actor, oldest.task_id)
        else:
            self.roll.tasks.complete(actor, oldest.task_id)

    def _supplier(self, _: Principal) -> tuple[str, dict[str, str]]:
        company, contact, email, category = self.dice.choice(SUPPLIERS)
        return "supplier", {
            "company_name": company,
            "contact_name": contact,
            "email": email,
            "category": category,
        }

    def _training(self, actor: Principal) -> tuple[str, dict[str, str]]:
        day = self.clock.now + timedelta(days=self.dice.randint(2, 20))
        return "training", {
            "course": self.dice.choice(COURSES),
            "participant": str(actor.employee_id),
            "date": day.date().isoformat(),
            "format": self.dice.choice(["on_site", "online"]),
        }

    def _visitor(self, actor: Principal) -> tuple[str, dict[str, str]]:
        name, company = self.dice.choice(VISITORS)
        arrival = self.clock.now + timedelta(days=self.dice.randint(1, 6))
        return "visitor", {
            "visitor_name": name,
            "company": company,
            "host": str(actor.employee_id),
            "arrival": arrival.replace(minute=0, second=0, microsecond=0).isoformat(),
            "parking": self.dice.choice(["yes", "no"]),
        }

    def _device(self, actor: Principal) -> tuple[str, dict[str, str]]:
        self.serial += self.dice.randint(1, 40)
        return "equipment", {
            "item": self.dice.choice(DEVICES),
            "serial_number": f"RC-{self.serial}",
            "assigned_to": str(actor.employee_id),
        }


def _passphrase() -> str:
    """Five words that can be read aloud, 62 random bits: "bado-kuvi-reta-mosu-line"."""
    consonants, vowels = "bdfghklmnprstvz", "aeiou"
    words = [
        "".join(secrets.choice(consonants) + secrets.choice(vowels) for _ in range(2))
        for _ in range(5)
    ]
    return "-".join(words)
