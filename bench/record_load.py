"""People who talk to a running Rollcall at a steady pace while something else is measured."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.dialogue import Dialogue, Person, Step
from bench.rollcall_side import RollcallSide
from bench.talk import Conversation, NoAnswer, say

TRIES = 5


@dataclass
class Talk:
    """How many turns were answered in how many seconds, and how many failed and were said again."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0


@contextmanager
def talking(side: RollcallSide, speakers: Sequence[Person], turns: float) -> Iterator[Talk]:
    """Let the speakers play dialogues, all together `turns` a second, until the block ends.

    Every answer is checked. Somebody who isn't answered in time says the next thing at once, and
    the same again when the turn failed. Raises `WrongAnswer` at the end of the block.
    """
    talk, over = Talk(), threading.Event()
    every = len(speakers) / turns
    opened = [side.open(one) for one in speakers]
    began = time.perf_counter()

    def answered(conversation: Conversation, dialogue: Dialogue, step: Step) -> None:
        for last in (*[False] * (TRIES - 1), True):
            try:
                say(side, conversation, dialogue, step)
            except NoAnswer:
                with talk.lock:
                    talk.failed += 1
                if last:
                    raise
            else:
                with talk.lock:
                    talk.answered += 1
                return

    def converse(number: int) -> None:
        due = began + number * every / len(speakers)
        while not over.is_set():
            dialogue = side.dialogues.next(speakers[number])
            for step in dialogue.steps():
                if over.wait(max(0.0, due - time.perf_counter())):
                    return
                due += every
                answered(opened[number], dialogue, step)

    with ThreadPoolExecutor(len(speakers)) as pool:
        playing: list[Future[None]] = [pool.submit(converse, one) for one in range(len(speakers))]
        try:
            yield talk
        finally:
            talk.seconds = time.perf_counter() - began
            over.set()
            for one in playing:
                one.result()
            for conversation in opened:
                conversation.close()
