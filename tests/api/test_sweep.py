"""Sockets whose session or token ended without a word are hung up all the same."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient

from rollcall import Principal, Rollcall, access_tokens
from rollcall.api_tokens import NewApiToken
from tests.cast import Cast
from tests.conftest import StandingClock
from web.services import EXTENSION
from web.tail import Tail

Connect = Callable[[str], SocketIOTestClient]


@pytest.fixture
def connect(app: Flask) -> Connect:
    """A client of the feed with a token."""
    return lambda token: app.extensions["socketio"].test_client(app, auth={"token": token})


@pytest.fixture
def tail(app: Flask) -> Tail:
    return Tail(app, lambda: True)


def token_for(app: Flask, actor: Principal, clock: StandingClock) -> str:
    key = app.extensions[EXTENSION].secrets.access_key
    return access_tokens.issue(str(actor.employee_id), str(actor.session_id), key, clock())


def test_session_that_has_been_idle_too_long(
    app: Flask, connect: Connect, tail: Tail, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    idle = connect(token_for(app, cast.employee, clock))
    busy = connect(token_for(app, cast.manager, clock))
    clock.forward(minutes=29)
    roll.sessions.touch(cast.manager)
    tail.sweep()
    assert idle.is_connected()
    clock.forward(minutes=1)
    tail.sweep()
    assert not idle.is_connected()
    assert busy.is_connected()


def test_token_that_has_expired(
    connect: Connect, tail: Tail, roll: Rollcall, cast: Cast, clock: StandingClock
) -> None:
    new = NewApiToken("Wall", ["activities.read"], days=1)
    program = connect(roll.api_tokens.create(cast.admin, new)[1])
    clock.forward(hours=23)
    tail.sweep()
    assert program.is_connected()
    clock.forward(hours=1)
    tail.sweep()
    assert not program.is_connected()


def test_token_without_the_scope_is_not_let_in(
    connect: Connect, roll: Rollcall, cast: Cast
) -> None:
    new = NewApiToken("Wall", ["tasks.read"])
    assert not connect(roll.api_tokens.create(cast.admin, new)[1]).is_connected()
