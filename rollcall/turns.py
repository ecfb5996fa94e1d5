"""Turns: every message with its answer, so that a chat survives a reload, and the buttons that
the answers carry."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from rollcall.clock import Clock, iso
from rollcall.errors import Conflict
from rollcall.paging import read_page
from rollcall.storage.database import Database, Document, storage_errors

NOT_UNDERSTOOD = {"nlu_fallback", "out_of_scope"}
NOT_KEPT = "…"
MOST_AT_ONCE = 10_000
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


class Turns:
    """Keeps `turns`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._collection = database.collection("turns")
        self._ahead = database.ahead("turns")
        self._sessions = database.ahead("user_sessions")
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
            else:
                if session_id:
                    self._sessions.update_one({"_id": session_id}, {"$inc": {"counts.messages": 1}})
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
    ) -> None:
        """Keep the answer.

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
        begun = self._begun.pop(turn_id, {})
        if begun.get("employee_id") is None and intent in NOT_UNDERSTOOD:
            values["text"] = NOT_KEPT
        # That it was begun was written ahead: a primary that failed may have taken it along.
        lost = {name: value for name, value in begun.items() if name not in values}
        with storage_errors():
            self._collection.update_one(
                {"_id": turn_id}, {"$set": values, "$setOnInsert": lost}, upsert=bool(lost)
            )

    def fail(self, turn_id: str) -> None:
        """Note that there was no answer, so that the same message may be tried again."""
        self._begun.pop(turn_id, None)
        self._set(turn_id, {"state": "failed"})

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

    def _set(self, turn_id: str, values: Document) -> None:
        with storage_errors():
            self._collection.update_one({"_id": turn_id}, {"$set": values})


class Buttons:
    """Keeps what buttons stand for: a client only ever sees and sends an id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._collection = database.collection("buttons")
        self._ahead = database.ahead("buttons")
        self._clock = clock

    def issue(self, conversation_id: str, title: str, payload: str) -> str:
        """An id for a button of this conversation, good for seven days."""
        document = self._new(conversation_id, title, payload)
        with storage_errors():
            self._collection.insert_one(document)
        return str(document["_id"])

    def issue_with_answer(self, conversation_id: str, buttons: list[Button]) -> list[str]:
        """Ids for the buttons of an answer, in their order. They are safe with the answer, which
        is kept afterwards (`Turns.finish`)."""
        documents = [self._new(conversation_id, one.title, one.payload) for one in buttons]
        if documents:
            with storage_errors():
                self._ahead.insert_many(documents, ordered=False)
        return [str(one["_id"]) for one in documents]

    def _new(self, conversation_id: str, title: str, payload: str) -> Document:
        return {
            "_id": f"button_{secrets.token_urlsafe(12)}",
            "conversation_id": conversation_id,
            "title": title,
            "payload": payload,
            "at": self._clock(),
        }

    def press(self, conversation_id: str, identity: str) -> Button | None:
        """The button with this id in this conversation, or None: then it is just text."""
        if not identity.startswith("button_"):
            return None
        with storage_errors():
            found = self._collection.find_one({"_id": identity, "conversation_id": conversation_id})
        return Button(found["title"], found["payload"]) if found else None


def _build(document: Document) -> Turn:
    return Turn(
        turn_id=document["_id"],
        at=document["at"],
        conversation_id=document["conversation_id"],
        text=document["text"],
        state=document["state"],
        replies=document["replies"],
    )
