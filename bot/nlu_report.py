"""Write docs/nlu-report.md: how well the current model understands (`make nlu-report`).

The report depends on the model and the sentences only: the same two give the same file.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections import Counter
from pathlib import Path

from rasa.utils.log_utils import configure_structlog

from bot.evaluation import (
    FALLBACK,
    HARMLESS,
    OUT_OF_SCOPE,
    ROOT,
    Model,
    NoModel,
    Reading,
    Score,
    Sentence,
    accuracy,
    bare_answers,
    confusions,
    current_model,
    entity_scores,
    held_out,
    intent_scores,
    refused,
    training_sentences,
    with_typos,
)

REPORT = ROOT / "docs" / "nlu-report.md"
SEED = 2026

_HEAD = """\
# How well Rollcall understands

Written by `make nlu-report`; do not edit. The sentences are those of `tests/nlu`: they were written
apart from the training data and are never trained on, which a test checks. A sentence counts as
understood if its intent leaves the pipeline, so one that the fallback refuses does not.
"""


def report(model: Model) -> str:
    """The report on `model` as Markdown."""
    sentences = held_out()
    inside = [one for one in sentences if one.intent != OUT_OF_SCOPE]
    outside = [one for one in sentences if one.intent == OUT_OF_SCOPE]
    read_inside, read_outside = _read(model, inside), _read(model, outside)
    dice = random.Random(SEED)  # noqa: S311 - typos, not secrets
    misspelt = model.read(with_typos(one.text, dice) for one in inside)
    answers = bare_answers()
    taken = [reading.intent not in HARMLESS for reading in model.read(answers)]
    entities = entity_scores(inside, read_inside)
    figures = [
        ("Intents understood", len(inside), accuracy(inside, read_inside), "at least 97 %"),
        ("Entities, F1", entities["all"].support, entities["all"].f1, "at least 95 %"),
        ("Out of scope recognised", len(outside), refused(read_outside), "at least 90 %"),
        ("In scope but refused", len(inside), refused(read_inside), "at most 3 %"),
        ("Intents with typos", len(inside), accuracy(inside, misspelt), "at least 90 %"),
        ("Bare answers taken for requests", len(answers), _share(taken), "at most 5 %"),
    ]
    both, read_both = inside + outside, read_inside + read_outside
    return "\n".join(
        [
            _HEAD,
            _training(),
            "## Figures\n",
            _table(
                ("", "of", "", "goal"),
                [(name, str(of), _percent(value), goal) for name, of, value, goal in figures],
            ),
            f"Typos: one in every third word (seed {SEED}). Bare answers are what people type into "
            "a form; a form asks for more certainty than this before it takes one for a request.\n",
            "## Intents\n",
            _scores("intent", intent_scores(both, read_both)),
            "## Entities\n",
            _scores("entity", entities),
            "## Confusions\n",
            _confusions(both, read_both),
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the report; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu_report", description=__doc__)
    parser.add_argument("--model", type=Path, help="the model to report on instead of the current")
    options = parser.parse_args(arguments)
    configure_structlog(logging.WARNING)  # Rasa would show every sentence it reads
    try:
        path = options.model or current_model()
    except NoModel as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    text = report(Model(path))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text, "utf-8")
    sys.stdout.write(f"{REPORT.relative_to(ROOT)}\n")
    return 0


def _read(model: Model, sentences: list[Sentence]) -> list[Reading]:
    return model.read(one.text for one in sentences)


def _training() -> str:
    counts = Counter(one.intent for one in training_sentences())
    least = min(counts.values())
    return (
        f"Trained on {sum(counts.values()):,} sentences of {len(counts)} intents, "
        f"{least} or more each.\n"
    )


def _scores(label: str, scores: dict[str, Score]) -> str:
    rows = [
        (name, str(one.support), *(_percent(v) for v in (one.precision, one.recall, one.f1)))
        for name, one in scores.items()
    ]
    return _table((label, "sentences", "precision", "recall", "F1"), rows)


def _confusions(sentences: list[Sentence], readings: list[Reading]) -> str:
    rows = [
        (
            sentence.text.replace("|", "\\|"),
            sentence.intent,
            reading.best + (" (refused)" if reading.intent == FALLBACK else ""),
            f"{reading.confidence:.2f}",
        )
        for sentence, reading in confusions(sentences, readings)
    ]
    return _table(("sentence", "meant", "understood", "confidence"), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def _percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


if __name__ == "__main__":
    sys.exit(main())
