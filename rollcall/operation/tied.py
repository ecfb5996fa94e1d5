"""Start a program that ends when its parent does, however the parent ends.

Run as a script: `python -I -S tied.py SIGKILL program argument …`. Linux sends the named signal to
the program as soon as the process that started it is gone, SIGKILL included; elsewhere the program
is started without that tie. Standard library only, so that it costs a few milliseconds.

A caller that uses `subprocess` starts it from a thread that lives as long as the tie should hold:
Linux looks at the starting thread, not at the whole process.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PARENT = "ROLLCALL_TIED_TO"


def tied(command: list[str], death_signal: signal.Signals = signal.SIGKILL) -> list[str]:
    """`command`, wrapped so that it gets `death_signal` when the process that starts it dies."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), death_signal.name, *command]


def tied_environment() -> dict[str, str]:
    """The environment to start a tied command with, from this process."""
    return {**os.environ, PARENT: str(os.getpid())}


def main(arguments: list[str]) -> None:
    death_signal, *command = arguments
    try:
        prctl = ctypes.CDLL(None).prctl
    except AttributeError:
        pass  # not Linux
    else:
        prctl(PR_SET_PDEATHSIG, int(signal.Signals[death_signal]), 0, 0, 0)
    # The parent may have died before the tie was made; then nobody would ever send the signal.
    parent = os.environ.get(PARENT)
    if parent is not None and parent != str(os.getppid()):
        sys.exit(f"{command[0]}: the process that started it is gone")
    os.environ[PARENT] = str(os.getpid())
    try:
        os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
