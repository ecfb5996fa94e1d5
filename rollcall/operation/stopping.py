"""Being asked to end, by a signal or by a call."""

import os
import select
import signal
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen(handler: Callable[[int, FrameType | None], None]) -> None:
    """Have `handler` called for every signal that asks a process to end."""
    for number in SIGNALS:
        signal.signal(number, handler)


class Stopping:
    """Whether we were asked to end; `wait` for it.

    Not a `threading.Event`: a signal that arrives while the main thread is inside `Event.wait`
    would wait for ever in `Event.set`, for a lock that the thread it interrupted holds.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self.asked = 0

    def ask(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask to end; fit to be a signal handler."""
        self.asked += 1
        if self.asked == 1:
            os.write(self._write, b".")

    def wait(self, seconds: float) -> bool:
        """Wait until asked, at most so long; whether we were asked."""
        select.select([self._read], [], [], seconds)
        return self.asked > 0

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)
