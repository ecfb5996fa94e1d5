"""Replay a meeting in Zoom of a thousand people to the webhook, out of order and with repeats.

    .venv/bin/python -m bench.zoom_replay [--people N]

Every event is signed as Zoom signs it; one in twenty is delivered twice, and those of half a second
in any order, eight at a time. Half of the people are known by their address. Prints how fast it is
taken in, and fails when what is on record afterwards is not what was sent.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.web import BenchWeb, bench_web
from rollcall import SYSTEM
from rollcall.clock import iso
from rollcall.meetings.zoom_events import signed
from rollcall.people import NewEmployee
from rollcall.settings import ROOT

SECRET = "a-secret-token-for-the-bench"  # noqa: S105
NUMBER, UUID = "97763643886", "u8Z0rLrzQ5y7aZ0bA/3xkQ=="
DELIVERING = 8
ONE_REPEATED_IN = 20
SHUFFLED = 16
Event = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    people = parser.parse_args().people
    with (
        tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder,
        bench_web(Path(folder), zoom_secret=SECRET) as web,
    ):
        figures = replay(web, people)
    for name, value in figures.items():
        print(f"{name:<34} {value:>10}")
    results = ROOT / "results"
    results.mkdir(exist_ok=True)
    (results / "zoom_replay.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 0 if figures["people_wrong"] == 0 else 1


def replay(web: BenchWeb, people: int) -> dict[str, Any]:
    """Deliver everything, and compare."""
    for number in range(0, people, 2):
        new = NewEmployee(f"EMP{number:05}", f"Person {number}", email=f"p{number}@example.com")
        web.roll.people.add(SYSTEM, new)
    events = disordered(meeting_of(people, web.roll.clock() - timedelta(hours=2)))
    began = time.monotonic()
    with httpx.Client(base_url=web.url, timeout=60) as client, ThreadPoolExecutor(DELIVERING) as p:
        taken = list(p.map(lambda event: deliver(client, event), events))
    seconds = time.monotonic() - began
    found = {
        one["name"]: one
        for one in web.roll.database.collection("participants").find({"source": "zoom"})
    }
    right = sum(
        one["joins"] == 1
        and one["open"] == 0
        and (one["employee_id"] is not None) == (int(name.split()[1]) % 2 == 0)
        for name, one in found.items()
    )
    return {
        "people": people,
        "events": len(events),
        "events_per_second": round(len(events) / seconds, 1),
        "answer_p50_ms": round(statistics.median(taken) * 1000, 1),
        "answer_p95_ms": round(statistics.quantiles(taken, n=20)[-1] * 1000, 1),
        "people_wrong": people - right + (len(found) - people),
        "load": round(os.getloadavg()[0], 1),
    }


def deliver(client: httpx.Client, event: Event) -> float:
    """Send an event as Zoom does; how long the answer took."""
    body, headers = signed(SECRET, event, datetime.now().astimezone())
    began = time.monotonic()
    answer = client.post("/integrations/zoom/webhook", content=body, headers=headers)
    answer.raise_for_status()
    return time.monotonic() - began


def meeting_of(people: int, since: datetime) -> list[Event]:
    """What Zoom tells of an hour: all come within a minute, and go at the end."""
    end = since + timedelta(hours=1)
    events = [event("started", since)]
    for number in range(people):
        person = {
            "user_id": str(16_778_240 + number), "user_name": f"Person {number}", "id": "",
            "participant_uuid": f"uuid-{number}",
            "email": f"p{number}@example.com" if number % 2 == 0 else "",
        }  # fmt: skip
        came = since + timedelta(seconds=number * 60 / people)
        events.append(event("participant_joined", came, {**person, "join_time": iso(came)}, since))
    for number in range(people):
        person = {"user_id": str(16_778_240 + number), "user_name": f"Person {number}"}
        gone = end - timedelta(seconds=number % 60)
        events.append(event("participant_left", gone, {**person, "leave_time": iso(gone)}, since))
    return [*events, event("ended", end, None, since)]


def event(
    kind: str, at: datetime, person: Event | None = None, since: datetime | None = None
) -> Event:
    """One event in Zoom's format."""
    told = {
        "id": NUMBER, "uuid": UUID, "host_id": "host", "topic": "All hands", "type": 8,
        "start_time": iso(since or at), "timezone": "UTC", "duration": 60,
        **({"end_time": iso(at)} if kind == "ended" else {}),
        **({"participant": person} if person else {}),
    }  # fmt: skip
    moment = int(at.timestamp() * 1000)
    payload = {"account_id": "account", "object": told}
    return {"event": f"meeting.{kind}", "event_ts": moment, "payload": payload}


def disordered(events: list[Event]) -> list[Event]:
    """Some of them twice, and neighbours in any order."""
    chance = random.Random(4)  # noqa: S311
    twice = [one for one in events for _ in range(1 + (chance.random() < 1 / ONE_REPEATED_IN))]
    for first in range(0, len(twice), SHUFFLED):
        part = twice[first : first + SHUFFLED]
        chance.shuffle(part)
        twice[first : first + SHUFFLED] = part
    return twice


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
