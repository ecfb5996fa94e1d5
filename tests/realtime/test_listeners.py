"""One person in several windows, and one window that goes away and comes back."""

from rollcall import Rollcall
from rollcall.tasks import NewTask
from tests.cast import Cast
from tests.realtime.conftest import SOON, RunningWeb, listening


def test_both_windows_of_a_person_hear_it_once_each(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.employee) as one, listening(web, cast.employee, "polling") as other:
        for title in ("first", "marker"):
            roll.tasks.assign(cast.manager, NewTask(title, "EMP004"))
        assert one.until("marker") == ["first", "marker"]
        assert other.until("marker") == ["first", "marker"]


def test_everybody_concerned_hears_it_and_nobody_else(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with (
        listening(web, cast.employee) as employee,
        listening(web, cast.manager) as manager,
        listening(web, cast.admin) as admin,
        listening(web, cast.faculty) as faculty,
        listening(web, cast.outsider) as outsider,
    ):
        roll.tasks.assign(cast.admin, NewTask("for Erika", "EMP004"))
        for listener in (employee, manager, admin):
            assert listener.next()["data"]["title"] == "for Erika"
        roll.tasks.assign(cast.admin, NewTask("for Félix", "EMP003"))
        roll.tasks.assign(cast.admin, NewTask("for Oscar", "EMP005"))
        assert faculty.until("for Félix") == ["for Félix"]
        assert outsider.until("for Oscar") == ["for Oscar"]


def test_window_that_comes_back_goes_on_and_hears_nothing_twice(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.employee) as listener:
        roll.tasks.assign(cast.manager, NewTask("before", "EMP004"))
        assert listener.until("before") == ["before"]
        listener.client.disconnect()
        roll.tasks.assign(cast.manager, NewTask("while away", "EMP004"))
        auth = {"token": web.token(cast.employee)}
        listener.client.connect(web.url, auth=auth, transports=["websocket"], wait_timeout=SOON)
        roll.tasks.assign(cast.manager, NewTask("after", "EMP004"))
        # What happened meanwhile is fetched, not sent again.
        assert listener.until("after") in (["after"], ["while away", "after"])
    titles = {one.title for one in roll.tasks.list(cast.employee).items}
    assert titles == {"before", "while away", "after"}


def test_signing_out_elsewhere_hangs_up_every_window_of_that_session(
    web: RunningWeb, roll: Rollcall, cast: Cast
) -> None:
    with listening(web, cast.employee) as one, listening(web, cast.employee) as other:
        roll.sessions.end(cast.admin, str(cast.employee.session_id))
        for listener in (one, other):
            assert listener.ended.get(timeout=SOON) == cast.employee.session_id
            listener.client.wait()
            assert not listener.client.connected
