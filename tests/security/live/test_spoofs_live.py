"""A sample of the spoofs through the whole system: web, Rasa, actions, record."""

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rollcall import Principal
from rollcall.tasks import NewTask, Task
from tests.security import spoofs
from tests.security.live.conftest import Target

EVERY = 7
RASAS_OWN = {"action_restart", "action_back", "action_session_start", "action_deactivate_loop"}
UNREADABLE = 422
PRESENCE = "^(session|chat)"


def fresh(target: Target, employee_id: str) -> Principal:
    """Somebody in a conversation that has just begun."""
    employee = target.roll.directory.find(employee_id)
    assert employee
    session = target.roll.sessions.open(employee)
    return target.roll.sessions.authenticate(session.session_id)


def say(client: httpx.Client, text: str) -> list[dict[str, Any]]:
    """The replies to a message; none when nothing is left of it to be answered."""
    turn = secrets.token_hex(8)
    answer = client.post("/chat", json={"message": text, "message_id": turn})
    assert answer.status_code in (200, UNREADABLE), (text, answer.text)
    replies: list[dict[str, Any]] = answer.json().get("replies", [])
    return replies


@pytest.fixture(scope="module")
def prey(target: Target) -> Task:
    """A task of the outsider, which the employee has no business with."""
    return target.roll.tasks.assign(target.cast.outsider, NewTask("Water the plants", "EMP005"))


@pytest.fixture(scope="module")
def sample(prey: Task, target: Target) -> list[str]:
    """One in seven of the typed spoofs, aimed at things that exist."""
    draft = target.roll.drafts.begin_registration(target.cast.admin, "supplier", "").draft
    return spoofs.typed(prey.task_id, draft.draft_id)[::EVERY]


@pytest.fixture
def record(target: Target) -> Iterator[None]:
    """Nothing but that people are here comes on record while the test runs."""
    query = {"kind": {"$not": {"$regex": PRESENCE}}}
    before = target.count("session_activities", **query)
    yield
    assert target.count("session_activities", **query) == before


def test_no_typed_spoof_is_obeyed(
    target: Target, sample: list[str], prey: Task, record: None
) -> None:
    assert len(sample) > 130
    for text in sample:
        actor = fresh(target, "EMP004")
        with target.client(actor) as client:
            replies = say(client, text)
            for reply in replies:
                custom = reply["custom"] or {}
                assert custom.get("type") != "receipt", (text, reply)
                # Who asks who they are is told that they are themselves.
                shown = custom.get("employee") or {"employee_id": "EMP004"}
                assert shown["employee_id"] == "EMP004", (text, reply)
            me = client.get("/api/auth/me")
            if me.status_code == 200:
                assert me.json()["employee"]["employee_id"] == "EMP004"
            else:
                # "sign out" in words is one's own to say; nobody else is signed in by it.
                assert me.json()["error"]["code"] == "session_ended", text
    ran = {
        action
        for turn in target.roll.database.collection("turns").find({"employee_id": "EMP004"})
        for action in turn.get("actions", [])
    }
    assert ran
    assert not ran & RASAS_OWN
    assert target.roll.tasks.get(target.cast.outsider, prey.task_id).status == "pending"
    assert target.count("drafts", employee_id="EMP001", form="registration") == 1


def test_no_typed_spoof_makes_somebody_of_a_guest(
    target: Target, sample: list[str], record: None
) -> None:
    for text in sample[::3]:
        with target.client() as client:
            for reply in say(client, text):
                assert (reply["custom"] or {}).get("type") in (None, "sign_in"), (text, reply)
            assert client.get("/api/auth/me").status_code == 401
            history = client.get("/chat/history").json()
            assert history["employee_id"] is None


def test_a_button_works_for_whom_it_was_issued_and_for_nobody_else(target: Target) -> None:
    owner = fresh(target, "EMP003")
    task = target.roll.tasks.assign(owner, NewTask("Sharpen pencils", "EMP003"))
    with target.client(owner) as client:
        [reply] = say(client, "my tasks")
        [issued] = [one["payload"] for one in reply["buttons"] if "Start" in one["title"]]
        for text in spoofs.buttons(issued)[::4]:
            with target.client(fresh(target, "EMP004")) as thief:
                say(thief, text)
        with target.client() as passer_by:
            say(passer_by, issued)
        assert target.roll.tasks.get(owner, task.task_id).status == "pending"
        say(client, issued)
        assert target.roll.tasks.get(owner, task.task_id).status == "in_progress"
