"""Talking to an assistant over HTTP as fast as it answers, and holding each answer to what is
expected."""

import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bench.dialogue import Dialogue, Dialogues, Person, Step
from bench.processes import Processes

ANSWER_SECONDS = 120
LOOK_SECONDS = 0.05

Replies = list[dict[str, Any]]


class WrongAnswer(Exception):
    """An assistant said or stored something else than it has to. Figures would mean nothing."""


class NoAnswer(WrongAnswer):
    """An assistant said that it can't answer now. Nothing of the turn was kept."""


@dataclass(frozen=True)
class Timed:
    """A turn: its kind, how long it took in milliseconds, and its id where the side gives one."""

    kind: str
    milliseconds: float
    turn_id: str | None


class Conversation(Protocol):
    """One person's way to an assistant, signed in as far as that is not done in words.

    `address` is what the assistant knows the conversation by.
    """

    address: str

    def say(self, text: str) -> tuple[Replies, float, str | None]:
        """The replies, the milliseconds from the first byte out to the last byte in, the id."""

    def close(self) -> None: ...


class Side(Protocol):
    """A running assistant."""

    name: str
    processes: Processes
    first_answer_seconds: float
    sign_in_milliseconds: list[float]
    dialogues: Dialogues

    def open(self, person: Person) -> Conversation: ...

    def problem(self, dialogue: Dialogue, step: Step, replies: Replies) -> str | None:
        """What is wrong with the answer to a step; None when it is right."""

    def unrecorded(self, dialogues: Sequence[Dialogue]) -> list[str]:
        """The companies that are not on record exactly once, with all fields and by whom."""

    def go_on(self, conversation: Conversation, played: int, target: int) -> int:
        """Make a conversation of `played` turns longer without playing it, up to before turn
        `target`, where playing takes minutes; answers how many turns it has now."""

    def inside(self, turns: Sequence[Timed]) -> list[float]:
        """Milliseconds that the assistant behind the web server took for each, where known."""


def play(side: Side, conversation: Conversation, dialogue: Dialogue) -> list[Timed]:
    """Say a whole dialogue. Raises `WrongAnswer`."""
    return [say(side, conversation, dialogue, step) for step in dialogue.steps()]


def say(side: Side, conversation: Conversation, dialogue: Dialogue, step: Step) -> Timed:
    """Say one thing and check the answer. Raises `WrongAnswer`."""
    replies, milliseconds, turn_id = conversation.say(step.says)
    problem = side.problem(dialogue, step, replies)
    if problem is not None:
        raise WrongAnswer(f"{side.name} answers {step.says!r} with {replies!r}: {problem}")
    return Timed(step.kind, milliseconds, turn_id)


@dataclass(frozen=True)
class Load:
    """What came of some dialogues that were played at once."""

    turns: list[Timed]
    seconds: float

    def milliseconds(self, kind: str) -> list[float]:
        return [one.milliseconds for one in self.turns if one.kind == kind]


@contextmanager
def ready(side: Side, number: int) -> Iterator[list[tuple[Conversation, Dialogue]]]:
    """That many people, each signed in where that takes a passphrase, with what they will say."""
    found = []
    try:
        for _ in range(number):
            dialogue = side.dialogues.next()
            speaker = Person(dialogue.employee_id, dialogue.name)
            found.append((side.open(speaker), dialogue))
        yield found
    finally:
        for conversation, _ in found:
            conversation.close()


def load(side: Side, concurrency: int, waiting: Sequence[tuple[Conversation, Dialogue]]) -> Load:
    """Play all of `waiting`, that many at any time. Raises `WrongAnswer`, also for the record."""
    began = time.perf_counter()
    with ThreadPoolExecutor(concurrency) as pool:
        parts = list(pool.map(lambda one: play(side, *one), waiting))
    seconds = time.perf_counter() - began
    hold_to_the_record(side, [dialogue for _, dialogue in waiting])
    return Load([one for part in parts for one in part], seconds)


def hold_to_the_record(side: Side, dialogues: Sequence[Dialogue]) -> None:
    """Look up what was said to be saved. Raises `WrongAnswer`."""
    missing = side.unrecorded(dialogues)
    if missing:
        raise WrongAnswer(f"{side.name} has not recorded as it should: {', '.join(missing)}")


class Post:
    """A kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)

    def __call__(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, float]:
        """Status, JSON and milliseconds. Raises `OSError` or `HTTPException` without an answer."""
        content = json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        began = time.perf_counter()
        self._connection.request("POST", path, content, sent)
        answer = self._connection.getresponse()
        raw = answer.read()
        milliseconds = (time.perf_counter() - began) * 1000
        is_json = (answer.getheader("Content-Type") or "").startswith("application/json")
        return answer.status, json.loads(raw) if is_json else None, milliseconds

    def close(self) -> None:
        self._connection.close()


def first_answer(
    port: int, path: str, body: Mapping[str, Any], began: float, patience: float
) -> tuple[Any, float]:
    """Ask until there is an answer; it, and the seconds since `began` (of `time.monotonic`).

    Raises `TimeoutError`.
    """
    pause = threading.Event()
    while time.monotonic() - began < patience:
        post = Post(port)
        try:
            status, answer, _ = post(path, body)
            if status == http.client.OK and answer:
                return answer, time.monotonic() - began
        except (OSError, http.client.HTTPException):
            pass
        finally:
            post.close()
        pause.wait(LOOK_SECONDS)
    raise TimeoutError(f"nothing answered on port {port} within {patience:.0f} s")
