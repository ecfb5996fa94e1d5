"""The audit chain: sealed in order, verified as a whole, broken by every change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bson import ObjectId

from rollcall import Rollcall
from rollcall.errors import RollcallError
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.conftest import StandingClock

ADMITTED = 10
"""Activities of admitting the cast: five added, five signed in."""


@pytest.fixture
def sealed(roll: Rollcall, cast: Cast, clock: StandingClock) -> Rollcall:
    """A record with ten sealed entries."""
    clock.forward(minutes=1)
    assert roll.audit.seal() == ADMITTED
    return roll


def test_sealed_record_verifies(sealed: Rollcall) -> None:
    verdict = sealed.audit.verify()
    assert (verdict.checked, verdict.broken_at, verdict.unsealed) == (ADMITTED, None, 0)


def test_empty_record_verifies(roll: Rollcall) -> None:
    verdict = roll.audit.verify()
    assert (verdict.checked, verdict.broken_at, verdict.unsealed) == (0, None, 0)


def test_sealing_goes_on_where_it_was(sealed: Rollcall, cast: Cast, clock: StandingClock) -> None:
    sealed.tasks.assign(
        cast.manager, NewTask("Größe prüfen", "EMP004", due_date=clock() + timedelta(days=1))
    )
    assert sealed.audit.verify().unsealed == 1
    clock.forward(seconds=2)
    assert sealed.audit.seal() == 1
    assert sealed.audit.seal() == 0
    assert sealed.audit.verify().checked == ADMITTED + 1


def test_entry_of_this_moment_waits(sealed: Rollcall, cast: Cast, clock: StandingClock) -> None:
    sealed.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
    clock.forward(seconds=1)
    assert sealed.audit.seal() == 0


def test_entry_that_arrives_late_goes_to_the_end(
    sealed: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    clock.forward(minutes=-30)
    sealed.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
    clock.forward(minutes=31)
    assert sealed.audit.seal() == 1
    assert sealed.audit.verify().broken_at is None


def test_two_workers_seal_each_entry_once(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    clock.forward(minutes=1)

    def seal(_: int) -> int:
        try:
            return roll.at_clock(clock).audit.seal()
        except RollcallError:
            return 0

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(seal, range(8))) == ADMITTED
    assert roll.audit.verify().broken_at is None


def test_long_record_is_sealed_in_batches(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    [first] = roll.database.collection("session_activities").find({}, {"key": 0}).limit(1)
    more = [{**first, "_id": ObjectId()} for _ in range(250)]
    roll.database.collection("session_activities").insert_many(more)
    clock.forward(minutes=1)
    assert (roll.audit.seal(), roll.audit.seal(), roll.audit.seal()) == (200, 60, 0)
    assert roll.audit.verify().checked == 260


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "session.ended"},
        {"employee_id": "EMP005"},
        {"session_id": None},
        {"at": StandingClock()()},
        {"data": {"title": "something else"}},
        {"concerns": []},
        {"subject": {"type": "task", "id": "1"}},
        {"note": "added"},
        {"hash": "0" * 64},
        {"prev": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_entry_is_found(sealed: Rollcall, change: dict[str, object]) -> None:
    collection = sealed.database.collection("session_activities")
    if "at" in change:
        change = {"at": StandingClock()() - timedelta(days=1)}
    entry = collection.find_one({"seq": 8})
    assert entry is not None
    collection.update_one({"_id": entry["_id"]}, {"$set": change})
    verdict = sealed.audit.verify()
    assert (verdict.checked, verdict.broken_at) == (7, str(entry["_id"]))


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_removed_entry_is_found(sealed: Rollcall, seq: int) -> None:
    collection = sealed.database.collection("session_activities")
    after = collection.find_one({"seq": seq + 1})
    assert after is not None
    collection.delete_one({"seq": seq})
    assert sealed.audit.verify().broken_at == str(after["_id"])


def test_missing_end_is_found(sealed: Rollcall) -> None:
    sealed.database.collection("session_activities").delete_one({"seq": ADMITTED})
    assert sealed.audit.verify().broken_at == "the end of the chain"


def test_swapped_entries_are_found(sealed: Rollcall) -> None:
    collection = sealed.database.collection("session_activities")
    one, other = collection.find_one({"seq": 3}), collection.find_one({"seq": 4})
    assert one is not None
    assert other is not None
    seal = ("seq", "prev", "hash")
    collection.update_many({"seq": {"$in": [3, 4]}}, {"$unset": dict.fromkeys(seal, "")})
    collection.update_one({"_id": one["_id"]}, {"$set": {name: other[name] for name in seal}})
    collection.update_one({"_id": other["_id"]}, {"$set": {name: one[name] for name in seal}})
    assert sealed.audit.verify().broken_at == str(other["_id"])


def test_entry_slipped_in_behind_the_seal_is_found(sealed: Rollcall) -> None:
    collection = sealed.database.collection("session_activities")
    last = collection.find_one({"seq": ADMITTED})
    assert last is not None
    forged = {**last, "_id": ObjectId(), "seq": ADMITTED + 1, "prev": last["hash"]}
    collection.insert_one(forged)
    assert sealed.audit.verify().broken_at == str(forged["_id"])
