"""One turn as an action sees it: who says what, and a way to answer."""

import logging
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.errors import explain
from actions.pending import Pending, Reading, is_refusal, reading_of
from rollcall import Principal, Rollcall, RollcallError
from rollcall.errors import InvalidToken, Unauthenticated
from rollcall.question_words import refines
from rollcall.spoken.strange import is_noise
from rollcall.turn_tokens import Turn, verify

log = logging.getLogger("rollcall.actions")
Events = list[dict[str, Any]]
Button = dict[str, str]
EMPLOYEE_ID = re.compile(r"\b([A-Za-z]{2,6}\d{3,8})\b")
FALLBACK = "action_default_fallback"
HISTORY = "action_query_history"
LONGEST_QUOTE = 40
SURE = 0.8
"""Below this, what takes something away is asked back first."""
_COMMAND = re.compile(r"/\w+(\{.*\})?")


@dataclass(frozen=True)
class Asked:
    """What was said: the verified turn, the principal behind it, the words and their reading.

    `entities` maps an entity to its first value; `ranking` the likeliest intents in order.
    `just_said` is False when another action answered this message already. `pending` is what the
    assistant asked just before, `agreed` is True when this is the answer to it. `shown` are the
    tasks that the conversation can point at. `said` is what the assistant said in the last turns,
    the newest first; `is_command` is True for something like "/restart",
    `in_form` while a form is open.
    """

    turn: Turn
    actor: Principal
    text: str
    intent: str | None
    confidence: float
    entities: dict[str, str]
    ranking: list[str]
    draft_id: str | None
    last_question: dict[str, str] | None
    just_said: bool
    pending: Pending | None = None
    agreed: bool = False
    shown: dict[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    is_command: bool = False
    in_form: bool = False

    @property
    def employee_id(self) -> str | None:
        """The employee id that was named, upper-case."""
        named = self.entities.get("employee_id")
        found = EMPLOYEE_ID.search(named or self.text)
        return found[1].upper() if found else None

    def key(self, action: str) -> str:
        """The idempotency key of what `action` does in this turn, however often it is tried."""
        return f"{self.turn.turn_id}:{action}"

    @property
    def says_no(self) -> bool:
        """Whether this declines what the assistant asked."""
        return is_refusal(self.text, self.intent)

    def as_answer_to(self, pending: Pending, reading: Reading) -> "Asked":
        """This turn as the answer to what the assistant asked: the sentence it asked about."""
        named = {"task_title": reading.named} if reading.named else {}
        return replace(
            self,
            text=reading.words,
            intent=reading.intent,
            entities={**pending.entities, **named},
            agreed=pending.kind == "yes",
            pending=None,
        )

    def asks(self, action: str, kind: str, **more: Any) -> dict[str, Any]:
        """The event that makes the next sentence an answer to what is asked in this turn."""
        return Pending(
            turn_id=self.turn.turn_id,
            action=action,
            kind=kind,
            words=more.pop("words", self.text),
            intent=self.intent,
            entities=more.pop("entities", self.entities),
            **more,
        ).event()

    def require_person(self) -> Principal:
        """The principal, who must be signed in. Raises `Unauthenticated`."""
        if not self.actor.signed_in:
            raise Unauthenticated(
                "Please sign in first. Just say, for example: I am employee EMP001."
            )
        return self.actor


class Answer:
    """Collects what is said in reply: each call of `say` is one message."""

    def __init__(self, dispatcher: CollectingDispatcher) -> None:
        self._dispatcher = dispatcher

    def say(
        self, text: str, custom: dict[str, Any] | None = None, buttons: list[Button] | None = None
    ) -> None:
        """A message that is complete as text; `custom` is how a rich client shows it."""
        self._dispatcher.utter_message(text=text, json_message=custom, buttons=buttons or [])


def button(title: str, payload: str) -> Button:
    """A button: what it says, and the command or sentence that pressing it sends."""
    return {"title": title, "payload": payload}


def read_turn(roll: Rollcall, turn_key: str, tracker: Tracker) -> Asked:
    """The turn in a tracker. Who speaks is in the signature and in the session row, nowhere else.

    Raises `InvalidToken` for a turn that the web server didn't sign, `SessionEnded`.
    """
    message = tracker.latest_message
    token = str((message.get("metadata") or {}).get("turn", ""))
    turn = verify(token, turn_key, roll.clock())
    if turn.conversation_id != tracker.sender_id:
        raise InvalidToken
    actor = Principal.guest()
    if turn.session_id:
        actor = roll.sessions.authenticate(turn.session_id)
    entities: dict[str, str] = {}
    for one in message.get("entities") or []:
        if isinstance(one.get("value"), str):
            entities.setdefault(str(one["entity"]), one["value"])
    text = str(message.get("text") or "")
    intent = message.get("intent") or {}
    return Asked(
        turn=turn,
        actor=actor,
        # A pressed button has no words of its own.
        text="" if turn.kind == "button" and _COMMAND.fullmatch(text) else text,
        intent=intent.get("name"),
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
        ranking=[str(one["name"]) for one in message.get("intent_ranking") or []],
        draft_id=tracker.get_slot("draft_id"),
        last_question=tracker.get_slot("last_question"),
        just_said=_is_first_action(tracker),
        pending=Pending.read(
            tracker.get_slot("pending"),
            _turn_before(tracker),
            in_form=bool(tracker.active_loop.get("name")),
        ),
        shown=tracker.get_slot("shown_tasks") or {},
        said=tuple(_said(tracker)),
        in_form=bool(tracker.active_loop.get("name")),
        is_command=bool((message.get("metadata") or {}).get("command")),
    )


def _turn_before(tracker: Tracker) -> str | None:
    """The id of the turn before this one, as its message carries it."""
    said = [one for one in tracker.events if one["event"] == "user"]
    return said[-2].get("message_id") if len(said) > 1 else None


def _said(tracker: Tracker) -> Iterator[str]:
    for event in reversed(tracker.events):
        if event["event"] == "bot" and event.get("text"):
            yield event["text"]


def _is_first_action(tracker: Tracker) -> bool:
    """Whether no action but the form that calls has run since the message. (Rasa lists a form as
    executed already when it asks for validation.)"""
    ran: list[str] = []
    for event in reversed(tracker.events):
        if event["event"] == "user":
            break
        if event["event"] == "action":
            ran.append(event["name"])
    form = (tracker.active_loop or {}).get("name")
    return all(name == form for name in ran)


class SkillAction(ABC):
    """Base of all actions: verified turn in, answer out, domain errors said in plain words."""

    action_name: str

    def __init__(self, roll: Rollcall, turn_key: str) -> None:
        self.roll = roll
        self._turn_key = turn_key

    def perform(self, tracker: Tracker) -> dict[str, Any]:
        """Answer the turn in a tracker: `events` and `responses`, as Rasa reads them.

        Raises `ActionExecutionRejection`, `StorageUnavailable`.
        """
        dispatcher = CollectingDispatcher()
        events = self._run(Answer(dispatcher), tracker)
        return {"events": events, "responses": dispatcher.messages}

    def _run(self, answer: Answer, tracker: Tracker) -> Events:
        facts: dict[str, Any] = {"turn_id": None, "action": self.action_name, "refused": None}
        began = time.monotonic()
        try:
            asked = read_turn(self.roll, self._turn_key, tracker)
            facts["turn_id"] = asked.turn.turn_id
            if asked.is_command:
                return self.refuse_command(asked, answer)
            return self.take(asked, answer)
        except RollcallError as error:
            facts["refused"] = error.code
            explain(error, answer.say)
            return self.after_error()
        finally:
            facts["ms"] = round((time.monotonic() - began) * 1000, 1)
            log.info("action", extra={"facts": facts})

    def take(self, asked: Asked, answer: Answer) -> Events:
        """Answer the turn, by whoever asked what it answers."""
        if asked.pending is not None and asked.pending.kind == "yes" and asked.says_no:
            answer.say(asked.pending.on_no)
            return []
        skill, meant = self._meant(asked)
        return skill.act(meant, answer)

    def skill(self, action_name: str) -> "SkillAction":
        """Another skill, to answer this turn in this one's place."""
        found = next(one for one in _skills() if one.action_name == action_name)
        return found(self.roll, self._turn_key)

    def _meant(self, asked: Asked) -> "tuple[SkillAction, Asked]":
        """Who answers, and what: a sentence that answers a question of the assistant's goes to
        whoever asked it, whatever it looks like by itself."""
        pending = asked.pending
        if not asked.in_form and is_noise(asked.text):
            return self.skill(FALLBACK), asked
        if pending is None:
            return self._unless_it_refines(asked), asked
        if pending.kind == "missed" and asked.says_no:
            return self.skill(FALLBACK), asked
        pressed = "" if asked.text else asked.entities.get("task_title", "")
        reading = reading_of(pending, asked.text, asked.intent, pressed)
        if reading is None:
            return self, asked
        return self.skill(reading.action), asked.as_answer_to(pending, reading)

    def _unless_it_refines(self, asked: Asked) -> "SkillAction":
        """Right after a question to the record, "and everyone?" goes on with it unless it is
        clearly something else."""
        doubtful = asked.confidence < SURE and not asked.in_form and asked.actor.signed_in
        if not doubtful or asked.last_question is None or not refines(asked.text):
            return self
        history = self.skill(HISTORY)
        return history if history.goes_on(asked) else self

    def goes_on(self, asked: Asked) -> bool:
        """Whether the words go on with what this skill was asked before."""
        return False

    def refuse_command(self, asked: Asked, answer: Answer) -> Events:
        """Say that "/restart" and the like do nothing here."""
        answer.say(
            f"“/{asked.text[:LONGEST_QUOTE]}” does nothing here: I only understand plain words, "
            "like “my tasks” or “register a supplier”. Nothing was changed.",
            buttons=[button("What can you do?", "/help")],
        )
        return []

    @abstractmethod
    def act(self, asked: Asked, answer: Answer) -> Events:
        """Answer the turn; returns Rasa events. Domain errors may pass: they are said."""

    def after_error(self) -> Events:
        """Events that follow when a domain error was said."""
        return []


def _skills() -> Iterator[type[SkillAction]]:
    """All skills that there are."""
    waiting = list(SkillAction.__subclasses__())
    for one in waiting:
        waiting += one.__subclasses__()
        if hasattr(one, "action_name"):
            yield one
