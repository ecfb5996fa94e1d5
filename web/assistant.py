"""The way to the assistant: signed turns over pooled connections, to one Rasa server or several.

Turns go to the servers in turn. One that can't be reached, or goes away before it answers, is
passed over; since a turn that comes again under its id is one turn for all servers
(`bot/processor.py`), nothing is doubled by asking the next.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Any

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
)

from rollcall.clock import Clock
from rollcall.errors import Invalid, RollcallError
from rollcall.operation.home import Secrets
from rollcall.operation.parts import DOOR_HEADER
from rollcall.turn_tokens import Turn, sign
from rollcall.turns import Told

TURN_SECONDS = 50
"""Longer than the channel waits for a turn (45 s), so that its verdict is heard."""
CONNECT_SECONDS = 3
CONNECTIONS = 32
"""So many stay open to each server."""
HEALTH_SECONDS = 3
AWAY_SECONDS = 5
"""A server that was not reached is asked last for so long."""
_WENT_AWAY = (NewConnectionError, ConnectTimeoutError, ProtocolError)
EMPTY = 422


class AssistantAway(RollcallError):
    """The assistant can't answer; the message was not lost, it can be sent again."""

    code = "assistant_unavailable"
    status = 503

    def __init__(self) -> None:
        super().__init__("The assistant can't answer right now. Please try again in a moment.")


@dataclass(frozen=True)
class Answer:
    """What the assistant said in a turn: `replies` of `{text, buttons, custom}`, and how it wrote
    the turn down: None when that is safe already."""

    replies: list[dict[str, Any]]
    intent: str | None
    confidence: float | None
    actions: list[str]
    told: Told | None = None


@dataclass(frozen=True)
class PartHealth:
    """Whether a part answers, and its version or what is wrong."""

    ok: bool
    version: str | None
    problem: str | None = None


class Assistant:
    """Rasa and its action server."""

    def __init__(
        self,
        rasa: Sequence[str],
        actions: Sequence[str],
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._rasa = [f"{url}/webhooks/rollcall" for url in rasa]
        self._actions = list(actions)
        self._turns = count()
        self._away: dict[str, float] = {}
        self._turn_key = secrets.turn_key
        self._clock = clock
        self._pools = urllib3.PoolManager(
            headers={DOOR_HEADER: secrets.action_key},
            maxsize=CONNECTIONS,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=TURN_SECONDS),
        )

    def answer(self, turn: Turn, text: str) -> Answer:
        """Play one turn. Raises `AssistantAway` when there is no whole answer, `Invalid` when
        nothing is left of the text once slashes and blanks are taken off its front."""
        token = sign(turn, text, self._turn_key, self._clock())
        try:
            response = self._post({"turn": token, "text": text})
            if response.status == EMPTY:
                raise Invalid("Please type something.", {"message": "says nothing"})
            if response.status != HTTPStatus.OK:
                raise AssistantAway
            body = response.json()
            intent, saved = body["intent"], body.get("saved")
            answer = Answer(
                list(body["replies"]),
                intent["name"],
                intent["confidence"],
                body["actions"],
                Told(saved["turn"], saved["election"]) if saved else None,
            )
        except (HTTPError, ValueError, KeyError, TypeError) as error:
            raise AssistantAway from error
        if not answer.replies:
            raise AssistantAway
        return answer

    def rasa_health(self) -> PartHealth:
        """Whether a Rasa server has a model loaded and takes turns."""
        return self._health([f"{url}/" for url in self._rasa], "rasa")

    def actions_health(self) -> PartHealth:
        """Whether an action server answers."""
        return self._health([f"{url}/health" for url in self._actions], "rasa_sdk")

    def close(self) -> None:
        """Close the connections."""
        self._pools.clear()

    def _post(self, body: dict[str, str]) -> urllib3.BaseHTTPResponse:
        """What the next server answers; the one after it when that is away or not ready. Raises
        what the last one failed with.

        The first is asked once more at the end: it may only have closed a connection that had
        nothing to do, in the moment in which it was used.
        """
        first, *others = self._order()
        for url in (first, *others):
            try:
                response = self._pools.request("POST", f"{url}/webhook", json=body)
            except _WENT_AWAY:
                self._away[url] = time.monotonic()
                continue
            if response.status != HTTPStatus.SERVICE_UNAVAILABLE or not others:
                return response
        return self._pools.request("POST", f"{first}/webhook", json=body)

    def _order(self) -> list[str]:
        """The servers, each first in its turn; one that was away a moment ago comes last."""
        first, number = next(self._turns), len(self._rasa)
        order = [self._rasa[(first + one) % number] for one in range(number)]
        since = time.monotonic() - AWAY_SECONDS
        return sorted(order, key=lambda url: self._away.get(url, since) > since)

    def _health(self, urls: list[str], version: str) -> PartHealth:
        """The first that answers well, else what is wrong with the last."""
        for url in urls[:-1]:
            found = self._health_of(url, version)
            if found.ok:
                return found
        return self._health_of(urls[-1], version)

    def _health_of(self, url: str, version: str) -> PartHealth:
        try:
            response = self._pools.request("GET", url, timeout=HEALTH_SECONDS)
            if response.status != HTTPStatus.OK:
                return PartHealth(False, None, f"not ready ({response.status})")
            return PartHealth(True, str(response.json()[version]))
        except (HTTPError, ValueError, KeyError):
            return PartHealth(False, None, "does not answer")
