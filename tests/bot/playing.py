"""Playing turns as the channel does, with our stores and the trained model."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import UserUttered

from bot.processor import Played, play
from bot.tracker_store import ConversationStore


def run(work: Coroutine[Any, Any, Any]) -> Any:
    async def limited() -> Any:
        return await asyncio.wait_for(work, 60)

    return asyncio.run(limited())


def turn(agent: Agent, said: UserMessage) -> Any:
    """Play a message and wait until the conversation is given back."""

    async def played() -> Played:
        try:
            return await play(agent, said)
        finally:
            await agent.lock_store.settle()

    return run(played())


@contextmanager
def failing(database: Any, command: str, **how: Any) -> Iterator[None]:
    """Until the block ends MongoDB fails every `command` of ours, or as `how` says."""
    fault = {"failCommands": [command], "appName": "rollcall-bot", **(how or {"errorCode": 8})}
    admin = database.client.admin
    admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=fault)
    try:
        yield
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")


def said(text: str, intent: str, **more: Any) -> UserUttered:
    reading = {"name": intent, "confidence": 0.9}
    data = {"text": text, "intent": reading, "entities": [], "intent_ranking": [reading]}
    return UserUttered(text, reading, [], data, **more)


def message(text: str, sender: str = "somebody", message_id: str = "m1") -> UserMessage:
    return UserMessage(text, CollectingOutputChannel(), sender, message_id=message_id)


def heard(store: ConversationStore) -> list[str | None]:
    """The ids of the messages in the conversation."""
    kept = run(store.retrieve("somebody"))
    return [one.message_id for one in kept.events if isinstance(one, UserUttered)]
