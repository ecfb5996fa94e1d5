"""A tied program gets what it needs from the system, whatever the login it was started from."""

import resource
import shlex
import subprocess
import sys

from rollcall.operation.tied import OPEN_FILES, tied, tied_environment

PRINT_LIMIT = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"


def test_a_tied_program_may_open_more_files_than_a_login_allows() -> None:
    command = shlex.join(tied([sys.executable, "-c", PRINT_LIMIT]))
    ended = subprocess.run(
        ["/bin/sh", "-c", f"ulimit -S -n 256; exec {command}"],
        env=tied_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    assert int(ended.stdout) == allowed
