"""The web server as a process: how it answers over a real connection, and how it ends."""

import json
import signal
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil

from rollcall import SYSTEM, Rollcall
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import (
    SOON,
    RunningWeb,
    listening,
    running_web,
    wait_until_alive,
)

PASSPHRASE = "correct horse battery staple"


def test_a_body_of_more_than_a_megabyte_is_refused(web: RunningWeb, cast: Cast) -> None:
    body = json.dumps({"message": "x" * (1024 * 1024)})
    headers = {"Content-Type": "application/json"}
    response = httpx.post(f"{web.url}/chat", content=body, headers=headers, timeout=20)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


def test_a_body_without_a_length_is_limited_too(web: RunningWeb, cast: Cast) -> None:
    def pieces() -> list[bytes]:
        return [b'{"message": "', *[b"x" * 65536] * 20, b'"}']

    headers = {"Content-Type": "application/json"}
    response = httpx.post(f"{web.url}/chat", content=iter(pieces()), headers=headers, timeout=20)
    assert response.status_code == 413


def test_others_are_served_while_passphrases_are_checked(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    roll.credentials.set(SYSTEM, "EMP004", PASSPHRASE)
    body = {"employee_id": "EMP004", "passphrase": PASSPHRASE}

    def sign_in(client: httpx.Client) -> None:
        assert client.post("/api/auth/login", json=body).status_code == 200

    waits: list[float] = []
    with httpx.Client(base_url=web.url, timeout=60) as client, ThreadPoolExecutor(8) as pool:
        check = statistics.median(seconds(lambda: sign_in(client)) for _ in range(5))
        signing_in = [pool.submit(sign_in, client) for _ in range(24)]
        while not all(one.done() for one in signing_in):
            waits.append(seconds(lambda: client.get("/alive").raise_for_status()))
        for one in signing_in:
            one.result()
    # Who waits for a check waits for most of it.
    assert statistics.quantiles(waits, n=10)[-1] < check / 2


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def test_the_log_names_routes_and_no_person(web: RunningWeb, roll: Rollcall, cast: Cast) -> None:
    headers = {"Authorization": f"Bearer {web.token(cast.admin)}", "User-Agent": "Tell-tale"}
    response = httpx.get(f"{web.url}/api/user-sessions/EMP004", headers=headers)
    assert response.status_code == 200
    lines = [one for one in web.log.read_text().splitlines() if one.startswith("{")]
    [line] = [
        one for one in map(json.loads, lines)
        if one.get("request_id") == response.headers["X-Request-Id"]
    ]  # fmt: skip
    assert line["route"] == "/api/user-sessions/<employee_id>"
    assert line["status"] == 200
    assert "EMP004" not in web.log.read_text()
    assert "Tell-tale" not in web.log.read_text()


def test_it_ends_soon_although_sockets_are_open(
    tmp_path: Path, mongodb_uri: str, roll: Rollcall, cast: Cast
) -> None:
    with running_web(tmp_path, mongodb_uri, roll.database.name) as web:
        with listening(web, cast.admin):
            web.process.send_signal(signal.SIGTERM)
            web.process.wait(20)
        # They went when they were hung up on, and nothing was cut off for having taken too long.
        assert "graceful timeout" not in web.log.read_text()
        assert "Traceback" not in web.log.read_text()


def test_a_killed_worker_is_replaced_and_the_feed_with_it(
    tmp_path: Path, mongodb_uri: str, roll: Rollcall, cast: Cast
) -> None:
    with running_web(tmp_path, mongodb_uri, roll.database.name) as web:
        [worker] = psutil.Process(web.process.pid).children()
        worker.kill()
        worker.wait(SOON)
        wait_until_alive(web)
        with listening(web, cast.employee) as listener:
            roll.tasks.assign(cast.manager, NewTask("Order chairs", "EMP004"))
            assert listener.next()["data"]["title"] == "Order chairs"
