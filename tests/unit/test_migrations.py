"""Migrations: safe to run again, by several processes at once, and over an older database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import DuplicateKeyError, WriteError

from rollcall import Rollcall, Settings
from rollcall.storage.database import Database
from rollcall.storage.migrations import MIGRATIONS, migrate
from rollcall.storage.schema import COLLECTIONS, REGISTRATION
from tests.conftest import MONDAY, StandingClock

ALL = {*COLLECTIONS, "supplier_registration", "visitor_registration"}
TYPES = ["supplier", "visitor"]


@pytest.fixture
def database(new_database: Database) -> Database:
    """These tests set a database up."""
    return new_database


def _state(database: Database) -> dict[str, Any]:
    """Collections with their validators and indexes, and what the migrations left."""
    found = {one["name"]: one for one in database.raw.list_collections()}
    return {
        name: (
            one["options"].get("validator"),
            sorted(database.collection(name).index_information()),
        )
        for name, one in found.items()
    } | {"head": database.collection("chain_heads").find_one()}


def test_empty_database_gets_everything(database: Database) -> None:
    assert migrate(database, TYPES, MONDAY) == [one.name for one in MIGRATIONS]
    state = _state(database)
    assert set(state) == {*ALL, "head"}
    for name, schema in COLLECTIONS.items():
        validator, indexes = state[name]
        assert validator == schema.validator()
        wanted = {str(index.document["name"]) for index in schema.indexes}
        assert wanted <= set(indexes)


def test_running_again_changes_nothing(database: Database) -> None:
    migrate(database, TYPES, MONDAY)
    before = _state(database)
    assert migrate(database, TYPES, MONDAY) == []
    assert _state(database) == before


def test_a_conversation_of_before_goes_on_where_it_stood(database: Database) -> None:
    now = datetime.now(UTC).timestamp()
    stood = {
        "sender_id": "session_1",
        "slots": {"draft_id": "d1", "pending": None, "session_started_metadata": {"turn": "jwt"}},
        "latest_action_name": "action_listen",
        "followup_action": None,
        "paused": False,
        "active_loop": {
            "name": "task_form",
            "is_interrupted": False,
            "rejected": True,
            "trigger_message": {"text": "assign", "intent": {}, "entities": [], "metadata": {}},
        },
        "latest_event_time": now,
        "events": [{"event": "user", "text": "said long ago"}],
    }
    older = {**stood, "sender_id": "session_2", "latest_event_time": now - 30 * 24 * 3600}
    database.collection("conversations").insert_many(
        [stood, older, {**older, "sender_id": "guest_1", "latest_event_time": now}]
    )
    migrate(database, TYPES, MONDAY)
    (turn,) = database.collection("conversation_turns").find()
    assert turn["_id"] == {"conversation": "session_1", "turn": 1}
    assert turn["before"] == {
        "slots": [["draft_id", "d1"]],
        "action": "action_listen",
        "followup": None,
        "paused": False,
        "loop": {
            "name": "task_form",
            "interrupted": False,
            "rejected": True,
            "trigger": {"text": "assign", "intent": {}, "entities": []},
        },
    }
    assert turn["events"] == []
    assert "conversations" not in database.raw.list_collection_names()


def test_several_at_once_do_no_harm(mongodb_uri: str, database: Database) -> None:
    def run(_: int) -> list[str]:
        own = Database(mongodb_uri, database.name)
        try:
            return migrate(own, TYPES, MONDAY)
        finally:
            own.close()

    with ThreadPoolExecutor(6) as threads:
        applied = list(threads.map(run, range(6)))
    assert sum(names != [] for names in applied) >= 1
    assert set(_state(database)) == {*ALL, "head"}
    assert database.collection("migrations").count_documents({}) == len(MIGRATIONS)
    assert database.collection("chain_heads").find_one() == {
        "_id": "head", "seq": 0, "hash": "0" * 64,
    }  # fmt: skip


def test_older_database_keeps_its_data_and_gets_the_rules(database: Database) -> None:
    database.collection("user_tasks").insert_one({"title": "from before"})
    migrate(database, TYPES, MONDAY)
    assert database.collection("user_tasks").count_documents({"title": "from before"}) == 1
    with pytest.raises(WriteError):
        database.collection("user_tasks").insert_one({"title": "from now on"})


def test_chain_is_not_started_anew(roll: Rollcall) -> None:
    heads = roll.database.collection("chain_heads")
    heads.update_one({"_id": "head"}, {"$set": {"seq": 7, "hash": "f" * 64}})
    roll.database.collection("migrations").delete_many({})
    roll.migrate()
    assert heads.find_one() == {"_id": "head", "seq": 7, "hash": "f" * 64}


def test_numbers_are_used_once() -> None:
    numbers = [one.number for one in MIGRATIONS]
    assert numbers == sorted(set(numbers))


TASK = {
    "employee_id": "EMP004",
    "title": "Order chairs",
    "priority": "low",
    "status": "pending",
    "assigned_by": None,
    "created_at": MONDAY,
}
REGISTERED = {
    "registration_type": "supplier_registration",
    "employee_id": "EMP004",
    "session_id": None,
    "data": {},
    "timestamp": MONDAY,
    "status": "active",
}
ACTIVITY = {
    "at": MONDAY,
    "kind": "task.assigned",
    "employee_id": "EMP004",
    "session_id": None,
    "subject": {"type": "task", "id": "1"},
    "data": {},
    "concerns": ["EMP004"],
}
EMPLOYEE = {
    "_id": "EMP004",
    "employee_id": "EMP004",
    "name": "Erika",
    "role": "employee",
    "status": "active",
    "created_at": MONDAY,
}
WHOLE = {
    "user_tasks": TASK,
    "supplier_registration": REGISTERED,
    "session_activities": ACTIVITY,
    "employees": EMPLOYEE,
}
REFUSED = [
    ("user_tasks", {"employee_id": {"$ne": None}}),
    ("user_tasks", {"employee_id": ["EMP004"]}),
    ("user_tasks", {"title": {"$gt": ""}}),
    ("user_tasks", {"title": ""}),
    ("user_tasks", {"title": "x" * 201}),
    ("user_tasks", {"priority": "whenever"}),
    ("user_tasks", {"status": {"$in": ["pending"]}}),
    ("user_tasks", {"due_date": "2026-03-01"}),
    ("user_tasks", {"created_at": None}),
    ("user_tasks", {"_id": "not an object id"}),
    ("supplier_registration", {"employee_id": {"$ne": None}}),
    ("supplier_registration", {"data": "text"}),
    ("supplier_registration", {"status": "lost"}),
    ("supplier_registration", {"timestamp": "2026-03-01"}),
    ("supplier_registration", {"unique_keys": [{"$ne": 1}]}),
    ("session_activities", {"kind": "painted"}),
    ("session_activities", {"kind": {"$ne": ""}}),
    ("session_activities", {"subject": {"type": "task"}}),
    ("session_activities", {"subject": {"type": "task", "id": {"$ne": 1}}}),
    ("session_activities", {"concerns": "EMP004"}),
    ("session_activities", {"key": 5}),
    ("employees", {"_id": "emp004"}),
    ("employees", {"_id": "EMP004\n"}),
    ("employees", {"role": "king"}),
    ("employees", {"role": "guest"}),
    ("employees", {"email": {"$gt": ""}}),
]


@pytest.mark.parametrize(("name", "wrong"), REFUSED)
def test_validator_refuses(roll: Rollcall, name: str, wrong: dict[str, Any]) -> None:
    collection = roll.database.collection(name)
    collection.insert_one({**WHOLE[name]})
    if name == "employees":
        collection.delete_many({})
    with pytest.raises(WriteError):
        collection.insert_one({**WHOLE[name], **wrong})


@pytest.mark.parametrize("name", WHOLE)
def test_validator_asks_for_every_field(roll: Rollcall, name: str) -> None:
    schema = REGISTRATION if name == "supplier_registration" else COLLECTIONS[name]
    for field in set(schema.required) - {"_id"}:
        document = {one: value for one, value in WHOLE[name].items() if one != field}
        with pytest.raises(WriteError):
            roll.database.collection(name).insert_one(document)


def test_keys_and_places_in_the_chain_are_unique(roll: Rollcall) -> None:
    activities = roll.database.collection("session_activities")
    for unique in ({"key": "EMP004:key-1"}, {"seq": 1}):
        activities.insert_one({**ACTIVITY, "_id": ObjectId(), **unique})
        with pytest.raises(DuplicateKeyError):
            activities.insert_one({**ACTIVITY, "_id": ObjectId(), **unique})
    for _ in range(2):
        activities.insert_one({**ACTIVITY, "_id": ObjectId()})


def test_every_list_has_an_index_that_serves_it(
    database: Database, roll: Rollcall, clock: StandingClock, settings: Settings
) -> None:
    lists = [
        ("user_sessions", {"employee_id": "EMP004"}, "login_time"),
        ("user_tasks", {"employee_id": "EMP004"}, "created_at"),
        ("user_tasks", {"employee_id": "EMP004", "status": "pending"}, "created_at"),
        ("user_tasks", {"assigned_by": "EMP002", "status": "pending"}, "created_at"),
        ("session_activities", {"concerns": "EMP004"}, "at"),
        ("session_activities", {"kind": "task.assigned"}, "at"),
        ("session_activities", {"session_id": "s"}, "at"),
        ("supplier_registration", {"employee_id": "EMP004"}, "timestamp"),
        ("employees", {"manager_id": "EMP002"}, "created_at"),
        ("turns", {"conversation_id": "c"}, "at"),
    ]
    for name, query, time_field in lists:
        cursor = database.collection(name).find(query).sort([(time_field, -1), ("_id", -1)])
        plan = str(cursor.explain()["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in plan, name
        assert "'SORT'" not in plan, (name, query)
