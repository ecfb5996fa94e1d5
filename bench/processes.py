"""What the processes of an assistant take: CPU seconds and memory, read from the system."""

from collections.abc import Mapping

import psutil

MEGABYTE = 2**20


class Processes:
    """Programs by name, each with all the processes below it."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._programs = {name: psutil.Process(pid) for name, pid in pids.items()}

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time so far, by program."""
        return {name: sum(map(_cpu, self._tree(name))) for name in self._programs}

    def megabytes(self) -> dict[str, float]:
        """Resident memory now, by program."""
        return {name: sum(map(_megabytes, self._tree(name))) for name in self._programs}

    def pid(self, name: str) -> int:
        """The process id of a program."""
        return int(self._programs[name].pid)

    def _tree(self, name: str) -> list[psutil.Process]:
        """A program and what it started, without what has a name of its own."""
        program = self._programs[name]
        others = {one.pid for one in self._programs.values()} - {program.pid}
        found = [program]
        waiting = [program]
        while waiting:
            for child in waiting.pop().children():
                if child.pid not in others:
                    found.append(child)
                    waiting.append(child)
        return found


def difference(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What was used between two readings."""
    return {name: after[name] - before[name] for name in after}


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    # With that of children that have ended: they are no longer in the tree.
    return float(times.user + times.system + times.children_user + times.children_system)


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / MEGABYTE
