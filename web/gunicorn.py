"""gunicorn's settings: one process with gevent serves a thousand sockets (docs/operation.md)."""

# ruff: noqa: E402
from gevent import monkey

# Before anything opens a socket or a lock: libraries keep what they imported.
monkey.patch_all()

from typing import Any

from rollcall.operation.home import Home
from rollcall.settings import Settings

_settings = Settings()
bind = f"{_settings.host}:{Home(_settings).ports.web}"
worker_class = "gevent"
workers = 1
worker_connections = 4000
keepalive = 30
timeout = 120
graceful_timeout = 10
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = _settings.log_level.lower()
limit_request_line = 8190
forwarded_allow_ips = "127.0.0.1"


def post_worker_init(worker: Any) -> None:
    """Begin to tail the record: after the fork, in the process that serves."""
    from web.realtime import Tail  # noqa: PLC0415 (not before gevent has patched the process)

    worker.rollcall_tail = Tail(worker.wsgi)
    worker.rollcall_tail.start()


def worker_exit(_: Any, worker: Any) -> None:
    """Stop tailing."""
    tail = getattr(worker, "rollcall_tail", None)
    if tail is not None:
        tail.stop()
