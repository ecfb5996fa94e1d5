"""How well config.yml's pipeline understands CLINC150 when it learns ten sentences an intent.

`python -m bench.clinc150 path/to/data_full.json`, from the repository's root, with the Python of
`.venv` or of `bot/.venv`; the file is `data/data_full.json` of github.com/clinc/oos-eval. Training
and test are `rasa train nlu` and `rasa test nlu`, in a temporary folder that is gone afterwards.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
SEED = 2026
SHOTS = 10
INTENTS, TEST_SENTENCES = 150, 4500  # CLINC150 in scope, as published

# What has to differ from config.yml. FallbackClassifier: its threshold is chosen for Rollcall's own
# sentences, and an answer it withholds is no measure of how well intents are told apart. The
# policies stay in the file; `rasa train nlu` does not look at them.
LEFT_OUT = {"FallbackClassifier"}

_MARKUP = re.compile(r"\](?=[(\[{])")  # what turns [words] in a sentence into an entity's markup

Examples = list[tuple[str, str]]  # sentence, intent


class Failed(Exception):
    """There is no figure, and this is why."""


def main() -> int:
    """Train, test and print; the last line is the figure."""
    parser = argparse.ArgumentParser(prog="python -m bench.clinc150", description=__doc__)
    parser.add_argument("data", type=Path, help="data_full.json of clinc/oos-eval")
    parser.add_argument("--seed", type=int, default=SEED, help="of the draw (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        print(measured(arguments.data, arguments.seed))
    except Failed as failure:
        print(f"clinc150: {failure}", file=sys.stderr)
        return 1
    return 0


def measured(data: Path, seed: int) -> str:
    """The line with the accuracy, after training and testing in a folder of their own."""
    train, test = drawn(examples(data, "train"), seed), examples(data, "test")
    intents = {intent for _, intent in test}
    if len(intents) != INTENTS or len(test) != TEST_SENTENCES:
        raise Failed(f"{data} is not CLINC150: {len(intents)} intents, {len(test)} test sentences")
    print(f"seed {seed}: {SHOTS} sentences of each of {len(intents)} intents", flush=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-clinc150-") as name:
        folder = Path(name)
        write(folder / "train.yml", nlu(train))
        write(folder / "test.yml", nlu(test))
        write(folder / "config.yml", pipeline())
        write(folder / "domain.yml", {"version": "3.1", "intents": sorted(intents)})
        began = time.monotonic()
        common = ["--domain", "domain.yml", "--nlu"]
        rasa(folder, "train", "nlu", *common, "train.yml", "--config", "config.yml")
        trained = time.monotonic()
        options = ["--model", "models", "--out", "results", "--successes", "--no-plot"]
        rasa(folder, "test", "nlu", *common, "test.yml", *options)
        tested = time.monotonic()
        right, wrong = (
            outcome(folder / "results" / f"intent_{which}.json")
            for which in ("successes", "errors")
        )
    if sorted(right + wrong) != sorted(test):
        raise Failed("what Rasa says it tested is not the test split")
    print(f"trained in {trained - began:.0f} s, tested in {tested - trained:.0f} s")
    return f"accuracy {len(right) / len(test):.2%}, n = {len(test)}"


def examples(data: Path, split: str) -> Examples:
    """The in-scope sentences of a split, written so that Rasa reads them as plain text."""
    try:
        rows = json.loads(data.read_text("utf-8"))[split]
        return [(_MARKUP.sub("] ", sentence), intent) for sentence, intent in rows]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Failed(f"{data} cannot be read as data_full.json: {problem!r}") from problem


def drawn(sentences: Examples, seed: int) -> Examples:
    """`SHOTS` sentences of each intent; the same seed draws the same ones."""
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    by_intent: dict[str, list[str]] = {}
    for sentence, intent in sentences:
        by_intent.setdefault(intent, []).append(sentence)
    return [
        (sentence, intent)
        for intent in sorted(by_intent)
        for sentence in dice.sample(by_intent[intent], SHOTS)
    ]


def nlu(sentences: Examples) -> dict[str, Any]:
    """Rasa's training data: one block an intent, one mapping a sentence."""
    blocks: dict[str, list[dict[str, str]]] = {}
    for sentence, intent in sentences:
        blocks.setdefault(intent, []).append({"text": sentence})
    return {
        "version": "3.1",
        "nlu": [{"intent": intent, "examples": texts} for intent, texts in blocks.items()],
    }


def pipeline() -> dict[str, Any]:
    """config.yml without the components of `LEFT_OUT`."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    config["pipeline"] = [each for each in config["pipeline"] if each["name"] not in LEFT_OUT]
    return config


def write(file: Path, content: dict[str, Any]) -> None:
    """Write YAML with strings quoted: "yes" and "no" are intents, and Rasa fills in a bare ${…}."""
    # JSON is YAML, and every string in it is quoted; but Rasa looks for the bare names of the keys
    # at the beginnings of lines to tell what kind of file it reads.
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in content.items())
    file.write_text("\n".join(lines) + "\n", "utf-8")


def rasa(folder: Path, *arguments: str) -> None:
    """Run a command of Rasa in `folder`, with the components of this repository at hand."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    try:
        subprocess.run(
            [str(BOT_PYTHON), "-m", "rasa", *arguments], cwd=folder, env=environment, check=True
        )
    except FileNotFoundError as problem:
        raise Failed(f"{BOT_PYTHON} is missing: run `make setup` first") from problem
    except subprocess.CalledProcessError as problem:
        raise Failed(f"rasa {' '.join(arguments[:2])} ended with {problem.returncode}") from problem


def outcome(file: Path) -> Examples:
    """Sentence and true intent of each line that Rasa wrote about its test."""
    if not file.is_file():
        return []  # Rasa writes no file where there is nothing to say
    return [(row["text"], row["intent"]) for row in json.loads(file.read_text("utf-8"))]


if __name__ == "__main__":
    sys.exit(main())
