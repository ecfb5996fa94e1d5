"""The only door into Rasa: turns signed by the web server, answered whole.

`POST /webhooks/rollcall/webhook {"turn": <JWT>, "text": <message>}` plays one turn. Who asked has
to wait until a majority of MongoDB's members has the answer, and with it what `saved` names;
`GET /webhooks/rollcall/` says whether a model is loaded. Whoever doesn't send the key of the
inner ports in `X-Rollcall-Key` is told nothing at any address of this server.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import rasa
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.lock_store import ConversationLocks
from bot.log_lines import log_as_json
from bot.memory import settle_memory
from bot.processor import make_strict, play
from bot.speedups import action_calls
from bot.turns import Turn, TurnRefused, TurnVerifier

TURN_KEY = "ROLLCALL_TURN_KEY"
DOOR_KEY = "ROLLCALL_ACTION_KEY"
DOOR_HEADER = "X-Rollcall-Key"
OK = 200
_CORS = "sanic_cors.extension"
_MAX_BODY = 64 * 1024  # bytes; a turn has at most some 6 KB
_TURN_TIMEOUT = 45  # seconds; shorter than Sanic's answer (60)

logger = logging.getLogger(__name__)


class TurnOutput(OutputChannel):
    """Collects what is said in one turn: one reply per utterance, text and card together."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return SignedChannel.name()

    async def send_response(
        self,
        recipient_id: str,
        message: dict[str, Any],
    ) -> None:
        """Keep one utterance, `{"text", "buttons", "custom"}`."""
        buttons = [
            {"title": button.get("title", ""), "payload": button.get("payload", "")}
            for button in message.get("buttons") or []
        ]
        self.replies.append(
            {
                "text": message.get("text") or "",
                "buttons": buttons,
                "custom": message.get("custom") or None,
            }
        )


class SignedChannel(InputChannel):
    """Rasa's input channel `rollcall`."""

    def __init__(self, key: str, door_key: str, clock: Callable[[], float] = time.time) -> None:
        self._verifier = TurnVerifier(key, clock)
        self._door_key = door_key

    @classmethod
    def name(cls) -> str:
        """The channel's name, also its part of the address."""
        return "rollcall"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SignedChannel:
        """The channel with the keys that the environment carries; there is no default key."""
        return cls(
            _key_from(TURN_KEY, "the key that the web server signs turns with"),
            _key_from(DOOR_KEY, "the key of the inner ports"),
        )

    def blueprint(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
    ) -> Blueprint:
        """The two routes. Rasa's own handler is not used: it would swallow errors."""
        log_as_json()
        routes = Blueprint("rollcall_turns")

        @routes.listener("before_server_start")
        async def guard(app: Sanic, loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = _MAX_BODY
            # As shipped, a line for each request is put together, then thrown away.
            app.config.ACCESS_LOG = logging.getLogger("sanic.access").isEnabledFor(logging.INFO)
            # Before anything else, also for addresses that don't exist and that Rasa adds itself.
            app.request_middleware.appendleft(self._check_caller)

        @routes.listener("after_server_start")
        async def settle(app: Sanic, loop: Any) -> None:
            _answer_no_browser(app)
            settle_memory()

        @routes.listener("after_server_stop")
        async def hang_up(app: Sanic, loop: Any) -> None:
            await action_calls.close()
            locks = app.ctx.agent.lock_store if getattr(app.ctx, "agent", None) else None
            if isinstance(locks, ConversationLocks):
                await locks.settle()

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent = _agent(request)
            if agent is None:
                return _error(503, "no_model")
            return response.json(
                {
                    "status": "ok",
                    "rasa": rasa.__version__,
                    "model": agent.processor.model_filename,  # type: ignore[union-attr]
                }
            )

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            agent = _agent(request)
            if agent is None:
                return _error(503, "no_model")
            body = request.json
            if not isinstance(body, dict):
                return _error(422, "bad_text")
            try:
                turn = self._verifier.accept(body.get("turn"), body.get("text"))
            except TurnRefused as refusal:
                return _error(refusal.status, refusal.code)
            answer = await _answer(agent, turn)
            if answer.status != OK:
                # Nothing of it was saved: the same sentence may come again.
                self._verifier.forget(turn)
            return answer

        return routes

    async def _check_caller(self, request: Request) -> HTTPResponse | None:
        given = request.headers.get(DOOR_HEADER, "")
        if hmac.compare_digest(given.encode(), self._door_key.encode()):
            return None
        return _error(401, "unauthorized")


def _answer_no_browser(app: Sanic) -> None:
    """Take Rasa's headers for pages of other origins off: behind the key there are no browsers."""
    for chain in (app.request_middleware, app.response_middleware):
        for one in [one for one in chain if getattr(one, "__module__", "") == _CORS]:
            chain.remove(one)


def _key_from(variable: str, purpose: str) -> str:
    key = os.environ.get(variable, "")
    if len(key) < 32:  # noqa: PLR2004
        raise RasaException(
            f"{variable} is missing or shorter than 32 characters: "
            f"{purpose} has to be in the environment."
        )
    return key


async def _answer(agent: Agent, turn: Turn) -> HTTPResponse:
    output = TurnOutput()
    message = UserMessage(
        turn.text,
        output,
        turn.conversation_id,
        input_channel=SignedChannel.name(),
        message_id=turn.id,
        metadata={"turn": turn.token, "command": turn.command},
    )
    facts: dict[str, Any] = {"turn_id": turn.id, "kind": turn.kind}
    began = time.monotonic()
    try:
        played = await asyncio.wait_for(play(agent, message), _TURN_TIMEOUT)
    except asyncio.TimeoutError:
        logger.error("a turn took longer than %s s", _TURN_TIMEOUT, extra={"facts": facts})
        return _error(500, "turn_failed")
    except Exception:
        logger.exception("a turn failed", extra={"facts": facts})
        return _error(500, "turn_failed")
    facts["intent"] = played.intent.get("name")
    facts["actions"] = played.actions
    facts["ms"] = round((time.monotonic() - began) * 1000, 1)
    logger.info("turn", extra={"facts": facts})
    return response.json(
        {
            "turn_id": turn.id,
            "replies": output.replies,
            "intent": _intent(played.intent),
            "entities": played.entities,
            "actions": played.actions,
            "saved": asdict(played.saved) if played.saved else None,
        }
    )


def _intent(intent: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": intent.get("name"),
        "confidence": float(intent.get("confidence") or 0.0),
    }


def _agent(request: Request) -> Agent | None:
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return None
    make_strict(agent)
    return agent


def _error(status: int, code: str) -> HTTPResponse:
    return response.json({"error": code}, status=status)
