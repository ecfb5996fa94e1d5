"""Conversations that Rasa's own store kept, carried over to where they are kept now."""

import re
from datetime import UTC, datetime, timedelta

from rollcall.storage.database import Database, Document

KEPT = timedelta(days=7)


def carry_conversations(database: Database) -> None:
    """Conversations go on where they stood; what was said in them is left behind, and guests begin
    anew."""
    now = datetime.now(UTC)
    since = (now - KEPT).timestamp()
    turns = database.collection("conversation_turns")
    old = database.collection("conversations")
    query = {"latest_event_time": {"$gte": since}, "sender_id": {"$not": re.compile("^guest_")}}
    for one in old.find(query, {"events": 0}):
        key = {"conversation": str(one["sender_id"]), "turn": 1}
        values = {"at": now, "expires_at": now + KEPT, "before": _state_of(one), "events": []}
        turns.update_one({"_id": key}, {"$setOnInsert": values}, upsert=True)
    database.raw.drop_collection("conversations")


def _state_of(conversation: Document) -> Document:
    """The state of a conversation in Rasa's own store, as `bot/carrying.py` writes it."""
    loop = conversation.get("active_loop") or {}
    said = loop.get("trigger_message") or {}
    slots = conversation.get("slots") or {}
    return {
        "slots": [
            [name, value]
            for name, value in slots.items()
            if value is not None and name != "session_started_metadata"
        ],
        "action": conversation.get("latest_action_name"),
        "followup": conversation.get("followup_action"),
        "paused": bool(conversation.get("paused")),
        "loop": {
            "name": loop["name"],
            "interrupted": bool(loop.get("is_interrupted")),
            "rejected": bool(loop.get("rejected")),
            "trigger": {part: said.get(part) for part in ("text", "intent", "entities")},
        }
        if loop.get("name")
        else None,
    }
