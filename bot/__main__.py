"""`python -m bot …`: Rasa's command line, with what makes it start and answer faster.

The same commands as `python -m rasa`, which goes on to work without it.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run Rasa's command line."""
    from bot.deferred import defer_tensorflow  # noqa: PLC0415

    if "run" in sys.argv[1:2]:
        defer_tensorflow()  # before anything of Rasa is imported
        # One sentence at a time: a second thread would only wait for work, on a core others need.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from rasa.__main__ import main as rasa_main  # noqa: PLC0415

    from bot.speedups import apply  # noqa: PLC0415

    apply()
    rasa_main()


if __name__ == "__main__":
    main()
