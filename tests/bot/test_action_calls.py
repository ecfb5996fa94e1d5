"""How the action server is called: over few connections, with what actions read."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.speedups import action_calls
from tests.bot.conversations import conversations, said


class Pooled(EndpointConfig):
    """An endpoint as it is once the speed-ups are applied."""

    session = action_calls.session


class Doors(BaseHTTPRequestHandler):
    """Answers with the number of connections so far; /away closes the connection after it."""

    protocol_version = "HTTP/1.1"
    opened = 0

    def setup(self) -> None:
        super().setup()
        type(self).opened += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"opened": type(self).opened, "key": self.headers.get("X-Key")}).encode()
        self.send_response(500 if self.path == "/fails" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path == "/away":
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    """Lets many wait to be let in."""

    request_queue_size = 128


@pytest.fixture
def address() -> Iterator[str]:
    Doors.opened = 0
    server = Server(("127.0.0.1", 0), Doors)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_calls_share_a_connection_and_keep_their_headers(address: str) -> None:
    async def talk() -> list[Any]:
        endpoint = Pooled(address, headers={"X-Key": "secret"})
        answers = [await endpoint.request(json={}, subpath="turn") for _ in range(5)]
        with pytest.raises(ClientResponseError):
            await endpoint.request(json={}, subpath="fails")
        answers.append(await endpoint.request(json={}, subpath="turn"))
        await action_calls.close()
        return answers

    assert asyncio.run(talk()) == [{"opened": 1, "key": "secret"}] * 6


async def hung_up(endpoint: EndpointConfig) -> None:
    """Wait until it has arrived that the server closed the connections."""
    _, session = endpoint.__dict__["_kept"]
    waiting = session.connector._conns.values()
    for _ in range(1000):
        if not any(one.is_connected() for kept in waiting for one, _ in kept):
            return
        await asyncio.sleep(0.01)
    pytest.fail("the connection is still open")


def test_a_connection_that_the_server_closed_is_opened_anew(address: str) -> None:
    async def talk() -> list[int]:
        endpoint = Pooled(address)
        answers = []
        for _ in range(3):
            answers.append(await endpoint.request(json={}, subpath="away"))
            await hung_up(endpoint)
        await action_calls.close()
        answers.append(await endpoint.request(json={}, subpath="turn"))
        await action_calls.close()
        return [one["opened"] for one in answers]

    assert asyncio.run(talk()) == [1, 2, 3, 4]


def test_many_calls_at_once_wait_for_none_of_the_others(address: str) -> None:
    async def talk() -> int:
        endpoint = Pooled(address)
        answers = await asyncio.gather(*(endpoint.request(json={}) for _ in range(30)))
        await action_calls.close()
        return len(answers)

    assert asyncio.run(talk()) == 30


def test_each_event_loop_has_connections_of_its_own(address: str) -> None:
    endpoint = Pooled(address)

    async def talk() -> int:
        answer = await endpoint.request(json={})
        await action_calls.close()
        return int(answer["opened"])

    assert [asyncio.run(talk()) for _ in range(2)] == [1, 2]


EVENTS = [
    ActionExecuted("action_listen", metadata={"model_id": "model"}),
    said("first", "greet"),
    ActionExecuted("action_greet"),
    BotUttered("Hello.", {"buttons": []}),
    SlotSet("answer", {"a": 1}),
    ActionExecuted("action_listen"),
    said("second", "help"),
    ActionExecuted("action_help"),
    BotUttered("Help."),
    ActionExecuted("action_listen"),
    said("third", "thanks"),
]


@pytest.fixture
def tracker() -> DialogueStateTracker:
    return DialogueStateTracker.from_events("somebody", EVENTS, [])


def test_the_last_two_turns_go_to_an_action_without_their_readings(
    tracker: DialogueStateTracker,
) -> None:
    stock = tracker.current_state(EventVerbosity.ALL)["events"]
    told = {"event", "timestamp", "text", "message_id"}
    expected = [
        {name: value for name, value in one.items() if one["event"] != "user" or name in told}
        for one in stock
    ]
    assert action_calls.told(tracker.events)[6:] == expected[6:]
    assert action_calls.told(EVENTS[:6]) == expected[:6]


def test_of_older_turns_an_action_learns_what_happened(tracker: DialogueStateTracker) -> None:
    stock = tracker.current_state(EventVerbosity.ALL)["events"]
    told = action_calls.told(tracker.events)
    assert len(told) == len(stock)
    for ours, whole in zip(told[:6], stock[:6], strict=True):
        assert ours.items() <= whole.items()
        assert {"event", "timestamp"} <= ours.keys()
        if whole["event"] in ("action", "slot"):
            assert ours == {name: value for name, value in whole.items() if name != "metadata"}
    assert told[1]["message_id"] == "message of first"
    assert "first" not in json.dumps([told[1].get("text"), told[1].get("parse_data")])


def test_all_but_events_and_domain_goes_as_rasa_sends_it(tracker: DialogueStateTracker) -> None:
    domain = Domain.from_dict({"actions": ["action_plain", {"action_asks": {"send_domain": True}}]})
    for name in ("action_plain", "action_asks"):
        action = RemoteAction(name, EndpointConfig("http://127.0.0.1"))
        stock = action._action_call_format(tracker, domain)
        ours = action_calls._action_call_format(action, tracker, domain)
        assert ours.keys() == stock.keys()
        del stock["tracker"]["events"], ours["tracker"]["events"]
        assert ours["domain"] == (stock.pop("domain") if name == "action_asks" else {})
        assert ours == {**stock, "domain": ours["domain"]}


def test_a_conversation_without_a_message_is_told_whole() -> None:
    assert action_calls.told(EVENTS[:1]) == [EVENTS[0].as_dict()]
    assert not [one for one in EVENTS[:1] if isinstance(one, UserUttered)]


def test_an_action_is_told_the_state_that_rasa_tells(processor: Any) -> None:
    domain, action = processor.domain, RemoteAction("action_help", None)
    forms = 0
    for tracker in conversations(domain, 80, seed=43):
        stock = tracker.current_state(EventVerbosity.NONE)
        ours = action_calls._action_call_format(action, tracker, domain)["tracker"]
        assert json.loads(json.dumps({**ours, "events": None})) == json.loads(json.dumps(stock))
        forms += bool(stock["active_loop"])
    assert forms > 10
