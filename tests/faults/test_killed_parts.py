"""kill -9 of any one process: it is back by itself, and the next message is answered."""

import os
import signal
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.faults.running import MARKS, Running, none_left, running, wait_until


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("killed") / "home") as instance:
        yield instance


def came_back(instance: Running, part: str, old: psutil.Process) -> bool:
    now = instance.parts().get(part)
    return now is not None and now.pid != old.pid


def assert_it_answers(instance: Running) -> None:
    answer = instance.say("hello")
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.json()["replies"]


@pytest.mark.parametrize("part", list(MARKS))
def test_a_killed_part_is_back_by_itself_and_the_next_message_works(
    instance: Running, part: str
) -> None:
    assert_it_answers(instance)
    old = instance.parts()[part]
    children = old.children()
    old.kill()
    # gunicorn's worker process serves on for a moment before it sees that it is an orphan.
    wait_until(lambda: none_left(children), "its children are gone", 10)
    wait_until(lambda: came_back(instance, part, old), f"{part} runs again", 30)
    wait_until(lambda: f"{part} " in instance.output.read_text(), "the console says so", 30)
    instance.wait_until_healthy()
    assert_it_answers(instance)


def test_a_killed_web_worker_process_is_back_by_itself(instance: Running) -> None:
    old = instance.parts()["web"].children()
    assert old
    for child in old:
        child.kill()
    wait_until(lambda: not any(child.is_running() for child in old), "it is gone", 10)
    instance.wait_until_healthy()
    assert_it_answers(instance)


def test_a_part_that_hangs_is_killed_and_started_again(instance: Running) -> None:
    old = instance.parts()["actions"]
    old.send_signal(signal.SIGSTOP)
    wait_until(lambda: came_back(instance, "actions", old), "actions were started again", 60)
    instance.wait_until_healthy()
    assert_it_answers(instance)


def test_a_killed_supervisord_leaves_nothing_and_all_parts_are_back(instance: Running) -> None:
    old = instance.parts()
    assert set(old) == set(MARKS)
    instance.supervisord().kill()
    wait_until(
        lambda: all(came_back(instance, part, old[part]) for part in MARKS),
        "all parts run again",
        60,
    )
    wait_until(lambda: none_left(list(old.values())), "nothing of before is left", 10)
    instance.wait_until_healthy()
    assert_it_answers(instance)


def test_health_says_which_part_is_away(instance: Running) -> None:
    rasa = instance.parts()["rasa"]
    os.kill(rasa.pid, signal.SIGKILL)
    answer = wait_until(
        lambda: (
            answer
            if (answer := instance.client.get("/health")).status_code
            == httpx.codes.SERVICE_UNAVAILABLE
            else None
        ),
        "GET /health answers 503",
        20,
    )
    assert "assistant" in answer.json()["reason"]
    instance.wait_until_healthy()
    assert_it_answers(instance)
