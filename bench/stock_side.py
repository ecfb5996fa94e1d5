"""A stock Rasa assistant: `rasa run` with the REST channel, MongoTrackerStore and the default lock
store, and rasa-sdk's own action server, all of it from Rasa's environment, on a mongod like ours.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from pymongo import MongoClient

from bench.dialogue import FIELDS, PROBE, TURNS, Dialogue, Dialogues, Person, Step
from bench.processes import Processes
from bench.stock_model import QUIET, STOCK, stock_model
from bench.talk import Conversation, Post, Replies, Timed, WrongAnswer, first_answer
from rollcall.operation.parts import BOT_PYTHON
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.storage.mongod import EmbeddedMongod

START_SECONDS = 300
WORTH_SKIPPING = 300
WEBHOOK = "/webhooks/rest/webhook"


class StockConversation:
    """Somebody talking under a sender id of their own; whoever knows it can."""

    def __init__(self, port: int) -> None:
        self.address = uuid4().hex
        self._post = Post(port)

    def say(self, text: str) -> tuple[Replies, float, str | None]:
        body = {"sender": self.address, "message": text}
        status, replies, milliseconds = self._post(WEBHOOK, body)
        if status != 200:
            raise WrongAnswer(f"stock answers {text!r} with {status} {replies}")
        return replies, milliseconds, None

    def close(self) -> None:
        self._post.close()


class StockSide:
    """A running stock assistant with employees it knows."""

    name = "stock"

    def __init__(
        self, port: int, database: Any, pids: dict[str, int], first: float, people: list[Person]
    ) -> None:
        self._port = port
        self._database = database
        self.processes = Processes(pids)
        self.first_answer_seconds = first
        self.sign_in_milliseconds: list[float] = []  # it has no passphrases
        self.dialogues = Dialogues(people)
        self._database.employees.insert_many(
            [{"_id": one.employee_id, "name": one.name, "role": "employee"} for one in people]
        )

    def open(self, person: Person) -> StockConversation:
        return StockConversation(self._port)

    @staticmethod
    def problem(dialogue: Dialogue, step: Step, replies: Replies) -> str | None:
        said = responses()
        text = "\n".join(one.get("text", "") for one in replies)
        stored = dialogue.supplier.stored()
        kind, _, field = step.expects.partition(" ")
        match kind:
            case "granted":
                expected = (
                    "Access Granted - Session Active\n"
                    f"Welcome, {dialogue.name} (employee)\nEmployee ID: {dialogue.employee_id}"
                )
            case "greeting":
                expected = said["utter_greet"]
            case "help":
                expected = said["utter_help"]
            case "question":
                expected = said[f"utter_ask_{field}"]
            case "summary":
                expected = said["utter_ask_confirm"].format(**stored)
            case "saved":
                saved = f"Saved: supplier {stored['company_name']}. Reference "
                return None if text.startswith(saved) else f"expected is {saved!r}"
            case "listed":
                listed = f"• {stored['company_name']} ({stored['category']})"
                return None if listed in text.splitlines() else f"expected is {listed!r}"
            case _:
                expected = said["utter_thanks"]
        return None if text == expected else f"expected is {expected!r}"

    def unrecorded(self, dialogues: Sequence[Dialogue]) -> list[str]:
        companies = [one.supplier.company_name for one in dialogues]
        found = self._database.suppliers.find({"company_name": {"$in": companies}})
        recorded = [(one["employee_id"], *(one[name] for name in FIELDS)) for one in found]
        return [
            one.supplier.company_name
            for one in dialogues
            if recorded.count((one.employee_id, *one.supplier.stored().values())) != 1
        ]

    def go_on(self, conversation: Conversation, played: int, target: int) -> int:
        """Repeat a dialogue's events, as the tracker store wrote them, in its document.

        What the store then reads, and the policies see, is what they would after that many
        turns; to play some 900 turns of half a second each would tell no more.
        """
        if target - played < WORTH_SKIPPING:
            return played
        stored = self._database.conversations.find_one({"sender_id": conversation.address})
        longer = lengthened(stored["events"], played, target - 2)
        self._database.conversations.update_one(
            {"_id": stored["_id"]}, {"$set": {"events": longer}}
        )
        return target - 2

    def inside(self, turns: Sequence[Timed]) -> list[float]:
        """Nothing: there is no web server in front of it."""
        return []


@cache
def responses() -> dict[str, str]:
    """What the domain has it say, by name."""
    domain = yaml.safe_load((STOCK / "domain.yml").read_text("utf-8"))
    return {name: texts[0]["text"] for name, texts in domain["responses"].items()}


def lengthened(events: list[dict[str, Any]], played: int, turns: int) -> list[dict[str, Any]]:
    """Events of a conversation of `turns` turns, out of those of one that was `played`: its first
    dialogue again and again, and small talk for what is left over.

    Raises `WrongAnswer` when there are not as many turns in it as were played.
    """
    begins = [number for number, one in enumerate(events) if one["event"] == "user"]
    if len(begins) != played:
        raise WrongAnswer(f"stock has stored {len(begins)} turns of {played}")
    first = next(one for one, at in enumerate(begins) if events[at]["text"] != PROBE.says)
    dialogue = events[begins[first] : begins[first + TURNS]]
    probe = events[begins[0] : begins[1]]
    wholes, rest = divmod(turns - played, TURNS)
    at = begins[first]
    return [*events[:at], *dialogue * wholes, *probe * rest, *events[at:]]


@contextmanager
def running_stock(folder: Path, people: list[Person]) -> Iterator[StockSide]:
    """Start mongod, Rasa and the action server; all of it is gone afterwards."""
    model = stock_model()
    port, actions = free_port(), free_port()
    with ExitStack() as stack:
        began = time.monotonic()
        server = stack.enter_context(EmbeddedMongod(folder / "db"))
        # A plain address: on a replica set MongoDB's own defaults already mean majority and
        # journal, as Rollcall's address says in words.
        uri = f"mongodb://127.0.0.1:{server.port}"
        environment = {
            **os.environ, **QUIET, **tied_environment(),
            "STOCK_MONGODB_URI": uri,
            "STOCK_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        }  # fmt: skip
        rasa = [str(BOT_PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1"]
        rasa += ["--port", str(port), "--model", str(model)]
        rasa += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
        sdk = [str(BOT_PYTHON), "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions)]
        pids = {"mongod": server.pid}
        for name, command in (("rasa", rasa), ("actions", sdk)):
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                tied(command), cwd=STOCK, env=environment, stdout=log, stderr=log
            )
            stack.callback(_end, process)
            pids[name] = process.pid
        hello = {"sender": "first", "message": "hello"}
        answer, first = first_answer(port, WEBHOOK, hello, began, START_SECONDS)
        client: MongoClient[dict[str, Any]] = stack.enter_context(MongoClient(uri))
        side = StockSide(port, client["stock"], pids, first, people)
        if problem := side.problem(_nobody(people), Step("plain", "hello", "greeting"), answer):
            raise WrongAnswer(f"stock answers 'hello' with {answer!r}: {problem}")
        _wait_for_actions(folder / "actions.log", actions)
        yield side


def _nobody(people: list[Person]) -> Dialogue:
    return Dialogues(people).next()


def _wait_for_actions(log: Path, port: int) -> None:
    """Wait for rasa-sdk's server, which small talk does not need."""
    pause = threading.Event()
    for _ in range(START_SECONDS * 10):
        post = Post(port)
        try:
            post("/webhook", {})
            return
        except OSError:
            pause.wait(0.1)
        finally:
            post.close()
    sys.exit(f"the stock action server never answered: {log.read_text('utf-8')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)
