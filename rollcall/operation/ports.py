"""Choosing ports on this machine."""

import contextlib
import random
import socket
from collections.abc import Collection

# Below the range that Linux hands out to outgoing connections: a part that restarts finds its
# port again, because no connection can have taken it meanwhile.
LOWEST, HIGHEST = 20000, 32000


class NoFreePort(Exception):
    """No port could be bound in a hundred tries."""


def bind_error(port: int, host: str = "127.0.0.1") -> OSError | None:
    """Why a server could not bind `port` on `host` now; None when it could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # As servers do: connections of a server that has just ended are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could bind `port` on `host` now."""
    return bind_error(port, host) is None


def free_port(taken: Collection[int] = ()) -> int:
    """A port on 127.0.0.1 that is free now and not among `taken`. Raises `NoFreePort`."""
    for _ in range(100):
        port = random.randrange(LOWEST, HIGHEST)  # noqa: S311 (nothing secret about it)
        if port not in taken and is_free(port):
            return port
    raise NoFreePort(f"no free port between {LOWEST} and {HIGHEST} on 127.0.0.1")
