"""What a server holds when it has started: given back if it isn't needed, left alone if it is."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def settle_memory() -> None:
    """Give what starting left over back to the system; no later collection looks at what stays.

    Loading a model leaves 60 MB of gaps. Its objects live as long as the process: without this the
    collector would walk through all of them again and again, in the middle of some turn.
    """
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError):  # another C library has rules of its own
        ctypes.CDLL(None).malloc_trim(0)
