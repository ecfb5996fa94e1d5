"""The action servers: one address or several, and no call that outlives its turn.

Each call goes to the next server. One that can't be reached, or goes away before it answers, is
passed over for the next, and the first of them is asked once more at the end. That may be the
second time that an action hears of the turn: what it does has the turn's id for a key and is done
once (`rollcall/activities.py`, `rollcall/forms/draft_store.py`).
"""

from __future__ import annotations

from itertools import count
from typing import Any

import aiohttp
from rasa.utils.endpoints import EndpointConfig

ACTION_SECONDS = 30
"""Shorter than a turn may take (45 s), so that whoever has the conversation's lock hears of it."""


class ActionServers(EndpointConfig):
    """An action endpoint with several addresses, which `endpoint.url` has with blanks between."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        urls = str(endpoint.url).split()
        super().__init__(urls[0], headers=endpoint.headers, **endpoint.kwargs)
        self.servers = [EndpointConfig(url, headers=endpoint.headers) for url in urls]
        self._calls = count()

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """As Rasa's. Raises what the last server raised when none can be reached."""
        kwargs["timeout"] = aiohttp.ClientTimeout(total=ACTION_SECONDS)
        first = next(self._calls) % len(self.servers)
        order = [*self.servers[first:], *self.servers[:first]]
        for server in order:
            try:
                return await server.request(*args, **kwargs)
            except aiohttp.ClientConnectionError:
                continue
        return await order[0].request(*args, **kwargs)
