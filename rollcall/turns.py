"""Turns: every message with its answer, so that a chat survives a reload, and the buttons that
the answers carry."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.clock import Clock, iso
from rollcall.errors import Conflict, StorageUnavailable
from rollcall.paging import read_page
from rollcall.storage.database import Database, Document, storage_errors

NOT_UNDERSTOOD = {"nlu_fallback", "out_of_scope"}
NOT_KEPT = "…"
MOST_AT_ONCE = 10_000
BUTTON = "button_"
BUTTONS_LIVE = timedelta(days=7)
GIVEN_UP_AFTER = timedelta(seconds=10)
"""A turn that has had no answer for so long may be lost with the process that began it. If it is
not, no harm is done: the assistant plays a turn once, whoever asks."""


@dataclass(frozen=True)
class Turn:
    """One message and what was answered. `state` is begun, answered or failed."""

    turn_id: str
    at: datetime
    conversation_id: str
    text: str
    state: str
    replies: list[dict[str, Any]]

    def public(self) -> dict[str, Any]:
        """JSON-ready, as the chat history is answered."""
        return {
            "turn_id": self.turn_id,
            "at": iso(self.at),
            "message": self.text,
            "replies": self.replies,
        }


@dataclass(frozen=True)
class Button:
    """A button the server issued: what it says and what pressing it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Told:
    """A turn as the assistant wrote it down, ahead of the answer: the number that it has in its
    conversation, and the election of the primary that it was written to."""

    number: int
    election: str


class Turns:
    """Keeps `turns`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._collection = database.collection("turns")
        self._ahead = database.ahead("turns")
        self._conversations = database.collection("conversation_turns")
        self._clock = clock
        # What this process is answering, by turn id.
        self._begun: OrderedDict[str, Document] = OrderedDict()

    def begin(
        self,
        turn_id: str,
        conversation_id: str,
        session_id: str | None,
        employee_id: str | None,
        text: str,
    ) -> Turn | None:
        """Note a message that is about to be answered.

        Returns the earlier turn when this id was answered before, None when it is new or failed
        the first time. Raises `Conflict` while the first try is still being answered, or when the
        id belongs to another conversation.
        """
        document: Document = {
            "_id": turn_id,
            "conversation_id": conversation_id,
            "session_id": session_id,
            "employee_id": employee_id,
            "at": self._clock(),
            "text": text,
            "state": "begun",
            "replies": [],
        }
        with storage_errors():
            try:
                self._ahead.insert_one(document)
            except DuplicateKeyError:
                earlier = self._again(turn_id, conversation_id)
                if earlier is not None:
                    return earlier
        self._begun[turn_id] = document
        if len(self._begun) > MOST_AT_ONCE:
            self._begun.popitem(last=False)
        return None

    def finish(
        self,
        turn_id: str,
        replies: list[dict[str, Any]],
        intent: str | None,
        confidence: float | None,
        actions: list[str],
        milliseconds: int,
        *,
        buttons: Sequence[Button] = (),
        counts: bool = True,
        opens_chat: bool = False,
        told: Told | None = None,
    ) -> None:
        """Keep the answer, unless another try of the same message was answered first.

        `told` is what the assistant wrote ahead of it, which is as safe as the answer when nothing
        is raised: `StorageUnavailable` says that it was lost with a primary that failed, and the
        message may be tried again.

        `buttons` are those of the answer in their order: `Buttons.press` finds them here.
        `counts` says that the turn is to be counted (`TurnCounts`), `opens_chat` that it was the
        first of a chat session.

        What somebody who isn't signed in said and nobody understood isn't kept: it may have been
        a passphrase, typed into the wrong field.
        """
        values: Document = {
            "state": "answered",
            "replies": replies,
            "intent": intent,
            "confidence": confidence,
            "actions": actions,
            "ms": milliseconds,
        }
        if buttons:
            values["buttons"] = [{"title": one.title, "payload": one.payload} for one in buttons]
        if counts:
            values["uncounted"] = True
        if opens_chat:
            values["opens_chat"] = True
        begun = self._begun.pop(turn_id, {})
        if begun.get("employee_id") is None and intent in NOT_UNDERSTOOD:
            values["text"] = NOT_KEPT
        # That it was begun was written ahead: a primary that failed may have taken it along.
        lost = {name: value for name, value in begun.items() if name not in values}
        unanswered = {"_id": turn_id, "state": {"$ne": "answered"}}
        update = {"$set": values, "$setOnInsert": lost} if lost else {"$set": values}
        election = None
        with storage_errors(), suppress(DuplicateKeyError):
            election = self._database.update_in_election(
                "turns", unanswered, update, upsert=bool(lost)
            )
        if told is not None and told.election != election and not self._is_there(told, turn_id):
            self._take_back(turn_id)
            raise StorageUnavailable

    def _take_back(self, turn_id: str) -> None:
        """Let a message be tried again although its answer was kept."""
        again = {"$set": {"state": "failed"}, "$unset": {"uncounted": "", "opens_chat": ""}}
        with storage_errors():
            self._collection.update_one({"_id": turn_id}, again)

    def _is_there(self, told: Told, turn_id: str) -> bool:
        """Whether a majority has what the assistant wrote down of a turn."""
        with storage_errors():
            turn = self._collection.find_one({"_id": turn_id}, {"conversation_id": 1})
            of = {"conversation": turn["conversation_id"] if turn else "", "turn": told.number}
            query = {"_id": of, "events.message_id": turn_id}
            return self._conversations.find_one(query, {"_id": 1}) is not None

    def fail(self, turn_id: str) -> None:
        """Note that there was no answer, so that the same message may be tried again."""
        self._begun.pop(turn_id, None)
        with storage_errors():
            # Another try may have been answered meanwhile.
            unanswered = {"_id": turn_id, "state": {"$ne": "answered"}}
            self._collection.update_one(unanswered, {"$set": {"state": "failed"}})

    def history(self, conversation_id: str, limit: int = 50) -> list[Turn]:
        """The newest answered turns of a conversation, oldest first."""
        query = {"conversation_id": conversation_id, "state": "answered"}
        return read_page(self._collection, query, "at", _build, limit).items[::-1]

    def _again(self, turn_id: str, conversation_id: str) -> Turn | None:
        document = self._collection.find_one_and_update(
            {
                "_id": turn_id,
                "conversation_id": conversation_id,
                "$or": [
                    {"state": "failed"},
                    {"state": "begun", "at": {"$lt": self._clock() - GIVEN_UP_AFTER}},
                ],
            },
            {"$set": {"state": "begun", "at": self._clock()}},
        )
        if document is not None:
            return None
        document = self._collection.find_one({"_id": turn_id, "conversation_id": conversation_id})
        if document is None or document["state"] == "begun":
            raise Conflict("This message is being answered already.")
        return _build(document)


class Buttons:
    """What buttons stand for: a client only ever sees and sends an id.

    Buttons of an answer are kept with it, in `turns`, and their ids are made of the turn's. Those
    that a page offers are in `buttons`, each under an id that nobody can guess.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._collection = database.collection("buttons")
        self._turns = database.collection("turns")
        self._clock = clock

    def issue(self, conversation_id: str, title: str, payload: str) -> str:
        """An id for a button of this conversation, good for seven days."""
        document = {
            "_id": f"{BUTTON}{secrets.token_urlsafe(12)}",
            "conversation_id": conversation_id,
            "title": title,
            "payload": payload,
            "at": self._clock(),
        }
        with storage_errors():
            self._collection.insert_one(document)
        return str(document["_id"])

    def press(self, conversation_id: str, identity: str) -> Button | None:
        """The button with this id in this conversation, or None: then it is just text."""
        if not identity.startswith(BUTTON):
            return None
        with storage_errors():
            found = self._of_answer(conversation_id, identity) or self._collection.find_one(
                {"_id": identity, "conversation_id": conversation_id}
            )
        return Button(found["title"], found["payload"]) if found else None

    def _of_answer(self, conversation_id: str, identity: str) -> Document | None:
        turn_id, _, number = identity.removeprefix(BUTTON).rpartition(".")
        if not turn_id or not number.isdecimal():
            return None
        turn = self._turns.find_one(
            {
                "_id": turn_id,
                "conversation_id": conversation_id,
                "at": {"$gt": self._clock() - BUTTONS_LIVE},
            },
            {"buttons": 1},
        )
        buttons: list[Document] = (turn or {}).get("buttons", [])
        return buttons[int(number)] if int(number) < len(buttons) else None


def button_id(turn_id: str, number: int) -> str:
    """The id of a turn's button; the first has number 0."""
    return f"{BUTTON}{turn_id}.{number}"


def _build(document: Document) -> Turn:
    return Turn(
        turn_id=document["_id"],
        at=document["at"],
        conversation_id=document["conversation_id"],
        text=document["text"],
        state=document["state"],
        replies=document["replies"],
    )
