"""One round of one side: started, talked to by one, eight and thirty-two at a time, kept talking
for a thousand turns, measured, stopped."""

import statistics
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.dialogue import KINDS, PROBE, TURNS, Person, people
from bench.processes import difference
from bench.talk import Load, Side, hold_to_the_record, load, play, ready, say

PEOPLE = 40
PROBES = 5
Starter = Callable[[Path, list[Person]], AbstractContextManager[Side]]


@dataclass(frozen=True)
class Plan:
    """How much is played: dialogues by concurrency, and the turns that one conversation reaches."""

    dialogues: dict[int, int] = field(default_factory=lambda: {1: 10, 8: 16, 32: 32})
    reaches: tuple[int, ...] = (1, 100, 1000)
    warm_up: int = 3


QUICK = Plan(dialogues={1: 6, 8: 8, 32: 32}, reaches=(1, 100))


@dataclass(frozen=True)
class Round:
    """What one side did in one round. Times in milliseconds, CPU by program in seconds.

    `inside` is what the assistant behind the web server took, where there is one; `reached` the
    time of a plain turn when the conversation had so many.
    """

    first_answer_seconds: float
    turns: dict[int, int]
    seconds: dict[int, float]
    cpu: dict[int, dict[str, float]]
    times: dict[str, list[float]]
    inside: dict[str, list[float]]
    sign_in: list[float]
    reached: dict[int, float]
    megabytes: dict[str, float]

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def measure(start: Starter, plan: Plan, tell: Callable[[str], None]) -> Round:
    """Start a side, measure it, stop it. Raises `WrongAnswer`."""
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
        tell("starts")
        with start(Path(folder), people(PEOPLE)) as side:
            tell(f"first answer after {side.first_answer_seconds:.1f} s; warming up")
            with ready(side, plan.warm_up) as waiting:
                load(side, 1, waiting)
            loads: dict[int, Load] = {}
            cpu: dict[int, dict[str, float]] = {}
            for concurrency, number in plan.dialogues.items():
                with ready(side, number) as waiting:
                    before = side.processes.cpu_seconds()
                    loads[concurrency] = load(side, concurrency, waiting)
                    cpu[concurrency] = difference(before, side.processes.cpu_seconds())
                done = loads[concurrency]
                tell(f"{concurrency:>2} at once: {len(done.turns) / done.seconds:.1f} turns/s")
            reached = keep_talking(side, plan.reaches)
            tell(", ".join(f"turn {turn:,}: {taken:.0f} ms" for turn, taken in reached.items()))
            alone = loads[1]
            return Round(
                first_answer_seconds=side.first_answer_seconds,
                turns={one: len(found.turns) for one, found in loads.items()},
                seconds={one: found.seconds for one, found in loads.items()},
                cpu=cpu,
                times={kind: alone.milliseconds(kind) for kind in KINDS},
                inside={
                    kind: side.inside([one for one in alone.turns if one.kind == kind])
                    for kind in KINDS
                },
                sign_in=side.sign_in_milliseconds,
                reached=reached,
                megabytes=side.processes.megabytes(),
            )


def keep_talking(side: Side, reaches: tuple[int, ...]) -> dict[int, float]:
    """One conversation; the median of five plain turns from each of the turns in `reaches` on."""
    reached, said = {}, []
    dialogue = side.dialogues.next()
    speaker = Person(dialogue.employee_id, dialogue.name)
    conversation = side.open(speaker)
    try:
        played = 0
        for target in reaches:
            played = side.go_on(conversation, played, target)
            while played + TURNS < target:
                play(side, conversation, dialogue)
                said.append(dialogue)
                dialogue = side.dialogues.next(speaker)
                played += TURNS
            while played + 1 < target:
                say(side, conversation, dialogue, PROBE)
                played += 1
            times = [say(side, conversation, dialogue, PROBE) for _ in range(PROBES)]
            reached[target] = statistics.median(one.milliseconds for one in times)
            played += PROBES
    finally:
        conversation.close()
    hold_to_the_record(side, said)
    return reached
