"""The action server of the empty assistant: Sanic, the action in a thread, as ours."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo import MongoClient
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as as_json

BUTTONS = [{"title": "My tasks", "payload": "/list_tasks"}] * 3
client: MongoClient[dict[str, Any]] = MongoClient(os.environ["EMPTY_MONGODB_URI"], connect=False)
threads = ThreadPoolExecutor(32)
app: Sanic[Any, Any] = Sanic("empty", configure_logging=False)


@app.post("/webhook")
async def webhook(request: Request) -> HTTPResponse:
    """Whether the session is still there, and something said."""
    return await asyncio.get_running_loop().run_in_executor(threads, answered, request)


def answered(request: Request) -> HTTPResponse:
    """What the action says to whoever the session is of."""
    session = client["empty"]["user_sessions"].find_one({"_id": "session"}) or {}
    said = {"text": f"Hello, {session['name']}.", "buttons": BUTTONS, "custom": None}
    return as_json({"events": [], "responses": [said], "action": request.json["next_action"]})


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), single_process=True, access_log=False)
