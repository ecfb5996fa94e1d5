"""The worker: one leads, the others wait, and what fails is tried again."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from rollcall import Rollcall
from rollcall.operation.worker import LEASE, Job, Worker
from tests.faults.running import wait_until


def named(roll: Rollcall, holder: str, jobs: list[Job] | None = None) -> Worker:
    worker = Worker(roll, jobs or [])
    worker.holder = holder
    return worker


def test_one_worker_leads_and_another_takes_over_when_the_lease_runs_out(roll: Rollcall) -> None:
    first, second = named(roll, "first"), named(roll, "second")
    assert first.lead()
    assert not second.lead()
    assert first.lead()
    past = datetime.now(UTC) - timedelta(seconds=1)
    roll.database.collection("leases").update_one({"_id": LEASE}, {"$set": {"expires_at": past}})
    assert second.lead()
    assert not first.lead()


def test_a_heartbeat_carries_the_time_of_the_database(roll: Rollcall) -> None:
    named(roll, "first").beat()
    beat = roll.database.collection("heartbeats").find_one({"_id": "worker"})
    assert beat is not None
    assert abs(datetime.now(UTC) - beat["at"]) < timedelta(minutes=1)


def test_a_failing_job_keeps_no_other_from_being_done(
    roll: Rollcall, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails() -> int:
        raise ZeroDivisionError

    def works() -> int:
        done.append("once")
        return 1

    worker = named(roll, "first", [Job("fails", 60, fails), Job("works", 60, works)])
    worker.work()
    worker.work()
    assert done == ["once"]
    assert "'fails' failed" in caplog.text


def test_a_worker_that_ends_gives_the_lease_back(roll: Rollcall) -> None:
    worker = Worker(roll, [])
    thread = threading.Thread(target=worker.run)
    thread.start()
    leases = roll.database.collection("leases")
    wait_until(lambda: leases.find_one({"holder": worker.holder}), "it leads", 10)
    worker.stop()
    thread.join(10)
    assert leases.find_one({"_id": LEASE}) is None
    assert named(roll, "next").lead()
