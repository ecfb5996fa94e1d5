"""The web server of the empty assistant: gunicorn and Flask, as ours."""

import os
from datetime import UTC, datetime
from itertools import count
from typing import Any

import urllib3
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from pymongo import MongoClient, WriteConcern

RASA = os.environ["EMPTY_RASA_URL"]
client: MongoClient[dict[str, Any]] = MongoClient(os.environ["EMPTY_MONGODB_URI"], connect=False)
safe = client["empty"]
ahead = client.get_database("empty", write_concern=WriteConcern(w=1))
pools = urllib3.PoolManager(maxsize=32, retries=False)
numbers = count()
app = Flask(__name__)


@app.post("/chat")
def chat() -> ResponseReturnValue:
    """Who speaks, the message noted, the assistant asked, the message counted, the answer kept."""
    text, now, turn_id = request.get_json()["message"], datetime.now(UTC), f"turn-{next(numbers)}"
    session = safe["user_sessions"].find_one({"_id": "session"}) or {}
    turn = {"conversation_id": "session", "employee_id": session["employee_id"], "at": now,
            "text": text, "state": "begun", "replies": []}  # fmt: skip
    ahead["turns"].insert_one({"_id": turn_id, **turn})
    answer = pools.request("POST", f"{RASA}/webhook", json={"text": text}).json()
    ahead["chat_sessions"].update_one(
        {"_id": "session"}, {"$inc": {"messages": 1}, "$set": {"last_activity": now}}
    )
    answered = {"state": "answered", "replies": answer["responses"]}
    safe["turns"].update_one({"_id": turn_id}, {"$set": answered})
    return jsonify({"replies": answer["responses"], "turn_id": turn_id})
