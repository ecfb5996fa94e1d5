"""One object with everything the domain can do: `Rollcall.open(settings)`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId

from rollcall.accounts import Accounts
from rollcall.activities import Activities
from rollcall.api_tokens import ApiTokens
from rollcall.audit import Audit
from rollcall.batches import Batches
from rollcall.brief import Briefs
from rollcall.catalogue import Catalogue
from rollcall.chat_figures import ChatFigures
from rollcall.chat_sessions import ChatSessions
from rollcall.clock import Clock, system_clock
from rollcall.completions import open_completions
from rollcall.credentials import Blocking, Credentials
from rollcall.dashboard import Dashboard
from rollcall.desk import Desk
from rollcall.directory import Directory
from rollcall.figures import Builder, Figures, Folding
from rollcall.forms.draft_store import DraftStore
from rollcall.forms.drafts import Drafts
from rollcall.history import History
from rollcall.meetings import open_meetings
from rollcall.operation.home import Home, connection_uri
from rollcall.people import People
from rollcall.refresh_tokens import RefreshTokens
from rollcall.registration_changes import RegistrationChanges
from rollcall.registrations import Registrations
from rollcall.sessions import Sessions
from rollcall.settings import Settings
from rollcall.storage.database import Database, storage_errors
from rollcall.storage.migrations import migrate
from rollcall.students import Students
from rollcall.tasks import Tasks
from rollcall.throttle import Throttle
from rollcall.turn_counts import TurnCounts
from rollcall.turns import Buttons, Turns
from rollcall.undo import Undo


@dataclass(frozen=True)
class Heartbeat:
    """A sign of life of a process."""

    at: datetime
    version: str


class Rollcall:
    """The domain, wired to one database.

    Time and ids come in as parameters, so that tests decide them. `run_blocking` runs a call
    that holds the processor for tens of milliseconds (a passphrase hash).
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        refresh_pepper: str,
        clock: Clock = system_clock,
        new_id: Callable[[], ObjectId] = ObjectId,
        run_blocking: Blocking | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        self.settings = settings
        self._refresh_pepper = refresh_pepper
        self.database = database
        self.clock = clock
        self.catalogue = catalogue or Catalogue(*settings.type_folders)
        self.directory = Directory(database)
        self.activities = Activities(database, self.directory, clock, new_id)
        self.throttle = Throttle(database, clock)
        self.sessions = Sessions(
            database,
            self.directory,
            self.activities,
            clock,
            idle=timedelta(minutes=settings.idle_minutes),
            oldest=timedelta(hours=settings.session_hours),
            default_timezone=settings.timezone,
        )
        extra = {"run_blocking": run_blocking} if run_blocking else {}
        self.credentials = Credentials(
            database,
            self.directory,
            self.activities,
            self.sessions,
            clock,
            refresh_pepper,
            settings.company,
            **extra,
        )
        self.api_tokens = ApiTokens(
            database, self.directory, self.activities, self.sessions, clock, refresh_pepper
        )
        self.people = People(
            database, self.directory, self.activities, self.credentials, self.sessions, clock
        )
        self.accounts = Accounts(
            database,
            self.directory,
            self.activities,
            self.credentials,
            self.sessions,
            self.api_tokens,
        )
        self.refresh_tokens = RefreshTokens(database, self.sessions, clock, refresh_pepper)
        self.registrations = Registrations(
            database, self.directory, self.activities, self.catalogue, clock, settings.region
        )
        self.tasks = Tasks(database, self.directory, self.activities, clock)
        self.students = Students(database, self.activities, clock)
        parts = open_meetings(
            settings, database, self.directory, self.students, self.activities, self.throttle, clock
        )
        self.meetings = parts.meetings
        self.attendances = parts.attendances
        self.hosting = parts.hosting
        self.deciding = parts.deciding
        self.reports = parts.reports
        self.cleanup = parts.cleanup
        self.zoom = parts.zoom
        scheduled = open_completions(settings, database, self.directory, self.activities, clock)
        self.completions = scheduled.completions
        self.plans = scheduled.plans
        self.notes = scheduled.notes
        self.files = scheduled.files
        self.receipts = scheduled.receipts
        self.changes = RegistrationChanges(database, self.registrations, self.activities, clock)
        self.batches = Batches(database, self.registrations, self.activities)
        self.undo = Undo(self.activities, self.changes, self.batches, self.tasks, clock)
        self.drafts = Drafts(
            DraftStore(database, self.activities, clock),
            self.registrations,
            self.changes,
            self.batches,
            self.tasks,
            self.meetings,
            self.completions,
            clock,
        )
        self.figures = Figures(database)
        self.folding = Folding(database)
        self.figure_builder = Builder(database, clock)
        self.history = History(database, self.directory, self.catalogue, self.figures, clock)
        self.turns = Turns(database, clock)
        self.buttons = Buttons(database, clock)
        self.chat_sessions = ChatSessions(database, self.directory, self.activities, clock)
        self.turn_counts = TurnCounts(database)
        self.chat_figures = ChatFigures(database, self.turn_counts.settle)
        self.desk = Desk(self.directory, self.tasks, self.turns)
        self.briefs = Briefs(
            self.tasks, self.drafts, self.meetings, self.activities, self.sessions, clock
        )
        self.audit = Audit(database, clock)
        self.dashboard = Dashboard(
            database,
            self.directory,
            self.sessions,
            self.registrations,
            self.tasks,
            self.activities,
            self.turns,
            self.turn_counts,
            self.catalogue,
            self.figures,
            clock,
        )

    @classmethod
    def open(cls, settings: Settings, run_blocking: Blocking | None = None) -> "Rollcall":
        """Connect as the settings say. The first call that needs MongoDB raises
        `StorageUnavailable` when it isn't there; `ConfigurationError` for a corrupt home."""
        secrets = Home(settings).secrets
        database = Database(connection_uri(settings), settings.database)
        return cls(settings, database, secrets.refresh_pepper, run_blocking=run_blocking)

    def at_clock(self, clock: Clock) -> "Rollcall":
        """The same domain on the same connections, living by another clock."""
        return Rollcall(self.settings, self.database, self._refresh_pepper, clock)

    def migrate(self, now: datetime | None = None) -> list[str]:
        """Bring the database to this version; returns what was applied."""
        applied = migrate(self.database, self.catalogue.types(), now or self.clock())
        self.registrations.prepare_indexes()
        return applied

    def heartbeat(self, part: str) -> Heartbeat | None:
        """When a part that serves nobody was last seen alive, or None if never."""
        with storage_errors():
            found = self.database.collection("heartbeats").find_one({"_id": part})
        return Heartbeat(found["at"], str(found.get("version", ""))) if found else None

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
