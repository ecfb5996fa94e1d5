"""Where Rasa's time goes in the dialogue of `make bench`, here and in a stock assistant.

    .venv/bin/python -m bench.rasa_profile [--stock] [--dialogues 12]

Plays dialogues, one person at a time, while py-spy looks at Rasa's process 400 times a second from
outside. Each look counts for the piece of work it fell into; its share of the CPU time that the
process took is what is printed, in milliseconds a turn. py-spy comes from PyPI for the run, through
uv; it needs the right to look at a process (on Linux: root, or `kernel.yama.ptrace_scope=0`).
"""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.dialogue import TURNS, people
from bench.rollcall_side import running_rollcall
from bench.stock_model import stock_model
from bench.stock_side import running_stock
from bench.talk import Side, load, ready
from rollcall.settings import ROOT

RATE = 400
WARM_UP = 3
UV = ROOT / ".tools" / "bin" / "uv"

LOOP = "serve (sanic/server/runners.py"
# A look falls into the first piece with one of its frames in it, so what is inside something else
# stands before it.
PIECES = {
    "checking what actions answer": ("_validate_action_result",),
    "calling the action server": (
        "request (rasa/utils/endpoints.py", "_action_call_format",
    ),
    "copying the conversation": (
        "travel_back_in_time", "_temporary_tracker", "copy (bot/speedups/trackers.py",
    ),
    "reading the conversation": ("get_tracker (rasa/core/processor.py",),
    "saving the conversation": ("save_tracker (rasa/core/processor.py",),
    "the sentence's vector": ("encode (bot/nlu/sentences.py", "diet_classifier.py"),
    "counting n-grams": ("count_vectors_featurizer.py",),
    "choosing the intent": ("logistic_regression_classifier.py", "process (bot/nlu/intents.py"),
    "reading the sentence, the rest": ("_parse_message_with_graph",),
    "predicting actions": ("_predict_next_with_tracker",),
    "a turn, the rest": ("_run_prediction_loop", "play (bot/processor.py", "handle_message"),
    "HTTP and the rest": (LOOP,),
    "asking MongoDB, in threads": ("run (concurrent/futures/thread.py",),
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.rasa_profile")
    parser.add_argument("--stock", action="store_true", help="the stock assistant's Rasa")
    parser.add_argument("--dialogues", type=int, default=12, help="how many are played")
    options = parser.parse_args()
    if options.stock:
        stock_model()
    start = running_stock if options.stock else running_rollcall
    with tempfile.TemporaryDirectory(prefix="rollcall-profile-") as folder:
        looks = Path(folder) / "looks.txt"
        with start(Path(folder), people(WARM_UP + options.dialogues)) as side:
            milliseconds = played(side, options.dialogues, looks)
        pieces = counted(looks.read_text("utf-8").splitlines())
    total = sum(pieces.values())
    print(f"\n{'ms a turn':>9}  share")
    for piece, number in pieces.most_common():
        print(f"{milliseconds * number / total:9.2f} {number / total:6.1%}  {piece}")
    print(f"{milliseconds:9.2f} {1:6.0%}  CPU time of Rasa")
    return 0


def played(side: Side, dialogues: int, looks: Path) -> float:
    """Play, and have py-spy write what it saw; CPU milliseconds of Rasa a turn."""
    with ready(side, WARM_UP) as waiting:
        load(side, 1, waiting)
    with ready(side, dialogues) as waiting:
        pid = str(side.processes.pid("rasa"))
        command = [str(UV), "tool", "run", "py-spy", "record", "--rate", str(RATE)]
        command += ["--format", "raw", "--output", str(looks), "--pid", pid, "--duration", "600"]
        spy = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not any("Sampling process" in line for line in spy.stdout or ()):
            sys.exit("py-spy can't look at the process: it takes root, or ptrace_scope=0")
        before = side.processes.cpu_seconds()["rasa"]
        load(side, 1, waiting)
        taken = side.processes.cpu_seconds()["rasa"] - before
        spy.send_signal(signal.SIGINT)
        spy.communicate(timeout=60)
    return taken * 1000 / (dialogues * TURNS)


def counted(looks: Iterable[str]) -> Counter[str]:
    """How many looks fell into each piece. Lines are "frame;frame;frame number". The event loop
    with nothing on top of it waits, and so do the driver's threads: both belong to no piece."""
    pieces: Counter[str] = Counter()
    for line in looks:
        stack, _, number = line.rpartition(" ")
        if LOOP in stack.rpartition(";")[2]:
            continue
        for piece, frames in PIECES.items():
            if any(one in stack for one in frames):
                pieces[piece] += int(number)
                break
    return pieces


if __name__ == "__main__":
    sys.exit(main())
