"""`rollcall doctor` at the ports: what is open, what has no lock, what runs another version."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from rollcall import Settings, __version__
from rollcall.operation.doctor import doors
from rollcall.operation.doctor.findings import Deployment, State
from rollcall.operation.home import Home, Ports, write_privately
from rollcall.operation.parts import DOOR_HEADER, current_model
from rollcall.operation.ports import free_port
from tests.unit.test_doctor import home, only

__all__ = ["home"]


@contextmanager
def answering(key: str | None, **told: Any) -> Iterator[int]:
    """A server on loopback that tells `told` to whoever sends `key` (None: to everybody)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knows = key is None or self.headers.get(DOOR_HEADER) == key
            body = json.dumps(told if knows else {}).encode()
            self.send_response(200 if knows else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at(home: Home, **ports: int) -> None:
    """Write down where the parts listen."""
    write_privately(home.ports_file, asdict(replace(home.ports, **ports)))


def test_an_inner_port_that_other_machines_reach_is_found(home: Home, settings: Settings) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104
        at(home, rasa=taken.getsockname()[1])
        found = only(doors.bound, settings)
    assert (found.state, "rasa listens on 0.0.0.0" in found.seen) == (State.FAILED, True)


def test_inner_ports_on_loopback_are_well(home: Home, settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
        socket.create_server(("127.0.0.1", 0)) as three,
    ):
        ports = [each.getsockname()[1] for each in (one, two, three)]
        at(home, rasa=ports[0], actions=ports[1], mongod=ports[2])
        assert only(doors.bound, settings).state is State.OK
    found = only(doors.bound, settings)
    assert (found.state, "rollcall up" in found.todo) == (State.WARNING, True)


def test_a_door_without_a_lock_is_found(home: Home, settings: Settings) -> None:
    key = home.secrets.action_key
    with answering(key) as locked, answering(None) as unlocked:
        at(home, rasa=unlocked, actions=locked)
        found = only(doors.locked, settings)
        assert (found.state, "without the key" in found.seen) == (State.FAILED, True)
        at(home, rasa=locked, actions=unlocked)
        assert only(doors.locked, settings).state is State.FAILED
        at(home, rasa=locked, actions=locked)
        assert only(doors.locked, settings).state is State.OK


def test_a_part_that_has_another_key_is_found(home: Home, settings: Settings) -> None:
    with answering("another key") as other, answering(home.secrets.action_key) as locked:
        at(home, rasa=locked, actions=other)
        found = only(doors.locked, settings)
    assert (found.state, "does not know the key" in found.seen) == (State.FAILED, True)


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, ""),
        ({"version": "0.0.1"}, "versions"),
        ({"rasa": "3.5.2"}, "versions"),
        ({"rasa_sdk": "2.8.1"}, "versions"),
        ({"model": "old.tar.gz"}, "model"),
    ],
    ids=str,
)
def test_a_version_that_does_not_fit_is_found(
    home: Home, settings: Settings, told: dict[str, str], wrong: str
) -> None:
    right = {"version": __version__, "rasa": "3.6.21", "rasa_sdk": "3.21.0"}
    with answering(None, **{**right, "model": current_model().name, **told}) as port:
        at(home, web=port, rasa=port, actions=port)
        found = {one.check: one.state for one in doors.versions(Deployment(settings))}
    assert [name for name, state in found.items() if state is State.FAILED] == [wrong][: len(wrong)]


def test_what_does_not_run_is_a_warning(home: Home, settings: Settings) -> None:
    at(home, **asdict(Ports(*(free_port(()) for _ in range(4)))))
    for check in (doors.bound, doors.locked, doors.versions):
        found = only(check, settings)
        assert (found.state, "rollcall up" in found.todo) == (State.WARNING, True)
