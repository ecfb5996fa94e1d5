"""The chat gateway: a message in, the assistant's replies out, both kept as a turn."""

import secrets
import time
from typing import Any

from flask import Response, g, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint

from rollcall import Principal
from rollcall.chat_session import Chatter
from rollcall.errors import Forbidden, Invalid, SessionEnded
from rollcall.turn_tokens import Turn
from rollcall.turns import Button, button_id
from web.api import shapes
from web.api.schemas import ChatRequest
from web.assistant import Answer
from web.caller import (
    GUEST,
    caller,
    clear_session_cookies,
    guest_conversation,
    set_guest_cookie,
    signed_in_person,
)
from web.limits import limit_chat
from web.services import services

LONGEST = 1000
blueprint = Blueprint("chat", __name__, description="Talking to the assistant")


@blueprint.route("/chat")
class Chat(MethodView):
    """`POST /chat`."""

    @blueprint.arguments(ChatRequest)
    @blueprint.response(200, shapes.one(shapes.CHAT, "ChatAnswer"))
    @blueprint.doc(security=[{}, {"bearer": []}])
    def post(self, body: dict[str, Any]) -> Response:
        """Say something; `message` may be the id of a button of an earlier reply.

        `message_id` (or the header Idempotency-Key) makes a repeat answer the first result.
        """
        started = time.monotonic()
        actor = caller()
        conversation_id, new_guest = _conversation(actor)
        limit_chat(actor, conversation_id)
        claimed = body["session_id"]
        if claimed and not actor.signed_in:
            raise SessionEnded
        if claimed and claimed != actor.session_id:
            raise Forbidden("You are signed in with another session by now. Reload the page.")
        message = body["message"].strip()
        if not message:
            raise Invalid("Please type something.", {"message": "is empty"})
        if len(message) > LONGEST:
            problem = f"{LONGEST} characters at most; this has {len(message)}"
            raise Invalid(f"That is too long: {problem}.", {"message": problem})
        turn_id = body["message_id"] or _header_key() or secrets.token_hex(16)
        replies = _play(actor, conversation_id, turn_id, message)
        response = jsonify(
            {
                "session_id": actor.session_id,
                "employee_id": actor.employee_id,
                "replies": replies,
                "response_time": round(time.monotonic() - started, 4),
                "turn_id": turn_id,
            }
        )
        if new_guest:
            set_guest_cookie(response, conversation_id)
        if any((reply["custom"] or {}).get("type") == "signed_out" for reply in replies):
            clear_session_cookies(response)
        return response


@blueprint.route("/chat/history")
class History(MethodView):
    """`GET /chat/history`."""

    @blueprint.response(200, shapes.one(shapes.HISTORY, "ChatHistory"))
    @blueprint.doc(security=[{}, {"bearer": []}])
    def get(self) -> Response:
        """What was said in this session, oldest first, for after a reload."""
        actor = caller()
        conversation_id, _ = _conversation(actor)
        turns = services().roll.turns.history(conversation_id)
        return jsonify(
            {
                "turns": [one.public() for one in turns],
                "session_id": actor.session_id,
                "employee_id": actor.employee_id,
            }
        )


def _conversation(actor: Principal) -> tuple[str, bool]:
    if not actor.signed_in:
        return guest_conversation()
    return str(signed_in_person().session_id), False


def _header_key() -> str | None:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return None
    if not (8 <= len(key) <= 64 and key.replace("-", "").replace("_", "").isalnum()):  # noqa: PLR2004
        raise Invalid("An Idempotency-Key has 8 to 64 letters, digits, - and _.")
    return key


def _play(
    actor: Principal, conversation_id: str, turn_id: str, message: str
) -> list[dict[str, Any]]:
    """The replies to a message: the first time from the assistant, then from the record."""
    roll, assistant = services().roll, services().assistant
    button = roll.buttons.press(conversation_id, message)
    shown = button.title if button else message
    earlier = roll.turns.begin(turn_id, conversation_id, actor.session_id, actor.employee_id, shown)
    if earlier is not None:
        return earlier.replies
    text = button.payload if button else message
    kind = "button" if button and text.startswith("/") else "text"
    turn = Turn(turn_id, conversation_id, kind, actor.session_id, actor.employee_id)
    g.turn_id = turn_id
    started = time.monotonic()
    try:
        answer = assistant.answer(turn, text)
    except Exception:
        roll.turns.fail(turn_id)
        raise
    seconds = time.monotonic() - started
    # Ahead of the answer, which is waited for: what was written before is then safe too.
    chatter = Chatter(actor, conversation_id.removeprefix(GUEST))
    counts = actor.signed_in or services().settings.guest_chats
    opens_chat = counts and roll.chat_sessions.count_turn(chatter, seconds)
    replies, buttons = _with_buttons(turn_id, answer)
    roll.turns.finish(
        turn_id, replies, answer.intent, answer.confidence, answer.actions, round(seconds * 1000),
        buttons=buttons, counts=counts, opens_chat=opens_chat, told=answer.told,
    )  # fmt: skip
    return replies


def _with_buttons(turn_id: str, answer: Answer) -> tuple[list[dict[str, Any]], list[Button]]:
    """Replies whose buttons carry ids, and what pressing these means, which stays on the server."""
    replies: list[dict[str, Any]] = []
    every: list[Button] = []
    for reply in answer.replies:
        shown = []
        for one in reply["buttons"]:
            shown.append({"title": one["title"], "payload": button_id(turn_id, len(every))})
            every.append(Button(one["title"], one["payload"]))
        replies.append({"text": reply["text"], "buttons": shown, "custom": reply["custom"]})
    return replies, every
