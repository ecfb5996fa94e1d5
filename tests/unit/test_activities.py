"""Activities: one for every change, written with it or not at all, and never again."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from rollcall import Principal, Rollcall, Settings
from rollcall.activities import has_reached
from rollcall.activity import KINDS, Activity, Entry, Subject
from rollcall.clock import system_clock
from rollcall.errors import Conflict, NotFound, Unauthenticated
from rollcall.storage.database import Database, Transaction
from rollcall.storage.schema import COLLECTIONS
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.conftest import StandingClock

NEW = NewTask("Order chairs", "EMP004")


def _tasks(roll: Rollcall) -> int:
    return roll.database.collection("user_tasks").count_documents({})


def _assigned(roll: Rollcall) -> int:
    found = roll.database.collection("session_activities")
    return found.count_documents({"kind": "task.assigned"})


def _write(roll: Rollcall, actor: Principal, entry: Entry, then: Callable[[], None]) -> None:
    """Write a heartbeat document with `entry`, doing `then` in between."""

    def change(transaction: Transaction) -> tuple[bool, Entry]:
        roll.database.collection("heartbeats").insert_one(
            {"_id": "test", "at": roll.clock()}, session=transaction
        )
        then()
        return True, entry

    roll.activities.write(actor, None, change, lambda _: True)


def test_change_that_fails_leaves_neither_document_nor_entry(roll: Rollcall, cast: Cast) -> None:
    def fail() -> None:
        raise Conflict("no")

    before = len(roll.activities.list(cast.admin).items)
    with pytest.raises(Conflict):
        _write(roll, cast.admin, Entry("task.assigned", Subject("task", "1")), fail)
    assert roll.heartbeat("test") is None
    assert len(roll.activities.list(cast.admin).items) == before


def test_entry_that_can_not_be_written_takes_the_document_with_it(
    database: Database, clock: StandingClock, settings: Settings, roll: Rollcall, cast: Cast
) -> None:
    taken = roll.database.collection("session_activities").find_one({}, {"_id": 1})
    assert taken is not None
    colliding = Rollcall(settings, database, "pepper", clock, new_id=lambda: taken["_id"])
    with pytest.raises(Exception, match="duplicate key"):
        colliding.tasks.assign(cast.admin, NEW)
    assert _tasks(roll) == 0
    assert roll.sessions.get(cast.admin, str(cast.admin.session_id)).counts["activities"] == 1


def test_unknown_kind_is_refused_with_its_document(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(ValueError, match=r"task\.painted"):
        _write(roll, cast.admin, Entry("task.painted", Subject("task", "1")), lambda: None)
    assert roll.heartbeat("test") is None


def test_lost_acknowledgement_is_one_document(roll: Rollcall, cast: Cast) -> None:
    admin = roll.database.raw.client.admin
    lost = {"failCommands": ["commitTransaction"], "closeConnection": True}
    admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=lost)
    roll.tasks.assign(cast.admin, NEW, "key-1")
    assert _tasks(roll) == _assigned(roll) == 1


def test_retry_after_a_refused_commit_is_one_document(roll: Rollcall, cast: Cast) -> None:
    admin = roll.database.raw.client.admin
    refused = {
        "failCommands": ["commitTransaction"],
        "errorCode": 251,
        "errorLabels": ["TransientTransactionError"],
    }
    admin.command("configureFailPoint", "failCommand", mode={"times": 2}, data=refused)
    roll.tasks.assign(cast.admin, NEW)
    assert _tasks(roll) == _assigned(roll) == 1


OF_NOBODY_KNOWN = {"credential.unknown", "address.locked"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_subject_and_verb_and_a_whole_sentence(kind: str, roll: Rollcall) -> None:
    pattern = COLLECTIONS["session_activities"].properties["kind"]["pattern"]
    assert re.fullmatch(pattern.strip("^$"), kind)
    activity = Activity("1", roll.clock(), kind, "EMP004", None, Subject("x", "1"),
                        {"title": "T", "assignee": "EMP005", "label": "supplier"}, (), "Erika",
                        "Oscar")  # fmt: skip
    assert "{" not in activity.text
    assert ("Erika" in activity.text) is (kind not in OF_NOBODY_KNOWN)


def test_nothing_but_the_seal_changes_what_was_written(roll: Rollcall, cast: Cast) -> None:
    collection = roll.database.collection("session_activities")
    before = list(collection.find().sort("_id"))
    task = roll.tasks.assign(cast.admin, NEW)
    roll.tasks.complete(cast.employee, task.task_id)
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    known = {"_id": {"$in": [one["_id"] for one in before]}}
    assert list(collection.find(known).sort("_id")) == before


def test_record_holds_ids_and_no_names(roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.manager, NEW)
    for kept in roll.database.collection("session_activities").find():
        for personal in ("Erika", "Mona", "example.com"):
            assert personal not in str(kept)


def test_names_are_those_of_today(roll: Rollcall, cast: Cast) -> None:
    roll.tasks.assign(cast.manager, NEW)
    roll.database.collection("employees").update_one(
        {"_id": "EMP004"}, {"$set": {"name": "Erika Verheiratet"}}
    )
    [activity] = roll.activities.list(cast.manager, kind="task.assigned").items
    assert activity.text == "Mona Lindqvist assigned “Order chairs” to Erika Verheiratet"


def test_assigning_concerns_who_gets_it_and_who_gave_it(roll: Rollcall, cast: Cast) -> None:
    task = roll.tasks.assign(cast.manager, NEW)
    roll.tasks.complete(cast.employee, task.task_id)
    for activity in roll.activities.list(cast.admin).items[:2]:
        assert set(activity.concerns) == {"EMP002", "EMP004"}


@pytest.mark.parametrize(
    ("part", "sees"),
    [("admin", True), ("manager", True), ("employee", True), ("faculty", False),
     ("outsider", False)],
)  # fmt: skip
def test_it_validates_ownership(roll: Rollcall, cast: Cast, part: str, sees: bool) -> None:
    roll.tasks.assign(cast.manager, NEW)
    actor = cast.everyone()[part]
    found = roll.activities.list(actor, kind="task.assigned").items
    assert bool(found) is sees
    if sees:
        assert roll.activities.list(actor, "EMP004", "task.assigned").items == found
    else:
        with pytest.raises(NotFound):
            roll.activities.list(actor, "EMP004")


def test_guest_reads_nothing(roll: Rollcall, cast: Cast) -> None:
    with pytest.raises(Unauthenticated):
        roll.activities.list(cast.guest)


def test_pages_stay_right_while_more_is_written(roll: Rollcall, cast: Cast) -> None:
    # All at one moment of the clock: the id decides.
    for number in range(10):
        roll.tasks.assign(cast.admin, NewTask(f"Task {number}", "EMP004"))
    seen: list[str] = []
    after = None
    while True:
        page = roll.activities.list(cast.admin, kind="task.assigned", limit=3, after=after)
        seen += [one.data["title"] for one in page.items]
        roll.tasks.assign(cast.admin, NewTask("Newer", "EMP004"))
        if page.next is None:
            break
        after = page.next
    assert [one for one in seen if one != "Newer"] == [f"Task {9 - n}" for n in range(10)]
    assert len(seen) == len(set(seen))


def test_key_is_remembered_after_a_restart(
    roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    first = roll.tasks.assign(cast.admin, NEW, "key-1")
    assert roll.at_clock(clock).tasks.assign(cast.admin, NEW, "key-1") == first
    assert _assigned(roll) == 1


def _next_of(feed: Any) -> tuple[Activity, Any]:
    for activity, token in feed:
        if activity is not None:
            return activity, token
    raise AssertionError("the feed ended")


def test_feed_tells_what_is_written_in_order(roll: Rollcall, cast: Cast) -> None:
    feed = roll.activities.tail()
    _, start = next(feed)
    task = roll.tasks.assign(cast.manager, NEW)
    roll.tasks.start(cast.employee, task.task_id)
    first, token = _next_of(feed)
    second, _ = _next_of(feed)
    feed.close()
    assert (first.text, second.kind) == (
        "Mona Lindqvist assigned “Order chairs” to Erika Musterfrau",
        "task.started",
    )
    again, _ = _next_of(roll.activities.tail(start))
    assert again == first
    rest, _ = _next_of(roll.activities.tail(token))
    assert rest == second


def test_sealing_is_not_told_again(roll: Rollcall, cast: Cast, clock: StandingClock) -> None:
    feed = roll.activities.tail()
    next(feed)
    clock.forward(minutes=1)
    assert roll.audit.seal() == 10
    roll.tasks.assign(cast.manager, NEW)
    assert _next_of(feed)[0].kind == "task.assigned"
    feed.close()


def test_feed_ends_when_its_reader_leaves(roll: Rollcall, cast: Cast) -> None:
    heard = threading.Event()

    def listen() -> None:
        for _ in roll.activities.tail():
            heard.set()
            return

    listener = threading.Thread(target=listen)
    listener.start()
    assert heard.wait(10)
    listener.join(10)
    assert not listener.is_alive()


def test_ids_are_made_for_each_entry(roll: Rollcall, cast: Cast) -> None:
    ids = [ObjectId(one.id) for one in roll.activities.list(cast.admin).items]
    assert len(set(ids)) == len(ids) == 10


def test_a_tail_that_begins_in_the_past_knows_when_it_has_read_what_was(
    roll: Rollcall, cast: Cast
) -> None:
    until = roll.activities.end_of_record()
    before = [one.id for one in roll.activities.list(cast.admin, limit=200).items]
    found: list[str] = []
    for activity, token in roll.activities.tail(since=system_clock() - timedelta(minutes=10)):
        if activity is not None:
            found.append(activity.id)
        if has_reached(token, until):
            break
    assert set(before) <= set(found)
    assert not has_reached(None, until)
