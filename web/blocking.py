"""Calls that hold the processor for long, made where they keep nobody waiting."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar, cast

import gevent.monkey
from gevent.threadpool import ThreadPool

T = TypeVar("T")


@cache
def _threads() -> ThreadPool:
    # Two at once: a passphrase hash takes 46 MiB and a core.
    return ThreadPool(2)


def off_the_loop(call: Callable[[], T]) -> T:
    """Run a call that holds the processor in a real thread, so that other requests go on.

    What it raises passes through.
    """
    if not gevent.monkey.is_module_patched("threading"):
        return call()
    return cast(T, _threads().apply(call))
