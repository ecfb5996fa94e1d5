"""The action server: Rasa's calls over HTTP, for whoever knows the shared key.

It speaks the protocol of rasa-sdk's server (`POST /webhook`) without the layers in which that wraps
a call: a span, two models, a comparison of versions, the domain. A call is read, run and written in
a thread of its own, for an action waits for MongoDB; the event loop only passes bytes on.
"""

import asyncio
import hmac
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.interfaces import ActionExecutionRejection
from sanic import Request, Sanic
from sanic.exceptions import BadRequest, SanicException
from sanic.response import HTTPResponse
from sanic.response import json as as_json

from actions.skills import ACTIONS
from actions.turn import SkillAction
from rollcall import Rollcall, Settings
from rollcall.operation.home import Home

LARGEST_CALL = 16 * 1024 * 1024
KEPT_OPEN = 75
"""Seconds; whoever calls closes a connection that was idle for less."""
AT_ONCE = 32
"""Actions that run at the same time: more than this wait their turn."""
FAILED = 500
log = logging.getLogger("rollcall.actions")


def build_app(settings: Settings) -> Sanic[Any, Any]:
    """The Sanic application with our actions and a key check, which tells nothing when it fails."""
    secrets = Home(settings).secrets
    roll = Rollcall.open(settings)
    actions = {one.action_name: one(roll, secrets.turn_key) for one in ACTIONS}
    threads = ThreadPoolExecutor(AT_ONCE, "action")
    app: Sanic[Any, Any] = Sanic("actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_CALL
    app.config.KEEP_ALIVE_TIMEOUT = KEPT_OPEN
    key = secrets.action_key.encode()
    health = {"status": "ok", "rasa_sdk": version("rasa-sdk")}

    @app.middleware("request")
    async def check_caller(request: Request) -> HTTPResponse | None:
        given = request.headers.get("X-Rollcall-Key", "")
        if not hmac.compare_digest(given.encode(), key):
            return as_json({"error": "unauthorized"}, status=401)
        return None

    @app.get("/health")
    async def tell_health(_: Request) -> HTTPResponse:
        return as_json(health)

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        if request.headers.get("Content-Encoding"):
            # What is small on its way can be endless when it is unpacked.
            return as_json({"error": "compressed bodies are not accepted"}, status=415)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, answered, actions, request)

    @app.exception(Exception)
    async def tell_nothing(_: Request, error: Exception) -> HTTPResponse:
        # What went wrong may quote what people said.
        if isinstance(error, SanicException) and error.status_code < FAILED:
            return as_json({"error": "refused"}, status=error.status_code)
        log.error("a call failed", exc_info=error)
        return as_json({"error": "action_failed"}, status=FAILED)

    return app


def answered(actions: Mapping[str, SkillAction], request: Request) -> HTTPResponse:
    """The answer to a call of Rasa's.

    400 says that the action refuses the turn, 404 that there is none of that name. Raises what the
    action raises.
    """
    try:
        call = request.json
        name, tracker = str(call["next_action"]), Tracker.from_dict(call["tracker"])
    except (BadRequest, TypeError, KeyError, AttributeError):
        return as_json({"error": "not a call of an action"}, 400)
    if (action := actions.get(name)) is None:
        return as_json({"error": "no such action", "action_name": name}, 404)
    try:
        return as_json(action.perform(tracker))
    except ActionExecutionRejection as refusal:
        return as_json({"error": refusal.message, "action_name": refusal.action_name}, 400)
