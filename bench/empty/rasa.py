"""Rasa's place in the empty assistant: Sanic of Rasa's own environment, calls to MongoDB in
threads, aiohttp to the action server; no sentence is read and no action predicted."""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import aiohttp
from pymongo import MongoClient, WriteConcern
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as as_json

ACTIONS = os.environ["EMPTY_ACTIONS_URL"]
EVENT = {
    "event": "user",
    "timestamp": 0.0,
    "text": "hello",
    "parse_data": {"intent": {"name": "x"}},
}
CALL = {
    "next_action": "x",
    "tracker": {
        "sender_id": "session",
        "slots": dict.fromkeys(map(str, range(20))),
        "events": [EVENT] * 6,
    },
}
client: MongoClient[dict[str, Any]] = MongoClient(os.environ["EMPTY_MONGODB_URI"], connect=False)
ahead = client.get_database("empty", write_concern=WriteConcern(w=1))
threads = ThreadPoolExecutor(32)
numbers = count()
app = Sanic("empty", configure_logging=False)


@app.before_server_start
async def connect(*_: object) -> None:
    """Keep connections to the action server."""
    app.ctx.calls = aiohttp.ClientSession()


@app.post("/webhook")
async def webhook(request: Request) -> HTTPResponse:
    """The conversation's lock taken, an action asked, the turn written down, the lock left."""
    text, number = request.json["text"], next(numbers)
    taken = {"$set": {"queue": [{"ticket": number, "until": {"$add": ["$$NOW", 15_000]}}]}}
    await in_thread(lambda: ahead["locks"].update_one({"_id": "session"}, [taken]))
    call = {**CALL, "latest_message": text}
    async with app.ctx.calls.post(f"{ACTIONS}/webhook", json=call) as response:
        answer = await response.json()
    turn = {"_id": {"conversation": "session", "turn": number}, "events": [EVENT] * 4}
    await in_thread(lambda: ahead["conversation_turns"].insert_one(turn))
    left = {"$set": {"queue": [], "turn": number}}
    leaving = in_thread(lambda: ahead["locks"].update_one({"_id": "session"}, left))
    app.ctx.leaving = leaving  # nobody waits for it
    return as_json(answer)


def in_thread(call: Callable[[], object]) -> "asyncio.Future[object]":
    return asyncio.get_running_loop().run_in_executor(threads, call)


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), access_log=False)
