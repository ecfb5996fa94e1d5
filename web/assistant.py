"""The way to the assistant: signed turns over pooled connections on loopback."""

from dataclasses import dataclass
from typing import Any

import httpx

from rollcall.clock import Clock
from rollcall.errors import Invalid, RollcallError
from rollcall.operation.home import Ports, Secrets
from rollcall.operation.parts import DOOR_HEADER
from rollcall.turn_tokens import Turn, sign

TURN_SECONDS = 50
"""Longer than the channel waits for a turn (45 s), so that its verdict is heard."""
CONNECT_SECONDS = 3
IDLE_SECONDS = 4
"""A connection is put away before Rasa's server closes it (5 s): a turn never meets a dead one."""
HEALTH_SECONDS = 3
EMPTY = 422


class AssistantAway(RollcallError):
    """The assistant can't answer; the message was not lost, it can be sent again."""

    code = "assistant_unavailable"
    status = 503

    def __init__(self) -> None:
        super().__init__("The assistant can't answer right now. Please try again in a moment.")


@dataclass(frozen=True)
class Answer:
    """What the assistant said in a turn: `replies` of `{text, buttons, custom}`."""

    replies: list[dict[str, Any]]
    intent: str | None
    confidence: float | None
    actions: list[str]


@dataclass(frozen=True)
class PartHealth:
    """Whether a part answers, and its version or what is wrong."""

    ok: bool
    version: str | None
    problem: str | None = None


class Assistant:
    """Rasa and its action server."""

    def __init__(self, ports: Ports, secrets: Secrets, clock: Clock) -> None:
        self._rasa = f"http://127.0.0.1:{ports.rasa}/webhooks/rollcall"
        self._actions = f"http://127.0.0.1:{ports.actions}"
        self._turn_key = secrets.turn_key
        self._clock = clock
        limits = httpx.Limits(
            max_keepalive_connections=32, max_connections=128, keepalive_expiry=IDLE_SECONDS
        )
        timeout = httpx.Timeout(TURN_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.Client(
            headers={DOOR_HEADER: secrets.action_key},
            limits=limits,
            timeout=timeout,
            trust_env=False,
        )

    def answer(self, turn: Turn, text: str) -> Answer:
        """Play one turn. Raises `AssistantAway` when there is no whole answer, `Invalid` when
        nothing is left of the text once slashes and blanks are taken off its front."""
        token = sign(turn, text, self._turn_key, self._clock())
        try:
            response = self._client.post(
                f"{self._rasa}/webhook", json={"turn": token, "text": text}
            )
            if response.status_code == EMPTY:
                raise Invalid("Please type something.", {"message": "says nothing"})
            response.raise_for_status()
            body = response.json()
            intent = body["intent"]
            answer = Answer(
                list(body["replies"]), intent["name"], intent["confidence"], body["actions"]
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise AssistantAway from error
        if not answer.replies:
            raise AssistantAway
        return answer

    def rasa_health(self) -> PartHealth:
        """Whether Rasa has a model loaded and takes turns."""
        return self._health(f"{self._rasa}/", "rasa")

    def actions_health(self) -> PartHealth:
        """Whether the action server answers."""
        return self._health(f"{self._actions}/health", "rasa_sdk")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _health(self, url: str, version: str) -> PartHealth:
        try:
            response = self._client.get(url, timeout=HEALTH_SECONDS)
            response.raise_for_status()
            return PartHealth(True, str(response.json()[version]))
        except httpx.HTTPStatusError as error:
            return PartHealth(False, None, f"not ready ({error.response.status_code})")
        except (httpx.HTTPError, ValueError, KeyError):
            return PartHealth(False, None, "does not answer")
