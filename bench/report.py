"""The tables of a comparison, the goals, and whether they were reached.

Every ratio is Rollcall's figure through stock's of the same round; a spread is the least, the
median and the greatest over the rounds. Goals are held to the median.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.compare import Round
from bench.dialogue import KINDS

Rounds = Sequence[Round]
Figure = Callable[[Round], float]
ASSISTANT = ("rasa", "actions")


@dataclass(frozen=True)
class Spread:
    """Least, median and greatest."""

    least: float
    median: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(min(values), statistics.median(values), max(values))

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.least)}–{_short(self.greatest)})"


@dataclass(frozen=True)
class Goal:
    """What a median has to reach: at least or at most `limit`."""

    name: str
    found: Spread
    limit: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        if self.at_least:
            return self.found.median >= self.limit
        return self.found.median <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "reached" if self.reached else "MISSED"
        return f"{self.name}: {self.found}, goal {sign} {_short(self.limit)}: {verdict}"


def goals(ours: Rounds, stock: Rounds) -> list[Goal]:
    """What `make bench` is held to."""
    last = f"turn {max(ours[0].reached):,} against turn 1"
    return [
        Goal("turns/s per core, ratio", ratio(ours, stock, per_core), 6, at_least=True),
        Goal("plain turn p50, ratio", ratio(ours, stock, p50("plain")), 1 / 3),
        Goal("form turn p50, ratio", ratio(ours, stock, p50("form slot")), 1 / 4),
        Goal(last, spread(ours, growth), 1.3),
        Goal("Rasa's resident memory, MB", spread(ours, lambda one: one.megabytes["rasa"]), 700),
    ]


def status(ours: Rounds, stock: Rounds) -> int:
    """The exit status: 0 when every goal is reached, else 1."""
    return 0 if all(one.reached for one in goals(ours, stock)) else 1


def spread(rounds: Rounds, figure: Figure) -> Spread:
    return Spread.of([figure(one) for one in rounds])


def ratio(ours: Rounds, stock: Rounds, figure: Figure) -> Spread:
    pairs = zip(ours, stock, strict=True)
    return Spread.of([figure(mine) / figure(theirs) for mine, theirs in pairs])


# --- Figures of a round -----------------------------------------------------------------------


def per_core(one: Round) -> float:
    """Turns a CPU second of all processes of a side, mongod included, over all that was played."""
    return _per_core(one, lambda program: True)


def per_core_aside_mongod(one: Round) -> float:
    return _per_core(one, lambda program: program != "mongod")


def per_core_of_the_assistant(one: Round) -> float:
    """Of Rasa and its action server alone, which both sides have."""
    return _per_core(one, ASSISTANT.__contains__)


def _per_core(one: Round, counts: Callable[[str], bool]) -> float:
    used = sum(
        seconds
        for programs in one.cpu.values()
        for program, seconds in programs.items()
        if counts(program)
    )
    return sum(one.turns.values()) / used


def rate(concurrency: int) -> Figure:
    return lambda one: one.turns[concurrency] / one.seconds[concurrency]


def p50(kind: str) -> Figure:
    return lambda one: statistics.median(one.times[kind])


def growth(one: Round) -> float:
    turns = sorted(one.reached)
    return one.reached[turns[-1]] / one.reached[turns[0]]


def cpu_a_turn(program: str) -> Figure:
    """Milliseconds of CPU."""
    return lambda one: (
        1000 * sum(each[program] for each in one.cpu.values()) / sum(one.turns.values())
    )


# --- Tables -----------------------------------------------------------------------------------


def tables(ours: Rounds, stock: Rounds) -> str:
    """Everything, as Markdown."""
    parts = [
        _table(["median (least–greatest)", "Rollcall", "stock", "ratio"], _main(ours, stock)),
        _table(
            ["ms a turn, one at a time", "Rollcall p50 / p95 / p99", "stock p50 / p95 / p99",
             "ratio of p50"],
            [_kind(kind, ours, stock) for kind in KINDS],
        ),
        _table(
            ["by process", "Rollcall CPU ms a turn", "stock CPU ms a turn", "Rollcall MB",
             "stock MB"],
            _by_process(ours, stock),
        ),
        "\n".join(f"- {one}" for one in _asides(ours)),
        "\n".join(f"- {one}" for one in goals(ours, stock)),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _main(ours: Rounds, stock: Rounds) -> list[list[str]]:
    figures: list[tuple[str, Figure]] = [
        ("turns/s per core, all processes", per_core),
        ("turns/s per core, mongod aside", per_core_aside_mongod),
        ("turns/s per core, Rasa and actions alone", per_core_of_the_assistant),
    ]
    figures += [(f"turns/s, {one} at a time", rate(one)) for one in ours[0].turns]
    figures.append(("seconds to the first answer", lambda one: one.first_answer_seconds))
    for turn in ours[0].reached:
        figures.append((f"ms, turn {turn:,} of a conversation", _reached(turn)))
    figures.append(("last of these against the first", growth))
    return [
        [name, *map(str, (spread(ours, one), spread(stock, one), ratio(ours, stock, one)))]
        for name, one in figures
    ]


def _reached(turn: int) -> Figure:
    return lambda one: one.reached[turn]


def _kind(kind: str, ours: Rounds, stock: Rounds) -> list[str]:
    def percentiles(rounds: Rounds) -> str:
        times = [each for one in rounds for each in one.times[kind]]
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        return " / ".join(_short(cuts[percent - 1]) for percent in (50, 95, 99))

    number = len([each for one in ours for each in one.times[kind]])
    name = f"{kind} ({number} turns)"
    return [name, percentiles(ours), percentiles(stock), str(ratio(ours, stock, p50(kind)))]


def _by_process(ours: Rounds, stock: Rounds) -> list[list[str]]:
    programs = [*stock[0].megabytes, *(one for one in ours[0].megabytes)]
    rows = []
    for program in dict.fromkeys(programs):
        cpu, memory = [], []
        for rounds in (ours, stock):
            known = program in rounds[0].megabytes
            cpu.append(str(spread(rounds, cpu_a_turn(program))) if known else "")
            memory.append(str(spread(rounds, _megabytes(program))) if known else "")
        rows.append([program, *cpu, *memory])
    return rows


def _megabytes(program: str) -> Figure:
    return lambda one: one.megabytes[program]


def _asides(ours: Rounds) -> list[str]:
    inside = [
        f"{kind} {_short(statistics.median(times))}"
        for kind in KINDS
        if (times := [each for one in ours for each in one.inside[kind]])
    ]
    asides = []
    if inside:
        asides.append(f"Rollcall, in Rasa and the actions, p50 in ms: {', '.join(inside)}")
    signed_in = [each for one in ours for each in one.sign_in]
    if signed_in:
        asides.append(
            "Rollcall, checking a passphrase before the dialogue (no turn, and stock has none): "
            f"p50 {_short(statistics.median(signed_in))} ms"
        )
    return asides


def _table(head: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: list[str]) -> str:
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [("-" * widths[0]), *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def _short(value: float) -> str:
    """Three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
