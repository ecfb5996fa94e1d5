"""`rollcall worker`: what has to happen from time to time, done by one process at a time.

Any number of workers may run; the one that holds the lease works, the others wait to take over.
Time is the database's, so that clocks that differ between machines do no harm.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import FrameType

from pymongo.errors import DuplicateKeyError, PyMongoError

from rollcall import Rollcall, RollcallError, Settings
from rollcall import __version__ as version
from rollcall.log_lines import log_as_json
from rollcall.operation.stopping import Stopping, listen

LEASE = "worker"
LEASE_SECONDS = 20
BEAT_SECONDS = 5.0
PAUSE_SECONDS = 0.5
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger("rollcall.worker")


@dataclass
class Job:
    """Something to do every `seconds`; `run` answers how much it did."""

    name: str
    seconds: float
    run: Callable[[], int]
    due: float = field(default=0.0)


def jobs_of(roll: Rollcall) -> list[Job]:
    """Everything that happens from time to time."""
    return [
        Job("expire sessions", 15, roll.sessions.expire),
        Job("expire chat sessions", 60, roll.chat_sessions.expire),
        Job("expire drafts", 600, partial(roll.drafts.expire, roll.settings.draft_days)),
        Job("end meetings", 15, roll.cleanup.run),
        Job("plan sessions ahead", 3600, roll.plans.plan_ahead),
        Job("mark missed sessions", 300, roll.completions.mark_missed),
        Job("sweep uploads", 600, roll.files.sweep),
        Job("seal activities", 1, roll.audit.seal),
        Job("fold figures", 1, roll.folding.run),
        Job("count turns", 1, roll.turn_counts.settle),
        Job("make missing figures", 300, roll.figure_builder.build_missing),
    ]


class Worker:
    """One worker process: heartbeat, lease, jobs."""

    def __init__(self, roll: Rollcall, jobs: list[Job] | None = None) -> None:
        self.roll = roll
        self.jobs = jobs_of(roll) if jobs is None else jobs
        self.holder = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = Stopping()

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End `run` after the job that is being done now."""
        self._stopping.ask()

    def run(self) -> None:
        """Work until `stop`. What fails is logged and tried again: MongoDB may come back."""
        log.info("worker %s started", self.holder)
        next_beat, leading = 0.0, False
        while not self._stopping.asked:
            try:
                if time.monotonic() >= next_beat:
                    self.beat()
                    leading = self.lead()
                    next_beat = time.monotonic() + BEAT_SECONDS
                if leading:
                    self.work()
            except (PyMongoError, RollcallError) as error:
                log.warning("MongoDB does not answer, trying again: %s", str(error)[:200])
                leading = False
            self._stopping.wait(PAUSE_SECONDS)
        self._release()
        self._stopping.close()
        log.info("worker %s ended", self.holder)

    def beat(self) -> None:
        """Write down that this process is alive."""
        self.roll.database.collection("heartbeats").update_one(
            {"_id": LEASE},
            [{"$set": {"at": "$$NOW", "version": version, "holder": self.holder}}],
            upsert=True,
        )

    def lead(self) -> bool:
        """Take or renew the lease; whether this worker holds it now."""
        leases = self.roll.database.collection("leases")
        free = {"$or": [{"$eq": ["$holder", self.holder]}, {"$lt": ["$expires_at", "$$NOW"]}]}
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LEASE_SECONDS}}
        renewal = [{"$set": {"holder": self.holder, "expires_at": until}}]
        for _ in range(2):
            if leases.update_one({"_id": LEASE, "$expr": free}, renewal).matched_count:
                return True
            try:
                # An upsert can't have an expression for its filter: the first worker ever makes
                # a lease that has run out, and takes that.
                leases.insert_one({"_id": LEASE, "holder": self.holder, "expires_at": NEVER})
            except DuplicateKeyError:
                return False
        return False

    def work(self) -> None:
        """Do the jobs that are due. A job that fails does not keep the others from being done."""
        for job in self.jobs:
            if self._stopping.asked or time.monotonic() < job.due:
                continue
            job.due = time.monotonic() + job.seconds
            try:
                done = job.run()
            except (PyMongoError, RollcallError):
                raise
            except Exception:
                log.exception("job %r failed", job.name)
            else:
                if done:
                    log.info("%s: %d", job.name, done)

    def _release(self) -> None:
        try:
            self.roll.database.collection("leases").delete_one(
                {"_id": LEASE, "holder": self.holder}
            )
        except PyMongoError as error:
            log.warning("the lease could not be given back: %s", str(error)[:200])


def run_worker(settings: Settings) -> None:
    """Run one worker until SIGTERM or Ctrl-C."""
    log_as_json(settings.log_level)
    roll = Rollcall.open(settings)
    worker = Worker(roll)
    listen(worker.stop)
    try:
        worker.run()
    finally:
        roll.close()
