"""Start a program that ends when its parent does, however the parent ends.

Run as a script: `python -I -S tied.py SIGKILL program argument …`. Linux sends the named signal to
the program as soon as the process that started it is gone, SIGKILL included; elsewhere the program
is started without that tie. Standard library only, so that it costs a few milliseconds.

A caller that uses `subprocess` starts it from a thread that lives as long as the tie should hold:
Linux looks at the starting thread, not at the whole process.

The program may also open as many files as this account is allowed to: a login usually starts with
a soft limit of 1,024, at which mongod ends with all the collections of a few databases open.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PARENT = "ROLLCALL_TIED_TO"
# What MongoDB recommends for mongod: https://www.mongodb.com/docs/manual/reference/ulimit/
OPEN_FILES = 64_000


def tied(command: list[str], death_signal: signal.Signals = signal.SIGKILL) -> list[str]:
    """`command`, wrapped so that it gets `death_signal` when the process that starts it dies."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), death_signal.name, *command]


def tied_environment() -> dict[str, str]:
    """The environment to start a tied command with, from this process."""
    return {**os.environ, PARENT: str(os.getpid())}


def allow_open_files() -> None:
    """Raise the soft limit of open files to `OPEN_FILES`, or as far as the hard limit lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
    allow_open_files()
    try:
        os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
