"""The big list of naughty strings said to the assistant, turn by turn."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.security.live.conftest import Target
from tests.security.live.in_time import in_time
from tests.security.naughty import naughty_strings

STRINGS = naughty_strings()
LONGEST_MESSAGE = 1000
UNREADABLE = 422
INNARDS = (
    "Traceback",
    "Exception",
    "action_",
    "utter_",
    "slot",
    "KeyError",
    "Something went wrong",
)


def may_be_refused(text: str) -> bool:
    """Whether there is nothing to answer: nothing to see, too much, or what no keyboard writes."""
    seen = any(unicodedata.category(one)[0] not in "CZ" for one in text)
    controls = any(ord(one) < 32 and one not in "\t\n\v\f\r" for one in text)
    return not seen or len(text) > LONGEST_MESSAGE or controls or "\x7f" in text


def say(client: httpx.Client, text: str) -> list[dict[str, Any]]:
    """The replies, each a decent one; none when the message was refused with a reason."""
    answer = in_time(client, "/chat", {"message": text})
    if answer.status_code == UNREADABLE:
        assert may_be_refused(text), (text, answer.text)
        assert answer.json()["error"]["fields"]["message"], text
        return []
    assert answer.status_code == httpx.codes.OK, (text, answer.text)
    replies: list[dict[str, Any]] = answer.json()["replies"]
    assert replies, text
    for reply in replies:
        assert reply["text"].strip() or reply["custom"], (text, replies)
        told = reply["text"].replace(text.strip(), "")
        assert not [one for one in INNARDS if one in told], (text, reply)
    return replies


@pytest.fixture
def speaker(target: Target) -> Iterator[httpx.Client]:
    """Somebody of the cast in a conversation that has just begun."""
    employee = target.roll.directory.find("EMP004")
    assert employee
    session = target.roll.sessions.open(employee)
    with target.client(target.roll.sessions.authenticate(session.session_id)) as client:
        yield client


@pytest.mark.parametrize("part", range(5))
def test_every_string_is_answered_and_obeyed_by_nobody(
    target: Target, speaker: httpx.Client, part: int
) -> None:
    """Each as a message of its own. Nothing is written but that somebody is here."""
    query = {"kind": {"$not": {"$regex": "^(session|chat)"}}}
    before = target.count("session_activities", **query)
    for text in STRINGS[part::5]:
        say(speaker, text)
    assert target.count("session_activities", **query) == before
    assert speaker.get("/api/auth/me").status_code == httpx.codes.OK
