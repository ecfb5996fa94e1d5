"""Two of everything, one replica set: fifty conversations whose turns hop between the servers go
on while a primary steps down and one server of each kind is killed.

Two homes with the keys of one, as docs/scaling.md describes it. Both supervisors are real, so what
is killed comes back.
"""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo.errors import PyMongoError

from bench.dialogue import Dialogue, Dialogues, people
from bench.rollcall_side import RollcallSide
from rollcall import SYSTEM, Rollcall, RollcallError, Settings
from rollcall.access_tokens import issue
from rollcall.operation.home import Home, Ports
from rollcall.operation.parts import DOOR_HEADER
from rollcall.operation.ports import free_port
from rollcall.people import NewEmployee
from tests.faults.replica_set import ReplicaSet, replica_set
from tests.faults.running import START_SECONDS, Running, none_left, wait_until

CONVERSATIONS = 50
AT_ONCE = 6
TRY_SECONDS = 150
HIGH = "1000000"
# What a person is asked to send again: nothing of it was lost, and nothing was done twice.
AGAIN = (409, 500, 502, 503)


class Cluster:
    """Two running instances on one replica set, and the record they share."""

    def __init__(self, members: ReplicaSet, instances: list[Running], roll: Rollcall) -> None:
        self.members, self.instances, self.roll = members, instances, roll

    def kill(self, which: int, part: str) -> None:
        """kill -9, with the processes that it has started."""
        instance = self.instances[which]
        found = wait_until(lambda: instance.parts().get(part), f"{part} runs")
        processes = [found, *found.children(recursive=True)]
        for one in processes:
            one.kill()
        wait_until(lambda: none_left(processes), f"{part} is gone")


class Talk:
    """One person's conversation: each turn goes to the other web server, and is sent again under
    its id until there is an answer."""

    def __init__(self, cluster: Cluster, dialogue: Dialogue, key: str) -> None:
        roll = cluster.roll
        employee, _ = roll.people.add(SYSTEM, NewEmployee(dialogue.employee_id, dialogue.name))
        self.session_id = roll.sessions.open(employee).session_id
        token = issue(dialogue.employee_id, self.session_id, key, roll.clock())
        self.dialogue = dialogue
        self.said: list[str] = []
        self._headers = {"Authorization": f"Bearer {token}"}
        self._ports = [one.port for one in cluster.instances]
        self._tries = count()

    def play(self, progress: "Progress") -> None:
        """Say everything; every answer has to be the right one."""
        with httpx.Client(timeout=60, headers=self._headers) as client:
            for step in self.dialogue.steps():
                replies = self._say(client, step.says)
                problem = RollcallSide.problem(self.dialogue, step, replies)
                assert problem is None, f"{step.says!r} was answered {replies}: {problem}"
                progress.add()

    def _say(self, client: httpx.Client, text: str) -> list[dict[str, Any]]:
        body = {"message": text, "message_id": str(uuid4())}
        self.said.append(body["message_id"])

        def answered() -> list[dict[str, Any]] | None:
            port = self._ports[next(self._tries) % len(self._ports)]
            try:
                answer = client.post(f"http://127.0.0.1:{port}/chat", json=body)
            except httpx.TransportError:
                return None
            if answer.status_code in AGAIN:
                return None
            assert answer.status_code == httpx.codes.OK, f"{text!r}: {answer.text}"
            replies: list[dict[str, Any]] = answer.json()["replies"]
            return replies

        found: list[dict[str, Any]] = wait_until(answered, f"{text!r} is answered", TRY_SECONDS)
        return found


def is_prepared(roll: Rollcall) -> bool:
    """Apply the migrations; False when the members are too busy to agree in time."""
    try:
        roll.migrate()
    except (RollcallError, PyMongoError):
        return False
    return True


def takes_turns(home: Path, ports: Ports) -> bool:
    """Whether the Rasa server of these ports has its model loaded."""
    key = Home(Settings(home=home)).secrets.action_key
    url = f"http://127.0.0.1:{ports.rasa}/webhooks/rollcall/"
    try:
        return httpx.get(url, headers={DOOR_HEADER: key}).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


class Progress:
    """How many turns were answered by now."""

    def __init__(self) -> None:
        self._turns = 0
        self._changed = threading.Condition()

    def add(self) -> None:
        with self._changed:
            self._turns += 1
            self._changed.notify_all()

    def reaches(self, turns: int, seconds: float) -> bool:
        """Wait for so many; False when it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._turns >= turns, seconds)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        members = stack.enter_context(replica_set(tmp_path))
        homes = [tmp_path / name / "home" for name in ("first", "second")]
        settings = [
            Settings(home=home, port=free_port(), demo=False, mongodb_uri=members.uri)
            for home in homes
        ]
        ports = []
        for one in settings:
            home = Home(one).prepare()
            if one is not settings[0]:
                shutil.copy(Home(settings[0]).secrets_file, home.secrets_file)
            ports.append(home.choose_ports())
        roll = Rollcall.open(settings[0])
        stack.callback(roll.close)
        # Forty new collections on three members: both instances find them made.
        wait_until(lambda: is_prepared(roll), "the record is prepared", START_SECONDS)
        shared = {
            "MONGODB_URI": members.uri,
            "ROLLCALL_DEMO": "0",
            "ROLLCALL_RASA_URLS": " ".join(f"http://127.0.0.1:{one.rasa}" for one in ports),
            "ROLLCALL_ACTIONS_URLS": " ".join(f"http://127.0.0.1:{one.actions}" for one in ports),
            "ROLLCALL_API_PER_MINUTE": HIGH,
            "ROLLCALL_ADDRESS_PER_MINUTE": HIGH,
            "ROLLCALL_CHAT_PER_MINUTE": HIGH,
        }
        only = [{}, {"ROLLCALL_PARTS": "rasa actions web"}]
        instances = []
        for home, one, more in zip(homes, settings, only, strict=True):
            instance = Running(home, one.port, **shared, **more)
            stack.callback(instance.stop)
            instances.append(instance)
        for instance, own in zip(instances, ports, strict=True):
            instance.wait_until_healthy(2 * START_SECONDS)
            # One Rasa server that answers is enough for /health: here both have to.
            wait_until(lambda own=own: takes_turns(homes[0], own), "it takes turns", START_SECONDS)
        yield Cluster(members, instances, roll)


def test_fifty_conversations_outlive_the_end_of_one_server_of_each_kind(cluster: Cluster) -> None:
    dialogues = Dialogues(people(CONVERSATIONS))
    key = Home(cluster.roll.settings).secrets.access_key
    talks = [Talk(cluster, dialogues.next(), key) for _ in range(CONVERSATIONS)]
    faults = [
        cluster.members.step_down,
        lambda: cluster.kill(0, "rasa"),
        lambda: cluster.kill(1, "actions"),
        lambda: cluster.kill(0, "web"),
        lambda: cluster.kill(0, "worker"),
    ]
    progress = Progress()
    turns = sum(len(one.dialogue.steps()) for one in talks)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        played = [threads.submit(one.play, progress) for one in talks]
        for number, fault in enumerate(faults, start=1):
            there = progress.reaches(turns * number // (len(faults) + 1), TRY_SECONDS)
            for one in played:
                if one.done():
                    one.result()  # what went wrong says more than that nothing goes on
            assert there, f"no more answers before fault {number}"
            fault()
        for one in played:
            one.result()
    hold_to_the_record(cluster, talks)
    for instance in cluster.instances:
        logs = instance.home / "logs"
        assert '"message": "turn"' in (logs / "rasa.log").read_text("utf-8")
        assert '"message": "action"' in (logs / "actions.log").read_text("utf-8")


def hold_to_the_record(cluster: Cluster, talks: list[Talk]) -> None:
    """What was acknowledged is there, once, and nothing else is."""
    roll = cluster.roll
    registrations = list(roll.database.collection("supplier_registration").find())
    stored = sorted((one["employee_id"], one["data"]["company_name"]) for one in registrations)
    dialogues = [one.dialogue for one in talks]
    assert stored == sorted((one.employee_id, one.supplier.company_name) for one in dialogues)
    data = {one["employee_id"]: one["data"] for one in registrations}
    for one in dialogues:
        assert one.supplier.stored().items() <= data[one.employee_id].items()

    activities = roll.database.collection("session_activities")
    created = [one["subject"]["id"] for one in activities.find({"kind": "registration.created"})]
    assert sorted(created) == sorted(str(one["_id"]) for one in registrations)
    unfinished = {"state": {"$in": ["open", "parked"]}}
    assert roll.database.collection("drafts").count_documents(unfinished) == 0

    for talk in talks:
        query = {"conversation_id": talk.session_id}
        kept = list(roll.database.collection("turns").find(query))
        assert {one["_id"] for one in kept} == set(talk.said)
        assert {one["state"] for one in kept} == {"answered"}
        assert heard(roll, talk.session_id) == talk.said

    # The worker that was killed is back, and seals what the others wrote meanwhile.
    unsealed = {"seq": {"$exists": False}}
    wait_until(lambda: not activities.count_documents(unsealed), "all activities are sealed")
    verdict = roll.audit.verify()
    assert (verdict.broken_at, verdict.checked) == (None, activities.count_documents({}))


def heard(roll: Rollcall, conversation: str) -> list[str]:
    """The ids of the messages in a conversation, in their order."""
    turns = roll.database.collection("conversation_turns")
    found = turns.find({"_id.conversation": conversation}).sort("_id.turn", 1)
    events = [event for turn in found for event in turn["events"]]
    return [one["message_id"] for one in events if one["event"] == "user"]
