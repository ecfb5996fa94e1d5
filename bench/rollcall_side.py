"""Rollcall as people and programs meet it: `rollcall up`, sign-in, `POST /chat`.

Limits are counted as always, but lie above what one machine can ask for: a handful of people here
say more in a minute than an office does.
"""

import http.client
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.dialogue import FIELDS, Dialogue, Dialogues, Person, Step
from bench.processes import Processes
from bench.talk import Conversation, NoAnswer, Post, Replies, Timed, WrongAnswer, first_answer
from rollcall import SYSTEM, Rollcall, Settings
from rollcall.operation.home import Home
from rollcall.operation.ports import free_port
from rollcall.operation.supervisord import Supervisord
from rollcall.operation.tied import tied, tied_environment
from rollcall.people import NewEmployee
from rollcall.settings import ROOT

START_SECONDS = 300
HIGH = 1_000_000
LIMITS = ("api", "address", "chat", "guest_chat", "guests")


class RollcallConversation:
    """Somebody signed in with a passphrase, talking with the token that this gave."""

    def __init__(self, port: int, person: Person, passphrase: str) -> None:
        self._post = Post(port)
        body = {"employee_id": person.employee_id, "passphrase": passphrase}
        status, answer, self.sign_in_milliseconds = self._post("/api/auth/login", body)
        if status != 200:
            raise WrongAnswer(f"Rollcall: {person.employee_id} can't sign in ({status})")
        self.address = answer["session_id"]
        self._headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def say(self, text: str) -> tuple[Replies, float, str | None]:
        body = {"message": text, "message_id": str(uuid4())}
        status, answer, milliseconds = self._post("/chat", body, self._headers)
        if status != http.client.OK:
            failed = status == http.client.SERVICE_UNAVAILABLE
            raise (NoAnswer if failed else WrongAnswer)(
                f"Rollcall answers {text!r} with {status} {answer}"
            )
        return answer["replies"], milliseconds, answer["turn_id"]

    def close(self) -> None:
        self._post.close()


class RollcallSide:
    """A running Rollcall with people who can sign in."""

    name = "Rollcall"

    def __init__(self, roll: Rollcall, process: int, first: float, people: list[Person]) -> None:
        self.roll = roll
        self._port = roll.settings.port
        self._passphrase = secrets.token_urlsafe(18)
        self.first_answer_seconds = first
        self.sign_in_milliseconds: list[float] = []
        self.dialogues = Dialogues(people)
        for one in people:
            roll.people.add(SYSTEM, NewEmployee(one.employee_id, one.name))
            roll.credentials.set(SYSTEM, one.employee_id, self._passphrase)
        parts = Supervisord(Home(roll.settings), []).states()
        pids = {name: state.pid for name, state in parts.items()}
        self.processes = Processes({**pids, "supervisor": process})

    def open(self, person: Person) -> RollcallConversation:
        conversation = RollcallConversation(self._port, person, self._passphrase)
        self.sign_in_milliseconds.append(conversation.sign_in_milliseconds)
        return conversation

    @staticmethod
    def problem(dialogue: Dialogue, step: Step, replies: Replies) -> str | None:
        text = "\n".join(one["text"] for one in replies)
        custom: dict[str, Any] = next((one["custom"] for one in replies if one["custom"]), {})
        kind, _, field = step.expects.partition(" ")
        match kind:
            case "granted":
                right = "Access Granted" in text and custom.get("type") == "session"
                right = right and custom["employee"]["employee_id"] == dialogue.employee_id
            case "greeting":
                right = text == f"Hello, {dialogue.name.split()[0]}. What can I do for you?"
            case "help":
                right = text.startswith("Here is what you can say:") and "supplier" in text
            case "question":
                right = custom.get("type") == "form_question" and custom["field"] == field
                right = right and not custom["problem"]
            case "summary":
                shown = {one["name"]: one["value"] for one in custom.get("fields", [])}
                right = custom.get("type") == "form_summary"
                right = right and shown == dialogue.supplier.typed()
            case "saved":
                right = custom.get("type") == "receipt"
                right = right and custom["title"] == dialogue.supplier.company_name
            case "listed":
                right = dialogue.supplier.company_name in text
            case _:
                right = text == "You're welcome."
        return None if right else f"expected is {step.expects}"

    def unrecorded(self, dialogues: Sequence[Dialogue]) -> list[str]:
        companies = [one.supplier.company_name for one in dialogues]
        collection = self.roll.database.collection("supplier_registration")
        found = list(collection.find({"data.company_name": {"$in": companies}}))
        ids = [str(one["_id"]) for one in found]
        told = self.roll.database.collection("session_activities").distinct(
            "subject.id", {"kind": "registration.created", "subject.id": {"$in": ids}}
        )
        recorded = [
            (one["employee_id"], *(one["data"].get(name) for name in FIELDS))
            for one in found
            if one["status"] == "active" and str(one["_id"]) in told
        ]
        return [
            one.supplier.company_name
            for one in dialogues
            if recorded.count((one.employee_id, *one.supplier.stored().values())) != 1
        ]

    def go_on(self, conversation: Conversation, played: int, target: int) -> int:
        """Nothing is skipped here: all turns are played."""
        return played

    def inside(self, turns: Sequence[Timed]) -> list[float]:
        ids = [one.turn_id for one in turns]
        found = self.roll.database.collection("turns").find({"_id": {"$in": ids}}, {"ms": 1})
        return [float(one["ms"]) for one in found]


@contextmanager
def running_rollcall(folder: Path, people: list[Person]) -> Iterator[RollcallSide]:
    """Start everything with `rollcall up` on an empty home; all of it is gone afterwards."""
    limits = {f"{name}_per_minute": HIGH for name in LIMITS}
    settings = Settings.model_validate(
        {"home": folder / "home", "port": free_port(), "demo": False, "mongodb_uri": None, **limits}
    )
    environment = tied_environment() | {
        "ROLLCALL_HOME": str(settings.home),
        "ROLLCALL_PORT": str(settings.port),
        "ROLLCALL_DEMO": "0",
        **{f"ROLLCALL_{name.upper()}": str(most) for name, most in limits.items()},
    }
    environment.pop("MONGODB_URI", None)
    began = time.monotonic()
    process = subprocess.Popen(
        tied([sys.executable, "-m", "rollcall.cli", "up"]),
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        answer, first = first_answer(
            settings.port, "/chat", {"message": "hello"}, began, START_SECONDS
        )
        if not answer["replies"][0]["text"].startswith("Hello"):
            raise WrongAnswer(f"Rollcall answers 'hello' with {answer!r}")
        roll = Rollcall.open(settings)
        try:
            yield RollcallSide(roll, process.pid, first, people)
        finally:
            roll.close()
    finally:
        process.terminate()
        process.wait()
