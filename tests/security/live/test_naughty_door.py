"""The big list of naughty strings typed at the door of a running instance."""

from collections.abc import Iterator

import httpx
import pytest

from rollcall import SYSTEM
from rollcall.people import NewEmployee
from tests.security.live.conftest import PASSPHRASE, Target
from tests.security.live.in_time import in_time
from tests.security.naughty import naughty_strings

UNREADABLE = 422
AT_THE_DOOR = [one for one in naughty_strings() if 15 <= len(one) <= 60][::12]


@pytest.fixture
def door(target: Target) -> Iterator[httpx.Client]:
    """Somebody who isn't signed in; nobody has tried before them."""
    with httpx.Client(base_url=target.url, timeout=60) as client:
        yield client


def try_all_over(target: Target, client: httpx.Client) -> None:
    """That there were many tries is not the question here."""
    client.cookies.clear()
    target.roll.database.collection("rate_limits").delete_many({})


def test_the_fields_at_the_door_take_or_refuse_every_string(
    target: Target, door: httpx.Client
) -> None:
    for text in AT_THE_DOOR:
        for path, body in (
            ("/api/auth/login", {"employee_id": text, "passphrase": PASSPHRASE}),
            ("/api/auth/login", {"employee_id": "EMP004", "passphrase": text}),
            ("/api/auth/activate", {"employee_id": text, "code": text, "passphrase": text}),
        ):
            try_all_over(target, door)
            answer = in_time(door, path, body)
            assert answer.status_code in (401, UNREADABLE), (body, answer.text)
            assert "set-cookie" not in answer.headers


def test_a_string_serves_as_a_passphrase(target: Target, door: httpx.Client) -> None:
    """Who chooses one comes in with that and with nothing that is nearly that."""
    for number, text in enumerate(AT_THE_DOOR[::2]):
        employee_id = f"NTY{number:03}"
        _, code = target.roll.people.add(SYSTEM, NewEmployee(employee_id, "Nora Naughty"))
        who = {"employee_id": employee_id, "passphrase": text}
        try_all_over(target, door)
        assert in_time(door, "/api/auth/activate", {**who, "code": code}).is_success, text
        try_all_over(target, door)
        assert in_time(door, "/api/auth/login", who).is_success, text
        try_all_over(target, door)
        wrong = {**who, "passphrase": text[:-1]}
        assert in_time(door, "/api/auth/login", wrong).status_code == 401, text
