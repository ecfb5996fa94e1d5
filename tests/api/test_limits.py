"""How much one caller may ask for: by person, by token, by guest and by address."""

from collections.abc import Callable

import pytest
from flask import Flask, Response

from rollcall import Principal, Rollcall, Settings, access_tokens
from rollcall.api_tokens import NewApiToken
from rollcall.operation.home import Home
from tests.api.conftest import Caller, error_of
from tests.cast import Cast
from tests.conftest import UNLIMITED, StandingClock
from web import create_app
from web.caller import set_guest_cookie

AppWith = Callable[..., Flask]


@pytest.fixture
def app_with(roll: Rollcall, settings: Settings) -> AppWith:
    """An application with some limits. Nobody answers as its assistant."""

    def make(**limits: int) -> Flask:
        limited = settings.model_copy(update={**UNLIMITED, **limits})
        Home(limited).prepare().choose_ports(for_web=False)
        return create_app(limited, roll)

    return make


def as_person(app: Flask, actor: Principal) -> Caller:
    home = Home(app.extensions["rollcall"].settings)
    key, now = home.secrets.access_key, app.extensions["rollcall"].roll.clock()
    token = access_tokens.issue(str(actor.employee_id), str(actor.session_id), key, now)
    return Caller(app.test_client(), {"Authorization": f"Bearer {token}"})


def say(caller: Caller) -> int:
    return caller.post("/chat", {"message": "hello"}).status_code


def test_beyond_the_limit_a_person_is_asked_to_wait(
    app_with: AppWith, cast: Cast, clock: StandingClock
) -> None:
    app = app_with(api_per_minute=3)
    employee = as_person(app, cast.employee)
    for _ in range(3):
        assert employee.get("/api/v1/tasks").status_code == 200
    refused = employee.get("/api/v1/tasks")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert error_of(refused)["code"] == "too_many_requests"
    assert error_of(refused)["message"] == "That was a lot at once. Please wait 60 seconds."
    assert as_person(app, cast.manager).get("/api/v1/tasks").status_code == 200
    clock.forward(minutes=1)
    assert employee.get("/api/v1/tasks").status_code == 200


def test_limit_holds_over_processes(app_with: AppWith, cast: Cast) -> None:
    for _ in range(3):
        answer = as_person(app_with(api_per_minute=3), cast.employee).get("/api/v1/tasks")
        assert answer.status_code == 200
    answer = as_person(app_with(api_per_minute=3), cast.employee).get("/api/v1/tasks")
    assert answer.status_code == 429


def test_token_is_counted_apart_from_its_person(
    app_with: AppWith, roll: Rollcall, cast: Cast
) -> None:
    app = app_with(api_per_minute=3)
    _, token = roll.api_tokens.create(cast.admin, NewApiToken("Gate", ["tasks.read"]))
    program = Caller(app.test_client(), {"Authorization": f"Bearer {token}"})
    assert [program.get("/api/v1/tasks").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert as_person(app, cast.admin).get("/api/v1/tasks").status_code == 200


def test_address_is_counted_whoever_calls_and_before_who_that_is(
    app_with: AppWith, cast: Cast
) -> None:
    app = app_with(address_per_minute=4)
    nobody = Caller(app.test_client(), {"Authorization": "Bearer x.y.z"})
    assert [nobody.get("/api/v1/tasks").status_code for _ in range(3)] == [401] * 3
    assert as_person(app, cast.employee).get("/api/v1/tasks").status_code == 200
    assert as_person(app, cast.manager).get("/api/v1/tasks").status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    answer = as_person(app, cast.manager).get("/api/v1/tasks", environ_base=elsewhere)
    assert answer.status_code == 200


def test_what_watches_the_instance_is_not_counted(app_with: AppWith) -> None:
    client = app_with(address_per_minute=1).test_client()
    for path in ("/alive", "/api-status", "/", "/dashboard"):
        assert [client.get(path).status_code for _ in range(3)] == [200] * 3


def test_guest_is_counted_by_cookie(app_with: AppWith) -> None:
    app = app_with(guest_chat_per_minute=2)
    first, second = Caller(app.test_client(), {}), Caller(app.test_client(), {})
    # Nobody answers as the assistant here, so 503 is a message that was let through, and the
    # cookie that comes with the first answer has to be made by hand.
    for number, caller in enumerate((first, second)):
        response = Response()
        with app.test_request_context():
            set_guest_cookie(response, f"guest_{number:032x}")
        value = response.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
        caller.client.set_cookie("rollcall_guest", value)
    assert [say(first) for _ in range(3)] == [503, 503, 429]
    assert say(second) == 503


def test_guest_who_throws_the_cookie_away_is_counted_by_address(app_with: AppWith) -> None:
    app = app_with(guests_per_minute=2)
    assert [say(Caller(app.test_client(), {})) for _ in range(3)] == [503, 503, 429]


def test_person_who_chats_is_counted_and_not_as_a_guest(app_with: AppWith, cast: Cast) -> None:
    app = app_with(chat_per_minute=2, guests_per_minute=1)
    employee = as_person(app, cast.employee)
    assert [say(employee) for _ in range(3)] == [503, 503, 429]
    assert employee.get("/chat/history").status_code == 200


def test_sign_in_counts_for_the_address_too(app_with: AppWith) -> None:
    client = app_with(address_per_minute=2).test_client()
    body = {"employee_id": "EMP004", "passphrase": "wrong"}
    statuses = [client.post("/api/auth/login", json=body).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_generous_numbers_are_the_default() -> None:
    limits = {name: Settings.model_fields[name].default for name in UNLIMITED}
    assert limits == {
        "api_per_minute": 600,
        "address_per_minute": 3000,
        "chat_per_minute": 60,
        "guest_chat_per_minute": 20,
        "guests_per_minute": 100,
    }
