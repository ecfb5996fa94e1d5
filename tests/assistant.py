"""The real assistant for tests: a Rasa server with the trained model and the action server,
spoken to as the web server does it."""

import contextlib
import re
import secrets
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from rollcall import Principal, Rollcall, Settings
from rollcall.clock import system_clock
from rollcall.operation.home import Home
from rollcall.operation.parts import DOOR_HEADER, environment_of, parts_of
from rollcall.operation.tied import tied, tied_environment
from rollcall.settings import ROOT
from rollcall.turn_tokens import Turn, sign

START_SECONDS = 180
RECORD = re.compile(
    r"\w+_registration|user_tasks|employees|students|meetings|attendances|batches|"
    r"session_(?:completions|notes|attachments)"
)
TALKING = re.compile(r"(session|chat_session|draft)\.")

Document = dict[str, Any]


@dataclass
class Assistant:
    """Addresses and keys of a running assistant, and the folder of its own registration types."""

    url: str
    turn_key: str
    client: httpx.Client
    types: Path

    def turn(
        self,
        text: str,
        conversation_id: str,
        actor: Principal | None = None,
        *,
        kind: str = "text",
        turn_id: str | None = None,
    ) -> httpx.Response:
        """Play one turn as the web server would, whatever the answer is."""
        claims = Turn(
            turn_id=turn_id or secrets.token_hex(16),
            conversation_id=conversation_id,
            kind=kind,
            session_id=actor.session_id if actor else None,
            employee_id=actor.employee_id if actor else None,
        )
        token = sign(claims, text, self.turn_key, system_clock())
        return self.client.post(self.url, json={"turn": token, "text": text})


@dataclass
class Reply:
    """What one turn was answered, all messages together."""

    text: str
    customs: list[dict[str, Any]]
    buttons: dict[str, str]
    intent: str
    actions: list[str]

    @property
    def custom(self) -> dict[str, Any]:
        """The last structured answer."""
        return self.customs[-1]


@dataclass
class Conversation:
    """Somebody talking to the assistant."""

    assistant: Assistant
    roll: Rollcall
    actor: Principal | None = None
    conversation_id: str = field(default_factory=lambda: f"guest_{secrets.token_hex(16)}")

    def __post_init__(self) -> None:
        if self.actor and self.actor.session_id:
            self.conversation_id = self.actor.session_id

    def say(self, text: str, *, kind: str = "text") -> Reply:
        """Say something; fails the test when there is no answer."""
        response = self.assistant.turn(text, self.conversation_id, self.actor, kind=kind)
        assert response.status_code == httpx.codes.OK, f"{text!r}: {response.text}"
        answer = response.json()
        assert answer["replies"], f"no answer to {text!r}"
        return Reply(
            text="\n".join(one["text"] for one in answer["replies"]),
            customs=[one["custom"] for one in answer["replies"] if one["custom"]],
            buttons={b["title"]: b["payload"] for r in answer["replies"] for b in r["buttons"]},
            intent=answer["intent"]["name"],
            actions=answer["actions"],
        )

    def talk(self, *sentences: str) -> Reply:
        """Say things that may change nothing: the record is the same after it, to the document."""
        before = on_record(self.roll)
        reply = self.play(*sentences)
        assert on_record(self.roll) == before, f"{sentences!r} changed the record: {reply.text}"
        return reply

    def press(self, title: str, reply: Reply) -> Reply:
        """Press a button of `reply`."""
        payload = reply.buttons[title]
        # As the web server does: a sentence on a button is said, a command is pressed.
        return self.say(payload, kind="button" if payload.startswith("/") else "text")

    def play(self, *sentences: str) -> Reply:
        """Say several things; the last answer."""
        reply = None
        for sentence in sentences:
            reply = self.say(sentence)
        assert reply is not None
        return reply

    def saved(self, type_name: str) -> list[Document]:
        """The data of all registrations of a type that stand, whoever made them."""
        found = self.roll.database.collection(f"{type_name}_registration").find({}).sort("_id", 1)
        return [one["data"] for one in found if one["status"] == "active"]

    def tasks(self) -> list[Document]:
        """All tasks on record, the first first."""
        return list(self.roll.database.collection("user_tasks").find({}).sort("_id", 1))

    def answers(self) -> Document:
        """What the form that was touched last holds, saved or not."""
        [last] = self.roll.database.collection("drafts").find({}).sort("updated_at", -1).limit(1)
        answers: Document = last["answers"]
        return answers


def on_record(roll: Rollcall) -> dict[str, list[Document]]:
    """All that is on record, but what talking leaves by itself: presence, turns, drafts."""
    names = roll.database.raw.list_collection_names()
    found = {
        name: list(roll.database.collection(name).find({}).sort("_id", 1))
        for name in sorted(names)
        if RECORD.fullmatch(name)
    }
    activities = roll.database.collection("session_activities").find({}).sort("_id", 1)
    found["activities"] = [one for one in activities if not TALKING.match(one["kind"])]
    return found


def assert_sound(roll: Rollcall) -> None:
    """Nothing is on record without the activity that says who did it."""
    record = on_record(roll)
    told = {one["subject"]["id"] for one in record["activities"]}
    for name in record:
        if name == "user_tasks" or name.endswith("_registration"):
            silent = [one["_id"] for one in record[name] if str(one["_id"]) not in told]
            assert not silent, f"{name}: no activity tells of {silent}"


@contextlib.contextmanager
def running_assistant(folder: Path, mongodb_uri: str, database: str) -> Iterator[Assistant]:
    """Rasa and the action server on free ports, on an own home and database."""
    types = folder / "types"
    types.mkdir()
    settings = Settings(
        home=folder, mongodb_uri=mongodb_uri, database=database, demo=False,
        registration_types=types,
    )  # fmt: skip
    home = Home(settings).prepare()
    ports = home.choose_ports(for_web=False)
    environment = {**environment_of(home), **tied_environment()}
    with contextlib.ExitStack() as stack:
        for part in parts_of(home, None):  # type: ignore[arg-type]
            if part.name not in ("rasa", "actions"):
                continue
            log = stack.enter_context((home.logs / f"{part.name}.log").open("ab"))
            process = subprocess.Popen(
                tied(part.program.command), cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            stack.callback(_end, process)
        headers = {DOOR_HEADER: home.secrets.action_key}
        client = stack.enter_context(httpx.Client(timeout=60, headers=headers))
        rasa = f"http://127.0.0.1:{ports.rasa}/webhooks/rollcall"
        _wait_for(client, f"{rasa}/", home.logs / "rasa.log")
        _wait_for(client, f"http://127.0.0.1:{ports.actions}/health", home.logs / "actions.log")
        yield Assistant(f"{rasa}/webhook", home.secrets.turn_key, client, types)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


def _wait_for(client: httpx.Client, url: str, log: Path) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 2):
        with contextlib.suppress(httpx.HTTPError):
            if client.get(url).status_code == httpx.codes.OK:
                return
        pause.wait(0.5)
    raise AssertionError(f"{url} never answered: {log.read_text(errors='replace')[-2000:]}")
