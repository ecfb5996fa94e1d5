"""gunicorn's settings: one process with gevent serves a thousand sockets.

This file is read by the parent process, which must stay free of pymongo: gevent can only replace
what nobody has taken hold of yet (`from ssl import SSLContext`), and it does so in the worker.
That is why the settings are read as a file here and all else is imported after the fork.
"""

import gc
import runpy
from pathlib import Path
from typing import Any

_root = Path(__file__).resolve().parent.parent
_settings = runpy.run_path(str(_root / "rollcall" / "settings.py"))["Settings"]()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

bind = f"{_host}:{_settings.port}"
worker_class = "gevent"
worker_connections = 4000
keepalive = 30
# A worker that is stuck for so long is replaced.
timeout = 60
# Shorter than the supervisor's patience with the whole process (10 s).
graceful_timeout = 5
accesslog = None  # web/logs.py writes it
errorlog = "-"
loglevel = _settings.log_level.lower()
# Its default is a socket in the home folder of whoever runs this, shared by all instances.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Begin to tail the record: after the fork, in the process that serves.

    What is loaded by then stays: no collection looks through it, which would hold up everybody for
    fifty milliseconds now and then.
    """
    from rollcall.log_lines import log_as_json  # noqa: PLC0415
    from web.tail import Tail  # noqa: PLC0415

    log_as_json(_settings.log_level)
    Tail(worker.wsgi, lambda: worker.alive).start()
    gc.collect()
    gc.freeze()
