"""The big list of naughty strings typed as answers into an open form, through the chat."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rollcall import Principal
from rollcall.forms.chatter import unquoted
from rollcall.forms.kinds import read
from rollcall.storage.database import Document
from tests.security.live.conftest import Target
from tests.security.live.test_naughty_chat import STRINGS, say

SUMMARY = "A ladder fell over"


class Form:
    """An incident being registered, of which the place is asked again and again."""

    def __init__(self, target: Target, actor: Principal, client: httpx.Client) -> None:
        self.target = target
        self.actor = actor
        self.client = client
        say(client, "register an incident")
        say(client, SUMMARY)

    def draft(self) -> Document:
        """What the form holds now."""
        drafts = self.target.roll.database.collection("drafts")
        [draft] = drafts.find({"employee_id": "EMP004", "type": "incident"})
        return draft

    def as_read(self, text: str) -> Any:
        """The place that a text is by the form's own reading: what can't be seen, quotation marks
        around it and the slash that commands begin with are no part of an answer."""
        drafts, actor = self.target.roll.drafts, self.actor
        draft = drafts.get(actor, str(self.draft()["_id"]))
        assert draft
        words = unquoted(text) or text.lstrip("/")
        return read(drafts.form_of(actor, draft).field("place"), words, drafts.context(actor))

    def ask_the_place(self) -> None:
        """Bring the form back to its question, from wherever the last answer has led."""
        if self.draft()["state"] != "open":
            say(self.client, "continue my incident")
        while self.draft()["asking"] != "place":
            say(self.client, "go back")


@pytest.fixture
def form(target: Target) -> Iterator[Form]:
    """A form of somebody of the cast, thrown away afterwards."""
    employee = target.roll.directory.find("EMP004")
    assert employee
    session = target.roll.sessions.open(employee)
    actor = target.roll.sessions.authenticate(session.session_id)
    with target.client(actor) as client:
        yield Form(target, actor, client)
        say(client, "/cancel")
        target.roll.database.collection("drafts").delete_many({"employee_id": "EMP004"})


@pytest.mark.parametrize("part", range(5))
def test_every_string_is_kept_as_typed_or_asked_back(target: Target, form: Form, part: int) -> None:
    """No string ends the form, saves it, or changes another answer of it."""
    kept = 0
    for text in STRINGS[part::5]:
        form.ask_the_place()
        before = form.draft()["answers"]
        say(form.client, text)
        answers = form.draft()["answers"]
        assert answers["summary"] == SUMMARY, text
        if answers != before:
            kept += 1
            assert answers == {"summary": SUMMARY, "place": form.as_read(text)}, (text, answers)
    assert kept
    assert not target.count("incident_registration")
