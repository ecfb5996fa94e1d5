"""`python -m actions`: serves the actions on loopback."""

import gc
from functools import partial

from sanic import Sanic
from sanic.worker.loader import AppLoader

from actions.serving import build_app
from rollcall import Settings
from rollcall.log_lines import log_as_json
from rollcall.operation.home import Home

OBJECTS_A_CALL = 10_000
"""More than a call makes: what it made is gone by itself when it is answered."""


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    loader = AppLoader(factory=partial(build_app, settings))
    app = loader.load()
    # Afterwards: making the application sets up Sanic's own logs.
    log_as_json(settings.log_level)
    app.prepare(
        host="127.0.0.1",
        port=Home(settings).ports.actions,
        single_process=True,
        motd=False,
        access_log=False,
    )
    # No later collection looks at what was loaded, nor one within a call at what that makes.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_A_CALL)
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
