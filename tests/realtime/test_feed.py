"""What is put on record reaches those who may see it, and nobody else."""

from typing import Any

import pytest
import socketio

from rollcall import Principal, Rollcall
from rollcall.api_tokens import NewApiToken
from rollcall.clock import system_clock
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import SOON, Listener, RunningWeb, listening


def assign(roll: Rollcall, actor: Principal, title: str, assignee: str) -> None:
    roll.tasks.assign(actor, NewTask(title, assignee))


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_task_reaches_the_person_it_is_given_to(
    web: RunningWeb, roll: Rollcall, cast: Cast, transport: str
) -> None:
    with listening(web, cast.employee, transport) as listener:
        assign(roll, cast.manager, "Order chairs", "EMP004")
        activity = listener.next()
    assert activity["kind"] == "task.assigned"
    assert activity["employee_id"] == "EMP002"
    assert activity["employee_name"] == "Mona Lindqvist"
    assert activity["text"] == "Mona Lindqvist assigned “Order chairs” to Erika Musterfrau"
    assert activity["subject"]["type"] == "task"
    assert activity["at"].endswith("Z")


def test_an_admin_hears_everything(web: RunningWeb, roll: Rollcall, cast: Cast) -> None:
    with listening(web, cast.admin) as listener:
        assign(roll, cast.outsider, "Water the plants", "EMP005")
        assert listener.next()["data"]["title"] == "Water the plants"


def test_an_employee_hears_nothing_of_others(web: RunningWeb, roll: Rollcall, cast: Cast) -> None:
    with listening(web, cast.employee) as listener:
        assign(roll, cast.outsider, "none of their business", "EMP005")
        assign(roll, cast.admin, "for the manager only", "EMP002")
        assign(roll, cast.manager, "marker", "EMP004")
        assert listener.until("marker") == ["marker"]


def test_a_manager_hears_of_the_team_and_not_of_another(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.manager) as listener:
        assign(roll, cast.outsider, "none of their business", "EMP005")
        assign(roll, cast.employee, "my own reminder", "EMP004")
        assert listener.until("my own reminder") == ["my own reminder"]


def test_each_activity_arrives_once_though_two_rooms_get_it(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.manager) as listener:
        assign(roll, cast.manager, "for my team", "EMP004")
        assign(roll, cast.manager, "marker", "EMP004")
        assert listener.until("marker") == ["for my team", "marker"]


def test_a_guest_is_not_let_in(web: RunningWeb) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(web.url, transports=["websocket"], wait_timeout=SOON)


@pytest.mark.parametrize("token", ["x.y.z", "", 7, {"$gt": ""}])
def test_a_bad_token_is_not_let_in(web: RunningWeb, token: Any) -> None:
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(web.url, auth={"token": token}, transports=["websocket"], wait_timeout=SOON)


def test_a_session_that_is_over_is_not_let_in(web: RunningWeb, roll: Rollcall, cast: Cast) -> None:
    roll.sessions.end(cast.employee, str(cast.employee.session_id))
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            web.url,
            auth={"token": web.token(cast.employee)},
            transports=["websocket"],
            wait_timeout=SOON,
        )


def connect_as_browser(web: RunningWeb, actor: Principal, origin: str) -> Listener:
    listener = Listener(origin)
    cookie = {"Cookie": f"rollcall_access={web.token(actor)}"}
    listener.client.connect(web.url, headers=cookie, transports=["websocket"], wait_timeout=SOON)
    return listener


def test_the_cookie_of_the_browser_is_enough(web: RunningWeb, roll: Rollcall, cast: Cast) -> None:
    listener = connect_as_browser(web, cast.employee, web.url)
    assign(roll, cast.manager, "Order chairs", "EMP004")
    assert listener.next()["data"]["title"] == "Order chairs"
    listener.client.disconnect()


def test_another_site_cannot_open_a_socket_with_the_browsers_cookies(
    web: RunningWeb, cast: Cast
) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        connect_as_browser(web, cast.employee, "https://evil.example")


def test_nothing_is_missed_while_the_record_was_out_of_reach(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    admin = roll.database.raw.client.admin
    with listening(web, cast.employee) as listener:
        failure = {"failCommands": ["getMore", "aggregate"], "closeConnection": True}
        admin.command("configureFailPoint", "failCommand", mode={"times": 6}, data=failure)
        try:
            assign(roll, cast.manager, "first", "EMP004")
            assign(roll, cast.manager, "second", "EMP004")
            assert listener.until("second") == ["first", "second"]
        finally:
            admin.command("configureFailPoint", "failCommand", mode="off")


def test_ending_a_session_hangs_up_its_sockets_only(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    other = roll.sessions.open(roll.people.get(cast.employee, "EMP004"))
    second = roll.sessions.authenticate(other.session_id)
    with listening(web, cast.employee) as first, listening(web, second) as still_there:
        roll.sessions.end(cast.employee, str(cast.employee.session_id))
        assert first.ended.get(timeout=SOON) == cast.employee.session_id
        first.client.wait()
        assert not first.client.connected
        assign(roll, cast.manager, "Order chairs", "EMP004")
        while still_there.next()["kind"] != "task.assigned":
            pass
        assert still_there.client.connected


def token_of(roll: Rollcall, web: RunningWeb, cast: Cast, *scopes: str) -> tuple[str, str]:
    """Id and secret of an API token that the running server takes as its own."""
    own = Rollcall(roll.settings, roll.database, web.pepper, system_clock)
    made, token = own.api_tokens.create(cast.admin, NewApiToken("Wall", scopes, "EMP004"))
    return made.token_id, token


def test_a_program_hears_what_its_person_may_until_its_token_is_withdrawn(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    token_id, token = token_of(roll, web, cast, "activities.read")
    listener = Listener()
    listener.client.connect(
        web.url, auth={"token": token}, transports=["websocket"], wait_timeout=SOON
    )
    assign(roll, cast.outsider, "none of their business", "EMP005")
    assign(roll, cast.manager, "marker", "EMP004")
    assert listener.until("marker")[-1:] == ["marker"]
    roll.api_tokens.revoke(cast.admin, token_id)
    listener.client.wait()
    assert not listener.client.connected


def test_a_program_without_that_scope_is_not_let_in(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    _, token = token_of(roll, web, cast, "tasks.read")
    client = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(web.url, auth={"token": token}, transports=["websocket"], wait_timeout=SOON)


def test_who_loses_a_role_hears_nothing_more_by_it(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.manager) as before:
        roll.people.change(cast.admin, "EMP002", {"role": "employee"})
        before.client.wait()
        assert not before.client.connected
    with listening(web, cast.manager) as after:
        assign(roll, cast.employee, "none of their business", "EMP004")
        assign(roll, cast.admin, "marker", "EMP002")
        assert after.until("marker") == ["marker"]


def test_who_is_no_longer_the_manager_is_hung_up(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.manager) as listener:
        roll.people.change(cast.admin, "EMP004", {"manager_id": None})
        while "resync" not in listener.next():  # What they see is not theirs to see any more.
            pass
        listener.client.wait()
        assert not listener.client.connected


def test_closing_an_account_hangs_up_its_sockets(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.employee) as listener:
        roll.accounts.deactivate(cast.admin, "EMP004")
        assert listener.ended.get(timeout=SOON) == cast.employee.session_id
        listener.client.wait()
        assert not listener.client.connected
