"""`make bench-record`: what the record answers when it has 10,000, 100,000, 1,000,000 activities.

    .venv/bin/python -m bench.record [--sizes 10000,100000,1000000] [--asked 25] [--turns 20]

Starts `rollcall up` on a company of each size and asks it over HTTP, one question after the other;
the largest also while people talk to it at `--turns` turns a second, real ones, through `/chat`.
Prints tables and writes results/record.json. The exit status is 1 when a question of the largest,
asked while people talk, has a p95 over 100 ms, a turn failed, or fewer were answered than were to
be said.
Companies are kept in .rollcall-bench for the next run of the same day.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench import company
from bench.company import Seeded
from bench.dialogue import people
from bench.filling import fill
from bench.record_load import talking
from bench.record_questions import FILES, QUESTIONS, Ask, Question
from bench.rollcall_side import running_rollcall
from rollcall import Rollcall, Settings, access_tokens
from rollcall.operation.home import Home
from rollcall.settings import ROOT
from rollcall.storage.mongod import EmbeddedMongod
from rollcall.tasks import NewTask

SIZES = (10_000, 100_000, 1_000_000)
SEED = 2026
GOAL_MILLISECONDS = 100.0
FRESH = timedelta(hours=12)
KEPT = ROOT / ".rollcall-bench"
WRITERS, WRITE_SECONDS = 8, 5.0
SPEAKERS = 10
Times = dict[str, list[float]]


@dataclass
class Row:
    """What a company of one size showed: milliseconds by question, and other figures."""

    title: str
    asked: Times = field(default_factory=dict)
    files: dict[str, tuple[float, float, int]] = field(default_factory=dict)
    writes: float = 0.0
    turns: float = 0.0
    failed_turns: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.record", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--asked", type=int, default=25, help="how often each question is asked")
    parser.add_argument("--turns", type=float, default=20, help="turns a second beside the largest")
    wanted = parser.parse_args()
    sizes = sorted(int(one) for one in wanted.sizes.replace("_", "").split(","))
    print(f"seed {SEED}, load before {os.getloadavg()[0]:.1f}", flush=True)
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
            seeded = company_of(size, Path(folder))
            load = wanted.turns if size == sizes[-1] else 0
            rows += measure(Path(folder), seeded, wanted.asked, load)
    print(f"\n{table(rows)}\n\n{other_figures(rows)}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    content = json.dumps([asdict(one) for one in rows], indent=2) + "\n"
    (results / "record.json").write_text(content, encoding="utf-8")
    missed = problems(rows[-1], wanted.turns)
    for one in missed:
        print(f"missed: {one}")
    return 1 if missed else 0


def company_of(size: int, folder: Path) -> Seeded:
    """A company of that size in the home in `folder`; made anew when the one kept is old."""
    made_by = hashlib.sha256(Path(company.__file__).read_bytes()).hexdigest()[:12]
    kept = KEPT / f"{size}-{SEED}-{made_by}"
    about = kept / "seeded.json"
    if not about.is_file() or time.time() - about.stat().st_mtime > FRESH.total_seconds():
        shutil.rmtree(kept, ignore_errors=True)
        seeded = make(size, kept)
        about.write_text(json.dumps(asdict(seeded)), encoding="utf-8")
    home = Home(settings_of(folder)).prepare()
    shutil.copytree(kept / "db", home.db, dirs_exist_ok=True)
    return Seeded(**json.loads(about.read_text("utf-8")))


def settings_of(folder: Path, uri: str | None = None) -> Settings:
    """Settings of the instance in `folder`; nothing from the environment."""
    chosen = {"home": folder / "home", "demo": False, "mongodb_uri": uri}
    return Settings.model_validate(chosen)


def make(size: int, kept: Path) -> Seeded:
    """Make a company and leave its database in `kept`."""
    kept.mkdir(parents=True)
    tell = teller(f"{size:,} activities")
    with tempfile.TemporaryDirectory() as home, EmbeddedMongod(kept / "db") as server:
        chosen = settings_of(Path(home), server.uri)
        Home(chosen).prepare()
        roll = Rollcall.open(chosen)
        roll.migrate()
        seeded = fill(roll.database, size, datetime.now(UTC), SEED, tell)
        tell("indexes", 0, 1)
        roll.migrate()
        roll.figure_builder.rebuild(lambda axis, cells: tell(f"figures of {axis}", cells, cells))
        roll.close()
    print(f"\r{size:,} activities: {seeded.counts}", flush=True)
    return seeded


def teller(title: str) -> Callable[[str, int, int], None]:
    """Shows on one line how far something is."""

    def tell(what: str, done: int, whole: int) -> None:
        print(f"\r{title}: {what} {done:,} of {whole:,}    ", end="", flush=True)

    return tell


def measure(folder: Path, seeded: Seeded, asked: int, turns: float) -> list[Row]:
    """Start the instance in `folder` and ask; with `turns` a second also while people talk."""
    speakers = people(SPEAKERS)
    title = f"{seeded.activities:,}"
    with running_rollcall(folder, speakers) as side, asking(side.roll, seeded) as company_:
        quiet = Row(title)
        company_.ask(asked, quiet, teller(f"{title}, quiet"))
        company_.fetch_files(quiet)
        quiet.writes = writes(side.roll)
        if not turns:
            return [quiet]
        busy = Row(f"{title}, {turns:g} turns/s")
        with talking(side, speakers, turns) as talk:
            company_.ask(asked, busy, teller(busy.title))
            company_.fetch_files(busy)
        busy.turns, busy.failed_turns = talk.per_second, talk.failed
        return [quiet, busy]


class Asking:
    """Asks an instance as people of its company."""

    def __init__(self, roll: Rollcall, seeded: Seeded, client: httpx.Client) -> None:
        self._roll, self._seeded, self._client = roll, seeded, client
        self._dice = random.Random(SEED)  # noqa: S311 (no secret)
        self._key = Home(roll.settings).secrets.access_key
        ids = {"admin": seeded.admin, "branch admin": seeded.branch_admin,
               "manager": seeded.manager, "employee": seeded.employee}  # fmt: skip
        self._people = {role: roll.directory.of_ids([one])[one] for role, one in ids.items()}
        self._sessions = {role: roll.sessions.open(one) for role, one in self._people.items()}
        self._theirs = {
            role: [one["_id"] for one in roll.database.collection("user_sessions").find(
                {"employee_id": self._people[role].employee_id}, {"_id": 1}).limit(50)]
            for role in ids
        }  # fmt: skip

    def ask(self, asked: int, row: Row, tell: Callable[[str, int, int], None]) -> None:
        """Ask every kind of question by everybody who asks such, in turn."""
        tell("asking", 0, asked)
        for question in QUESTIONS:
            for role in question.roles:
                self._timed(question, role)  # the first of its kind, which isn't counted
        for one in range(asked):
            for question in QUESTIONS:
                for role in question.roles:
                    name = f"{question.name} · {role}"
                    row.asked.setdefault(name, []).append(self._timed(question, role))
            tell("asking", one + 1, asked)
        print(flush=True)

    def fetch_files(self, row: Row) -> None:
        """Fetch each kind of file once: milliseconds to its first byte, to its last, bytes."""
        for question in FILES:
            began = time.perf_counter()
            path = self._path(question, "admin")
            with self._client.stream("GET", path, headers=self._headers("admin")) as answer:
                answer.raise_for_status()
                pieces = answer.iter_raw()
                size, first = len(next(pieces)), time.perf_counter()
                size += sum(len(piece) for piece in pieces)
            last = time.perf_counter()
            row.files[question.name] = ((first - began) * 1000, (last - began) * 1000, size)

    def _path(self, question: Question, role: str) -> str:
        ask = Ask(self._seeded, role, datetime.now(UTC), self._dice)
        return question.path(ask).replace("{session}", self._dice.choice(self._theirs[role]))

    def _timed(self, question: Question, role: str) -> float:
        path, headers = self._path(question, role), self._headers(role)
        began = time.perf_counter()
        answer = self._client.get(path, headers=headers)
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code != httpx.codes.OK:
            sys.exit(f"{path} answers {answer.status_code} to the {role}: {answer.text[:300]}")
        return taken

    def _headers(self, role: str) -> dict[str, str]:
        session = self._sessions[role]
        token = access_tokens.issue(
            session.employee_id, session.session_id, self._key, datetime.now(UTC)
        )
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def asking(roll: Rollcall, seeded: Seeded) -> Iterator[Asking]:
    """Somebody who asks, on one kept connection."""
    url = f"http://127.0.0.1:{roll.settings.port}"
    with httpx.Client(base_url=url, timeout=120) as client:
        yield Asking(roll, seeded, client)


def writes(roll: Rollcall) -> float:
    """Tasks assigned a second by eight people at once, each with its activity and its figures."""
    writing = [f"EMP{one:06}" for one in range(WRITERS)]
    actors = [
        roll.sessions.authenticate(roll.sessions.open(one).session_id)
        for one in roll.directory.of_ids(writing).values()
    ]
    began = time.perf_counter()

    def write(number: int) -> int:
        actor, made = actors[number], 0
        while time.perf_counter() - began < WRITE_SECONDS:
            roll.tasks.assign(actor, NewTask(f"Count to {made}", str(actor.employee_id)))
            made += 1
        return made

    with ThreadPoolExecutor(WRITERS) as pool:
        made = sum(pool.map(write, range(WRITERS)))
    return made / (time.perf_counter() - began)


def percentiles(taken: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99."""
    hundredths = statistics.quantiles(taken, n=100, method="inclusive")
    return hundredths[49], hundredths[94], hundredths[98]


def table(rows: list[Row]) -> str:
    """Milliseconds of each kind of question, p50 / p95 / p99, and the largest beside the least."""
    last = [one for one in rows if not one.turns][-1]
    width = max(len(name) for name in last.asked)
    lines = [" ".join([f"{'ms (p50 / p95 / p99)':<{width}}", *(f"{one.title:>21}" for one in rows),
                       "   ratio"])]  # fmt: skip
    for name in last.asked:
        cells = ["{:.0f} / {:.0f} / {:.0f}".format(*percentiles(one.asked[name])) for one in rows]
        ratio = statistics.median(last.asked[name]) / statistics.median(rows[0].asked[name])
        lines.append(
            " ".join([f"{name:<{width}}", *(f"{one:>21}" for one in cells), f"{ratio:8.1f}"])
        )
    return "\n".join(lines)


def other_figures(rows: list[Row]) -> str:
    """Files, writes and turns."""
    lines = []
    for one in rows:
        for name, (first, whole, size) in one.files.items():
            lines.append(f"{one.title:>26}  {name}: first byte {first:.0f} ms, "
                         f"all {whole / 1000:.1f} s, {size / 1e6:.1f} MB")  # fmt: skip
        if one.writes:
            lines.append(f"{one.title:>26}  {one.writes:.0f} writes/s")
        if one.turns:
            lines.append(f"{one.title:>26}  {one.turns:.1f} turns/s answered meanwhile")
    return "\n".join(lines)


def problems(row: Row, turns: float) -> list[str]:
    """Which goals the last row misses."""
    late = {name: percentiles(taken)[1] for name, taken in row.asked.items()}
    found = [
        f"{name}: p95 {one:.0f} ms, at most {GOAL_MILLISECONDS:.0f} are wanted"
        for name, one in late.items()
        if one > GOAL_MILLISECONDS
    ]
    if turns and row.turns < 0.95 * turns:
        found.append(f"{row.turns:.1f} turns/s were answered, {turns:g} were to be said")
    if row.failed_turns:
        found.append(f"{row.failed_turns} turns failed and were said again")
    return found


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
