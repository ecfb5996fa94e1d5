"""Questions to the record."""

from rollcall import Rollcall
from tests.assistant import Conversation
from tests.cast import Cast


def test_my_registrations_lists_what_i_registered(
    employee: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.registrations.create(
        cast.employee, "equipment", {"item": "Dell Latitude", "serial_number": "S1"}
    )
    reply = employee.talk("my registrations")
    assert "You have 1 registration" in reply.text
    assert reply.custom["rows"][0]["title"] == "Dell Latitude"


def test_registrations_of_a_team_member_for_the_manager(
    manager: Conversation, roll: Rollcall, cast: Cast
) -> None:
    roll.registrations.create(
        cast.employee, "equipment", {"item": "Dell Latitude", "serial_number": "S1"}
    )
    assert (
        "Erika Musterfrau (EMP004) has 1 registration"
        in manager.talk("show the registrations of EMP004").text
    )


def test_counting_by_type(admin: Conversation, roll: Rollcall, cast: Cast) -> None:
    for number in range(2):
        data = {"item": "Dell", "serial_number": f"S{number}"}
        roll.registrations.create(cast.employee, "equipment", data)
    reply = admin.talk("how many pieces of equipment did EMP004 register?")
    assert "Erika Musterfrau (EMP004) has 2 pieces of equipment." in reply.text
