"""The web server as a process: how it answers over a real connection, and how it ends."""

import json
import signal
import time
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
    waits: list[float] = []
    with ThreadPoolExecutor(8) as pool:
        signing_in = [
            pool.submit(httpx.post, f"{web.url}/api/auth/login", json=body, timeout=60)
            for _ in range(24)
        ]
        while not all(one.done() for one in signing_in):
            begun = time.monotonic()
            assert httpx.get(f"{web.url}/alive", timeout=20).status_code == 200
            waits.append(time.monotonic() - begun)
    assert [one.result().status_code for one in signing_in] == [200] * 24
    assert sorted(waits)[len(waits) // 2] < 1.0


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
