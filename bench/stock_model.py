"""The model of the stock assistant: trained once, then found again by what it was trained from."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rollcall.operation.parts import BOT_PYTHON
from rollcall.settings import ROOT

STOCK = ROOT / "bench" / "stock"
CACHE = ROOT / "build" / "bench"
TRAINED_FROM = ("config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml", "data/stories.yml")
LOCKED = ROOT / "bot" / "uv.lock"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def stock_model() -> Path:
    """The trained model; trains it when there is none of these files yet, which takes minutes."""
    model = CACHE / f"stock-{_fingerprint()}.tar.gz"
    if not model.is_file():
        print("stock assistant: training DIET and TED, a few minutes, once", flush=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        _train(model)
    return model


def _train(model: Path) -> None:
    """Train in a folder of its own, away from our components and from Rasa's cache of ours."""
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-train-") as folder:
        command = [str(BOT_PYTHON), "-m", "rasa", "train", "--force"]
        command += ["--domain", str(STOCK / "domain.yml"), "--data", str(STOCK / "data")]
        command += ["--config", str(STOCK / "config.yml")]
        command += ["--out", folder, "--fixed-model-name", "stock"]
        log = CACHE / "train.log"
        with log.open("wb") as output:
            status = subprocess.run(
                command, cwd=folder, env={**os.environ, **QUIET}, check=False,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            ).returncode  # fmt: skip
        if status:
            sys.exit(f"the stock assistant could not be trained: see {log}")
        # Whole or not at all: a run that is stopped here leaves no half model behind.
        unfinished = model.with_suffix(".unfinished")
        shutil.copyfile(Path(folder) / "stock.tar.gz", unfinished)
        unfinished.replace(model)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in (*(STOCK / name for name in TRAINED_FROM), LOCKED):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
