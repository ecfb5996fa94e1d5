"""What a plain turn costs before anything is done in it.

    .venv/bin/python -m bench.empty_turn [--rounds 3] [--turns 300]

Plays a plain turn in Rollcall and in an assistant that does nothing (`bench/empty`): the same
processes and libraries, the same calls between them, the same eight trips to MongoDB, one of them
waiting for the disk. What lies between the two is work; the rest only other processes or fewer
trips would save. One person talks; the two take turns, and a ratio is of one round.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.dialogue import PROBE, people
from bench.processes import Processes, difference
from bench.report import Spread
from bench.rollcall_side import running_rollcall
from bench.talk import Post, WrongAnswer, first_answer, ready
from bench.talk import say as say_to
from rollcall.operation.parts import BOT_PYTHON
from rollcall.operation.ports import free_port
from rollcall.operation.tied import tied, tied_environment
from rollcall.settings import ROOT
from rollcall.storage.mongod import EmbeddedMongod

WARM_UP = 50
START_SECONDS = 60
PARTS = ("web", "rasa", "actions", "mongod")
ALL, LATENCY = "together", "p50, ms"
Figures = dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.empty_turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--turns", type=int, default=300, help="turns of each side in a round")
    options = parser.parse_args()
    found: dict[Any, list[Figures]] = {rollcall: [], nothing: []}
    for number in range(options.rounds):
        print(f"\rround {number + 1} of {options.rounds}", end="", flush=True)
        for side in sorted(found, key=lambda one: one is rollcall, reverse=number % 2 == 0):
            found[side].append(measured(side, options.turns))
    print(f"\r{table(found[rollcall], found[nothing])}")
    return 0


Side = tuple[Processes, Callable[[], float]]
"""The processes, and how a turn is played: answers how many milliseconds it took."""


def measured(side: Callable[[Path], Any], turns: int) -> Figures:
    """CPU milliseconds a turn by process, their sum, and the median of what a turn took."""
    with (
        tempfile.TemporaryDirectory(prefix="rollcall-empty-") as folder,
        side(Path(folder)) as (processes, play),
    ):
        for _ in range(WARM_UP):
            play()
        before = processes.cpu_seconds()
        taken = [play() for _ in range(turns)]
        used = difference(before, processes.cpu_seconds())
    figures = {name: used[name] * 1000 / turns for name in PARTS}
    return figures | {ALL: sum(figures.values()), LATENCY: statistics.median(taken)}


@contextmanager
def rollcall(folder: Path) -> Iterator[Side]:
    """Rollcall, and somebody who asks what it can do."""
    with running_rollcall(folder, people(1)) as side, ready(side, 1) as [(conversation, dialogue)]:
        yield side.processes, lambda: say_to(side, conversation, dialogue, PROBE).milliseconds


@contextmanager
def nothing(folder: Path) -> Iterator[Side]:
    """The empty assistant; all of it is gone afterwards."""
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedMongod(folder / "db"))
        prepare(server.uri)
        web, rasa, actions = free_port(), free_port(), free_port()
        environment = os.environ | tied_environment() | {
            "EMPTY_MONGODB_URI": server.uri,
            "EMPTY_RASA_URL": f"http://127.0.0.1:{rasa}",
            "EMPTY_ACTIONS_URL": f"http://127.0.0.1:{actions}",
        }  # fmt: skip
        gunicorn = ["-m", "gunicorn", "-k", "gevent", "-b", f"127.0.0.1:{web}", "--log-level"]
        commands: Mapping[str, list[str]] = {
            "web": [sys.executable, *gunicorn, "error", "--no-control-socket", "web:app"],
            "rasa": [str(BOT_PYTHON), "rasa.py", str(rasa)],
            "actions": [sys.executable, "actions.py", str(actions)],
        }
        pids = {"mongod": server.pid}
        began = time.monotonic()
        for name, command in commands.items():
            process = subprocess.Popen(tied(command), cwd=ROOT / "bench" / "empty", env=environment)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            pids[name] = process.pid
        message = {"message": PROBE.says}
        first_answer(web, "/chat", message, began, START_SECONDS)
        post = Post(web)
        stack.callback(post.close)

        def play() -> float:
            status, answer, milliseconds = post("/chat", message)
            if status != 200 or not answer["replies"]:
                raise WrongAnswer(f"the empty assistant answers with {status} {answer}")
            return milliseconds

        yield Processes(pids), play


def prepare(uri: str) -> None:
    """The one session that everything is about, and an index as `turns` has."""
    with MongoClient[dict[str, Any]](uri) as client:
        session = {"employee_id": "EMP1000", "name": "Jane Doe", "session_status": "active"}
        for name in ("user_sessions", "chat_sessions", "locks"):
            client["empty"][name].insert_one({"_id": "session", **session})
        client["empty"]["turns"].create_index([("conversation_id", 1), ("at", -1)])


def table(ours: list[Figures], empty: list[Figures]) -> str:
    """Medians of both with their least and greatest, and the ratio round by round."""
    lines = ["| CPU ms a plain turn | Rollcall | empty | ratio |", "| --- | ---: | ---: | ---: |"]
    for name in (*PARTS, ALL, LATENCY):
        pair = [[one[name] for one in side] for side in (ours, empty)]
        ratio = [a / b for a, b in zip(*pair, strict=True) if b]
        cells = [Spread.of(one) for one in (*pair, ratio)]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {cells[2]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
