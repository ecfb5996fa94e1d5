"""Calls to the action server over connections that stay open, with what actions read.

Rasa makes a session, and so a connection, for every call, and posts the domain and all events since
the beginning, each with the whole reading of its sentence. Here the last two turns go whole, but
for how their sentences were read, which the latest message says; of what was before, an action
learns what happened in which order: kind, time, name and value of each event. The domain goes to an
action that asks for it (`send_domain: true` in domain.yml).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from types import TracebackType
from typing import Any
from weakref import WeakSet

import aiohttp
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.constants import ACTIVE_LOOP, FOLLOWUP_ACTION
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

WHOLE_TURNS = 2
_KEPT_OPEN = 30  # seconds; the action server closes after 75

_sessions: WeakSet[aiohttp.ClientSession] = WeakSet()


def apply() -> None:
    """Let endpoints and remote actions be called this way."""
    EndpointConfig.session = session
    RemoteAction._action_call_format = _action_call_format


async def close() -> None:
    """Close the connections; a later call opens new ones."""
    for opened in list(_sessions):
        await opened.close()


class _Lent:
    """A session for one request that stays open after it."""

    def __init__(self, opened: aiohttp.ClientSession) -> None:
        self._opened = opened

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._opened

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


def session(self: EndpointConfig) -> _Lent:
    """The session of this endpoint on this event loop; made when there is none yet."""
    loop = asyncio.get_running_loop()
    owner, opened = self.__dict__.get("_kept", (None, None))
    if opened is None or opened.closed or owner is not loop:
        login = self.basic_auth
        opened = aiohttp.ClientSession(
            headers=self.headers,
            auth=aiohttp.BasicAuth(login["username"], login["password"]) if login else None,
            timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
            # As many at once, and as forgetful of cookies, as one session for each call.
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_OPEN),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self.__dict__["_kept"] = (loop, opened)
        _sessions.add(opened)
    return _Lent(opened)


def _action_call_format(
    self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> dict[str, Any]:
    loop = tracker.active_loop
    state = {
        "sender_id": tracker.sender_id,
        "slots": tracker.current_slot_values(),
        "latest_message": tracker._latest_message_data(),
        "latest_event_time": tracker.events[-1].timestamp if tracker.events else None,
        FOLLOWUP_ACTION: tracker.followup_action,
        "paused": tracker.is_paused(),
        "events": told(tracker.events),
        "latest_input_channel": tracker.get_latest_input_channel(),
        # Rasa copies the message that opened a form all the way down, only to write it out.
        ACTIVE_LOOP: dict(vars(loop)) if loop else {},
        "latest_action": tracker.latest_action,
        "latest_action_name": tracker.latest_action_name,
    }
    asked_for = domain.does_custom_action_explicitly_need_domain(self.name())
    return {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": rasa.__version__,
        # Empty, not missing: an action server that gets none asks for it.
        "domain": domain.as_dict() if asked_for else {},
    }


def told(events: Iterable[Event]) -> list[dict[str, Any]]:
    """What an action is told of `events`: the last two turns, the others in short."""
    every = list(events)
    messages = [at for at, one in enumerate(every) if isinstance(one, UserUttered)]
    whole = messages[-WHOLE_TURNS] if len(messages) >= WHOLE_TURNS else 0
    return [_short(one) for one in islice(every, whole)] + [_told(one) for one in every[whole:]]


def _told(event: Event) -> dict[str, Any]:
    if isinstance(event, UserUttered):
        return {**_short(event), "text": event.text}
    return event.as_dict()


def _short(event: Event) -> dict[str, Any]:
    if isinstance(event, UserUttered):
        return {
            "event": event.type_name,
            "timestamp": event.timestamp,
            "message_id": event.message_id,
        }
    if isinstance(event, BotUttered):
        return {"event": event.type_name, "timestamp": event.timestamp}
    said = event.as_dict()
    said.pop("metadata", None)
    return said
