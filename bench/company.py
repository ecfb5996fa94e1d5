"""A plausible company that has worked with Rollcall for a year, written straight into a database.

One person in a thousand activities: teams of twelve with a manager, branches of about a hundred.
A day of somebody is a session with registrations, tasks, meetings and planned sessions in it;
tasks are finished days later, some never. Every activity is sealed into the chain, so the record
verifies. The same seed makes the same company.
"""

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bson import ObjectId

from rollcall.audit import digest
from rollcall.storage.database import Document
from rollcall.storage.schema import PRIORITIES, registration_collection

DAYS = 365
TEAM, TEAMS_A_BRANCH = 12, 9
BUSY_DAYS = 5
DEPARTMENTS = ("Operations", "Sales", "Finance", "Support", "Engineering", "Research")
CITIES = ("Berlin", "Lisbon", "Oslo", "Leeds", "Austin", "Pune", "Osaka", "Lima", "Accra")
FIRST = ("Anna", "Marco", "Ingrid", "David", "Lena", "Jürgen", "Zoë", "Noor", "Wei", "Kofi", "Rosa")
LAST = ("Schulz", "Rossi", "Dahl", "Cohen", "Ångström", "Patel", "Mensah", "Quispe", "Sato", "Ray")
TITLES = ("Order chairs", "Review the supplier list", "Renew the first aid kit", "Answer the audit",
          "Update the contacts", "Replace the printer", "Collect receipts", "Check the exits",
          "Write the checklist", "Call the landlord", "Prepare the stocktaking")  # fmt: skip
COURSES = ("Fire safety", "First aid", "Spreadsheets", "Data protection", "Giving feedback")
DEVICES = ("Latitude 5440", "ThinkPad T14", "iPhone 15", "HL-L2400", "27UP850 monitor")
TYPES = ("supplier", "visitor", "training", "equipment", "incident", "vehicle")


@dataclass
class Seeded:
    """What was made: how many of each, and who plays which part in questions."""

    activities: int = 0
    people: int = 0
    admin: str = ""
    branch_admin: str = ""
    manager: str = ""
    employee: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Worker:
    """Somebody who works here."""

    employee_id: str
    name: str
    role: str
    manager: str | None
    branch: str
    department: str

    def document(self, since: datetime) -> Document:
        return {
            "_id": self.employee_id, "employee_id": self.employee_id, "name": self.name,
            "role": self.role, "email": f"{self.employee_id.lower()}@example.com",
            "department": self.department, "branch": self.branch, "manager_id": self.manager,
            "timezone": None, "status": "active", "created_at": since,
        }  # fmt: skip


class Company:
    """Makes the record of a company, day by day."""

    def __init__(self, activities: int, now: datetime, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 (no secret)
        self._wanted = activities
        self._now = now.replace(microsecond=0)
        self._ids = 0
        self._serial = 0
        self._later: dict[date, list[tuple[datetime, str, Document, str]]] = {}
        self.people = self._hire(max(24, activities // 1000))

    def _hire(self, number: int) -> list[Worker]:
        found: list[Worker] = []
        for one in range(number):
            team = one // TEAM
            role = "manager" if one % TEAM == 0 else "employee"
            if one % (TEAM * TEAMS_A_BRANCH) == 0:
                role = "branch_admin"
            manager = None if one % TEAM == 0 else f"EMP{team * TEAM:06}"
            name = f"{self._dice.choice(FIRST)} {self._dice.choice(LAST)}"
            if one == 1:
                role = "admin"
            branch = CITIES[team // TEAMS_A_BRANCH % len(CITIES)]
            department = self._dice.choice(DEPARTMENTS)
            found.append(Worker(f"EMP{one:06}", name, role, manager, branch, department))
        return found

    def parts(self) -> Seeded:
        """Who asks the questions: the admin, a branch admin, a manager and one of their people."""
        return Seeded(
            people=len(self.people), admin="EMP000001", branch_admin="EMP000000",
            manager=f"EMP{TEAM:06}", employee=f"EMP{TEAM + 3:06}",
        )  # fmt: skip

    def record(self) -> Iterator[tuple[str, Document]]:
        """Every document with the collection it belongs to, activities in order of time."""
        today = self._now.date()
        days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
        weights = [1.0 if day.weekday() < BUSY_DAYS else 0.08 for day in days]
        made, left = 0, sum(weights)
        began = datetime.combine(days[0], time(0), UTC)
        for one in self.people:
            yield "employees", one.document(began)
        seq, previous = 0, "0" * 64
        for day, weight in zip(days, weights, strict=True):
            # A day of one person is about five activities, some of them days later.
            wanted = (self._wanted - made) * weight / left
            left -= weight
            events: list[tuple[datetime, Document]] = []
            for at, kind, subject, actor in self._later.pop(day, []):
                events.append((at, self._activity(at, kind, actor, None, subject)))
            while len(events) < wanted:
                yield from self._day_of(self._dice.choice(self.people), day, events)
            events = [one for one in events if one[0] < self._now]
            for _, activity in sorted(events, key=lambda one: (one[0], one[1]["_id"])):
                seq += 1
                hashed = digest(activity, seq, previous)
                yield "session_activities", {
                    **activity, "seq": seq, "prev": previous, "hash": hashed,
                }  # fmt: skip
                previous = hashed
            made += len(events)
        yield "chain_heads", {"_id": "head", "seq": seq, "hash": previous}

    def _day_of(
        self, who: Worker, day: date, events: list[tuple[datetime, Document]]
    ) -> Iterator[tuple[str, Document]]:
        dice = self._dice
        begin = datetime.combine(day, time(7), UTC) + timedelta(seconds=dice.randrange(36_000))
        if begin >= self._now:
            return
        session_id = f"session_{who.employee_id}_{int(begin.timestamp())}_{self._ids:08x}"
        counts = {"messages": dice.randrange(12)}
        at = begin

        def happens(kind: str, subject: Document, *concerned: str) -> None:
            counts["activities"] = counts.get("activities", 0) + 1
            name = kind.replace(".", "_")
            counts[name] = counts.get(name, 0) + 1
            activity = self._activity(at, kind, who.employee_id, session_id, subject, *concerned)
            events.append((at, activity))

        happens("session.opened", {"type": "session", "id": session_id, "data": {}})
        for _ in range(dice.choice((0, 1, 1, 2, 2, 3, 4))):
            at += timedelta(seconds=dice.randrange(30, 900))
            if at >= self._now:
                break
            chance = dice.random()
            if chance < 0.4:
                name, document = self._registration(who, session_id, at)
                happens("registration.created", self._about(name, document))
                yield name, document
            elif chance < 0.8:
                task = self._task(who, session_id, at)
                happens("task.assigned", self._of_task(task), task["employee_id"])
                yield "user_tasks", task
            elif chance < 0.95:
                yield from self._meeting(who, at, happens)
            else:
                planned = self._planned(who, at)
                subject = {"type": "completion", "id": str(planned["_id"])}
                happens("completion.created", {**subject, "data": {"title": planned["title"]}})
                yield "session_completions", planned
        last = at
        at += timedelta(minutes=dice.randrange(5, 60))
        over = at < self._now
        status = dice.choice(("ended", "ended", "expired")) if over else "active"
        if over:
            kind = f"session.{status}"
            subject = {"type": "session", "id": session_id, "data": {"title": who.employee_id}}
            happens(kind, subject)
        yield "user_sessions", {
            "_id": session_id, "session_id": session_id, "employee_id": who.employee_id,
            "user_data": {"name": who.name, "role": who.role, "department": who.department,
                          "branch": who.branch},
            "login_time": begin, "last_activity": last, "ended_at": at if over else None,
            "session_status": status, "version": 1, "counts": counts, "channel": "web",
            "user_agent": None, "address": None,
        }  # fmt: skip
        if dice.random() < 0.1:
            for turn in range(counts["messages"]):
                yield "turns", self._turn(who, session_id, begin + timedelta(seconds=turn))

    def _registration(self, who: Worker, session_id: str, at: datetime) -> tuple[str, Document]:
        dice, number = self._dice, self._next_number()
        coming = at + timedelta(days=dice.randrange(1, 30))
        person = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
        kind = dice.choice(TYPES)
        data: Document = {
            "supplier": {"company_name": f"Company {number}", "contact_name": person,
                         "email": f"s{number}@example.com", "category": "services"},
            "visitor": {"visitor_name": person, "company": f"Company {number % 997}",
                        "host": who.employee_id, "arrival": coming, "parking": False},
            "training": {"course": dice.choice(COURSES), "participant": who.employee_id,
                         "date": coming.date().isoformat(), "format": "online"},
            "equipment": {"item": dice.choice(DEVICES), "serial_number": f"SN-{number}",
                          "assigned_to": who.employee_id},
            "incident": {"summary": "A slippery floor", "place": who.branch, "happened_at": at,
                         "severity": "low", "injured": False},
            "vehicle": {"plate": f"B-RC {number}", "make_and_model": "VW Caddy",
                        "driver": who.employee_id},
        }[kind]  # fmt: skip
        name = registration_collection(kind)
        return name, {
            "_id": self._id(at), "registration_type": name, "employee_id": who.employee_id,
            "session_id": session_id, "data": data, "timestamp": at, "status": "active",
        }  # fmt: skip

    def _task(self, who: Worker, session_id: str, at: datetime) -> Document:
        dice = self._dice
        whose = who.employee_id
        if who.role != "employee":
            first = int(who.employee_id[3:]) // TEAM * TEAM
            whose = self.people[min(first + dice.randrange(TEAM), len(self.people) - 1)].employee_id
        task: Document = {
            "_id": self._id(at), "employee_id": whose, "title": f"{dice.choice(TITLES)} "
            f"{self._next_number()}", "priority": dice.choice(PRIORITIES), "status": "pending",
            "due_date": at + timedelta(days=dice.randrange(2, 40)) if dice.random() < 0.8 else None,
            "assigned_by": who.employee_id, "session_id": session_id, "created_at": at,
            "started_at": None, "completed_at": None, "description": None,
        }  # fmt: skip
        moment = at
        for status, field_name, kind, chance in (
            ("in_progress", "started_at", "task.started", 0.97),
            ("completed", "completed_at", "task.completed", 0.97),
        ):
            moment += timedelta(minutes=dice.randrange(20, 9_000))
            # What would have happened today happens tomorrow: the day is being made.
            if moment.date() == at.date():
                moment += timedelta(days=1)
            if moment >= self._now or dice.random() > chance:
                break
            task |= {"status": status, field_name: moment}
            later = self._later.setdefault(moment.date(), [])
            later.append((moment, kind, self._of_task({**task}), whose))
        return task

    def _meeting(
        self, who: Worker, at: datetime, happens: Callable[..., None]
    ) -> Iterator[tuple[str, Document]]:
        identity, host = self._id(at), who.employee_id
        about = {"type": "meeting", "id": str(identity), "data": {"title": "Weekly"}}
        first = int(host[3:]) // TEAM * TEAM
        guests = self._dice.sample(self.people[first : first + TEAM], 4)
        over = at + timedelta(hours=1)
        yield "meetings", {
            "_id": identity, "title": "Weekly", "kind": "ad_hoc", "status": "completed",
            "host_id": host, "counts": {"present": 0}, "starts_at": at, "started_at": at,
            "ended_at": over, "ended_by": "host", "grace_minutes": 5, "at": at, "created_at": at,
            "last_activity": over,
        }  # fmt: skip
        happens("meeting.created", about)
        for guest in guests:
            member = self._id(at)
            yield "participants", {
                "_id": member, "meeting_id": identity, "key": f"employee:{guest.employee_id}",
                "source": "employee", "name": guest.name, "name_key": guest.name.lower(),
                "employee_id": guest.employee_id, "role": "participant", "open": 0, "joins": 1,
                "at": at, "created_at": at,
            }  # fmt: skip
            yield "attendances", {
                "_id": self._id(at), "session_id": f"{guest.employee_id}_{member}",
                "meeting_id": identity, "participant_id": member, "employee_id": guest.employee_id,
                "state": "left", "source": "web", "requested_at": at, "joined_at": at,
                "left_at": over, "left_by": "ended",
            }  # fmt: skip
            happens("attendance.joined", about, guest.employee_id)
        happens("meeting.ended", about)

    def _planned(self, who: Worker, at: datetime) -> Document:
        starts = (at + timedelta(days=self._dice.randrange(1, 20))).replace(minute=0, second=0)
        done = starts < self._now
        return {
            "_id": self._id(at), "employee_id": who.employee_id, "title": "Stocktaking",
            "timezone": "UTC", "starts_at": starts, "ends_at": starts + timedelta(hours=1),
            "status": "completed" if done else "pending", "approval": "none", "version": 1,
            "batch_id": None, "planned_day": None, "meeting_id": None, "moved_from": None,
            "missed_at": None, "actual_start": starts if done else None,
            "actual_end": starts + timedelta(hours=1) if done else None, "completion_code": None,
            "notes": None, "cancel_reason": None, "counts": {"notes": 0, "attachments": 0},
            "created_at": at, "completed_at": starts if done else None,
        }  # fmt: skip

    def _turn(self, who: Worker, session_id: str, at: datetime) -> Document:
        return {
            "_id": f"{session_id}-{self._next_number()}", "conversation_id": session_id,
            "session_id": session_id, "employee_id": who.employee_id, "at": at,
            "text": "what is due today", "state": "answered", "replies": [{"text": "Nothing."}],
            "intent": "list_tasks", "confidence": 0.98, "actions": [], "ms": 12,
        }  # fmt: skip

    def _activity(
        self,
        at: datetime,
        kind: str,
        actor: str,
        session_id: str | None,
        subject: Document,
        *concerned: str,
    ) -> Document:
        return {
            "_id": self._id(at), "at": at, "kind": kind, "employee_id": actor,
            "session_id": session_id, "subject": {"type": subject["type"], "id": subject["id"]},
            "data": subject["data"],
            "concerns": list(dict.fromkeys((actor, *concerned, *subject.get("concerns", ())))),
        }  # fmt: skip

    @staticmethod
    def _about(name: str, document: Document) -> Document:
        kind = name.removesuffix("_registration")
        data = {"type": kind, "label": kind, "collection": name}
        return {"type": "registration", "id": str(document["_id"]), "data": data}

    @staticmethod
    def _of_task(task: Document) -> Document:
        data = {"title": task["title"], "assignee": task["employee_id"],
                "priority": task["priority"], "due_date": None}  # fmt: skip
        concerns = [task["employee_id"], task["assigned_by"]]
        return {"type": "task", "id": str(task["_id"]), "data": data, "concerns": concerns}

    def _next_number(self) -> int:
        self._serial += 1
        return self._serial

    def _id(self, at: datetime) -> ObjectId:
        self._ids += 1
        return ObjectId(struct.pack(">IQ", int(at.timestamp()), self._ids))
