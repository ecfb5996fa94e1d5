"""`make bench-realtime`: a thousand viewers of a meeting that a thousand people join in a minute.

    .venv/bin/python -m bench.realtime [--viewers N] [--people N] [--seconds N]

People register over HTTP, each with a sign-in of their own; the viewers are on the list of the
meeting and hear by Socket.IO who comes. Measured is the time from the moment an activity is made
(before its transaction is committed) to its arrival, all on one clock. Afterwards the same again
with a quarter of the people, and the web server's process killed in the middle: who was on their
way in tries again, viewers come back, and what everybody has seen is compared with the database.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from bench.web import BenchWeb, bench_web, wait_until_alive
from rollcall import SYSTEM, Principal, Role, access_tokens
from rollcall.meetings import Meeting, NewMeeting
from rollcall.operation.tied import tied, tied_environment
from rollcall.people import NewEmployee
from rollcall.settings import ROOT

GOAL_MILLISECONDS, GOAL_MEGABYTES = 100.0, 200.0
INVITED = 200
JOINING = 8
SETTLE_SECONDS = 60
TRIES = 60


class Viewers:
    """The process that plays them."""

    def __init__(self, web: BenchWeb) -> None:
        command = [sys.executable, "-m", "bench.viewers", "127.0.0.1", str(web.port)]
        self._process = subprocess.Popen(
            tied(command), cwd=ROOT, text=True, env=tied_environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.process = psutil.Process(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def connect(self, tokens: list[str]) -> None:
        """One viewer a token; returns when all are there."""
        self._ask({"connect": tokens})

    def report(self) -> dict[str, Any]:
        """What was heard since the report before."""
        return self._ask({"report": True})

    def until_heard(self, count: int) -> dict[str, Any]:
        """The report when everybody has heard of `count` people, at last after a minute."""
        deadline, pause = time.monotonic() + SETTLE_SECONDS, threading.Event()
        milliseconds: list[float] = []
        while True:
            report = self.report()
            milliseconds += report["milliseconds"]
            if min(report["heard"]) >= count or time.monotonic() > deadline:
                return {**report, "milliseconds": milliseconds}
            pause.wait(0.5)

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the viewers were not started")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("viewers", 1000), ("people", 1000), ("seconds", 60)):
        parser.add_argument(f"--{name}", type=int, default=default)
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder,
        bench_web(Path(folder)) as web,
        Viewers(web) as viewers,
    ):
        figures = measure(web, viewers, wanted.viewers, wanted.people, wanted.seconds)
    for name, value in figures.items():
        print(f"{name:<34} {value:>10}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    content = json.dumps(figures, indent=2) + "\n"
    (results / "realtime.json").write_text(content, encoding="utf-8")
    whole = figures["events_missed"] == 0 and figures["viewers_unlike_database_after_kill"] == 0
    soon = figures["insert_to_client_p95_ms"] <= GOAL_MILLISECONDS
    return 0 if whole and soon and figures["web_megabytes"] <= GOAL_MEGABYTES else 1


def measure(
    web: BenchWeb, viewers: Viewers, watching: int, people: int, seconds: int
) -> dict[str, Any]:
    """All figures."""
    print(f"load before: {os.getloadavg()[0]:.1f}", flush=True)
    host, watchers, joining = company(web, people + people // 4)
    meeting = web.roll.meetings.create(host, NewMeeting("All hands", invited=tuple(watchers)))
    tokens = [*watchers.values()]
    viewers.connect([tokens[number % len(tokens)] for number in range(watching)])
    first, others = joining[:people], joining[people:]

    processor = Processor(web, viewers)
    answered = come_in(web, meeting, first, seconds)
    megabytes, busy = web.megabytes(), processor.per_cent()
    calm = viewers.until_heard(people)

    killed = threading.Timer(seconds / 8, web.workers()[0].kill)
    killed.start()
    come_in(web, meeting, others, seconds // 4)
    killed.join()
    wait_until_alive(web.url)
    after = viewers.until_heard(len(joining))
    kept = {
        str(one["_id"])
        for one in web.roll.database.collection("participants").find({"joins": {"$gt": 0}})
    }
    late = statistics.quantiles(calm["milliseconds"], n=100)
    return {
        "viewers": watching,
        "people": people,
        "events_expected": watching * people,
        "events_missed": sum(people - one for one in calm["heard"]),
        "events_repeated": calm["repeated"],
        "insert_to_client_p50_ms": round(late[49], 1),
        "insert_to_client_p95_ms": round(late[94], 1),
        "insert_to_client_p99_ms": round(late[98], 1),
        "join_p50_ms": round(statistics.median(answered) * 1000, 1),
        "join_p95_ms": round(statistics.quantiles(answered, n=20)[-1] * 1000, 1),
        "web_megabytes": round(megabytes, 1),
        **busy,
        "came_back_after_kill": after["connections"] - watching,
        "heard_repeated_after_kill": after["repeated"] - calm["repeated"],
        "viewers_unlike_database_after_kill": sum(one != len(kept) for one in after["heard"])
        if set(after["ids"]) <= kept
        else watching,
        "load": round(os.getloadavg()[0], 1),
    }


class Processor:
    """How busy the machine is from now on, and with what."""

    def __init__(self, web: BenchWeb, viewers: Viewers) -> None:
        self._watched = {
            "web": web.workers(),
            "mongod": [web.database],
            "viewers": [viewers.process],
            "joining": [psutil.Process()],
        }
        for one in chain(*self._watched.values()):
            one.cpu_percent()
        psutil.cpu_percent()

    def per_cent(self) -> dict[str, float]:
        """Of one core for each part, of all cores for the machine."""
        parts = {
            f"{name}_cpu_per_cent": round(sum(one.cpu_percent() for one in those), 0)
            for name, those in self._watched.items()
        }
        return {**parts, "machine_cpu_per_cent": round(psutil.cpu_percent(), 0)}


def company(web: BenchWeb, people: int) -> tuple[Principal, dict[str, str], list[str]]:
    """A host, tokens of those who are invited by id, and of those who will join."""

    def hire(number: int, role: Role = Role.EMPLOYEE) -> tuple[str, str]:
        new = NewEmployee(f"EMP{number:05}", f"Person {number}", role=role)
        employee, _ = web.roll.people.add(SYSTEM, new)
        return employee.employee_id, web.roll.sessions.open(employee).session_id

    _, session_id = hire(0, Role.ADMIN)
    with ThreadPoolExecutor(JOINING) as pool:
        hired = list(pool.map(hire, range(1, INVITED + people + 1)))
    now = web.roll.clock()
    tokens = {one: access_tokens.issue(one, sid, web.access_key, now) for one, sid in hired}
    watchers = dict(list(tokens.items())[: INVITED - 1])
    return web.roll.sessions.authenticate(session_id), watchers, list(tokens.values())[INVITED:]


def come_in(web: BenchWeb, meeting: Meeting, tokens: list[str], seconds: float) -> list[float]:
    """Let everybody join within `seconds`, at even distances; how long each answer took."""
    began = time.monotonic()

    def join(numbered: tuple[int, str]) -> float:
        number, token = numbered
        due = began + number * seconds / len(tokens)
        threading.Event().wait(max(0.0, due - time.monotonic()))
        return register(client, meeting, token)

    with httpx.Client(base_url=web.url, timeout=30) as client, ThreadPoolExecutor(JOINING) as pool:
        return list(pool.map(join, enumerate(tokens)))


def register(client: httpx.Client, meeting: Meeting, token: str) -> float:
    """Join; while nobody answers, again with the same key."""
    body = {"meetingId": meeting.code, "participantData": {"device": "Desktop"}}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": token[-24:]}
    for _ in range(TRIES):
        began = time.monotonic()
        try:
            answer = client.post("/api/user-sessions/join-meeting", json=body, headers=headers)
            if answer.status_code == httpx.codes.OK:
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        threading.Event().wait(0.25)
    sys.exit("somebody could not join")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
